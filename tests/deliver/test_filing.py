"""Mail that its owner files: moved once, found wherever it is, there once whatever is repeated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from decnet_emailgen.deliver import missing, verify
from decnet_emailgen.mail.copies import Copy, Filing
from tests.deliver.conftest import Subject
from tests.deliver.corpus import PEOPLE, corpus

FOLDERS = ("Archives/2026", "Trash", "Gelöschte Elemente")


def as_filed(copies: Sequence[Copy], *, done: bool) -> list[Copy]:
    """Every third mail of the inboxes filed, or about to be."""

    def one(number: int, copy: Copy) -> Copy:
        if copy.folder != "INBOX" or number % 3:
            return copy
        at = copy.arrival + timedelta(days=1 + number % 7)
        folder = FOLDERS[number % len(FOLDERS) if number % 9 else -1]
        move = Filing(folder, at, done, ("Trash", "Deleted Items"))
        return replace(copy, filing=move, flags=copy.flags | {"\\Seen"} if done else copy.flags)

    return [one(number // 2, copy) for number, copy in enumerate(copies)]


def _where(subject: Subject, copies: Sequence[Copy]) -> Counter[tuple[str, str, str]]:
    """How often each mail is in each folder; IMAP servers may have another separator."""
    return Counter(
        (mail.mailbox, mail.folder.replace(".", "/"), mail.message_id)
        for mail in subject.all(copies)
    )


def _wanted(subject: Subject, copies: Sequence[Copy]) -> Counter[tuple[str, str, str]]:
    if not subject.whole:
        return Counter({("", "", copy.message_id): 1 for copy in copies})
    return Counter((copy.mailbox, copy.where, copy.message_id) for copy in copies)


def test_filed_mail_is_delivered_where_it_is_by_now(subject: Subject) -> None:
    """A history goes right into its final folders, with its own times, and is verified there."""
    copies = as_filed(corpus(60, large=False), done=True)
    outcomes = subject.target.put(copies)
    assert _where(subject, copies) == _wanted(subject, copies)
    assert all(one.verified for one in verify(subject.target, copies, outcomes))
    assert {one.state for one in subject.reopen().put(copies)} <= {"present", "skipped"}
    arrivals = {copy.message_id: copy.arrival for copy in copies if copy.folder == "INBOX"}
    for mail in subject.all(copies) if subject.whole else ():
        assert mail.folder == "Sent" or mail.arrival == arrivals[mail.message_id]


def test_mail_moves_once_and_never_back(subject: Subject) -> None:
    """What is filed later is moved; who then asks with older knowledge moves nothing."""
    plain = corpus(60, large=False)
    before, after = as_filed(plain, done=False), as_filed(plain, done=True)
    subject.target.put(before)
    assert _where(subject, before) == _wanted(subject, before)
    outcomes = subject.reopen().put(after)
    assert {one.state for one in outcomes} <= {"present", "skipped"}
    assert _where(subject, after) == _wanted(subject, after)
    assert all(one.verified for one in verify(subject.target, after, outcomes))
    assert {one.state for one in subject.reopen().put(before)} <= {"present", "skipped"}
    assert _where(subject, after) == _wanted(subject, after)


def test_filed_mail_is_removed_by_the_names_of_its_home(subject: Subject) -> None:
    """The ledger knows INBOX and the place: that is enough to take a moved mail out."""
    copies = as_filed(corpus(30, large=False), done=True)
    outcomes = subject.target.put(copies)
    refs = [one.ref for one in outcomes if one.state == "delivered"]
    assert {one.state for one in subject.target.remove(refs)} == {"removed"}
    assert not subject.all(copies)


def test_what_is_gone_is_told_and_filled_again_in_order(subject: Subject) -> None:
    """Half of the mails taken away: just they are missing, and putting all back adds just them."""
    copies = as_filed(corpus(40, large=False), done=True)
    outcomes = subject.target.put(copies)
    held = [copy for copy, one in zip(copies, outcomes, strict=True) if one.state == "delivered"]
    assert missing(subject.target, held) == []
    gone = held[::2]
    refs = [one.ref for one in outcomes if one.state == "delivered"][::2]
    subject.target.remove(refs)
    assert missing(subject.reopen(), held) == gone
    states = Counter(one.state for one in subject.target.put(held))
    assert states == Counter(delivered=len(gone), present=len(held) - len(gone))
    assert missing(subject.target, held) == []
    assert _where(subject, copies) == _wanted(subject, copies)
    if subject.name == "imap":  # read back in the order of UIDs: what was filled is in order
        for mailbox in PEOPLE:
            filled = [
                m.arrival for m in subject.all(gone) if (m.mailbox, m.folder) == (mailbox, "Sent")
            ]
            assert filled == sorted(filled)
