"""Out-of-office answers: what the server of somebody on leave sends back.

Only to colleagues, only for leave of some days, and once a thread; some people never set one up.
A Sieve script does it as the mail arrives (RFC 5230), so it comes seconds later at any hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from decnet_emailgen.pick.keys import unit
from decnet_emailgen.pick.people import Roster, base_language
from decnet_emailgen.pick.steps import Step
from decnet_emailgen.pick.stories import story_lines
from decnet_emailgen.records import Fact
from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.model import Absence, Persona
from decnet_emailgen.world.services import languages

CLIENT = "system/vacation"
STORY = "vacation"

SETS_IT_UP, ANSWERED = 0.75, 0.45
"""Share of people who have such answers sent, and of their colleagues' threads that get one: the
rest fall into the days in which Sieve doesn't answer the same person again."""

_DAYS = 2
_AFTER = {"outlook": 84.0, "gmail": 24.0}
"""Seconds from the Date of a mail until it has surely arrived, by its client."""


def answers(
    steps: Sequence[Step], roster: Roster, calendars: Mapping[str, Calendar], key: str
) -> Iterator[Step]:
    """The steps that answer these by themselves, each with the number of the step it answers."""
    told: set[tuple[str, str]] = set()
    for number, step in enumerate(steps):
        if not isinstance(step.author, Persona):
            continue
        for email in step.to:
            pair = (email, step.author.email)
            person = roster.people[email]
            if pair in told or not isinstance(person, Persona):
                continue
            day = calendars[email].offset_date(step.at).date()
            if absence(calendars[email], day) is None or language(person) is None:
                continue
            told.add(pair)
            sets_up = unit(roster.key, "vacation", email) < SETS_IT_UP
            if sets_up and unit(key, "vacation", *pair) < ANSWERED:
                client = step.author.phone_client if step.phone else step.author.client
                wait = _AFTER.get(client, 4.0) + 5 * unit(key, "arrives", *pair)
                beat = story_lines()[STORY].beats[0]
                at = step.at + wait
                yield Step(beat, person, at, (step.author.email,), (), number, False)


def absence(calendar: Calendar, day: date) -> Absence | None:
    """The leave of several days in which the day lies, if any."""
    if not calendar.is_away(day):
        return None
    around = calendar.absences(day.year - 1, day.year)
    return next(
        (a for a in around if a.first <= day <= a.last and (a.last - a.first).days >= _DAYS), None
    )


def language(person: Persona) -> str | None:
    """The language of their answer, or None if there are no words in it."""
    known = languages()
    return next((code for code in person.languages if base_language(code) in known), None)


def facts(
    person: Persona, day: date, roster: Roster, calendars: Mapping[str, Calendar]
) -> tuple[Fact, ...]:
    """When this person will be back, and who stands in for them."""
    calendar = calendars[person.email]
    leave = absence(calendar, day)
    last = leave.last if leave else day
    back = calendar.workday_after(last, 1) or last + timedelta(days=1)
    others = [p for p in roster.inside if p is not person and not calendars[p.email].is_away(day)]
    mates = [p for p in others if p.department == person.department] or others
    found = [Fact("back", "date", back.isoformat())]
    if mates:
        best = max(mates, key=lambda other: roster.strength(person.email, other.email))
        found.append(Fact("person", "person", f"{best.name} <{best.email}>"))
    return tuple(found)
