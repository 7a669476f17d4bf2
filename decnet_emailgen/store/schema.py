"""The schema of the store, as migrations: numbered, in a transaction each, applied on open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database, Migrations

migrations = Migrations("emailgen")


@migrations(name="0001_ledger")
def _ledger(db: Database) -> None:
    """Runs, threads, messages, recipients, rejections and deliveries."""
    for statement in _LEDGER:
        db.execute(statement)


_LEDGER = (
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE runs (
        id TEXT PRIMARY KEY, command TEXT NOT NULL, arguments TEXT NOT NULL, seed TEXT NOT NULL,
        state TEXT NOT NULL, started TEXT NOT NULL)""",
    "CREATE INDEX runs_by_arguments ON runs (command, arguments)",
    """CREATE TABLE cursors (
        cast_name TEXT NOT NULL, stream TEXT NOT NULL, at REAL NOT NULL, rate REAL NOT NULL,
        PRIMARY KEY (cast_name, stream))""",
    """CREATE TABLE threads (
        id TEXT PRIMARY KEY, run TEXT NOT NULL, cast_name TEXT NOT NULL, hosts TEXT NOT NULL,
        story TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, facts TEXT NOT NULL,
        started INTEGER NOT NULL)""",
    """CREATE TABLE messages (
        id TEXT PRIMARY KEY, run TEXT NOT NULL, command TEXT NOT NULL,
        thread_id TEXT NOT NULL REFERENCES threads (id),
        message_id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, sent INTEGER NOT NULL,
        sender TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
        subject TEXT NOT NULL, text TEXT NOT NULL, content BLOB, writer TEXT NOT NULL,
        model TEXT NOT NULL, repairs TEXT NOT NULL, pick TEXT NOT NULL)""",
    "CREATE INDEX messages_by_thread ON messages (thread_id, sent)",
    "CREATE INDEX messages_by_state ON messages (state, sent)",
    "CREATE INDEX messages_by_parent ON messages (parent)",
    "CREATE INDEX messages_by_time ON messages (sent)",
    "CREATE INDEX messages_by_run ON messages (run, state)",
    """CREATE TABLE recipients (
        message TEXT NOT NULL REFERENCES messages (id), field TEXT NOT NULL, email TEXT NOT NULL,
        sender TEXT NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (message, field, email))
        WITHOUT ROWID""",
    "CREATE INDEX recipients_by_pair ON recipients (email, sender, sent)",
    """CREATE TABLE rejections (
        message TEXT NOT NULL REFERENCES messages (id), number INTEGER NOT NULL,
        reason TEXT NOT NULL, detail TEXT NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (message, number))""",
    """CREATE TABLE deliveries (
        message TEXT NOT NULL REFERENCES messages (id), decky TEXT NOT NULL, target TEXT NOT NULL,
        mailbox TEXT NOT NULL, folder TEXT NOT NULL, state TEXT NOT NULL, place TEXT NOT NULL,
        reason TEXT NOT NULL, verified INTEGER,
        PRIMARY KEY (message, decky, target, mailbox, folder)) WITHOUT ROWID""",
    "CREATE INDEX deliveries_by_state ON deliveries (state)",
    "CREATE INDEX threads_by_start ON threads (started)",
    """CREATE VIRTUAL TABLE words USING fts5(
        subject, text, content='messages', content_rowid='rowid',
        tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER words_written AFTER UPDATE OF text ON messages
        WHEN new.state = 'written' AND old.content IS NULL BEGIN
        INSERT INTO words (rowid, subject, text) VALUES (new.rowid, new.subject, new.text); END""",
    """CREATE TRIGGER words_removed AFTER DELETE ON messages WHEN old.content IS NOT NULL BEGIN
        INSERT INTO words (words, rowid, subject, text)
        VALUES ('delete', old.rowid, old.subject, old.text); END""",
    """CREATE TABLE things (
        cast_name TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, about TEXT NOT NULL,
        PRIMARY KEY (cast_name, kind, name)) WITHOUT ROWID""",
)


@migrations(name="0002_figures")
def _figures(db: Database) -> None:
    """What lists and figures are made of, beside the mails instead of inside them.

    A thread knows its last mail and its size, and who takes part (``members``); a mail knows its
    Date's offset, how long it was waited for and how many words it has. The index by state holds
    all that the figures need, so that no mail has to be read for them.
    """
    db.conn.create_function("offset_of", 1, offset_of, deterministic=True)
    db.conn.create_function("words_of", 1, words_of, deterministic=True)
    for statement in _FIGURES:
        db.execute(statement)


def offset_of(date: str) -> int:
    """Seconds east of UTC of an ISO 8601 time."""
    return int((datetime.fromisoformat(date).utcoffset() or timedelta()).total_seconds())


def words_of(text: str) -> int:
    """How many words a text has, by the blanks between them."""
    return len(text.split())


_FIGURES = (
    "ALTER TABLE messages ADD COLUMN shift INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE messages ADD COLUMN waited INTEGER",
    "ALTER TABLE messages ADD COLUMN length INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE threads ADD COLUMN last INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE threads ADD COLUMN size INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX messages_by_state",
    "DROP INDEX threads_by_start",
    """UPDATE messages SET shift = offset_of(json_extract(pick, '$.date')),
        length = words_of(text),
        waited = CASE kind WHEN 'reply' THEN
            sent - (SELECT p.sent FROM messages p WHERE p.message_id = messages.parent) END""",
    """UPDATE threads SET
        size = (SELECT count(*) FROM messages WHERE thread_id = threads.id
                AND state IN ('written', 'delivered')),
        last = coalesce((SELECT max(sent) FROM messages WHERE thread_id = threads.id
                AND state IN ('written', 'delivered', 'purged')), started)""",
    """CREATE TABLE members (
        email TEXT NOT NULL, thread_id TEXT NOT NULL REFERENCES threads (id),
        PRIMARY KEY (email, thread_id)) WITHOUT ROWID""",
    """INSERT OR IGNORE INTO members
        SELECT r.email, m.thread_id FROM recipients r JOIN messages m ON m.id = r.message""",
    "INSERT OR IGNORE INTO members SELECT sender, thread_id FROM messages",
    "CREATE INDEX members_by_thread ON members (thread_id)",
    """CREATE INDEX messages_by_state ON messages
        (state, sent, shift, waited, length, writer, model)""",
    "CREATE INDEX threads_by_last ON threads (last DESC, id)",
    "CREATE INDEX threads_by_hosts ON threads (hosts)",
    "CREATE INDEX threads_by_language ON threads (language, size)",
    "CREATE INDEX rejections_by_reason ON rejections (reason)",
    """CREATE TRIGGER threads_grow AFTER UPDATE OF state ON messages
        WHEN new.state IN ('written', 'delivered') AND old.state NOT IN ('written', 'delivered')
        BEGIN UPDATE threads SET size = size + 1, last = max(last, new.sent)
        WHERE id = new.thread_id; END""",
    """CREATE TRIGGER threads_shrink AFTER UPDATE OF state ON messages
        WHEN old.state IN ('written', 'delivered') AND new.state NOT IN ('written', 'delivered')
        BEGIN UPDATE threads SET size = size - 1,
        last = coalesce((SELECT max(sent) FROM messages WHERE thread_id = new.thread_id
            AND state IN ('written', 'delivered', 'purged')), started)
        WHERE id = new.thread_id; END""",
)


@migrations(name="0003_likeness")
def _likeness(db: Database) -> None:
    """Hashes of the mails' phrases, by which mails that are alike find each other."""
    for statement in _LIKENESS:
        db.execute(statement)


_LIKENESS = (
    "CREATE TABLE marked (message TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE marks (mark INTEGER NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (mark, number)) WITHOUT ROWID""",
    """CREATE TRIGGER marked_removed AFTER DELETE ON messages BEGIN
        DELETE FROM marked WHERE message = old.id; END""",
)
