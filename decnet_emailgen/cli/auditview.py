"""How ``audit`` shows what it found: one source's table, two side by side, offenders, lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from decnet_emailgen.audit import Finding, Report, reference
from decnet_emailgen.cli.console import console, harmless, out

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

VERDICTS = {"ok": "ok", "out": "OUT", "few": "too few", "told": "·"}
_STYLES = {"ok": "green", "out": "bold red", "few": "dim", "told": "dim"}


def number(value: float | None) -> str:
    """A value as short as it may be: three digits that count."""
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.3g}"


def shown(finding: Finding) -> str:
    """The value with its unit."""
    joint = "" if finding.unit.startswith("/") else " "
    unit = finding.unit if finding.value is not None else ""
    return f"{number(finding.value)}{joint}{unit}".rstrip()


def span(low: float | None, high: float | None) -> str:
    """A range in words of few characters."""
    if low is None and high is None:
        return "told only"
    if low == high:
        return number(low)
    if low is None:
        return f"≤ {number(high)}"
    return f"≥ {number(low)}" if high is None else f"{number(low)} … {number(high)}"


def table(source: str, report: Report) -> None:
    """One source: groups with their scores, each check a row; hard tells at the end."""
    shape = _table("", "value", "range", "n", "verdict")
    for heading, findings, score in _groups([report]):
        shape.add_row(_text(heading, "bold"), *[_text("")] * 3, _text(score[0], "bold"))
        for (finding,) in findings:
            style = _STYLES[finding.verdict]
            cells = (shown(finding), span(finding.low, finding.high), f"{finding.n:,}")
            shape.add_row(
                _text(_label(finding, 56)),
                *map(_text, cells),
                _text(VERDICTS[finding.verdict], style),
            )
    _print(f"{source}: {_counts(report)}", shape)
    _print(_verdict(report))


def comparison(reports: Mapping[str, Report]) -> None:
    """Two sources side by side."""
    shape = _table("", "range", *(f"{letter}" for letter in "AB"[: len(reports)]))
    for heading, rows, scores in _groups(list(reports.values())):
        shape.add_row(_text(heading, "bold"), _text(""), *(_text(s, "bold") for s in scores))
        for findings in rows:
            first = findings[0]
            cells = [
                _text(f"{shown(each)} {_mark(each)}", _STYLES[each.verdict]) for each in findings
            ]
            shape.add_row(
                _text(_label(first, 20 + 18 * len(reports))),
                _text(span(first.low, first.high)),
                *cells,
            )
    for letter, (source, report) in zip("AB", reports.items(), strict=False):
        _print(f"{letter}: {source}: {_counts(report)}")
    _print("✗ out of range, ✓ in range, ~ too few samples", shape)
    for letter, report in zip("AB", reports.values(), strict=False):
        _print(f"{letter}: {_verdict(report)}")


def offenders(reports: Mapping[str, Report], check: str, *, as_json: bool) -> None:
    """The mails that one check points at, one a line."""
    for source, report in reports.items():
        finding = report.finding(check)
        if as_json:
            for each in finding.offenders:
                out(json.dumps({"source": source, "check": check, **asdict(each)}))
            continue
        verdict = VERDICTS[finding.verdict]
        title = f"{source}: {finding.name}: {shown(finding)} ({verdict}, n {finding.n:,})"
        shape = _table("mailbox", "folder", "message", "where", "why", right=False)
        for each in finding.offenders:
            cells = (each.mailbox, each.folder, each.message_id, each.place, each.why)
            shape.add_row(*map(_text, cells))
        _print(title)
        _print(*([shape] if finding.offenders else ["it names no mail"]))


def lines(reports: Mapping[str, Report]) -> None:
    """Every finding and every score as a line of JSON."""
    for source, report in reports.items():
        for finding in report.findings:
            record = asdict(finding) | {"offenders": len(finding.offenders)}
            out(json.dumps({"record": "finding", "source": source, **record}))
        for group in (*reference().groups, ""):
            record = {"group": group or "all", "score": report.score(group)}
            record |= {"judged": len(report.judged(group))}
            if not group:
                record |= {"tells": [tell.check for tell in report.tells]}
                record |= {"mails": report.mails, "copies": report.copies, "human": report.human}
            out(json.dumps({"record": "score", "source": source, **record}))


Row = tuple[Finding, ...]


def _groups(reports: Sequence[Report]) -> Iterator[tuple[str, list[Row], list[str]]]:
    """Each group's heading, its rows (a finding of each report) and the reports' scores."""
    rows = list(zip(*(report.findings for report in reports), strict=True))
    for group in reference().groups:
        some = [row for row in rows if row[0].group == group and not row[0].hard]
        if some:
            yield group, some, [_score(report, group) for report in reports]
    tells = [row for row in rows if row[0].hard]
    found = [f"{len(report.tells)} found" if report.tells else "none" for report in reports]
    yield "hard tells", tells, found


def _score(report: Report, group: str = "") -> str:
    score = report.score(group)
    judged = report.judged(group)
    good = sum(finding.verdict == "ok" for finding in judged)
    return "too few" if score is None else f"{score:.0f} % ({good} of {len(judged)})"


def _mark(finding: Finding) -> str:
    return {"ok": "✓", "out": "✗", "few": "~", "told": " "}[finding.verdict]


def _counts(report: Report) -> str:
    return (
        f"{report.mails:,} mails in {report.copies:,} copies, {report.human:,} of them "
        "between people"
    )


def _verdict(report: Report) -> str:
    told = ", ".join(tell.check for tell in report.tells) or "none"
    return f"in range: {_score(report)} of what could be judged; hard tells: {told}"


def _table(*headings: str, right: bool = True) -> Table:
    from rich.table import Table

    shape = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        aside = right and place > 0
        shape.add_column(heading, justify="right" if aside else "left", no_wrap=True)
    return shape


def _label(finding: Finding, others: int) -> str:
    """A check's id and name, cut to leave the other columns their room."""
    label = f"  {finding.check:20} {finding.name}"
    room = max(22, console().width - others) if sys.stdout.isatty() else 200
    return label if len(label) <= room else f"{label[: room - 1].rstrip()}…"


def _text(cell: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(harmless(cell).replace("\n", " "), style=style)


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """A sign of life on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with console(stderr=True).status(harmless(label)):
        yield


def _print(*parts: object) -> None:
    screen = console()
    screen.width = screen.width if sys.stdout.isatty() else 200
    for part in parts:
        screen.print(harmless(part) if isinstance(part, str) else part)
