"""``emailgen deliver``: put the copies of mails where they belong."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode, TargetError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from decnet_emailgen.cli.context import Routes
    from decnet_emailgen.cli.drafting import Tally
    from decnet_emailgen.cli.steps import Host
    from decnet_emailgen.records import Draft, Receipt
    from decnet_emailgen.store import Store


def deliver(
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    to: options.To = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="Deliver what is written and not yet delivered.")
    ] = False,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="With --pending: and again what a target has lost since."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --pending: only say what would be delivered.")
    ] = False,
    verify: options.Verify = False,
    now: options.Now = None,
) -> None:
    """Read Draft records and deliver them; print one Receipt record a line."""
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.drafting import Tally
    from decnet_emailgen.cli.steps import Host
    from decnet_emailgen.store import Store

    if (repair or dry_run) and not pending:
        raise UsageError("--repair and --dry-run go with --pending: emailgen deliver --pending")
    opened = context.open_world(personas)
    present = context.instant(now)
    routes = context.routes(opened, to)
    tally = Tally()
    with Store.open(db, create=not dry_run) as store, _alone(db, wanted=repair and not dry_run):
        host = Host(store, context.server(opened.world, store.seed()), present)
        if dry_run:
            _foretell(host, routes, tally, repair=repair)
        else:
            _print(refilled(host, routes, tally, verify=verify) if repair else ())
            lots = store.undelivered() if pending else _lots(store, tally)
            _print(receipts(host, lots, routes, tally, verify=verify, pending=pending))
    if tally.failed:
        raise typer.Exit(tally.worst or ExitCode.FAILED)


def _alone(db: Path, *, wanted: bool) -> AbstractContextManager[None]:
    """A repair and a tick at the same time would put the same mail in twice over IMAP."""
    from decnet_emailgen.cli import lock

    return lock.hold(db, "deliver") if wanted else nullcontext()


def _print(records: Iterable[Receipt]) -> None:
    from decnet_emailgen.cli.console import out
    from decnet_emailgen.records import encode

    for record in records:
        out(encode(record))


def receipts(
    host: Host,
    lots: Iterator[list[Draft]],
    routes: Routes,
    tally: Tally,
    *,
    verify: bool,
    pending: bool = False,
) -> Iterator[Receipt]:
    """Deliver these drafts lot by lot; the store knows before the receipt is given."""
    from decnet_emailgen.cli.steps import deliver_drafts

    for lot in lots:
        done = deliver_drafts(lot, routes, host, verify=verify, pending=pending)
        host.store.deliver_many([(receipt.draft.pick.id, receipt.deliveries) for receipt in done])
        for receipt in done:
            _tell(receipt, tally)
            yield receipt


def _tell(receipt: Receipt, tally: Tally) -> None:
    for delivery in receipt.deliveries:
        if delivery.state == "failed":
            tally.miss(f"{receipt.draft.pick.id}: {delivery.target}: {delivery.reason}")


def refilled(host: Host, routes: Routes, tally: Tally, *, verify: bool) -> Iterator[Receipt]:
    """Deliver again what targets have lost, and say how much that was."""
    from decnet_emailgen.cli.console import say
    from decnet_emailgen.cli.upkeep import Loss, repair

    def told(loss: Loss) -> None:
        say(f"{loss.line()}; they have been delivered again")

    def miss(exc: TargetError) -> None:
        tally.miss(str(exc), exc.exit_code)

    for receipt in repair(host, routes, miss, told, verify=verify):
        _tell(receipt, tally)
        yield receipt


def _foretell(host: Host, routes: Routes, tally: Tally, *, repair: bool) -> None:
    from decnet_emailgen.cli.console import counted, say
    from decnet_emailgen.cli.upkeep import losses

    def miss(exc: TargetError) -> None:
        tally.miss(str(exc), exc.exit_code)

    for loss in losses(host, routes, miss) if repair else ():
        if loss.gone:
            say(f"{loss.line()}; they would be delivered again")
    say(f"written and yet to be delivered: {counted(host.store.count('written'), 'mail')}")


def _lots(store: Store, tally: Tally) -> Iterator[list[Draft]]:
    """The drafts of the pipe in lots; whatever the store didn't know is kept first."""
    from decnet_emailgen.cli.console import stdin_lines
    from decnet_emailgen.cli.steps import chunks
    from decnet_emailgen.cli.writing import MAILS
    from decnet_emailgen.errors import InputError
    from decnet_emailgen.records import Draft, decode

    def drafts() -> Iterator[Draft]:
        for number, line in stdin_lines("Draft"):
            try:
                yield decode(line, Draft, f"standard input, line {number}")
            except InputError as exc:
                tally.miss(str(exc), ExitCode.DATA)

    for lot in chunks(drafts(), MAILS):
        store.plan("pick", "", [((draft.pick,), ()) for draft in lot])
        store.write(lot)
        yield lot
