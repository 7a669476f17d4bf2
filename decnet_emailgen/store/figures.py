"""The picture of a corpus in numbers: counted by SQLite from indexes, never from the mails.

For ``emailgen stats``, and for whoever draws the same numbers. A million mails take a few
seconds, nothing is sampled. Only written mail counts (delivered or waiting for it), by the
Date's own offset: nine o'clock is nine o'clock where the author sits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from decnet_emailgen.store.store import Store

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_WRITTEN = "state IN ('written', 'delivered')"
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Spread:
    """Counted whole numbers: how often each occurs."""

    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> int:
        """The smallest value that so large a share doesn't exceed; 0 where there is none."""
        left = share * self.total
        for value in sorted(self.counts):
            left -= self.counts[value]
            if left <= 0:
                return value
        return max(self.counts, default=0)

    def between(self, low: float, high: float) -> int:
        """How many are at least ``low`` and less than ``high``."""
        return sum(count for value, count in self.counts.items() if low <= value < high)


@dataclass(frozen=True, slots=True)
class Figures:
    """A corpus in numbers.

    ``days`` counts mails by the author's date, ``hours`` by their weekday (0 is Monday) and hour;
    ``replies`` are minutes from a mail's Date to its answer's, ``sizes`` mails a thread,
    ``lengths`` words a mail without what it quotes; ``pairs`` are sender, recipient and mails,
    most first; ``states`` counts all mails, planned and failed ones too.
    """

    states: dict[str, int]
    days: dict[date, int]
    hours: tuple[tuple[int, ...], ...]
    replies: Spread
    sizes: Spread
    lengths: Spread
    pairs: tuple[tuple[str, str, int], ...]
    languages: dict[str, int]
    writers: dict[str, int]
    rejections: dict[str, int]

    @property
    def mails(self) -> int:
        """How many mails have been written."""
        return sum(self.days.values())


def figures(store: Store, *, pairs: int = 10) -> Figures:
    """The numbers of a store, with so many of the pairs that write most."""
    days, hours = _times(store)
    return Figures(
        states=_table(store, "SELECT state AS name, count(*) AS n FROM messages GROUP BY state"),
        days=days,
        hours=hours,
        replies=_spread(store, "waited / 60", "messages", f"{_WRITTEN} AND waited >= 0"),
        sizes=_spread(store, "size", "threads", "size > 0"),
        lengths=_spread(store, "length", "messages", _WRITTEN),
        pairs=_pairs(store, pairs),
        languages=_table(
            store,
            "SELECT language AS name, sum(size) AS n FROM threads GROUP BY language HAVING n > 0",
        ),
        writers=_table(
            store,
            "SELECT trim(writer || ' ' || model) AS name, count(*) AS n FROM messages "
            f"WHERE {_WRITTEN} GROUP BY writer, model",
        ),
        rejections=_table(
            store, "SELECT reason AS name, count(*) AS n FROM rejections GROUP BY reason"
        ),
    )


def _table(store: Store, query: str) -> dict[str, int]:
    """Counts by name, most first."""
    found = Counter({row["name"]: row["n"] for row in store.rows(query)})
    return dict(found.most_common())


def _spread(store: Store, value: str, table: str, where: str) -> Spread:
    query = f"SELECT {value} AS v, count(*) AS n FROM {table} WHERE {where} GROUP BY v"
    return Spread({row["v"]: row["n"] for row in store.rows(query)})


def _times(store: Store) -> tuple[dict[date, int], tuple[tuple[int, ...], ...]]:
    """Mails by day and by weekday and hour, on the clocks of their authors."""
    days: Counter[date] = Counter()
    hours = [[0] * 24 for _ in range(7)]
    for row in store.rows(
        f"SELECT (sent + shift) / 3600 AS hour, count(*) AS n FROM messages WHERE {_WRITTEN} "
        "GROUP BY hour"
    ):
        day = _EPOCH + timedelta(days=row["hour"] // 24)
        days[day] += row["n"]
        hours[day.weekday()][row["hour"] % 24] += row["n"]
    return dict(sorted(days.items())), tuple(map(tuple, hours))


def _pairs(store: Store, most: int) -> tuple[tuple[str, str, int], ...]:
    """Who writes most to whom (To and Cc): all rows by pair, less those of unwritten mail."""
    counts = Counter(
        {
            (row["sender"], row["email"]): row["n"]
            for row in store.rows(
                "SELECT email, sender, count(*) AS n FROM recipients GROUP BY email, sender"
            )
        }
    )
    for row in store.rows(
        "SELECT r.sender, r.email, count(*) AS n FROM messages m CROSS JOIN recipients r "
        "ON r.message = m.id WHERE m.state IN ('planned', 'failed', 'purged') "
        "GROUP BY r.email, r.sender"
    ):
        counts[row["sender"], row["email"]] -= row["n"]
    return tuple((*pair, n) for pair, n in counts.most_common(most) if n > 0)


def span(found: Figures) -> tuple[date, date] | None:
    """The first and the last day with mail."""
    return (min(found.days), max(found.days)) if found.days else None


def plain(found: Figures) -> dict[str, object]:
    """The numbers as JSON has them: dates as text, spreads as counts and quantiles."""

    def spread(one: Spread) -> dict[str, object]:
        quantiles = {f"p{round(share * 100)}": one.quantile(share) for share in QUANTILES}
        counts = {str(value): count for value, count in sorted(one.counts.items())}
        return {"total": one.total, **quantiles, "counts": counts}

    return {
        "mails": found.mails,
        "states": found.states,
        "days": {day.isoformat(): count for day, count in found.days.items()},
        "hours_by_weekday": found.hours,
        "reply_minutes": spread(found.replies),
        "thread_sizes": spread(found.sizes),
        "words": spread(found.lengths),
        "pairs": [{"from": one, "to": other, "mails": n} for one, other, n in found.pairs],
        "languages": found.languages,
        "writers": found.writers,
        "rejections": found.rejections,
    }
