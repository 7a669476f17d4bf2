"""Facts in words: dates as seen from the day of the mail, times, money, numbers, persons.

A fact has one value for machines; each language, and each day it is mentioned on, has its own
words for it: 2026-11-30 is "tomorrow" on the 29th and "Monday" two days before. Patterns and names
are those of CLDR (UTS 35), through Babel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from decnet_emailgen.generate.lexicon import base
from decnet_emailgen.generate.phrases import Dates
from decnet_emailgen.records import Fact, Party

DEFAULT_DATES = Dates(
    on={"weekday": "$weekday", "date": "$date"},
    by={"weekday": "$weekday", "date": "$date"},
    bare={},
)
"""For languages without phrases: plain names and numbers, which a model will inflect."""

_TITLES = frozenset(
    {"dr", "dr.", "prof", "prof.", "ing", "ing.", "dipl.-ing.", "mr", "mrs", "ms", "mr.", "dott"}
    | {"dott.", "dott.ssa", "dr.ssa", "prof.ssa", "avv", "avv.", "arch.", "geom.", "rag."}
    | {"sig.", "sig.ra", "drs", "drs.", "ir", "ir.", "dhr.", "mevr."}
)
_FIRST_OF_MONTH = {"it": "1°", "fr": "1er"}
"""Languages that count the first of a month, and only that day, by its ordinal; CLDR has "1"."""
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_ZEROS = re.compile(r"[.,]00(?!\d)")
_PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " "})


class Slots(dict[str, str]):
    """The values of a mail's slots, made when first asked for; an unknown name is a KeyError."""

    def __init__(
        self, facts: Iterable[Fact], today: date, language: str, dates: Dates, known: dict[str, str]
    ) -> None:
        super().__init__(known)
        self.facts = {fact.name: fact for fact in facts}
        self._today = today
        self._language = language
        self._dates = dates

    def __missing__(self, name: str) -> str:
        base, _, form = name.rpartition("_")
        fact = self.facts.get(name)
        if fact is None:
            fact = self.facts.get(base)
        else:
            form = ""
        if fact is None:
            raise KeyError(name)
        text = self[name] = in_words(fact, form, self._today, self._language, self._dates)
        return text


def local_date(when: datetime, zone: str) -> datetime:
    """The instant on the author's wall clock; its own offset counts where the zone is unknown."""
    try:
        return when.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return when


def in_words(fact: Fact, form: str, today: date, language: str, dates: Dates) -> str:
    """A fact in a form: for dates ``on``, ``by``, ``full`` or none, ``at`` for times, ``first``
    for persons. A value that cannot be read as its kind is put as it is.
    """  # fmt: skip
    try:
        match fact.kind:
            case "date":
                return date_words(date.fromisoformat(fact.value), form, today, language, dates)
            case "time":
                return time_words(time.fromisoformat(fact.value), form, language, dates)
            case "money":
                return money_words(fact.value, language)
            case "number":
                return number_words(fact.value, language)
            case "person":
                name = person_name(fact.value)
                return first_name(name) if form == "first" else name
    except ValueError:
        pass
    return fact.value


def date_words(day: date, form: str, today: date, language: str, dates: Dates) -> str:
    """A date as people put it ``today``: by name within six days, by number beyond."""
    if form == "full":
        return _format_date(day, dates.full, language)
    forms = {"on": dates.on, "by": dates.by}.get(form, dates.bare)
    key = _nearness((day - today).days, form)
    pattern = forms.get(key) or forms.get("date", "$date")
    if "$weekday" in pattern:
        pattern = pattern.replace("$weekday", _format_date(day, "EEEE", language))
    if "$date" in pattern:
        pattern = pattern.replace("$date", _format_date(day, dates.pattern, language))
    return pattern


def _nearness(days: int, form: str) -> str:
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if form == "":  # a bare name has to fit behind an article: "the Thursday meeting"
        return "weekday" if days and abs(days) < 7 else "date"
    if form == "by" and days < 0:
        return "date"
    return near.get(days) or ("weekday" if abs(days) < 7 else "date")


def time_words(clock: time, form: str, language: str, dates: Dates) -> str:
    """A time of day, bare or with its preposition."""
    text = _format_time(clock, dates.time, language)
    return dates.at.replace("$time", text) if form == "at" else text


@lru_cache(4096)
def _format_date(day: date, pattern: str, language: str) -> str:
    from babel.dates import format_date

    text = format_date(day, pattern, locale=locale_of(language)).translate(_PLAIN_SPACES)
    first = _FIRST_OF_MONTH.get(base(language)) if day.day == 1 else None
    return re.sub(r"\b1(?= [^\W\d])", first, text, count=1) if first else text


@lru_cache(2048)
def _format_time(clock: time, pattern: str, language: str) -> str:
    from babel.dates import format_time

    return format_time(clock, pattern, locale=locale_of(language)).translate(_PLAIN_SPACES)


@lru_cache(4096)
def money_words(value: str, language: str) -> str:
    """``1250.00 EUR`` as people of the language write it; whole amounts without decimals.

    Blanks are those of the space bar, because people type them.
    """
    from babel.numbers import format_currency

    amount, _, currency = value.partition(" ")
    text = format_currency(float(amount), currency or "EUR", locale=locale_of(language))
    if amount.partition(".")[2].strip("0") == "":
        text = _ZEROS.sub("", text)
    return text.translate(_PLAIN_SPACES)


@lru_cache(4096)
def number_words(value: str, language: str) -> str:
    """A number with the language's decimal sign, and its group signs from 10,000 on."""
    from babel.numbers import format_decimal

    if value.isdigit() and len(value) < 5:
        return value
    return format_decimal(float(value), locale=locale_of(language)).translate(_PLAIN_SPACES)


@lru_cache(256)
def locale_of(language: str) -> str:
    """Babel's name for a language code, or English where it knows none.

    Portuguese without a region is that of Portugal, as the phrases are; CLDR's would be Brazil's.
    """
    from babel import Locale, UnknownLocaleError

    for code in ("pt-PT" if language == "pt" else language, language.partition("-")[0]):
        try:
            return str(Locale.parse(code, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return "en"


@lru_cache(64)
def language_name(language: str) -> str:
    """The language's English name, for prompts ("Portuguese (Brazil)")."""
    from babel import Locale

    return Locale.parse(locale_of(language)).get_display_name("en") or language


def person_name(value: str) -> str:
    """The name of ``Name <address>`` as one says it."""
    return spoken_name(value.partition("<")[0].strip() or value)


@lru_cache(4096)
def spoken_name(name: str) -> str:
    """A directory's name as one says it: "Weiß, Anna (IT)" is Anna Weiß."""
    name = _BRACKETS.sub("", name).strip()
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name


@lru_cache(4096)
def first_name(name: str) -> str:
    """What a colleague calls the bearer of a full name: "Dr. Anna Weiß" and "Weiß, Anna" too."""
    words = [word for word in spoken_name(name).split() if word.lower() not in _TITLES]
    return words[0] if words else name


def standard(author: Party, recipient: Party | None, company: str) -> dict[str, str]:
    """The slots that every mail has."""
    you = spoken_name(recipient.name) if recipient else ""
    return {
        "you": first_name(you),
        "you_full": you,
        "me": first_name(author.name),
        "company": company,
    }
