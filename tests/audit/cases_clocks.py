"""Mailboxes for the checks of clocks: the office, and the office with one clock wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from decnet_emailgen.audit import Entry
from decnet_emailgen.mail import clocks
from tests.audit.boxes import Case
from tests.audit.cases_bytes import subbed
from tests.audit.letters import PLACES, changed, office, swapped

_QUEUE = re.compile(rb"\(Postfix\) with ESMTPS id (\S+);")
_SESSION = re.compile(rb"(with LMTP\s+id )(\S+)")


def short_ids(entry: Entry, n: int) -> Entry:
    """Every other mail has a short queue id."""
    return _requeued(entry, b"5D%03X1C0C1" % n) if n % 2 else entry


def wild_ids(entry: Entry, n: int) -> Entry:
    """Queue ids as no Postfix makes them: more microseconds than a second has."""
    return _requeued(entry, b"FF%03X1C0C1" % n)


def _requeued(entry: Entry, identity: bytes) -> Entry:
    found = _QUEUE.search(entry.content)
    if found is None:
        return entry
    return replace(entry, content=entry.content.replace(found[1], identity, 1))


def session(
    entry: Entry, late: float = 0.0, pid: int | None = None, host: int | None = None
) -> Entry:
    """A copy with another LMTP id."""
    found = _SESSION.search(entry.content)
    told = clocks.read_lmtp_id(found[2].decode()) if found else None
    if found is None or told is None:
        return entry
    when = told.when + timedelta(seconds=late)
    new = clocks.lmtp_id(
        when, told.pid if pid is None else pid, told.host if host is None else host
    )
    return replace(entry, content=entry.content.replace(found[2], new.encode(), 1))


def dated(late: timedelta) -> Case:
    """The office, and the office with Dates that are so much later."""

    def change(entry: Entry, n: int) -> Entry:
        field = re.search(rb"^Date: \w+, .*? (\d\d):(\d\d):", entry.content, re.MULTILINE)
        if field is None:
            return entry
        minutes = (int(field[1]) * 60 + int(field[2]) + int(late.total_seconds()) // 60) % 1440
        new = b"%02d:%02d:" % divmod(minutes, 60)
        content = entry.content
        return replace(entry, content=content[: field.start(1)] + new + content[field.end() :])

    return Case(office, changed(change))


def slow(entry: Entry, n: int) -> Entry:
    """Mail that takes a minute to arrive."""
    arrival = entry.arrival
    return replace(entry, arrival=arrival + timedelta(minutes=1)) if arrival else entry


CASES: dict[str, Case] = {
    "outlook-id": dated(timedelta(minutes=20)),
    "outlook-boundary": Case(office, subbed(rb"Part_000_0+2(.)_01", rb"Part_000_7F2\1_01")),
    "gmail-boundary": dated(timedelta(minutes=20)),
    "mutt-id": dated(timedelta(minutes=-20)),
    "thread-index": dated(timedelta(minutes=45)),
    "thread-root": dated(timedelta(minutes=45)),
    "thread-chain": Case(office, subbed(rb"^(Thread-Index: Ad.{10}).{4}", rb"\1AAAA", 2)),
    "queue-id": Case(office, changed(wild_ids)),
    "queue-kind": Case(office, changed(short_ids)),
    "lmtp-time": Case(office, changed(lambda entry, n: session(entry, late=30))),
    "lmtp-host": Case(office, changed(lambda entry, n: session(entry, host=n))),
    "lmtp-pid": Case(office, changed(lambda entry, n: session(entry, pid=1 << 30))),
    "lmtp-rising": Case(office, changed(lambda entry, n: session(entry, pid=2 + n * 7919 % 997))),
    "hops-order": dated(timedelta(minutes=5)),
    "hops-quick": Case(office, changed(slow)),
    "hops-outside": Case(office, subbed(rb"^(\t\w+, \d+ \w+ 2026 )15:", rb"\g<1>17:")),
    "date-late": dated(timedelta(minutes=20)),
    "received-gap": Case(office, swapped(b": from mail.firm", b": from relay7.firm")),
    "received-zones": Case(office, subbed(rb"(for <.*>; .*) \+0[12]00", rb"\1 -0500", 2)),
    "offsets": Case(office, subbed(rb"^(Date: .*) \+0[12]00$", rb"\1 -0500"), PLACES),
    "exchange-zone": Case(office, subbed(rb"^(Date: .*) \+0000$", rb"\1 +0100")),
}  # fmt: skip
