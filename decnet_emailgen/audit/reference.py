"""The reference: every number that is measured, its range, and where the range comes from.

All of it is one data file, ``data/reference.yaml``; nothing about a range stands in code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from decnet_emailgen.audit.report import Finding, Value, Verdict

KINDS = ("share", "median", "quantile", "ratio", "rate", "distance", "rule", "hard")
"""How a number is made; ``rule`` is a share that has to be 100 %, ``hard`` a count that has to
be zero."""


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the reference. ``low``, ``high``: the range, both ends within it, None for open;
    both open is told and not judged. Below ``least`` samples nothing is judged. Checks of
    one measure share a ``number``; 0 is none.
    """

    id: str
    number: int
    group: str
    name: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    least: int
    source: str

    def judge(self, value: Value | None) -> Finding:
        """The finding for a value; None, where no measure had anything, is too few."""
        found = value if value is not None else Value(self.id, None, 0)
        return Finding(
            check=self.id,
            number=self.number,
            group=self.group,
            name=self.name,
            kind=self.kind,
            value=found.value,
            low=self.low,
            high=self.high,
            unit=self.unit,
            n=found.n,
            least=self.least,
            verdict=self._verdict(found),
            offenders=found.offenders,
        )

    def _verdict(self, found: Value) -> Verdict:
        if found.value is None or found.n < self.least:
            return "few"
        if self.low is None and self.high is None:
            return "told"
        below = self.low is not None and found.value < self.low
        above = self.high is not None and found.value > self.high
        return "out" if below or above else "ok"


@dataclass(frozen=True, slots=True)
class Reference:
    """The groups in their order, the checks in theirs, and distributions to compare with.

    ``quantiles`` are ``(value, cumulative share)`` pairs by name, rising.
    """

    groups: tuple[str, ...]
    checks: tuple[Check, ...]
    quantiles: dict[str, tuple[tuple[float, float], ...]]

    def check(self, identity: str) -> Check:
        """The check of this id; raises :class:`KeyError`."""
        for check in self.checks:
            if check.id == identity:
                return check
        raise KeyError(identity)


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The packaged reference, read once."""
    data = packaged("reference.yaml")
    return Reference(
        groups=tuple(data["groups"]),
        checks=tuple(_check(row) for row in data["checks"]),
        quantiles={
            name: tuple((float(at), float(share)) for at, share in pairs)
            for name, pairs in data["quantiles"].items()
        },
    )


@lru_cache(maxsize=16)
def packaged(name: str) -> Any:
    """A YAML file of this room's data, read once."""
    import yaml

    text = files("decnet_emailgen.audit").joinpath("data").joinpath(name).read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _check(row: dict[str, Any]) -> Check:
    low, high = row.get("range", (None, None))
    return Check(
        id=row["id"],
        number=row.get("number", 0),
        group=row["group"],
        name=row["name"],
        kind=row["kind"],
        unit=row.get("unit", "%" if row["kind"] in ("share", "rule") else ""),
        low=low,
        high=high,
        least=row.get("least", 1),
        source=row["source"],
    )
