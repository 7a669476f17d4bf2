"""Printing: data on stdout, words for people on stderr, and nothing hostile on either.

Text that comes from a model, a persona or a mailbox may hold terminal escapes (ECMA-48) or
bidirectional overrides (UAX #9); :func:`harmless` takes them out before anything is shown.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import typer

if TYPE_CHECKING:
    from rich.console import Console

_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def harmless(text: str) -> str:
    """Text without control characters and bidirectional overrides; line feeds and tabs stay."""
    return _HOSTILE.sub("", text.replace("\r\n", "\n"))


def out(line: str) -> None:
    """A line of data on stdout, handed over at once so that pipes see it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for people, on stderr."""
    typer.echo(harmless(text), err=True)


def console(*, stderr: bool = False) -> Console:
    """A rich console that shows text as it is."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)


def stdin_lines(what: str) -> Iterator[tuple[int, str]]:
    """The lines of a pipe with their numbers; a terminal on stdin means that help is needed."""
    from decnet_emailgen.errors import InputError, UsageError

    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(f"nothing to read: pipe {what} records in, one JSON object a line")
    stream = sys.stdin.buffer
    for number, raw in enumerate(stream, 1):
        if raw.strip():
            try:
                yield number, raw.decode("utf-8").strip()
            except UnicodeDecodeError as exc:
                raise InputError(f"standard input, line {number}: not UTF-8 text") from exc


class Progress(Protocol):
    """Counts what has been done, for people who watch."""

    def __call__(self, done: int) -> None:
        """So many more are done."""


@contextmanager
def progress(label: str, total: int) -> Iterator[Progress]:
    """A bar on stderr if that is a terminal; silence otherwise."""
    if not sys.stderr.isatty() or total == 0:
        yield lambda done: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, TimeRemainingColumn(), console=console(stderr=True)) as bars:
        task = bars.add_task(label, total=total)
        yield lambda done: bars.advance(task, done)


def table(headings: Iterable[str], rows: Iterable[Iterable[str]], **styles: str) -> None:
    """A plain table on stdout; a narrow terminal shortens its widest columns."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        right = styles.get(heading) == "right"
        shown.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for row in rows:
        shown.add_row(*(Text(harmless(cell).replace("\n", " ")) for cell in row))
    screen = console()
    screen.width = screen.width if sys.stdout.isatty() else 200
    screen.print(shown)
