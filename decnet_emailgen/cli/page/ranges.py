"""Reference ranges, from the audit's data: the one place that has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from decnet_emailgen.audit.reference import reference


@dataclass(frozen=True, slots=True)
class Range:
    """A range, both ends within it; its source."""

    low: float
    high: float
    source: str

    def __str__(self) -> str:
        return f"{self.low:g}–{self.high:g}"

    def verdict(self, value: float) -> str:
        """Whether a value is in the range, in words."""
        return "in range" if self.low <= value <= self.high else "out of range"


def find(check: str) -> Range:
    """The range of a check of the audit; open ends are those of a share."""
    known = reference().check(check)
    low = 0.0 if known.low is None else known.low
    return Range(low, 100.0 if known.high is None else known.high, known.source)


def sides(check: str) -> dict[str, Any]:
    """The range of a check as a chart's row has it."""
    known = find(check)
    return {"low": known.low, "high": known.high, "range": f"reference {known}"}


def quantiles(name: str) -> list[dict[str, float]]:
    """A distribution of real mail as points of a cumulative curve, in per cent."""
    return [{"value": at, "share": 100 * share} for at, share in reference().quantiles[name]]
