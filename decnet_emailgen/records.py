"""The records that travel between the steps, as JSON Lines (RFC 8259, one object a line).

A :class:`Pick` is a decision (who writes to whom, when, about what), a :class:`Draft` is a pick
with its words and bytes, a :class:`Receipt` is a draft with what became of each of its copies.
Each carries all before it, so that ``emailgen pick | emailgen generate | emailgen deliver`` needs
nothing but the pipe. Every record names its ``version``; a newer one than :data:`VERSION` is
refused, an older one is read.

Conventions: times are ISO 8601 with offset and whole seconds; addresses are RFC 5321 mailboxes
without display name; languages are ISO 639-1 codes, with a region where spelling depends on it
(``pt-BR``); zones are IANA names; ids are lower-case hexadecimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

import msgspec

from decnet_emailgen.errors import InputError

VERSION = 1

Kind = Literal["new", "reply", "forward", "followup"]
FactKind = Literal["text", "date", "time", "money", "number", "person"]


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a mail: a mailbox (RFC 5322 section 3.4) and what the writer knows of its owner.

    ``outside`` is true for correspondents, whose mailbox is on somebody else's server.
    """

    name: str
    email: str
    role: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Author(Party):
    """Who writes this mail, and how that person writes.

    ``mannerisms`` are those chosen for this mail (at most two), ``client`` is the mail-client
    profile used for it, ``ui_language`` the language of that client's menus, ``timezone`` the
    author's IANA zone.
    """

    department: str = ""
    organisation: str = ""
    tone: str = "direct"
    tone_custom: str = ""
    mannerisms: tuple[str, ...] = ()
    signature: str = ""
    uses_llms_heavily: bool = False
    timezone: str = "UTC"
    client: str = "thunderbird"
    ui_language: str = "en"


@dataclass(frozen=True, slots=True)
class Host:
    """The decky on which a thread lives: DECNET's id and name, and its services."""

    id: str
    name: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a thread is about; fixed when the thread starts.

    ``value`` is written for machines whatever the language: a date is ``2026-11-30``, a time
    ``14:30``, money ``1250.00 EUR``, a person ``Name <address>``; the writer gives it the form
    of its language.
    """

    name: str
    kind: FactKind
    value: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail: all that its bytes follow from, so that it is the same file
    wherever it is passed on.

    ``kind`` is what it is (``invoice``, ``minutes``, ``document`` …), ``key`` the source of
    everything random about it, ``made`` when it was last saved, ``author`` who saved it (empty for
    papers that a program prints). ``issuer`` and ``addressee`` are organisations; ``version``
    counts the states of one document in its thread.
    """

    kind: str
    name: str
    key: str
    made: str
    language: str
    author: str = ""
    issuer: str = ""
    addressee: str = ""
    version: int = 1
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """Where a thread's story stands, and what this mail has to do in it.

    ``step`` counts from 1 to ``steps``; ``relation`` is the recipient as the author sees it
    (colleague, manager, report, customer, supplier, outside); ``formal`` chooses the form of
    address (Sie/usted/vous) in languages that have one; ``private`` is for chat that is not about
    work; ``attachments`` are the files that go with this mail.
    """

    story: str
    beat: str
    intent: str
    step: int = 1
    steps: int = 1
    relation: str = "colleague"
    formal: bool = False
    facts: tuple[Fact, ...] = ()
    private: bool = False
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """A mail further up the thread: what its reader's mail client knows when it quotes it.

    ``text`` is what its author wrote (greeting and sign-off included), without the signature
    block, the phone line and anything quoted; it is empty until that mail has been written.
    """

    message_id: str
    date: str
    sender: Author
    to: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    subject: str = ""
    text: str = ""
    kind: Kind = "new"


@dataclass(frozen=True, slots=True)
class Pick:
    """A decision: one mail that is to be written.

    ``thread`` holds the mails this one answers or forwards, oldest first and its parent last
    (the chain that RFC 5322 section 3.6.4 puts into References); empty for a new thread.
    ``hosts`` are the deckies that hold a mailbox of the thread's people, the first being the
    one the decision was made for. ``id`` is the key of everything random about this mail.
    """

    id: str
    run: str
    hosts: tuple[Host, ...]
    thread_id: str
    message_id: str
    date: str
    kind: Kind
    sender: Author
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]
    language: str
    topic: str
    beat: Beat
    thread: tuple[Earlier, ...] = ()
    description: str = ""
    record: Literal["pick"] = "pick"
    version: int = VERSION

    @property
    def parent(self) -> Earlier | None:
        """The mail this one answers or forwards, if any."""
        return self.thread[-1] if self.thread else None

    @property
    def references(self) -> tuple[str, ...]:
        """Message-IDs of the thread so far, oldest first, the parent's last."""
        return tuple(mail.message_id for mail in self.thread)

    @property
    def is_reply(self) -> bool:
        """Whether this mail answers another."""
        return self.kind in ("reply", "followup")

    @property
    def when(self) -> datetime:
        """The Date of the mail, aware, in the author's zone's offset."""
        return datetime.fromisoformat(self.date)

    @property
    def recipients(self) -> tuple[Party, ...]:
        """To, Cc and Bcc, in that order."""
        return (*self.to, *self.cc, *self.bcc)


@dataclass(frozen=True, slots=True)
class Rejection:
    """An answer of a writer that the gate did not let pass: a reason code, a detail, the text."""

    reason: str
    detail: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A pick with its words and its bytes.

    ``subject`` is the Subject as the mail client writes it, prefix included; ``text`` is what
    the author wrote (see :class:`Earlier`); ``message`` is the whole mail as the author's
    client stored it in Sent, CRLF line ends, decoded as UTF-8.
    """

    pick: Pick
    subject: str
    text: str
    message: str
    writer: str
    model: str = ""
    repairs: tuple[str, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    record: Literal["draft"] = "draft"
    version: int = VERSION

    def as_earlier(self) -> Earlier:
        """This mail as the next one in its thread sees it."""
        pick = self.pick
        return Earlier(
            message_id=pick.message_id,
            date=pick.date,
            sender=pick.sender,
            to=pick.to,
            cc=pick.cc,
            subject=self.subject,
            text=self.text,
            kind=pick.kind,
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one copy of a mail: where it was put, or why not.

    ``target`` is the address of the target without secrets; ``place`` is where the target keeps
    the copy (a path, or a folder and UID); ``verified`` is None where nobody looked.
    """

    decky: str
    target: str
    mailbox: str
    folder: str
    state: Literal["delivered", "present", "failed", "skipped"]
    place: str = ""
    reason: str = ""
    verified: bool | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A draft with what became of each of its copies."""

    draft: Draft
    deliveries: tuple[Delivery, ...]
    record: Literal["receipt"] = "receipt"
    version: int = VERSION


Record = TypeVar("Record", Pick, Draft, Receipt)


class _Header(msgspec.Struct):
    record: str = ""
    version: int = 0


def encode(record: Pick | Draft | Receipt) -> str:
    """A record as one line of JSON, without the line end."""
    return msgspec.json.encode(record).decode()


def decode(line: str | bytes, kind: type[Record], where: str = "standard input") -> Record:
    """One line of JSON as a record of the given kind.

    Raises :class:`InputError`, naming ``where``, for anything that is not such a record and for
    a record of a newer version than this program knows.
    """
    wanted = kind.__name__.lower()
    try:
        header = msgspec.json.decode(line, type=_Header)
    except msgspec.DecodeError as exc:
        raise InputError(
            f"{where}: not a {wanted} record ({exc}); pipe one JSON object a line"
        ) from exc
    if header.record != wanted:
        found = f"a {header.record} record" if header.record else "no record of emailgen"
        raise InputError(f"{where}: {found}, where a {wanted} record is expected")
    if header.version > VERSION:
        raise InputError(
            f"{where}: a {wanted} record of version {header.version}; this emailgen reads up to "
            f"{VERSION}: upgrade it, or run both ends of the pipe with the same version"
        )
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.DecodeError as exc:
        raise InputError(f"{where}: a damaged {wanted} record ({exc})") from exc
