"""The step from a pick to a draft: brief, words, gate, bytes.

An answer that the gate refuses is asked for once more with the reason told, then with another
seed; then the operator's choice decides: the builtin writer, no mail, or an end. Every refused
answer stays in the record with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate import builtin, notices
from decnet_emailgen.generate.brief import Brief, brief
from decnet_emailgen.generate.builtin import Words
from decnet_emailgen.generate.shingles import Seen, shingles
from decnet_emailgen.generate.texture import SMART_QUOTES, typographic
from decnet_emailgen.generate.writers import Unanswered, Writer
from decnet_emailgen.generate.writers.builtin import Builtin
from decnet_emailgen.mail.systems import is_system
from decnet_emailgen.records import Draft, Pick, Rejection

if TYPE_CHECKING:
    from decnet_emailgen.generate.gate import Verdict

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
    pick: Pick,
    writer: Writer,
    *,
    on_reject: OnReject = "builtin",
    seen: Seen | None = None,
    refused: tuple[Rejection, ...] = (),
    heard: Callable[[tuple[Rejection, ...]], None] = lambda refused: None,
) -> Draft | Rejected:
    """The draft of a pick, or why there is none.

    ``seen`` holds what has been written before, for the check against near-duplicates; an accepted
    text is added to it. ``refused`` are answers of an earlier run, which are not asked for again;
    ``heard`` is told all refused answers whenever there is one more. Raises
    :class:`decnet_emailgen.errors.WriterError` if the writer cannot be reached.
    """
    told = brief(pick)
    if is_system(pick.sender.client):
        return _notice(told, on_reject)
    if isinstance(writer, Builtin):
        return _builtin(told, writer, (), on_reject, seen)
    rejections = list(refused)
    while len(rejections) == len(refused) or len(rejections) % ATTEMPTS:
        verdict = _attempt(told, writer, rejections, seen)
        if verdict.rejection is None:
            if seen is not None:
                seen.add(pick.id, shingles(verdict.text))
                seen.wear.add(pick.sender.email, verdict.text)
            return _draft(told, verdict.subject, verdict.text, writer, verdict.repairs, rejections)
        rejections.append(verdict.rejection)
        heard(tuple(rejections))
        if verdict.rejection.reason == "unanswered":
            break
    if on_reject == "builtin":
        return _builtin(told, Builtin(), tuple(rejections), on_reject, seen)
    return Rejected(pick, tuple(rejections), fatal=on_reject == "fail")


def _notice(told: Brief, on_reject: OnReject) -> Draft | Rejected:
    """What a system sends is put together whoever the writer is: no model wrote it in reality."""
    try:
        words = notices.write(told)
    except SettingError as exc:
        problem = Rejection("no-phrases", str(exc), "")
        return Rejected(told.pick, (problem,), fatal=on_reject == "fail")
    return _draft(told, words.subject, words.text, Builtin(), (), [])


def _attempt(
    told: Brief, writer: Writer, rejections: list[Rejection], seen: Seen | None
) -> Verdict:
    """One more answer, judged; the second of three is told what was wrong with the first."""
    from decnet_emailgen.generate.gate import Verdict, judge
    from decnet_emailgen.generate.gate.reasons import REASONS

    attempt, complaint = len(rejections), ""
    if attempt % ATTEMPTS == 1:
        complaint = f"{rejections[-1].detail}. {REASONS[rejections[-1].reason].advice}"
    try:
        return judge(writer.write(told, attempt, complaint), told, seen)
    except Unanswered as exc:
        return Verdict("", "", rejection=Rejection("unanswered", str(exc), ""))


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
