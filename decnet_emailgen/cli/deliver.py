"""``emailgen deliver``: put the copies of mails where they belong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    verify: options.Verify = False,
    now: options.Now = None,
) -> None:
    """Read Draft records and deliver them; print one Receipt record a line."""
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.console import out
    from decnet_emailgen.cli.drafting import Tally
    from decnet_emailgen.cli.steps import Host
    from decnet_emailgen.records import encode
    from decnet_emailgen.store import Store

    opened = context.open_world(personas)
    present = context.instant(now)
    routes = context.routes(opened, to)
    tally = Tally()
    with Store.open(db) as store:
        host = Host(store, context.server(opened.world, store.seed()), present)
        lots = store.undelivered() if pending else _lots(store, tally)
        for receipt in receipts(host, lots, routes, tally, verify=verify):
            out(encode(receipt))
    if tally.failed:
        raise typer.Exit(tally.worst or ExitCode.FAILED)


def receipts(
    host: Host,
    lots: Iterator[list[Draft]],
    routes: Routes,
    tally: Tally,
    *,
    verify: bool,
) -> Iterator[Receipt]:
    """Deliver these drafts lot by lot; the store knows before the receipt is given."""
    from decnet_emailgen.cli.steps import deliver_drafts

    for lot in lots:
        done = deliver_drafts(lot, routes, host, verify=verify)
        host.store.deliver_many([(receipt.draft.pick.id, receipt.deliveries) for receipt in done])
        for receipt in done:
            for delivery in receipt.deliveries:
                if delivery.state == "failed":
                    tally.miss(f"{receipt.draft.pick.id}: {delivery.target}: {delivery.reason}")
            yield receipt


def _lots(store: Store, tally: Tally) -> Iterator[list[Draft]]:
    """The drafts of the pipe in lots; whatever the store didn't know is kept first."""
    from decnet_emailgen.cli.console import stdin_lines
    from decnet_emailgen.cli.steps import MAILS, chunks
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
