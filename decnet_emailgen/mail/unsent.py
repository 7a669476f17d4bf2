r"""Unfinished mails: states of a mail that its author's client saved while it was being written.

What is left in real Drafts folders is mostly that: a client saves every few minutes and takes the
state away when the mail is sent; where it crashed, or the mail was finished elsewhere, the state
stays. So each is the beginning of a mail that the same person sent minutes later, to the same
people, with a Message-ID of its own, and with what the client puts below at once: signature and
quotation. Who leaves any, and of which mails, belongs to address and Message-ID.

Only clients whose drafts are known from their sources have any here:

Thunderbird since 102 (``MimeMessage.sys.mjs``, ``MimeMessageUtils.sys.mjs``, ``nsMsgCompose.cpp``)
writes X-Mozilla-Draft-Info, X-Identity-Key and Fcc; converts nothing, so that whoever writes HTML
has a draft of HTML alone (and, here, none of answers); and takes a new Message-ID for sending.
Public mail that was sent in the background, with these fields left in, has them in these places.

Roundcube (``rcmail_sendmail.php``, ``send.php``) marks drafts \Seen and nothing else. Its answers
have X-Draft-Info with the UID of the mail that is answered, which nobody can know before delivery,
so it leaves new mails only. For the same reason (X-K9mail-Identity) K-9 leaves none at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from decnet_emailgen.mail.chance import choice, number, share
from decnet_emailgen.mail.compose import saved
from decnet_emailgen.mail.dates import date_field, thunderbird, zone
from decnet_emailgen.mail.encode import clean_text, flow
from decnet_emailgen.mail.fields import mailbox
from decnet_emailgen.mail.identifiers import mint
from decnet_emailgen.mail.profiles.mozilla import modern_on
from decnet_emailgen.mail.quoting import body_of, parse_date, writes_plain
from decnet_emailgen.mail.server import Server
from decnet_emailgen.mail.threads import chain_of
from decnet_emailgen.mail.words import locale as locale_of
from decnet_emailgen.records import Draft, Pick

DRAFTS = "Drafts"
"""The folder's IMAP name in these clients (RFC 6154, ``\\Drafts``)."""

LONGEST = timedelta(minutes=25)
"""No state is older than that when the mail is sent."""

_SHORTEST = timedelta(minutes=1)
_DELIVERY = timedelta(minutes=3)
_TYPED = 34
"""Words a minute that somebody can have written."""

_HASH = re.compile(r"<[0-9a-f]{32}@[^>]*>")
_SENTENCE = re.compile(r"[.?!](?=\s)")
_PLAIN = re.compile(
    r"^Content-Type: text/plain; charset=UTF-8; format=flowed\r\n"
    r"Content-Transfer-Encoding: [78]bit",
    re.MULTILINE,
)
_GAP = re.compile(r"(?<=\S)\s")
_FLAGS = {
    "thunderbird": frozenset({"\\Draft", "\\Seen"}),
    "roundcube": frozenset({"\\Seen"}),
}


@dataclass(frozen=True, slots=True)
class Unsent:
    """A saved state: its Message-ID, when it was saved (aware), its octets and IMAP flags."""

    message_id: str
    when: datetime
    content: bytes
    flags: frozenset[str]


def rate(email: str) -> float:
    """Of how many of their mails somebody leaves a state behind: a third of people of none."""
    if not share(0.67, "leaves drafts", email):
        return 0.0
    return 0.008 + 0.03 * (number("how many drafts", email) / 2.0**64)


def saved_id(message_id: str, email: str) -> str:
    """The Message-ID of the state that was saved of this mail, in the grammar of the mail's own."""
    client = "roundcube" if _HASH.fullmatch(message_id) else "thunderbird"
    start = datetime.min  # these two put no clock into it
    return mint(client, email.rpartition("@")[2], start, f"unsent {message_id}", email)


def unsent(draft: Draft, server: Server) -> Unsent | None:
    """What is left in Drafts of a mail of somebody of this server; None for nearly all mails.

    It follows from the mail and its own bytes, without those before it in the thread.
    """
    pick = draft.pick
    author = pick.sender
    if not _leaves(pick) or not share(rate(author.email), "unsent", pick.message_id):
        return None
    text = beginning(draft.text, pick.message_id)
    when = _saved_at(pick, text, draft.text) if text else None
    if when is None:
        return None
    identifier = saved_id(pick.message_id, author.email)
    early = replace(pick, date=when.isoformat(), message_id=identifier, thread=())
    if pick.is_reply:
        content = _answer(draft, early, text, _fields(pick, server))
    else:
        content = _new(early, draft.subject, text, _fields(pick, server))
    return Unsent(identifier, when, content, _FLAGS[author.client]) if content else None


def _leaves(pick: Pick) -> bool:
    """Whether it is known what a draft of such a mail looks like."""
    if pick.sender.client == "roundcube":
        return pick.kind == "new"
    modern = pick.sender.client == "thunderbird" and modern_on(pick.when.date(), pick.sender.email)
    return modern and (pick.kind == "new" or (pick.is_reply and writes_plain(pick.sender)))


def beginning(text: str, key: str) -> str:
    """The first part of what somebody wrote, cut after a word or sentence; "" of a short text.

    It is the greeting alone, or 15 to 85 % of what stands before the sign-off.
    """
    paragraphs = clean_text(text).split("\n\n")
    if len(paragraphs) > 1:
        del paragraphs[-1]
    while len(paragraphs) > 1 and len(paragraphs[-1].split()) <= 4:
        del paragraphs[-1]
    own = "\n\n".join(paragraphs)
    if len(own.split()) < 12:
        return ""
    greeting = paragraphs[0] if len(paragraphs[0].split()) <= 5 else ""
    if greeting and share(0.18, "greeting alone", key):
        return greeting
    low = max(int(0.15 * len(own)), len(greeting) + 3 if greeting else 0)
    high = int(0.85 * len(own))
    sentences = [m.end() for m in _SENTENCE.finditer(own, low, high)]
    ends = [m.start() for m in _GAP.finditer(own, low, high)]
    if sentences and share(0.5, "sentence", key):
        ends = sentences
    return own[: choice(ends, "cut", key)] if ends else ""


def _saved_at(pick: Pick, text: str, whole: str) -> datetime | None:
    """When: early enough to write the rest.

    Working time begins at full and half hours mostly: the state isn't from before the last of
    these, so that nobody writes earlier in the day than their mails say.
    """
    sent = parse_date(pick.date)
    room = min(LONGEST, timedelta(minutes=sent.minute % 30, seconds=sent.second))
    left = len(whole.split()) - len(text.split())
    least = max(_SHORTEST, timedelta(minutes=left / _TYPED))
    if room < least:
        return None
    spent = least + (room - least) * (number("saved", pick.message_id) / 2.0**64)
    return sent - timedelta(seconds=int(spent.total_seconds()))


def _new(pick: Pick, subject: str, text: str, fields: Mapping[str, str]) -> bytes:
    """A new mail's state; copies are sometimes thought of later."""
    if pick.to and share(0.3, "copies later", pick.message_id):
        pick = replace(pick, cc=(), bcc=())
    body = body_of(chain_of(pick, subject, text))
    rich = pick.sender.client == "thunderbird" and not writes_plain(pick.sender)
    return saved(pick, subject, replace(body, rich=rich), fields)


def _answer(draft: Draft, early: Pick, text: str, fields: Mapping[str, str]) -> bytes:
    """The state of an answer: the answer that was sent, with less of its author's words.

    Empty if it isn't plain text with the words in one piece, or if what it answers came after.
    """
    head, _, body = draft.message.partition("\r\n\r\n")
    words = _flowed(clean_text(draft.text))
    at = f"\r\n{body}".find(f"\r\n{words}\r\n")
    if at < 0 or not _PLAIN.search(head) or "\r\n>" not in f"\r\n{body}":
        return b""
    if _came_late(draft.pick, parse_date(early.date), body, len(text.split())):
        return b""
    body = body[:at] + _flowed(text) + body[at + len(words) :]
    more = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    for name, value in (
        ("Message-ID", early.message_id),
        ("Date", date_field(parse_date(early.date))),
        ("Content-Transfer-Encoding", "7bit" if body.isascii() else "8bit"),
    ):
        start = f"\r\n{head}".index(f"\r\n{name}: ")
        end = f"{head}\r\n".index("\r\n", start)
        head = f"{head[:start]}{name}: {value}{head[end:]}"
    head = head.replace("\r\nIn-Reply-To:", f"\r\n{more}In-Reply-To:", 1)
    return f"{head}\r\n\r\n{body}".encode()


def _flowed(text: str) -> str:
    return "\r\n".join(row for line in text.split("\n") for row in flow(line, 0))


def _came_late(pick: Pick, saved_at: datetime, body: str, typed: int) -> bool:
    """Whether the attribution line says that the parent is from just before, or from after.

    It takes minutes to come, and to be read and answered.
    """
    locale = locale_of(pick.sender.ui_language, pick.sender.timezone)
    own = [row for row in body.split("\r\n") if not row.startswith(">")]
    home = zone(pick.sender.timezone)
    start = saved_at - _DELIVERY - timedelta(minutes=typed / _TYPED)
    minutes = int((parse_date(pick.date) - start).total_seconds() / 60) + 2
    for minute in range(minutes):
        day, time = thunderbird((start + timedelta(minutes=minute)).astimezone(home), locale)
        if any(day in row and time in row for row in own):
            return True
    return False


def _fields(pick: Pick, server: Server) -> dict[str, str]:
    """The fields that only drafts have."""
    if pick.sender.client != "thunderbird":
        return {}
    email = mailbox(pick.sender.email)
    login = email.partition("@")[0] if server.login == "local" else email.replace("@", "%40")
    return {
        "X-Mozilla-Draft-Info": "internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0;\r\n"
        " attachmentreminder=0; deliveryformat=0",
        "X-Identity-Key": choice(("id1", "id1", "id1", "id2", "id3"), "identity", email),
        "Fcc": f"imap://{login}@{server.hostname}/Sent",
    }
