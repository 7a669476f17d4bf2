"""What a target reads from a mail's own bytes: single headers, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def header(content: bytes, name: str) -> str:
    """The first header field of that name, unfolded (RFC 5322 section 2.2.3), or ""."""
    end = content.find(b"\r\n\r\n")
    if end < 0:
        end = content.find(b"\n\n")
    head = content if end < 0 else content[:end]
    wanted = name.lower().encode() + b":"
    lines: list[bytes] = []
    for line in head.splitlines():
        if lines and line[:1] in b" \t" and line:
            lines.append(line)
        elif lines:
            break
        elif line[: len(wanted)].lower() == wanted:
            lines.append(line[len(wanted) :])
    return b"".join(lines).decode("utf-8", "replace").strip()


def message_id(content: bytes) -> str:
    """The Message-ID with its angle brackets, or ""."""
    return header(content, "Message-ID")


def date(content: bytes) -> datetime | None:
    """The Date header as an aware time, or None where it cannot be read."""
    try:
        when = parsedate_to_datetime(header(content, "Date"))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def to_lf(content: bytes) -> bytes:
    """The content with the line ends of files (LF)."""
    return content.replace(b"\r\n", b"\n")


def to_crlf(content: bytes) -> bytes:
    """The content with the line ends of the wire (CRLF), whichever it has."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def safe_name(name: str) -> bool:
    """Whether a name that came from data may be one component of a path.

    It may come from a mailbox, a persona or a model: no separator, no NUL or control
    character, no leading dot, and short enough for every file system (255 bytes, some of
    which are kept for what a layout adds).
    """
    return (
        0 < len(name.encode()) <= 200
        and not name.startswith(".")
        and name.isprintable()
        and not any(char in name for char in "/\\:")
    )
