"""Words: how much people write, and what gives away that they did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.lexicon import MOST, language, lexicon, words
from decnet_emailgen.audit.measures.base import Measure, Seen, quantile, share
from decnet_emailgen.audit.measures.time import distance
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample
from decnet_emailgen.audit.text import Own, Text, signed, text

WORDS = 2000
"""Fewer words of a person say nothing of a mark that comes once in thousands."""

BOX = 200
"""Mails to one opener of a kind that people hardly write."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept of a mail's words; ``favoured`` are different words that models favour."""

    text: Text
    dashes: int
    favoured: int
    well: bool
    slip: str
    language: str


class Wording(Measure):
    """Everything that the words of mail between people tell; each mail counts once."""

    checks = (
        *("reply-words-p25", "reply-words-p50", "reply-words-p75", "reply-words-p95"),
        *("reply-short", "far-words", "new-words-p50", "greeted", "closed"),
        *("dashes", "dashes-person", "favoured", "well", "well-internal", "slips"),
    )

    def __init__(self) -> None:
        self._notes: dict[str, Note] = {}

    def add(self, seen: Seen) -> None:
        """Note a mail between people."""
        if not seen.again and seen.sample.human:
            self._notes[seen.sample.key] = note(seen.mail.own[:MOST], seen.sample.name)

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Lengths, manners, tells."""
        noted = [(mail, self._notes[mail.key]) for mail in corpus.human if mail.key in self._notes]
        own = _own(corpus, self._notes)
        yield from _lengths([(mail, own[mail.key].words) for mail, _ in noted])
        yield share("greeted", noted, lambda item: item[1].text.greeted)
        yield share("closed", noted, lambda item: item[1].text.closed)
        yield from _dashes(corpus, self._notes)
        yield share("favoured", noted, lambda item: item[1].favoured > 1, _named)
        yield from _wells(corpus, self._notes)
        told = [item for item in noted if item[1].language and item[1].text.words > 3]
        yield share(
            "slips", told, lambda item: bool(item[1].slip or own[item[0].key].unfinished), _slip
        )


Noted = tuple[Sample, Note]


def note(own: str, name: str) -> Note:
    """What is kept of a mail's words."""
    spoken = words(own)
    code = language(spoken)
    known = text(own, name, len(spoken))
    slips = lexicon().slips.get(code)
    slip = slips.search(own) if slips else None
    return Note(
        text=known,
        dashes=own.count("\u2014"),
        favoured=len({found.lower() for found in lexicon().vocabulary.findall(own)}),
        well=bool(lexicon().well.search(own)),
        slip=slip[0] if slip else "",
        language=code,
    )


def _named(item: Noted) -> Offender:
    return item[0].offender()


def _slip(item: Noted) -> Offender:
    return item[0].offender(item[1].slip or "no mark at a paragraph's end")


def _own(corpus: Corpus, notes: dict[str, Note]) -> dict[str, Own]:
    """Each mail's text without its author's signature."""
    found: dict[str, Own] = {}
    for _, mails in corpus.by_sender():
        known = [mail.key for mail in mails if mail.key in notes]
        found.update(zip(known, signed([notes[key].text for key in known]), strict=True))
    return found


def _lengths(counted: list[tuple[Sample, int]]) -> Iterable[Value]:
    replies = sorted(count for mail, count in counted if mail.kind == "reply" and count)
    for check, part in (("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)):
        yield Value(f"reply-words-{check}", quantile(replies, part), len(replies))
    short = [item for item in counted if item[0].kind == "reply"]
    yield share("reply-short", short, lambda item: item[1] <= 10)
    yield distance("far-words", replies, "reply-words")
    new = sorted(count for mail, count in counted if mail.kind == "new" and count)
    yield Value("new-words-p50", quantile(new, 0.5), len(new))


def _dashes(corpus: Corpus, notes: dict[str, Note]) -> Iterable[Value]:
    """Em dashes in 1,000 words: of all, and of whoever sets most."""
    total = dashes = persons = 0
    most = 0.0
    worst: tuple[Offender, ...] = ()
    offenders: list[Offender] = []
    for _, mails in corpus.by_sender():
        known = [(mail, notes[mail.key]) for mail in mails if mail.key in notes]
        count = sum(item.text.words for _, item in known)
        marks = sum(item.dashes for _, item in known)
        with_marks = tuple(mail.offender(mail.sender) for mail, item in known if item.dashes)
        offenders += with_marks
        total, dashes = total + count, dashes + marks
        if count >= WORDS:
            persons += 1
            if 1000 * marks / count > most:
                most, worst = 1000 * marks / count, with_marks
    yield Value("dashes", 1000 * dashes / total if total else None, total, tuple(offenders))
    yield Value("dashes-person", most if persons else None, persons, worst)


def _wells(corpus: Corpus, notes: dict[str, Note]) -> Iterable[Value]:
    """Openers that wish well: how many in 200 mails of the worst mailbox; how many in the house."""
    boxes: dict[str, dict[str, bool]] = {}
    for copy in corpus.copies:
        if copy.key in notes:
            boxes.setdefault(copy.mailbox, {})[copy.key] = notes[copy.key].well
    rated = [
        (BOX * sum(held.values()) / len(held), len(held), held)
        for held in boxes.values()
        if len(held) >= BOX
    ]
    rate, n, worst = max(rated, key=lambda one: one[0], default=(None, 0, {}))
    named = tuple(corpus.mails[key].offender() for key, well in worst.items() if well)
    yield Value("well", rate, n, named)
    inside = [mail for mail in corpus.human if mail.key in notes and corpus.internal(mail)]
    bad = tuple(mail.offender() for mail in inside if notes[mail.key].well)
    yield Value("well-internal", float(len(bad)) if inside else None, len(inside), bad)


MEASURES = (Wording,)
