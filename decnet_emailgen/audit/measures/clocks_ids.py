"""Times that mail clients hide in Message-IDs and boundaries, beside the Date.

docs/realism.md, section 0: Outlook's FILETIMEs, Gmail's microseconds, mutt's seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen
from decnet_emailgen.audit.measures.bytes_parts import shape
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.mail.clocks import (
    Stamp,
    read_gmail_boundary,
    read_mutt_id,
    read_outlook_boundary,
    read_outlook_id,
)

_OUTLOOK = (0.0, 10.0)
_GMAIL = (0.0, 60.0)
_MUTT = (-600.0, 60.0)
_COUNTERS = 3


class HiddenTimes(Measure):
    """One share for each client's clock."""

    checks = ("outlook-id", "outlook-boundary", "gmail-boundary", "mutt-id")

    def __init__(self) -> None:
        self._n = dict.fromkeys(self.checks, 0)
        self._bad: dict[str, list[Offender]] = {check: [] for check in self.checks}

    def add(self, seen: Seen) -> None:
        """Decode what can be decoded."""
        date = seen.mail.date
        if seen.again or date is None or seen.sample.role in ("drafts", "junk"):
            return
        stamp = read_outlook_id(seen.mail.message_id)
        if stamp is not None:
            self._judge(seen, "outlook-id", (stamp.when - date).total_seconds(), _OUTLOOK)
        elif seen.mail.message_id[17:18] == "@" and _from_mutt(seen):
            told = read_mutt_id(seen.mail.message_id)
            if told is not None:
                self._judge(seen, "mutt-id", (told - date).total_seconds(), _MUTT)
        self._boundaries(seen, date, stamp)

    def _boundaries(self, seen: Seen, date: datetime, stamp: Stamp | None) -> None:
        content = seen.entry.content
        if stamp is not None and b"----=_NextPart_" in content:
            self._outlook(seen, date, stamp)
        if seen.mail.message_id.endswith("@mail.gmail.com>") and b'"000000000000' in content:
            for boundary in shape(content).boundaries[:1]:
                told = read_gmail_boundary(boundary)
                if told is not None:
                    self._judge(seen, "gmail-boundary", (told - date).total_seconds(), _GMAIL)

    def _outlook(self, seen: Seen, date: datetime, stamp: Stamp) -> None:
        """The outermost boundary's counter is near the Message-ID's, its time is local."""
        for boundary in shape(seen.entry.content).boundaries[:1]:
            told = read_outlook_boundary(boundary)
            if told is None:
                continue
            offset = date.utcoffset() or timedelta()
            late = (told.when - offset - stamp.when).total_seconds()
            apart = (told.counter - stamp.counter + 0x8000) % 0x10000 - 0x8000
            if abs(apart) > _COUNTERS:
                late = float("inf")
            self._judge(seen, "outlook-boundary", late, (-10.0, 10.0))

    def _judge(self, seen: Seen, check: str, late: float, span: tuple[float, float]) -> None:
        self._n[check] += 1
        if not span[0] - 1 < late <= span[1]:  # a Date is cut to seconds
            why = "another counter" if late == float("inf") else f"{late:+.0f} s from the Date"
            self._bad[check].append(seen.sample.offender(why))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """The share of each that agrees."""
        for check, n in self._n.items():
            bad = self._bad[check]
            yield Value(check, 100 * (n - len(bad)) / n if n else None, n, tuple(bad))


def _from_mutt(seen: Seen) -> bool:
    """Ids of sixteen letters are others' too, so the mail has to be mutt's by another sign."""
    agent = seen.mail.first("User-Agent")
    return "Mutt" in agent or (not agent and seen.mail.first("Content-Disposition") == "inline")


MEASURES = (HiddenTimes,)
