"""What the page shows, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address, as a mail's header has them."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its name, MIME type and size in octets."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A mailbox (its address) and the folder in it that holds a mail."""

    mailbox: str
    folder: str
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. ``when`` is aware, in its author's offset; ``own`` is the author's text, without
    ``signature`` and ``quoted``; ``words`` counts what the author wrote; ``kind`` is that of
    :class:`decnet_emailgen.records.Pick`; ``machine`` tells mail that a program made; ``rejected``
    are reasons and details.
    """

    id: str
    thread: str
    message_id: str
    parent: str
    kind: str
    when: datetime
    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    bcc: tuple[Person, ...]
    subject: str
    own: str
    signature: str
    quoted: str
    words: int
    language: str
    writer: str
    files: tuple[File, ...] = ()
    copies: tuple[Copy, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()
    machine: bool = False

    @property
    def recipients(self) -> tuple[Person, ...]:
        """To, Cc and Bcc, in that order."""
        return (*self.to, *self.cc, *self.bcc)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Mails by time. ``zones`` (IANA) and ``names`` are those of mailboxes, by address;
    ``rejections`` counts the answers of writers that were rejected, by reason, those for mails
    that failed included.
    """

    letters: tuple[Letter, ...]
    zones: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    rejections: Mapping[str, int] = field(default_factory=dict)
    organisation: str = ""
