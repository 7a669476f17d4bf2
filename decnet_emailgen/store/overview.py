"""The whole ledger at a glance: where copies are, and which answers were rejected."""

from __future__ import annotations

from collections.abc import Iterator

from decnet_emailgen.store.store import Store


def held(store: Store, thread: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Message, mailbox, folder and place of every copy that is in its target, or of a thread's."""
    found = store.rows(
        "SELECT message, mailbox, folder, place FROM deliveries WHERE state IN "
        "('delivered', 'present')" + _of(thread),
        [thread] if thread else [],
    )
    yield from ((r["message"], r["mailbox"], r["folder"], r["place"]) for r in found)


def rejected(store: Store, thread: str = "") -> Iterator[tuple[str, str, str]]:
    """Message, reason and detail of every rejected answer, or of those for a thread's mails."""
    found = store.rows(
        "SELECT message, reason, detail FROM rejections WHERE true"
        + _of(thread)
        + " ORDER BY message, number",
        [thread] if thread else [],
    )
    yield from ((r["message"], r["reason"], r["detail"]) for r in found)


def _of(thread: str) -> str:
    return " AND message IN (SELECT id FROM messages WHERE thread_id = ?)" if thread else ""
