"""People: whom they write to, what they attach, with what they write, what they have answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from decnet_emailgen.audit.clients import Client, client
from decnet_emailgen.audit.corpus import Corpus, Held
from decnet_emailgen.audit.measures.base import Measure, Seen, rule, share
from decnet_emailgen.audit.measures.time import distance
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample

FEW = 10
"""Fewer mails say nothing of a person's habits."""


class Recipients(Measure):
    """To, Cc and attachments."""

    checks = ("cc", "one-recipient", "attachments", "far-recipients")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Shares of mails, and the distance from real mail."""
        human = corpus.human
        yield share("cc", human, lambda mail: bool(mail.cc))
        yield share("one-recipient", human, lambda mail: len(mail.recipients) == 1)
        yield share("attachments", human, lambda mail: mail.attachments > 0)
        counts = sorted(len(mail.recipients) for mail in human if mail.recipients)
        yield distance("far-recipients", counts, "recipients")


class Clients(Measure):
    """One person uses one or two mail clients, whose versions rise; some answer on a phone."""

    checks = ("clients", "versions-rise", "phone-replies")

    def __init__(self) -> None:
        self._known: dict[str, Client] = {}
        self._cache: dict[Client, Client] = {}

    def add(self, seen: Seen) -> None:
        """Note the client of a mail between people."""
        if seen.again or not seen.sample.human:
            return
        found = client(seen.mail)
        if found is not None:
            self._known[seen.sample.key] = self._cache.setdefault(found, found)

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Persons with too many clients, versions that fall, the share of phones."""
        crowded: list[Offender] = []
        falls: list[Offender] = []
        persons = steps = 0
        for _, mails in corpus.by_sender():
            known = [(mail, self._known[mail.key]) for mail in mails if mail.key in self._known]
            if len(known) < FEW:
                continue
            persons += 1
            families = Counter(found.family for _, found in known)
            if len(families) > 2:
                used = ", ".join(f"{name} {count}" for name, count in families.most_common())
                crowded.append(mails[0].offender(f"{mails[0].sender}: {used}"))
            for earlier, later in _steps(known):
                steps += 1
                if later[1].version < earlier[1].version:
                    falls.append(later[0].offender(f"{later[1].family} older than before"))
        yield rule("clients", persons, crowded)
        yield rule("versions-rise", steps, falls)
        replies = [
            mail
            for mail in corpus.human
            if mail.kind == "reply" and corpus.inside(mail.sender) and mail.key in self._known
        ]
        yield share("phone-replies", replies, lambda mail: self._known[mail.key].phone)


Used = tuple[Sample, Client]


def _steps(known: list[Used]) -> Iterable[tuple[Used, Used]]:
    """Pairs of mails of one client one after the other, that tell their versions."""
    lines: dict[str, list[Used]] = {}
    for mail, found in known:
        if found.version and mail.date is not None:
            lines.setdefault(found.family, []).append((mail, found))
    for line in lines.values():
        yield from pairwise(line)


class Inbox(Measure):
    """What arrives: the share of mail made by programs."""

    checks = ("machine-share",)

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Copies in INBOX; several mailboxes that hold the same mail count it as often."""
        held = [copy for copy in corpus.copies if copy.role == "inbox"]
        yield share("machine-share", held, lambda copy: corpus.mails[copy.key].machine)


class Answered(Measure):
    """The flag \\Answered stands on what was answered from Sent, and on nothing else."""

    checks = ("answered-flag", "answered-reply")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Both ways; only in mailboxes that have flags, answers in Sent and a known owner."""
        if not any(copy.flags for copy in corpus.copies):
            return
        sent = {(copy.mailbox, copy.key) for copy in corpus.copies if copy.role == "sent"}
        boxes = {mailbox for mailbox, _ in sent}
        answers: set[tuple[str, str]] = set()
        for mailbox, key in sent:
            mail = corpus.mails[key]
            parent = corpus.parent(mail) if mail.kind == "reply" else None
            if parent is not None:
                answers.add((mailbox, parent.key))
        inbox = [copy for copy in corpus.copies if copy.role == "inbox" and copy.mailbox in boxes]
        flagged = [copy for copy in inbox if "\\Answered" in copy.flags]
        replied = [copy for copy in inbox if (copy.mailbox, copy.key) in answers]

        def bad(copy: Held) -> Offender:
            return copy.offender(corpus.mails[copy.key].message_id)

        lost = [copy for copy in flagged if (copy.mailbox, copy.key) not in answers]
        bare = [copy for copy in replied if "\\Answered" not in copy.flags]
        yield _kept("answered-flag", len(flagged), [bad(copy) for copy in lost])
        yield _kept("answered-reply", len(replied), [bad(copy) for copy in bare])


def _kept(check: str, n: int, bad: list[Offender]) -> Value:
    return Value(check, 100 * (n - len(bad)) / n if n else None, n, tuple(bad))


MEASURES = (Recipients, Clients, Inbox, Answered)
