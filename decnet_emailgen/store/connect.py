"""Opening the store: the file's mode, WAL, the busy timeout, migrations, clear errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from decnet_emailgen.errors import StoreError, TemporaryError

if TYPE_CHECKING:
    from sqlite_utils import Database

BUSY_SECONDS = 30


def connect(path: Path, *, create: bool = True) -> Database:
    """The database at that path, its schema brought up to date.

    Raises :class:`StoreError` if it is missing (and ``create`` is false), read-only, no store of
    ours or one of a newer emailgen, and :class:`TemporaryError` if it stays locked or the disk is
    full.
    """
    _must_be_a_file(path, create=create)
    with foreign_errors(path):
        _make_private(path)
        return _opened(path, sqlite3.connect(path, **_SETTINGS), writing=True)


def look(path: Path) -> Database:
    """The database at that path, only to be read: nothing is written, no lock is waited for.

    A store of an older schema is brought up to date first. Where neither the file nor its folder
    can be written, a store whose log has been checkpointed is read as it is (``immutable``, see
    https://sqlite.org/wal.html, "Read-Only Databases"). Raises as :func:`connect` does.
    """
    _must_be_a_file(path, create=False)
    uri = path.absolute().as_uri()
    with foreign_errors(path):
        try:
            db = _opened(path, sqlite3.connect(f"{uri}?mode=ro", uri=True, **_SETTINGS))
        except sqlite3.OperationalError:
            log = path.with_name(path.name + "-wal")
            if log.exists() and log.stat().st_size:
                raise
            db = _opened(path, sqlite3.connect(f"{uri}?immutable=1", uri=True, **_SETTINGS))
    if _old(db):
        db.close()
        connect(path, create=False).close()
        return look(path)
    return db


_SETTINGS: Any = {"timeout": BUSY_SECONDS, "isolation_level": None}


def _opened(path: Path, connection: sqlite3.Connection, *, writing: bool = False) -> Database:
    try:
        return _prepared(connection, path, writing=writing)
    except BaseException:
        connection.close()
        raise


def _prepared(connection: sqlite3.Connection, path: Path, *, writing: bool) -> Database:
    from sqlite_utils import Database

    from decnet_emailgen.store.schema import migrations

    _must_be_ours(connection, path, empty=writing)
    if writing:
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
    if writing and migrations.pending(db):
        migrations.apply(db)
    return db


def _old(db: Database) -> bool:
    """Whether the schema is of an older emailgen."""
    from decnet_emailgen.store.schema import migrations

    return bool(migrations.pending(db))


def _must_be_a_file(path: Path, *, create: bool) -> None:
    if path.exists():
        if path.is_dir():
            raise StoreError(f"{path}: a folder, not a store; name a file with --db")
        if not path.is_file():
            raise StoreError(f"{path}: a device or pipe, not a store; name a file with --db")
    elif not create:
        raise StoreError(f"{path}: no such store; emailgen seed makes one, or name it with --db")


def _must_be_ours(connection: sqlite3.Connection, path: Path, *, empty: bool) -> None:
    """Refuse another program's database before anything in it is changed."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables and not empty:
        raise StoreError(f"{path}: an empty file; emailgen seed fills it, or name another")
    if tables and "_sqlite_migrations" not in tables:
        raise StoreError(
            f"{path}: a database of another program; name emailgen's own store with --db"
        )


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
    if "unable to open" in text:
        return StoreError(
            f"{path}: cannot be opened; check the permissions of it and its folder, or change --db"
        )
    if "not a database" in text or "malformed" in text:
        return StoreError(f"{path}: not an emailgen store ({text}); name another with --db")
    return StoreError(f"{path}: {text}; check the file, or name another with --db")
