"""Threads for people: a list, and one thread as a mail client shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from decnet_emailgen.cli.console import console, harmless, out, table
from decnet_emailgen.mail.parse import Mail, read
from decnet_emailgen.records import Fact
from decnet_emailgen.store.rows import to_json
from decnet_emailgen.store.threads import Stored, ThreadLine

_HEADINGS = ("thread", "last mail", "mails", "state", "lang", "people", "subject")


def listing(lines: Sequence[ThreadLine], *, as_json: bool) -> None:
    """Threads as JSON Lines or as a table."""
    if as_json:
        for line in lines:
            out(to_json({**asdict(line), "size": line.size, "state": line.state}))
        return
    table(_HEADINGS, (_row(line) for line in lines), mails="right")


def _row(line: ThreadLine) -> tuple[str, ...]:
    last = datetime.fromtimestamp(line.last, UTC).astimezone()
    return (
        line.id,
        last.strftime("%Y-%m-%d %H:%M"),
        str(line.size),
        line.state,
        line.language,
        people(line.people),
        line.subject or f"({line.topic})",
    )


def people(addresses: Sequence[str], most: int = 2) -> str:
    """The first addresses by their local parts, and how many more there are."""
    names = [address.partition("@")[0] for address in addresses]
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" +{rest}" if rest > 0 else "")


def thread(
    thread_id: str,
    mails: Sequence[Stored],
    facts: Sequence[Fact],
    *,
    rejections: bool,
    receipts: bool,
) -> None:
    """One thread: its story in a line, then each mail with its headers and text."""
    from rich.text import Text

    screen = console()
    first = mails[0].draft.pick
    screen.print(Text(f"thread {thread_id}: {first.topic} ({first.beat.story})", style="bold"))
    if facts:
        told = ", ".join(f"{fact.name} {fact.value}" for fact in facts)
        screen.print(Text(harmless(told), style="dim"))
    for mail in mails:
        _mail(mail, rejections=rejections, receipts=receipts)


def _mail(stored: Stored, *, rejections: bool, receipts: bool) -> None:
    from rich.rule import Rule
    from rich.text import Text

    screen, draft = console(), stored.draft
    pick = draft.pick
    screen.print(Rule(style="dim"))
    mail = read(draft.message.encode("utf-8", "surrogateescape")) if draft.message else None
    headers = [
        ("From", f"{pick.sender.name} <{pick.sender.email}>"),
        ("To", ", ".join(f"{party.name} <{party.email}>" for party in pick.to)),
        ("Cc", ", ".join(f"{party.name} <{party.email}>" for party in pick.cc)),
        ("Date", pick.when.strftime("%a, %d %b %Y %H:%M:%S %z")),
        ("Subject", mail.subject if mail else draft.subject),
        ("State", f"{stored.state} {stored.reason}".strip() if stored.state != "delivered" else ""),
        ("Writer", " ".join(part for part in (draft.writer, draft.model) if part)),
    ]
    for name, value in headers:
        if value:
            line = Text(f"{name + ':':<9}", style="bold cyan")
            line.append(harmless(value).replace("\n", " "), style="default")
            screen.print(line)
    screen.print()
    screen.print(_body(mail) if mail else Text(f"[{pick.beat.intent}]", style="dim italic"))
    if rejections:
        _rejections(stored)
    if receipts:
        _receipts(stored)


def _body(mail: Mail) -> object:
    """The text with what is quoted dimmed."""
    from rich.text import Text

    body = Text(_airless(mail.own))
    if mail.quoted.strip():
        body.append("\n\n" + _airless(mail.quoted), style="dim")
    return body


def _airless(text: str) -> str:
    """Text without the runs of empty lines that some mail clients make of HTML paragraphs."""
    return re.sub(r"\n(?:[ \t\xa0]*\n)+", "\n\n", harmless(text)).strip("\n")


def _rejections(stored: Stored) -> None:
    from rich.text import Text

    for rejection in stored.draft.rejections:
        console().print(Text(f"rejected: {rejection.reason}: {harmless(rejection.detail)}", "red"))
        console().print(Text(harmless(rejection.text), style="dim"))


def _receipts(stored: Stored) -> None:
    from rich.text import Text

    for found in stored.deliveries:
        line = f"{found.state}: {found.mailbox} {found.folder} at {found.target} {found.place}"
        console().print(Text(harmless(f"{line} {found.reason}".rstrip()), style="green"))
