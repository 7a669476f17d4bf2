"""What a target is: the one interface behind which mail hosts and folders stand.

Four operations are all there is: put copies in, read them back, remove them, check the edge.
Verification, purge, export and the sources of the audit are made of these four, so a stranger
who brings a target (entry-point group ``decnet_emailgen.targets``) has to write no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from decnet_emailgen.mail.copies import Copy

State = Literal["delivered", "present", "failed", "skipped"]
Severity = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A copy of which only the name is known: what the ledger keeps, and what is taken out.

    ``place`` is where the target keeps it (a path, or a folder and UID), "" if unknown.
    """

    message_id: str
    mailbox: str
    folder: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one copy.

    ``delivered``: it is there now; ``present``: it was there before; ``skipped``: this target
    does not hold that copy, by its nature; ``failed``: it is not there, ``reason`` says why.
    """

    message_id: str
    mailbox: str
    folder: str
    state: State
    place: str = ""
    reason: str = ""

    @property
    def ref(self) -> Ref:
        """The copy by its names, to take it out again."""
        return Ref(self.message_id, self.mailbox, self.folder, self.place)


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of a ref that was to be removed; ``absent``: it was not there any more."""

    ref: Ref
    state: Literal["removed", "absent", "failed"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One mail as the target gives it back, ours or not.

    ``content`` has CRLF line ends, whatever the target stores; ``flags`` are IMAP flags and
    keywords; ``arrival`` is aware. A target without mailboxes (a spool) leaves ``mailbox`` empty.
    """

    mailbox: str
    folder: str
    message_id: str
    content: bytes
    flags: frozenset[str]
    arrival: datetime
    place: str

    @property
    def ref(self) -> Ref:
        """The mail by its names, to take it out."""
        return Ref(self.message_id, self.mailbox, self.folder, self.place)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for ``doctor``: how a thing stands, and what to do about it if it is not well."""

    severity: Severity
    what: str
    remedy: str = ""


@runtime_checkable
class Lists(Protocol):
    """A target that can tell what it lacks without reading mail back."""

    def lacks(self, copies: Sequence[Copy]) -> list[Copy]:
        """Those of the copies that are not there, in their order."""


class Target(Protocol):
    """A place that takes mail.

    Every operation raises :class:`~decnet_emailgen.errors.TargetError` when the target as a
    whole cannot be used, and reports a single copy's failure in its outcome.
    """

    @property
    def address(self) -> str:
        """The TARGET it was opened from; it holds no secret."""

    def put(self, copies: Sequence[Copy]) -> list[Outcome]:
        """Put copies in, any number in one call; one outcome a copy, in the same order.

        Repeating it is harmless: what is there already is ``present``. Such a copy gets the flags
        it has acquired since (a mail is read, then answered) and keeps those it has, and is moved
        if its owner has filed it since; it never moves back. A target without folders leaves it
        where it is. No reader of the target ever sees a part of a mail.
        """

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """Read mail back through the door its readers use: all of it, or only these copies."""

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Take mail out, one removal a ref, in the same order; repeating it is harmless.

        It is looked for in the ref's folder, and in the one that ``place`` names. Only a mail
        whose Message-ID is the ref's is touched; anything else is left alone.
        """

    def check(self) -> list[Finding]:
        """Try the edge without changing anything: what ``doctor`` prints."""


def outcome(copy: Copy, state: State, place: str = "", reason: str = "") -> Outcome:
    """The outcome of one copy."""
    return Outcome(copy.message_id, copy.mailbox, copy.folder, state, place, reason)
