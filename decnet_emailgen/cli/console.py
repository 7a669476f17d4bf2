"""Printing: data on stdout, words for people on stderr, and nothing hostile on either.

Text that comes from a model, a persona or a mailbox may hold terminal escapes (ECMA-48, C1
controls too), bidirectional overrides (UAX #9), floods of invisible or combining characters, or
megabytes without a line end. :func:`harmless` takes out what a terminal would obey or can't show;
everything that is shown goes through it, by :func:`say`, :func:`out`, :func:`plain` or
:func:`table`.
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
    from rich.text import Text

_OBEYED = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls, but not tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks and overrides
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible
    "\U000e0000-\U000e0fff"  # tags and supplementary variation selectors
)
_HOSTILE = re.compile(f"[{_OBEYED}]")
_BREAKS = re.compile("\r\n|[\x85\u2028\u2029]|\r(?!\n)")
_LONE = re.compile("[\ud800-\udfff]")
_JOINERS = re.compile("([\u200c\u200d\ufe00-\ufe0f])[\u200c\u200d\ufe00-\ufe0f]+")
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)

MOST = 20_000
"""Characters of one text that are shown; more would only bury the rest."""


def harmless(text: str) -> str:
    """Text that a terminal only shows: no controls, no overrides, no invisible floods.

    Line feeds and tabs stay; every other line break becomes a line feed. Joiners and combining
    marks stay as far as writing needs them.
    """
    text = _HOSTILE.sub("", _BREAKS.sub("\n", text))
    return _MARKS.sub(r"\1", _JOINERS.sub(r"\1", _LONE.sub("\ufffd", text)))


def one_line(text: str, most: int = 2000) -> str:
    """The same in one line of at most so many characters."""
    flat = " ".join(harmless(text[: 4 * most]).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def clipped(text: str, most: int = MOST) -> str:
    """The same, its end left out where it is too long, and said to be."""
    rest = len(text) - most
    shown = harmless(text[:most])
    return f"{shown}\n[… {rest:,} more characters; --raw prints them all]" if rest > 0 else shown


def plain(text: str, style: str = "") -> Text:
    """Harmless text for rich, in a style."""
    from rich.text import Text

    return Text(harmless(text), style=style)


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: ``1 mail``, ``2 mails``, ``3 copies``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def out(line: str) -> None:
    """A line of data on stdout, handed over at once so that pipes see it.

    On a terminal it is harmless: JSON stays the same JSON, with escapes (RFC 8259 section 7).
    """
    if sys.stdout.isatty():
        line = _escaped(line) if line.startswith("{") else harmless(line)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _escaped(line: str) -> str:
    """JSON whose hostile characters, which only occur inside strings, are escaped."""
    return _HOSTILE.sub(lambda found: _unit(found.group()), line)


def _unit(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))


def raw(content: str) -> None:
    """A mail's bytes on stdout, octet for octet; on a terminal as harmless text."""
    if sys.stdout.isatty():
        out(harmless(content))
        return
    sys.stdout.buffer.write(content.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """A line for people, on stderr."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    typer.echo(indent + one_line(text), err=True)


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

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        right = styles.get(heading) == "right"
        shown.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for row in rows:
        shown.add_row(*(plain(one_line(cell, 300)) for cell in row))
    screen = console()
    screen.width = screen.width if sys.stdout.isatty() else 200
    screen.print(shown)
