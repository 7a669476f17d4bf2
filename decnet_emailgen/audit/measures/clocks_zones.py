"""UTC offsets: whether a person's Dates follow one place and its summer time.

The place is what fits most of a person's mail: a zone of the country they work in where that is
known, else any zone. Travellers are few. Exchange Online writes ``+0000`` for everybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample

_LEAST = 3

Day = tuple[date, int]
"""A day of UTC and an offset in minutes."""


class Offsets(Measure):
    """Offsets by author."""

    checks = ("offsets", "exchange-zone")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Mail that fits its author's place; Exchange's mail in UTC."""
        n = 0
        odd: list[Offender] = []
        for author, mails in corpus.by_sender():
            found = [(mail, mail.date) for mail in mails if mail.zoned and mail.date is not None]
            if len(found) < _LEAST:
                continue
            n += len(found)
            odd += _misfits(found, corpus.countries.get(author, ""))
        yield Value("offsets", 100 * (n - len(odd)) / n if n else None, n, tuple(odd))
        yield _exchange(corpus)


def _exchange(corpus: Corpus) -> Value:
    found = [(mail, when) for mail, when in corpus.dated if not mail.zoned]
    odd = [mail.offender(f"{when:%z}") for mail, when in found if when.utcoffset()]
    value = 100 * (len(found) - len(odd)) / len(found) if found else None
    return Value("exchange-zone", value, len(found), tuple(odd))


def _misfits(found: list[tuple[Sample, datetime]], code: str) -> list[Offender]:
    """Mails whose offset isn't that of the place which fits the most of them."""
    days: Counter[Day] = Counter(_day(when) for _, when in found)
    places = _zones().get(code) or _all_zones()
    best = max(places, key=lambda name: sum(n for day, n in days.items() if _fits(name, day)))
    where = f", {best} would be in {code}" if code in _zones() else f", most are as in {best}"
    return [
        mail.offender(f"{when:%Y-%m-%d %H:%M:%S %z}{where}")
        for mail, when in found
        if not _fits(best, _day(when))
    ]


def _day(when: datetime) -> Day:
    offset = when.utcoffset() or timedelta()
    return when.astimezone(UTC).date(), int(offset.total_seconds()) // 60


def _fits(name: str, day: Day) -> bool:
    return day[1] in _offsets(name, day[0])


@lru_cache(maxsize=1 << 18)
def _offsets(name: str, day: date) -> tuple[int, ...]:
    """A zone's offsets on a day, two where it changes then."""
    zone = _zone(name)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    both = (start.astimezone(zone), (start + timedelta(hours=24)).astimezone(zone))
    found = (int((when.utcoffset() or timedelta()).total_seconds()) // 60 for when in both)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, tuple[str, ...]]:
    """IANA's zones by country (its table of zones that differ since 1970)."""
    found: dict[str, list[str]] = {}
    for codes, name in _table("zone1970.tab"):
        for code in codes.split(","):
            found.setdefault(code, []).append(name)
    return {code: tuple(names) for code, names in found.items()}


@lru_cache(maxsize=1)
def _all_zones() -> tuple[str, ...]:
    """One of each kind of zone that there is today."""
    return tuple(name for _, name in _table("zonenow.tab"))


def _table(name: str) -> list[tuple[str, str]]:
    """Codes and zone names of one of IANA's tables."""
    text = files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    rows = (row.split("\t") for row in text.splitlines() if row and not row.startswith("#"))
    return [(row[0], row[2]) for row in rows]


MEASURES = (Offsets,)
