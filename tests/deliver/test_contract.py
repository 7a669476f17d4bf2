"""What every target must do, run by each of them on the same 300 mails."""

from collections import Counter
from dataclasses import replace

from decnet_emailgen.deliver import Ref, verify
from tests.deliver.conftest import Subject
from tests.deliver.corpus import corpus


def _kept(subject: Subject) -> int:
    return 600 if subject.whole else 300


def test_delivers_every_copy_in_the_order_asked(subject: Subject) -> None:
    """One outcome a copy, in order; targets without mailboxes skip all but one of a message."""
    copies = corpus()
    outcomes = subject.target.put(copies)
    assert [(one.message_id, one.mailbox, one.folder) for one in outcomes] == [
        (copy.message_id, copy.mailbox, copy.folder) for copy in copies
    ]
    states = Counter(one.state for one in outcomes)
    kept = _kept(subject)
    assert states == Counter(delivered=kept, skipped=600 - kept)


def test_gives_back_the_same_bytes_and_times(subject: Subject) -> None:
    """Content, arrival and flags come back as they went in, accents and 5 MB included."""
    copies = corpus()
    outcomes = subject.target.put(copies)
    found = {(mail.mailbox, mail.folder, mail.message_id): mail for mail in subject.all(copies)}
    kept = [copy for copy, one in zip(copies, outcomes, strict=True) if one.state == "delivered"]
    assert len(found) == len(kept)
    for copy in kept:
        whose = (copy.mailbox, copy.folder) if subject.whole else ("", "")
        mail = found[(*whose, copy.message_id)]
        assert mail.content == copy.content
        if subject.whole:
            assert mail.arrival == copy.arrival
            assert mail.flags == copy.flags


def test_repeating_changes_nothing(subject: Subject) -> None:
    """A second run, and a run over a part of it, finds everything present."""
    copies = corpus(60)
    subject.target.put(copies[20:90])
    subject.target.put(copies)
    before = sorted((mail.place, mail.message_id) for mail in subject.all(copies))
    again = Counter(one.state for one in subject.reopen().put(copies))
    assert set(again) <= {"present", "skipped"}
    after = sorted((mail.place, mail.message_id) for mail in subject.all(copies))
    assert after == before
    assert len(after) == (120 if subject.whole else 60)


def test_verifies_what_it_delivered(subject: Subject) -> None:
    """Every delivered copy is found again, and one that was removed is missed."""
    copies = corpus(40, large=False)
    outcomes = subject.target.put(copies)
    assert all(verdict.verified for verdict in verify(subject.target, copies, outcomes))
    gone = outcomes[0].message_id
    subject.target.remove([one.ref for one in outcomes if one.message_id == gone])
    missed = [one for one in verify(subject.target, copies, outcomes) if not one.verified]
    assert {one.message_id for one in missed} == {gone}


def test_removes_only_what_is_named(subject: Subject) -> None:
    """Removing half leaves the other half; repeating it finds nothing to do."""
    copies = corpus(40, large=False)
    outcomes = subject.target.put(copies)
    doomed = {copy.message_id for copy in copies[:40]}
    refs = [one.ref for one in outcomes if one.message_id in doomed and one.state == "delivered"]
    assert {one.state for one in subject.target.remove(refs)} == {"removed"}
    assert not doomed & {mail.message_id for mail in subject.all(copies)}
    assert len(list(subject.all(copies))) == (40 if subject.whole else 20)
    assert {one.state for one in subject.reopen().remove(refs)} == {"absent"}


def test_removes_without_knowing_the_place(subject: Subject) -> None:
    """The mail's own names are enough where the ledger has no place."""
    copies = corpus(12, large=False)
    outcomes = subject.target.put(copies)
    one = next(one for one in outcomes if one.state == "delivered")
    ref = Ref(one.message_id, one.mailbox, one.folder)
    assert [each.state for each in subject.target.remove([ref])] == ["removed"]


def test_a_check_finds_nothing_wrong_and_changes_nothing(subject: Subject) -> None:
    """Doctor's look is all well, and an empty target stays empty."""
    severities = {finding.severity for finding in subject.target.check()}
    assert severities == ({"ok", "warning"} if subject.name == "docker-new" else {"ok"})
    assert subject.all([]) == []


def test_flags_are_added_and_none_taken_away(subject: Subject) -> None:
    """Delivered again, a mail gets the flags it has acquired since and keeps those it has."""
    copies = corpus(12, large=False)
    subject.target.put(copies)
    read = [replace(copy, flags=frozenset({"\\Answered", "$MDNSent"})) for copy in copies[:8]]
    states = {one.state for one in subject.target.put(read)}
    assert states <= {"present", "skipped"}
    found = {(m.mailbox, m.folder, m.message_id): m.flags for m in subject.all(copies)}
    assert len(found) == (24 if subject.whole else 12)
    for old, new in zip(copies, [*read, *copies[8:]], strict=True) if subject.whole else ():
        assert found[old.mailbox, old.folder, old.message_id] == old.flags | new.flags


def test_hostile_names_reach_no_path(subject: Subject) -> None:
    """A mailbox, thread or stem that climbs out is refused, and the others go on."""
    good, other = corpus(2, large=False)[::2]
    bad = replace(other, mailbox="../../etc", thread_id="..", stem="../x", folder="INBOX")
    outcomes = subject.target.put([bad, good])
    assert outcomes[1].state == "delivered"
    if subject.name not in ("memory", "mbox-file"):
        assert outcomes[0].state == "failed"
        assert "\n" not in outcomes[0].reason
