"""``emailgen tick``: what is due since the last tick, for cron."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode

if TYPE_CHECKING:
    from decnet_emailgen.cli.context import Opened
    from decnet_emailgen.store import Store

FIRST = 900
"""Seconds that the very first tick looks back."""


def tick(
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    force: Annotated[
        bool, typer.Option("--force", help="Write one mail now, whatever is due.")
    ] = False,
    writer: options.Writer = None,
    model: options.Model = None,
    url: options.Url = None,
    jobs: options.Jobs = 1,
    on_reject: options.OnReject = "builtin",
    to: options.To = None,
    verify: options.Verify = False,
    now: options.Now = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
) -> None:
    """Write and deliver what happened since the last tick. Quiet unless something fails."""
    from decnet_emailgen.cli import context, drafting, lock, steps, upkeep, writing
    from decnet_emailgen.store import Store, leftovers

    opened = context.open_world(personas, strict=strict, tell=sys.stderr.isatty())
    present = context.instant(now)
    routes = context.routes(opened, to)
    by = context.open_writer(opened.world, writer, model, url)
    desk, languages = drafting.desk(by, on_reject, db, jobs), context.writable(by)
    try:
        with Store.open(db) as store, lock.hold(db, "tick"):
            _tell_once(store, opened)
            install = context.store_seed(store, seed)
            last = min(
                (datetime.fromtimestamp(c.at, UTC) for c in store.cursors()), default=present
            )
            advance(store, opened, install, present, languages)
            if force:
                _force(store, opened, install, present, seed, languages)
            until = int(present.timestamp()) + 1
            due = store.planned(until, commands=("seed", "tick"))
            written = writing.write_planned(store, due, desk, _quiet)
            host = steps.Host(store, context.server(opened.world, install), present)
            delivered = steps.deliver_pending(host, routes, _quiet, verify=verify)
            upkeep.settle(host, routes, last)
            leftovers.forget_picks(store, present)
            leftovers.close_finished(store)
    except lock.LockedError:
        if sys.stderr.isatty():
            raise
        raise typer.Exit(ExitCode.TEMPORARY) from None
    _complain(written.failed, delivered.reasons)
    if written.failed or delivered.failed:
        raise typer.Exit(ExitCode.FAILED)


def _tell_once(store: Store, opened: Opened) -> None:
    """Tell what is odd about the personas file, once for each state of the file.

    On a terminal it has been told already.
    """
    from decnet_emailgen.cli.console import say
    from decnet_emailgen.store.leftovers import news

    if news(store, "personas told", opened.digest) and not sys.stderr.isatty():
        for problem in opened.problems:
            say(problem)


def _quiet(done: int) -> None:
    """Cron sends whatever a job prints as mail: print nothing."""


def advance(
    store: Store,
    opened: Opened,
    install: str,
    present: datetime,
    languages: frozenset[str] | None,
) -> None:
    """Plan the threads that have begun since the last tick, at the rate of the history."""
    from decnet_emailgen.cli import context, steps
    from decnet_emailgen.store.store import Cursor

    end = present.timestamp()
    known = {(cursor.cast, cursor.stream): cursor for cursor in store.cursors()}
    for cast in opened.world.casts():
        if not any(name == cast.name for name, _ in known):
            known[cast.name, ""] = Cursor(cast.name, "", end - FIRST, 1.0)
    for cursor in known.values():
        if cursor.at >= end:
            continue
        for office in context.offices(
            opened.world, install, run="tick", stream=cursor.stream, writable=languages
        ):
            if office.cast.name == cursor.cast:
                starts = office.starts(cursor.at, end, cursor.rate)
                steps.plan(store, "tick", cursor.cast, office.threads(starts))
        store.move_cursor(Cursor(cursor.cast, cursor.stream, end, cursor.rate))


def _force(
    store: Store,
    opened: Opened,
    install: str,
    present: datetime,
    seed: int | None,
    languages: frozenset[str] | None,
) -> None:
    """Decide one mail now, and let it be written as if it were due."""
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.console import say
    from decnet_emailgen.cli.pick import decide_one, moments

    offices = context.offices(opened.world, install, run="tick", writable=languages)
    chance = opened.world.settings.reply_probability
    (moment,) = moments(present, 1, install, seed)
    found = decide_one(store, offices, moment, (install, seed, "force"), chance, command="tick")
    if isinstance(found, str):
        say(f"nothing to force: {found}")


def _complain(failed: int, reasons: dict[str, int]) -> None:
    from decnet_emailgen.cli.console import counted, say

    if failed:
        say(f"emailgen: not written: {counted(failed, 'mail')}; see emailgen threads ls --failed")
    for reason, count in reasons.items():
        copies = counted(count, "copy", "copies")
        say(f"emailgen: failed: {copies}: {reason}; the next tick tries again")
