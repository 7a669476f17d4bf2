"""Why an answer is refused: reason codes, what each means, and what the model is told.

The table in docs/writers.md is made from this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code; ``advice`` is the sentence that goes back to the model."""

    code: str
    meaning: str
    advice: str


_TABLE = (
    Reason(
        "empty",
        "nothing is left once scraps are taken away",
        "Write the mail itself.",
    ),
    Reason(
        "thinking",
        "only a model's thoughts, no mail",
        "Write the mail only, no reasoning.",
    ),
    Reason(
        "json",
        "JSON or code instead of a mail",
        "Write plain text, no JSON and no code.",
    ),
    Reason(
        "refusal",
        "the model declines, or speaks of itself",
        "Write the mail as the sender; never speak about yourself.",
    ),
    Reason(
        "placeholder",
        "a gap is left: [Name], {{x}}, $slot, lorem ipsum",
        "Leave no gaps or brackets to fill in: use only what you were told.",
    ),
    Reason(
        "markdown",
        "tables or other markup that cannot be taken out",
        "Use plain text without markup.",
    ),
    Reason(
        "prompt-echo",
        "repeats its instructions",
        "Don't repeat or mention the instructions.",
    ),
    Reason(
        "parent-echo",
        "repeats the mail it answers",
        "Answer the mail; don't repeat its text.",
    ),
    Reason(
        "repetition",
        "the same sentence or line again and again",
        "Say everything once.",
    ),
    Reason(
        "not-one-mail",
        "a second greeting, or more text below the name",
        "Write one mail and stop after its end.",
    ),
    Reason(
        "wrong-signature",
        "signs as somebody else",
        "Sign as the sender, or not at all.",
    ),
    Reason(
        "wrong-recipient",
        "speaks to the sender, as if the other side had written",
        "Write from the sender to the recipient.",
    ),
    Reason(
        "invented-address",
        "an address, link or phone number nobody gave",
        "Mention no mail address, link or phone number.",
    ),
    Reason(
        "invented-person",
        "a first name of the kind that models make up, of somebody nobody knows",
        "Name nobody but the people you were told of.",
    ),
    Reason(
        "fact-missing",
        "a fact of the brief does not appear",
        "Mention every fact exactly as given.",
    ),
    Reason(
        "fact-changed",
        "a number, amount or name differs from the brief",
        "Keep to the given numbers and amounts; invent none.",
    ),
    Reason(
        "no-attachment",
        "says that a file is attached, and there is none",
        "Nothing goes with this mail: don't say that something is attached.",
    ),
    Reason(
        "date-contradiction",
        "a weekday and its date, or a year, cannot be right",
        "Name days exactly as given; add no dates of your own.",
    ),
    Reason(
        "wrong-language",
        "another language than the mail's",
        "Write in the language you were told.",
    ),
    Reason(
        "ai-vocabulary",
        "words and phrases that models pile up",
        "Use plain, everyday office words.",
    ),
    Reason(
        "too-long",
        "far longer than such a mail is",
        "Be much shorter.",
    ),
    Reason(
        "worn-phrase",
        "begins or ends as too many of this author's mails do already",
        "Begin and end in another way.",
    ),
    Reason(
        "near-duplicate",
        "nearly the same as a mail there is already",
        "Put it differently.",
    ),
    Reason(
        "unanswered",
        "the server failed on this mail alone, again and again, while it answered others",
        "Write the mail itself.",
    ),
)

REASONS = {reason.code: reason for reason in _TABLE}


def table() -> Iterator[str]:
    """The reasons as lines of a Markdown table."""
    yield "| code | meaning | what the model is told |"
    yield "|---|---|---|"
    for reason in _TABLE:
        yield f"| `{reason.code}` | {reason.meaning} | {reason.advice} |"
