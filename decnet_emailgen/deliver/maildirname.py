"""File names of a Maildir as Dovecot writes them, and what flags become in them.

``<sec>.M<usec>P<pid>.<host>,S=<bytes>,W=<bytes with CRLF>:2,<flags>`` (measured on Dovecot
2.3.19, see docs/realism.md, section 5): ``usec`` is not padded, S is the size of the file with
LF line ends, W the size on the wire, flags are sorted by ASCII. All of it is taken from the copy,
so a copy has one name for ever: second and process id of an incoming mail are those in the LMTP
session id of its top Received line (base64 of four little-endian uint32: nanoseconds, seconds,
process id, host), the second of others is that of their arrival, the process that of the owner's
IMAP session, and fractions follow from the Message-ID.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from decnet_emailgen.deliver import text
from decnet_emailgen.mail.copies import Copy

_LETTERS = {"\\Draft": "D", "\\Flagged": "F", "\\Answered": "R", "\\Seen": "S", "\\Deleted": "T"}
_FLAGS = {letter: flag for flag, letter in _LETTERS.items()}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"(?P<key>\d+\.M\d+)P\d+\.(?P<host>[^,:]+),S=(?P<size>\d+)")
_LMTP = re.compile(
    r"by (?P<host>[A-Za-z0-9.-]+)\s+with LMTP\s+id (?P<id>[A-Za-z0-9+/_-]{22})(?:\s|;)"
)


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a name unique: time and size; the rest of it may differ."""

    stamp: str
    size: int


def key(copy: Copy) -> Key:
    """The unique part of a copy's name."""
    since = copy.arrival - _EPOCH
    seconds = since.days * 86400 + since.seconds
    digest = hashlib.sha256(f"{copy.mailbox}\n{copy.folder}\n{copy.message_id}".encode()).digest()
    (drawn,) = struct.unpack("<Q", digest[:8])
    session = _session(copy)
    usec = drawn % 10**6
    if session:
        usec = min(session[0] // 1000 + 1000 + drawn % 29000, 999_999)
    size = len(copy.content) - copy.content.count(b"\r\n")
    return Key(f"{seconds}.M{usec}", size)


def _session(copy: Copy) -> tuple[int, int] | None:
    """Nanoseconds and process id of the LMTP session that brought the mail, where it names one."""
    match = _LMTP.search(text.header(copy.content, "Received"))
    if not match:
        return None
    nanoseconds, _, pid, _ = struct.unpack("<4I", base64.b64decode(match["id"] + "=="))
    return nanoseconds, pid


def process(copy: Copy) -> int:
    """The process that stored the copy: LMTP's as its trace names it, else its IMAP session's.

    All processes of a host come from one rising counter, so both kinds agree. A copy that names
    none gets one that rises with the days.
    """
    session = _session(copy)
    if session:
        return session[1]
    return copy.process or 600 + (copy.arrival - _EPOCH).days % 4000 * 1000 + copy.arrival.hour


def host_of(copy: Copy) -> str:
    """The server's short host name as the trace of an incoming mail has it, or ""."""
    match = _LMTP.search(text.header(copy.content, "Received"))
    return match["host"].split(".")[0] if match else ""


def base(copy: Copy, host: str, content: bytes) -> str:
    """A name without flags; ``content`` has LF line ends."""
    unique = key(copy)
    wire = unique.size + content.count(b"\n")
    return f"{unique.stamp}P{process(copy)}.{host},S={unique.size},W={wire}"


def parse(name: str) -> tuple[Key, str] | None:
    """Key and host of a name of Dovecot's, None for the names of others."""
    match = _NAME.match(name)
    return (Key(match["key"], int(match["size"])), match["host"]) if match else None


def letters(flags: frozenset[str], keywords: tuple[str, ...]) -> str:
    """Flags as letters; ``keywords`` is the folder's list, whose positions are a to z."""
    known = [_LETTERS[flag] for flag in flags if flag in _LETTERS]
    known += [chr(97 + keywords.index(flag)) for flag in flags if flag in keywords]
    return "".join(sorted(known))


def flags(info: str, keywords: tuple[str, ...]) -> frozenset[str]:
    """The letters of a name as flags."""
    found = {_FLAGS[letter] for letter in info if letter in _FLAGS}
    places = (ord(letter) - 97 for letter in info if "a" <= letter <= "z")
    found |= {keywords[place] for place in places if place < len(keywords)}
    return frozenset(found)
