"""Leave that nobody wrote into the file: people take some days off every year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from decnet_emailgen.world import places
from decnet_emailgen.world.model import Absence, Person

_DAY = timedelta(days=1)
_ENOUGH = 5

# First and last day (month, day) on which a long leave may begin, and how likely that is.
_NORTH = (
    (0.70, (7, 1), (8, 17)),
    (0.12, (12, 17), (12, 23)),
    (0.10, (4, 1), (6, 20)),
    (0.08, (9, 1), (10, 25)),
)
_SOUTH = (
    (0.55, (1, 2), (2, 12)),
    (0.25, (12, 15), (12, 23)),
    (0.12, (7, 1), (7, 25)),
    (0.08, (9, 10), (11, 10)),
)
_SHORT = ((0.4, (12, 18), (12, 24)), (0.35, (2, 5), (4, 25)), (0.25, (10, 1), (11, 20)))


def invented_absences(person: Person, year: int, key: str) -> tuple[Absence, ...]:
    """The days off that a person takes in a year, the same for the same ``key``.

    One long leave of one to three whole weeks, mostly in the summer of the person's hemisphere
    or around New Year, often a short one in another season, and a few single days, mostly next
    to a weekend. Where the file gives ``away`` dates of a working week or more in that year, only
    the single days are invented. The last leave of a year may reach into the next. Sorted, and
    none overlaps another.
    """
    rng = Random(f"{key}\n{person.email.lower()}\n{year}")
    given = sum(_days_in(absence, year) for absence in person.away)
    found: list[Absence] = []
    if given < _ENOUGH:
        seasons = _SOUTH if places.is_southern(person.timezone) else _NORTH
        weeks = rng.choices((1, 2, 3), (25, 50, 25))[0]
        _add(found, _weeks(person, _some_day(rng, year, seasons), weeks))
        if rng.random() < 0.6:
            _add(found, _weeks(person, _some_day(rng, year, _SHORT), 1))
    for _ in range(rng.choice((2, 3, 3, 4))):
        day = date(year, 1, 1) + timedelta(days=rng.randrange(364))
        _add(found, _single(person, day, bridge=rng.random() < 0.6))
    return tuple(sorted(found, key=lambda absence: absence.first))


def _days_in(absence: Absence, year: int) -> int:
    first, last = max(absence.first, date(year, 1, 1)), min(absence.last, date(year, 12, 31))
    return max((last - first).days + 1, 0)


def _some_day(
    rng: Random, year: int, seasons: Sequence[tuple[float, tuple[int, int], tuple[int, int]]]
) -> date:
    _, first, last = rng.choices(seasons, [season[0] for season in seasons])[0]
    begin = date(year, *first)
    return begin + timedelta(days=rng.randint(0, (date(year, *last) - begin).days))


def _weeks(person: Person, day: date, weeks: int) -> Absence:
    """Whole weeks, from the person's first workday of a week on."""
    while day.weekday() != first_workday(person.workdays):
        day += _DAY
    return Absence(day, day + timedelta(days=7 * weeks - 1))


def _single(person: Person, day: date, *, bridge: bool) -> Absence:
    """One workday; with ``bridge``, one that makes a weekend longer."""
    workdays = person.workdays
    for _ in range(7):
        weekday = day.weekday()
        beside = (weekday + 1) % 7 not in workdays or (weekday - 1) % 7 not in workdays
        if weekday in workdays and (beside or not bridge):
            break
        day += _DAY
    return Absence(day, day)


def _add(found: list[Absence], absence: Absence) -> None:
    if all(absence.last < other.first or other.last < absence.first for other in found):
        found.append(absence)


def first_workday(workdays: frozenset[int]) -> int:
    """The weekday on which somebody's week begins: the one after the longest row of days off."""
    if not 0 < len(workdays) < 7:
        return 0

    def days_off_before(weekday: int) -> int:
        return next(n for n in range(7) if (weekday - n - 1) % 7 in workdays)

    return max(sorted(workdays), key=days_off_before)
