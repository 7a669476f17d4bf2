"""A small firm's mailboxes, octet by octet as real clients and servers write them.

Anna (Outlook and iPhone), Ben (Thunderbird), Carl (Outlook) and Dan (mutt) are of the house; Gina
writes from Gmail, Olga from Exchange Online. Postfix and Dovecot deliver. Shapes: docs/realism.md,
sections 3 to 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import md5
from zoneinfo import ZoneInfo

from decnet_emailgen.audit import Entry
from decnet_emailgen.mail import clocks, threadindex
from tests.audit.boxes import ANNA, BEN, NOW, Box

CARL, DAN = "carl@firm.example", "dan@firm.example"
GINA, OLGA = "gina@garden.example", "olga@paper.example"
HOST = "mail.firm.example"
BERLIN = ZoneInfo("Europe/Berlin")
PLACES = dict.fromkeys((ANNA, BEN, CARL, DAN), "DE")
DAYS = 24
_QUEUE_FILE = 0x61C0C1
_START = datetime(2026, 10, 5, tzinfo=BERLIN)

Change = Callable[[Entry, int], Entry]


@lru_cache(maxsize=1)
def office() -> tuple[Entry, ...]:
    """Five weeks of work, over the end of summer time; folders in order of arrival."""
    found: list[Entry] = []
    for n in range(DAYS):
        day = _START + timedelta(days=n // 5 * 7 + n % 5)
        found += _thread_of_outlook(n, day)
        found += _thread_of_others(n, day)
        found += _strangers(n, day)
    return tuple(_filed(found))


def changed(change: Change) -> Box:
    """The office with each of its entries changed; the number is the entry's."""
    return lambda: [change(entry, n) for n, entry in enumerate(office())]


def swapped(old: bytes, new: bytes) -> Box:
    """The office with some octets of every mail replaced."""
    return changed(lambda entry, _: replace(entry, content=entry.content.replace(old, new, 1)))


def with_field(field: bytes) -> Box:
    """The office with a field more at the end of every header."""
    return swapped(b"\n\n", b"\n" + field + b"\n\n")


def _filed(found: list[Entry]) -> list[Entry]:
    """UIDs in order of arrival, two of three mails moved away; flags, and UIDVALIDITY."""
    counts: dict[tuple[str, str], int] = {}
    out = []
    for entry in sorted(found, key=lambda one: one.arrival or NOW):
        where = (entry.mailbox, entry.folder)
        counts[where] = uid = counts.get(where, 0) + 3
        validity = 1_700_000_000 + 7 * list(counts).index(where)
        out.append(replace(entry, uid=uid, uidvalidity=validity, flags=frozenset({"\\Seen"})))
    return out


# --- mails -----------------------------------------------------------------------------------

TEXT = (
    "Hi,\r\n\r\nthe figures of week {n} are in: {m} boxes left the house, seven came back, and "
    "the lorry\r\nwas late on Tuesday again. Have a look before the meeting, please.\r\n"
)


def text(n: int) -> str:
    """What the first mail of a thread says."""
    return TEXT.format(n=n, m=n * 37 % 400)


def date(when: datetime) -> str:
    """A Date as most clients write it."""
    return f"{when:%a}, {when.day} {when:%b %Y %H:%M:%S %z}"


def _message(fields: Sequence[tuple[str, str]], body: str) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n" + body


def _outlook(
    n: int,
    when: datetime,
    sender: str,
    to: str,
    subject: str,
    words: str,
    parent: str,
    index: bytes,
) -> tuple[str, str]:
    """Message-ID and message."""
    made = when + timedelta(milliseconds=600)
    identity = clocks.outlook_id(made, 0x20 + n, 0x610545B0 + n, "firm.example")
    boundary = clocks.outlook_boundary(made, 0x21 + n)
    html = words.replace("\r\n", "<br>\r\n")
    body = (
        "This is a multipart message in MIME format.\r\n\r\n"
        f'--{boundary}\r\nContent-Type: text/plain;\r\n\tcharset="us-ascii"\r\n'
        f"Content-Transfer-Encoding: 7bit\r\n\r\n{words}\r\n"
        f'--{boundary}\r\nContent-Type: text/html;\r\n\tcharset="us-ascii"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"<html><head><style>p {{}}</style></head><body>{html}</body></html>\r\n"
        f"--{boundary}--\r\n\r\n"
    )
    fields = [("From", sender), ("To", to)]
    if parent:
        fields += [("References", parent), ("In-Reply-To", parent)]
    fields += [
        ("Subject", subject),
        ("Date", date(when)),
        ("Message-ID", identity),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\r\n\tboundary="{boundary}"'),
        ("X-Mailer", "Microsoft Outlook 16.0"),
        ("Thread-Index", threadindex.encode(index)),
        ("Content-Language", "de"),
    ]
    return identity, _message(fields, body)


VERSION = ("MIME-Version", "1.0")
KIND = ("Content-Type", "text/plain; charset=UTF-8")
CODE = ("Content-Transfer-Encoding", "8bit")


def _uuid(n: int) -> str:
    digits = md5(str(n).encode(), usedforsecurity=False).hexdigest()
    return "-".join(
        (digits[:8], digits[8:12], "4" + digits[13:16], "a" + digits[17:20], digits[20:])
    )


# --- threads ---------------------------------------------------------------------------------


def _thread_of_outlook(n: int, day: datetime) -> list[Entry]:
    """Anna writes to Carl and Ben; Carl answers above a header block."""
    asked = day + timedelta(hours=9, minutes=n, seconds=17)
    root = threadindex.classic(asked - timedelta(minutes=4), bytes(range(n, n + 16)))
    identity, first = _outlook(n, asked, ANNA, f"{CARL}, {BEN}", f"Boxes {n}", text(n), "", root)
    told = asked + timedelta(minutes=40, seconds=n)
    block = (
        f"\r\nVon: {ANNA}\r\nGesendet: Montag, {asked.day}. Oktober 2026 {asked:%H:%M}\r\n"
        f"An: {CARL}; {BEN}\r\nBetreff: Boxes {n}\r\n\r\n"
    )
    _, second = _outlook(
        *(n, told, CARL, ANNA, f"AW: Boxes {n}", f"Thanks, I have.\r\n{block}{text(n)}"),
        *(identity, threadindex.child(root, told - timedelta(seconds=50), n)),
    )
    return [*sent(ANNA, first, asked, (CARL, BEN)), *sent(CARL, second, told, (ANNA,))]


def _thread_of_others(n: int, day: datetime) -> list[Entry]:
    """Ben writes to Anna, who answers from her phone; Dan writes to Ben."""
    asked = day + timedelta(hours=11, minutes=n, seconds=31)
    identity = f"<{_uuid(n)}@firm.example>"
    fields = [
        *(("Message-ID", identity), ("Date", date(asked)), VERSION),
        *(("User-Agent", "Mozilla Thunderbird"), ("To", ANNA), ("From", BEN)),
        *(("Subject", f"Lorry {n}"), KIND, CODE),
    ]
    first = _message(fields, text(n + 100))
    told = asked + timedelta(minutes=25, seconds=n)
    quote = "".join(f"> {row}\r\n" for row in text(n + 100).split("\r\n")[:-1])
    words = (
        f"Fine.\r\n\r\nVon meinem iPhone gesendet\r\n\r\n"
        f"> Am {asked:%d.%m.%Y} um {asked:%H:%M} schrieb {BEN}:\r\n> \r\n{quote}"
    )
    fields = [
        *(KIND, CODE, ("From", ANNA), VERSION, ("Subject", f"Re: Lorry {n}"), ("Date", date(told))),
        ("Message-Id", f"<{_uuid(n + 500).upper()}@firm.example>"),
        *(("References", identity), ("In-Reply-To", identity), ("To", BEN)),
        ("X-Mailer", "iPhone Mail (23E246)"),
    ]
    second = _message(fields, words)
    noted = told + timedelta(hours=2, seconds=7)
    salt = bytes((n * 11 + at * 29) % 256 for at in range(8))
    fields = [
        *(("Date", date(noted)), ("From", DAN), ("To", BEN), ("Subject", f"Backup {n}")),
        ("Message-ID", clocks.mutt_id(noted - timedelta(seconds=3), salt, "fedora")),
        *(VERSION, KIND, ("Content-Disposition", "inline"), CODE),
        ("User-Agent", "Mutt/2.2.12 (2023-09-09)"),
    ]
    third = _message(fields, "Last night's backup is fine.\r\n")
    return [
        *sent(BEN, first, asked, (ANNA,)),
        *sent(ANNA, second, told, (BEN,)),
        *sent(DAN, third, noted, (BEN,)),
    ]


def _strangers(n: int, day: datetime) -> list[Entry]:
    """Gina and Olga write to Ben."""
    asked = day + timedelta(hours=15, minutes=n, seconds=3)
    identity = f"<CA{md5(bytes([n]), usedforsecurity=False).hexdigest()}{'x' * 17}@mail.gmail.com>"
    boundary = clocks.gmail_boundary(asked + timedelta(seconds=9), n)
    body = (
        f'--{boundary}\r\nContent-Type: text/plain; charset="UTF-8"\r\n\r\n{text(n)}\r\n'
        f'--{boundary}\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n'
        f'<div dir="ltr">{text(n)}</div>\r\n\r\n--{boundary}--\r\n'
    )
    fields = [
        *(("MIME-Version", "1.0"), ("From", GINA), ("Date", date(asked))),
        *(("Message-ID", identity), ("Subject", f"Order {n}"), ("To", BEN)),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    first = _message(fields, body)
    late = (asked + timedelta(hours=1)).astimezone(UTC)
    server = "DU0PR02MB9942"
    tail = md5(bytes([n, 1]), usedforsecurity=False).hexdigest().upper()[:25]
    fields = [
        *(("From", OLGA), ("To", BEN), ("Subject", f"Invoice {n}"), ("Date", date(late))),
        ("Message-ID", f"<{server}{tail}@{server}.eurprd02.prod.outlook.com>"),
        *(KIND, CODE, VERSION),
    ]
    second = _message(fields, text(n))
    return [
        *received(GINA, first, asked, (BEN,), "mail-ej1-f48.google.com"),
        *received(OLGA, second, late, (BEN,), f"{server}.eurprd02.prod.outlook.com"),
    ]


# --- delivery --------------------------------------------------------------------------------


def sent(sender: str, message: str, when: datetime, to: Sequence[str]) -> list[Entry]:
    """The author's copy and those of the recipients."""
    saved = when + timedelta(seconds=1)
    own = _stored(sender, "Sent", message, saved, 2000 + saved.minute)
    return [own, *received(sender, message, when, to)]


def received(
    sender: str, message: str, when: datetime, to: Sequence[str], way: str = ""
) -> list[Entry]:
    """A copy in each recipient's INBOX; ``way`` is the stranger's server it came through."""
    taken = when + timedelta(seconds=3 if not way else 12, milliseconds=250)
    lower = f"Received: from {way or '[192.168.1.20]'} (unknown [10.20.0.1])\r\n"
    lower += f"\tby {HOST} (Postfix) with ESMTPS id {clocks.long_queue_id(taken, _QUEUE_FILE)};\r\n"
    lower += f"\t{_clock(taken)} (CET)\r\n"
    if way:
        passed = taken - timedelta(seconds=2)
        lower += f"Received: by {way} with SMTP id a1b2c3;\r\n\t{date(passed)}\r\n"
    found = []
    for at, person in enumerate(to):
        stored = taken + timedelta(milliseconds=120 * (at + 1))
        minutes = int((stored - _START).total_seconds()) // 60
        pid = 700 + minutes * 2
        session = clocks.lmtp_id(stored, pid, clocks.host_hash(HOST))
        head = (
            f"Return-Path: <{sender}>\r\nDelivered-To: {person}\r\n"
            f"Received: from {HOST}\r\n\tby {HOST} with LMTP\r\n\tid {session}\r\n"
            f"\t(envelope-from <{sender}>)\r\n\tfor <{person}>; {_clock(stored)}\r\n"
        )
        found.append(_stored(person, "INBOX", head + lower + message, stored, pid))
    return found


def _clock(when: datetime) -> str:
    return f"{when.astimezone(BERLIN):%a, %d %b %Y %H:%M:%S %z}"


def _stored(mailbox: str, folder: str, message: str, when: datetime, pid: int) -> Entry:
    """A copy as Dovecot keeps it, with LF, and the name of its file."""
    content = message.replace("\r\n", "\n").encode()
    size, wide = len(content), len(message.encode())
    name = f"{int(when.timestamp())}.M{when.microsecond}P{pid}.mail,S={size},W={wide}:2,S"
    sub = "" if folder == "INBOX" else f".{folder}/"
    return Entry(mailbox, folder, content, arrival=when, place=f"{mailbox}/{sub}cur/{name}")
