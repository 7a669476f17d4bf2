"""Mailboxes made in code, for checks to pass and to fail on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from decnet_emailgen.audit import Entry, Report, audit

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=timezone(timedelta(hours=2)))
ANNA, BEN = "anna@firm.example", "ben@firm.example"

Box = Callable[[], Sequence[Entry]]


@dataclass(frozen=True)
class Case:
    """A mailbox in which a check is in range, and one in which it is out.

    ``countries`` are what the caller of the audit knows of where people work.
    """

    passes: Box
    fails: Box
    countries: Mapping[str, str] = field(default_factory=dict)


def measured(box: Box, countries: Mapping[str, str] | None = None) -> Report:
    """The audit of a mailbox."""
    return audit(box(), now=NOW, countries=countries)


def mail(
    number: int,
    when: datetime = MONDAY,
    sender: str = ANNA,
    to: Sequence[str] = (BEN,),
    cc: Sequence[str] = (),
    subject: str = "Budget",
    body: str = "Hi Ben,\n\nthe figures are in.\n\nAnna",
    answers: int | None = None,
    root: int | None = None,
    **headers: str,
) -> bytes:
    """A plain mail; ``answers`` is the number of its parent, ``root`` of the thread's first.

    Further headers are spelt with underscores: ``X_Mailer="Microsoft Outlook 16.0"``.
    """
    rows = [f"From: {sender}", f"To: {', '.join(to)}"]
    if cc:
        rows.append(f"Cc: {', '.join(cc)}")
    rows += [
        f"Subject: {subject}",
        f"Date: {when:%a, %d %b %Y %H:%M:%S %z}",
        f"Message-ID: {identity(number, sender)}",
    ]
    if answers is not None:
        before = [] if root is None or root == answers else [identity(root)]
        rows.append(f"In-Reply-To: {identity(answers)}")
        rows.append(f"References: {' '.join([*before, identity(answers)])}")
    rows += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "Content_Type" not in headers:
        rows += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    return "\r\n".join([*rows, "", *body.split("\n"), ""]).encode()


def identity(number: int, sender: str = ANNA) -> str:
    """A Message-ID."""
    return f"<{number:08x}@{sender.rpartition('@')[2]}>"


def entry(content: bytes, mailbox: str = BEN, folder: str = "INBOX", **more: object) -> Entry:
    """A mail in a folder."""
    return Entry(mailbox, folder, content, **more)  # type: ignore[arg-type]


def workday(number: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """The time on the n-th workday (Monday to Friday) after :data:`MONDAY`'s midnight."""
    weeks, days = divmod(number, 5)
    start = MONDAY.replace(hour=0)
    return start + timedelta(weeks=weeks, days=days, hours=hour, minutes=minute, seconds=second)
