"""The two sides of a mail: the author's copy in Sent, and one copy in each in-house mailbox.

Now and then there is a third: a state of the mail that stayed in the author's Drafts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from decnet_emailgen.mail import received
from decnet_emailgen.mail.chance import number
from decnet_emailgen.mail.clientside import submission
from decnet_emailgen.mail.clocks import read_outlook_id
from decnet_emailgen.mail.fields import mailbox
from decnet_emailgen.mail.internet import journey, released, stamped
from decnet_emailgen.mail.quoting import parse_date
from decnet_emailgen.mail.server import Server, session_process
from decnet_emailgen.mail.systems import VACATION, is_system
from decnet_emailgen.mail.unsent import DRAFTS, Unsent, unsent
from decnet_emailgen.records import Draft, Party, Pick

_BCC = re.compile(rb"^bcc:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
_UNSAFE = re.compile(r"[^!-~]|[/\\:*?\"<>|]")


@dataclass(frozen=True, slots=True)
class Filing:
    """That a mailbox's owner puts a mail into another folder, once in its life.

    ``folder`` is an IMAP name, ``at`` (aware) when it is done, ``done`` whether it has been by
    now. ``names`` are all folders that such mail may be found in: people change mail clients.
    """

    folder: str
    at: datetime
    done: bool
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    r"""One copy of a mail, for one folder of one mailbox.

    ``mailbox`` is an address, ``folder`` an IMAP name ("INBOX", "Sent"), ``flags`` are IMAP
    flags and keywords ("\\Seen", "$Forwarded"), ``arrival`` is aware and is what becomes
    INTERNALDATE. ``content`` has CRLF line ends (RFC 5322 section 2.1). ``stem`` names files: the
    Message-ID without brackets, "@" written "_at_", safe as one component of a path. ``folder``
    is where the copy begins and never changes; ``filing`` says where it goes from there.
    ``process`` is the id of the server's process that took it from the owner's mail client, 0 where
    a client didn't bring it.
    """

    message_id: str
    thread_id: str
    mailbox: str
    folder: str
    content: bytes
    flags: frozenset[str]
    arrival: datetime
    stem: str
    filing: Filing | None = None
    process: int = 0

    @property
    def where(self) -> str:
        """The folder that it is in by now."""
        return self.filing.folder if self.filing and self.filing.done else self.folder

    @property
    def since(self) -> datetime:
        """When it came into that folder."""
        return self.filing.at if self.filing and self.filing.done else self.arrival

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Other folders in which it may still, or already, be."""
        if self.filing is None:
            return ()
        some = (self.folder, self.filing.folder, *self.filing.names)
        return tuple(name for name in dict.fromkeys(some) if name != self.where)


def copies(draft: Draft, server: Server) -> tuple[Copy, ...]:
    """Every copy of the mail on this server: Sent first, then the recipients in their order.

    A state that stayed in Drafts (:mod:`.unsent`) is the last. People of the server's domain are
    in-house. An author from outside has no Sent copy here, a recipient from outside no copy at
    all. The recipients' copies differ in nothing but Return-Path, Delivered-To and LMTP's Received
    field.
    """
    pick = draft.pick
    message = draft.message.encode()
    when = parse_date(pick.date)
    found: list[Copy] = []
    inside = _inside(pick.sender, server)
    own = inside and not is_system(pick.sender.client)
    if own:
        stored = max(_appended(pick.message_id, when), _finished(pick, when))
        sent = _copy(pick, pick.sender.email, "Sent", message, stored, {"\\Seen"})
        found.append(replace(sent, process=session_process(server, sent.mailbox, stored)))
    people = _recipients(pick, server)
    if people:
        trace, queued = _trace(pick, when, server, people, inside)
        below = "" if inside else stamped(pick, when)
        content = trace.encode() + _without_bcc(message, below.encode())
        found += _delivered(pick, server, people, queued, content)
    if own and (state := unsent(draft, server)):
        found.append(_left(pick, state, server))
    return tuple(found)


def _appended(message_id: str, when: datetime) -> datetime:
    """When the server has what the author's client appends to a folder."""
    wait = number("append", message_id)
    return when + timedelta(milliseconds=wait % 2900, microseconds=wait % 983)


def _left(pick: Pick, state: Unsent, server: Server) -> Copy:
    """The copy in Drafts, of the same thread."""
    stored = _appended(state.message_id, state.when)
    copy = _copy(pick, pick.sender.email, DRAFTS, state.content, stored, set(state.flags))
    process = session_process(server, copy.mailbox, stored)
    identifier = state.message_id
    return replace(copy, message_id=identifier, stem=stem(identifier), process=process)


def _inside(party: Party, server: Server) -> bool:
    return not party.outside and party.email.rpartition("@")[2].lower() == server.domain.lower()


def _recipients(pick: Pick, server: Server) -> tuple[str, ...]:
    """In-house addresses among To, Cc and Bcc, each once."""
    return tuple(dict.fromkeys(p.email for p in pick.recipients if _inside(p, server)))


def _finished(pick: Pick, when: datetime) -> datetime:
    """Not before the time in an Outlook Message-ID."""
    stamp = read_outlook_id(pick.message_id)
    return min(stamp.when, when + timedelta(seconds=3)) if stamp else when


def _without_bcc(message: bytes, below: bytes) -> bytes:
    """The message without Bcc, and with what the author's provider adds below the header."""
    head, _, body = message.partition(b"\r\n\r\n")
    return _BCC.sub(b"", head + b"\r\n") + below + b"\r\n" + body


def _trace(
    pick: Pick, when: datetime, server: Server, people: tuple[str, ...], inside: bool
) -> tuple[str, datetime]:
    """Fields up to the organisation's Postfix, and when that queued the mail."""
    start = released(pick, when)
    stamp = read_outlook_id(pick.message_id)
    if stamp and stamp.when > start:
        start = stamp.when + timedelta(milliseconds=40)
    if not inside:
        hops, knock, door = journey(pick, start, server)
        return received.submitted(server, knock, "", people, door) + hops, door
    if pick.sender.client == "gmail":
        hops, knock, door = journey(pick, start, server)
        knock = replace(knock, protocol="ESMTPSA")
        return received.submitted(
            server, knock, _login(pick, server), _all(pick), door
        ) + hops, door
    if pick.sender.client == VACATION:
        start = when + timedelta(milliseconds=40 + number("sieve", pick.message_id) % 500)
        return received.picked_up(server, start), start
    client = submission(pick.sender.client, pick.sender.email, server, pick.message_id)
    return received.submitted(server, client, _login(pick, server), _all(pick), start), start


def _login(pick: Pick, server: Server) -> str:
    if is_system(pick.sender.client):
        return ""
    email = pick.sender.email
    return email.partition("@")[0] if server.login == "local" else email


def _all(pick: Pick) -> tuple[str, ...]:
    """The envelope's recipients."""
    return tuple(dict.fromkeys(mailbox(party.email) for party in pick.recipients))


def _delivered(
    pick: Pick, server: Server, people: tuple[str, ...], queued: datetime, content: bytes
) -> tuple[Copy, ...]:
    """The copies as LMTP stored them: in one session each, or all in one."""
    sender = "" if pick.sender.client == VACATION else mailbox(pick.sender.email)
    found, session = [], queued
    for at, person in enumerate(people):
        alone = server.one_each or len(people) == 1
        if at == 0 or alone:
            spread = server.delay
            session = received.later(session, spread, spread * 4, "lmtp", pick.message_id, person)
        head = f"Return-Path: <{sender}>\r\n"
        if alone:
            head += f"Delivered-To: {mailbox(person)}\r\n"
        head += received.delivered(server, sender, mailbox(person) if alone else "", session)
        stored = session + timedelta(milliseconds=4 + number("save", pick.message_id, person) % 30)
        if stored.second != session.second:
            stored = session
        found.append(_copy(pick, person, "INBOX", head.encode() + content, stored, set()))
    return tuple(found)


def _copy(
    pick: Pick, owner: str, folder: str, content: bytes, arrival: datetime, flags: set[str]
) -> Copy:
    return Copy(
        message_id=pick.message_id,
        thread_id=pick.thread_id,
        mailbox=owner,
        folder=folder,
        content=content,
        flags=frozenset(flags),
        arrival=arrival,
        stem=stem(pick.message_id),
    )


def stem(message_id: str) -> str:
    """A file name for a Message-ID, without extension: one component of a path, on any system."""
    name = message_id.strip("<>").replace("@", "_at_")
    return _UNSAFE.sub("_", name).lstrip(".-")[:200] or "mail"
