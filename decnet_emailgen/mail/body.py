"""The parts of a mail's text, as a tree: what a client wrote, and what it quoted.

A reply holds its parent's body as the parent's own client made it, so a thread is a chain of
bodies, each in its author's client and language. From one tree come both the plain part and the
HTML part, which is why they say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from decnet_emailgen.records import Earlier

Line = tuple[int, str]
"""A logical line: quote depth and text."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the author wrote: paragraphs separated by blank lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature block, with the delimiter ``-- `` where the client writes one."""

    text: str
    delimited: bool


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """``Sent from my iPhone``."""

    text: str
    delimited: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A mail that was answered or forwarded, or one passage of it.

    ``client`` and ``locale`` are those of whoever quotes it, ``head`` is what stands before it:
    the attribution line of a reply, or label and value pairs of a header block; ``title`` is the
    separator before such a block. ``body`` is None where it was cut away.
    """

    client: str
    locale: str
    forward: bool
    mail: Earlier
    when: datetime
    body: Body
    attribution: str = ""
    title: str = ""
    head: tuple[tuple[str, str], ...] = ()


Part = Words | Signature | PhoneLine | Quote


@dataclass(frozen=True, slots=True)
class Body:
    """A mail's text in the client and locale of its author; ``rich`` if it has an HTML part.

    ``day`` is the local date on which it was written: the HTML of web clients changes over time.
    """

    client: str
    locale: str
    rich: bool
    parts: tuple[Part, ...]
    day: str

    @property
    def quote(self) -> Quote | None:
        """The quoted parent, if any."""
        return next((part for part in self.parts if isinstance(part, Quote)), None)


BLOCK = frozenset({"outlook", "exchange"})
"""Clients that put a header block before the parent, and don't indent it."""
_APPLE = frozenset({"apple-mail", "iphone"})


def lines(body: Body, depth: int = 0) -> Iterator[Line]:
    """The body as logical lines, with a blank line between its parts."""
    for at, part in enumerate(body.parts):
        if at:
            yield depth, ""
        if isinstance(part, Quote):
            yield from _quote_lines(part, depth)
        elif isinstance(part, Words):
            for line in part.text.split("\n"):
                yield depth, line
        else:
            if part.delimited:
                yield depth, "-- "
            for line in part.text.split("\n"):
                yield depth, line


def _quote_lines(quote: Quote, depth: int) -> Iterator[Line]:
    inside = depth + 1
    if quote.client in _APPLE:
        if quote.forward:
            yield inside, quote.title
            yield inside, ""
            yield from ((inside, f"{label} {value}") for label, value in quote.head)
            yield inside, ""
            yield from lines(quote.body, inside)
            return
        yield inside, quote.attribution
        yield inside, ""
        yield from _marked(quote, inside)
    elif quote.forward or quote.client in BLOCK:
        if quote.title:
            yield depth, quote.title
        yield from ((depth, f"{label} {value}") for label, value in quote.head)
        yield depth, ""
        yield from lines(quote.body, depth)
    else:
        if quote.attribution:
            yield depth, quote.attribution
        if quote.client == "gmail":
            yield depth, ""
        yield from lines(quote.body, inside)


def _marked(quote: Quote, depth: int) -> Iterator[Line]:
    """iOS begins the text it quotes with U+FEFF (measured on public mail since iOS 13)."""
    first = quote.client == "iphone"
    for level, text in lines(quote.body, depth):
        yield level, "\ufeff" + text if first else text
        first = False


def prefix(line: Line, blank: str = "> ", empty: str = ">") -> str:
    """A line with its quote marks: ``blank`` is what one level looks like before text."""
    depth, text = line
    if not depth:
        return text
    if not text:
        return ">" * (depth - 1) + empty
    return ">" * (depth - 1) + blank + text
