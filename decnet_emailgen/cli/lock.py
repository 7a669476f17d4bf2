"""One writer at a time: seed and tick hold a lock beside the store while they work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from decnet_emailgen.errors import StoreError, TemporaryError


class LockedError(TemporaryError):
    """Another seed or tick is at work on this store."""


@contextmanager
def hold(db: Path, command: str) -> Iterator[None]:
    """Hold the lock of the store at ``db``; the system lets it go if the process dies.

    Raises :class:`LockedError` at once if another process holds it.
    """
    path = db.with_name(db.name + ".lock")
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise StoreError(
            f"{path}: {exc.strerror}; the folder of the store must exist and be writable"
        ) from exc
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise LockedError(
                f"{db}: another emailgen is at work on it; {command} again when it has ended"
            ) from exc
        yield
    finally:
        os.close(handle)
