"""Days: no weekday contradicts its date, no date is impossible, and no year is far from the mail's.

Dates as machines write them are refused: facts are given in words, and people write them so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.forms import locale_of
from decnet_emailgen.generate.lexicon import base

_YEAR = re.compile(r"(?<![\w./-])(20[0-4]\d)(?![\w/-])")
_ISO = re.compile(r"(?<![\w-])(20\d\d)-(\d\d)-(\d\d)(?![\w-])")
_SEPARATED = r"(\d{1,2})[./](\d{1,2})(?:[./](20\d\d|\d\d)\b|\.(?!\d)|(?![\d./]))"


@lru_cache(4096)
def day_name(day: date, pattern: str, language: str) -> str:
    """A part of a date in CLDR's letters."""
    from babel.dates import format_date

    return format_date(day, pattern, locale=locale_of(language)).lower()


def contradiction(text: str, brief: Brief) -> str:
    """A day that cannot be, or a year far from the mail's, or a date of its own; or nothing."""
    today, language = brief.when.date(), brief.language
    for spoken, days in _dated_weekdays(text, language, today):
        if not days:
            return f"{spoken}: there is no such day"
        if not any(spoken in _names(day, language) for day in days):
            return f"{spoken} is not {days[0].isoformat()}"
    given = _given(brief)
    for year in _YEAR.findall(text):
        if abs(int(year) - today.year) > 1 and year not in given:
            return f"the year {year}"
    for found in _dates(text, language):
        if not _possible(*found):
            return f"{found[1]}/{found[0]}: there is no such day"
    texts = [fact.value for fact in brief.pick.beat.facts if fact.kind == "text"]
    usual = " ".join([*texts, *(mail.text + mail.subject for mail in brief.pick.thread)])
    iso = next((found[0] for found in _ISO.finditer(text) if found[0] not in usual), "")
    return f"{iso}, which nobody writes like this" if iso else ""


def _given(brief: Brief) -> str:
    given = " ".join(fact.value for fact in brief.pick.beat.facts)
    return given + " ".join(mail.text + mail.subject for mail in brief.pick.thread)


def _possible(month: int, day: int) -> bool:
    try:
        date(2024, month, day)  # a leap year
    except ValueError:
        return False
    return True


def _names(day: date, language: str) -> set[str]:
    whole = day_name(day, "EEEE", language)
    return {whole, whole.removesuffix("-feira")}


@lru_cache(16)
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str], dict[str, int]]:
    """A weekday with a date, a date in words, and the months by their names."""
    monday = date(2024, 1, 1)
    days = {name for n in range(7) for name in _names(monday + timedelta(n), language)}
    months: dict[str, int] = {}
    for n in range(1, 13):
        for pattern in ("MMMM", "MMM"):
            months[day_name(date(2024, n, 1), pattern, language).rstrip(".")] = n
    day = "|".join(sorted(map(re.escape, days), key=len, reverse=True))
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    number = r"(\d{1,2})(?:st|nd|rd|th|\.|º|er)?"
    worded = rf"{number}\s+(?:of\s+|de\s+)?({month})\b|\b({month})\s+{number}(?![\d:%])"
    lead = r"(?:(?:the|den|dem|der|el|le|il|dia|día|am|on)\s+)?"
    dated = rf"\b({day}),?\s+{lead}(?:{worded}|{_SEPARATED})(?:,?\s+(?:de\s+)?(20\d\d))?"
    return re.compile(dated, re.IGNORECASE), re.compile(worded, re.IGNORECASE), months


def _dates(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Month and day of the dates in words."""
    _, worded, months = _patterns(language)
    for found in worded.finditer(text):
        month = (found[2] or found[3]).lower()
        yield months[month], int(found[1] or found[4])


def _dated_weekdays(text: str, language: str, today: date) -> Iterator[tuple[str, list[date]]]:
    """Weekdays that stand before a date, with the dates it may be: none if it is impossible.

    Without a year the nearest is meant; 3/4 may be either in English.
    """
    dated, _, months = _patterns(language)
    for found in dated.finditer(text):
        if found[6]:
            pairs = {(int(found[7]), int(found[6]))}
            if base(language) == "en":
                pairs.add((int(found[6]), int(found[7])))
            year = found[8]
        else:
            month = (found[3] or found[4]).lower()
            pairs, year = {(months[month], int(found[2] or found[5]))}, found[9]
        yield (
            found[1].lower(),
            [day for pair in sorted(pairs) for day in _nearest(pair, year, today)],
        )


def _nearest(pair: tuple[int, int], year: str | None, today: date) -> list[date]:
    years = [today.year - 1, today.year, today.year + 1]
    if year:
        years = [int(year) if len(year) == 4 else 2000 + int(year)]
    days = []
    for number in years:
        try:
            days.append(date(number, *pair))
        except ValueError:
            continue
    return sorted(days, key=lambda day: abs((day - today).days))[:1]
