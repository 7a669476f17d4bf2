"""Threads of mail side by side: each in its own order, as many at once as the writer has slots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

from decnet_emailgen.records import Pick

T = TypeVar("T")


def in_parallel(
    threads: Iterable[Sequence[Pick]],
    work: Callable[[Sequence[Pick]], Iterator[T]],
    jobs: int,
) -> Iterator[T]:
    """The results of all threads as they come; the longest threads begin first.

    An error in one thread stops the others after the mail they are at; every result that had
    come is still given before the error is raised.
    """
    queue: SimpleQueue[tuple[T] | BaseException | None] = SimpleQueue()
    stop = Event()

    def run(picks: Sequence[Pick]) -> None:
        try:
            for result in work(picks):
                queue.put((result,))
                if stop.is_set():
                    return
        except BaseException as exc:
            stop.set()
            queue.put(exc)
        finally:
            queue.put(None)

    ordered = sorted(threads, key=len, reverse=True)
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="writer")
    futures = [pool.submit(run, picks) for picks in ordered]
    failure: BaseException | None = None
    left = len(futures)
    try:
        while left:
            item = queue.get()
            if item is None:
                left -= 1
            elif isinstance(item, BaseException):
                failure = failure or item
                left -= sum(future.cancel() for future in futures)
            else:
                yield item[0]
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
    if failure is not None:
        raise failure
