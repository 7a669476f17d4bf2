"""``emailgen threads``: look at the corpus."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import export, options
from decnet_emailgen.errors import UsageError

if TYPE_CHECKING:
    from decnet_emailgen.store import Store

app = typer.Typer(no_args_is_help=True, help="Inspect the corpus.", rich_markup_mode=None)

Identity = Annotated[
    str, typer.Argument(metavar="ID", help="A thread's id or its beginning, or a Message-ID.")
]


@app.command("ls")
def ls(
    db: options.Db = Path("emailgen.db"),
    persona: Annotated[str, typer.Option(help="Only threads of this address, or part of it.")] = "",
    decky: Annotated[str, typer.Option(help="Only threads on this decky.")] = "",
    since: Annotated[
        str | None, typer.Option(metavar="ISO8601", help="Only threads with a mail since then.")
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Only threads in which more is to come.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only threads with a mail that failed.")
    ] = False,
    search: Annotated[str, typer.Option(help="Only threads with these words.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
    page: Annotated[int, typer.Option(min=1, max=1_000_000, help="Which page of them.")] = 1,
    json: options.Json = False,
) -> None:
    """List threads, the latest first."""
    from decnet_emailgen.cli import context, threadview
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.threads import Filter, threads

    start = None if since is None else int(context.parse_instant(since, "--since").timestamp())
    wanted = Filter(persona, decky, start, open_, failed, search)
    with Store.open(db, create=False) as store:
        lines = threads(store, wanted, limit=limit, offset=(page - 1) * limit)
    threadview.listing(lines, as_json=json)


@app.command("show")
def show(
    identity: Identity,
    db: options.Db = Path("emailgen.db"),
    raw: Annotated[bool, typer.Option("--raw", help="Print the mails' bytes as sent.")] = False,
    rejections: Annotated[
        bool, typer.Option("--rejections", help="Show the answers that were rejected.")
    ] = False,
    receipts: Annotated[
        bool, typer.Option("--receipts", help="Show where the copies are.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Show a thread as a mail client would."""
    from decnet_emailgen.cli import threadview
    from decnet_emailgen.cli.console import out
    from decnet_emailgen.records import encode
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.threads import facts, mails

    with Store.open(db, create=False) as store:
        thread = the_thread(store, identity)
        found = mails(store, thread)
        known = facts(store, thread)
    if raw:
        for mail in found:
            sys.stdout.buffer.write(mail.draft.message.encode("utf-8", "surrogateescape"))
        sys.stdout.buffer.flush()
    elif json:
        for mail in found:
            out(encode(mail.draft))
    else:
        threadview.thread(thread, found, known, rejections=rejections, receipts=receipts)


app.command("export")(export.export)
app.command("rm")(export.rm)


def the_thread(store: Store, identity: str) -> str:
    """The one thread that is meant; raises :class:`UsageError` if there is none or several."""
    from decnet_emailgen.store.threads import find_thread

    found = find_thread(store, identity)
    if not found:
        raise UsageError(f"no thread {identity}; emailgen threads ls lists them")
    if len(found) > 1:
        raise UsageError(f"{identity} begins several threads: {', '.join(found)}; give more of it")
    return found[0]
