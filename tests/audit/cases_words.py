"""Mailboxes for the checks of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from decnet_emailgen.audit import Entry, reference
from tests.audit.boxes import BEN, MONDAY, Case, entry, mail

SENTENCE = "the pump for the second line is still in the yard and nobody has signed for it"
"""Seventeen words."""


def answers(lengths: Sequence[int]) -> list[Entry]:
    """Answers of these many words."""
    spoken = SENTENCE.split()
    found = []
    for number, length in enumerate(lengths):
        body = " ".join(spoken[n % len(spoken)] for n in range(length)).capitalize() + "."
        content = mail(number, MONDAY, subject="Re: Pump", answers=5000 + number, body=body)
        found.append(entry(content))
    return found


def like_people() -> list[Entry]:
    """Answers between SA's lengths and Kooti's."""
    points = [(2.0, 0.0), *reference().quantiles["reply-words"], (600.0, 1.0)]
    found = []
    for n in range(300):
        share = n / 300
        high = next(i for i, (_, part) in enumerate(points) if part > share)
        (low_at, low), (high_at, top) = points[high - 1], points[high]
        at = low_at + (high_at - low_at) * (share - low) / (top - low)
        found.append(max(1, int(at * 0.85)))
    return answers(found)


def curt() -> list[Entry]:
    """Answers of five words."""
    return answers([5] * 250)


def lengthy() -> list[Entry]:
    """Answers of four hundred words."""
    return answers([400] * 250)


def saying(*bodies: str, count: int = 300, to: str = BEN) -> Callable[[], list[Entry]]:
    """New mails with these bodies in turn."""
    return lambda: [
        entry(mail(n, MONDAY, to=(to,), body=bodies[n % len(bodies)])) for n in range(count)
    ]


PLAIN = f"Hi Ben,\n\n{SENTENCE.capitalize()}.\n\nThanks,\nAnna"
DASHED = f"Hi Ben,\n\n{SENTENCE.capitalize()} \u2014 not even Carla.\n\nThanks,\nAnna"
FAVOURED = "Hi Ben,\n\nThis pivotal and multifaceted plan is in the yard.\n\nAnna"
WELL = "Hi Ben,\n\nI hope this email finds you well. The pump is in the yard.\n\nAnna"
SLIPS = (
    PLAIN,
    PLAIN,
    PLAIN,
    PLAIN,
    PLAIN,
    PLAIN,
    PLAIN,
    "Hi Ben,\n\nThe pump is in teh yard and it is not ours.\n\nAnna",
    "Hallo Ben,\n\ndie Pumpe ist da und das ist nicht gut\n\nGruß\nAnna",
)
ONE_OF_100 = [PLAIN] * 399 + [WELL]


def told(text: str) -> Callable[[], list[Entry]]:
    """A mailbox with one mail of such a text."""
    return lambda: [entry(mail(0)), entry(mail(1, body=f"Hi Ben,\n\n{text}\n\nAnna"))]


CASES: dict[str, Case] = {
    "reply-words-p25": Case(like_people, curt),
    "reply-words-p50": Case(like_people, curt),
    "reply-words-p75": Case(like_people, curt),
    "reply-words-p95": Case(like_people, lengthy),
    "reply-short": Case(like_people, curt),
    "far-words": Case(like_people, lengthy),
    "dashes": Case(saying(PLAIN, count=600), saying(DASHED, PLAIN, count=600)),
    "dashes-person": Case(saying(PLAIN, count=600), saying(DASHED, PLAIN, count=600)),
    "favoured": Case(saying(PLAIN), saying(PLAIN, FAVOURED)),
    "well": Case(saying(*ONE_OF_100, count=400), saying(PLAIN, WELL)),
    "well-internal": Case(saying(PLAIN), saying(PLAIN, WELL)),
    "slips": Case(saying(*SLIPS), saying(PLAIN)),
    "placeholder": Case(saying(PLAIN), told("Best regards, [Your Name]")),
    "markdown": Case(saying(PLAIN), told("The **final figures** are in.")),
    "refusal": Case(saying(PLAIN), told("As an AI language model I have no pump.")),
    "prompt-echo": Case(saying(PLAIN), told("Sure, here is the email:\nThe pump is in.")),
}
