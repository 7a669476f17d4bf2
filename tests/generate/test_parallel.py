"""Threads side by side: order in each, the longest first, as many at once as there are slots."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from decnet_emailgen.cli.parallel import in_parallel
from decnet_emailgen.errors import WriterError
from decnet_emailgen.records import Pick
from tests.generate.making import pick

Item = tuple[str, str]


def threads(*lengths: int) -> list[list[Pick]]:
    """Threads of these lengths; each mail's id is its place."""
    made = pick("quick-question", "answer")
    return [
        [replace(made, id=str(n), thread_id=f"{number}") for n in range(length)]
        for number, length in enumerate(lengths)
    ]


def named(picks: Sequence[Pick], tell: Callable[[Item], None]) -> Iterator[Item]:
    """Each mail by its thread and place."""
    yield from ((made.thread_id, made.id) for made in picks)


def test_every_mail_is_written_once_and_in_its_threads_order() -> None:
    found = list(in_parallel(threads(*range(1, 30)), named, 8))
    assert len(found) == len(set(found)) == sum(range(1, 30))
    for number in range(29):
        places = [int(place) for thread, place in found if thread == str(number)]
        assert places == sorted(places)


def test_the_thread_with_the_most_mails_left_is_always_next() -> None:
    """One slot takes the longest first, and goes over to another when that has more left."""
    found = list(in_parallel(threads(1, 4, 2), named, 1))
    assert [thread for thread, _ in found] == ["1", "1", "1", "2", "1", "2", "0"]


@pytest.mark.parametrize("jobs", [1, 3, 8])
def test_all_slots_are_busy_at_once_and_no_more(jobs: int) -> None:
    """Nobody can end a first mail before as many have begun as there are slots."""
    meeting = threading.Barrier(jobs)
    busy, most, lock = 0, 0, threading.Lock()

    def work(picks: Sequence[Pick], tell: Callable[[Item], None]) -> Iterator[Item]:
        nonlocal busy, most
        for made in picks:
            with lock:
                busy += 1
                most = max(most, busy)
            meeting.wait(30)
            with lock:
                busy -= 1
            yield made.thread_id, made.id

    assert len(list(in_parallel(threads(*[3] * jobs), work, jobs))) == 3 * jobs
    assert most == jobs


def test_one_thread_never_has_two_mails_under_way() -> None:
    """A reply is written when what it answers has been."""
    under_way: set[str] = set()

    def work(picks: Sequence[Pick], tell: Callable[[Item], None]) -> Iterator[Item]:
        for made in picks:
            assert made.thread_id not in under_way
            under_way.add(made.thread_id)
            under_way.discard(made.thread_id)
            yield made.thread_id, made.id

    assert len(list(in_parallel(threads(40, 40), work, 8))) == 80


def test_what_is_told_between_mails_comes_before_what_follows_it() -> None:
    def work(picks: Sequence[Pick], tell: Callable[[Item], None]) -> Iterator[Item]:
        for made in picks:
            tell(("told", made.id))
            yield "mail", made.id

    assert list(in_parallel(threads(2), work, 4)) == [
        ("told", "0"),
        ("mail", "0"),
        ("told", "1"),
        ("mail", "1"),
    ]


def test_an_error_comes_after_all_that_was_written() -> None:
    """Others end the mail they are at; nobody begins another one."""
    failed, begun = threading.Event(), threading.Barrier(2)

    def work(picks: Sequence[Pick], tell: Callable[[Item], None]) -> Iterator[Item]:
        for made in picks:
            begun.wait(30)
            if made.thread_id == "0":
                failed.set()
                raise WriterError("away")
            assert failed.wait(30)
            yield made.thread_id, made.id

    found: list[Item] = []
    with pytest.raises(WriterError, match="away"):
        found.extend(in_parallel(threads(5, 5), work, 2))
    assert found == [("1", "0")]
