"""What comes out of an audit: a value for each check, judged against its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "out", "few", "told"]
"""In range; out of range; too few samples to say; told without a judgement."""


@dataclass(frozen=True, slots=True)
class Offender:
    """A mail that a check points at: where it is, and what is wrong with it there."""

    mailbox: str
    folder: str
    place: str
    message_id: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a measure found for a check: a number, from how many samples, and by whose fault.

    ``value`` is None where there is nothing to measure.
    """

    check: str
    value: float | None
    n: int
    offenders: tuple[Offender, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A value beside its range, and the verdict; ``low`` and ``high`` None for an open end."""

    check: str
    number: int
    group: str
    name: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    n: int
    least: int
    verdict: Verdict
    offenders: tuple[Offender, ...] = ()

    @property
    def hard(self) -> bool:
        """Whether it is a tell: something no mail client and no person does."""
        return self.kind == "hard"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one source, in the order of the reference."""

    findings: tuple[Finding, ...]
    mails: int
    copies: int
    human: int

    @property
    def tells(self) -> tuple[Finding, ...]:
        """The hard tells that were found."""
        return tuple(one for one in self.findings if one.hard and one.verdict == "out")

    def score(self, group: str = "") -> float | None:
        """Percent of the judged statistics in range, of a group or of all; None if none was."""
        judged = self.judged(group)
        return 100 * sum(f.verdict == "ok" for f in judged) / len(judged) if judged else None

    def judged(self, group: str = "") -> Sequence[Finding]:
        """The statistics with a verdict; hard tells stand apart."""
        return [
            finding
            for finding in self.findings
            if not finding.hard
            and finding.verdict in ("ok", "out")
            and group in ("", finding.group)
        ]

    def finding(self, check: str) -> Finding:
        """The finding of one check; raises :class:`KeyError` if there is no such check."""
        for one in self.findings:
            if one.check == check:
                return one
        raise KeyError(check)
