"""``emailgen threads export`` and ``rm``: the corpus as files, and out of the store."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from decnet_emailgen.records import Draft
    from decnet_emailgen.store import Store


class Format(StrEnum):
    """What an export is made of."""

    EML = "eml"
    MBOX = "mbox"
    MAILDIR = "maildir"
    JSON = "json"
    HTML = "html"


_SCHEMES = {Format.EML: "spool", Format.MBOX: "mbox", Format.MAILDIR: "maildir"}


def export(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="A thread's id or its beginning.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every thread.")] = False,
    format_: Annotated[Format, typer.Option("--format", help="What to make.")] = Format.EML,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", show_default="export", help="The folder (mbox, html: file)."
        ),
    ] = None,
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
) -> None:
    """Write threads as files: eml (a folder a thread), mbox, maildir, html (a page that looks like
    a webmail, with charts); json goes to stdout.
    """
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.console import counted, out, say
    from decnet_emailgen.records import encode
    from decnet_emailgen.store import Store

    if bool(identity) == everything:
        raise UsageError("name one thread, or say --all")
    if output is not None:
        _may_be_written(output, format_)
    with Store.open(db, read_only=True) as store:
        if format_ is Format.HTML:
            _page(store, identity, output or Path("export.html"))
            return
        lots = _lots(store, identity)
        if format_ is Format.JSON:
            for lot in lots:
                for draft in lot:
                    out(encode(draft))
            return
        server = context.server(context.open_world(personas).world, store.seed())
        place = output or Path("export.mbox" if format_ is Format.MBOX else "export")
        fresh = format_ is Format.MBOX and not place.exists()
        put = _one_file if fresh else _each
        count = put(lots, f"{_SCHEMES[format_]}:{place}", server)
    say(f"{counted(count, 'mail')} exported to {place}")


_BEGINS = {Format.HTML: b"<!doctype html>", Format.MBOX: b"From "}
"""How a file begins that an earlier export made."""


def _may_be_written(place: Path, format_: Format) -> None:
    """Only what isn't there yet, or what such an export made, is written over or added to."""
    if str(place) in (".", "-", ""):
        raise UsageError(f"--output {str(place)!r}: name a file or a folder to be made")
    if not place.exists():
        return
    begin = _BEGINS.get(format_)
    if begin is None:
        if not place.is_dir() and format_ is not Format.JSON:
            raise UsageError(f"--output {place}: not a folder; name another")
        return
    if format_ is Format.MBOX and place.is_dir():
        return
    if not place.is_file():
        raise UsageError(f"--output {place}: not a file; name another")
    with place.open("rb") as file:
        found = file.read(len(begin))
    if found and found.lower() != begin.lower():
        raise UsageError(
            f"--output {place}: is there and no {format_} export; name another file, or remove it"
        )


def _page(store: Store, identity: str, place: Path) -> None:
    from decnet_emailgen.cli.console import counted, say
    from decnet_emailgen.cli.page import write
    from decnet_emailgen.cli.threads import the_thread

    count = write(store, place, the_thread(store, identity) if identity else "")
    say(f"{counted(count, 'mail')} exported to {place}")


def _each(lots: Iterator[list[Draft]], address: str, server: object) -> int:
    return sum(_put(lot, address, server) for lot in lots)


def _one_file(lots: Iterator[list[Draft]], address: str, server: object) -> int:
    """Make an mbox lot by lot, each beside it first, so that none is read again.

    It gets its name when it is whole.
    """
    from shutil import copyfileobj
    from tempfile import TemporaryDirectory

    count, place = 0, Path(address.partition(":")[2])
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as folder:
        part, whole = Path(folder) / "part", Path(folder) / "whole"
        with whole.open("wb") as file:
            for lot in lots:
                count += _put(lot, f"mbox:{part}", server)
                with part.open("rb") as made:
                    copyfileobj(made, file)
                part.unlink()
        whole.replace(place)
    return count


def _put(lot: list[Draft], address: str, server: object) -> int:
    """Put one lot into the export; what was exported before isn't doubled."""
    import os

    from decnet_emailgen.deliver import open_target
    from decnet_emailgen.errors import TargetError
    from decnet_emailgen.mail import copies

    target = open_target(address, environ=os.environ)
    made = [copy for draft in lot for copy in copies(draft, server)]  # type: ignore[arg-type]
    failed = [outcome for outcome in target.put(made) if outcome.state == "failed"]
    if failed:
        raise TargetError(f"{address}: {failed[0].reason}")
    return len(lot)


def _lots(store: Store, identity: str) -> Iterator[list[Draft]]:
    from decnet_emailgen.cli.threads import the_thread
    from decnet_emailgen.store.threads import all_written, written

    if identity:
        yield written(store, the_thread(store, identity))
    else:
        yield from all_written(store)


def rm(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A thread's id or its beginning.")],
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
) -> None:
    """Take a thread's mails out of their targets, then delete it from the store."""
    from decnet_emailgen.cli import context, lock
    from decnet_emailgen.cli.console import counted, say
    from decnet_emailgen.cli.purge import take_out
    from decnet_emailgen.cli.threads import the_thread
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.removal import forget, placed

    with Store.open(db, create=False) as store, lock.hold(db, "threads rm"):
        thread = the_thread(store, identity)
        routes = context.routes(context.open_world(personas), None)
        gone, failures = take_out(store, routes, placed(store, thread=thread))
        for failure in failures:
            say(f"emailgen: {failure}; the thread stays in the store")
        if failures:
            raise typer.Exit(ExitCode.FAILED)
        forget(store, thread)
    say(f"thread {thread} removed, with {counted(gone, 'copy', 'copies')}")
