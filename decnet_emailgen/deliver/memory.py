"""A target in memory: the fake for tests of whatever delivers, public like the interface."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, outcome
from decnet_emailgen.mail.copies import Copy


class MemoryTarget:
    """Keeps copies in the order in which they came; ``mails`` shows them."""

    def __init__(self, address: str = "memory:") -> None:
        self._address = address
        self._kept: dict[tuple[str, str, str], Found] = {}

    @property
    def address(self) -> str:
        """What it was opened from."""
        return self._address

    @property
    def mails(self) -> list[Found]:
        """All that is kept."""
        return list(self._kept.values())

    def put(self, copies: Sequence[Copy]) -> list[Outcome]:
        """Keep copies."""
        return [self._put(copy) for copy in copies]

    def _put(self, copy: Copy) -> Outcome:
        key = self._key(copy)
        if key is not None:
            known = self._kept.pop(key)
            folder = copy.where if copy.where != copy.folder else known.folder
            found = replace(known, folder=folder, flags=known.flags | copy.flags)
        else:
            found = Found(
                copy.mailbox,
                copy.where,
                copy.message_id,
                copy.content,
                copy.flags,
                copy.arrival,
                "",
            )
        place = f"{found.mailbox}/{found.folder}/{copy.stem}"
        self._kept[found.mailbox, found.folder, found.message_id] = replace(found, place=place)
        return outcome(copy, "delivered" if key is None else "present", place)

    def _key(self, copy: Copy) -> tuple[str, str, str] | None:
        """Where the copy is kept, in any of its folders."""
        for folder in (copy.where, *copy.elsewhere):
            if (copy.mailbox, folder, copy.message_id) in self._kept:
                return copy.mailbox, folder, copy.message_id
        return None

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """All that is kept, or these copies of it."""
        if copies is None:
            return iter(self.mails)
        keys = dict.fromkeys(self._key(copy) for copy in copies)
        return iter([self._kept[key] for key in keys if key is not None])

    def lacks(self, copies: Sequence[Copy]) -> list[Copy]:
        """Those that are not kept."""
        return [copy for copy in copies if self._key(copy) is None]

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Forget mails."""

        def drop(ref: Ref) -> Removal:
            placed = ref.place.split("/", 1)[-1].rpartition("/")[0]
            keys = [(ref.mailbox, name, ref.message_id) for name in (ref.folder, placed)]
            gone = [self._kept.pop(key) for key in keys if key in self._kept]
            return Removal(ref, "removed" if gone else "absent")

        return [drop(ref) for ref in refs]

    def check(self) -> list[Finding]:
        """Always well."""
        return [Finding("ok", f"{self._address} is in memory")]
