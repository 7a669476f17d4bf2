"""When people write: the daily curve, the first mail of the day, how long an answer takes.

Reply times follow the published mixture (Kooti et al. 2015, arXiv 1504.00704; Perry & Wolfe's
Enron database): a log-normal on the working clock, a part that waits for the next morning and a
tail of days. No single log-normal fits, and no reply comes faster than its mail can be read.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from math import exp, inf
from random import Random

from decnet_emailgen.pick.keys import unit
from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.model import Latency, Person

STEP = 10
"""Minutes; the grain of the daily curve."""

_CURVE = (
    *(0.02, 0.01, 0.01, 0.01, 0.01, 0.02, 0.12, 0.45),
    *(0.95, 1.45, 1.55, 1.35, 0.75, 0.7, 1.25, 1.4),
    *(1.3, 1.0, 0.55, 0.3, 0.28, 0.25, 0.18, 0.08),
)
"""Relative traffic by local hour: peaks at 09-11 and 14-16, a dip at noon (docs/realism.md)."""

WEEKDAY = (1.0, 1.05, 1.02, 0.99, 0.88)
"""Traffic by the place of a day in the working week; the last one is the Friday of others."""

MEDIAN_MINUTES: dict[Latency, float] = {"fast": 16.0, "normal": 28.0, "slow": 58.0}
SPREAD = 1.6
TAIL, NEXT_DAY = 0.008, 0.03
EVENING = (18 * 60 + 30, 23 * 60)
FREE_DAY = (9 * 60, 22 * 60)


def evening_share(person: Person) -> float:
    """The share of this person's mail that is written out of hours: hardly any to a quarter."""
    lean: float = unit("evening", person.email) ** 1.7
    return 0.018 + 0.26 * lean


@lru_cache(maxsize=512)
def _slots(start: int, length: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Starts (in minutes after local midnight) and cumulated weights of a window's slots."""
    starts = tuple(range(start, start + length, STEP))
    at_night = length <= 720 and _curve(start + length // 2) < 0.5
    weights = [1.0 if at_night else _curve(minute) for minute in starts]
    return starts, tuple(accumulate(weights))


def _curve(minute: int) -> float:
    hour, part = divmod(minute % 1440, 60)
    here, there = _CURVE[hour], _CURVE[(hour + 1) % 24]
    return here if part < 30 else (here + there) / 2


def moment(calendar: Calendar, day: date, draw: Random) -> float | None:
    """A moment of that day at which the person writes, as Unix time; None on a day off."""
    window = calendar.window(day)
    if window is None:
        return None
    hours = calendar.person.hours
    starts, sums = _slots(hours.start, hours.length)
    slot = starts[min(bisect(sums, draw.random() * sums[-1]), len(starts) - 1)]
    into = (slot - hours.start + draw.random() * STEP) * 60
    return min(window[0] + into, window[1] - 1)


def free_moment(calendar: Calendar, day: date, draw: Random) -> float:
    """A moment out of hours: in the evening of a working day, over the day on others."""
    low, high = EVENING if calendar.window(day) else FREE_DAY
    minute = low + (high - low) * draw.random() ** 1.5
    return _wall(calendar, day, minute) + draw.random() * 60


def _wall(calendar: Calendar, day: date, minute: float) -> float:
    """The instant at which that clock time is shown: days on which clocks change are right too."""
    return (datetime.combine(day, time(), calendar.zone) + timedelta(minutes=minute)).timestamp()


def latency(person: Person, draw: Random, phone: bool) -> tuple[int, float]:
    """How long an answer takes: whole working days to wait first, then working seconds."""
    median = MEDIAN_MINUTES[person.reply_latency] * (0.55 if phone else 1.0)
    lag = max(40.0, median * 60 * exp(draw.gauss(0.0, SPREAD)))
    dice = draw.random()
    if dice < TAIL:
        return 1 + int(draw.expovariate(1 / 2.2)), min(lag, 4 * 3600.0)
    if dice < TAIL + NEXT_DAY:
        return 1, draw.expovariate(1 / 4000.0)
    return 0, lag


def reply_time(calendar: Calendar, arrived: float, draw: Random, phone: bool) -> float | None:
    """When this person answers a mail that arrived then; None if they never work again."""
    if draw.random() < evening_share(calendar.person) * 1.4:
        sooner = _after_hours(calendar, arrived, draw)
        if sooner is not None:
            return sooner
    days, lag = latency(calendar.person, draw, phone)
    begin = arrived
    if days:
        day = calendar.offset_date(arrived).date()
        later = calendar.workday_after(day, days)
        window = calendar.window(later) if later else None
        if window is None:
            return None
        begin = max(arrived, window[0])
    answered = calendar.add(begin, lag)
    return None if answered == inf else answered + draw.random()


def _after_hours(calendar: Calendar, arrived: float, draw: Random) -> float | None:
    """A moment within the free hours that follow the arrival, if it came late in the day."""
    local = calendar.offset_date(arrived)
    if calendar.is_away(local.date()):
        return None
    minute = local.hour * 60 + local.minute
    low, high = EVENING if calendar.window(local.date()) else FREE_DAY
    if minute >= high - 20 or minute < low - 240:
        return None
    lag = min(60.0 + draw.expovariate(1 / 2400.0), 3 * 3600.0)
    begin = max(minute, low) * 60 + lag
    if begin >= high * 60:
        return None
    return _wall(calendar, local.date(), begin / 60)


def chase_time(calendar: Calendar, sent: float, draw: Random) -> float | None:
    """When somebody asks again: two to five working days later, at a usual moment."""
    day = calendar.workday_after(calendar.offset_date(sent).date(), draw.choice((2, 2, 3, 3, 4, 5)))
    return moment(calendar, day, draw) if day else None


def weekday_factor(calendar: Calendar, day: date) -> float:
    """How busy that day of this person's working week is (0 on days off)."""
    if calendar.window(day) is None:
        return 0.0
    return WEEKDAY[min(_place(sorted(calendar.person.workdays), day.weekday()), 4)]


def _place(workdays: Sequence[int], weekday: int) -> int:
    """The place of a weekday in a working week that may begin on any day."""
    start = next(
        (day for day in workdays if (day - 1) % 7 not in workdays), workdays[0] if workdays else 0
    )
    order = [(start + step) % 7 for step in range(7) if (start + step) % 7 in workdays]
    if weekday not in order:
        return 0
    place = order.index(weekday)
    return 4 if place == len(order) - 1 else min(place, 3)
