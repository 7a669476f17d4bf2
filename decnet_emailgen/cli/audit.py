"""``emailgen audit``: how believable the mail of a store, or of any mailbox, is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from decnet_emailgen.audit import Report

STORE = "the store"

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SOURCE [SOURCE2]]",
        show_default=STORE,
        help="What to measure: a Maildir tree, an mbox, a folder of .eml, imap[s]://USER@HOST, or "
        "a TARGET; two are shown side by side. Nothing is ever written there.",
    ),
]


def audit(
    sources: Sources = None,
    show: Annotated[
        str, typer.Option(metavar="CHECK", help="Name the mails that a check points at.")
    ] = "",
    fail_under: Annotated[
        float | None,
        typer.Option(
            min=0, max=100, help="Exit 1 if less than this percentage of the judged is in range."
        ),
    ] = None,
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    now: options.Now = None,
    json: options.Json = False,
) -> None:
    """Measure mail against real mail: times, threads, people, words, bytes, clocks, store side.

    Every number has its range and source in docs/audit.md. With --fail-under, hard tells and
    sources with nothing to judge also end with exit code 1.
    """
    from decnet_emailgen.audit import reference
    from decnet_emailgen.cli import auditview, context

    known = [check.id for check in reference().checks]
    if show and show not in known:
        raise UsageError(f"--show {show}: no such check; it is one of {', '.join(known)}")
    if fail_under is not None and fail_under != fail_under:  # not a number
        raise UsageError("--fail-under nan: give a percentage from 0 to 100")
    if sources and len(sources) > 2:
        raise UsageError("two sources can stand side by side, no more")
    moment = context.instant(now)
    reports = {
        source or STORE: _report(source, personas, db, moment) for source in (sources or [""])
    }
    if show:
        auditview.offenders(reports, show, as_json=json)
    elif json:
        auditview.lines(reports)
    elif len(reports) > 1:
        auditview.comparison(reports)
    else:
        auditview.table(*next(iter(reports.items())))
    if fail_under is not None:
        _judge(reports, fail_under)


def _report(source: str, personas: Path | None, db: Path, now: datetime) -> Report:
    from decnet_emailgen.audit import audit as measure
    from decnet_emailgen.cli import context, sources
    from decnet_emailgen.cli.auditview import waiting
    from decnet_emailgen.store import Store

    if source:
        world = context.open_world(personas).world if personas is not None else None
        hosts = world.settings.allow_hosts if world else ()
        with waiting(f"reading {source}"):
            found = sources.entries(source, hosts)
            return measure(found, now=now, countries=_countries(world))
    opened = context.open_world(personas)
    routes = context.routes(opened, None)
    with Store.open(db, create=False) as store, waiting("rendering the store"):
        mails = sources.stored(store, routes, now)
        return measure(mails, now=now, countries=_countries(opened.world))


def _countries(world: object) -> Mapping[str, str]:
    """Where the people of a personas file work, by address."""
    people = (*getattr(world, "personas", ()), *getattr(world, "correspondents", ()))
    return {person.email.lower(): person.country for person in people}


def _judge(reports: Mapping[str, Report], least: float) -> None:
    from decnet_emailgen.cli.console import say

    failed = False
    for source, report in reports.items():
        score = report.score()
        if score is None:
            say(f"emailgen: {source}: too few mails to judge")
        elif score < least:
            say(f"emailgen: {source}: {score:.1f} % in range, under {least:g} %")
        if report.tells:
            named = ", ".join(tell.check for tell in report.tells)
            say(f"emailgen: {source}: hard tells: {named}; emailgen audit --show CHECK names them")
        failed |= score is None or score < least or bool(report.tells)
    if failed:
        raise typer.Exit(ExitCode.FAILED)
