"""The list of threads: by filter, page by page, quick in a store of a million mails.

What a list is sorted and filtered by stands in columns and tables of its own (``threads.last``,
``threads.size``, ``members``), kept true by triggers; only the threads of the page are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from decnet_emailgen.store import rows
from decnet_emailgen.store.connect import foreign_errors
from decnet_emailgen.store.rows import Row
from decnet_emailgen.store.store import CHUNK, Store

WRITTEN = ("written", "delivered")
SHOWN = (*WRITTEN, "purged")


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
    """What to list: part of an address, a decky, two instants, open or failed ones, words."""

    persona: str = ""
    decky: str = ""
    since: int | None = None
    open_only: bool = False
    failed_only: bool = False
    search: str = ""
    before: int | None = None


def threads(store: Store, wanted: Filter, *, limit: int, offset: int = 0) -> Iterator[ThreadLine]:
    """The threads that match, the latest last mail first; some hundreds are held at a time."""
    with _conditions(store, wanted) as (where, values):
        found = store.rows(
            f"SELECT t.id FROM threads t {where} ORDER BY t.last DESC, t.id LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
    for start in range(0, len(found), CHUNK):
        yield from _lines(store, [row["id"] for row in found[start : start + CHUNK]])


def count(store: Store, wanted: Filter) -> int:
    """How many threads match."""
    with _conditions(store, wanted) as (where, values):
        where = where.replace("+t.id IN", "t.id IN")
        found = store.rows(f"SELECT count(*) AS n FROM threads t {where}", values)
    return int(found[0]["n"])


OFTEN = 20_000
"""More threads than that are soon met by walking along their list; fewer are looked up."""


@contextmanager
def _conditions(store: Store, wanted: Filter) -> Iterator[tuple[str, list[Any]]]:
    """The conditions in SQL and their values; the threads with the words in a temporary table."""
    parts, values = list[str](), list[Any]()
    if wanted.persona:
        emails = addresses(store, wanted.persona)
        theirs = f"FROM members WHERE email IN ({_marks(emails)})"
        often = store.rows(f"SELECT count(*) AS n {theirs}", emails)[0]["n"] > OFTEN
        parts.append(f"{'+' * often}t.id IN (SELECT thread_id {theirs})")
        values += emails
    if wanted.decky:
        hosts = [h for h in _distinct(store, "threads", "hosts") if wanted.decky in _names(h)]
        parts.append(f"t.hosts IN ({_marks(hosts)})")
        values += hosts
    for condition, instant in (("t.last >= ?", wanted.since), ("t.last < ?", wanted.before)):
        if instant is not None:
            parts.append(condition)
            values.append(instant)
    for state, asked in (("planned", wanted.open_only), ("failed", wanted.failed_only)):
        if asked:
            parts.append(f"t.id IN (SELECT thread_id FROM messages WHERE state = '{state}')")
    if wanted.search:
        often = _find(store, match(wanted.search)) > OFTEN
        parts.append(f"{'+' * often}t.id IN (SELECT id FROM temp.found)")
    yield ("WHERE " + " AND ".join(parts) if parts else ""), values


def _find(store: Store, query: str) -> int:
    """Gather the threads that match the words, once for list and count; answers how many."""
    with foreign_errors(store.path):
        run = store.db.conn.execute
        run("CREATE TEMP TABLE IF NOT EXISTS asked (query TEXT)")
        if run("SELECT 1 FROM temp.asked WHERE query = ?", [query]).fetchone() is None:
            run("DROP TABLE IF EXISTS temp.found")
            run("CREATE TEMP TABLE found (id TEXT PRIMARY KEY) WITHOUT ROWID")
            run(
                "INSERT INTO temp.found SELECT DISTINCT m.thread_id FROM words CROSS JOIN "
                "messages m ON m.rowid = words.rowid WHERE words MATCH ?",
                [query],
            )
            run("DELETE FROM temp.asked")
            run("INSERT INTO temp.asked VALUES (?)", [query])
    return int(store.rows("SELECT count(*) AS n FROM temp.found")[0]["n"])


def _names(hosts: str) -> list[str]:
    return list(rows.from_json(hosts))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def addresses(store: Store, part: str) -> list[str]:
    """The addresses in the store that hold this text, whatever its case; no wildcards."""
    wanted = part.casefold()
    return [email for email in _distinct(store, "members", "email") if wanted in email.casefold()]


def _distinct(store: Store, table: str, column: str) -> list[str]:
    """The different values of an indexed column, found by leaps along its index."""
    found = store.rows(
        f"WITH RECURSIVE leaps (value) AS (SELECT min({column}) FROM {table} UNION ALL "
        f"SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM leaps "
        "WHERE value IS NOT NULL) SELECT value FROM leaps WHERE value IS NOT NULL"
    )
    return [row["value"] for row in found]


def match(words: str) -> str:
    """What a person typed as an FTS5 query: every word must occur, the last may go on.

    Words stand in quotation marks (https://sqlite.org/fts5.html, section 3), so nothing typed is
    syntax.
    """
    terms = re.findall(r"[^\W_]+", words)
    if not terms:
        return '""'
    return " ".join(f'"{term}"' for term in terms) + "*"


def _lines(store: Store, ids: Sequence[str]) -> Iterator[ThreadLine]:
    """The lines of these threads, in this order."""
    marks = _marks(ids)
    about = {r["id"]: r for r in store.rows(f"SELECT * FROM threads WHERE id IN ({marks})", ids)}
    mails: dict[str, list[Row]] = {thread: [] for thread in ids}
    for row in store.rows(
        "SELECT id, thread_id, sent, sender, state, subject FROM messages "
        f"WHERE thread_id IN ({marks}) ORDER BY sent",
        ids,
    ):
        mails[row["thread_id"]].append(row)
    others: dict[str, dict[str, None]] = {thread: {} for thread in ids}
    for row in store.rows(
        f"SELECT thread_id, email FROM members WHERE thread_id IN ({marks})", ids
    ):
        others[row["thread_id"]][row["email"]] = None
    for thread in ids:
        yield _line(about[thread], mails[thread], others[thread])


def _line(row: Row, mails: Sequence[Row], others: dict[str, None]) -> ThreadLine:
    states: dict[str, int] = {}
    for mail in mails:
        states[mail["state"]] = states.get(mail["state"], 0) + 1
    people = dict.fromkeys(mail["sender"] for mail in mails) | others
    subjects = (mail["subject"] for mail in mails if mail["state"] in SHOWN and mail["subject"])
    return ThreadLine(
        id=row["id"],
        started=row["started"],
        last=row["last"],
        subject=next(subjects, ""),
        topic=row["topic"],
        language=row["language"],
        deckies=tuple(rows.from_json(row["hosts"])),
        people=tuple(people),
        states=states,
    )
