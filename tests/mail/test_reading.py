"""Flags that owners give their mail: after a while, by what they did with it, only ever more."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from decnet_emailgen.mail import Copy, Reaction, as_read
from decnet_emailgen.mail.reading import SETTLED, seen_at

ARRIVED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def copy(number: int = 0, folder: str = "INBOX") -> Copy:
    name = f"<{number}@x.test>"
    return Copy(name, "t", "ana@x.test", folder, b"", frozenset(), ARRIVED, f"{number}_at_x.test")


def seen_share(after: timedelta) -> float:
    looked = [as_read(copy(n), ARRIVED + after).flags for n in range(3000)]
    return sum("\\Seen" in flags for flags in looked) / 3000


def test_mail_is_read_after_a_while_and_a_little_of_it_never() -> None:
    """Ranges of a lived-in inbox: 88-99 % seen after two weeks, some unread in the last days."""
    assert seen_share(timedelta(0)) == 0
    assert 0.3 < seen_share(timedelta(minutes=38)) < 0.6
    assert 0.8 < seen_share(timedelta(days=1)) < 0.97
    assert 0.94 < seen_share(timedelta(days=14)) < 0.99


def test_an_answer_means_that_the_mail_was_seen_and_answered_by_its_author_only() -> None:
    at = ARRIVED + timedelta(minutes=1)
    mine = Reaction("ana@x.test", "reply", at)
    other = Reaction("ben@x.test", "reply", at)
    assert as_read(copy(), at, [mine]).flags == {"\\Seen", "\\Answered"}
    assert "\\Answered" not in as_read(copy(), at, [other]).flags
    assert "\\Answered" not in as_read(copy(), at - timedelta(seconds=1), [mine]).flags
    passed_on = Reaction("ana@x.test", "forward", at)
    assert as_read(copy(), at, [passed_on]).flags == {"\\Seen", "$Forwarded"}


def test_sent_copies_keep_their_flags() -> None:
    assert as_read(copy(folder="Sent"), ARRIVED + timedelta(days=99)).flags == frozenset()


def test_flags_only_grow_and_settle() -> None:
    for number in range(200):
        flags = [
            as_read(copy(number), ARRIVED + timedelta(hours=h)).flags for h in range(0, 200, 9)
        ]
        assert all(before <= after for before, after in itertools.pairwise(flags))
        looked = seen_at(copy(number))
        assert looked is None or ARRIVED < looked <= ARRIVED + SETTLED
