"""A plan for people: a table of mails, and a calendar that shows when they are written."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from decnet_emailgen.cli.console import console, out, table
from decnet_emailgen.records import Pick, encode

_SHADES = " ░▒▓█"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def show(picks: Iterable[Pick], *, as_json: bool) -> None:
    """The plan as JSON Lines, or as a table with a heat map on a terminal."""
    if as_json:
        for pick in picks:
            out(encode(pick))
        return
    found = sorted(picks, key=lambda pick: pick.when)
    table(("date", "from", "to", "kind", "lang", "topic"), (_row(pick) for pick in found))
    if sys.stdout.isatty():
        console().print("\n" + heat_map([pick.when.date() for pick in found]))


def _row(pick: Pick) -> tuple[str, ...]:
    to = ", ".join(party.email for party in pick.to[:2]) + (" …" if len(pick.to) > 2 else "")
    return (
        pick.when.strftime("%a %Y-%m-%d %H:%M %z"),
        pick.sender.email,
        to,
        pick.kind,
        pick.language,
        pick.topic,
    )


def heat_map(days: Sequence[date]) -> str:
    """Weeks as columns, weekdays as rows, the darker the more mail."""
    if not days:
        return ""
    counts = Counter(days)
    first = min(days) - timedelta(days=min(days).weekday())
    weeks = range(((max(days) - first).days // 7) + 1)
    most = max(counts.values())
    lines = ["     " + "".join(_month(first + timedelta(weeks=week)) for week in weeks)]
    for weekday, name in enumerate(_DAYS):
        cells = (counts[first + timedelta(weeks=week, days=weekday)] for week in weeks)
        lines.append(f"{name}  " + "".join(_shade(count, most) * 2 for count in cells))
    return "\n".join(lines)


def _month(monday: date) -> str:
    """A column's heading: the number of the month in its first week."""
    return f"{monday.month:<2}" if monday.day <= 7 else "  "


def _shade(count: int, most: int) -> str:
    if count == 0:
        return _SHADES[0]
    return _SHADES[1 + min(3, count * 4 // (most + 1))]
