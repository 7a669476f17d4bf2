"""What a writer has to know about one mail, as a value.

The length is drawn here from the reference distribution of own words in a mail (measured, see
docs/realism.md, section 2: replies mode 5, median 43), so that every writer aims at the same
spread.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from math import exp, log
from typing import Literal

from decnet_emailgen.generate.forms import Slots, local_date, standard
from decnet_emailgen.generate.phrases import Dates
from decnet_emailgen.records import Pick

Quantiles = tuple[tuple[float, float], ...]

PHONES = frozenset({"iphone", "k9"})
REPLIES: Quantiles = (
    (0, 1), (0.04, 4), (0.1, 10), (0.25, 34), (0.5, 86), (0.75, 170), (0.95, 360), (1, 400),
)  # fmt: skip
SMALL: Quantiles = ((0, 1), (0.1, 7), (0.25, 22), (0.5, 50), (0.75, 84), (0.95, 125), (1, 150))
"""For replies in small matters, on which nobody writes a page."""
NEW: Quantiles = ((0, 8), (0.1, 22), (0.25, 38), (0.5, 65), (0.75, 120), (0.95, 280), (1, 400))
FORWARDS: Quantiles = ((0, 1), (0.25, 4), (0.5, 10), (0.75, 22), (0.95, 60), (1, 100))
PRIVATE: Quantiles = ((0, 2), (0.25, 7), (0.5, 16), (0.75, 32), (0.95, 75), (1, 110))
BRISK: Quantiles = ((0, 1), (0.25, 4), (0.5, 8), (0.85, 22), (1, 45))
"""For beats that say so: "in a line", "briefly". They are a good third of all replies, so that
:data:`REPLIES` holds what is left of the reference distribution: both together have its median."""

_SMALL_MATTERS = frozenset(
    {
        *("meeting-move", "quick-question", "access-request", "badge", "heating", "sick-note"),
        *("expense-receipt", "leave-request", "laptop-trouble", "room-works", "training"),
    }
)
_BRISK = re.compile(r"\b(?:a|one|few|two) (?:short )?(?:lines?|words?)\b|briefly|shortly")
_FACT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Brief:
    """One mail's brief.

    ``words`` is the length to aim at, own words without signature and quotation; ``when`` the
    mail's Date on the author's wall clock. Of each set in ``needed`` one fact must appear.
    """

    pick: Pick
    words: int
    when: datetime
    device: Literal["desktop", "phone"]
    needed: tuple[tuple[str, ...], ...]

    @property
    def language(self) -> str:
        """The language of the mail."""
        return self.pick.language

    @property
    def wants_subject(self) -> bool:
        """Whether the writer makes the subject; a reply's comes from its parent."""
        return self.pick.kind == "new"

    @property
    def many(self) -> bool:
        """Whether the mail speaks to several people at once."""
        return len(self.pick.to) > 1

    def slots(self, dates: Dates) -> Slots:
        """The facts in words of the mail's language, as seen from the day it is written."""
        pick = self.pick
        recipient = pick.to[0] if pick.to else None
        known = standard(pick.sender, recipient, pick.sender.organisation)
        return Slots(pick.beat.facts, self.when.date(), pick.language, dates, known)


def brief(pick: Pick) -> Brief:
    """The brief of a pick; nothing in it depends on anything else."""
    phone = pick.sender.client in PHONES
    return Brief(
        pick=pick,
        words=target_words(pick, phone),
        when=local_date(pick.when, pick.sender.timezone),
        device="phone" if phone else "desktop",
        needed=needed_facts(pick),
    )


def needed_facts(pick: Pick) -> tuple[tuple[str, ...], ...]:
    """Sets of facts that the intent names; "or" in an intent makes one set of all of them."""
    named, alternatives = _named(marked_intent(pick))
    if not named:
        return ()
    held = {fact.name for fact in pick.beat.facts}
    names = tuple(name for name in named if name in held)
    if alternatives:
        return (names,) if names else ()
    return tuple((name,) for name in names)


def marked_intent(pick: Pick) -> str:
    """The intent with each fact it names as ``{name}``, whether it has been filled in or not."""
    text = pick.beat.intent
    for fact in sorted(pick.beat.facts, key=lambda fact: -len(fact.value)):
        if fact.value:
            found = rf"(?<![\w{{]){re.escape(fact.value)}(?![\w}}])"
            text = re.sub(found, f"{{{fact.name}}}", text)
    return text


@lru_cache(1024)
def _named(intent: str) -> tuple[tuple[str, ...], bool]:
    return tuple(dict.fromkeys(_FACT.findall(intent))), " or " in intent


@lru_cache(1024)
def _is_brisk(intent: str) -> bool:
    return _BRISK.search(intent) is not None


def target_words(pick: Pick, phone: bool) -> int:
    """The length to aim at, drawn by the pick's id."""
    table = _table(pick)
    words = quantile(table, draw(pick.id, "length"))
    if phone:
        words /= 2
    return max(1, round(words))


def _table(pick: Pick) -> Quantiles:
    if _is_brisk(pick.beat.intent):
        return BRISK
    if pick.beat.private:
        return PRIVATE
    replies = SMALL if pick.beat.story in _SMALL_MATTERS else REPLIES
    return {"new": NEW, "forward": FORWARDS}.get(pick.kind, replies)


def quantile(table: Quantiles, share: float) -> float:
    """The value below which ``share`` of the distribution lies, between points by logarithm."""
    n = min(bisect_right(table, share, key=lambda point: point[0]), len(table) - 1)
    (p, low), (q, high) = table[n - 1], table[n]
    return exp(log(low) + (log(high) - log(low)) * (share - p) / (q - p))


def draw(key: str, about: str) -> float:
    """A number in [0, 1) that is fixed for a key and a purpose."""
    digest = blake2b(f"{key}:{about}".encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48
