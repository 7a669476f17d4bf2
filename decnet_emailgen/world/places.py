"""Zones, countries and languages: what exists, and which belongs to which.

Zones and countries are those of the IANA time zone database (its ``zone.tab`` and
``iso3166.tab`` come with the ``tzdata`` package), languages those of ISO 639-1.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

_DATA = files("decnet_emailgen.world") / "data"


def data_lines(name: str) -> tuple[str, ...]:
    """The lines of a packaged list, without comments and blanks."""
    text = (_DATA / name).read_text(encoding="utf-8")
    return tuple(s for s in (line.partition("#")[0].strip() for line in text.splitlines()) if s)


@cache
def data_table(name: str) -> dict[str, Any]:
    """A packaged TOML file."""
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def _tzdata(name: str) -> list[list[str]]:
    text = (files("tzdata.zoneinfo") / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]


@cache
def countries() -> dict[str, str]:
    """ISO 3166 codes and English names."""
    return {row[0]: row[1] for row in _tzdata("iso3166.tab")}


@cache
def languages() -> frozenset[str]:
    """ISO 639-1 codes."""
    return frozenset(data_lines("languages.txt"))


@cache
def _zone_rows() -> tuple[tuple[str, str, bool], ...]:
    """Zone, country and whether it is south of the equator."""
    return tuple((row[2], row[0], row[1].startswith("-")) for row in _tzdata("zone.tab"))


def zone_names() -> tuple[str, ...]:
    """The zones that people live in."""
    return tuple(row[0] for row in _zone_rows())


def is_zone(name: str) -> bool:
    """Whether this is an IANA zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    except KeyError:
        return False
    return True


@cache
def providers() -> frozenset[str]:
    """Domains of well-known mail providers; those ending in a dot under any top-level domain."""
    return frozenset(data_lines("providers.txt"))


def country_of(zone: str) -> str:
    """The country a zone belongs to, empty for zones of none (``UTC``)."""
    return next((row[1] for row in _zone_rows() if row[0] == zone), "")


def zone_of(country: str) -> str:
    """The zone most people of a country live in."""
    table: dict[str, str] = data_table("countries.toml")["zone"]
    return table.get(country) or next((r[0] for r in _zone_rows() if r[1] == country), "UTC")


def is_southern(zone: str) -> bool:
    """Whether summer there is around New Year."""
    return next((row[2] for row in _zone_rows() if row[0] == zone), False)


def workdays_of(country: str) -> frozenset[int]:
    """The usual days of office work, Monday being 0."""
    weekends: dict[str, list[int]] = data_table("countries.toml")["weekend"]
    return frozenset(range(7)) - frozenset(weekends.get(country, (5, 6)))


def language_of(country: str) -> str:
    """The first language of a country, empty where there is no one such."""
    table: dict[str, str] = data_table("countries.toml")["language"]
    return table.get(country, "")
