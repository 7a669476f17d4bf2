"""Mails that may be alike, found by a few hashes of their phrases.

What the hashes are of is the caller's affair; here they are 64-bit numbers, some a mail. A mail is
marked once, when somebody needs to know, so that nobody else pays for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from decnet_emailgen.store.store import Store

CHUNK = 5000
HOLDERS = 24
"""So many mails are looked at for one hash; what more mails share is a common phrase."""


def unmarked(store: Store) -> Iterator[list[tuple[int, str, str]]]:
    """The written mails that have no marks yet: number, id and text, some thousands at once."""
    after = 0
    while True:
        found = store.rows(
            "SELECT rowid AS number, id, text FROM messages m WHERE rowid > ? AND text != '' AND "
            "NOT EXISTS (SELECT 1 FROM marked WHERE message = m.id) ORDER BY rowid LIMIT ?",
            [after, CHUNK],
        )
        if not found:
            return
        after = found[-1]["number"]
        yield [(row["number"], row["id"], row["text"]) for row in found]


def mark(store: Store, mails: Iterable[tuple[int, str, Sequence[int]]]) -> None:
    """Keep the marks of mails: number, id, hashes."""
    entries = list(mails)
    pairs = sorted((_signed(mark), number) for number, _, marks in entries for mark in marks)
    with store.writing() as db:
        db.conn.executemany("INSERT OR IGNORE INTO marks VALUES (?, ?)", pairs)
        db.conn.executemany(
            "INSERT OR IGNORE INTO marked VALUES (?)", [(message,) for _, message, _ in entries]
        )


def sharing(store: Store, marks: Sequence[int]) -> list[tuple[str, str]]:
    """Mails that have one of these marks, by id and text."""
    one = f"SELECT * FROM (SELECT number FROM marks WHERE mark = ? LIMIT {HOLDERS})"
    numbers = " UNION ".join([one] * len(marks))
    found = store.rows(
        f"SELECT id, text FROM messages WHERE rowid IN ({numbers})", [_signed(m) for m in marks]
    )
    return [(row["id"], row["text"]) for row in found]


def latest(store: Store, sender: str, most: int) -> list[str]:
    """The texts of an author's latest mails, newest first."""
    found = store.rows(
        "SELECT m.text FROM members b JOIN messages m ON m.thread_id = b.thread_id "
        "WHERE b.email = ? AND m.sender = ? AND m.text != '' ORDER BY m.sent DESC LIMIT ?",
        [sender, sender, most],
    )
    return [row["text"] for row in found]


def _signed(mark: int) -> int:
    """A 64-bit number as SQLite holds it."""
    return mark - 2**64 if mark >= 2**63 else mark
