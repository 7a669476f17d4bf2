"""How a person writes: habits that hold for years, drawn once from the person's address.

Workplaces greet in 17 to 59 % of their mail and firms differ strongly (Waldvogel 2007, measured in
docs/realism.md, section 2); people differ too, and each keeps to one or two forms. A mannerism
of the personas file that names a habit known here overrides what was drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Literal

from decnet_emailgen.records import Author

Sign = Literal["first", "full", "initials", "none"]


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares are in [0, 1]; ``greeting`` and ``closing`` point into the lists of ``mail.yaml``."""

    greets_new: float
    greets_reply: float
    greeting: tuple[float, float]
    time_of_day: float
    closes_new: float
    closes_reply: float
    closing: tuple[float, float]
    sign: Sign
    paragraphs: Literal["block", "topic", "airy"]
    tight: bool
    lower_start: bool
    no_stop: float
    spells_out: bool
    typos: float
    exclaims: float
    smiles: float
    lists: float
    bullet: str
    length: float
    double_space: bool
    own_greeting: str = ""
    own_closing: str = ""
    opener: str = ""


def habits(author: Author) -> Habits:
    """The habits of an author for this mail, with the mannerisms chosen for it."""
    drawn = _draw(author.email, author.tone)
    return _with_mannerisms(drawn, author.mannerisms) if author.mannerisms else drawn


@lru_cache(4096)
def _draw(email: str, tone: str) -> Habits:
    rng = Random(f"habits:{email}")
    formal, casual, terse = tone == "formal", tone == "casual", tone in ("direct", "technical")
    r = rng.random
    return Habits(
        greets_new=min(1.0, 0.55 + 0.45 * r() + (0.2 if formal else 0)),
        greets_reply=(0.7 if formal else 0.45) * r() + (0.2 if formal else 0.03),
        greeting=(r(), r()),
        time_of_day=0.5 * r() if r() < 0.4 else 0.0,
        closes_new=min(1.0, 0.4 + 0.6 * r() + (0.2 if formal else 0)),
        closes_reply=0.7 * r() + (0.2 if formal else 0),
        closing=(r(), r()),
        sign=_sign(r(), formal),
        paragraphs="block" if terse and r() < 0.5 else "topic" if r() < 0.72 else "airy",
        tight=r() < 0.12,
        lower_start=casual and r() < 0.2,
        no_stop=(0.35 if casual else 0.12) * r() if not formal else 0.02 * r(),
        spells_out=formal and r() < 0.6,
        typos=(0.03 + 0.2 * r() * r()) * (0.6 if formal else 1),
        exclaims=0.35 * r() if r() < (0.5 if casual else 0.25) and not formal else 0.0,
        smiles=0.25 * r() if casual and r() < 0.5 else 0.0,
        lists=0.5 * r() if r() < (0.6 if tone == "technical" else 0.3) else 0.0,
        bullet="- " if r() < 0.75 else "* ",
        length=0.8 + 0.3 * r() if terse else 0.85 + 0.4 * r(),
        double_space=r() < 0.03,
    )


def _sign(u: float, formal: bool) -> Sign:
    table: tuple[tuple[float, Sign], ...] = ((0.55, "first"), (0.7, "initials"), (1.0, "none"))
    if formal:
        table = ((0.35, "first"), (0.85, "full"), (1.0, "none"))
    return next(sign for share, sign in table if u < share)


_QUOTED = re.compile(r"(?<!\w)['\"‘“]([^'\"‘’“”]{1,60})['\"’”](?!\w)")
_NO = r"(?:no|never|skips?|without|omits?)"
_KINDS: tuple[tuple[str, dict[str, object]], ...] = (
    (r"bullet|numbered|\blists?\b", {"lists": 0.85}),
    (r"lower.?case|uncapitali[sz]ed", {"lower_start": True}),
    (rf"{_NO} (a )?greeting|never greets|straight to", {"greets_new": 0.05, "greets_reply": 0.0}),
    (rf"{_NO} (a )?(sign|closing)", {"closes_new": 0.0, "closes_reply": 0.0, "sign": "none"}),
    (r"always greets|greets everybody|polite", {"greets_new": 1.0, "greets_reply": 0.75}),
    (r"exclamation", {"exclaims": 0.6}),
    (r"emoji|smil(e|ey|ies)|emoticon", {"smiles": 0.5}),
    (r"typos?|misspell|spelling mistakes", {"typos": 0.45}),
    (r"short|terse|brief|one.?line|laconic|curt|few words", {"length": 0.55}),
    (r"\blong|verbose|rambl|wordy|detailed", {"length": 1.6}),
    (r"initials", {"sign": "initials"}),
    (r"good morning|time of (the )?day", {"time_of_day": 0.8}),
    (r"no (full )?stop|punctuation", {"no_stop": 0.6}),
)  # fmt: skip


@lru_cache(4096)
def _with_mannerisms(drawn: Habits, mannerisms: tuple[str, ...]) -> Habits:
    changes: dict[str, object] = {}
    for mannerism in mannerisms:
        quoted = _QUOTED.search(mannerism)
        if quoted is not None:
            changes.update(_phrase(mannerism.lower(), quoted[1].strip()))
            continue
        for pattern, known in _KINDS:
            if re.search(pattern, mannerism, re.IGNORECASE):
                changes.update(known)
    return replace(drawn, **changes)  # type: ignore[arg-type] # the table holds each field's type


def _phrase(mannerism: str, phrase: str) -> dict[str, object]:
    """Where a quoted phrase goes: to the beginning or the end of a mail, if that is said."""
    if re.search(r"sign|clos|end(s|ing)|finish", mannerism):
        return {"own_closing": phrase}
    if re.search(r"greet|salut|address", mannerism):
        return {"own_greeting": phrase}
    if re.search(r"start|open|begin", mannerism):
        return {"opener": phrase}
    return {}
