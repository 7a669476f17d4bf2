"""Putting planned mails into words, as several commands do it; kept in the store as they come.

Every answer of a model is kept when it comes, those that were refused too: a run that goes on
after an interruption asks for nothing that had been answered before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from decnet_emailgen.errors import EmailgenError
from decnet_emailgen.records import Draft, Earlier, Pick, Rejection

if TYPE_CHECKING:
    from decnet_emailgen.cli.console import Progress
    from decnet_emailgen.generate.step import Rejected
    from decnet_emailgen.store import Store

Refused = tuple[Rejection, ...]
"""All answers to one mail that the gate has refused so far."""
Heard = Callable[[Refused], None]
Words = Callable[[Pick, Refused, Heard], "Draft | Rejected"]

MAILS = 200
"""How many mails of the builtin writer are kept in one transaction."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes, how many mails at once, and how many are kept together.

    ``slow`` writers have answers that are worth keeping one by one.
    """

    words: Words
    jobs: int = 1
    slow: bool = True

    @property
    def batch(self) -> int:
        """How many mails are kept in one transaction."""
        return 1 if self.slow or self.jobs > 1 else MAILS


@dataclass(slots=True)
class Written:
    """What writing came to: mails, failures, and why answers were rejected."""

    mails: int = 0
    failed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a mail has not been written, and the answers that were rejected."""

    reason: str
    rejections: Refused = ()


Result = tuple[Pick, Draft | Miss | Refused]


def write_thread(
    picks: Sequence[Pick],
    words: Words,
    tell: Callable[[Result], None],
    known: Mapping[str, Refused],
) -> Iterator[Result]:
    """One thread's mails in order, each seeing the words of those before it.

    Gives a draft or a miss for each; what answers a missed mail is missed with it. ``tell`` is told
    of refused answers as they come; ``known`` are those of an earlier run. Raises
    :class:`EmailgenError` where the operator wants an end at the first mail nobody can write.
    """
    from decnet_emailgen.generate.step import Rejected

    said: dict[str, Earlier] = {}
    lost: set[str] = set()
    for pick in picks:
        parent = pick.parent
        if parent is not None and parent.message_id in lost:
            lost.add(pick.message_id)
            yield pick, Miss("the mail it answers was not written")
            continue
        chain = tuple(said.get(mail.message_id, mail) for mail in pick.thread)
        told = replace(pick, thread=chain)
        result = words(told, known.get(pick.id, ()), partial(_tell, tell, pick))
        if isinstance(result, Rejected):
            lost.add(pick.message_id)
            yield pick, Miss(result.reason, result.rejections)
            if result.fatal:
                raise EmailgenError(f"{pick.id}: {result.reason}; --on-reject fail ends here")
        else:
            said[pick.message_id] = result.as_earlier()
            yield pick, result


def _tell(tell: Callable[[Result], None], pick: Pick, refused: Refused) -> None:
    tell((pick, refused))


def write_threads(
    threads: Iterable[Sequence[Pick]], desk: Desk, known: Mapping[str, Refused] | None = None
) -> Iterator[Result]:
    """The mails of these threads as they are ready, and refused answers as they come."""
    from decnet_emailgen.cli.parallel import in_parallel

    if desk.slow or desk.jobs > 1:
        return in_parallel(
            threads,
            lambda picks, tell: write_thread(picks, desk.words, tell, known or {}),
            desk.jobs,
        )
    results: list[Result] = []
    return (
        result
        for picks in threads
        for result in write_thread(picks, desk.words, results.append, known or {})
    )


def write_planned(
    store: Store, threads: Iterable[Sequence[Pick]], desk: Desk, done: Progress
) -> Written:
    """Write the planned mails of these threads and keep them, some at a time."""
    written = Written()
    waiting: list[Draft] = []

    def keep() -> None:
        if waiting:
            store.write(waiting)
            done(len(waiting))
            waiting.clear()

    try:
        for pick, result in write_threads(threads, desk, store.refused() if desk.slow else None):
            if isinstance(result, Miss):
                keep()
                store.fail(pick.id, result.reason, result.rejections)
                written.failed += 1
                done(1)
            elif isinstance(result, Draft):
                waiting.append(result)
                written.mails += 1
                written.reasons.update(rejection.reason for rejection in result.rejections)
                if len(waiting) >= desk.batch:
                    keep()
            else:
                store.refuse(pick.id, result)
    finally:
        keep()
    return written
