"""What Google's servers add to a mail on its way out: cells, ids and a clock.

A mail leaves through one of the hosts of a cell (``mail-ej1-f48.google.com``); since late 2023 the
ids of a cell begin with its own thirteen hexadecimal digits and end in its own three characters
(measured on public mail). X-Received ends in the Unix milliseconds at which Gmail took the mail.
"""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import NamedTuple

from decnet_emailgen.mail import dates
from decnet_emailgen.mail.chance import number, rng
from decnet_emailgen.mail.clocks import microseconds


class Cell(NamedTuple):
    """Part of a host's name, the ids' beginning and end, and the inner network."""

    name: str
    start: str
    end: str
    network: str


_EUROPE = (
    Cell("ed1", "4fb4d7f45d1cf", "a12", "a05:6402"),
    Cell("ej1", "a640c23a62f3a", "66b", "a17:907"),
    Cell("lf1", "2adb3069b0e04", "e87", "a05:6512"),
    Cell("lj1", "38308e7fff4ca", "1fa", "a05:651c"),
    Cell("wm1", "5b1f17b1804b1", "5e9", "a05:600c"),
    Cell("wr1", "ffacd0b85a97d", "f8f", "a05:6000"),
)
_AMERICA = (
    Cell("pf1", "d2e1a72fcca58", "b3a", "a05:6a00"),
    Cell("pj1", "98e67ed59e1d1", "a91", "a17:90b"),
    Cell("pl1", "d9443c01a7336", "5ad", "a17:902"),
    Cell("qt1", "d75a77b69052e", "5cf", "a05:622a"),
    Cell("yw1", "00721157ae682", "7b3", "a05:690c"),
)
_NEW_IDS = date(2023, 11, 1)
_NEW_FIELD = date(2024, 12, 1)
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def cell(message_id: str, timezone: str) -> Cell:
    """The cell that sends this mail; people are served by their side of the ocean."""
    cells = _AMERICA if timezone.startswith("America/") else _EUROPE
    return cells[number("cell", message_id) % len(cells)]


def host(message_id: str, timezone: str) -> str:
    """The name of the sending host."""
    which = cell(message_id, timezone).name
    return f"mail-{which}-f{41 + number('google host', message_id) % 14}.google.com"


def fields(message_id: str, timezone: str, to: str, taken: datetime, sent: datetime) -> str:
    """Google's fields, top to bottom; ``to`` is the recipient if there is only one."""
    draw = rng("google", message_id)
    which = cell(message_id, timezone)
    groups = [draw.randrange(0x1000, 0xFFFF) for _ in range(3)]
    head = f"{draw.randrange(0x100, 0xFFF):x}"
    network = f"2002:{which.network}:{groups[0]:x}:b0:{head}:{groups[1]:x}:{groups[2]:x}"
    serial = f"{which.start}-{head}{draw.randrange(16**8):08x}"
    if taken.date() < _NEW_IDS:
        old = f"{groups[0]:04x}00b00{head}{groups[1]:04x}{groups[2]:04x}"
        inner = "".join(part.rjust(4, "0") for part in which.network.split(":"))
        serial = f"{draw.choice('abcdefghijklmnopqrs')}{draw.randrange(1, 29)}-2002{inner}{old}"
    size = draw.randrange(1_000_000, 99_999_999)
    name = host(message_id, timezone)
    target = f"\r\n        for <{to}>; " if to else ";\r\n        "
    return (
        f"Received: by {name} with SMTP id {serial}so{size}{which.end}.{draw.randrange(4)}"
        f"{target}{_pacific(sent)}\r\n"
        f"X-Gm-Message-State: AOJu0Y{draw.choice('wxyz')}{_token(draw, 57)}\r\n"
        f"\t{_closed(draw, 43)}\r\n"
        f"{_group(draw, taken)}"
        f"X-Google-Smtp-Source: AGHT+I{draw.choice('EFGH')}{_closed(draw, 80)}\r\n"
        f"X-Received: by {network} with SMTP id\r\n"
        f" {serial}mr{size}{which.end}.{draw.randrange(1, 50)}.{microseconds(taken) // 1000};\r\n"
        f"        {_pacific(taken)}\r\n"
    )


def _group(draw: Random, when: datetime) -> str:
    """X-Gm-Gg, which Gmail adds since the end of 2024."""
    if when.date() < _NEW_FIELD:
        return ""
    return (
        f"X-Gm-Gg: ASbGnc{draw.choice('stuv')}{_token(draw, 70)}\r\n"
        f"\t{_token(draw, 77)}\r\n\t{_closed(draw, 61)}\r\n"
    )


def _pacific(when: datetime) -> str:
    shown = when.astimezone(dates.zone("America/Los_Angeles"))
    return dates.received(shown, False, shown.tzname() or "")


def _closed(draw: Random, length: int) -> str:
    """The end of some base64 with one octet missing: its last digit has two zero bits."""
    return f"{_token(draw, length - 1)}{draw.choice(_BASE64[::4])}="


def _token(draw: Random, length: int) -> str:
    return "".join(draw.choices(_BASE64, k=length))
