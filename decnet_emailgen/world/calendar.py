"""Working time: when a person works, and how far apart two instants are on that person's clock.

Instants are Unix times in seconds, days are local calendar dates. A day has at most one working
window, which belongs to the day on which it starts, also where it reaches across midnight. The
rule of DECNET's ``active_hours`` holds inside it: minutes are exact, the end is exclusive, equal
ends are the whole day. On the days when clocks change, wall-clock times that don't exist move to
the change, and of an hour that comes twice nothing outside the hours counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from decnet_emailgen.world.model import Absence, Person

HORIZON = 731
"""Days without work after which somebody counts as never working again."""

_LAST = 2.5e11  # in the year 9892: far enough, and still a date
_DAY = timedelta(days=1)
_NONE: tuple[float, float] = (math.inf, math.inf)


def no_leave(year: int) -> Iterable[Absence]:
    """Nobody is on leave."""
    return ()


class Calendar:
    """The working time of one person.

    ``leave`` gives, for a year, absences on top of those the file gives; the last of them may
    reach into the next year.
    """

    def __init__(
        self, person: Person, leave: Callable[[int], Iterable[Absence]] = no_leave
    ) -> None:
        self.person = person
        self.zone = ZoneInfo(person.timezone)
        self._leave = leave
        self._taken: dict[int, tuple[Absence, ...]] = {}
        self._windows: dict[int, tuple[float, float]] = {}
        self._holidays: Mapping[date, str] | None = None

    def offset_date(self, instant: float) -> datetime:
        """An instant as the person's clock shows it: aware, whole seconds."""
        return datetime.fromtimestamp(math.floor(instant), self.zone)

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a public holiday where the person is."""
        return bool(self.holiday_name(day))

    def holiday_name(self, day: date) -> str:
        """The day's public holiday in the country's own language, empty if it is none."""
        if self._holidays is None:
            self._holidays = public_holidays(self.person.country, self.person.subdivision)
        return self._holidays.get(day, "")

    def absences(self, first: int, last: int) -> tuple[Absence, ...]:
        """The person's leave in the years from ``first`` to ``last``."""
        invented = (absence for year in range(first, last + 1) for absence in self._leave_of(year))
        return (*self.person.away, *invented)

    def _leave_of(self, year: int) -> tuple[Absence, ...]:
        if year not in self._taken:
            self._taken[year] = tuple(self._leave(year))
        return self._taken[year]

    def is_away(self, day: date) -> bool:
        """Whether the person is on leave."""
        if any(absence.first <= day <= absence.last for absence in self.person.away):
            return True
        for year in (day.year - 1, day.year):
            if any(absence.first <= day <= absence.last for absence in self._leave_of(year)):
                return True
        return False

    def works(self, day: date) -> bool:
        """Whether the day is one of the person's workdays: no weekend, holiday or leave."""
        return self.usually_works(day) and not self.is_away(day)

    def usually_works(self, day: date) -> bool:
        """Whether it would be a workday without leave: what a leave takes."""
        return day.weekday() in self.person.workdays and not self.is_holiday(day)

    def window(self, day: date) -> tuple[float, float] | None:
        """The day's working window as Unix times, end exclusive; None if there is no work."""
        window = self._window(day.toordinal())
        return None if window is _NONE else window

    def is_active(self, instant: float) -> bool:
        """Whether the person is at work."""
        day = datetime.fromtimestamp(instant, self.zone).toordinal()
        start, end = self._window(day)
        if start <= instant < end:
            return True
        start, end = self._window(day - 1)
        return start <= instant < end

    def next_open(self, instant: float) -> float:
        """The first instant at work, from this one on; infinity if there is none in two years."""
        return self.add(instant, 0.0)

    def add(self, instant: float, working_seconds: float) -> float:
        """The instant at work after so much working time; infinity if it never comes.

        With no working time it is the next instant at work. ``between`` of both is
        ``working_seconds``.
        """
        if not instant < _LAST or working_seconds == math.inf:
            return math.inf
        left = max(working_seconds, 0.0)
        day = datetime.fromtimestamp(instant, self.zone).toordinal() - 1
        idle = 0
        while idle <= HORIZON:
            start, end = self._window(day)
            begin = max(start, instant)
            if begin < end:
                idle = 0
                moment = begin + left
                if moment < end:
                    return moment
                left = max(left - (end - begin), 0.0)
            day += 1
            idle += 1
        return math.inf

    def between(self, first: float, second: float) -> float:
        """Seconds of working time between two instants, 0 if the second isn't later."""
        if second <= first:
            return 0.0
        total = 0.0
        begin = datetime.fromtimestamp(first, self.zone).toordinal() - 1
        last = datetime.fromtimestamp(second, self.zone).toordinal()
        for day in range(begin, last + 1):
            start, end = self._window(day)
            total += max(min(end, second) - max(start, first), 0.0) if start < second else 0.0
        return total

    def workday_after(self, day: date, n: int) -> date | None:
        """The n-th workday after a day (n from 1); None if two years pass without one."""
        left, idle = n, 0
        while left > 0:
            day += _DAY
            idle += 1
            if self._window(day.toordinal()) is not _NONE:
                left, idle = left - 1, 0
            elif idle > HORIZON:
                return None
        return day

    def _window(self, ordinal: int) -> tuple[float, float]:
        window = self._windows.get(ordinal)
        if window is None:
            window = self._windows[ordinal] = self._make_window(date.fromordinal(ordinal))
        return window

    def _make_window(self, day: date) -> tuple[float, float]:
        if not self.works(day):
            return _NONE
        hours = self.person.hours
        if hours.start == hours.end:
            start, end = wall(self.zone, day, 0)[0], wall(self.zone, day + _DAY, 0)[0]
        else:
            last_day = day + _DAY if hours.end < hours.start else day
            first, second = wall(self.zone, day, hours.start)
            end = wall(self.zone, last_day, hours.end)[0]
            start = second if second < end else first
        return (start, end) if start < end else _NONE


def wall(zone: ZoneInfo, day: date, minute: int) -> tuple[float, float]:
    """The first and the second instant at which clocks show a time; mostly they are the same.

    A time that clocks skip is the instant of the change (PEP 495 calls it a gap).
    """
    naive = datetime(day.year, day.month, day.day, minute // 60, minute % 60)
    early, late = naive.replace(tzinfo=zone), naive.replace(tzinfo=zone, fold=1)
    first, second = early.timestamp(), late.timestamp()
    if first <= second:
        return first, second
    change = _change(zone, int(second), int(first))
    return change, change


def _change(zone: ZoneInfo, before: int, after: int) -> float:
    """The second at which a zone's offset changes between two instants."""
    old = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return float(after)


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str = "") -> Mapping[date, str]:
    """Public holidays of a country or a region of it, any year; none where they aren't known."""
    import holidays

    import_countries_one_by_one()
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        if subdivision:
            return public_holidays(country)
        return {}


def import_countries_one_by_one() -> None:
    """Let ``holidays`` import a country's module without the 250 others.

    Its package of countries imports them all when it is imported first (a quarter of the time that
    a whole command takes); a package of that name without code is as good, as the library's own
    registry asks for the modules by name.
    """
    import sys
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    import holidays

    name = "holidays.countries"
    if name not in sys.modules:
        spec = PathFinder.find_spec(name, holidays.__path__)
        if spec is not None:
            sys.modules[name] = module_from_spec(spec)
