"""A plan for people: a table of mails, and a calendar that shows when they are written."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from decnet_emailgen.cli.console import console, out, table
from decnet_emailgen.cli.statsview import calendar
from decnet_emailgen.records import Pick, encode


def show(picks: Iterable[Pick], *, as_json: bool) -> None:
    """The plan as JSON Lines, or as a table with a heat map on a terminal."""
    if as_json:
        for pick in picks:
            out(encode(pick))
        return
    found = sorted(picks, key=lambda pick: pick.when)
    table(("date", "from", "to", "kind", "lang", "topic"), (_row(pick) for pick in found))
    if found and sys.stdout.isatty():
        days = Counter(pick.when.date() for pick in found)
        console().print("\n" + calendar(days, max(days)))


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
