"""A writer that answers by script: for tests of this program and of programs that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from decnet_emailgen.errors import WriterError
from decnet_emailgen.generate.brief import Brief

Script = Callable[[Brief, int, str], str]


class Scripted:
    """Answers from a list in turn, or as a function of brief, attempt and complaint.

    What it was asked is kept in ``asked``. A list that has come to its end raises
    :class:`WriterError`, as a server that has gone away does.
    """

    name = "scripted"
    model = "script"

    def __init__(self, script: Script | Iterable[str]) -> None:
        self.asked: list[tuple[Brief, int, str]] = []
        self._script = script if callable(script) else _in_turn(script)

    def write(self, brief: Brief, attempt: int = 0, complaint: str = "") -> str:
        """The next answer of the script."""
        self.asked.append((brief, attempt, complaint))
        return self._script(brief, attempt, complaint)


def _in_turn(answers: Iterable[str]) -> Script:
    waiting = iter(answers)

    def answer(brief: Brief, attempt: int, complaint: str) -> str:
        for text in waiting:
            return text
        raise WriterError("the script has ended: give it more answers")

    return answer
