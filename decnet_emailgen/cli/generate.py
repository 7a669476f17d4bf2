"""``emailgen generate``: put picks into words and bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode


def generate(
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    writer: options.Writer = None,
    model: options.Model = None,
    url: options.Url = None,
    jobs: options.Jobs = 1,
    on_reject: options.OnReject = "builtin",
    eml: Annotated[
        bool, typer.Option("--eml", help="Print the raw messages instead of records.")
    ] = False,
) -> None:
    """Read Pick records; print Draft records, or with --eml the mails as they are."""
    from decnet_emailgen.cli import context, drafting
    from decnet_emailgen.cli.console import out, raw
    from decnet_emailgen.records import encode
    from decnet_emailgen.store import Store

    world = drafting.world_if_any(personas)
    by = drafting.desk(context.open_writer(world, writer, model, url), on_reject, db, jobs)
    tally = drafting.Tally()
    with Store.open(db) as store:
        for draft in drafting.drafts_of_stdin(store, by, tally):
            if eml:
                raw(draft.message)
            else:
                out(encode(draft))
    if tally.failed:
        raise typer.Exit(tally.worst or ExitCode.FAILED)
