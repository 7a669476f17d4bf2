"""Threads for people: a list, and one thread as a mail client shows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from decnet_emailgen.cli.console import (
    clipped,
    console,
    counted,
    one_line,
    out,
    plain,
    say,
    table,
)
from decnet_emailgen.records import Fact, Party
from decnet_emailgen.store.rows import to_json

if TYPE_CHECKING:
    from rich.text import Text

    from decnet_emailgen.mail.parse import Mail
    from decnet_emailgen.store.listing import ThreadLine
    from decnet_emailgen.store.threads import Stored

_HEADINGS = ("thread", "last mail", "mails", "state", "lang", "people", "subject")


def listing(lines: Iterable[ThreadLine], *, as_json: bool) -> None:
    """Threads as JSON Lines or as a table."""
    if as_json:
        for line in lines:
            out(to_json({**asdict(line), "size": line.size, "state": line.state}))
        return
    table(_HEADINGS, (_row(line) for line in lines), mails="right")


def paging(count: int, limit: int, page: int) -> None:
    """How many threads there are, and how to see the others."""
    pages = -(-count // limit)
    if pages <= 1 and page == 1:
        say(counted(count, "thread"))
        return
    more = f"; the next: --page {page + 1}" if page < pages else ""
    say(f"page {page} of {pages}, {counted(count, 'thread')} in all{more}")


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


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown beside each mail's own words."""

    quotes: bool = False
    rejections: bool = False
    receipts: bool = False


def thread(thread_id: str, mails: Sequence[Stored], facts: Sequence[Fact], shown: Shown) -> None:
    """One thread: its story in a line, then each mail with its headers and text."""
    screen = console()
    first = mails[0].draft.pick
    title = f"thread {thread_id}: {first.topic} ({first.beat.story})"
    screen.print(plain(one_line(title), "bold"))
    if facts:
        told = ", ".join(f"{fact.name} {fact.value}" for fact in facts)
        screen.print(plain(one_line(told), "dim"))
    for mail in mails:
        _mail(mail, shown)


def _mail(stored: Stored, shown: Shown) -> None:
    from rich.rule import Rule

    from decnet_emailgen.mail.parse import read

    screen, draft = console(), stored.draft
    screen.print(Rule(style="dim"))
    mail = read(draft.message.encode("utf-8", "surrogateescape")) if draft.message else None
    for name, value in _headers(stored, mail):
        if value:
            line = plain(f"{name + ':':<9}", "bold cyan")
            line.append(one_line(value), style="default")
            screen.print(line)
    screen.print()
    body = plain(f"[{draft.pick.beat.intent}]", "dim italic") if mail is None else None
    screen.print(body or _body(mail, quotes=shown.quotes))  # type: ignore[arg-type]
    for line in (*_rejections(stored, whole=shown.rejections), *_receipts(stored, shown.receipts)):
        screen.print(line)


def _headers(stored: Stored, mail: Mail | None) -> list[tuple[str, str]]:
    draft, pick = stored.draft, stored.draft.pick
    return [
        ("From", _address(pick.sender)),
        ("To", ", ".join(map(_address, pick.to))),
        ("Cc", ", ".join(map(_address, pick.cc))),
        ("Bcc", ", ".join(map(_address, pick.bcc))),
        ("Date", pick.when.strftime("%a, %d %b %Y %H:%M:%S %z")),
        ("Subject", mail.subject if mail else draft.subject),
        ("Files", ", ".join(file.name for file in mail.attachments) if mail else ""),
        ("State", f"{stored.state} {stored.reason}".strip() if stored.state != "delivered" else ""),
        ("Writer", " ".join(part for part in (draft.writer, draft.model) if part)),
    ]


def _address(party: Party) -> str:
    return f"{party.name} <{party.email}>"


def _body(mail: Mail, *, quotes: bool) -> Text:
    """The text; what is quoted is folded into a line, or dimmed."""
    body = plain(_airless(mail.own))
    quoted = _airless(mail.quoted)
    if quoted and quotes:
        body.append_text(plain("\n\n" + quoted, "dim"))
    elif quoted:
        lines = counted(quoted.count("\n") + 1, "quoted line")
        body.append_text(plain(f"\n\n[{lines}: --quotes]", "dim"))
    return body


def _airless(text: str) -> str:
    """Text without the runs of empty lines that some mail clients make of HTML paragraphs."""
    return re.sub(r"\n(?:[ \t\xa0]*\n)+", "\n\n", clipped(text)).strip("\n")


def _rejections(stored: Stored, *, whole: bool) -> Iterator[Text]:
    """The answers that were rejected, or how many and why."""
    rejections = stored.draft.rejections
    if not whole and rejections:
        why = Counter(rejection.reason for rejection in rejections)
        told = ", ".join(f"{count} {reason}" for reason, count in why.most_common())
        yield plain(one_line(f"[answers rejected: {told}: --rejections]"), "dim")
        return
    for rejection in rejections:
        yield plain(one_line(f"rejected: {rejection.reason}: {rejection.detail}"), "red")
        yield plain(clipped(rejection.text), "dim")


def _receipts(stored: Stored, wanted: bool) -> Iterator[Text]:
    """Where the copies are; those that failed are told unasked."""
    for found in stored.deliveries:
        bad = found.state == "failed"
        if wanted or bad:
            line = f"{found.state}: {found.mailbox} {found.folder} at {found.target} {found.place}"
            yield plain(one_line(f"{line} {found.reason}"), "red" if bad else "green")
