"""The store as the commands use it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from decnet_emailgen.records import Delivery, Draft, Pick, Rejection
from decnet_emailgen.store import rows
from decnet_emailgen.store.connect import connect, foreign_errors, look
from decnet_emailgen.store.rows import Row

if TYPE_CHECKING:
    from sqlite_utils import Database

Planned = tuple[Iterable[Pick], Iterable[tuple[str, str, Mapping[str, str]]]]
"""A thread's mails, and the things it is about: kind, name, what is known."""

CHUNK = 400
"""Threads or messages that are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Run:
    """One call of seed, tick or pick: its arguments as JSON, its seed, whether it is complete."""

    id: str
    command: str
    arguments: str
    seed: str
    state: str = "open"
    started: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a stream of a cast's mail has been simulated (Unix time), and at what rate."""

    cast: str
    stream: str
    at: float
    rate: float


class Store:
    """An open store. Use it as a context manager; every write is one transaction."""

    def __init__(self, path: Path, db: Database, *, read_only: bool = False) -> None:
        self.path = path
        self.db = db
        self.read_only = read_only

    @classmethod
    def open(cls, path: Path, *, create: bool = True, read_only: bool = False) -> Store:
        """Open or create the store, or only look; raises :class:`StoreError` if that cannot be."""
        found = look(path) if read_only else connect(path, create=create)
        return cls(path, found, read_only=read_only)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction that takes the write lock at once."""
        with foreign_errors(self.path):
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.conn.execute("ROLLBACK")
                raise
            self.db.conn.execute("COMMIT")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query."""
        with foreign_errors(self.path):
            return list(self.db.query(sql, values))

    # What an installation keeps

    def seed(self, wanted: str | None = None) -> str:
        """The seed of this installation, made once (as ``wanted``, or by chance) and then kept."""
        found = self.rows("SELECT value FROM settings WHERE key = 'seed'")
        if found:
            return str(found[0]["value"])
        made = secrets.token_hex(16) if wanted is None else wanted
        if self.read_only:
            return made
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO settings VALUES ('seed', ?)", [made])
        return self.seed()

    def cursors(self) -> list[Cursor]:
        """How far each stream has come, oldest stream first."""
        found = self.rows("SELECT * FROM cursors ORDER BY rowid")
        return [Cursor(r["cast_name"], r["stream"], r["at"], r["rate"]) for r in found]

    def move_cursor(self, cursor: Cursor) -> None:
        """Remember how far a stream has come."""
        with self.writing() as db:
            db.execute(
                "INSERT INTO cursors VALUES (?, ?, ?, ?) ON CONFLICT (cast_name, stream) "
                "DO UPDATE SET at = excluded.at, rate = excluded.rate",
                [cursor.cast, cursor.stream, cursor.at, cursor.rate],
            )

    # Runs

    def add_run(self, run: Run) -> None:
        """Remember that a run has begun."""
        with self.writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?)",
                [run.id, run.command, run.arguments, run.seed, run.state, run.started],
            )

    def set_run(self, run_id: str, state: str) -> None:
        """Change a run's state: ``open``, ``planned`` or ``complete``."""
        with self.writing() as db:
            db.execute("UPDATE runs SET state = ? WHERE id = ?", [state, run_id])

    def runs(self, command: str, arguments: str | None = None) -> list[Run]:
        """The runs of a command (with exactly these arguments), oldest first."""
        if arguments is None:
            found = self.rows("SELECT * FROM runs WHERE command = ? ORDER BY rowid", [command])
        else:
            found = self.rows(
                "SELECT * FROM runs WHERE command = ? AND arguments = ? ORDER BY rowid",
                [command, arguments],
            )
        return [Run(**row) for row in found]

    def has_run(self, run_id: str) -> bool:
        """Whether there is such a run."""
        return bool(self.rows("SELECT 1 FROM runs WHERE id = ?", [run_id]))

    # planned

    def plan(self, command: str, cast: str, threads: Iterable[Planned]) -> None:
        """Keep planned threads and the things they are about; what is there already stays."""
        with self.writing() as db:
            for picks, things in threads:
                for pick in picks:
                    self._plan_one(db, command, cast, pick)
                db.conn.executemany(
                    "INSERT OR IGNORE INTO things VALUES (?, ?, ?, ?)",
                    [(cast, kind, name, rows.to_json(about)) for kind, name, about in things],
                )

    @staticmethod
    def _plan_one(db: Database, command: str, cast: str, pick: Pick) -> None:
        row = rows.message_row(pick, command)
        db.conn.execute(
            "INSERT OR IGNORE INTO threads (id, run, cast_name, hosts, story, topic, language, "
            "facts, started, last) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                pick.thread_id,
                pick.run,
                cast,
                rows.to_json([host.name for host in pick.hosts]),
                pick.beat.story,
                pick.topic,
                pick.language,
                rows.to_json(pick.beat.facts),
                row["sent"],
                row["sent"],
            ],
        )
        db.conn.execute(
            "INSERT OR IGNORE INTO messages VALUES (:id, :run, :command, :thread_id, :message_id,"
            " :parent, :sent, :sender, :kind, 'planned', '', '', '', NULL, '', '', '[]', :pick,"
            " :shift, :waited, 0)",
            row,
        )
        db.conn.executemany(
            "INSERT OR IGNORE INTO members VALUES (?, ?)", list(rows.member_rows(pick))
        )
        db.conn.executemany(
            "INSERT OR IGNORE INTO recipients VALUES (?, ?, ?, ?, ?)",
            list(rows.recipient_rows(pick)),
        )

    def count(self, state: str, *, until: int | None = None, run: str | None = None) -> int:
        """How many messages are in a state, sent before an instant, of a run."""
        found = self.rows(
            "SELECT count(*) AS n FROM messages WHERE state = ? AND sent < ?"
            + (" AND run = ?" if run else ""),
            [state, until if until is not None else 2**62, *([run] if run else [])],
        )
        return int(found[0]["n"])

    def planned(
        self, until: int, *, commands: Sequence[str], run: str = ""
    ) -> Iterator[list[Pick]]:
        """Thread by thread, the planned mails (of a run) due before an instant, with their chains.

        A mail whose parent failed is marked as failed here and left out.
        """
        marks = ",".join("?" * len(commands))
        ids = [
            row["thread_id"]
            for row in self.rows(
                "SELECT thread_id, min(sent) AS first FROM messages WHERE state = 'planned' AND "
                f"sent < ? AND command IN ({marks}){' AND run = ?' if run else ''} "
                "GROUP BY thread_id ORDER BY first",
                [until, *commands, *([run] if run else [])],
            )
        ]
        for start in range(0, len(ids), CHUNK):
            for thread in self._threads(ids[start : start + CHUNK]):
                due = self._due(thread, until)
                if due:
                    yield due

    def _due(self, thread: list[Row], until: int) -> list[Pick]:
        lost = {row["message_id"] for row in thread if row["state"] == "failed"}
        orphans, due = [], []
        for row, pick in rows.chained(thread):
            if row["state"] != "planned" or row["sent"] >= until:
                continue
            if row["parent"] in lost:
                lost.add(row["message_id"])
                orphans.append(row["id"])
            else:
                due.append(pick)
        for orphan in orphans:
            self.fail(orphan, "the mail it answers was not written")
        return due

    def _threads(self, ids: Sequence[str]) -> Iterator[list[Row]]:
        """All rows of some threads, thread by thread in the order asked for, by time."""
        marks = ",".join("?" * len(ids))
        found: dict[str, list[Row]] = {thread: [] for thread in ids}
        query = f"SELECT * FROM messages WHERE thread_id IN ({marks}) ORDER BY sent"
        for row in self.rows(query, list(ids)):
            found[row["thread_id"]].append(row)
        yield from found.values()

    # written

    def write(self, drafts: Iterable[Draft]) -> None:
        """Keep written mails, with their bytes and rejections."""
        with self.writing() as db:
            for draft in drafts:
                db.conn.execute(
                    "UPDATE messages SET state = 'written', reason = '', subject = ?, text = ?, "
                    "content = ?, writer = ?, model = ?, repairs = ?, length = ? WHERE id = ? "
                    "AND state IN ('planned', 'failed')",
                    [
                        draft.subject,
                        draft.text,
                        draft.message.encode("utf-8", "surrogateescape"),
                        draft.writer,
                        draft.model,
                        rows.to_json(draft.repairs),
                        len(draft.text.split()),
                        draft.pick.id,
                    ],
                )
                self._reject(db, draft.pick.id, draft.rejections)

    @staticmethod
    def _reject(db: Database, message: str, rejections: Sequence[Rejection]) -> None:
        db.conn.executemany(
            "INSERT OR REPLACE INTO rejections VALUES (?, ?, ?, ?, ?)",
            [(message, n, r.reason, r.detail, r.text) for n, r in enumerate(rejections, 1)],
        )

    def refuse(self, message: str, rejections: Sequence[Rejection]) -> None:
        """Keep the refused answers to a mail that is still being written."""
        with self.writing() as db:
            self._reject(db, message, rejections)

    def refused(self) -> dict[str, tuple[Rejection, ...]]:
        """The refused answers to mails that are still to be written, by their ids."""
        found: dict[str, tuple[Rejection, ...]] = {}
        for row in self.rows(
            "SELECT r.* FROM messages AS m JOIN rejections AS r ON r.message = m.id "
            "WHERE m.state = 'planned' ORDER BY r.message, r.number"
        ):
            answer = Rejection(row["reason"], row["detail"], row["text"])
            found[row["message"]] = (*found.get(row["message"], ()), answer)
        return found

    def fail(self, message: str, reason: str, rejections: Sequence[Rejection] = ()) -> None:
        """Mark a mail as failed; it is never threaded, and its answers fail with it."""
        with self.writing() as db:
            db.execute(
                "UPDATE messages SET state = 'failed', reason = ? WHERE id = ?", [reason, message]
            )
            self._reject(db, message, rejections)

    def retry(self, run: str) -> None:
        """Let the failed mails of a run be written again."""
        with self.writing() as db:
            db.execute(
                "UPDATE messages SET state = 'planned', reason = '' WHERE run = ? AND "
                "state = 'failed'",
                [run],
            )

    # delivered

    def undelivered(self, *, run: str | None = None) -> Iterator[list[Draft]]:
        """Written mails that some target still lacks, by time, some hundreds at once."""
        after: tuple[int, str] = (-(2**62), "")
        while True:
            found = self.rows(
                "SELECT * FROM messages WHERE state = 'written' AND (sent, id) > (?, ?)"
                + (" AND run = ?" if run else "")
                + " ORDER BY sent, id LIMIT ?",
                [*after, *([run] if run else []), CHUNK],
            )
            if not found:
                return
            after = (found[-1]["sent"], found[-1]["id"])
            yield [rows.draft(row, rows.bare_pick(row)) for row in found]

    def deliver(self, message: str, deliveries: Sequence[Delivery]) -> None:
        """Keep what became of a mail's copies; see :meth:`deliver_many`."""
        self.deliver_many([(message, deliveries)])

    def deliver_many(self, batch: Iterable[tuple[str, Sequence[Delivery]]]) -> None:
        """Keep what became of copies; a mail is delivered when none of its copies is missing."""
        with self.writing() as db:
            for message, deliveries in batch:
                db.conn.executemany(
                    "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [rows.delivery_row(message, delivery) for delivery in deliveries],
                )
                bad = [d for d in deliveries if d.state == "failed"]
                db.conn.execute(
                    "UPDATE messages SET state = ?, reason = ? WHERE id = ?",
                    ["written", bad[0].reason, message] if bad else ["delivered", "", message],
                )

    def texts(self, most: int) -> Iterator[tuple[str, str]]:
        """The latest written texts, newest first, by the ids of their mails."""
        found = self.rows(
            "SELECT id, text FROM messages WHERE text != '' ORDER BY sent DESC LIMIT ?", [most]
        )
        yield from ((row["id"], row["text"]) for row in found)

    def answers(self, message_ids: Sequence[str]) -> list[tuple[str, str, str, int]]:
        """What answers or forwards these Message-IDs: parent, sender, kind, sent."""
        marks = ",".join("?" * len(message_ids))
        found = self.rows(
            f"SELECT parent, sender, kind, sent FROM messages WHERE parent IN ({marks}) "
            "AND +state IN ('written', 'delivered')",
            list(message_ids),
        )
        return [(row["parent"], row["sender"], row["kind"], row["sent"]) for row in found]

    def unsettled(self, since: int, last: int, until: int) -> Iterator[list[Draft]]:
        """Delivered mails sent since then, and those answered in [last, until), by time."""
        found = self.rows(
            "SELECT * FROM messages WHERE state = 'delivered' AND sent >= ? UNION ALL "
            "SELECT * FROM messages WHERE +state = 'delivered' AND +sent < ? AND message_id IN "
            "(SELECT parent FROM messages WHERE sent >= ? AND sent < ?) ORDER BY sent, id",
            [since, since, last, until],
        )
        for start in range(0, len(found), CHUNK):
            lot = found[start : start + CHUNK]
            yield [rows.draft(row, rows.bare_pick(row)) for row in lot]

    def message(self, message_id: str) -> Row | None:
        """A message by its id or its Message-ID."""
        found = self.rows(
            "SELECT * FROM messages WHERE id = ? OR message_id = ?", [message_id, message_id]
        )
        return found[0] if found else None
