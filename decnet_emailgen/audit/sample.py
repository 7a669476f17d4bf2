"""What is kept of a mail after it has been read once: little, so that memory stays flat."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from sys import intern

from decnet_emailgen.audit import kinds
from decnet_emailgen.audit.entry import Entry, Role
from decnet_emailgen.audit.kinds import Kind
from decnet_emailgen.audit.report import Offender
from decnet_emailgen.mail.parse import Mail


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail; the first of its copies that was met names the place.

    ``key`` is the Message-ID, or a digest where there is none. Addresses are in lower case.
    ``kind`` is what the subject's prefix, or without one the header, says; ``topic`` is the
    subject without any prefix, case-folded. ``machine`` tells mail made by programs; ``zoned``
    whether the Date's offset is its author's own. ``digest`` covers what the author wrote, so
    it is the same in all copies.
    """

    key: str
    message_id: str
    mailbox: str
    folder: str
    role: Role
    place: str
    date: datetime | None
    sender: str
    name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    kind: Kind
    topic: str
    in_reply_to: str
    references: tuple[str, ...]
    machine: bool
    zoned: bool
    attachments: int
    digest: bytes

    @property
    def human(self) -> bool:
        """Whether a person wrote it, to be read by others (no draft, no spam)."""
        return not self.machine and self.role not in ("drafts", "junk")

    @property
    def recipients(self) -> tuple[str, ...]:
        """To and Cc, nobody twice."""
        return tuple(dict.fromkeys((*self.to, *self.cc)))

    @property
    def parents(self) -> tuple[str, ...]:
        """Message-IDs it may answer, the likeliest first (RFC 5322 section 3.6.4)."""
        return tuple(dict.fromkeys(x for x in (self.in_reply_to, *self.references[::-1]) if x))

    def offender(self, why: str = "") -> Offender:
        """This mail as one that a check points at."""
        return Offender(self.mailbox, self.folder, self.place, self.message_id, why)


def sample(entry: Entry, mail: Mail) -> Sample:
    """What is kept of a mail."""
    digest = _digest(mail)
    return Sample(
        key=mail.message_id or digest.hex(),
        message_id=mail.message_id,
        mailbox=intern(entry.mailbox),
        folder=intern(entry.folder),
        role=entry.role,
        place=entry.place,
        date=mail.date,
        sender=intern(mail.sender.email.lower()),
        name=intern(mail.sender.name),
        to=_addresses(mail.to),
        cc=_addresses(mail.cc),
        kind=kinds.kind(mail),
        topic=intern(kinds.topic(mail.subject)),
        in_reply_to=intern(mail.in_reply_to),
        references=tuple(intern(each) for each in mail.references),
        machine=kinds.is_machine(mail),
        zoned=kinds.is_zoned(mail),
        attachments=len(mail.attachments),
        digest=digest,
    )


def _addresses(people: tuple[object, ...]) -> tuple[str, ...]:
    found = (str(getattr(person, "email", "")).lower() for person in people)
    return tuple(intern(address) for address in found if address)


def _digest(mail: Mail) -> bytes:
    words = " ".join((mail.text or mail.html).split())
    parts = (mail.sender.email.lower(), mail.first("Date"), mail.subject, words)
    whole = "\n".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(whole, digest_size=12).digest()
