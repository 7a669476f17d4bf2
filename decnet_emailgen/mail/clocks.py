"""Timestamps hidden in identifiers: writing them, and reading them back.

Mail software leaves clocks and counters in places that few people look at. Whoever decodes them
must find the message's own time, so every identifier this room writes has its decoder here; the
audit uses the decoders on mail that isn't ours. Layouts: MS-OXOMSG 2.2.1.3 (conversation index),
Postfix ``mail_queue.h`` and ``safe_ultostr``, Dovecot ``guid.c`` and ``lmtp-client.c``; the others
were measured on public mail, see docs/mail.md.

All times are aware; decoders return UTC and ``None`` for what isn't of their grammar.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FILETIME_EPOCH = 116_444_736_000_000_000  # 1601 to 1970, in 100 ns
_MICROSECOND = timedelta(microseconds=1)


def microseconds(when: datetime) -> int:
    """Unix time in microseconds."""
    return (when - _EPOCH) // _MICROSECOND


def _from_microseconds(value: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=value)
    except OverflowError:
        return None


def filetime(when: datetime) -> int:
    """Windows FILETIME: 100 ns since 1601, UTC."""
    return microseconds(when) * 10 + _FILETIME_EPOCH


def from_filetime(value: int) -> datetime | None:
    """The time of a FILETIME, in UTC."""
    return _from_microseconds((value - _FILETIME_EPOCH) // 10)


# --- Outlook over SMTP or IMAP ---------------------------------------------------------------

_OUTLOOK_ID = re.compile(r"<([0-9a-f]{4})([0-9a-f]{8})\$([0-9a-f]{8})\$([0-9a-f]{8})\$@([^>]+)>")
_OUTLOOK_BOUNDARY = re.compile(r"----=_NextPart_(\d{3})_([0-9A-F]{4})_([0-9A-F]{8})\.([0-9A-F]{8})")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A counter (16 bit) and a time that were written together."""

    counter: int
    when: datetime


def outlook_id(when: datetime, counter: int, machine: int, domain: str) -> str:
    """``<0013` `01d66a3a$75ac6c90$610545b0$@xen.org>``: counter, FILETIME, 32 bits, domain."""
    high, low = divmod(filetime(when), 1 << 32)
    return f"<{counter & 0xFFFF:04x}{high:08x}${low:08x}${machine & 0xFFFFFFFF:08x}$@{domain}>"


def read_outlook_id(message_id: str) -> Stamp | None:
    """Counter and time of such a Message-ID."""
    match = _OUTLOOK_ID.fullmatch(message_id)
    when = from_filetime(int(match[2] + match[3], 16)) if match else None
    return Stamp(int(match[1], 16), when) if match and when else None


def outlook_boundary(when: datetime, counter: int, part: int = 0) -> str:
    """``----=_NextPart_000_0099_01D7ED04.272E0B20``; the FILETIME is of ``when``'s local time."""
    local = filetime(when) + _offset(when) * 10_000_000
    high, low = divmod(local, 1 << 32)
    return f"----=_NextPart_{part:03d}_{counter & 0xFFFF:04X}_{high:08X}.{low:08X}"


def read_outlook_boundary(boundary: str) -> Stamp | None:
    """Counter and local time (marked as UTC) of such a boundary."""
    match = _OUTLOOK_BOUNDARY.fullmatch(boundary)
    when = from_filetime(int(match[3] + match[4], 16)) if match else None
    return Stamp(int(match[2], 16), when) if match and when else None


def _offset(when: datetime) -> int:
    offset = when.utcoffset()
    return int(offset.total_seconds()) if offset else 0


# --- Gmail -----------------------------------------------------------------------------------

_GMAIL_BOUNDARY = re.compile(r"0{12}([0-9a-f]{6})([0-9a-f]{10})")
_GMAIL_RECEIVED = re.compile(r"\.(\d{13})(?:;|\s|$)")


def gmail_boundary(when: datetime, salt: int) -> str:
    """Twelve zeros, 24 bits of no known meaning, and Unix microseconds >> 16 (15.26 units/s)."""
    return f"{0:012d}{salt & 0xFFFFFF:06x}{(microseconds(when) >> 16) & 0xFFFFFFFFFF:010x}"


def read_gmail_boundary(boundary: str) -> datetime | None:
    """The time of such a boundary, to 66 ms."""
    match = _GMAIL_BOUNDARY.fullmatch(boundary)
    return _from_microseconds(int(match[2], 16) << 16) if match else None


def read_gmail_received(value: str) -> datetime | None:
    """The Unix milliseconds at the end of the id in an X-Received field."""
    match = _GMAIL_RECEIVED.search(value)
    return _from_microseconds(int(match[1]) * 1000) if match else None


# --- mutt 2 ----------------------------------------------------------------------------------

_MUTT_ID = re.compile(r"<([A-Za-z0-9_-]{16})@[^>]+>")


def mutt_id(when: datetime, salt: bytes, host: str) -> str:
    """``<Z_3D0PZWolXUdXnK@fedora>``: base64url of 32-bit Unix time and eight random octets."""
    seconds = microseconds(when) // 1_000_000
    text = base64.urlsafe_b64encode(struct.pack(">I", seconds) + salt[:8]).decode()
    return f"<{text}@{host}>"


def read_mutt_id(message_id: str) -> datetime | None:
    """The second at which mutt made the Message-ID."""
    match = _MUTT_ID.fullmatch(message_id)
    if not match:
        return None
    (seconds,) = struct.unpack(">I", base64.urlsafe_b64decode(match[1])[:4])
    return _from_microseconds(seconds * 1_000_000)


# --- Postfix queue ids -----------------------------------------------------------------------

_BASE52 = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
_SHORT_ID = re.compile(r"([0-9A-F]{5})([0-9A-F]{1,10})")
_LONG_ID = re.compile(rf"([{_BASE52}]{{6}})([{_BASE52}]{{4}})z([{_BASE52}]+)")


@dataclass(frozen=True, slots=True)
class QueueId:
    """What a Postfix queue id says: microsecond, inode, and for a long id the whole time."""

    microsecond: int
    inode: int
    when: datetime | None = None


def _base52(value: int, width: int) -> str:
    digits = ""
    while value:
        value, digit = divmod(value, 52)
        digits = _BASE52[digit] + digits
    return digits.rjust(width, "0")


def _from_base52(text: str) -> int:
    value = 0
    for digit in text:
        value = value * 52 + _BASE52.index(digit)
    return value


def short_queue_id(when: datetime, inode: int) -> str:
    """``5D3E61C0C1``: microseconds in five hex digits, then the queue file's inode."""
    return f"{when.microsecond:05X}{inode:X}"


def long_queue_id(when: datetime, inode: int) -> str:
    """``4YY31R6QB5z30NF``: seconds and microseconds in base 52, ``z``, the inode in base 51."""
    seconds, micro = divmod(microseconds(when), 1_000_000)
    return f"{_base52(seconds, 6)}{_base52(micro, 4)}z{_base51(inode)}"


def _base51(value: int) -> str:
    digits = ""
    while value:
        value, digit = divmod(value, 51)
        digits = _BASE52[digit] + digits
    return digits or "0"


def _from_base51(text: str) -> int:
    value = 0
    for digit in text:
        value = value * 51 + _BASE52.index(digit)
    return value


def read_queue_id(text: str) -> QueueId | None:
    """What the id of a Received line by Postfix says; ``None`` if no Postfix wrote it."""
    if match := _LONG_ID.fullmatch(text):
        micro = _from_base52(match[2])
        when = _from_microseconds(_from_base52(match[1]) * 1_000_000 + micro)
        if micro < 1_000_000 and when:
            return QueueId(micro, _from_base51(match[3]), when)
    if match := _SHORT_ID.fullmatch(text):
        micro = int(match[1], 16)
        return QueueId(micro, int(match[2], 16)) if micro < 1_000_000 else None
    return None


# --- Dovecot LMTP ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LmtpId:
    """What Dovecot's session id says: when it began (to the microsecond), process, host."""

    when: datetime
    pid: int
    host: int


def lmtp_id(when: datetime, pid: int, host: int) -> str:
    """``/amGIRGoA2tpeQAAg+zDdQ``: base64 of four little-endian 32-bit numbers.

    They are nanoseconds, Unix seconds, process id and a hash of the host's name.
    """
    seconds, micro = divmod(microseconds(when), 1_000_000)
    nanoseconds = micro * 1000 + (pid * 7919 + micro) % 1000
    raw = struct.pack("<4I", nanoseconds, seconds, pid, host)
    return base64.b64encode(raw).decode().rstrip("=")


def host_hash(hostname: str) -> int:
    """Dovecot's mark of a host in its ids: the end of SHA-1 of the full host name (``guid.c``)."""
    digest = sha1(hostname.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[-4:], "little")


def read_lmtp_id(text: str) -> LmtpId | None:
    """What the id of a Received line by Dovecot's LMTP says."""
    try:
        raw = base64.b64decode(text + "==", validate=True)
    except (ValueError, binascii.Error):
        return None
    if len(raw) != 16:
        return None
    nanoseconds, seconds, pid, host = struct.unpack("<4I", raw)
    when = _from_microseconds(seconds * 1_000_000 + nanoseconds // 1000)
    return LmtpId(when, pid, host) if when and nanoseconds < 1_000_000_000 else None
