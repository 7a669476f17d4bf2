"""Mailboxes for the checks of octets: the office, and the office with one thing spoilt."""

from __future__ import annotations

import re
from dataclasses import replace

from decnet_emailgen.audit import Entry
from tests.audit.boxes import Box, Case
from tests.audit.letters import changed, office, swapped, with_field


def subbed(pattern: bytes, new: bytes, every: int = 1) -> Box:
    """The office with a pattern replaced in one of so many mails."""
    found = re.compile(pattern, re.MULTILINE)

    def change(entry: Entry, n: int) -> Entry:
        return (
            entry if n % every else replace(entry, content=found.sub(new, entry.content, count=1))
        )

    return changed(change)


def lone_returns(entry: Entry, n: int) -> Entry:
    """One mail has a CR where its line ends."""
    return replace(entry, content=entry.content.replace(b"\n", b"\r", 1)) if n == 5 else entry


def half_and_half(entry: Entry, n: int) -> Entry:
    """One mail has CRLF in its header only."""
    head, gap, body = entry.content.partition(b"\n\n")
    spoilt = head.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body
    return replace(entry, content=spoilt) if n == 5 and gap else entry


def some_other_prefix(entry: Entry, n: int) -> Entry:
    """Every third answer of the phone has another language's prefix."""
    return replace(entry, content=entry.content.replace(b": Re: ", b": AW: ")) if n % 3 else entry


def some_other_quote(entry: Entry, n: int) -> Entry:
    """Some of Outlook's header blocks are in Spanish."""
    return replace(entry, content=entry.content.replace(b"\nVon: ", b"\nDe: ")) if n % 3 else entry


CASES: dict[str, Case] = {
    "id-grammar": Case(office, subbed(rb"^Message-ID: <[0-9a-f]{12}\$", b"Message-ID: <")),
    "id-domain": Case(office, swapped(b"$@firm.example", b"$@web01.hosting.example")),
    "field-order": Case(office, subbed(rb"^(To: .*\n)((?:.*\n)*?)(Subject: .*\n)", rb"\3\1\2", 2)),
    "id-missing": Case(office, subbed(rb"^Message-I[Dd]: .*\n", b"", every=20)),
    "id-tool": Case(office, subbed(rb"^(Message-I[Dd]: <.*@).*>", rb"\1localhost>", every=20)),
    "mailer-id": Case(office, swapped(b"Mozilla Thunderbird", b"Roundcube Webmail/1.6.11")),
    "generator": Case(office, with_field(b"X-Mailer-Generator: decoy 1.0")),
    "fields-twice": Case(office, with_field(b"Subject: once more")),
    "header-scraps": Case(office, with_field(b"bcc everybody, please")),
    "header-8bit": Case(office, with_field("X-Note: schöne Grüße".encode())),
    "words-broken": Case(office, with_field(b"X-Note: =?utf-8?B?w6T=w?=")),
    "line-ends": Case(office, changed(half_and_half)),
    "long-lines": Case(office, subbed(rb"^Hi,$", b"Hi, " + b"word " * 250, every=20)),
    "bcc-received": Case(office, with_field(b"Bcc: dan@firm.example")),
    "weekday": Case(office, subbed(rb"^Date: (?:Mon|Tue),", b"Date: Sun,")),
    "mime-broken": Case(office, subbed(rb"^------=_NextPart_[^\n]*--$", b"")),
    "plain-html": Case(office, subbed(rb"<body>[^\0]*</body>", b"<body>Buy our lamps!</body>")),
    "quote-text": Case(office, subbed(rb"^(> )?the figures of week[^\0]*house", rb"\1nothing", 2)),
    "quote-time": Case(office, subbed(rb" um \d\d:", b" um 03:")),
    "versions": Case(office, subbed(rb"^(Date: .*)2026", rb"\g<1>2021")),
    "prefix": Case(office, changed(some_other_prefix)),
    "prefix-client": Case(office, swapped(b": Re: ", b": AW: ")),
    "quote-language": Case(office, changed(some_other_quote)),
}  # fmt: skip
"""Beside these: :func:`lone_returns` and others in test_bytes.py."""
