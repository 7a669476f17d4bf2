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
        key = (copy.mailbox, copy.folder, copy.message_id)
        place = f"{copy.mailbox}/{copy.folder}/{copy.stem}"
        if key in self._kept:
            known = self._kept[key]
            self._kept[key] = replace(known, flags=known.flags | copy.flags)
            return outcome(copy, "present", place)
        self._kept[key] = Found(
            copy.mailbox,
            copy.folder,
            copy.message_id,
            copy.content,
            copy.flags,
            copy.arrival,
            place,
        )
        return outcome(copy, "delivered", place)

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """All that is kept, or these copies of it."""
        if copies is None:
            return iter(self.mails)
        keys = dict.fromkeys((copy.mailbox, copy.folder, copy.message_id) for copy in copies)
        return iter([self._kept[key] for key in keys if key in self._kept])

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Forget mails."""

        def drop(ref: Ref) -> Removal:
            gone = self._kept.pop((ref.mailbox, ref.folder, ref.message_id), None)
            return Removal(ref, "removed" if gone else "absent")

        return [drop(ref) for ref in refs]

    def check(self) -> list[Finding]:
        """Always well."""
        return [Finding("ok", f"{self._address} is in memory")]
