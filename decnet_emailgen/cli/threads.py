"""``emailgen threads``: look at the corpus."""

from __future__ import annotations

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
    persona: Annotated[
        str, typer.Option(help="Only threads of addresses that hold this text.")
    ] = "",
    decky: Annotated[str, typer.Option(help="Only threads on this decky.")] = "",
    since: Annotated[
        str | None, typer.Option(metavar="ISO8601", help="Only threads with a mail since then.")
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(metavar="ISO8601", help="Only threads whose last mail is older than that."),
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Only threads in which more is to come.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only threads with a mail that failed.")
    ] = False,
    search: Annotated[
        str, typer.Option(help="Only threads with all these words in one mail.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
    page: Annotated[int, typer.Option(min=1, max=1_000_000, help="Which page of them.")] = 1,
    json: options.Json = False,
) -> None:
    """List threads, the one with the latest mail first."""
    from decnet_emailgen.cli import context, threadview
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.listing import Filter, count, threads

    def instant(text: str | None, option: str) -> int | None:
        return None if text is None else int(context.parse_instant(text, option).timestamp())

    since_, before_ = instant(since, "--since"), instant(before, "--before")
    wanted = Filter(persona, decky, since_, open_, failed, search, before_)
    with Store.open(db, read_only=True) as store:
        found = threads(store, wanted, limit=limit, offset=(page - 1) * limit)
        threadview.listing(found, as_json=json)
        if not json:
            threadview.paging(count(store, wanted), limit, page)


@app.command("show")
def show(
    identity: Identity,
    db: options.Db = Path("emailgen.db"),
    quotes: Annotated[
        bool, typer.Option("--quotes", help="Show what each mail quotes, too.")
    ] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Print the mails' bytes as sent.")] = False,
    rejections: Annotated[
        bool, typer.Option("--rejections", help="Show the answers that were rejected.")
    ] = False,
    receipts: Annotated[
        bool, typer.Option("--receipts", help="Show where the copies are.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Show a thread as a mail client would; what a mail quotes is folded."""
    from decnet_emailgen.cli import console, threadview
    from decnet_emailgen.records import encode
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.threads import facts, mails

    with Store.open(db, read_only=True) as store:
        thread = the_thread(store, identity)
        found = mails(store, thread)
        known = facts(store, thread)
    if raw:
        for mail in found:
            console.raw(mail.draft.message)
    elif json:
        for mail in found:
            console.out(encode(mail.draft))
    else:
        shown = threadview.Shown(quotes, rejections, receipts)
        threadview.thread(thread, found, known, shown)


@app.command("tree")
def tree(
    identity: Annotated[
        str,
        typer.Argument(
            metavar="[ID]", help="A thread's id or its beginning; the latest ones without it."
        ),
    ] = "",
    db: options.Db = Path("emailgen.db"),
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many without ID.")] = 5,
) -> None:
    """Draw who answers whom in a thread."""
    from decnet_emailgen.cli import treeview
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.listing import Filter, threads
    from decnet_emailgen.store.threads import mails

    with Store.open(db, read_only=True) as store:
        if identity:
            ids = [the_thread(store, identity)]
        else:
            ids = [line.id for line in threads(store, Filter(), limit=limit)]
        for thread in ids:
            treeview.tree(thread, mails(store, thread))


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
