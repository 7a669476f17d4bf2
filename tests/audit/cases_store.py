"""Mailboxes for the checks of the store's side: the office, and the office badly kept."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from decnet_emailgen.audit import Entry
from tests.audit.boxes import ANNA, BEN, NOW, Box, Case, entry, mail
from tests.audit.letters import changed, office, swapped


def later(entry: Entry, n: int) -> Entry:
    """All mail written to the store at one time, in no order."""
    return replace(entry, arrival=NOW - timedelta(seconds=n * 31 % 97))


def forgetful() -> list[Entry]:
    """Anna's folder Sent keeps two mails of three."""
    return [
        one
        for n, one in enumerate(office())
        if (one.mailbox, one.folder) != (ANNA, "Sent") or n % 3
    ]


def twice() -> list[Entry]:
    """One mail was delivered twice."""
    return [*office(), office()[3]]


def delivered_again() -> list[Entry]:
    """Ben's mail went through the server a second time."""
    again = [
        replace(one, content=one.content.replace(b"with LMTP\n\tid ", b"with LMTP\n\tid A", 1))
        for one in office()
        if one.mailbox == BEN
    ]
    return [*office(), *again]


def made(now: bool, apart: bool) -> Box:
    """The office with folders made just now, or with one UIDVALIDITY for all."""

    def change(entry: Entry, n: int) -> Entry:
        value = int(NOW.timestamp()) - 3600 if now else 1_700_000_000
        return replace(entry, uidvalidity=value + (len(entry.folder) if apart else 0))

    return changed(change)


def rewritten(entry: Entry, n: int) -> Entry:
    """Copies in Sent say something else."""
    if entry.folder != "Sent":
        return entry
    return replace(entry, content=entry.content.replace(b"boxes", b"crates"))


def bens_own(entry: Entry, n: int) -> Entry:
    """Ben's copies have a field that the others lack."""
    if entry.mailbox != BEN or entry.folder != "INBOX":
        return entry
    return replace(entry, content=entry.content.replace(b"\n\n", b"\nX-Spam: no\n\n", 1))


def renamed(pattern: str, new: str) -> Box:
    """The office with other file names."""
    return changed(lambda entry, n: replace(entry, place=re.sub(pattern, new, entry.place)))


def reader(old: float, new: float) -> Box:
    """500 old mails and 200 of yesterday, of which these shares are read."""

    def box() -> list[Entry]:
        found = []
        for n in range(700):
            age = timedelta(days=20, minutes=n) if n < 500 else timedelta(hours=20, minutes=n)
            seen = n % 100 < 100 * (old if n < 500 else new)
            flags = frozenset({"\\Seen"}) if seen else frozenset()
            when = NOW - age
            found.append(entry(mail(n, when), flags=flags, arrival=when))
        return found

    return box


_GOOD = reader(0.95, 0.8)

CASES: dict[str, Case] = {
    "arrival": Case(office, changed(later)),
    "maildir-time": Case(office, changed(later)),
    "maildir-size": Case(office, renamed(r"S=\d+", "S=1000")),
    "maildir-pid": Case(office, renamed(r"P\d+\.", "P4242.")),
    "uid-order": Case(office, changed(later)),
    "uidvalidity": Case(office, made(now=True, apart=True)),
    "uidvalidity-apart": Case(office, made(now=False, apart=False)),
    "uidvalidity-today": Case(office, made(now=True, apart=True)),
    "sent-trace": Case(
        office,
        changed(lambda one, n: replace(one, folder="Sent") if one.mailbox == BEN else one),
    ),
    "sent-copies": Case(office, forgetful),
    "sent-same": Case(office, changed(rewritten)),
    "same-copies": Case(office, changed(bens_own)),
    "id-again": Case(office, delivered_again),
    "twice-in-folder": Case(office, twice),
    "trace-contradicts": Case(office, swapped(b"Delivered-To: ben@", b"Delivered-To: carl@")),
    "seen-old": Case(_GOOD, reader(0.5, 0.8)),
    "unread-new": Case(_GOOD, reader(0.95, 0.2)),
}
