"""Mailboxes for the checks of time."""

from __future__ import annotations

from datetime import datetime, timedelta

from decnet_emailgen.audit import Entry, reference
from tests.audit.boxes import ANNA, BEN, MONDAY, Case, entry, mail, workday


def waits(minutes: list[float]) -> list[Entry]:
    """Mails with an answer each after these minutes."""
    found = []
    for number, wait in enumerate(minutes):
        sent = MONDAY + timedelta(minutes=17 * number, seconds=number % 60)
        found.append(entry(mail(2 * number, sent)))
        answered = sent + timedelta(minutes=wait)
        answer = mail(
            2 * number + 1, answered, BEN, (ANNA,), subject="Re: Budget", answers=2 * number
        )
        found.append(entry(answer, ANNA))
    return found


def like_people() -> list[Entry]:
    """Reply times as in PW, by its quantiles."""
    points = reference().quantiles["reply-minutes"]
    found = []
    for n in range(300):
        share = n / 300
        above = next((at for at, part in points if part > share), 20_000.0)
        below = next((at for at, part in reversed(points) if part <= share), 0.2)
        found.append((below + above) / 2)
    return waits(found)


def like_a_die() -> list[Entry]:
    """Reply times uniform between 1 and 120 minutes."""
    return waits([1 + n * 119 / 300 for n in range(300)])


def like_a_pendulum() -> list[Entry]:
    """Every answer takes three days."""
    return waits([3 * 1440.0] * 300)


def at(times: list[datetime]) -> list[Entry]:
    """One mail at each of these times."""
    return [entry(mail(number, when)) for number, when in enumerate(times)]


HOURS = (8, 9, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 16, 17, 17, 18, 18, 19)


def office() -> list[Entry]:
    """Eleven weeks of an office: 3 % on Saturdays, fewer mails on Fridays, two days off."""
    found = []
    for n in range(2700):
        number = n % 55
        if number % 5 == 4 and n % 7 == 0:
            number -= 1
        hour = HOURS[n % 20] if n % 100 else 22
        when = workday(number, hour, n * 7 % 60, n * 11 % 60)
        found.append(when if n % 33 else when + timedelta(days=5 - number % 5))
    holidays = {(10, 3), (10, 31), (11, 1)}
    return at([when for when in found if (when.month, when.day) not in holidays])


def drip() -> list[Entry]:
    """A mail at any hour of any day, at second 0 of a minute that divides by five."""
    start = MONDAY.replace(hour=0)
    return at([start + timedelta(minutes=75 * n) for n in range(1400)])


def sundays() -> list[Entry]:
    """All mail on Sundays."""
    start = MONDAY + timedelta(days=6)
    return at([start + timedelta(weeks=n % 9, minutes=n % 600, seconds=n % 60) for n in range(500)])


def fridays() -> list[Entry]:
    """Twice as much mail on Fridays."""
    days = [n % 5 if n % 6 else 4 for n in range(2700)]
    return at([workday(day + 5 * (n % 8), 10, n % 60, n % 59) for n, day in enumerate(days)])


def christmas(on: bool) -> list[Entry]:
    """A mailbox of a whole December, with or without mail on the 25th."""
    start = MONDAY.replace(year=2025, month=12, day=1)
    days = [n % 31 for n in range(3000)]
    found = [start + timedelta(days=day, minutes=n % 500) for n, day in enumerate(days)]
    return at([when for when in found if on or when.day not in (25, 26)])


CASES: dict[str, Case] = {
    "reply-median": Case(like_people, like_a_pendulum),
    "reply-5min": Case(like_people, like_a_die),
    "reply-1h": Case(like_people, like_a_pendulum),
    "reply-24h": Case(like_people, like_a_die),
    "reply-48h": Case(like_people, like_a_die),
    "far-replies": Case(like_people, like_a_die),
    "weekend": Case(office, sundays),
    "friday": Case(office, fridays),
    "holidays": Case(lambda: christmas(False), lambda: christmas(True), {ANNA: "DE"}),
    "office-hours": Case(office, drip),
    "evening": Case(office, drip),
    "night": Case(office, drip),
    "seconds-uniform": Case(office, drip),
    "seconds-zero": Case(office, drip),
    "minutes-five": Case(office, drip),
}
