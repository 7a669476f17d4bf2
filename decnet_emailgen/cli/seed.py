"""``emailgen seed``: a history of exactly so many mails, delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode, TemporaryError, UsageError

if TYPE_CHECKING:
    from decnet_emailgen.cli.context import Opened, Routes
    from decnet_emailgen.cli.steps import Delivered
    from decnet_emailgen.cli.writing import Desk, Written
    from decnet_emailgen.pick.history import History
    from decnet_emailgen.store import Run, Store


def seed(
    count: Annotated[int, typer.Option("--count", min=1, help="How many mails, exactly.")],
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, max=3650, show_default="30", help="How far back it reaches."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="ISO8601", help="Where the history begins.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="ISO8601", show_default="now", help="Where the history ends."
        ),
    ] = None,
    writer: options.Writer = None,
    model: options.Model = None,
    url: options.Url = None,
    jobs: options.Jobs = 1,
    on_reject: options.OnReject = "builtin",
    to: options.To = None,
    verify: options.Verify = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and write nothing.")
    ] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with an unfinished seed of the same arguments."),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="With --dry-run: print the plan as JSON Lines.")
    ] = False,
    now: options.Now = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
) -> None:
    """Fill mailboxes with a history of mail that ends now."""
    from decnet_emailgen.cli import context, drafting

    opened = context.open_world(personas, strict=strict)
    present = context.instant(now)
    span = _span(days, since, until, present)
    wanted = Wanted(count, span, seed, explicit=bool(since or until or now))
    by = context.open_writer(opened.world, writer, model, url)
    languages = context.writable(by)
    if dry_run:
        _show_plan(opened, wanted, db, languages, as_json=json)
        return
    routes = context.routes(opened, to)
    desk = drafting.desk(by, on_reject, db, jobs)
    tools = _Tools(routes, desk, languages, verify, present)
    code = _seed(opened, wanted, db, tools, resume=resume)
    if code:
        raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class Span:
    """Two instants; ``days`` is how the user gave the first."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What history is asked for."""

    count: int
    span: Span
    seed: int | None
    explicit: bool

    def arguments(self, opened: Opened) -> str:
        """What makes two seeds the same: count, length, seed, file; the instants where given."""
        from decnet_emailgen.pick.keys import hexadecimal
        from decnet_emailgen.store.rows import to_json

        length = int((self.span.until - self.span.since).total_seconds())
        given: dict[str, object] = {"count": self.count, "seconds": length, "seed": self.seed}
        if self.explicit:
            given |= {"until": self.span.until.isoformat()}
        house = opened.world.organisation.domain
        return to_json({**given, "file": hexadecimal(str(opened.path.resolve()), house)})


@dataclass(frozen=True, slots=True)
class _Tools:
    routes: Routes
    desk: Desk
    languages: frozenset[str] | None
    verify: bool
    now: datetime


def _span(days: int | None, since: str | None, until: str | None, present: datetime) -> Span:
    from decnet_emailgen.cli import context

    if days is not None and since is not None:
        raise UsageError("--days and --since exclude each other; give one of them")
    end = present if until is None else context.parse_instant(until, "--until")
    if end > present:
        raise UsageError("--until lies in the future; tick writes that when its time has come")
    start = (
        end - timedelta(days=days or 30)
        if since is None
        else context.parse_instant(since, "--since")
    )
    if start >= end:
        raise UsageError(f"--since {start.isoformat()} is not before {end.isoformat()}")
    return Span(start, end)


def _seed(opened: Opened, wanted: Wanted, db: Path, tools: _Tools, *, resume: bool) -> int:
    """Plan, write and deliver; answers the exit code."""
    from decnet_emailgen.cli import context, lock
    from decnet_emailgen.cli.console import say
    from decnet_emailgen.store import Store

    with Store.open(db) as store, lock.hold(db, "seed"):
        install = context.store_seed(store, wanted.seed)
        run, span = _run(store, wanted, opened, install, resume=resume)
        if run.state == "complete":
            say("this seed is complete: nothing to do")
            return ExitCode.OK
        if resume:
            store.retry(run.id)
        if run.state == "open":
            asked = _Asked(install, span, wanted.count, run.id, run.seed, tools.languages)
            _plan(store, opened, asked, run)
        try:
            written = _write(store, run, tools, span)
            delivered = _deliver(store, opened, install, tools, run)
        except (KeyboardInterrupt, TemporaryError) as exc:
            return _stopped(exc, store, run)
        if not written.failed and not delivered.failed:
            store.set_run(run.id, "complete")
        _report(written, delivered, opened, db, run)
        return ExitCode.FAILED if written.failed or delivered.failed else ExitCode.OK


def _stopped(why: KeyboardInterrupt | TemporaryError, store: Store, run: Run) -> int:
    """Say why a seed ends early and what is done; answers the exit code."""
    from decnet_emailgen.cli.console import say

    kept, left = (store.count(state, run=run.id) for state in ("written", "planned"))
    done = store.count("delivered", run=run.id)
    reason = "interrupted" if isinstance(why, KeyboardInterrupt) else str(why)
    say(
        f"emailgen: {reason}; {kept + done} of {kept + done + left} mails are written and kept, "
        f"{done} delivered: the same command with --resume goes on"
    )
    return ExitCode.INTERRUPTED if isinstance(why, KeyboardInterrupt) else why.exit_code


def _run(
    store: Store, wanted: Wanted, opened: Opened, install: str, *, resume: bool
) -> tuple[Run, Span]:
    """The run to work on: the unfinished or complete one of these arguments, or a new one."""
    from decnet_emailgen.pick.keys import hexadecimal
    from decnet_emailgen.store import Run

    arguments = wanted.arguments(opened)
    known = store.runs("seed", arguments)
    unfinished = [run for run in known if run.state != "complete"]
    if unfinished and not resume:
        raise UsageError(
            f"{store.path} holds an unfinished seed of the same arguments; add --resume to finish "
            "it, or name another store with --db"
        )
    if resume and known:
        run = (unfinished or known)[-1]
        return run, _parse_span(run.started)
    ordinal = len(store.runs("seed"))
    run_id = hexadecimal(install, "seed", arguments, ordinal)
    ordinal += not ordinal and bool(store.cursors())
    stream = _stream(wanted.seed, install, ordinal)
    made = Run(run_id, "seed", arguments, stream, "open", _span_text(wanted.span))
    return made, wanted.span


def _stream(seed: int | None, install: str, ordinal: int) -> str:
    """The stream of a seed: the first of an installation is its main one."""
    pinned = "" if seed is None else str(seed)
    return f"{pinned}/{ordinal}" if ordinal or pinned not in ("", install) else ""


def _span_text(span: Span) -> str:
    return f"{span.since.isoformat()} {span.until.isoformat()}"


def _parse_span(text: str) -> Span:
    since, until = map(datetime.fromisoformat, text.split())
    return Span(since, until)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What determines a history, apart from the personas file."""

    install: str
    span: Span
    count: int
    run: str = ""
    stream: str = ""
    languages: frozenset[str] | None = None


def _history(opened: Opened, asked: _Asked) -> History:
    from decnet_emailgen.cli import context
    from decnet_emailgen.pick.history import history

    offices = context.offices(
        opened.world,
        asked.install,
        run=asked.run,
        stream=asked.stream,
        writable=asked.languages,
    )
    if not offices:
        raise UsageError(
            "no mail host: no running decky has imap or pop3 among its services; see "
            "emailgen personas check"
        )
    return history(offices, asked.span.since, asked.span.until, asked.count)


def _plan(store: Store, opened: Opened, asked: _Asked, run: Run) -> None:
    """Keep the run once a plan is found, the whole plan, and where tick has to go on."""
    from decnet_emailgen.cli import steps
    from decnet_emailgen.cli.console import progress
    from decnet_emailgen.store.store import Cursor

    found = _history(opened, asked)
    store.add_run(run)
    end = asked.span.until.timestamp()
    with progress("planning", asked.count) as done:
        for office in found.offices:
            for chunk in steps.chunks(found.threads_of(office), steps.THREADS):
                steps.plan(store, "seed", office.cast.name, chunk)
                done(sum(len(thread.picks) for thread in chunk))
            away = office.absences(asked.span.since.date(), asked.span.until.date())
            things = [(thing.kind, thing.name, thing.about) for thing in away]
            store.plan("seed", office.cast.name, [((), things)])
            store.move_cursor(Cursor(office.cast.name, asked.stream, end, found.rate))
    store.set_run(asked.run, "planned")


def _write(store: Store, run: Run, tools: _Tools, span: Span) -> Written:
    from decnet_emailgen.cli.console import progress
    from decnet_emailgen.cli.writing import write_planned

    until = int(span.until.timestamp())
    with progress("writing", store.count("planned", until=until, run=run.id)) as done:
        planned = store.planned(until, commands=("seed",), run=run.id)
        return write_planned(store, planned, tools.desk, done)


def _deliver(store: Store, opened: Opened, install: str, tools: _Tools, run: Run) -> Delivered:
    from decnet_emailgen.cli import context, steps
    from decnet_emailgen.cli.console import progress

    host = steps.Host(store, context.server(opened.world, install), tools.now)
    with progress("delivering", store.count("written", run=run.id)) as done:
        return steps.deliver_pending(host, tools.routes, done, verify=tools.verify, run=run.id)


def _report(written: Written, delivered: Delivered, opened: Opened, db: Path, run: Run) -> None:
    """What came of it, and how to look at it, for the person who waits."""
    from decnet_emailgen.cli.console import counted, say

    say(
        f"{counted(delivered.mails, 'mail')} delivered as "
        f"{counted(delivered.copies, 'copy', 'copies')} into "
        f"{counted(len(delivered.mailboxes), 'mailbox', 'mailboxes')}: "
        f"{', '.join(delivered.targets) or 'none'}"
    )
    if written.reasons:
        why = ", ".join(f"{count} {reason}" for reason, count in written.reasons.most_common())
        say(f"answers rejected: {why}; emailgen threads show ID --rejections has their text")
    if written.failed:
        say(
            f"not written: {counted(written.failed, 'mail')}; emailgen threads ls --failed"
            f"{_store(db)} lists them"
        )
    for reason, count in delivered.reasons.items():
        say(
            f"failed: {counted(count, 'copy', 'copies')}: {reason}; when it is mended: "
            f"emailgen deliver --pending{_where(opened, db)}"
        )
    for line in _looking(delivered, db):
        say(line)
    say(f"undo: emailgen purge --run {run.id}{_where(opened, db)}")


def _where(opened: Opened, db: Path) -> str:
    """The options that lead another command to the same file and store."""
    from shlex import quote

    personas = "" if opened.path == Path("personas.yaml") else f" -p {quote(str(opened.path))}"
    return personas + _store(db)


def _store(db: Path) -> str:
    from shlex import quote

    return "" if str(db) == "emailgen.db" else f" --db {quote(str(db))}"


def _looking(delivered: Delivered, db: Path) -> list[str]:
    """The next commands to type."""
    from shlex import quote

    lines = [f"look: emailgen threads ls{_store(db)}"]
    for target in delivered.targets:
        if target.startswith("maildir:") and delivered.mailboxes:
            box = sorted(delivered.mailboxes)[0]
            lines.append(f"  or: mutt -R -f {quote(target.removeprefix('maildir:') + '/' + box)}")
            break
    return lines


def _show_plan(
    opened: Opened,
    wanted: Wanted,
    db: Path,
    languages: frozenset[str] | None,
    *,
    as_json: bool,
) -> None:
    """Print what would be written; the store is only looked at."""
    from decnet_emailgen.cli import context, planview
    from decnet_emailgen.cli.console import say
    from decnet_emailgen.store import Store

    if db.exists():
        with Store.open(db, create=False) as store:
            install = context.store_seed(store, wanted.seed)
            ordinal = len(store.runs("seed")) or int(bool(store.cursors()))
            stream = _stream(wanted.seed, install, ordinal)
    else:
        install, stream = str(wanted.seed or 0), ""
        if wanted.seed is None:
            say("no store yet: this is the plan of --seed 0")
    asked = _Asked(install, wanted.span, wanted.count, "", stream, languages)
    found = _history(opened, asked)
    end = wanted.span.until.timestamp()
    picks = (
        pick for thread in found.threads for pick in thread.picks if pick.when.timestamp() < end
    )
    planview.show(picks, as_json=as_json)
