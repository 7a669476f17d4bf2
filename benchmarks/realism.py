"""Measures a plan against published figures of real mail: times, threads, recipients.

    python benchmarks/realism.py [--count 20000] [--days 120] [--seed 1] [FILE ...]

Without a FILE it invents two companies of 40 people, one in one place and one around the world.
Nothing is written and no mail is made: it is the simulation alone. The ranges and their sources
are in docs/realism.md.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from decnet_emailgen.mail.systems import is_system
from decnet_emailgen.pick.history import history
from decnet_emailgen.pick.plan import Thread
from decnet_emailgen.pick.simulate import Office
from decnet_emailgen.records import Pick
from decnet_emailgen.world.load import read
from decnet_emailgen.world.model import World

RANGES: dict[str, tuple[float, float]] = {
    "reply time, median (min)": (35, 120),
    "replies within 5 min (%)": (8, 18),
    "replies within 1 h (%)": (38, 55),
    "replies within 24 h (%)": (82, 92),
    "replies within 48 h (%)": (88, 97),
    "weekend (%)": (1.5, 8),
    "last workday / mean of others": (0.75, 0.95),
    "08-19 h local (%)": (82, 94),
    "19-23 h local (%)": (4, 9),
    "23-06 h local (%)": (0, 2),
    "seconds at :00 (%)": (0.8, 2.6),
    "replies (%)": (28, 48),
    "forwards (%)": (5, 18),
    "threads of 1 (%)": (60, 82),
    "threads of 2 (%)": (10, 20),
    "threads of 3 (%)": (3, 9),
    "threads of 4 (%)": (1, 5),
    "threads of 5+ (%)": (2, 9),
    "Cc present (%)": (15, 35),
    "one recipient (%)": (60, 78),
    "phone share of replies (%)": (10, 40),
    "internal share (%)": (63, 87),
    "busiest tenth write (%)": (15, 50),
    "inbox written by systems (%)": (30, 55),
}


def measure(threads: Sequence[Thread]) -> dict[str, float]:
    """Every figure of :data:`RANGES` for the mails of these threads; nearly all are of people's."""
    everything = [pick for thread in threads for pick in thread.picks]
    human = [
        replace(thread, picks=tuple(p for p in thread.picks if not is_system(p.sender.client)))
        for thread in threads
        if not is_system(thread.picks[0].sender.client)
    ]
    picks = [pick for thread in human for pick in thread.picks]
    figures = {**_times(picks), **_latencies(picks), **_shapes(human, picks), **_people(picks)}
    return figures | _inboxes(everything)


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return 100 * sum(found) / max(1, len(found))


def _times(picks: Sequence[Pick]) -> dict[str, float]:
    moments = [pick.when for pick in picks]
    days = Counter(moment.weekday() for moment in moments)
    others = statistics.mean(days[day] for day in range(4))
    return {
        "weekend (%)": 100 * (days[5] + days[6]) / len(moments),
        "last workday / mean of others": days[4] / others,
        "08-19 h local (%)": _share(8 <= m.hour < 19 for m in moments),
        "19-23 h local (%)": _share(19 <= m.hour < 23 for m in moments),
        "23-06 h local (%)": _share(m.hour >= 23 or m.hour < 6 for m in moments),
        "seconds at :00 (%)": _share(m.second == 0 for m in moments),
    }


def _latencies(picks: Sequence[Pick]) -> dict[str, float]:
    waits = [
        (pick.when - datetime.fromisoformat(pick.parent.date)).total_seconds() / 60
        for pick in picks
        if pick.kind == "reply" and pick.parent is not None
    ]
    return {
        "reply time, median (min)": statistics.median(waits),
        "replies within 5 min (%)": _share(wait <= 5 for wait in waits),
        "replies within 1 h (%)": _share(wait <= 60 for wait in waits),
        "replies within 24 h (%)": _share(wait <= 1440 for wait in waits),
        "replies within 48 h (%)": _share(wait <= 2880 for wait in waits),
    }


def _shapes(threads: Sequence[Thread], picks: Sequence[Pick]) -> dict[str, float]:
    sizes = Counter(min(len(thread.picks), 5) for thread in threads)
    named = {1: "1", 2: "2", 3: "3", 4: "4", 5: "5+"}
    return {
        "replies (%)": _share(pick.is_reply for pick in picks),
        "forwards (%)": _share(pick.kind == "forward" for pick in picks),
        **{f"threads of {named[n]} (%)": 100 * sizes[n] / len(threads) for n in named},
        "Cc present (%)": _share(bool(pick.cc) for pick in picks),
        "one recipient (%)": _share(len(pick.recipients) == 1 for pick in picks),
    }


def _inboxes(picks: Sequence[Pick]) -> dict[str, float]:
    inside = [is_system(p.sender.client) for p in picks for q in p.recipients if not q.outside]
    return {"inbox written by systems (%)": 100 * sum(inside) / max(1, len(inside))}


def _people(picks: Sequence[Pick]) -> dict[str, float]:
    replies = [pick for pick in picks if pick.is_reply and not pick.sender.outside]
    writers = Counter(pick.sender.email for pick in picks if not pick.sender.outside)
    most = sorted(writers.values(), reverse=True)
    top = most[: max(1, len(most) // 10)]
    return {
        "phone share of replies (%)": _share(p.sender.client in ("iphone", "k9") for p in replies),
        "internal share (%)": _share(
            not p.sender.outside and not any(q.outside for q in p.recipients) for p in picks
        ),
        "busiest tenth write (%)": 100 * sum(top) / sum(most),
    }


def main() -> int:
    """Print one column for each world and seed; 1 if a figure is out of range."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--seed", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument(
        "--ticks", action="store_true", help="30 days by 5-minute ticks beside one seed of them"
    )
    options = parser.parse_args()
    sources = {path.name: path.read_text("utf-8") for path in options.files}
    if not sources:
        sources = invented()
    until = datetime(2026, 10, 30, 17, tzinfo=UTC)
    columns: dict[str, dict[str, float]] = {}
    for name, text in sources.items():
        world = read(text, source=name).world
        if options.ticks:
            columns |= _ticked(name, world, until)
            continue
        for seed in options.seed:
            columns[f"{name} {seed}"] = _column(world, seed, options.count, options.days, until)
    return _table(columns)


def _column(world: World, seed: int, count: int, days: int, until: datetime) -> dict[str, float]:
    offices = [Office(cast, str(seed), _mint) for cast in world.casts()]
    plan = history(offices, until - timedelta(days=days), until, count)
    end = until.timestamp()
    threads = [thread for thread in plan.threads if thread.picks[-1].when.timestamp() < end]
    return measure(threads)


def _ticked(name: str, world: World, until: datetime) -> dict[str, dict[str, float]]:
    """Thirty days at once and by ticks of five minutes: threads that began and ended in them."""
    (cast, *_) = world.casts()
    at_work = Office(cast, "1", _mint)
    since, end = (until - timedelta(days=30)).timestamp(), until.timestamp()
    whole = list(at_work.threads(at_work.starts(since, end, 1.0)))
    parts: list[Thread] = []
    now = since
    while now < end:
        parts += at_work.threads(at_work.starts(now, min(now + 300, end), 1.0))
        now += 300
    print(f"{name}: the same threads: {whole == parts} ({len(whole)} and {len(parts)})")
    return {f"{name} seed": measure(whole), f"{name} ticks": measure(parts)}


def _mint(client: str, domain: str, when: datetime, key: str, author: str) -> str:
    return f"<{key}@{domain}>"


def _table(columns: dict[str, dict[str, float]]) -> int:
    print(f"{'':34}{'range':>14}", *(f"{name[-12:]:>12}" for name in columns))
    outside = 0
    for name, (low, high) in RANGES.items():
        cells = []
        for column in columns.values():
            value = column[name]
            wrong = not low <= value <= high
            outside += wrong
            cells.append(f"{value:>11.1f}{'!' if wrong else ' '}")
        print(f"{name:34}{f'{low:g} to {high:g}':>14}", *cells)
    print(f"{outside} figures out of range")
    return 1 if outside else 0


def invented() -> dict[str, str]:
    """Two personas files: a company in one place, and one around the world."""
    return {"one-place": _company(1, _PLACES[:1]), "worldwide": _company(2, _PLACES)}


_PLACES = (
    ("Europe/Berlin", "DE", "de"),
    ("Europe/Madrid", "ES", "es"),
    ("America/New_York", "US", "en"),
    ("Asia/Tokyo", "JP", "en"),
    ("America/Sao_Paulo", "BR", "pt"),
    ("Pacific/Auckland", "NZ", "en"),
)
_ROLES = (
    "Managing Director",
    "Finance Manager",
    "Accountant",
    "Controller",
    "Sales Manager",
    "Account Manager",
    "Sales Representative",
    "IT Manager",
    "System Administrator",
    "Software Engineer",
    "Software Engineer",
    "HR Manager",
    "Recruiter",
    "Legal Counsel",
    "Logistics Coordinator",
    "Warehouse Manager",
    "Facility Manager",
    "Marketing Manager",
    "Support Engineer",
    "Operations Manager",
)


def _company(number: int, places: Sequence[tuple[str, str, str]]) -> str:
    lines = [f"organisation: {{name: Firm {number}, domain: firm{number}.internal}}", "personas:"]
    for index in range(40):
        zone, country, language = places[index % len(places)]
        known = dict.fromkeys((language, "en"))
        lines += [
            f"  - name: Person {chr(65 + index // 26)}{chr(65 + index % 26)}",
            f"    email: person{index}@firm{number}.internal",
            f"    role: {_ROLES[index % len(_ROLES)]}",
            f"    timezone: {zone}",
            f"    country: {country}",
            f"    language: {language}",
            f"    languages: [{', '.join(known)}]",
        ]
        if index:
            lines.append(
                f"    manager: person{0 if index < 8 else index % 8}@firm{number}.internal"
            )
    lines.append("correspondents:")
    for index in range(8):
        zone, country, language = places[index % len(places)]
        role = ("Purchasing Manager", "Key Account Manager", "Auditor")[index % 3]
        lines += [
            f"  - name: Outside {chr(65 + index)}",
            f"    email: someone@other{index}.example",
            f"    role: {role}",
            f"    organisation: Other {index}",
            f"    timezone: {zone}",
            f"    country: {country}",
            f"    languages: [{', '.join(dict.fromkeys((language, 'en')))}]",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
