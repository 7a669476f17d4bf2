"""Versions of mail clients: whether they existed on the day of the mail.

The tables are those of ``mail/profiles/versions.py``. A version between two known ones is as old
as the older of them; one that is newer than its table, older than it, or a beta isn't judged.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen, rule
from decnet_emailgen.audit.measures.bytes_grammar import agent
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.mail.profiles import versions

EARLY = timedelta(days=14)
"""So much earlier than the table says some people may have had a version."""

_OUTLOOK: tuple[versions.Release, ...] = (
    ("2006-11-30", "12.0"),
    ("2010-04-15", "14.0"),
    ("2012-10-11", "15.0"),
    ("2015-07-09", "16.0"),
)
_TABLES: tuple[tuple[re.Pattern[str], tuple[versions.Release, ...]], ...] = (
    (re.compile(r"i(?:Phone|Pad) Mail \((\d\d[A-Z]\d+)\)"), versions.IPHONE),
    (re.compile(r"Apple Mail \(2\.(3\d{3}[\d.]*)\)"), versions.APPLE_MAIL),
    (re.compile(r"Thunderbird/(\d+\.[\d.]+)"), versions.THUNDERBIRD),
    (re.compile(r"Roundcube Webmail/(1\.[\d.]+)$"), versions.ROUNDCUBE),
    (re.compile(r"Microsoft Outlook (1\d\.0)$"), _OUTLOOK),
)
_UNVERSIONED = (
    (re.compile(r"Mozilla Thunderbird$"), date(2022, 6, 28)),
    (re.compile(r"Thunderbird for Android$"), date(2024, 9, 30)),
)
"""Names without a version: Thunderbird says none since 115, some said none since 102."""

Number = tuple[tuple[int, str], ...]


class Versions(Measure):
    """Versions that X-Mailer and User-Agent name."""

    checks = ("versions",)

    def __init__(self) -> None:
        self._n = 0
        self._bad: list[Offender] = []

    def add(self, seen: Seen) -> None:
        """Compare a version's day with the mail's."""
        if seen.again or seen.mail.date is None:
            return
        said = agent(seen.mail).strip()
        since = available(said) if said else None
        if since is None:
            return
        self._n += 1
        day = seen.mail.date.date()
        if day < since - EARLY:
            why = f"{said[:60]} of {since} in a mail of {day}"
            self._bad.append(seen.sample.offender(why))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """How many existed."""
        yield rule("versions", self._n, self._bad)


@lru_cache(maxsize=1024)
def available(said: str) -> date | None:
    """The first day of what an X-Mailer or User-Agent names; None if that isn't known."""
    for name, since in _UNVERSIONED:
        if name.match(said):
            return since
    for pattern, table in _TABLES:
        if found := pattern.search(said):
            return _since(table, found[1])
    return None


def _since(table: tuple[versions.Release, ...], text: str) -> date | None:
    known = _numbers(table)
    number = _number(text)
    at = bisect_right(known, (number, date.max))
    newest = known[-1][0]
    return None if at == 0 or number > newest else known[at - 1][1]


@lru_cache(maxsize=8)
def _numbers(table: tuple[versions.Release, ...]) -> tuple[tuple[Number, date], ...]:
    rows = ((name.rpartition(" ")[2], day) for day, name in table)
    found = {_number(name): date.fromisoformat(day) for name, day in rows if name}
    return tuple(sorted(found.items()))


def _number(text: str) -> Number:
    """Parts of a version, to be compared in order."""
    parts = re.findall(r"\d+|[A-Z]", text)
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in parts)


MEASURES = (Versions,)
