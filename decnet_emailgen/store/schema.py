"""The schema of the store, as migrations: numbered, in a transaction each, applied on open."""

from __future__ import annotations

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
