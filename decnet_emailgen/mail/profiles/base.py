"""What describes a mail client, and the content it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from decnet_emailgen.mail.body import Body, lines, prefix
from decnet_emailgen.mail.files import File
from decnet_emailgen.records import Pick


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail about to be written: the decision, its subject and text, and what follows from them.

    ``when`` is the Date in the author's zone; ``files`` go with it.
    """

    pick: Pick
    subject: str
    body: Body
    when: datetime
    locale: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """MIME content: its header fields (names and values, Content-* and the like) and its octets."""

    fields: tuple[tuple[str, str], ...]
    text: str
    plain: str


@dataclass(frozen=True, slots=True)
class Profile:
    """How a client writes a header.

    ``new`` and ``reply`` are field names in order and spelling; ``charset`` is how it names UTF-8
    in encoded words. ``indent`` begins a folded line, ``each`` folds after every address;
    ``encodes_long`` is K-9's habit of writing long ASCII subjects in encoded words.
    """

    new: tuple[str, ...]
    reply: tuple[str, ...]
    content: Callable[[Letter], Content]
    extras: Callable[[Letter], dict[str, str]]
    charset: str = "UTF-8"
    mime_version: str = "1.0"
    indent: str = " "
    each: bool = False
    quotes_names: bool = False
    apostrophes: bool = False
    doubles_bare: bool = False
    padded_day: bool = False
    q_extra: str = ""
    encodes_long: bool = False


def marked_lines(body: Body, blank: str = "> ", empty: str = ">") -> list[str]:
    """The body's logical lines with quote marks."""
    return [prefix(line, blank, empty) for line in lines(body)]


def multipart(boundary: str, preamble: str, parts: list[str], epilogue: str = "\r\n") -> str:
    """A multipart body (RFC 2046 section 5.1.1) from finished parts, each without final CRLF."""
    delimiter = f"--{boundary}"
    joined = f"\r\n{delimiter}\r\n".join(parts)
    return f"{preamble}{delimiter}\r\n{joined}\r\n{delimiter}--{epilogue}"
