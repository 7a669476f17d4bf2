"""Counters and clocks in servers' ids: Postfix's queue ids, Dovecot's LMTP sessions.

docs/realism.md, section 0. A queue id is judged where the field names Postfix, an LMTP id where
it is of Dovecot's form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen, rule
from decnet_emailgen.audit.measures.clocks_trace import Hop, hops
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.mail.clocks import read_lmtp_id, read_queue_id

_OFF = 2.0
_LEAST = 5
_PID_MOST = 1 << 22


@dataclass(frozen=True, slots=True)
class Mark:
    """What one id says at one time (Unix seconds): a kind, a host or a process."""

    at: float
    value: int
    where: Offender


class Queue(Measure):
    """Postfix: an id's time is the field's, and a server has one kind of ids."""

    checks = ("queue-id", "queue-kind")

    def __init__(self) -> None:
        self._n = 0
        self._bad: list[Offender] = []
        self._kinds: dict[str, list[Mark]] = {}
        self._known: set[tuple[str, str]] = set()

    def add(self, seen: Seen) -> None:
        """Decode the ids of a copy; copies of one mail may share them."""
        for hop in hops(seen.mail):
            if hop.postfix and hop.id and (hop.by, hop.id) not in self._known:
                self._known.add((hop.by, hop.id))
                self._hop(seen, hop)

    def _hop(self, seen: Seen, hop: Hop) -> None:
        self._n += 1
        found = read_queue_id(hop.id)
        if found is None:
            self._bad.append(seen.sample.offender(f"{hop.id}: no id of Postfix"))
            return
        if hop.when is None:
            return
        if found.when is not None:
            late = (found.when - hop.when).total_seconds()
            if not -_OFF <= late < _OFF:
                self._bad.append(seen.sample.offender(f"{hop.id}: {late:+.0f} s from Received"))
        long = int(found.when is not None)
        where = seen.sample.offender(f"{hop.id} at {hop.by}")
        self._kinds.setdefault(hop.by, []).append(Mark(hop.when.timestamp(), long, where))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Ids that are right, servers that keep to one kind."""
        yield rule("queue-id", self._n, self._bad)
        yield _steady("queue-kind", self._kinds)


def _steady(check: str, marks: Mapping[str, Sequence[Mark]]) -> Value:
    """The servers whose value is the same all the time; an administrator may change it once."""
    n, odd = 0, []
    for found in marks.values():
        if len(found) < _LEAST:
            continue
        n += 1
        ordered = sorted(found, key=lambda mark: mark.at)
        if sum(one.value != other.value for one, other in pairwise(ordered)) > 1:
            usual = Counter(mark.value for mark in ordered).most_common(1)[0][0]
            odd.append(next(mark.where for mark in ordered if mark.value != usual))
    return rule(check, n, odd)


class Lmtp(Measure):
    """Dovecot: a session's second, host and process."""

    checks = ("lmtp-time", "lmtp-host", "lmtp-pid", "lmtp-rising")

    def __init__(self) -> None:
        self._n = 0
        self._late: list[Offender] = []
        self._wild: list[Offender] = []
        self._hosts: dict[str, list[Mark]] = {}
        self._processes: dict[str, list[Mark]] = {}

    def add(self, seen: Seen) -> None:
        """Decode the topmost field's id; every copy has its own."""
        top = next(iter(hops(seen.mail)), None)
        found = read_lmtp_id(top.id) if top is not None and top.lmtp else None
        if top is None or found is None or top.when is None:
            return
        self._n += 1
        entry, sample = seen.entry, seen.sample
        where = Offender(entry.mailbox, entry.folder, entry.place, sample.message_id, top.id)
        if not -_OFF <= (found.when - top.when).total_seconds() < _OFF:
            self._late.append(where)
        if not 1 < found.pid < _PID_MOST:
            self._wild.append(where)
        at = found.when.timestamp()
        self._hosts.setdefault(top.by, []).append(Mark(at, found.host, where))
        self._processes.setdefault(top.by, []).append(Mark(at, found.pid, where))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Rules for one id, then for all of a server."""
        yield rule("lmtp-time", self._n, self._late)
        yield _steady("lmtp-host", self._hosts)
        yield rule("lmtp-pid", self._n, self._wild)
        yield _rising(self._processes)


def _rising(processes: Mapping[str, Sequence[Mark]]) -> Value:
    """The share of neighbours in time whose process isn't older than the one before.

    Several processes take turns, and a restart begins anew; numbers drawn at random fall every
    second time.
    """
    n = up = 0
    for found in processes.values():
        values = [mark.value for mark in sorted(found, key=lambda mark: mark.at)]
        n += max(0, len(values) - 1)
        up += sum(one <= other for one, other in pairwise(values))
    return Value("lmtp-rising", 100 * up / n if n else None, n)


MEASURES = (Queue, Lmtp)
