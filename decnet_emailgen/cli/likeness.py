"""What has been written before, in the store and in this run, for the check on near-duplicates."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from decnet_emailgen.generate.shingles import ALIKE, INDEXED, Memory, jaccard, shingles, sketch
from decnet_emailgen.generate.wear import LATEST, Wear

if TYPE_CHECKING:
    from decnet_emailgen.store import Store


class Known:
    """All mails of a store, found by the marks it keeps, and those of this run, in memory.

    Safe for several threads; each looks into the store through a connection of its own.
    """

    def __init__(self, db: Path) -> None:
        self._db = db
        self._new = Memory()
        self._lock = threading.Lock()
        self._local = threading.local()
        self.wear = Wear(self._latest)
        if db.exists():
            _mark_all(self._store())

    def add(self, key: str, marks: frozenset[int]) -> None:
        """Remember a text of this run."""
        with self._lock:
            self._new.add(key, marks)

    def alike(self, marks: frozenset[int]) -> str:
        """The id of a text that is nearly the same, or nothing."""
        if not marks:
            return ""
        with self._lock:
            found = self._new.alike(marks)
        return found or self._stored(marks)

    def _stored(self, marks: frozenset[int]) -> str:
        from decnet_emailgen.store import likeness

        if not self._db.exists():
            return ""
        for key, text in likeness.sharing(self._store(), sketch(marks)[:INDEXED]):
            if jaccard(marks, shingles(text)) > ALIKE:
                return key
        return ""

    def _latest(self, author: str) -> list[str]:
        """The texts of an author's latest mails."""
        from decnet_emailgen.store import likeness

        return likeness.latest(self._store(), author, LATEST) if self._db.exists() else []

    def _store(self) -> Store:
        from decnet_emailgen.store import Store

        if not hasattr(self._local, "store"):
            self._local.store = Store.open(self._db, create=False)
        store: Store = self._local.store
        return store


def _mark_all(store: Store) -> None:
    """Mark the mails that have been written since this was last done."""
    from decnet_emailgen.store import likeness

    for mails in likeness.unmarked(store):
        likeness.mark(
            store, ((number, key, sketch(shingles(text))[:INDEXED]) for number, key, text in mails)
        )
