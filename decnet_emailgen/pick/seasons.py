"""The season of a day: what time of week, month and year makes likely in an office."""

from __future__ import annotations

from datetime import date

from decnet_emailgen.world.calendar import Calendar

_QUARTERS = frozenset({3, 6, 9, 12})
_SOUTHERN = frozenset({"AR", "AU", "BR", "CL", "NZ", "PY", "UY", "ZA"})


def seasonal(day: date, calendar: Calendar) -> frozenset[str]:
    """The words of ``season`` in story lines that hold on that day for this person."""
    found = {_season(day, calendar.person.country)}
    weekdays = sorted(calendar.person.workdays)
    if weekdays and day.weekday() == weekdays[0]:
        found.add("monday")
    if weekdays and day.weekday() == weekdays[-1]:
        found.add("friday")
    if day.day >= 24 or day.day <= 3:
        found.add("month-end")
        if (day.month if day.day >= 24 else (day.month - 2) % 12 + 1) in _QUARTERS:
            found.add("quarter-end")
    if day.month == 12:
        found.update(("december", "year-end"))
    return frozenset(found)


def _season(day: date, country: str) -> str:
    month = (day.month + (5 if country in _SOUTHERN else -1)) % 12
    names = ("winter", "winter", "spring", "spring", "spring", "summer", "summer", "summer")
    return (*names, "autumn", "autumn", "autumn", "winter")[month]
