"""Looking at the corpus: threads by filter, page by page; the mails of one thread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from decnet_emailgen.records import Delivery, Draft, Fact, Rejection
from decnet_emailgen.store import rows
from decnet_emailgen.store.rows import Row
from decnet_emailgen.store.store import CHUNK, Store

WRITTEN = ("written", "delivered")


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread in a list. Times are Unix times; ``states`` counts its mails by state."""

    id: str
    started: int
    last: int
    subject: str
    topic: str
    language: str
    deckies: tuple[str, ...]
    people: tuple[str, ...]
    states: dict[str, int]

    @property
    def size(self) -> int:
        """How many mails have been written."""
        return sum(self.states.get(state, 0) for state in WRITTEN)

    @property
    def state(self) -> str:
        """open (more is to come), done, purged, or failed."""
        if self.states.get("purged") and not self.size:
            return "purged"
        if self.states.get("planned"):
            return "open" if self.size else "planned"
        return "done" if self.size else "failed"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list: part of an address, a decky, an instant, open or failed ones, words."""

    persona: str = ""
    decky: str = ""
    since: int | None = None
    open_only: bool = False
    failed_only: bool = False
    search: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A mail of the store with all that is known of it."""

    draft: Draft
    state: str
    reason: str
    deliveries: tuple[Delivery, ...]


def threads(store: Store, wanted: Filter, *, limit: int, offset: int = 0) -> list[ThreadLine]:
    """The threads that match, the latest start first."""
    where, values = _where(wanted)
    found = store.rows(
        f"SELECT * FROM threads t {where} ORDER BY t.started DESC, t.id LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return [_line(store, row) for row in found]


def _where(wanted: Filter) -> tuple[str, list[Any]]:
    parts, values = [], list[Any]()
    if wanted.persona:
        like = "%" + wanted.persona.replace("%", "") + "%"
        parts.append(
            "t.id IN (SELECT thread_id FROM messages WHERE sender LIKE ? UNION SELECT m.thread_id "
            "FROM recipients r JOIN messages m ON m.id = r.message WHERE r.email LIKE ?)"
        )
        values += [like, like]
    if wanted.decky:
        parts.append("EXISTS (SELECT 1 FROM json_each(t.hosts) WHERE json_each.value = ?)")
        values.append(wanted.decky)
    if wanted.since is not None:
        parts.append(
            "t.id IN (SELECT thread_id FROM messages WHERE sent >= ? AND state != 'planned')"
        )
        values.append(wanted.since)
    if wanted.open_only:
        parts.append("t.id IN (SELECT thread_id FROM messages WHERE state = 'planned')")
    if wanted.failed_only:
        parts.append("t.id IN (SELECT thread_id FROM messages WHERE state = 'failed')")
    if wanted.search:
        parts.append(
            "t.id IN (SELECT m.thread_id FROM words JOIN messages m ON m.rowid = words.rowid "
            "WHERE words MATCH ?)"
        )
        values.append(match(wanted.search))
    return ("WHERE " + " AND ".join(parts) if parts else ""), values


def match(words: str) -> str:
    """What a person typed as an FTS5 query: every word must occur, the last may go on."""
    terms = re.findall(r"\w+", words)
    if not terms:
        return '""'
    return " ".join(f'"{term}"' for term in terms) + "*"


def _line(store: Store, row: Row) -> ThreadLine:
    mails = store.rows(
        "SELECT id, sent, sender, state, subject FROM messages WHERE thread_id = ? ORDER BY sent",
        [row["id"]],
    )
    states: dict[str, int] = {}
    people: dict[str, None] = {}
    subject, last = "", row["started"]
    for mail in mails:
        states[mail["state"]] = states.get(mail["state"], 0) + 1
        if mail["state"] in (*WRITTEN, "purged"):
            subject = subject or mail["subject"]
            last = mail["sent"]
        people[mail["sender"]] = None
    recipients = store.rows(
        "SELECT email FROM recipients WHERE message IN (SELECT id FROM messages "
        "WHERE thread_id = ?) ORDER BY sent",
        [row["id"]],
    )
    people.update(dict.fromkeys(found["email"] for found in recipients))
    return ThreadLine(
        id=row["id"],
        started=row["started"],
        last=last,
        subject=subject,
        topic=row["topic"],
        language=row["language"],
        deckies=tuple(rows.from_json(row["hosts"])),
        people=tuple(people),
        states=states,
    )


def find_thread(store: Store, prefix: str) -> list[str]:
    """The ids of threads that begin so, or that hold the mail of that id or Message-ID."""
    found = store.rows(
        "SELECT id FROM threads WHERE id >= ? AND id < ? LIMIT 5", [prefix, prefix + "\x7f"]
    )
    if not found:
        found = store.rows(
            "SELECT DISTINCT thread_id AS id FROM messages WHERE id = ? OR message_id = ?",
            [prefix, prefix],
        )
    return [row["id"] for row in found]


def facts(store: Store, thread: str) -> tuple[Fact, ...]:
    """The facts of a thread."""
    found = store.rows("SELECT facts FROM threads WHERE id = ?", [thread])
    return tuple(Fact(**fact) for fact in rows.from_json(found[0]["facts"])) if found else ()


def mails(store: Store, thread: str) -> list[Stored]:
    """All mails of a thread by time, planned and failed ones included."""
    found = store.rows("SELECT * FROM messages WHERE thread_id = ? ORDER BY sent", [thread])
    return [_stored(store, row, pick) for row, pick in rows.chained(found)]


def _stored(store: Store, row: Row, pick: Any) -> Stored:
    rejected = store.rows("SELECT * FROM rejections WHERE message = ? ORDER BY number", [row["id"]])
    rejections = tuple(Rejection(r["reason"], r["detail"], r["text"]) for r in rejected)
    delivered = store.rows("SELECT * FROM deliveries WHERE message = ?", [row["id"]])
    return Stored(
        draft=rows.draft(row, pick, rejections),
        state=row["state"],
        reason=row["reason"],
        deliveries=tuple(rows.delivery(found) for found in delivered),
    )


def between(store: Store, one: str, other: str, limit: int = 12) -> list[list[Draft]]:
    """The threads in which two addresses have written to each other, newest last.

    Only written mails are in them: what failed or waits is never answered.
    """
    ids: dict[str, int] = {}
    for sender, email in ((one, other), (other, one)):
        found = store.rows(
            "SELECT m.thread_id, r.sent FROM recipients r JOIN messages m ON m.id = r.message "
            "WHERE r.email = ? AND r.sender = ? AND m.state IN ('written', 'delivered') "
            "ORDER BY r.sent DESC LIMIT ?",
            [email, sender, limit],
        )
        for row in found:
            ids[row["thread_id"]] = max(ids.get(row["thread_id"], 0), row["sent"])
    newest = sorted(ids, key=ids.__getitem__)[-limit:]
    return [written(store, thread) for thread in newest]


def written(store: Store, thread: str) -> list[Draft]:
    """The written mails of a thread, by time."""
    marks: Sequence[str] = WRITTEN
    found = store.rows(
        "SELECT * FROM messages WHERE thread_id = ? AND state IN (?, ?) ORDER BY sent",
        [thread, *marks],
    )
    return [rows.draft(row, pick) for row, pick in rows.chained(found)]


def all_written(store: Store) -> Iterator[list[Draft]]:
    """Every written mail by time, some hundreds at once."""
    after: tuple[int, str] = (-(2**62), "")
    while True:
        found = store.rows(
            "SELECT * FROM messages WHERE state IN ('written', 'delivered') AND "
            "(sent, id) > (?, ?) ORDER BY sent, id LIMIT ?",
            [*after, CHUNK],
        )
        if not found:
            return
        after = (found[-1]["sent"], found[-1]["id"])
        yield [rows.draft(row, rows.bare_pick(row)) for row in found]
