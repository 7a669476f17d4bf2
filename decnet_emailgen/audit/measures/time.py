"""When mail is written and answered: by the Date headers, on their senders' own clocks.

A sender's hour and day are those of the offset in their own Date. Exchange writes ``+0000``
whatever the zone, so its mails tell nothing of hours and are left out there.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, quantile, share
from decnet_emailgen.audit.reference import reference
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample

Dated = tuple[Sample, datetime]

_FRIDAY_OFF = frozenset(
    {"BD", "BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE"}
)
"""Countries whose weekend is Friday and Saturday."""


class ReplyTimes(Measure):
    """Date of an answer minus Date of the mail it answers; clocks that run backwards left out."""

    checks = ("reply-median", "reply-5min", "reply-1h", "reply-24h", "reply-48h", "far-replies")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Median, shares, and the distance from real mail."""
        waits = sorted(wait for _, wait in reply_minutes(corpus))
        yield Value("reply-median", quantile(waits, 0.5), len(waits))
        for check, limit in (
            ("reply-5min", 5),
            ("reply-1h", 60),
            ("reply-24h", 1440),
            ("reply-48h", 2880),
        ):
            part = 100 * bisect_right(waits, limit) / len(waits) if waits else None
            yield Value(check, part, len(waits))
        yield distance("far-replies", waits, "reply-minutes")


def reply_minutes(corpus: Corpus) -> Iterator[tuple[Sample, float]]:
    """Each answer with its reply time in minutes."""
    for mail, parent in corpus.replies:
        if mail.date is not None and parent.date is not None and mail.date >= parent.date:
            yield mail, (mail.date - parent.date).total_seconds() / 60


def distance(check: str, ordered: Sequence[float], name: str) -> Value:
    """The largest difference between cumulative shares, at the points known of real mail."""
    if not ordered:
        return Value(check, None, 0)
    known = reference().quantiles[name]
    apart = (abs(bisect_right(ordered, at) / len(ordered) - part) for at, part in known)
    return Value(check, max(apart), len(ordered))


class Calendar(Measure):
    """Days of the week and public holidays."""

    checks = ("weekend", "friday", "holidays")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Weekends, the last workday, holidays."""
        dated = corpus.dated
        countries = {mail.sender: country(corpus, mail.sender) for mail, _ in dated}

        def day(item: Dated) -> int:
            """Days since the first workday of the week; 5 and 6 are the weekend."""
            shift = 1 if countries[item[0].sender] in _FRIDAY_OFF else 0
            return (item[1].weekday() + shift) % 7

        yield share("weekend", dated, lambda item: day(item) > 4, _named)
        yield _last_workday([(day(item), item[1].date()) for item in dated])
        yield _on_holidays(dated, countries)


def _last_workday(days: Sequence[tuple[int, date]]) -> Value:
    """Mails on the week's last workday against the mean of its others, by days that there were.

    A span has more of some weekdays than of others; its first and last day are seldom whole.
    """
    first, last = min((d for _, d in days), default=None), max((d for _, d in days), default=None)
    whole = [(place, day) for place, day in days if day not in (first, last)]
    if first is None or last is None or not whole:
        return Value("friday", None, 0)
    there = Counter((first + timedelta(days=n)).weekday() for n in range(1, (last - first).days))
    mails = Counter(place for place, _ in whole)
    shift = (whole[0][1].weekday() - whole[0][0]) % 7
    means = [mails[n] / there[(n + shift) % 7] for n in range(5) if there[(n + shift) % 7]]
    others = sum(means[:4]) / 4
    return Value("friday", means[4] / others if len(means) == 5 and others else None, len(whole))


def _named(item: Dated) -> Offender:
    sample, when = item
    return sample.offender(f"{when:%a %Y-%m-%d %H:%M:%S %z}")


def country(corpus: Corpus, address: str) -> str:
    """Where somebody works: as the caller knows, else as their domain's end says, else ""."""
    known = corpus.countries.get(address, "")
    end = address.rpartition(".")[2].upper()
    return known or {"UK": "GB"}.get(end, end if len(end) == 2 and end.isalpha() else "")


def _on_holidays(dated: Sequence[Dated], countries: dict[str, str]) -> Value:
    """Mail on holidays, in percent of what the same days would have if they were normal."""
    if not dated:
        return Value("holidays", None, 0)
    days = [when.date() for _, when in dated]
    first, last = min(days), max(days)
    offenders = []
    expected = 0.0
    for code in sorted({code for code in countries.values() if code}):
        off = _holidays(code, first, last)
        mails = [item for item in dated if countries[item[0].sender] == code]
        on = [item for item in mails if item[1].date() in off]
        normal = _workdays(code, first, last) - len(off)
        expected += len(off) * (len(mails) - len(on)) / max(1, normal)
        offenders += [sample.offender(off[when.date()]) for sample, when in on]
    value = 100 * len(offenders) / expected if expected else None
    return Value("holidays", value, int(expected), tuple(offenders))


def _weekend(code: str, day: date) -> bool:
    return (day.weekday() + (code in _FRIDAY_OFF)) % 7 > 4


def _workdays(code: str, first: date, last: date) -> int:
    span = (last - first).days + 1
    return sum(not _weekend(code, first + timedelta(days=n)) for n in range(span))


def _holidays(code: str, first: date, last: date) -> dict[date, str]:
    """The public holidays on workdays in a span, by date."""
    import holidays

    try:
        known = holidays.country_holidays(code, years=range(first.year, last.year + 1))
    except NotImplementedError:
        return {}
    return {
        day: name for day, name in known.items() if first <= day <= last and not _weekend(code, day)
    }


class Clock(Measure):
    """Hours, minutes and seconds."""

    checks = (
        *("office-hours", "evening", "night", "far-hours"),
        *("seconds-uniform", "seconds-zero", "minutes-five"),
    )

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Hours where they are known, then what every Date tells."""
        dated = corpus.dated
        local = [item for item in dated if item[0].zoned]
        yield share("office-hours", local, lambda item: 8 <= item[1].hour < 19)
        yield share("evening", local, lambda item: 19 <= item[1].hour < 23, _named)
        yield share("night", local, lambda item: item[1].hour >= 23 or item[1].hour < 6, _named)
        yield distance("far-hours", sorted(when.hour for _, when in local), "hours")
        seconds = Counter(when.second for _, when in dated)
        yield Value("seconds-uniform", _uniform(seconds, 60), len(dated))
        yield share("seconds-zero", dated, lambda item: item[1].second == 0, _named)
        yield share("minutes-five", dated, lambda item: item[1].minute % 5 == 0)


def _uniform(counts: Counter[int], cells: int) -> float | None:
    """p of the chi squared test (Wilson and Hilferty's approximation, good to 0.001 here)."""
    n = counts.total()
    if not n:
        return None
    expected = n / cells
    found = sum((counts[cell] - expected) ** 2 / expected for cell in range(cells))
    freedom = cells - 1
    z = ((found / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    return 0.5 * math.erfc(z / math.sqrt(2))


MEASURES = (ReplyTimes, Calendar, Clock)
