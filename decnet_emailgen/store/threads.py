"""Looking at the corpus: the mails of one thread, the threads of a pair, every written mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from decnet_emailgen.records import Delivery, Draft, Fact, Rejection
from decnet_emailgen.store import rows
from decnet_emailgen.store.listing import WRITTEN
from decnet_emailgen.store.rows import Row
from decnet_emailgen.store.store import CHUNK, Store


@dataclass(frozen=True, slots=True)
class Stored:
    """A mail of the store with all that is known of it."""

    draft: Draft
    state: str
    reason: str
    deliveries: tuple[Delivery, ...]


def find_thread(store: Store, prefix: str) -> list[str]:
    """The ids of threads that begin so, or that hold the mail of that id or Message-ID.

    A whole id is that thread's, even where it is the beginning of others.
    """
    if store.rows("SELECT 1 FROM threads WHERE id = ?", [prefix]):
        return [prefix]
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
