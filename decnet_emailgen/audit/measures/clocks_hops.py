"""The way of a mail: times that rise from hop to hop, hosts that hand on to each other.

Clocks of strangers' servers may be off, so the house's own are judged apart: a hop is of the
house if its server is in the domain of the mailbox it was found in or, without one, its sender's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen, hard, rule
from decnet_emailgen.audit.measures.clocks_trace import Hop, domain, hops, of_house
from decnet_emailgen.audit.report import Offender, Value

_OFF = 1.0
_STRANGERS = 300.0
_AHEAD = 600.0
_QUICK = 20.0
_SUMMER = timedelta(hours=1)
_LOCAL = ("localhost", "127.0.0.1", "::1", "unknown")


class Hops(Measure):
    """Order and speed of delivery, and the chain of hosts."""

    checks = (
        *("hops-order", "hops-outside", "hops-quick", "date-late"),
        *("received-gap", "received-zones"),
    )

    def __init__(self) -> None:
        self._n = dict.fromkeys(self.checks, 0)
        self._bad: dict[str, list[Offender]] = {check: [] for check in self.checks}
        self._offsets: dict[tuple[str, str, date], timedelta] = {}

    def add(self, seen: Seen) -> None:
        """Judge a copy that was delivered."""
        chain = hops(seen.mail)
        if not chain or seen.sample.role in ("sent", "drafts", "junk"):
            return
        house = domain(seen.entry.mailbox)
        if house and len(chain) > 1:
            self._judge(seen, "received-gap", _gap(chain, house))
        house = house or domain(seen.sample.sender)
        self._judge(seen, "received-zones", self._zones(chain))
        times = [hop.when for hop in reversed(chain) if hop.when is not None]
        if not times:
            return
        if domain(seen.sample.sender) == house and all(of_house(hop, house) for hop in chain):
            self._inside(seen, times)
        elif len(times) > 1:
            self._judge(seen, "hops-outside", _backwards(times, _STRANGERS))

    def _inside(self, seen: Seen, times: list[datetime]) -> None:
        written, arrival = seen.mail.date, seen.entry.arrival
        if written is not None:
            times = [written, *times]
        late = _backwards([*times, arrival] if arrival else times, _OFF)
        self._judge(seen, "hops-order", late)
        if written is None:
            return
        ahead = (written - times[1]).total_seconds() if len(times) > 1 else 0.0
        self._judge(seen, "date-late", f"{ahead:.0f} s" if ahead > _AHEAD else "")
        took = ((arrival or times[-1]) - written).total_seconds()
        self._judge(seen, "hops-quick", f"{took:.0f} s" if took > _QUICK else "")

    def _zones(self, chain: Sequence[Hop]) -> str:
        """A program on a server that shows two offsets on one day, summer time apart.

        Two programs may differ: a Postfix in its own root doesn't know the host's zone.
        """
        for hop in chain:
            offset = hop.when.utcoffset() if hop.when else None
            if hop.when is None or offset is None or not hop.by or hop.by in _LOCAL:
                continue
            mark = (hop.by, hop.program, hop.when.date())
            other = self._offsets.setdefault(mark, offset)
            if abs(other - offset) > _SUMMER:
                return f"{hop.by}: {hop.when:%z}, others of that day differ"
        return ""

    def _judge(self, seen: Seen, check: str, why: str) -> None:
        self._n[check] += 1
        if why:
            entry, identity = seen.entry, seen.sample.message_id
            self._bad[check].append(
                Offender(entry.mailbox, entry.folder, entry.place, identity, why)
            )

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """A rule, shares, and counts of what can't be."""
        yield rule("hops-order", self._n["hops-order"], self._bad["hops-order"])
        for check in ("hops-outside", "hops-quick", "received-zones"):
            n, bad = self._n[check], self._bad[check]
            yield Value(check, 100 * (n - len(bad)) / n if n else None, n, tuple(bad))
        for check in ("date-late", "received-gap"):
            yield hard(check, self._n[check], self._bad[check])


def _backwards(times: Sequence[datetime], allowed: float) -> str:
    """Where a later time is earlier than the one before it; an empty string if nowhere."""
    for one, other in pairwise(times):
        late = (other - one).total_seconds()
        if late < -allowed:
            return f"{late:.0f} s at {other:%Y-%m-%d %H:%M:%S %z}"
    return ""


def _gap(chain: Sequence[Hop], house: str) -> str:
    """A server of the house that has a mail from another one than has taken it before."""
    for upper, lower in pairwise(chain):
        if not (of_house(upper, house) and of_house(lower, house)) or not upper.helo:
            continue
        known = f"{upper.helo} {upper.names}"
        short = lower.by.partition(".")[0]
        if lower.by not in known and upper.helo != short and not _nearby(upper):
            return f"{lower.by} took it, {upper.by} has it from {upper.helo}"
    return ""


def _nearby(hop: Hop) -> bool:
    return any(name in hop.helo or name in hop.names for name in _LOCAL) or hop.helo == hop.by


MEASURES = (Hops,)
