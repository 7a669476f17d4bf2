"""Findings about a personas file: where, what, and what to do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from decnet_emailgen.errors import PersonasError

Severity = Literal["error", "dropped", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    ``severity`` is ``error`` (the file can't be used), ``dropped`` (this persona is left out,
    the run goes on) or ``warning``. ``line`` counts from 1; ``where`` is a path such as
    ``personas[3].timezone``, its numbers counting from 0, empty for the file as a whole.
    """

    severity: Severity
    source: str
    line: int
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        what = f"{self.where}: {self.what}" if self.where else self.what
        return f"{shown(self.source, 200)}:{self.line}: {what}; {self.remedy}"


class Report:
    """All findings about one file, collected while it is read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.wrongs = 0

    def add(self, severity: Severity, line: int, where: str, what: str, remedy: str) -> None:
        """Record a finding."""
        self.wrongs += severity != "warning"
        self.problems.append(Problem(severity, self.source, line, where, what, remedy))

    def sorted(self) -> tuple[Problem, ...]:
        """The findings in the order of the file, each once."""
        return tuple(sorted(dict.fromkeys(self.problems), key=lambda p: p.line))

    def raise_errors(self) -> None:
        """Raise :class:`PersonasError` with every finding if one of them is an error."""
        problems = self.sorted()
        if all(p.severity != "error" for p in problems):
            return
        lines = tuple(str(p) for p in problems)
        many = f"{shown(self.source, 200)}: {len(lines)} problems; mend them and run again"
        raise PersonasError(lines[0] if len(lines) == 1 else many, lines)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the file, to which findings are attached.

    ``severity`` is that of a mistake found here: ``dropped`` inside a persona, else ``error``.
    """

    report: Report
    where: str = ""
    severity: Severity = "error"

    def at(self, step: str | int) -> Place:
        """The place one key or one list item further in."""
        if isinstance(step, int):
            where = f"{self.where}[{step}]"
        else:
            where = f"{self.where}.{step}" if self.where else step
        return Place(self.report, where, self.severity)

    def wrong(self, line: int, what: str, remedy: str) -> None:
        """Record a mistake."""
        self.report.add(self.severity, line, self.where, what, remedy)

    def warn(self, line: int, what: str, remedy: str) -> None:
        """Record something odd that doesn't stop anything."""
        self.report.add("warning", line, self.where, what, remedy)


def shown(text: str, length: int = 60) -> str:
    """A text from the file as it may stand on a terminal: one line, no controls, not too long."""
    safe = "".join(
        char if unicodedata.category(char)[0] not in "CZ" or char == " " else ascii(char)[1:-1]
        for char in text[: length + 1]
    )
    return safe if len(text) <= length else f"{safe[:length]}…"


def near(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy that names the known word nearest to a wrong one, or says ``otherwise``."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean {shown(folded[close[0]], 200)}?" if close else otherwise
