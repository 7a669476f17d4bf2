"""The simulation: one process that makes history and live traffic alike.

An :class:`Office` holds every thread that a cast could ever start, as a marked point process: each
person's day has its candidates, each with a ``mark``. A rate r lets those with marks below r
happen. ``seed`` looks for the rate that gives its count; ``tick`` goes on with it. What happens in
an interval depends on the interval alone, never on how it is cut into ticks.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from math import ceil
from random import Random

from decnet_emailgen.pick import machines, timing
from decnet_emailgen.pick.company import Company, Thing
from decnet_emailgen.pick.keys import hexadecimal, poisson, rng
from decnet_emailgen.pick.people import Roster, log_normal
from decnet_emailgen.pick.plan import Mint, Planner, Sketch, Start, Thread
from decnet_emailgen.pick.seasons import seasonal
from decnet_emailgen.pick.shapes import MEAN_SIZE
from decnet_emailgen.pick.stories import StoryLine, startable
from decnet_emailgen.records import Host
from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.leave import invented_absences
from decnet_emailgen.world.model import Cast, Person, Persona, Service

OUTSIDE_SHARE = 0.13
"""Share of threads that people outside start (realism: internal mail is 63-85 % of human mail)."""

BURST = 0.3
"""Share of a person's new mails that follow the one before within minutes."""


TURN = 20.0
"""How much more a story line weighs on the one day in weeks on which it can come up."""


class Office:
    """A cast at work.

    ``seed`` is the installation's seed and fixes the company's world; ``stream`` tells apart the
    histories of one installation; ``run`` marks the picks made; ``writable`` are the base
    languages that the writer knows (None for any).
    """

    def __init__(
        self,
        cast: Cast,
        seed: str,
        mint: Mint,
        run: str = "",
        stream: str = "",
        writable: frozenset[str] | None = None,
    ) -> None:
        self.cast = cast
        self.key = hexadecimal(seed, cast.name, cast.organisation.domain)
        self.stream = hexadecimal(self.key, "stream", stream)
        self.roster = Roster(cast, self.key, writable)
        self.calendars = {
            email: self._calendar(person) for email, person in self.roster.people.items()
        }
        home = cast.organisation
        self.company = Company(
            self.key,
            cast.personas,
            cast.correspondents,
            currency=_currency(home.country),
            country=home.country,
            name=home.name,
        )
        hosts = tuple(Host(decky.id, decky.name, decky.services) for decky in cast.deckies)
        self.planner = Planner(
            self.roster, self.company, self.calendars, hosts, mint, self.key, self.load, run
        )
        self._rates = self._new_per_day()
        human = sum(self._rates.values()) * MEAN_SIZE
        self._notices = machines.rates(self.roster.systems, human, cast.machine_mail)
        self._stories = lru_cache(maxsize=4096)(self._story_menu)
        self._menu = lru_cache(maxsize=4096)(self._day_menu)

    def _calendar(self, person: Person) -> Calendar:
        if isinstance(person, Service):
            return Calendar(person)
        return Calendar(person, lambda year: invented_absences(person, year, self.key))

    def absences(self, first: date, last: date) -> Iterator[Thing]:
        """Who is on leave in these years, as things of the company's world."""
        for person in self.roster.inside:
            invented = (
                absence
                for year in range(first.year, last.year + 1)
                for absence in invented_absences(person, year, self.key)
            )
            for absence in (*person.away, *invented):
                about = {"from": absence.first.isoformat(), "until": absence.last.isoformat()}
                yield Thing("absence", f"{person.email} {about['from']}", about)

    def load(self, email: str, day: date) -> float:
        """How busy that day is for that person: 1 on average, unequal from day to day."""
        return rng(self.key, email, day.toordinal(), "busy").gammavariate(2.2, 1 / 2.2)

    @property
    def volume(self) -> float:
        """Mails a working day at rate 1, all people together."""
        return sum(self._rates.values()) * MEAN_SIZE + sum(self._notices.values())

    def _new_per_day(self) -> dict[str, float]:
        """New threads a day by person, at rate 1."""
        rates = {p.email: p.mails_per_day / MEAN_SIZE for p in self.roster.inside}
        outside = self.roster.outside
        weights = {p.email: log_normal(0.9, self.key, "account", p.email) for p in outside}
        if weights:
            total = sum(rates.values()) * OUTSIDE_SHARE / (1 - OUTSIDE_SHARE)
            whole = sum(weights.values())
            rates.update({email: total * part / whole for email, part in weights.items()})
        return rates

    def starts(self, since: float, until: float, rate: float) -> Iterator[Start]:
        """Threads that begin in [since, until) at that rate, by time; instants are Unix times."""
        first = datetime.fromtimestamp(since - 86_400, UTC).date()
        last = datetime.fromtimestamp(until + 86_400, UTC).date()
        pending: list[Start] = []
        day = first
        while day <= last:
            pending.extend(self.day(day, rate))
            pending.sort(key=_by_time)
            sure = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() - 50_400
            ready = bisect(pending, sure, key=_by_time)
            yield from (start for start in pending[:ready] if since <= start.at < until)
            del pending[:ready]
            day += timedelta(days=1)
        yield from (start for start in pending if since <= start.at < until)

    def day(self, day: date, rate: float) -> Iterator[Start]:
        """The threads that begin on that date, each on its author's own calendar."""
        for email, base in self._rates.items():
            for layer in range(ceil(rate)):
                yield from self._person_day(email, base, day, layer, rate)
        for system in self.roster.systems:
            base, calendar = self._notices[system.email], self.calendars[system.email]
            yield from machines.day_of(system, calendar, self.roster, self.stream, base, day, rate)

    def _person_day(
        self, email: str, base: float, day: date, layer: int, rate: float
    ) -> Iterator[Start]:
        calendar = self.calendars[email]
        share = timing.evening_share(calendar.person)
        factor = timing.weekday_factor(calendar, day)
        if factor == 0.0:
            factor = 0.0 if calendar.is_away(day) else share * 1.2
        if factor == 0.0:
            return
        draw = rng(self.stream, email, day.toordinal(), layer)
        busy = self.load(email, day)
        found: list[tuple[float, float]] = []
        for _ in range(poisson(draw, base * factor * busy)):
            mark = layer + draw.random()
            before = found[-1][0] if found else None
            found.append((self._when(calendar, day, draw, share, before), mark))
        foremost = min((mark for _, mark in found), default=0.0) if layer == 0 else -1.0
        for number, (at, mark) in enumerate(found):
            if mark < rate:
                key = hexadecimal(self.stream, email, day.toordinal(), layer, number)
                yield Start(at, mark, email, key, first=mark == foremost)

    @staticmethod
    def _when(
        calendar: Calendar, day: date, draw: Random, share: float, previous: float | None
    ) -> float:
        """A moment for a new mail: out of hours, right after the one before, or on the curve."""
        dice, near = draw.random(), draw.expovariate(1 / 300.0)
        if previous is not None and dice > 1 - BURST and calendar.is_active(previous + 60 + near):
            return previous + 60 + near
        if dice >= share:
            at = timing.moment(calendar, day, draw)
            if at is not None:
                return at
        return timing.free_moment(calendar, day, draw)

    def sketch(self, start: Start, recipient: str = "", tries: int = 12) -> Sketch | None:
        """The thread that begins there, in outline; None if no story line finds its people.

        ``recipient`` asks for that person (an address) as the other side.
        """
        calendar = self.calendars[start.email]
        local = calendar.offset_date(start.at)
        draw = rng(start.key, "story")
        lines, sums = self._menu(start.email, local.date(), start.first)
        minute = local.hour * 60 + local.minute
        for _ in range(tries if lines else 0):
            line = lines[min(bisect(sums, draw.random() * sums[-1]), len(lines) - 1)]
            if line.between[0] <= minute < line.between[1]:
                found = self.planner.sketch(start, line, recipient or start.peer)
                if found is not None:
                    return found
        return None

    def plan(self, start: Start, recipient: str = "") -> Thread | None:
        """The thread that begins there; None if nobody in the cast could be its other side."""
        found = self.sketch(start, recipient)
        return None if found is None else self.planner.thread(found)

    def _day_menu(
        self, email: str, day: date, first: bool
    ) -> tuple[tuple[StoryLine, ...], tuple[float, ...]]:
        """The story lines whose turn it is for this person that day, with cumulated weights."""
        season = seasonal(day, self.calendars[email])
        turn = 1.0 if isinstance(self.roster.people[email], Service) else TURN
        pairs = [
            (line, weight * turn if line.once else weight)
            for line, weight in self._stories(email, season)
            if (first or not line.once) and self.planner.in_turn(email, line, day)
        ]
        return tuple(line for line, _ in pairs), tuple(accumulate(weight for _, weight in pairs))

    def _story_menu(
        self, email: str, season: frozenset[str]
    ) -> tuple[tuple[StoryLine, float], ...]:
        """The story lines this person may start in that season, with their weights."""
        person = self.roster.people[email]
        found = []
        for line in startable():
            words = [word for word in line.starts if self.roster.answers_to(person, word)]
            if not words or not any(
                self.roster.speakers(email, word, line.nearby) for word in line.partners
            ):
                continue
            weight = line.weight * (3.0 if "any" not in words else 1.0)
            if isinstance(person, Persona) and "any" in words:
                weight *= log_normal(0.5, self.key, "taste", email, line.id)
            if line.season:
                weight *= 3.0 if season.intersection(line.season) else 0.03
            found.append((line, weight))
        return tuple(found)

    def threads(self, starts: Iterable[Start]) -> Iterator[Thread]:
        """The threads of these starts, those that found nobody left out."""
        for start in starts:
            thread = self.plan(start)
            if thread is not None:
                yield thread


def _by_time(start: Start) -> float:
    return start.at


def _currency(country: str) -> str:
    """The currency of a country by Babel's territory data; EUR where it knows none."""
    from babel.numbers import get_territory_currencies

    found = get_territory_currencies(country)
    return str(found[0]) if found else "EUR"
