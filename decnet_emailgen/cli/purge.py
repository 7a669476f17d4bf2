"""``emailgen purge``: take delivered mail back out of its targets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import EmailgenError, ExitCode, UsageError

if TYPE_CHECKING:
    from decnet_emailgen.cli.context import Routes
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.removal import Placed


def purge(
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    run: Annotated[str, typer.Option(metavar="ID", help="What this seed delivered.")] = "",
    before: Annotated[
        str | None, typer.Option(metavar="ISO8601", help="What was sent before this instant.")
    ] = None,
    decky: Annotated[str, typer.Option(help="What lies on this decky.")] = "",
) -> None:
    """Take delivered mail back out of its targets; foreign mail and the store stay as they are."""
    from decnet_emailgen.cli import context, lock
    from decnet_emailgen.cli.console import counted, say
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.removal import placed

    if not (run or before or decky):
        raise UsageError("say what to take out: --run ID, --before ISO8601 or --decky NAME")
    sent = None
    if before is not None:
        sent = int(context.parse_instant(before, "--before").timestamp())
    opened = context.open_world(personas)
    routes = context.routes(opened, None)
    if decky and decky not in {known.name for known in opened.world.deckies}:
        raise UsageError(f"decky {decky} is not in {opened.path}")
    with Store.open(db, create=False) as store, lock.hold(db, "purge"):
        if run and not store.has_run(run):
            raise UsageError(f"no run {run} in {db}; seed prints it, or name another --db")
        lots = placed(store, run=run, before=sent, decky=decky)
        gone, failures = take_out(store, routes, lots, decky)
    say(f"{counted(gone, 'copy', 'copies')} taken out")
    for failure in failures:
        say(f"emailgen: {failure}")
    if failures:
        raise typer.Exit(ExitCode.FAILED)


def take_out(
    store: Store, routes: Routes, lots: Iterator[list[Placed]], decky: str = ""
) -> tuple[int, list[str]]:
    """Remove copies from their targets; answers how many are gone, and each distinct failure.

    ``decky`` is given if it is the only one to be emptied.
    """
    from decnet_emailgen.deliver import Ref
    from decnet_emailgen.store.removal import removed

    gone, failures = 0, dict[str, None]()
    for lot in lots:
        by_target: dict[str, list[Placed]] = {}
        for copy in lot:
            by_target.setdefault(copy.delivery.target, []).append(copy)
        for address, copies in by_target.items():
            refs = [
                Ref(_named(one), one.delivery.mailbox, one.delivery.folder, one.delivery.place)
                for one in copies
            ]
            try:
                removals = routes.target(address).remove(refs)
            except EmailgenError as exc:
                failures[str(exc)] = None
                continue
            done = [c for c, r in zip(copies, removals, strict=True) if r.state != "failed"]
            failures.update((f"{address}: {r.reason}", None) for r in removals if r.reason)
            removed(store, done, emptied=decky)
            gone += sum(r.state == "removed" for r in removals)
    return gone, list(failures)


def _named(copy: Placed) -> str:
    """The Message-ID of a copy: a draft has its own, which follows from its mail's."""
    from decnet_emailgen.mail.unsent import DRAFTS, saved_id

    if copy.delivery.folder == DRAFTS:
        return saved_id(copy.message_id, copy.delivery.mailbox)
    return copy.message_id
