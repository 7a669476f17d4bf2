"""Thread-Index (MS-OXOMSG 2.2.1.3): when a thread began and when each answer was written."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample
from decnet_emailgen.mail import threadindex

BEFORE = timedelta(minutes=15)
"""So long may have gone by between the beginning of a mail and its Date."""
AFTER = timedelta(seconds=15)
"""So much later than the Date a coarse time may seem."""


@dataclass(frozen=True, slots=True)
class Index:
    """A mail's index: when it says the thread began and the mail was written, and its octets."""

    sample: Sample
    started: datetime | None
    last: datetime | None
    octets: bytes


class ThreadIndexes(Measure):
    """The last time in each index beside the mail's Date; each index beside the parent's."""

    checks = ("thread-index", "thread-root", "thread-chain")

    def __init__(self) -> None:
        self._found: dict[str, Index] = {}
        self._broken: list[Offender] = []

    def add(self, seen: Seen) -> None:
        """Decode a mail's Thread-Index."""
        value = seen.mail.first("Thread-Index")
        if not value or seen.again or seen.sample.role in ("drafts", "junk"):
            return
        value = "".join(value.split()).rstrip("=")
        value += "=" * (-len(value) % 4)
        read = threadindex.read(value, seen.mail.date)
        if read is None:
            self._broken.append(seen.sample.offender(f"not an index: {value[:40]}"))
            return
        last = read.replies[-1] if read.replies else read.started
        found = Index(seen.sample, read.started, last, _octets(value))
        self._found[seen.sample.key] = found

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Own times, roots, chains."""
        own: list[tuple[Sample, bool, str]] = []
        roots: list[tuple[Sample, bool, str]] = []
        chains: list[tuple[Sample, bool, str]] = []
        for index in self._found.values():
            mail = index.sample
            if index.last is not None and mail.date is not None:
                own.append((mail, *_near(index.last, mail.date)))
            parent = corpus.parent(mail)
            before = self._found.get(parent.key) if parent is not None else None
            if before is not None and mail.kind == "reply":
                chains.append((mail, _follows(before.octets, index.octets), "another chain"))
            root = corpus.mails.get(mail.references[0]) if mail.references else None
            first = self._found.get(root.key) if root is not None else None
            if first is not None and index.started and first.octets[:22] == index.octets[:22]:
                date = first.sample.date
                roots += [(mail, *_near(index.started, date))] if date else []
        yield _value("thread-index", own, self._broken)
        yield _value("thread-root", roots)
        yield _value("thread-chain", chains)


def _octets(value: str) -> bytes:
    try:
        return base64.b64decode(value)
    except (ValueError, binascii.Error):
        return b""


def _near(told: datetime, date: datetime) -> tuple[bool, str]:
    late = told - date
    return -BEFORE <= late <= AFTER, f"{late.total_seconds():+.0f} s from the Date"


def _follows(parent: bytes, child: bytes) -> bool:
    """Whether an index is its parent's with one more entry."""
    return child[: len(parent)] == parent and len(child) == len(parent) + 5


def _value(
    check: str, cases: list[tuple[Sample, bool, str]], broken: Iterable[Offender] = ()
) -> Value:
    bad = [*broken, *(mail.offender(why) for mail, right, why in cases if not right)]
    n = len(cases) + len(tuple(broken))
    return Value(check, 100 * (n - len(bad)) / n if n else None, n, tuple(bad))


MEASURES = (ThreadIndexes,)
