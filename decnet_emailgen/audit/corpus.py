"""All mails of a source together: who answered what, which mails make a conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from decnet_emailgen.audit.entry import Entry, Role
from decnet_emailgen.audit.report import Offender
from decnet_emailgen.audit.sample import Sample

APART = timedelta(days=14)
"""Without threading headers, mails of one subject are one conversation up to such a gap."""


@dataclass(frozen=True, slots=True)
class Held:
    """One copy of a mail where it was found."""

    key: str
    mailbox: str
    folder: str
    role: Role
    place: str
    flags: frozenset[str]
    arrival: datetime | None
    uid: int | None

    def offender(self, message_id: str, why: str = "") -> Offender:
        """This copy as one that a check points at."""
        return Offender(self.mailbox, self.folder, self.place, message_id, why)


class Corpus:
    """Samples by key, copies as they came; ``now`` is the instant of the audit (aware).

    ``countries`` says where people work (ISO 3166, by address), as far as the caller knows.
    """

    def __init__(self, now: datetime, countries: Mapping[str, str] | None = None) -> None:
        self.now = now
        self.countries = dict(countries or {})
        self.mails: dict[str, Sample] = {}
        self.copies: list[Held] = []

    def add(self, entry: Entry, made: Sample) -> bool:
        """Keep a mail's sample and this copy of it; whether the mail was known before.

        Drafts and spam give way to a copy elsewhere.
        """
        known = self.mails.get(made.key)
        again = known is not None and known.role not in ("drafts", "junk")
        if not again:
            self.mails[made.key] = made
        self.copies.append(
            Held(
                made.key,
                made.mailbox,
                made.folder,
                made.role,
                entry.place,
                entry.flags,
                entry.arrival,
                entry.uid,
            )
        )
        return again

    @cached_property
    def human(self) -> tuple[Sample, ...]:
        """Mails between people, each once, in the order of their Dates (undated ones first)."""
        found = (mail for mail in self.mails.values() if mail.human)
        return tuple(sorted(found, key=lambda mail: mail.date.timestamp() if mail.date else 0.0))

    @cached_property
    def dated(self) -> tuple[tuple[Sample, datetime], ...]:
        """Mails between people that have a Date, with it."""
        return tuple((mail, mail.date) for mail in self.human if mail.date is not None)

    @cached_property
    def threaded(self) -> bool:
        """Whether the source's mail has threading headers; some tools write none."""
        replies = [mail for mail in self.mails.values() if mail.kind == "reply"]
        return not replies or sum(bool(mail.parents) for mail in replies) > len(replies) * 0.05

    def parent(self, mail: Sample) -> Sample | None:
        """The mail that this one answers or passes on, if it is here."""
        for key in mail.parents:
            found = self.mails.get(key)
            if found is not None and found is not mail:
                return found
        return None if self.threaded else self._likely_parent(mail)

    @cached_property
    def replies(self) -> tuple[tuple[Sample, Sample], ...]:
        """Answers between people with the mail of somebody else that they answer."""
        pairs = ((mail, self.parent(mail)) for mail in self.human if mail.kind == "reply")
        return tuple(
            (mail, parent)
            for mail, parent in pairs
            if parent is not None and parent.human and parent.sender != mail.sender
        )

    @cached_property
    def _by_topic(self) -> dict[str, list[Sample]]:
        found: dict[str, list[Sample]] = {}
        for mail, _ in self.dated:
            found.setdefault(mail.topic, []).append(mail)
        return found

    def _likely_parent(self, mail: Sample) -> Sample | None:
        """The latest mail of the subject, with sender and recipient swapped, within two weeks."""
        if mail.kind != "reply" or mail.date is None:
            return None
        for other in reversed(self._by_topic.get(mail.topic, [])):
            if other is mail or other.date is None:
                continue
            if not timedelta() < mail.date - other.date < APART:
                continue
            if other.sender in mail.to and mail.sender in other.recipients:
                return other
        return None

    @cached_property
    def conversations(self) -> tuple[tuple[Sample, ...], ...]:
        """The mails between people in groups that belong together, each in order of Date."""
        groups: dict[str, list[Sample]] = {}
        roots = _Union()
        for mail in self.human:
            for key in mail.parents:
                roots.join(mail.key, key)
            if not self.threaded and (parent := self._likely_parent(mail)):
                roots.join(mail.key, parent.key)
        for mail in self.human:
            groups.setdefault(roots.of(mail.key), []).append(mail)
        return tuple(tuple(group) for group in groups.values())

    @cached_property
    def domains(self) -> frozenset[str]:
        """The house's own domains: those of the mailboxes, else the commonest sender's."""
        named = {held.mailbox.rpartition("@")[2].lower() for held in self.copies}
        named = {domain for domain in named if "." in domain}
        if named:
            return frozenset(named)
        counted = Counter(mail.sender.rpartition("@")[2] for mail in self.human)
        return frozenset(domain for domain, _ in counted.most_common(1))

    def inside(self, address: str) -> bool:
        """Whether an address is of the house."""
        return address.rpartition("@")[2] in self.domains

    def internal(self, mail: Sample) -> bool:
        """Whether a mail stays in the house."""
        return all(self.inside(address) for address in (mail.sender, *mail.recipients))

    def by_sender(self) -> Iterator[tuple[str, list[Sample]]]:
        """Mails between people by their author's address."""
        found: dict[str, list[Sample]] = {}
        for mail in self.human:
            found.setdefault(mail.sender, []).append(mail)
        yield from found.items()


class _Union:
    """Keys in sets that grow together."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, key: str) -> str:
        root = key
        while (above := self._above.get(root, root)) != root:
            root = above
        while (above := self._above.get(key, key)) != root:
            self._above[key] = root
            key = above
        return root

    def join(self, one: str, other: str) -> None:
        self._above[self.of(one)] = self.of(other)
