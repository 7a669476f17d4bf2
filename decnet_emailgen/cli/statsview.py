"""The picture of a corpus in characters: heat maps, bars, and short tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from decnet_emailgen.cli.console import console, counted, one_line, plain, say
from decnet_emailgen.store.figures import Figures, Spread, span

_SHADES = " ░▒▓█"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKS = 53
_BAR = 40
_MINUTE_STEPS = (0, 5, 15, 30, 60, 120, 240, 480, 1440, 2880, 10080)
_SIZE_STEPS = (1, 2, 3, 4, 5, 6, 8, 11, 21)
_WORD_STEPS = (0, 10, 25, 50, 75, 100, 150, 200, 300)

Bars = Iterable[tuple[str, int]]


def show(found: Figures) -> None:
    """Print the whole picture; where there is no mail, say so."""
    period = span(found)
    if period is None:
        say("no written mail in this store; emailgen seed fills it")
        return
    first, last = period
    states = ", ".join(f"{n} {state}" for state, n in found.states.items())
    _print("", f"{counted(found.mails, 'mail')} from {first} to {last} ({states})")
    _print(f"calendar{_left_out(first, last)}", calendar(found.days, last))
    _print("hours by weekday, on the authors' clocks", hours(found.hours))
    for title, spread, steps, text in (
        ("time to a reply", found.replies, _MINUTE_STEPS, _minutes),
        ("mails a thread", found.sizes, _SIZE_STEPS, str),
        ("words a mail", found.lengths, _WORD_STEPS, str),
    ):
        if spread.total:
            _print(f"{title}, median {text(spread.quantile(0.5))}", bars(_steps(spread, steps)))
    for title, counts in (
        ("who writes to whom most", _pairs(found)),
        ("languages", list(found.languages.items())),
        ("writers", list(found.writers.items())),
        ("answers rejected", list(found.rejections.items())),
    ):
        if counts:
            _print(title, bars(counts, of=found.mails))


def _print(title: str, text: str) -> None:
    screen = console()
    if title:
        screen.print(plain(f"\n{title}", "bold"))
    screen.print(plain(text), no_wrap=True, overflow="crop", crop=False)


def _pairs(found: Figures) -> list[tuple[str, int]]:
    """The pairs, without the domain that most of them are at."""
    domains = Counter(
        email.rpartition("@")[2] for one, other, _ in found.pairs for email in (one, other)
    )
    house = "@" + max(domains, key=domains.__getitem__, default="")
    return [
        (f"{one.removesuffix(house)} → {other.removesuffix(house)}", n)
        for one, other, n in found.pairs
    ]


def _left_out(first: date, last: date) -> str:
    return " of the last 53 weeks" if (last - first).days >= 7 * (_WEEKS - 1) else ""


def calendar(days: Mapping[date, int], last: date) -> str:
    """Weeks as columns, weekdays as rows, the darker the more mail; a year at most."""
    end = last - timedelta(days=last.weekday())
    first = max(min(days), end - timedelta(weeks=_WEEKS - 1))
    begin = first - timedelta(days=first.weekday())
    weeks = [begin + timedelta(weeks=n) for n in range((end - begin).days // 7 + 1)]
    wide = 2 if len(weeks) <= 30 else 1
    most = max(count for day, count in days.items() if day >= begin)
    rows = ["     " + _months(weeks, wide)]
    for weekday, name in enumerate(_DAYS):
        cells = (days.get(week + timedelta(days=weekday), 0) for week in weeks)
        rows.append(f"{name}  " + "".join(shade(count, most) * wide for count in cells))
    return "\n".join(rows)


def _months(weeks: Sequence[date], wide: int) -> str:
    """The number of each month over its first week."""
    row = [" "] * (len(weeks) * wide + 2)
    for at, week in enumerate(weeks):
        if week.day <= 7:
            row[at * wide : at * wide + 2] = f"{week.month:<2}"
    return "".join(row).rstrip()


def hours(table: Sequence[Sequence[int]]) -> str:
    """Hours as columns, weekdays as rows."""
    most = max(map(max, table))
    rows = ["     " + "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()]
    for name, counts in zip(_DAYS, table, strict=True):
        rows.append(f"{name}  " + "".join(shade(count, most) * 2 for count in counts))
    return "\n".join(rows)


def shade(count: int, most: int) -> str:
    """A character as dark as its share of the most; any mail at all is seen."""
    return _SHADES[0] if count == 0 else _SHADES[1 + min(3, count * 4 // (most + 1))]


def bars(counts: Bars, of: int = 0) -> str:
    """A bar a line, with its number and its share of so many, or of all."""
    rows = [(one_line(label, 70), count) for label, count in counts]
    while len(rows) > 1 and rows[-1][1] == 0:
        rows.pop()
    total = of or sum(count for _, count in rows) or 1
    most = max((count for _, count in rows), default=0) or 1
    label, number = max(len(name) for name, _ in rows), max(len(str(n)) for _, n in rows)
    return "\n".join(
        f"{name:<{label}}  {count:>{number}}  {count / total:>4.0%}  {_bar(count, most)}".rstrip()
        for name, count in rows
    )


def _bar(count: int, most: int) -> str:
    """A bar in eighths of a character, so that little is still seen."""
    eighths = -(-count * _BAR * 8 // most)
    rest: str = ("", *"▏▎▍▌▋▊▉")[eighths % 8]
    return "█" * (eighths // 8) + rest


def _steps(spread: Spread, steps: Sequence[int]) -> Iterator[tuple[str, int]]:
    """How many values lie in each step, up to the next."""
    text = _minutes if steps is _MINUTE_STEPS else str
    for low, high in zip(steps, (*steps[1:], float("inf")), strict=True):
        label = text(low) if high == low + 1 else f"{text(low)} –"
        yield label, spread.between(low, high)


def _minutes(minutes: int) -> str:
    """Minutes as people say them."""
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 1440:
        return f"{minutes / 60:.3g} h"
    return f"{minutes / 1440:.3g} d"
