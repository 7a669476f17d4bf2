"""Words and numbers on papers, in the language of each (``words/LANGUAGE.yaml``)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from decnet_emailgen.records import Attachment

LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "nl")


@cache
def terms(language: str) -> dict[str, Any]:
    """The words of a language; English where there are none."""
    import yaml

    base = language.partition("-")[0]
    name = base if base in LANGUAGES else "en"
    folder = files("decnet_emailgen.mail.files") / "words"
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = (folder / f"{name}.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 (makes strings only)
    return loaded


def values_of(attachment: Attachment) -> dict[str, str]:
    """The facts of a file by name."""
    return {fact.name: fact.value for fact in attachment.facts}


def chance(attachment: Attachment, about: str = "") -> Random:
    """The file's own source of randomness; the same for every version of a document."""
    return Random(f"{attachment.key}\x1f{about}")


def locale_of(language: str) -> str:
    """Babel's name of a language, by which numbers and dates are written."""
    base, _, region = language.replace("_", "-").partition("-")
    if base not in LANGUAGES or (base == "en" and region.upper() != "US"):
        return "en_GB"
    if base == "pt" and not region:
        return "pt_PT"
    return f"{base}_{region.upper()}" if region else base


def money(cents: int, currency: str, language: str) -> str:
    """An amount with its currency as the language writes it."""
    from babel.numbers import format_currency

    return format_currency(Decimal(cents) / 100, currency, locale=locale_of(language))


def plain_money(cents: int, language: str) -> str:
    """An amount without its currency."""
    from babel.numbers import format_decimal

    return format_decimal(Decimal(cents) / 100, "#,##0.00", locale=locale_of(language))


def short_date(day: date, language: str) -> str:
    """A date in figures, the year in full."""
    if language.partition("-")[0] == "de":
        return f"{day:%d.%m.%Y}"
    if language.partition("-")[0] == "nl":
        return f"{day:%d-%m-%Y}"
    return f"{day:%m/%d/%Y}" if language.upper() == "EN-US" else f"{day:%d/%m/%Y}"


def long_date(day: date, language: str) -> str:
    """A date with the month's name."""
    from babel.dates import format_date

    return format_date(day, "long", locale=locale_of(language))


def day_of(value: str) -> date | None:
    """The date of a fact, if it is one."""
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def first_name(name: str) -> str:
    """How colleagues call somebody: what stands before the last names, or behind a comma."""
    name = name.partition(" (")[0]
    last, comma, first = name.partition(", ")
    return (first if comma else last).partition(" ")[0]


def in_cents(value: str) -> int:
    """An amount like ``1250.00 EUR`` in cents."""
    return int(Decimal(value.split()[0]) * 100)


def shown(value: str, language: str) -> str:
    """A fact's value for people: dates, amounts and persons as the language writes them."""
    day = day_of(value) if len(value) == 10 else None
    if day is not None:
        return short_date(day, language)
    number, _, currency = value.partition(" ")
    if len(currency) == 3 and currency.isupper() and number.replace(".", "").isdigit():
        return money(in_cents(value), currency, language)
    return value.partition(" <")[0] if value.endswith(">") else value
