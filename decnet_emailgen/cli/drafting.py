"""Picks from a pipe to drafts, kept in the store before they are printed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from decnet_emailgen.cli import writing
from decnet_emailgen.cli.console import say, stdin_lines
from decnet_emailgen.errors import ExitCode, InputError, UsageError, WriterError
from decnet_emailgen.records import Draft, Pick, decode

if TYPE_CHECKING:
    from decnet_emailgen.generate.step import OnReject, Rejected
    from decnet_emailgen.generate.writers import Writer
    from decnet_emailgen.store import Store
    from decnet_emailgen.world.model import World

VAIN = 20
"""So many mails in a row that a model declines to write, and it is given up."""
HOPELESS = frozenset({"refusal", "empty", "thinking", "wrong-language"})
"""Reasons that tell of a model that doesn't do what it is asked, not of one that does it ill."""

ON_REJECT = ("builtin", "skip", "fail")


@dataclass(slots=True)
class Tally:
    """What failed on the way, and the exit code it calls for."""

    failed: int = 0
    worst: ExitCode | None = None

    def miss(self, reason: str, code: ExitCode = ExitCode.FAILED) -> None:
        """Tell and count a failure; the rest goes on."""
        say(f"emailgen: {reason}")
        self.failed += 1
        self.worst = code if self.worst is None else max(self.worst, code)


def world_if_any(personas: Path | None) -> World | None:
    """The personas file if one is named or found; the writer's settings may be in it."""
    from decnet_emailgen.cli.context import open_world, personas_path

    if personas is None and not personas_path(None).exists():
        return None
    return open_world(personas).world


def desk(writer: Writer, on_reject: str, db: Path, jobs: int) -> writing.Desk:
    """Who puts picks into words.

    What a model writes must not resemble what is in the store; the builtin writer keeps its mails
    apart by itself, and the same whatever was written before.
    """
    from decnet_emailgen.cli.likeness import Known
    from decnet_emailgen.generate.step import generate

    if on_reject not in ON_REJECT:
        raise UsageError(f"--on-reject {on_reject}: choose one of {', '.join(ON_REJECT)}")
    slow = writer.name != "builtin"
    if slow:  # loaded now, and not while answers wait for it
        import_module("decnet_emailgen.generate.gate")
    seen = Known(db) if slow else None
    patience = Patience(writer.name)

    def words(pick: Pick, refused: writing.Refused, heard: writing.Heard) -> Draft | Rejected:
        patience.check()
        result = generate(
            pick,
            writer,
            on_reject=cast("OnReject", on_reject),
            seen=seen,
            refused=refused,
            heard=heard,
        )
        patience.note(result, len(refused))
        return result

    return writing.Desk(words, jobs, slow)


@dataclass(slots=True)
class Patience:
    """Ends a run whose model only declines: all its time would be for nothing."""

    writer: str
    vain: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """Raise :class:`WriterError` if too many mails in a row have come to nothing."""
        with self._lock:
            if self.vain < VAIN:
                return
            reason, number = self.reasons.most_common(1)[0]
        raise WriterError(
            f"{self.writer}: the model declined to write the last {self.vain} mails ({number} "
            f"answers: {reason}); name another --model and go on with --resume"
        )

    def note(self, result: Draft | Rejected, before: int) -> None:
        """Count a mail to which every answer was a refusal, or begin anew."""
        new = result.rejections[before:]
        written = isinstance(result, Draft) and result.writer == self.writer
        with self._lock:
            if new and not written and all(answer.reason in HOPELESS for answer in new):
                self.vain += 1
                self.reasons.update(answer.reason for answer in new)
            elif new or written:
                self.vain = 0
                self.reasons.clear()


def picks_of_stdin(tally: Tally) -> Iterator[Pick]:
    """The picks of a pipe; a line that is none is told and counted."""
    for number, line in stdin_lines("Pick"):
        try:
            yield decode(line, Pick, f"standard input, line {number}")
        except InputError as exc:
            tally.miss(str(exc), ExitCode.DATA)


def drafts_of_stdin(store: Store, by: writing.Desk, tally: Tally) -> Iterator[Draft]:
    """A draft for each pick of the pipe, as they are ready; kept in the store first."""
    threads = ([pick] for pick in picks_of_stdin(tally))
    for pick, result in writing.write_threads(threads, by):
        known = store.message(pick.id)
        if known is None:
            store.plan("pick", "", [((pick,), ())])
        if isinstance(result, tuple):
            store.refuse(pick.id, result)
        elif isinstance(result, writing.Miss):
            store.fail(pick.id, result.reason, result.rejections)
            tally.miss(f"{pick.id}: {result.reason}")
        else:
            store.write([result])
            yield result
