"""``emailgen doctor``: look at every edge, and say what to do about what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import EmailgenError, ExitCode

if TYPE_CHECKING:
    from decnet_emailgen.cli.context import Opened
    from decnet_emailgen.deliver import Finding
    from decnet_emailgen.deliver.target import Severity
    from decnet_emailgen.store.leftovers import Unfinished

_MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


def doctor(
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    writer: options.Writer = None,
    model: options.Model = None,
    url: options.Url = None,
    to: options.To = None,
) -> None:
    """Check the personas file, the store, the writer and every target; exit 1 on a problem."""
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.console import harmless, out
    from decnet_emailgen.deliver import Finding

    bad = False

    def tell(finding: Finding) -> None:
        nonlocal bad
        bad = bad or finding.severity == "problem"
        remedy = f"; {finding.remedy}" if finding.remedy else ""
        out(harmless(f"{_MARKS[finding.severity]}  {finding.what}{remedy}"))

    opened = None
    try:
        opened = context.open_world(personas)
    except EmailgenError as exc:
        tell(Finding("problem", str(exc)))
    for finding in _store(db):
        tell(finding)
    if opened is not None:
        for finding in _edges(opened, db, (writer, model, url), to):
            tell(finding)
    if bad:
        raise typer.Exit(ExitCode.FAILED)


def _edges(
    opened: Opened,
    db: Path,
    writer: tuple[str | None, str | None, list[str] | None],
    to: list[str] | None,
) -> Iterator[Finding]:
    """All that hangs on the personas file."""
    yield from _world(opened)
    yield _writer(opened, *writer)
    yield from _targets(opened, to)
    yield from _losses(opened, db, to)


def _world(opened: Opened) -> Iterator[Finding]:
    from decnet_emailgen.deliver import Finding

    world = opened.world
    casts = world.casts()
    yield Finding(
        "ok" if casts else "problem",
        f"personas: {opened.path}: {len(world.personas)} personas, "
        f"{len(world.correspondents)} correspondents, {len(casts)} casts on mail hosts",
        "" if casts else "give a running decky imap or pop3 among its services",
    )
    for cast in casts:
        if len(cast.personas) < 2:
            what = f"cast {cast.name or 'of the organisation'}: fewer than two valid personas"
            yield Finding("problem", what, "add personas; nobody writes alone")


def _store(db: Path) -> Iterator[Finding]:
    from decnet_emailgen.deliver import Finding
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.leftovers import unfinished

    if not db.exists():
        yield Finding("ok", f"store: {db}: not there yet; the first command makes it")
        return
    try:
        with Store.open(db, read_only=True) as store:
            states = ("planned", "written", "delivered", "failed")
            counts = ", ".join(f"{store.count(state)} {state}" for state in states)
            yield Finding("ok", f"store: {db}: {counts}")
            for left in unfinished(store):
                yield _unfinished(left)
    except EmailgenError as exc:
        yield Finding("problem", f"store: {exc}")


def _unfinished(found: Unfinished) -> Finding:
    """A seed that stopped, and the command that goes on with it."""
    from decnet_emailgen.cli.console import counted
    from decnet_emailgen.deliver import Finding
    from decnet_emailgen.store.rows import from_json

    asked = from_json(found.run.arguments)
    since, until = found.run.started.split()
    span = f"--since {since} --until {until}" if "until" in asked else ""
    days = f"--days {asked['seconds'] // 86_400}"
    pinned = "" if asked["seed"] is None else f"--seed {asked['seed']}"
    again = ["emailgen seed --count", str(asked["count"]), span or days, pinned, "--resume"]
    left = "not yet planned" if found.left is None else f"{counted(found.left, 'mail')} missing"
    return Finding(
        "warning",
        f"seed {found.run.id} is unfinished, {left}",
        f"finish it with: {' '.join(word for word in again if word)}",
    )


def _writer(opened: Opened, name: str | None, model: str | None, urls: list[str] | None) -> Finding:
    from decnet_emailgen.cli import context
    from decnet_emailgen.deliver import Finding

    try:
        writer = context.open_writer(opened.world, name, model, urls)
        models = getattr(writer, "models", None)
        if models is not None:
            models()
    except EmailgenError as exc:
        return Finding("problem", f"writer: {exc}")
    return Finding(
        "ok", f"writer: {' '.join(part for part in (writer.name, writer.model) if part)}"
    )


def _targets(opened: Opened, to: list[str] | None) -> Iterator[Finding]:
    """Every target, whatever is wrong with those before it."""
    from decnet_emailgen.cli import context
    from decnet_emailgen.deliver import Finding

    base = Path() if to else opened.path.parent
    routes = context.Routes(opened.world, base, tuple(to or ()))
    seen = set()
    for decky in opened.world.deckies:
        if not decky.is_mail_host:
            yield Finding("warning", f"decky {decky.name}: not a running mail host; left out")
            continue
        try:
            addresses = routes.addresses(decky.name)
        except EmailgenError as exc:
            yield Finding("problem", str(exc))
            continue
        for address in addresses:
            if address not in seen:
                seen.add(address)
                yield from _target(routes, decky.name, address)


def _losses(opened: Opened, db: Path, to: list[str] | None) -> Iterator[Finding]:
    """Whether what was delivered is still there; a target that cannot be used is told above."""
    from decnet_emailgen.cli import context, steps, upkeep
    from decnet_emailgen.deliver import Finding
    from decnet_emailgen.store import Store

    if not db.exists():
        return
    try:
        routes = context.routes(opened, to)
        with Store.open(db, create=False) as store:
            server = context.server(opened.world, store.seed())
            host = steps.Host(store, server, context.instant(None))
            for loss in upkeep.losses(host, routes, lambda _: None):
                if loss.gone:
                    severity: Severity = "problem" if loss.gone * 2 > loss.held else "warning"
                    remedy = "put them back with: emailgen deliver --pending --repair"
                    yield Finding(severity, loss.line(), remedy)
    except EmailgenError:
        return


def _target(routes: object, decky: str, address: str) -> Iterator[Finding]:
    from dataclasses import replace

    from decnet_emailgen.deliver import Finding

    try:
        for finding in routes.target(address).check():  # type: ignore[attr-defined]
            yield replace(finding, what=f"decky {decky}: {finding.what}")
    except EmailgenError as exc:
        yield Finding("problem", f"decky {decky}: {exc}")
