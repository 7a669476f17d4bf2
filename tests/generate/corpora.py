"""The labelled mails that the gate is measured on, and the brief they were written for."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from decnet_emailgen.generate.brief import Brief, brief
from decnet_emailgen.generate.gate import Verdict, judge
from decnet_emailgen.generate.phrases import load
from decnet_emailgen.records import Author, Beat, Earlier, Fact, Host, Party, Pick

TUNED = 40_000
"""Mails from this number on were all used to tune the gate."""
HERE = Path(__file__).with_name("corpus")
ANNA = Author(
    "Anna Weiß", "anna@corp.test", "Buyer", organisation="Marlow", timezone="Europe/Paris"
)
TOM = Author("Tom Baker", "tom@corp.test", "Planner", organisation="Marlow")
PARENT = (
    "Could you look at the Atlas numbers again? The second table does not add up, and I would "
    "rather not send it to the customer like this."
)
FACTS = (
    Fact("invoice", "text", "RE-20417"),
    Fact("amount", "money", "1250.00 EUR"),
    Fact("deadline", "date", "2026-03-12"),
    Fact("person", "person", "Pieter de Vries <pieter@corp.test>"),
    Fact("project", "text", "Atlas"),
    Fact("room", "text", "B2.14"),
    Fact("time", "time", "14:30"),
    Fact("percent", "number", "12"),
    Fact("document", "text", "Atlas_plan_v2.docx"),
)


@dataclass(frozen=True)
class Labelled:
    """An answer with its language, the facts it has to carry, and why it is bad (or nothing)."""

    number: int
    language: str
    text: str
    needs: tuple[str, ...] = ()
    reason: str = ""
    unseen: bool = False

    @property
    def held_out(self) -> bool:
        """Whether it belongs to those that the gate was not tuned on: a third, and a set apart."""
        return self.unseen or (self.number < TUNED and self.number % 3 == 2)

    @property
    def caught(self) -> bool:
        """Whether it was refused, or lost the second mail that followed the first."""
        found = self.verdict()
        cut = self.reason == "two-mails" and len(found.text) < 0.6 * len(self.text)
        return found.rejection is not None or cut

    def verdict(self) -> Verdict:
        """What the gate says."""
        return judge(self.text, self.brief())

    def brief(self) -> Brief:
        """The brief this answers."""
        new = self.text.lstrip("# *`\n").startswith("Subject:")
        intent = "say " + " ".join(f"{{{name}}}" for name in self.needs)
        parent = Earlier(
            "<a@b>", "2026-03-09T08:30:00+01:00", TOM, (_party(ANNA),), (), "Atlas", PARENT
        )
        told = brief(
            Pick(
                id=f"{self.number:016x}",
                run="corpus",
                hosts=(Host("1", "mail", ("imap",)),),
                thread_id="1",
                message_id=f"<{self.number}@corp.test>",
                date="2026-03-09T09:40:00+01:00",
                kind="new" if new else "reply",
                sender=ANNA,
                to=(_party(TOM),),
                cc=(),
                bcc=(),
                language=self.language,
                topic="numbers",
                beat=Beat("meeting-notes", "correct", intent, facts=FACTS),
                thread=() if new else (parent,),
            )
        )
        return replace(told, words=60)


def _party(author: Author) -> Party:
    return Party(author.name, author.email, author.role)


def good() -> Iterator[Labelled]:
    """Mails as people write them."""
    for name, first in (("good.yaml", 0), ("unseen-good.yaml", 20_000)):
        for number, (language, entry) in enumerate(_entries(name), first):
            needs, text = ((), entry) if isinstance(entry, str) else (tuple(entry[0]), entry[1])
            yield Labelled(number, language, text, needs, unseen=first > 0)


def bad() -> Iterator[Labelled]:
    """Answers of models that must not become mail."""
    files = (("bad.yaml", 10_000), ("unseen-bad.yaml", 30_000), ("tuned-bad.yaml", TUNED))
    for name, first in files:
        for number, (reason, entry) in enumerate(_entries(name), first):
            needs = tuple(entry[1]) if len(entry) == 3 else ()
            reason = reason.removesuffix(" again").removesuffix(" more")
            yield Labelled(number, entry[0], entry[-1], needs, reason, unseen=first == 30_000)


def _entries(name: str) -> Iterator[tuple[str, Any]]:
    content: Any = load((HERE / name).read_text("utf-8"), name)
    yield from ((key, entry) for key, listed in content.items() for entry in listed)


def report() -> Iterator[str]:
    """How the gate does on the labelled mails, as lines of a Markdown table."""
    yield "| mails | number | caught | of them never tuned on | caught |"
    yield "|---|---|---|---|---|"
    for name, cases in (("bad answers", list(bad())), ("good mails", list(good()))):
        caught = [case for case in cases if case.caught]
        unseen = [case for case in cases if case.held_out]
        those = [case for case in caught if case.held_out]
        yield (
            f"| {name} | {len(cases)} | {len(caught) / len(cases):.1%} | {len(unseen)} "
            f"| {len(those) / len(unseen):.1%} |"
        )


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")
