"""Opening the store: the file's mode, WAL, the busy timeout, migrations, clear errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from decnet_emailgen.errors import StoreError, TemporaryError

if TYPE_CHECKING:
    from sqlite_utils import Database

BUSY_SECONDS = 30


def connect(path: Path, *, create: bool = True) -> Database:
    """The database at that path, its schema brought up to date.

    Raises :class:`StoreError` if it is missing (and ``create`` is false), read-only, no database
    or one of a newer emailgen, and :class:`TemporaryError` if it stays locked or the disk is full.
    """
    if not path.exists() and not create:
        raise StoreError(f"{path}: no such store; emailgen seed makes one, or name it with --db")
    with foreign_errors(path):
        _make_private(path)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            return _prepared(connection, path)
        except BaseException:
            connection.close()
            raise


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    from sqlite_utils import Database

    from decnet_emailgen.store.schema import migrations

    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    db = Database(connection, execute_plugins=False)
    known = {migration.name for migration in migrations._migrations}
    newer = sorted({done.name for done in migrations.applied(db)} - known)
    if newer:
        raise StoreError(
            f"{path}: made by a newer emailgen (it has {newer[-1]}); upgrade emailgen, or name "
            "another store with --db"
        )
    if migrations.pending(db):
        migrations.apply(db)
    return db


def _make_private(path: Path) -> None:
    """Create the file with mode 0600, so that its WAL and shared memory get it too."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


@contextmanager
def foreign_errors(path: Path) -> Iterator[None]:
    """SQLite's and the system's errors as ours: one line, what, where, what to do."""
    try:
        yield
    except sqlite3.DatabaseError as exc:
        raise _translated(path, exc) from exc
    except IsADirectoryError as exc:
        raise StoreError(f"{path}: a folder, not a store; name a file with --db") from exc
    except FileNotFoundError as exc:
        raise StoreError(f"{path}: its folder does not exist; create it, or change --db") from exc
    except PermissionError as exc:
        raise StoreError(f"{path}: no permission; check its owner, or change --db") from exc
    except OSError as exc:
        raise StoreError(f"{path}: {exc.strerror}; check the path given with --db") from exc


def _translated(path: Path, exc: sqlite3.DatabaseError) -> StoreError | TemporaryError:
    text = str(exc)
    if "readonly" in text or "read-only" in text:
        return StoreError(f"{path}: read-only; give emailgen write access, or change --db")
    if "locked" in text or "busy" in text:
        return TemporaryError(f"{path}: locked by another process; try again later")
    if "full" in text:
        return TemporaryError(f"{path}: the disk is full; free some space and run again")
    if "not a database" in text or "malformed" in text:
        return StoreError(f"{path}: not an emailgen store ({text}); name another with --db")
    return StoreError(f"{path}: {text}; check the file, or name another with --db")
