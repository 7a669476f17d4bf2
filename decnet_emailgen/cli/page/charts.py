"""The page's charts: each a drawing, a sentence that says what it shows, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from decnet_emailgen.cli.page import ranges, vega
from decnet_emailgen.cli.page.figures import DAYS, Figures, percent, quantile


@dataclass(frozen=True, slots=True)
class Chart:
    """``rows`` under ``headings`` are what ``spec`` draws; ``sources`` are those of the ranges."""

    name: str
    title: str
    sentence: str
    spec: vega.Spec
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...] = ()
    wide: bool = False


def charts(figures: Figures) -> tuple[Chart, ...]:
    """Every chart that the figures have something for."""
    makers: Sequence[Callable[[Figures], Chart | None]] = (
        _calendar,
        _week,
        _replies,
        _shares,
        _sizes,
        _words,
        _pairs,
        _languages,
        _rejections,
    )
    return tuple(made for maker in makers if (made := maker(figures)) is not None)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _machines(mails: int) -> str:
    return f" {mails:,} mails that programs made are left out of all charts." if mails else ""


def _calendar(figures: Figures) -> Chart:
    first, last = figures.days[0][0], figures.days[-1][0]
    rows: list[dict[str, Any]] = [
        {
            "week": (day - timedelta(days=day.weekday())).isoformat(),
            "day": DAYS[day.weekday()],
            "n": n,
            "tip": f"{DAYS[day.weekday()]} {_day(day)}: {n} mails",
        }
        for day, n in figures.days[-7 * 106 :]
    ]
    weeks = len({row["week"] for row in rows})
    shown = "date(datum.value) <= 7 ? timeFormat(datum.value, '%b %Y') : ''"
    x = {
        **vega.axis("week", "ordinal", None),
        "timeUnit": "yearmonthdate",
        "axis": {"labelExpr": shown, "ticks": False, "labelAngle": 0, "labelOverlap": False},
    }
    y = vega.axis("day", "ordinal", None, sort=list(DAYS), axis={"ticks": False})
    busiest, most = max(figures.days, key=lambda each: each[1])
    quiet = sum(1 for _, n in figures.days if not n)
    return Chart(
        "calendar",
        "Mails a day",
        f"{figures.mails:,} mails from {_day(first)} to {_day(last)}; the busiest day was "
        f"{_day(busiest)} with {most}, and on {quiet} days nobody wrote."
        + _machines(figures.machines),
        vega.heat(rows, x, y, max(vega.WIDTH, 16 * weeks + 50), 170),
        ("Day", "Mails"),
        tuple((day.isoformat(), str(n)) for day, n in figures.days if n),
        wide=True,
    )


def _week(figures: Figures) -> Chart:
    rows = [
        {
            "hour": hour,
            "day": DAYS[day],
            "n": figures.hours.get((day, hour), 0),
            "tip": f"{DAYS[day]} {hour:02}:00–{hour:02}:59: {figures.hours.get((day, hour), 0)}",
        }
        for day in range(7)
        for hour in range(24)
    ]
    known = ranges.find("office-hours")
    share = figures.shares["office-hours"]
    ticks = {"ticks": False, "labelAngle": 0, "values": list(range(0, 24, 3))}
    x = vega.axis("hour", "ordinal", "hour of the author's clock", axis=ticks)
    y = vega.axis("day", "ordinal", None, sort=list(DAYS), axis={"ticks": False})
    spec = vega.heat(rows, x, y, vega.WIDTH, 190)
    spec["layer"].append(vega.band(8, 18))
    return Chart(
        "week",
        "Hours by weekday",
        f"{_number(share)} % of the mails were written between 8 and 19 o'clock (framed); "
        f"reference {known} %: {known.verdict(share)}.",
        spec,
        ("Hour", *DAYS),
        tuple(
            (f"{hour:02}", *(str(figures.hours.get((day, hour), 0)) for day in range(7)))
            for hour in range(24)
        ),
        (known.source,),
    )


_REPLY_STEPS = (("reply-5min", 5), ("reply-1h", 60), ("reply-24h", 1440), ("reply-48h", 2880))


def _replies(figures: Figures) -> Chart | None:
    minutes = figures.replies
    if len(minutes) < 2:
        return None
    marks: list[dict[str, Any]] = [
        {"value": at, **ranges.sides(check)} for check, at in _REPLY_STEPS
    ]
    median, known = quantile(minutes, 0.5), ranges.find("reply-median")
    marks.append({"left": known.low, "right": known.high, "share": 50, "range": f"{known} min"})
    ticks = {
        "values": [1, 5, 15, 60, 240, 1440, 10080],
        "labelExpr": "datum.value < 60 ? datum.value + ' min' : datum.value < 1440 ? "
        "datum.value / 60 + ' h' : datum.value / 1440 + ' d'",
        "labelAngle": 0,
        "grid": False,
    }
    x = vega.axis("value", "quantitative", None, scale=_log(1, 20160), axis=ticks)
    within = [(check, at, percent(sum(m <= at for m in minutes), len(minutes)))
              for check, at in _REPLY_STEPS]  # fmt: skip
    return Chart(
        "replies",
        "Reply times",
        f"Half of {len(minutes):,} replies came within {_number(median)} minutes; reference "
        f"{known} minutes: {known.verdict(median)}. Dashed: replies in real mail.",
        vega.curve(_cumulative(minutes), ranges.quantiles("reply-minutes"), marks, x,
                   "% answered"),
        ("Answered within", "Here, %", "Reference, %"),
        tuple((_span(at), _number(share), str(ranges.find(check))) for check, at, share in within),
        (*(ranges.find(check).source for check, _ in _REPLY_STEPS), known.source),
    )  # fmt: skip


def _span(minutes: int) -> str:
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def _log(low: float, high: float) -> dict[str, Any]:
    return {"type": "log", "domain": [low, high], "clamp": True, "nice": False}


def _cumulative(values: Sequence[float]) -> list[dict[str, float]]:
    return [{"value": max(1.0, quantile(values, n / 100)), "share": n} for n in range(1, 100)]


_SHARES = (
    ("office-hours", "8–19 o'clock"),
    ("weekend", "on weekends"),
    ("class-reply", "replies"),
    ("class-forward", "forwards"),
    ("one-recipient", "to one person"),
    ("cc", "with Cc"),
    ("attachments", "with attachments"),
    ("reply-short", "replies ≤ 10 words"),
)


def _shares(figures: Figures) -> Chart:
    rows = [
        {
            "name": name,
            "value": figures.shares[check],
            "tip": f"{name}: {_number(figures.shares[check])} %",
            **ranges.sides(check),
        }
        for check, name in _SHARES
    ]
    inside = sum(row["low"] <= row["value"] <= row["high"] for row in rows)
    return Chart(
        "shares",
        "Shares against real mail",
        f"{inside} of {len(rows)} shares are within their reference ranges.",
        vega.bars(rows, "%", order=[name for _, name in _SHARES]),
        ("Share of mails", "Here, %", "Reference, %"),
        tuple((row["name"], _number(row["value"]), str(ranges.find(check)))
              for row, (check, _) in zip(rows, _SHARES, strict=True)),
        tuple(ranges.find(check).source for check, _ in _SHARES),
    )  # fmt: skip


def _sizes(figures: Figures) -> Chart:
    whole = len(figures.sizes)
    rows = []
    for size in range(1, 6):
        n = sum(1 for each in figures.sizes if (each >= 5 if size == 5 else each == size))
        name = f"{size}" if size < 5 else "5 or more"
        sides = ranges.sides(f"size-{size}")
        share = percent(n, whole)
        rows.append({"name": name, "value": share, "n": n, "tip": f"{name}: {n}", **sides})
    inside = sum(row["low"] <= row["value"] <= row["high"] for row in rows)
    return Chart(
        "sizes",
        "Mails in a conversation",
        f"{whole:,} conversations, the longest of {max(figures.sizes)} mails; {inside} of 5 sizes "
        "are as frequent as in real mail.",
        vega.bars(rows, "% of conversations", order=[row["name"] for row in rows]),
        ("Mails", "Conversations", "Here, %", "Reference, %"),
        tuple(
            (row["name"], str(row["n"]), _number(row["value"]), str(ranges.find(f"size-{size}")))
            for size, row in enumerate(rows, 1)
        ),
        (ranges.find("size-1").source,),
    )


_WORD_STEPS = (
    ("reply-words-p25", 25),
    ("reply-words-p50", 50),
    ("reply-words-p75", 75),
    ("reply-words-p95", 95),
)


def _words(figures: Figures) -> Chart | None:
    words = figures.words
    if len(words) < 2:
        return None
    marks: list[dict[str, Any]] = []
    for check, share in _WORD_STEPS:
        known = ranges.find(check)
        tip = f"reference {known} words"
        marks.append({"left": known.low, "right": known.high, "share": share, "range": tip})
    ticks = {"values": [1, 3, 10, 30, 100, 300, 1000], "grid": False, "format": "d"}
    x = vega.axis("value", "quantitative", "own words of a reply", scale=_log(1, 1000), axis=ticks)
    found = [(check, share, quantile(words, share / 100)) for check, share in _WORD_STEPS]
    inside = sum(ranges.find(check).verdict(at) == "in range" for check, _, at in found)
    return Chart(
        "words",
        "Words per mail",
        f"Half of {len(words):,} replies have at most {_number(quantile(words, 0.5))} words of "
        f"their author's own; {inside} of 4 quantiles are in range. Dashed: real mail.",
        vega.curve(_cumulative(words), ranges.quantiles("reply-words"), marks, x, "% of replies"),
        ("Share of replies", "At most, words", "Reference, words"),
        tuple((f"{share} %", _number(at), str(ranges.find(check))) for check, share, at in found),
        tuple(dict.fromkeys(ranges.find(check).source for check, _ in _WORD_STEPS)),
    )


def _pairs(figures: Figures) -> Chart | None:
    if not figures.pairs:
        return None
    rows = [
        {"from": pair.sender, "to": pair.recipient, "n": pair.mails,
         "tip": f"{pair.sender} to {pair.recipient}: {pair.mails}"}
        for pair in figures.pairs
    ]  # fmt: skip
    people = len({name for pair in figures.pairs for name in (pair.sender, pair.recipient)})
    x = vega.axis("to", "nominal", "to", axis={"ticks": False, "labelAngle": -55})
    y = vega.axis("from", "nominal", "from", axis={"ticks": False})
    top = max(figures.pairs, key=lambda pair: pair.mails)
    return Chart(
        "pairs",
        "Who writes to whom",
        f"The busiest pair: {top.sender} to {top.recipient}, {top.mails} mails.",
        vega.heat(rows, x, y, vega.WIDTH, 21 * people + 90),
        ("From", "To", "Mails"),
        tuple((pair.sender, pair.recipient, str(pair.mails)) for pair in figures.pairs),
    )


def _languages(figures: Figures) -> Chart:
    named = [(_language(code), n) for code, n in figures.languages]
    rows = [{"name": name, "value": n, "tip": f"{name}: {n} mails"} for name, n in named]
    top, most = named[0]
    return Chart(
        "languages",
        "Languages",
        f"{_number(percent(most, figures.mails))} % of the mails are in {top}, of "
        f"{len(rows)} in all.",
        vega.bars(rows, "mails", order=[name for name, _ in named]),
        ("Language", "Mails"),
        tuple((name, str(n)) for name, n in named),
    )


def _language(code: str) -> str:
    """The English name of a language, as the reader of the page knows it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def _rejections(figures: Figures) -> Chart:
    if not figures.rejections:
        nothing = "No answer of a writer was rejected."
        return Chart("rejections", "Rejected answers", nothing, {}, (), ())
    whole = sum(n for _, n in figures.rejections)
    rows = [{"name": name, "value": n, "tip": f"{name}: {n}"} for name, n in figures.rejections]
    return Chart(
        "rejections",
        "Rejected answers",
        f"{whole:,} answers of writers were not let pass, most for {figures.rejections[0][0]}.",
        vega.bars(rows, "answers", order=[name for name, _ in figures.rejections]),
        ("Reason", "Answers"),
        tuple((name, str(n)) for name, n in figures.rejections),
    )
