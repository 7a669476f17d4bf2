"""What the ledger says of copies: which targets hold them, what was taken out, what has moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from decnet_emailgen.records import Delivery, Draft
from decnet_emailgen.store import rows
from decnet_emailgen.store.store import CHUNK, Store

Held = tuple[Draft, list[Delivery]]
"""A mail, and its copies in one target."""

Name = tuple[str, str, str, str]
"""A copy by its mail's id, its target, mailbox and folder."""

_THERE = "state IN ('delivered', 'present')"


def targets(store: Store) -> dict[str, int]:
    """The targets that hold copies, and how many."""
    found = store.rows(
        f"SELECT target, count(*) AS n FROM deliveries WHERE {_THERE} GROUP BY target"
    )
    return {row["target"]: row["n"] for row in found}


def held(store: Store, target: str) -> Iterator[list[Held]]:
    """The mails of which a target holds copies, by time, some hundreds at once."""
    after: tuple[int, str] = (-(2**62), "")
    while True:
        found = store.rows(
            "SELECT * FROM messages m WHERE (sent, id) > (?, ?) AND EXISTS (SELECT 1 FROM "
            f"deliveries d WHERE d.message = m.id AND d.target = ? AND d.{_THERE}) "
            "ORDER BY sent, id LIMIT ?",
            [*after, target, CHUNK],
        )
        if not found:
            return
        after = (found[-1]["sent"], found[-1]["id"])
        there = lying(store, [row["id"] for row in found])
        yield [
            (
                rows.draft(row, rows.bare_pick(row)),
                [one for one in there.get(row["id"], ()) if one.target == target],
            )
            for row in found
        ]


def lying(store: Store, messages: Sequence[str]) -> dict[str, list[Delivery]]:
    """The copies of these mails that lie in a target, by the mails' ids."""
    marks = ",".join("?" * len(messages))
    found: dict[str, list[Delivery]] = {}
    query = f"SELECT * FROM deliveries WHERE message IN ({marks}) AND {_THERE}"
    for row in store.rows(query, list(messages)):
        found.setdefault(row["message"], []).append(rows.delivery(row))
    return found


def purged(store: Store, messages: Sequence[str]) -> frozenset[Name]:
    """The copies of these mails that were taken out on purpose."""
    marks = ",".join("?" * len(messages))
    query = f"SELECT * FROM deliveries WHERE message IN ({marks}) AND state = 'purged'"
    return frozenset(
        (row["message"], row["target"], row["mailbox"], row["folder"])
        for row in store.rows(query, list(messages))
    )


def note(store: Store, copies: Iterable[tuple[str, Delivery]]) -> None:
    """Keep how single copies stand now, by their mails' ids; a lost one waits to be delivered."""
    with store.writing() as db:
        for message, one in copies:
            db.conn.execute(
                "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows.delivery_row(message, one),
            )
            if one.state == "failed":
                db.conn.execute(
                    "UPDATE messages SET state = 'written', reason = ? WHERE id = ?",
                    [one.reason, message],
                )


def settled(store: Store) -> datetime | None:
    """Up to when owners have dealt with their mail, as its copies show; None if never noted."""
    found = store.rows("SELECT value FROM settings WHERE key = 'settled'")
    return datetime.fromtimestamp(int(found[0]["value"]), UTC) if found else None


def set_settled(store: Store, until: datetime) -> None:
    """Note up to when owners have dealt with their mail."""
    with store.writing() as db:
        db.conn.execute(
            "INSERT OR REPLACE INTO settings VALUES ('settled', ?)", [str(int(until.timestamp()))]
        )
