"""Threads of mail side by side: each in its own order, as many at once as the writer has slots.

Whoever is free takes the next mail of the thread with the most mails left, so that all threads
come to their end together and no slot stands idle beside one long thread.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from decnet_emailgen.records import Pick

T = TypeVar("T")
Work = Callable[[Sequence[Pick], Callable[[T], None]], Iterator[T]]
"""Gives a thread's results, one a mail; may tell of others in between."""

GRACE = 0.3
"""Seconds after an interruption in which answers that have just come are still kept."""
PATIENCE = 30.0
"""Seconds that others have to end the mail they are at when one has failed."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Board(Generic[T]):
    """The threads that wait for somebody, the one with the most mails left first."""

    def __init__(self, ready: list[tuple[int, int, Iterator[T]]]) -> None:
        self._ready = ready
        self._out = 0
        self._stopped = False
        self._change = threading.Condition()
        heapify(ready)

    def take(self) -> tuple[int, int, Iterator[T]] | None:
        """The next thread to work on; waits for one, and is None when there will be none."""
        with self._change:
            while not self._ready and self._out and not self._stopped:
                self._change.wait()
            if self._stopped or not self._ready:
                return None
            self._out += 1
            return heappop(self._ready)

    def give_back(self, *left: tuple[int, int, Iterator[T]]) -> None:
        """Somebody has written a mail of a thread; it comes back unless it has ended."""
        with self._change:
            self._out -= 1
            for entry in left:
                heappush(self._ready, entry)
            self._change.notify_all()

    def stop(self) -> None:
        """Let nobody begin another mail."""
        with self._change:
            self._stopped = True
            self._change.notify_all()


def in_parallel(threads: Iterable[Sequence[Pick]], work: Work[T], jobs: int) -> Iterator[T]:
    """The results of all threads as they come, and what is told in between.

    An error in one thread stops the others after the mail they are at; SIGINT and SIGTERM end all
    at once with :class:`KeyboardInterrupt`. Either way every result that had come is given first.
    """
    results: SimpleQueue[tuple[T] | BaseException | None] = SimpleQueue()

    def tell(result: T) -> None:
        results.put((result,))

    ordered = enumerate(sorted(threads, key=len, reverse=True))
    board = _Board([(-len(picks), n, work(picks, tell)) for n, picks in ordered])
    with _signals(lambda: results.put(KeyboardInterrupt())):
        for n in range(jobs):
            name = f"writer-{n}"
            threading.Thread(target=_write, args=(board, results), name=name, daemon=True).start()
        try:
            yield from _gathered(results, board, jobs)
        finally:
            board.stop()


def _write(board: _Board[T], results: SimpleQueue[tuple[T] | BaseException | None]) -> None:
    """One slot's work: mail after mail, of whatever thread is next."""
    try:
        while (entry := board.take()) is not None:
            left, number, mails = entry
            found = [(result,) for result in _next(mails)]
            for item in found:
                results.put(item)
            board.give_back(*((left + 1, number, mails) for _ in found))
    except BaseException as exc:
        results.put(exc)
        board.stop()
    finally:
        results.put(None)


def _next(mails: Iterator[T]) -> list[T]:
    """The next of these in a list, or an empty one at their end."""
    for mail in mails:
        return [mail]
    return []


def _gathered(
    results: SimpleQueue[tuple[T] | BaseException | None], board: _Board[T], jobs: int
) -> Iterator[T]:
    """What comes until all slots have ended; after an error, what comes within some time."""
    failure: BaseException | None = None
    end = float("inf")
    while jobs and time.monotonic() < end:
        try:
            item = results.get(timeout=None if failure is None else end - time.monotonic())
        except (Empty, ValueError):
            break
        if item is None:
            jobs -= 1
        elif isinstance(item, tuple):
            yield item[0]
        elif failure is None or isinstance(item, KeyboardInterrupt):
            failure = item
            board.stop()
            grace = GRACE if isinstance(item, KeyboardInterrupt) else PATIENCE
            end = min(end, time.monotonic() + grace)
    if failure is not None:
        raise failure


@contextmanager
def _signals(note: Callable[[], None]) -> Iterator[None]:
    """The first SIGINT or SIGTERM is noted; a second one does what it always did."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def first(number: int, frame: object) -> None:
        restore()
        note()

    for number in SIGNALS:
        signal.signal(number, first)
    try:
        yield
    finally:
        restore()
