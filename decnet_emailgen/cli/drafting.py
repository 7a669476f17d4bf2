"""Picks from a pipe to drafts, kept in the store before they are printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from decnet_emailgen.cli import steps
from decnet_emailgen.cli.console import say, stdin_lines
from decnet_emailgen.errors import ExitCode, InputError, UsageError
from decnet_emailgen.records import Draft, Pick, decode

if TYPE_CHECKING:
    from decnet_emailgen.generate.writers import Writer
    from decnet_emailgen.store import Store
    from decnet_emailgen.world.model import World

MEMORY = 20_000
"""How many of the latest mails a model's answer is compared with."""

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


def write_with(writer: Writer, on_reject: str, db: Path) -> steps.Write:
    """The step that puts one pick into words.

    What a model writes must not resemble what is in the store; the builtin writer keeps its mails
    apart by itself, and the same whatever was written before.
    """
    from decnet_emailgen.generate.shingles import Memory
    from decnet_emailgen.generate.step import generate

    if on_reject not in ON_REJECT:
        raise UsageError(f"--on-reject {on_reject}: choose one of {', '.join(ON_REJECT)}")
    seen = None if writer.name == "builtin" else Memory(_texts(db))
    return lambda pick: generate(pick, writer, on_reject=on_reject, seen=seen)  # type: ignore[arg-type]


def _texts(db: Path) -> Iterator[tuple[str, str]]:
    """The latest texts of the store by the ids of their mails."""
    from decnet_emailgen.store import Store

    if db.exists():
        with Store.open(db, create=False) as store:
            yield from store.texts(MEMORY)


def picks_of_stdin(tally: Tally) -> Iterator[Pick]:
    """The picks of a pipe; a line that is none is told and counted."""
    for number, line in stdin_lines("Pick"):
        try:
            yield decode(line, Pick, f"standard input, line {number}")
        except InputError as exc:
            tally.miss(str(exc), ExitCode.DATA)


def drafts_of_stdin(store: Store, write: steps.Write, jobs: int, tally: Tally) -> Iterator[Draft]:
    """A draft for each pick of the pipe, as they are ready; kept in the store first."""
    threads = ([pick] for pick in picks_of_stdin(tally))
    for pick, result in steps.write_threads(threads, write, jobs):
        known = store.message(pick.id)
        if known is None:
            store.plan("pick", "", [((pick,), ())])
        if isinstance(result, steps.Miss):
            store.fail(pick.id, result.reason, result.rejections)
            tally.miss(f"{pick.id}: {result.reason}")
        else:
            store.write([result])
            yield result
