"""From the store to the plain values of the page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from decnet_emailgen.audit.kinds import is_machine
from decnet_emailgen.cli.page.letters import Copy, Corpus, File, Letter, Person
from decnet_emailgen.mail.parse import Mail, Mailbox, read
from decnet_emailgen.mail.unsent import DRAFTS
from decnet_emailgen.records import Draft, Party
from decnet_emailgen.store import Store
from decnet_emailgen.store.overview import held, rejected

_UNSEEN = re.compile(r":2,[A-RT-Z]*$")
"""The end of a Maildir file's name whose flags lack S (seen)."""

Copies = Mapping[str, Sequence[Copy]]
Rejected = Mapping[str, Sequence[tuple[str, str]]]


def gather(store: Store, thread: str = "") -> Corpus:
    """All written mails of the store, or those of one thread."""
    from decnet_emailgen.store.threads import all_written, written

    lots = [written(store, thread)] if thread else all_written(store)
    refusals = _rejections(store, thread)
    return corpus(chain.from_iterable(lots), _copies(store, thread), refusals)


def _copies(store: Store, thread: str) -> Copies:
    found: dict[str, dict[tuple[str, str], Copy]] = defaultdict(dict)
    for message, mailbox, folder, place in held(store, thread):
        if folder == DRAFTS:  # a state of the mail, not the mail
            continue
        key = (mailbox.lower(), folder)
        found[message][key] = Copy(*key, unread=bool(_UNSEEN.search(place)))
    return {message: tuple(copies.values()) for message, copies in found.items()}


def _rejections(store: Store, thread: str) -> Rejected:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for message, reason, detail in rejected(store, thread):
        found[message].append((reason, detail))
    return found


def corpus(drafts: Iterable[Draft], copies: Copies, refusals: Rejected) -> Corpus:
    """Drafts with what is known of their copies and rejections as the page's values."""
    letters, zones, names = [], dict[str, str](), dict[str, str]()
    houses: Counter[str] = Counter()
    for draft in drafts:
        pick = draft.pick
        for party in (pick.sender, *pick.recipients):
            if not party.outside:
                names[party.email.lower()] = party.name
        if not pick.sender.outside:
            zones[pick.sender.email.lower()] = pick.sender.timezone
            houses[pick.sender.organisation or pick.sender.email.rpartition("@")[2]] += 1
        known = copies.get(pick.id) or _expected(draft)
        letters.append(letter(draft, tuple(known), tuple(refusals.get(pick.id, ()))))
    reasons = Counter(reason for refused in refusals.values() for reason, _ in refused)
    letters.sort(key=lambda each: (each.when, each.id))
    house = houses.most_common(1)[0][0] if houses else ""
    return Corpus(tuple(letters), zones, names, reasons, house)


def _expected(draft: Draft) -> list[Copy]:
    """Where the copies of a mail will be that nobody has delivered yet."""
    pick = draft.pick
    inside = [party.email.lower() for party in pick.recipients if not party.outside]
    sent = [] if pick.sender.outside else [Copy(pick.sender.email.lower(), "Sent")]
    return [*sent, *(Copy(mailbox, "INBOX") for mailbox in dict.fromkeys(inside))]


def letter(draft: Draft, copies: tuple[Copy, ...], refused: tuple[tuple[str, str], ...]) -> Letter:
    """One mail as its bytes have it; what they lack is taken from the decision behind it."""
    pick = draft.pick
    mail = read(draft.message.encode("utf-8", "surrogateescape"))
    return Letter(
        id=pick.id,
        thread=pick.thread_id,
        message_id=mail.message_id or pick.message_id,
        parent=mail.in_reply_to,
        kind=pick.kind,
        when=_when(mail, draft),
        sender=_person(mail.sender) if mail.sender.email else _party(pick.sender),
        to=tuple(_person(each) for each in mail.to) or tuple(_party(each) for each in pick.to),
        cc=tuple(_person(each) for each in mail.cc),
        bcc=tuple(_party(each) for each in pick.bcc),
        subject=mail.subject,
        own=mail.own,
        signature=mail.signature,
        quoted=mail.quoted,
        words=len(draft.text.split()),
        language=pick.language,
        writer=" ".join(part for part in (draft.writer, draft.model) if part),
        files=tuple(File(part.name, part.kind, part.size) for part in mail.attachments),
        copies=copies,
        rejected=refused,
        machine=is_machine(mail),
    )


def _when(mail: Mail, draft: Draft) -> datetime:
    return mail.date or draft.pick.when


def _person(mailbox: Mailbox) -> Person:
    return Person(mailbox.name or mailbox.email, mailbox.email)


def _party(party: Party) -> Person:
    return Person(party.name, party.email)
