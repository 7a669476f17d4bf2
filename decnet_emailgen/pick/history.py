"""A history of exactly so many mails: the rate at which the offices must have been working."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from math import sqrt

from decnet_emailgen.errors import SettingError, UsageError
from decnet_emailgen.pick.plan import Start, Thread
from decnet_emailgen.pick.simulate import Office

_TRIES = 24
_MOST = 400.0
"""The rate beyond which nobody could be writing so much: 400 times the people's usual day."""


@dataclass(frozen=True, slots=True)
class History:
    """``count`` mails between two instants, and the rate that made them.

    Iterating :attr:`threads` plans the threads anew, one by one, in order of their start, so that
    a history of any length needs little memory. A thread may hold mails beyond the end: they are
    not counted, they are what happens next.
    """

    offices: tuple[Office, ...]
    since: float
    until: float
    rate: float
    added: frozenset[str]
    ceiling: float

    @property
    def threads(self) -> Iterator[Thread]:
        """The threads, by the time of their first mail."""
        streams = [self._chosen(office) for office in self.offices]
        yield from (thread for _, thread in merge(*streams, key=lambda pair: pair[0]))

    def threads_of(self, office: Office) -> Iterator[Thread]:
        """The threads of one of the offices."""
        yield from (thread for _, thread in self._chosen(office))

    def _chosen(self, office: Office) -> Iterator[tuple[float, Thread]]:
        for start in office.starts(self.since, self.until, self.ceiling):
            if start.mark >= self.rate and start.key not in self.added:
                continue
            thread = office.plan(start)
            if thread is not None:
                yield start.at, thread


def history(offices: Sequence[Office], since: datetime, until: datetime, count: int) -> History:
    """The history of exactly ``count`` mails in [since, until).

    Raises :class:`UsageError` if nothing can happen then, for example because nobody works, and
    :class:`SettingError` if nothing ever can.
    """
    first, last = since.timestamp(), until.timestamp()
    if all(len(office.roster.people) < 2 for office in offices):
        raise SettingError("mail needs two people at least; add personas or correspondents")
    if not any(office.volume > 0 for office in offices):
        raise SettingError("nobody writes anything: mails_per_day is 0 for everybody; raise it")
    found: list[tuple[Start, int]] = []
    floor, ceiling = 0.0, _first_guess(offices, first, last, count)
    for _ in range(_TRIES):
        found += _sized(offices, first, last, floor, ceiling)
        if sum(size for _, size in found) >= count + 12:
            return _exact(offices, first, last, ceiling, count, found)
        if ceiling > _MOST:
            break
        floor, ceiling = ceiling, ceiling * 1.3
    raise UsageError(
        f"no history of {count} mails fits between {since:%Y-%m-%d} and {until:%Y-%m-%d}: too few "
        "people who share a language that can be written are at work then; take a longer span, add "
        "personas, or see emailgen personas check"
    )


def _first_guess(offices: Sequence[Office], first: float, last: float, count: int) -> float:
    """A rate a little above the one that gives the count, from the people's daily volume."""
    days = max((last - first) / 86_400, 0.02)
    volume = sum(office.volume for office in offices) * days * 5 / 7
    return max((count * 1.12 + 3 * sqrt(count) + 12) / max(volume, 0.1), 1e-4)


def _sized(
    offices: Sequence[Office], first: float, last: float, floor: float, ceiling: float
) -> list[tuple[Start, int]]:
    """The threads between two marks with the number of their mails before the end, by mark."""
    found = []
    for office in offices:
        for start in office.starts(first, last, ceiling):
            if start.mark >= floor:
                sketch = office.sketch(start)
                inside = 0 if sketch is None else sketch.before(last)
                if inside:
                    found.append((start, inside))
    found.sort(key=lambda pair: pair[0].mark)
    return found


def _exact(
    offices: Sequence[Office],
    first: float,
    last: float,
    ceiling: float,
    count: int,
    found: list[tuple[Start, int]],
) -> History:
    """Take threads by mark until the count is full; the last ones are chosen to fit."""
    taken, position = 0, 0
    added: set[str] = set()
    while position < len(found) and taken + found[position][1] <= count:
        taken += found[position][1]
        position += 1
    rate = found[position][0].mark if position < len(found) else ceiling
    for start, inside in found[position:]:
        if taken + inside <= count:
            taken += inside
            added.add(start.key)
        if taken == count:
            break
    if taken != count:
        raise UsageError(f"no history of exactly {count} mails was found; take a longer span")
    return History(tuple(offices), first, last, rate, frozenset(added), ceiling)
