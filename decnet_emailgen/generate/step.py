"""The step from a pick to a draft: brief, words, gate, bytes.

An answer that the gate refuses is asked for once more with the reason told, then with another
seed; then the operator's choice decides: the builtin writer, no mail, or an end. Every refused
answer stays in the record with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate import builtin
from decnet_emailgen.generate.brief import Brief, brief
from decnet_emailgen.generate.builtin import Words
from decnet_emailgen.generate.shingles import Seen, shingles
from decnet_emailgen.generate.texture import SMART_QUOTES, typographic
from decnet_emailgen.generate.writers import Writer
from decnet_emailgen.generate.writers.builtin import Builtin
from decnet_emailgen.records import Draft, Pick, Rejection

OnReject = Literal["builtin", "skip", "fail"]
ATTEMPTS = 3
VARIANTS = 5


@dataclass(frozen=True, slots=True)
class Rejected:
    """A pick for which no writer found acceptable words; ``fatal`` if the operator wants an end."""

    pick: Pick
    rejections: tuple[Rejection, ...]
    fatal: bool = False

    @property
    def reason(self) -> str:
        """Why the last answer was refused, in one line."""
        last = self.rejections[-1]
        return f"{last.reason}: {last.detail}"


def generate(
    pick: Pick, writer: Writer, *, on_reject: OnReject = "builtin", seen: Seen | None = None
) -> Draft | Rejected:
    """The draft of a pick, or why there is none.

    ``seen`` holds what has been written before, for the check against near-duplicates; an accepted
    text is added to it. Raises :class:`decnet_emailgen.errors.WriterError` if the writer cannot
    be reached.
    """
    told = brief(pick)
    if isinstance(writer, Builtin):
        return _builtin(told, writer, (), on_reject, seen)
    rejections: list[Rejection] = []
    complaint = ""
    for attempt in range(ATTEMPTS):
        from decnet_emailgen.generate.gate import judge
        from decnet_emailgen.generate.gate.reasons import REASONS

        verdict = judge(writer.write(told, attempt, complaint), told, seen)
        if verdict.rejection is None:
            if seen is not None:
                seen.add(pick.id, shingles(verdict.text))
            return _draft(told, verdict.subject, verdict.text, writer, verdict.repairs, rejections)
        rejections.append(verdict.rejection)
        advice = REASONS[verdict.rejection.reason].advice
        complaint = f"{verdict.rejection.detail}. {advice}" if attempt == 0 else ""
    if on_reject == "builtin":
        return _builtin(told, Builtin(), tuple(rejections), on_reject, seen)
    return Rejected(pick, tuple(rejections), fatal=on_reject == "fail")


def _builtin(
    told: Brief,
    writer: Builtin,
    rejections: tuple[Rejection, ...],
    on_reject: OnReject,
    seen: Seen | None,
) -> Draft | Rejected:
    """The builtin writer's mail: it keeps the gate's rules by itself but for the cheapest."""
    try:
        words = _unlike(told, writer, seen)
    except SettingError as exc:
        problem = Rejection("no-phrases", str(exc), "")
        return Rejected(told.pick, (*rejections, problem), fatal=on_reject == "fail")
    if fault := builtin.faulty(words):
        problem = Rejection("placeholder", fault, words.text)
        return Rejected(told.pick, (*rejections, problem), fatal=on_reject == "fail")
    return _draft(told, words.subject, words.text, writer, (), list(rejections))


def _unlike(told: Brief, writer: Builtin, seen: Seen | None) -> Words:
    """The first of some variants that is unlike what has been written before."""
    if seen is None:
        return writer.words(told)
    for variant in range(VARIANTS):
        words = writer.words(told, variant)
        marks = shingles(words.text)
        if not seen.alike(marks):
            break
    seen.add(told.pick.id, marks)
    return words


def _draft(
    told: Brief,
    subject: str,
    text: str,
    writer: Writer,
    repairs: tuple[str, ...],
    rejections: list[Rejection],
) -> Draft:
    from decnet_emailgen.mail import compose

    pick = told.pick
    client = pick.sender.client
    text = typographic(text, client, pick.language)
    if client in SMART_QUOTES and client not in ("outlook", "exchange"):
        subject = typographic(subject, client, pick.language)
    composed = compose(pick, subject, text)
    return Draft(
        pick=pick,
        subject=composed.subject,
        text=text,
        message=composed.message.decode(),
        writer=writer.name,
        model=writer.model,
        repairs=repairs,
        rejections=tuple(rejections),
    )
