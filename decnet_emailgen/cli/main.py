"""The app: commands by name, and the one place that turns errors into text and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from decnet_emailgen import __version__
from decnet_emailgen.cli import (
    audit,
    deliver,
    doctor,
    generate,
    init,
    personas,
    pick,
    purge,
    seed,
    stats,
    threads,
    tick,
)
from decnet_emailgen.errors import (
    EmailgenError,
    ExitCode,
    PersonasError,
    TemporaryError,
    UsageError,
)

_UsageProblem: Any = typer.BadParameter.__mro__[1]
"""What Typer raises for a command line that it can't read; Typer has no public name for it."""


class ErrorGroup(TyperGroup):
    """Runs a command; what a user can cause ends as one line on stderr and an exit code."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Read the root's own options, with Typer's complaints as one line."""
        with _one_line():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command, with our errors as text."""
        try:
            with _one_line():
                return super().invoke(ctx)
        except EmailgenError as exc:
            complain(exc)
            raise typer.Exit(exc.exit_code) from exc
        except BrokenPipeError as exc:
            _close_stdout()
            raise typer.Exit(ExitCode.OK) from exc
        except UnicodeEncodeError as exc:
            complain(UsageError(f"{exc.object[:40]!r}: not UTF-8; write it in that encoding"))
            raise typer.Exit(ExitCode.USAGE) from exc
        except OSError as exc:
            complain(
                TemporaryError(f"{exc.filename or 'output'}: {exc.strerror}; make room for it")
            )
            raise typer.Exit(ExitCode.TEMPORARY) from exc
        except KeyboardInterrupt as exc:
            kept = "; what was done is kept (--resume)" if ctx.invoked_subcommand == "seed" else ""
            typer.echo(f"emailgen: interrupted{kept}", err=True)
            raise typer.Exit(ExitCode.INTERRUPTED) from exc


@contextmanager
def _one_line() -> Iterator[None]:
    """Typer's complaints in our form: one line that says what, where and what to do."""
    try:
        yield
    except _UsageProblem as exc:
        if exc.ctx is None or type(exc).__name__ == "NoArgsIsHelpError":
            raise
        message = " ".join(exc.format_message().split()).rstrip(".").replace("'", "")
        _, _, command = exc.ctx.command_path.partition(" ")
        where = f"{command}: " if command else ""
        help_page = " ".join(["emailgen", *command.split(), "--help"])
        complain(UsageError(f"{where}{message[:1].lower()}{message[1:]}; see {help_page}"))
        raise typer.Exit(ExitCode.USAGE) from exc


def complain(exc: EmailgenError) -> None:
    """One line on stderr, or one for each problem of a personas file."""
    from decnet_emailgen.cli.console import say

    if isinstance(exc, PersonasError) and len(exc.problems) > 1:
        for problem in exc.problems:
            say(problem)
    say(f"emailgen: {exc}")


def _close_stdout() -> None:
    """Leave quietly when the reader of our pipe has gone (as head does)."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())


app = typer.Typer(
    name="emailgen",
    cls=ErrorGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"emailgen {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Fill the mailboxes of decoy mail hosts with believable mail between invented people."""


app.command("seed")(seed.seed)
app.command("tick")(tick.tick)
app.command("pick")(pick.pick)
app.command("generate")(generate.generate)
app.command("deliver")(deliver.deliver)
app.add_typer(threads.app, name="threads")
app.command("stats")(stats.stats)
app.add_typer(personas.app, name="personas")
app.command("audit")(audit.audit)
app.command("purge")(purge.purge)
app.command("init")(init.init)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command line; what it prints is UTF-8, whatever the locale says."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # systemd's way to say Ctrl-C
    app(prog_name="emailgen")
