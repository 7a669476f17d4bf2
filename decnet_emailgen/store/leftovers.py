"""What was begun and not ended: seeds that stopped half-way, picks that nobody put into words.

A pick is printed for ``emailgen generate``; the ledger knows it so that both agree. One that has
not been written within :data:`KEPT` never will be, most likely, and is forgotten: its record holds
all that is needed, so that ``generate`` takes it later all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from decnet_emailgen.store.store import Run, Store

KEPT = 86_400
"""Seconds after which a pick that nobody has written is forgotten."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A seed that has not come to its end: how many of its mails are missing.

    ``left`` is None where not even the plan is whole.
    """

    run: Run
    left: int | None


def unfinished(store: Store) -> list[Unfinished]:
    """The seeds that --resume would go on with, oldest first; failed mail counts as missing."""
    found = []
    for run in store.runs("seed"):
        left = None if run.state == "open" else _left(store, run)
        if run.state != "complete" and left != 0:
            found.append(Unfinished(run, left))
    return found


def _left(store: Store, run: Run) -> int:
    """Mails of the seed's own span that are planned, written but not delivered, or failed."""
    until = int(datetime.fromisoformat(run.started.split()[-1]).timestamp())
    states = ("planned", "written", "failed")
    return sum(store.count(state, until=until, run=run.id) for state in states)


def close_finished(store: Store) -> None:
    """Mark the seeds complete whose last mails others have brought (tick, deliver --pending)."""
    for run in store.runs("seed"):
        if run.state == "planned" and not _left(store, run):
            store.set_run(run.id, "complete")


def forget_picks(store: Store, now: datetime) -> int:
    """Forget the picks of more than :data:`KEPT` ago that nobody has written; how many."""
    old = store.rows(
        "SELECT id, thread_id FROM messages WHERE state = 'planned' AND sent < ? AND "
        "command = 'pick'",
        [int(now.timestamp()) - KEPT],
    )
    if not old:
        return 0
    with store.writing() as db:
        for row in old:
            db.conn.execute("DELETE FROM recipients WHERE message = ?", [row["id"]])
            db.conn.execute("DELETE FROM messages WHERE id = ?", [row["id"]])
        for thread in {row["thread_id"] for row in old}:
            _shrink(db.conn.execute, thread)
    return len(old)


def _shrink(run: Callable[..., object], thread: str) -> None:
    """Let a thread have the members of the mails that are left; without any it goes."""
    mails = "FROM messages WHERE thread_id = ?"
    run("DELETE FROM members WHERE thread_id = ?", [thread])
    run(f"INSERT OR IGNORE INTO members SELECT sender, thread_id {mails}", [thread])
    run(
        "INSERT OR IGNORE INTO members SELECT r.email, m.thread_id FROM messages m "
        "JOIN recipients r ON r.message = m.id WHERE m.thread_id = ?",
        [thread],
    )
    run(f"DELETE FROM threads WHERE id = ? AND NOT EXISTS (SELECT 1 {mails})", [thread, thread])


def news(store: Store, key: str, value: str) -> bool:
    """Whether this is not what was told last time under this key; it is remembered."""
    found = store.rows("SELECT value FROM settings WHERE key = ?", [key])
    if found and found[0]["value"] == value:
        return False
    with store.writing() as db:
        db.conn.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", [key, value])
    return True
