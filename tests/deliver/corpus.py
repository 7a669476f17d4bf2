"""Copies of mail made by hand: a fixed corpus for every target."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from decnet_emailgen.mail.copies import Copy

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PEOPLE = ("anna@corp.example", "bob@corp.example", "zoë.müller@corp.example")
FIVE_MEGABYTES = 5 * 1024 * 1024

_TEXTS = (
    "Kommt Zoë morgen früh?\r\n\r\nGrüße\r\nAnna\r\n",
    "Short.\r\n",
    "From the beginning:\r\n\r\nFrom here\r\n>From there\r\n\r\n\r\n",
    "明日の会議は十時です。\r\n",
    "Ünïcödé — ✓ “quoted”\r\n" * 40,
)


def mail(
    number: int,
    sender: str,
    recipient: str,
    *,
    size: int = 0,
    thread: str | None = None,
) -> tuple[Copy, Copy]:
    """The INBOX copy and the Sent copy of one mail; both are as their servers hold them."""
    when = START + timedelta(minutes=7 * number)
    local = f"{hashlib.sha256(str(number).encode()).hexdigest()[:24]}$1"
    message_id = f"<{local}@corp.example>"
    text = _TEXTS[number % len(_TEXTS)] + "x" * 70 * bool(size) + "\r\n"
    text += ("0123456789abcdef" * 4 + "\r\n") * (size // 66)
    body = (
        f"Date: {format_datetime(when)}\r\n"
        f"From: <{sender}>\r\nTo: <{recipient}>\r\n"
        f"Message-ID: {message_id}\r\n"
        f"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_{number}?=\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n"
        f"\r\n{text}"
    ).encode()
    arrival = when + timedelta(seconds=3)
    trace = (
        f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n"
        "Received: from mail.corp.example\r\n\tby mail.corp.example with LMTP\r\n"
        f"\tid {_session(number, arrival)}\r\n\t(envelope-from <{sender}>)\r\n"
        f"\tfor <{recipient}>; {format_datetime(arrival)}\r\n"
    ).encode()
    stem = f"{local}_at_corp.example"
    thread = thread or hashlib.sha256(f"t{number // 4}".encode()).hexdigest()[:16]
    seen = {"\\Seen"} if number % 9 else set()
    answered = {"\\Answered"} if number % 4 == 1 and seen else set()
    keyword = {"$Forwarded"} if number % 31 == 5 and seen else set()
    flags = frozenset(seen | answered | keyword)
    inbox = Copy(message_id, thread, recipient, "INBOX", trace + body, flags, arrival, stem)
    sent_at = when + timedelta(seconds=1)
    sent = Copy(message_id, thread, sender, "Sent", body, frozenset({"\\Seen"}), sent_at, stem)
    return inbox, sent


def _session(number: int, arrival: datetime) -> str:
    """An LMTP session id: base64 of nanoseconds, seconds, process and host."""
    import base64
    import struct

    packed = struct.pack(
        "<4I", number * 7919 % 900 * 10**6, int(arrival.timestamp()), 3000 + number, 0x35CDEC83
    )
    return base64.b64encode(packed).decode().rstrip("=")


def corpus(count: int = 300, *, large: bool = True, people: Sequence[str] = PEOPLE) -> list[Copy]:
    """Both copies of each of ``count`` mails, the newest first; one of them has 5 MB."""
    copies: list[Copy] = []
    for number in range(count):
        sender, recipient = people[number % len(people)], people[(number + 1) % len(people)]
        size = FIVE_MEGABYTES if large and number == count // 2 else 0
        copies += mail(number, sender, recipient, size=size)
    return copies[::-1]
