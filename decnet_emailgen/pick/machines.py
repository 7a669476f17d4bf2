"""When systems send their notices: in working hours, round the clock, or by a timer every night.

Like people's mail these are candidates with a ``mark`` each; a timer's nights all bear the same
mark, since a job runs every night or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import ceil
from random import Random

from decnet_emailgen.pick import timing
from decnet_emailgen.pick.keys import hexadecimal, poisson, rng, unit
from decnet_emailgen.pick.people import Roster
from decnet_emailgen.pick.plan import Start
from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.model import Service

COPIES = 1.15
"""Copies of a mail between people that lie in inboxes of the organisation, on average."""

QUIET = 0.06
"""Traffic of systems that follow people, on days when nobody works."""

_FLURRY = 0.25
"""Share of alerts that follow the one before within minutes."""


def rates(systems: tuple[Service, ...], human: float, share: float) -> dict[str, float]:
    """Notices a day by system, so that they are ``share`` of all inboxes.

    ``human`` is the number of mails that people write on a working day.
    """
    whole = sum(system.mails_per_day for system in systems)
    if not whole or not share:
        return {}
    wanted = human * COPIES * share / (1 - share)
    return {system.email: wanted * system.mails_per_day / whole for system in systems}


def day_of(
    system: Service,
    calendar: Calendar,
    roster: Roster,
    stream: str,
    base: float,
    day: date,
    rate: float,
) -> Iterator[Start]:
    """The notices of one system on that date, at that rate."""
    if system.rhythm == "letter":
        letters = _letter(system, calendar, roster, stream, base, day)
        yield from (start for start in letters if start.mark < rate)
        return
    if system.rhythm in ("night", "dawn"):
        timers = _timer(system, calendar, roster, stream, base, day)
        yield from (start for start in timers if start.mark < rate)
        return
    works = calendar.window(day) is not None
    factor = 1.0 if works else QUIET
    if system.rhythm == "clock":
        factor = 0.9 if works else 0.65
    for layer in range(ceil(rate)):
        draw = rng(stream, system.email, day.toordinal(), layer)
        before: float | None = None
        for number in range(poisson(draw, base * factor)):
            mark = layer + draw.random()
            before = _moment(system, calendar, day, draw, before)
            if mark < rate:
                key = hexadecimal(stream, system.email, day.toordinal(), layer, number)
                yield Start(before, mark, system.email, key)


def _moment(
    system: Service, calendar: Calendar, day: date, draw: Random, before: float | None
) -> float:
    if system.rhythm == "clock":
        if before is not None and draw.random() < _FLURRY:
            return before + 60 + draw.expovariate(1 / 240)
        return _at(calendar, day, draw.random() * 1440)
    at = timing.moment(calendar, day, draw)
    return timing.free_moment(calendar, day, draw) if at is None else at


def _timer(
    system: Service, calendar: Calendar, roster: Roster, stream: str, base: float, day: date
) -> Iterator[Start]:
    """At the same minute of every night, some seconds later as the job takes its time.

    A nightly job always reports to the same people; at dawn it is whoever has something waiting.
    """
    today = str(day.toordinal())
    varies = today if system.rhythm == "dawn" else ""
    people = sorted(
        {p.email for word in system.to for p in roster.speakers(system.email, word)},
        key=lambda email: unit(stream, system.email, email, varies),
    )
    share = min(base, float(len(people)))
    for number, email in enumerate(people[: ceil(share)]):
        whole = number + 1 <= share or system.rhythm == "night"
        if not whole and unit(stream, system.email, today, "runs") >= share - number:
            continue
        mark = 0.3 + 0.7 * unit(stream, system.email, number, "timer")
        minute = (60 if system.rhythm == "night" else 330) + system.minute / 2
        took = 2 + unit(stream, system.email, today, number, "took") * 50
        key = hexadecimal(stream, system.email, today, "timer", number)
        yield Start(_at(calendar, day, minute) + took, mark, system.email, key, email)


def _letter(
    system: Service, calendar: Calendar, roster: Roster, stream: str, base: float, day: date
) -> Iterator[Start]:
    """An issue every one, two or four weeks, to the same readers within a minute or two."""
    lot = unit(stream, system.email, "letter")
    period = (7, 14, 14, 28)[int(lot * 4)]
    weekday = calendar.person.workdays and sorted(calendar.person.workdays)[int(lot * 97) % 4]
    if day.weekday() != weekday or (day.toordinal() // 7 + int(lot * 1000)) % (period // 7):
        return
    people = sorted(
        {p.email for word in system.to for p in roster.speakers(system.email, word)},
        key=lambda email: unit(stream, system.email, email),
    )
    readers = people[: max(1, round(base * period))]
    for number, email in enumerate(readers):
        late = 140 * unit(stream, system.email, day.toordinal(), "late")
        at = _at(calendar, day, 540 + system.minute) + late + 7 + number * 3.7
        mark = 0.9 * unit(stream, system.email, email, "reads")
        key = hexadecimal(stream, system.email, day.toordinal(), "letter", number)
        yield Start(at, mark, system.email, key, email)


def _at(calendar: Calendar, day: date, minute: float) -> float:
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    return (midnight + timedelta(minutes=minute)).timestamp()
