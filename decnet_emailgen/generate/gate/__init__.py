"""The gate: what a writer returned becomes a mail, repaired where that is safe, or is refused.

Repairs come first and are named in the verdict; then each check may refuse with a reason code (see
:mod:`decnet_emailgen.generate.gate.reasons`). The text of a model is hostile input: nothing in it
reaches a header but the subject, on one line and without control characters (RFC 5322 section
2.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from decnet_emailgen.generate import attached, builtin, prompt
from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.forms import spoken_name
from decnet_emailgen.generate.gate import days, leaks, people, style, subjects, truth
from decnet_emailgen.generate.gate.clean import clean
from decnet_emailgen.generate.gate.reasons import REASONS, Reason, table
from decnet_emailgen.generate.gate.tongue import wrong_language
from decnet_emailgen.generate.shingles import Memory, Seen, jaccard, shingles
from decnet_emailgen.records import Rejection

__all__ = ["REASONS", "Memory", "Reason", "Seen", "Verdict", "judge", "table"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mail's subject and text, the repairs made, and why it was refused, if it was."""

    subject: str
    text: str
    repairs: tuple[str, ...] = ()
    rejection: Rejection | None = None


def judge(answer: str, brief: Brief, seen: Seen | None = None) -> Verdict:
    """The verdict on a writer's raw answer."""
    text, repairs = clean(answer)
    subject, text, more = subjects.split(text)
    repairs += more
    if subject and not brief.wants_subject:
        repairs.append("subject-in-reply")
    text, more, (reason, detail) = people.settle(text, brief)
    repairs += more
    text, more = _restyle(text, brief)
    repairs += more
    if not reason:
        reason, detail = next(_objections(text, subject, brief, seen), ("", ""))
    if brief.wants_subject:
        subject, more = _subject(subject, brief)
        repairs += more
    else:
        subject = ""
    rejection = Rejection(reason, detail, answer) if reason else None
    return Verdict(subject, text, tuple(dict.fromkeys(repairs)), rejection)


def _restyle(text: str, brief: Brief) -> tuple[str, list[str]]:
    repairs = []
    for name, repair in (("em-dash", style.dashes), ("stock-phrase", style.without_stock)):
        mended = repair(text, brief)
        if mended != text:
            repairs.append(name)
            text = mended
    return text, repairs


def _objections(
    text: str, subject: str, brief: Brief, seen: Seen | None
) -> Iterator[tuple[str, str]]:
    """Reasons against the mail, the plainest first."""
    whole = f"{subject}\n{text}"
    if not people.says_something(text, brief):
        yield "empty", "no words"
    if found := leaks.thinking(text):
        yield "thinking", found
    hard = {
        "json": leaks.code(text),
        "refusal": leaks.refusal(whole, brief.language),
        "placeholder": leaks.placeholder(whole),
        "markdown": leaks.markup(text),
    }
    yield from ((reason, detail) for reason, detail in hard.items() if detail)
    yield from _echoes(text, brief)
    yield from _untruths(whole, brief)
    if found := wrong_language(text, brief.language):
        yield "wrong-language", f"looks like {found}, should be {brief.language}"
    if found := style.vocabulary(text, brief):
        yield "ai-vocabulary", found
    if found := style.too_long(text, brief):
        yield "too-long", found
    if seen is None:
        return
    sender = brief.pick.sender
    if not sender.uses_llms_heavily and (found := seen.wear.worn(sender.email, text)):
        yield "worn-phrase", found
    if twin := seen.alike(shingles(text)):
        yield "near-duplicate", f"like mail {twin}"


def _echoes(text: str, brief: Brief) -> Iterator[tuple[str, str]]:
    if found := leaks.instruction(text, prompt.system(brief)):
        yield "prompt-echo", found
    sender, inside = brief.pick.sender, brief.pick.thread or not brief.pick.sender.outside
    if inside and (found := leaks.introduction(text, spoken_name(sender.name), sender.role)):
        yield "prompt-echo", found
    if f"{brief.when:%d %B %Y}, {brief.when:%H:%M}" in text:
        yield "prompt-echo", "the date and time that the prompt gave"
    if found := leaks.repetition(text):
        yield "repetition", found
    own, others = people.names_of(sender.name), people.others(brief)
    if found := leaks.several(text, brief.language, own, others):
        yield "not-one-mail", found
    marks = shingles(text)
    if marks and any(jaccard(marks, shingles(mail.text)) > 0.4 for mail in brief.pick.thread):
        yield "parent-echo", "the words of a mail in the thread"


def _untruths(whole: str, brief: Brief) -> Iterator[tuple[str, str]]:
    checks = {
        "invented-address": truth.invented,
        "invented-person": people.stranger,
        "fact-changed": truth.changed,
        "date-contradiction": days.contradiction,
        "fact-missing": truth.missing,
        "no-attachment": attached.unfounded,
    }
    for reason, check in checks.items():
        if found := check(whole, brief):
            yield reason, found


def _subject(subject: str, brief: Brief) -> tuple[str, list[str]]:
    """The subject if it will do, else one from the facts that the mail is about."""
    wanted = subjects.usable(style.dashes(subject, brief))
    if wanted and not leaks.refusal(wanted, brief.language):
        return wanted, []
    return builtin.subject(brief) or fallback_subject(brief), ["subject"]


def fallback_subject(brief: Brief) -> str:
    """A subject where a language has no phrases: a fact that names the matter, or the topic."""
    needed = {name for names in brief.needed for name in names}
    texts = [fact for fact in brief.pick.beat.facts if fact.kind == "text"]
    named = [fact.value for fact in texts if fact.name in needed] or [f.value for f in texts]
    return named[0] if named else brief.pick.topic.capitalize()
