"""What people archive and throw away: a small part, always the same, as their clients name it."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

from decnet_emailgen.mail import Copy, Reaction, as_read
from decnet_emailgen.mail.filing import shares
from decnet_emailgen.mail.reading import SETTLED, seen_at

ARRIVED = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = ARRIVED + SETTLED
PEOPLE = [f"p{number}@x.test" for number in range(60)]


def copy(owner: str, number: int) -> Copy:
    name = f"<{number}.{owner}>"
    return Copy(name, f"t{number // 3}", owner, "INBOX", b"", frozenset(), ARRIVED, f"{number}")


BOXES = {owner: [copy(owner, number) for number in range(80)] for owner in PEOPLE}


def test_most_mail_stays_and_people_differ() -> None:
    """Half of the people leave all but a little in the inbox; nobody leaves it empty."""
    stays = []
    for box in BOXES.values():
        where = Counter(as_read(one, LATER).where for one in box)
        stays.append(where["INBOX"] / len(box))
    assert 0.4 < sum(share > 0.95 for share in stays) / len(stays) < 0.75
    assert min(stays) > 0.4
    assert 0.82 < sum(stays) / len(stays) < 0.97
    assert all(sum(shares(owner)) < 0.45 for owner in PEOPLE)


def test_folders_bear_the_names_that_the_mail_client_gives_them() -> None:
    names = {
        client: {as_read(one, LATER, (), client).where for box in BOXES.values() for one in box}
        for client in ("thunderbird", "apple-mail", "outlook", "roundcube")
    }
    assert names["thunderbird"] == {"INBOX", "Archives/2026", "Trash"}
    assert names["apple-mail"] == {"INBOX", "Archive", "Deleted Messages"}
    assert names["outlook"] == {"INBOX", "Archive", "Deleted Items"}
    assert names["roundcube"] == {"INBOX", "Archive", "Trash"}


def test_a_mail_moves_once_after_it_was_read_and_soon_or_never() -> None:
    """At any instant the same decision: once done it stays done, and within the settling time."""
    for one in itertools.chain.from_iterable(itertools.islice(BOXES.values(), 20)):
        views = [as_read(one, ARRIVED + timedelta(hours=hour)) for hour in range(0, 400, 7)]
        wheres = [view.where for view in views]
        changes = sum(a != b for a, b in itertools.pairwise(wheres))
        assert changes == (wheres[-1] != "INBOX")
        looked = seen_at(one)
        for view in views:
            assert view.where == "INBOX" or "\\Seen" in view.flags
            assert view.filing is None or (looked and looked < view.filing.at <= LATER)
            assert {view.where, *view.elsewhere} >= ({"INBOX"} if view.filing else set())


def test_what_was_dealt_with_is_not_thrown_away() -> None:
    """A mail that its owner answered before they would have deleted it stays."""
    spared = 0
    for one in itertools.chain.from_iterable(BOXES.values()):
        view = as_read(one, LATER)
        if view.where == "Trash" and view.filing:
            answered = Reaction(one.mailbox, "reply", view.filing.at - timedelta(minutes=1))
            assert as_read(one, LATER, [answered]).where == "INBOX"
            after = Reaction(one.mailbox, "reply", view.filing.at + timedelta(minutes=1))
            assert as_read(one, LATER, [after]).where == "Trash"
            spared += 1
    assert spared


def test_few_mails_are_flagged_by_those_who_flag() -> None:
    """One to five in a hundred (realism.md section 5), by most people, none of it binned."""
    marked = [
        (one.mailbox, view.where)
        for one in itertools.chain.from_iterable(BOXES.values())
        if "\\Flagged" in (view := as_read(one, LATER)).flags
    ]
    assert 0.01 < len(marked) / (60 * 80) < 0.05
    assert len({owner for owner, _ in marked}) < 50
    assert "Trash" not in {where for _, where in marked}
