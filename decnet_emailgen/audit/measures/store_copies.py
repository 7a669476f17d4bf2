"""The copies of one mail: in Sent, and in the mailboxes of those who got it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from decnet_emailgen.audit.corpus import Corpus, Held
from decnet_emailgen.audit.measures.base import Measure, Seen, hard, rule
from decnet_emailgen.audit.measures.bytes_parts import head
from decnet_emailgen.audit.measures.clocks_trace import domain, hops, of_house
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.mail.parse import Mail

_FIELD = re.compile(rb"^([!-9;-~]+):(?:[^\n]*\n)(?:[ \t][^\n]*\n)*", re.MULTILINE)
_OWN = frozenset({b"return-path", b"delivered-to", b"x-original-to", b"envelope-to"})
_AUTHOR = frozenset(
    {b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references"}
    | {b"mime-version", b"content-type", b"content-transfer-encoding"}
)
_TRACE = ("Received", "Return-Path", "Delivered-To")


@dataclass(frozen=True, slots=True)
class Copy:
    """Digests of one copy: of all but what delivery adds to each copy, and of the author's part."""

    held: Offender
    sent: bool
    whole: bytes
    author: bytes
    internal: bool


class Copies(Measure):
    """Copies of one mail beside each other."""

    checks = (
        *("sent-trace", "sent-copies", "sent-same", "same-copies"),
        *("twice-in-folder", "id-again", "trace-contradicts"),
    )

    def __init__(self) -> None:
        self._copies: dict[str, list[Copy]] = {}
        self._octets: set[tuple[str, str, bytes]] = set()
        self._keys: set[tuple[str, str, str]] = set()
        self._repeated: list[Offender] = []
        self._sent = self._delivered = self._all = 0
        self._traced: list[Offender] = []
        self._twice: list[Offender] = []
        self._wrong: list[Offender] = []

    def add(self, seen: Seen) -> None:
        """Note one copy."""
        entry, sample = seen.entry, seen.sample
        if sample.role in ("drafts", "junk"):
            return
        where = Offender(entry.mailbox, entry.folder, entry.place, sample.message_id)
        self._again(seen, where)
        if sample.role == "sent":
            self._sent += 1
            if names := [name for name in _TRACE if seen.mail.first(name)]:
                self._traced.append(_because(where, ", ".join(names)))
        else:
            self._trace(seen, where)
        if entry.mailbox and sample.message_id:
            self._copies.setdefault(sample.key, []).append(_copy(seen, where))

    def _again(self, seen: Seen, where: Offender) -> None:
        """The same octets twice in a folder: delivered or saved twice."""
        self._all += 1
        digest = blake2b(seen.entry.content, digest_size=12).digest()
        mark = (seen.sample.mailbox, seen.sample.folder, digest)
        if mark in self._octets:
            self._twice.append(where)
        self._octets.add(mark)
        key = (seen.sample.mailbox, seen.sample.folder, seen.sample.key)
        if key in self._keys:
            self._repeated.append(where)
        self._keys.add(key)

    def _trace(self, seen: Seen, where: Offender) -> None:
        chain = hops(seen.mail)
        if not chain:
            return
        self._delivered += 1
        to, back = seen.mail.first("Delivered-To").lower(), _paths(seen.mail)
        path = back[0].strip(" <>").lower() if back else None
        top = chain[0]
        if len(back) > 1 and seen.entry.mailbox:  # a mailbox that others feed may have two
            self._wrong.append(_because(where, "Return-Path twice"))
        elif path is not None and top.sender is not None and path != top.sender:
            self._wrong.append(_because(where, f"Return-Path {path}, envelope {top.sender}"))
        elif to and top.lmtp and top.recipient and to != top.recipient:
            self._wrong.append(_because(where, f"Delivered-To {to}, for {top.recipient}"))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Rules over copies, counts of what can't be."""
        yield hard("sent-trace", self._sent, self._traced)
        yield hard("twice-in-folder", self._all, self._twice)
        yield hard("trace-contradicts", self._delivered, self._wrong)
        again = 100 * len(self._repeated) / self._all if self._all else None
        yield Value("id-again", again, self._all, tuple(self._repeated))
        yield _kept(corpus)
        mails = list(self._copies.values())
        yield _same("sent-same", mails, sent=True)
        yield _same("same-copies", mails, sent=False)


def _paths(mail: Mail) -> tuple[str, ...]:
    """Return-Path as the last delivery wrote it; those below a Received are of earlier ones."""
    found = []
    for name, value in mail.headers:
        if name.lower() == "received":
            break
        if name.lower() == "return-path":
            found.append(value)
    return tuple(found)


def _because(where: Offender, why: str) -> Offender:
    return Offender(where.mailbox, where.folder, where.place, where.message_id, why)


def _copy(seen: Seen, where: Offender) -> Copy:
    content = seen.entry.content.replace(b"\r\n", b"\n")
    header = head(content) + b"\n"
    body = content[len(header) :].rstrip(b"\n")
    house = domain(seen.entry.mailbox)
    chain = hops(seen.mail)
    sent = seen.sample.role == "sent"
    internal = domain(seen.sample.sender) == house and all(of_house(hop, house) for hop in chain)
    whole, author = [], []
    first = bool(chain) and chain[0].lmtp
    for field in _FIELD.finditer(header):
        name = field[1].lower()
        if name == b"received" and (first or not internal):
            first = False
            continue
        if name in _AUTHOR:
            author.append(field[0])
        if name not in _OWN:
            whole.append(field[0])
    return Copy(where, sent, _digest(whole, body), _digest(sorted(author), body), internal)


def _digest(fields: Iterable[bytes], body: bytes) -> bytes:
    found = blake2b(b"".join(fields), digest_size=8)
    found.update(body)
    return found.digest()


def _same(check: str, mails: Iterable[list[Copy]], sent: bool) -> Value:
    """Mails whose received copies are the same; with ``sent``, the same as the author's."""
    n = 0
    odd: list[Offender] = []
    for copies in mails:
        received = [copy for copy in copies if not copy.sent]
        own = [copy for copy in copies if copy.sent]
        if sent:
            received = [*own[:1], *received] if own else []
        if len(received) < 2:
            continue
        n += 1
        first = received[0]
        for other in received[1:]:
            whole = not sent and first.internal
            if other.author != first.author or (whole and other.whole != first.whole):
                why = f"not as in {first.held.mailbox}, {first.held.folder}"
                odd.append(_because(other.held, why))
                break
    return rule(check, n, odd)


def _kept(corpus: Corpus) -> Value:
    """Mails from one mailbox of the source to another that are in Sent, of those received."""
    keeps: dict[str, set[str]] = {}
    got: dict[str, Held] = {}
    for held in corpus.copies:
        if held.role == "sent":
            keeps.setdefault(held.mailbox.lower(), set()).add(held.key)
        elif held.role == "inbox" and held.mailbox:
            got[held.key] = held
    judged = [
        (held, corpus.mails[key])
        for key, held in got.items()
        if corpus.mails[key].sender in keeps and corpus.mails[key].human
    ]
    odd = [
        held.offender(mail.message_id, f"not in Sent of {mail.sender}")
        for held, mail in judged
        if mail.key not in keeps[mail.sender]
    ]
    n = len(judged)
    return Value("sent-copies", 100 * (n - len(odd)) / n if n else None, n, tuple(odd))


MEASURES = (Copies,)
