"""What a measure is: it sees every copy once as it streams by, then says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.entry import Entry
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample
from decnet_emailgen.mail.parse import Mail

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """One copy as it streams by; ``again`` where another copy of the same mail came before.

    Only ``sample`` may be kept; ``entry.content`` and ``mail`` are gone after the call.
    """

    entry: Entry
    mail: Mail
    sample: Sample
    again: bool


class Measure:
    """One or several checks. Made anew for each audit; any state is its own and has to be small.

    ``checks`` are the ids in data/reference.yaml that it answers for.
    """

    checks: tuple[str, ...] = ()

    def add(self, seen: Seen) -> None:
        """See one copy; measures that need only samples leave it."""

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """What was found, after the last copy; a check without a value is too few."""
        return ()


def share(
    check: str,
    items: Sequence[T],
    counts: Callable[[T], bool],
    offender: Callable[[T], Offender] | None = None,
) -> Value:
    """The percentage of items that count; they are the offenders, if they can be named."""
    found = [item for item in items if counts(item)]
    value = 100 * len(found) / len(items) if items else None
    return Value(check, value, len(items), tuple(map(offender, found)) if offender else ())


def rule(check: str, n: int, bad: Sequence[Offender]) -> Value:
    """The percentage of n cases that keep a rule, and those that break it."""
    return Value(check, 100 * (n - len(bad)) / n if n else None, n, tuple(bad))


def hard(check: str, n: int, bad: Sequence[Offender]) -> Value:
    """How many of n cases have a tell, and where."""
    return Value(check, float(len(bad)), n, tuple(bad))


def quantile(ordered: Sequence[float], part: float) -> float | None:
    """The quantile of rising values, interpolated (Hyndman and Fan 1996, type 7)."""
    if not ordered:
        return None
    at = part * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
