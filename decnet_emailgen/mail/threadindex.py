"""Outlook's and Exchange's Thread-Index (MS-OXOMSG 2.2.1.3, PidTagConversationIndex).

A header of 22 octets (a shortened FILETIME and a GUID) is followed by 5 octets for each reply.
Desktop Outlook writes the *classic* form, in which the first octet of the FILETIME doubles as
the version octet; Exchange 2013 and later write the *modern* one, with an octet 01 before five
octets of FILETIME. Exchange then computes the replies of a modern header as if it were classic
(that is, from about 1830), which is why all of them use the coarse unit. Outlook over SMTP that
answers a mail without the field makes one up from the Message-IDs it finds in References.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5

from decnet_emailgen.mail.clocks import filetime, from_filetime

_FINE, _COARSE = 18, 23  # units of 2**18 and 2**23 times 100 ns
_COARSE_BIT = 0x8000_0000
_MASK = 0x7FFF_FFFF


def classic(when: datetime, guid: bytes) -> bytes:
    """The header desktop Outlook writes when composing starts at ``when``."""
    return (filetime(when) >> 16).to_bytes(6, "big") + guid[:16]


def modern(when: datetime, guid: bytes) -> bytes:
    """The header Exchange 2013 and later write."""
    return b"\x01" + (filetime(when) >> 24).to_bytes(5, "big") + guid[:16]


def is_modern(index: bytes) -> bool:
    """Whether the header has the octet 01 before the time (``AQH…`` in base64)."""
    return index[:2] == b"\x01\x01"


def synthetic(references: tuple[str, ...]) -> bytes:
    """The parent's index as Outlook over SMTP imagines it: a hash, one block a further id."""
    digest = md5(references[0].encode(), usedforsecurity=False).digest()
    index = bytes([1, (0, 2, 3)[digest[0] % 3]]) + digest[1:5] + digest[::-1]
    for identifier in references[1:]:
        block = md5(identifier.encode(), usedforsecurity=False).digest()
        index += bytes([block[0] & 0x03]) + block[1:5]
    return index


def child(index: bytes, when: datetime, salt: int) -> bytes:
    """``index`` with one more reply, written at ``when``; ``salt`` is for its last octet.

    A classic chain counts from the reply before; a modern or synthetic one from its header, whose
    first six octets are taken for a classic time, with the sum of the replies before deducted.
    """
    now, spent = filetime(when), _last(index)
    if _is_classic(index):
        elapsed = max(0, now - spent)
        if elapsed >> _FINE <= _MASK:
            return index + (elapsed >> _FINE).to_bytes(4, "big") + bytes([salt & 0xFF])
        return index + (elapsed >> _COARSE | _COARSE_BIT).to_bytes(4, "big") + bytes([salt & 0xFF])
    delta = (now - spent >> _COARSE) & _MASK
    octet = (0x80 if salt & 1 else 0x00) if is_modern(index) else salt & 0xF0
    return index + (delta | _COARSE_BIT).to_bytes(4, "big") + bytes([octet])


def _is_classic(index: bytes) -> bool:
    """Whether the header's first six octets are a FILETIME of 1992 to 2111."""
    return index[0] == 1 and index[1] >= 0xB8


def _children(index: bytes) -> list[int]:
    return [int.from_bytes(index[at : at + 4], "big") for at in range(22, len(index) - 4, 5)]


def _last(index: bytes) -> int:
    """The header's six octets taken for a FILETIME, plus all replies so far."""
    time = int.from_bytes(index[:6], "big") << 16
    for value in _children(index):
        time += (value & _MASK) << (_COARSE if value & _COARSE_BIT else _FINE)
    return time


@dataclass(frozen=True, slots=True)
class ThreadIndex:
    """A decoded index: its form, when it began and when each reply was written (UTC).

    ``started`` is None where the header carries no time (Outlook made it up). In coarse chains
    the times of replies are to 0.84 s; ``None`` stands for one that can't be told.
    """

    modern: bool
    started: datetime | None
    replies: tuple[datetime | None, ...]


def encode(index: bytes) -> str:
    """The value of the field."""
    return base64.b64encode(index).decode()


def read(value: str, near: datetime | None = None) -> ThreadIndex | None:
    """Decode the value of a Thread-Index field; ``None`` if it isn't one.

    ``near`` (the mail's Date) settles the 31-bit wrap of coarse chains (57 years), and defaults
    to the header's own time.
    """
    try:
        index = base64.b64decode("".join(value.split()), validate=True)
    except (ValueError, binascii.Error):
        return None
    if len(index) < 22 or index[0] != 1:
        return None
    if _is_classic(index):
        return ThreadIndex(
            False, from_filetime(int.from_bytes(index[:6], "big") << 16), _fine(index)
        )
    started = from_filetime(int.from_bytes(index[1:6], "big") << 24) if is_modern(index) else None
    if started and (started.year > 2060 or (near and started > near + timedelta(days=1))):
        started = None  # made up by Outlook, and like a modern one by chance
    return ThreadIndex(started is not None, started, _coarse(index, near or started))


def _fine(index: bytes) -> tuple[datetime | None, ...]:
    time = int.from_bytes(index[:6], "big") << 16
    found = []
    for value in _children(index):
        time += (value & _MASK) << (_COARSE if value & _COARSE_BIT else _FINE)
        found.append(from_filetime(time))
    return tuple(found)


def _coarse(index: bytes, near: datetime | None) -> tuple[datetime | None, ...]:
    time = int.from_bytes(index[:6], "big") << 16
    found: list[datetime | None] = []
    for value in _children(index):
        time += (value & _MASK) << (_COARSE if value & _COARSE_BIT else _FINE)
        if near is None or not value & _COARSE_BIT:
            found.append(None)  # a made-up entry, or one this form never has
            continue
        wraps = ((filetime(near) - time >> _COARSE) + (1 << 30)) >> 31
        found.append(from_filetime(time + (wraps << 31 << _COARSE)))
    return tuple(found)
