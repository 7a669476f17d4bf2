"""Taking mail back: which copies lie where, and what the ledger says once they are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from decnet_emailgen.records import Delivery
from decnet_emailgen.store import rows
from decnet_emailgen.store.store import CHUNK, Store


@dataclass(frozen=True, slots=True)
class Placed:
    """A copy that lies in a target: of which message, by id and Message-ID, and where."""

    message: str
    message_id: str
    delivery: Delivery


def placed(
    store: Store,
    *,
    run: str = "",
    before: int | None = None,
    decky: str = "",
    thread: str = "",
) -> Iterator[list[Placed]]:
    """The copies that match, some hundreds at once, target by target."""
    where, values = ["d.state IN ('delivered', 'present')"], list[Any]()
    for condition, value in (
        ("m.run = ?", run),
        ("m.sent < ?", before),
        ("d.decky = ?", decky),
        ("m.thread_id = ?", thread),
    ):
        if value not in ("", None):
            where.append(condition)
            values.append(value)
    query = (
        "SELECT d.*, m.message_id FROM deliveries d JOIN messages m ON m.id = d.message "
        f"WHERE {' AND '.join(where)} ORDER BY d.target, m.sent"
    )
    found = store.rows(query, values)
    for start in range(0, len(found), CHUNK):
        yield [
            Placed(row["message"], row["message_id"], rows.delivery(row))
            for row in found[start : start + CHUNK]
        ]


def removed(store: Store, copies: Iterable[Placed], *, emptied: str = "") -> None:
    """Note that copies are gone; a message without any other copy is ``purged``.

    ``emptied`` is the decky, if only one was emptied: a mail that another still waits for stays.
    """
    awaited = "OR (state = 'failed' AND decky <> ?)" if emptied else ""
    with store.writing() as db:
        for copy in copies:
            one = copy.delivery
            key = [copy.message, one.decky, one.target, one.mailbox, one.folder]
            db.conn.execute(
                "UPDATE deliveries SET state = 'purged' WHERE message = ? AND decky = ? "
                "AND target = ? AND mailbox = ? AND folder = ?",
                key,
            )
            db.conn.execute(
                "UPDATE messages SET state = 'purged' WHERE id = ? AND NOT EXISTS (SELECT 1 FROM "
                f"deliveries WHERE message = ? AND (state IN ('delivered', 'present') {awaited}))",
                [copy.message, copy.message, *([emptied] if emptied else [])],
            )


def forget(store: Store, thread: str) -> None:
    """Delete a thread and its mails from the ledger."""
    mails = "SELECT id FROM messages WHERE thread_id = ?"
    with store.writing() as db:
        for table in ("recipients", "rejections", "deliveries"):
            db.conn.execute(f"DELETE FROM {table} WHERE message IN ({mails})", [thread])
        db.conn.execute("DELETE FROM messages WHERE thread_id = ?", [thread])
        db.conn.execute("DELETE FROM members WHERE thread_id = ?", [thread])
        db.conn.execute("DELETE FROM threads WHERE id = ?", [thread])
