"""The shape of a conversation: how many mails, which beats, who is on copy.

Sizes follow the reference (Klimt & Yang 2004, Perry & Wolfe, SpamAssassin's corpus: most mails
start no conversation at all); recipients follow the Enron network of igraphdata.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from random import Random

from decnet_emailgen.pick.stories import Actor, BeatLine, StoryLine, common_beat

_SIZES = (0.718, 0.045, 0.040, 0.043, 0.07, 0.05, 0.01, 0.007, 0.005, 0.003, 0.003, 0.002)
_SIZE_SUMS = tuple(accumulate(_SIZES))
MEAN_SIZE = sum(size * share for size, share in enumerate(_SIZES, 1)) / sum(_SIZES)
"""Mails a thread has on average; a person's new mails are the rest of their daily volume."""

DROPPED = 0.22
"""Share of answers that never come for each unit of load above the usual."""

FORWARDED, CHASED = 0.30, 0.05
"""Shares of longer threads in which a mail is forwarded aside, or asked for again."""

CUT_SHORT = 0.2
"""Share of threads that would go on beyond their story, and rather end early."""

_TEAM = (2, 2, 2, 3, 3, 4, 5)
_COPIED = (0.71, 0.19, 0.06, 0.04)
_COPIED_SUMS = tuple(accumulate(_COPIED))


def size(draw: Random, line: StoryLine, word: str, load: float = 1.0) -> int:
    """How many mails the thread will have if everybody plays on.

    Under load people answer a smaller share of their mail, not later (Kooti et al. 2015);
    ``load`` is how busy the reader's day is, 1 being usual.
    """
    number = min(bisect(_SIZE_SUMS, draw.random() * _SIZE_SUMS[-1]), len(_SIZES) - 1) + 1
    dropped = draw.random() < DROPPED * (load - 1)
    if dropped:
        number = 1
    if not line.asks and draw.random() < 0.58:
        number = 1
    elif number == 1 and draw.random() < line.answered:
        number = 3 if draw.random() < 0.17 else 2
    if number > 3 and len(line.beats) >= 5:
        number += 1 if draw.random() < 0.5 else 2
    if word == "everyone":
        return number if draw.random() < 0.4 else 1
    return min(number + 1, 6) if line.private and number > 1 else number


def steps(draw: Random, line: StoryLine, count: int, can_third: bool) -> list[BeatLine]:
    """At most ``count`` beats of the story line, with what happens beside it.

    A thread ends with its story: nobody goes on talking when everything is said. A story shorter
    than the talk was to be isn't always told to its end, or most long threads had its length.
    """
    path = [beat for beat in line.beats if can_third or "third" not in (beat.by, beat.to)]
    if count > len(path) and draw.random() < CUT_SHORT:
        count = draw.choice((1, 1, 2))
    taken = path[:count]
    if count > 1 and draw.random() < CHASED and line.asks:
        taken.insert(1, common_beat("chase"))
    count = min(count, len(taken))
    taken = taken[:count]
    forwards = any(beat.kind == "forward" for beat in taken)
    aside = count > 1 and can_third and not forwards and not line.private
    if aside and draw.random() < FORWARDED:
        place = draw.randint(1, count - 1)
        taken[place:] = _loop_in(taken, place)
    return taken


def _other(actor: Actor) -> Actor:
    return "peer" if actor == "owner" else "owner"


def _loop_in(taken: list[BeatLine], place: int) -> list[BeatLine]:
    """The beats from there on, with a forward to a third person in front."""
    receiver = _other(taken[place - 1].by)
    rest = taken[place:-1]
    if rest and rest[0].kind == "followup":
        rest = []
    forward = replace(common_beat("loop-in"), by=receiver)
    left = len(taken) - place - 1 - len(rest)
    return [forward, *rest, *[common_beat("joined")] * left]


def team_size(draw: Random, available: int) -> int:
    """How many people a mail to the team is addressed to."""
    return min(draw.choice(_TEAM), available)


def copies(draw: Random) -> int:
    """How many people a new mail is copied to."""
    return min(bisect(_COPIED_SUMS, draw.random() * _COPIED_SUMS[-1]), len(_COPIED) - 1)


def reply_recipients(
    draw: Random,
    author: str,
    parent: tuple[str, tuple[str, ...], tuple[str, ...]],
    extra: Callable[[], str | None],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To and Cc of an answer: to the parent's sender, or to all; rarely with somebody new or less.

    ``parent`` is its sender, To and Cc; ``extra`` finds somebody who might join.
    """
    sender, to, cc = parent
    others = tuple(email for email in (*to, *cc) if email not in (author, sender))
    copied: tuple[str, ...] = ()
    if others and draw.random() < 0.46:
        copied = others
        if len(copied) > 1 and draw.random() < 0.07:
            copied = copied[:-1]
    if draw.random() < 0.055:
        joined = extra()
        if joined is not None and joined not in (author, sender, *copied):
            copied = (*copied, joined)
    stay = tuple(email for email in copied if email in to)
    return (sender, *stay), tuple(email for email in copied if email not in to)
