"""Stores that aren't Dovecot's, and sources that know little."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from decnet_emailgen.audit import Entry
from tests.audit.boxes import BEN, MONDAY, entry, mail, measured
from tests.audit.letters import changed, office


def test_a_source_without_flags_is_not_judged_by_them() -> None:
    """A folder of .eml files has no \\Seen at all."""
    box = [entry(mail(n), arrival=MONDAY) for n in range(300)]
    assert measured(lambda: box).finding("seen-old").verdict == "few"


def test_small_uidvalidities_are_no_times() -> None:
    """Some servers count from one; only Unix times tell when a folder was made."""
    report = measured(changed(lambda one, n: replace(one, uidvalidity=len(one.folder))))
    assert report.finding("uidvalidity").n == 0
    assert report.finding("uidvalidity-today").value == 0
    assert report.finding("uidvalidity-apart").verdict == "ok"


def test_names_of_other_maildirs_are_not_judged() -> None:
    """qmail's and a hand's names say nothing of sizes or processes."""
    report = measured(changed(lambda one, n: replace(one, place=f"cur/{n}.eml")))
    for check in ("maildir-time", "maildir-size", "maildir-pid"):
        assert report.finding(check).verdict == "few", check


def test_crlf_files_may_have_equal_sizes() -> None:
    """With mail_save_crlf, S and W are the same."""

    def wide(one: Entry, n: int) -> Entry:
        content = one.content.replace(b"\n", b"\r\n")
        size = len(content)
        return replace(one, content=content, place=f"cur/1795401745.M1P2.vm,S={size},W={size}:2,S")

    assert measured(changed(wide)).finding("maildir-size").verdict == "ok"


def test_filed_mail_need_not_be_in_order() -> None:
    """Moving mail into a folder gives new UIDs in the order of moving."""

    def filed(one: Entry, n: int) -> Entry:
        folder = "Archive" if one.folder == "INBOX" else one.folder
        return replace(one, folder=folder, uid=1000 - n)

    assert measured(changed(filed)).finding("uid-order").n == 0


def test_imap_gives_crlf_and_maildirs_lf() -> None:
    """Copies of one mail from two kinds of source are the same."""

    def mixed(one: Entry, n: int) -> Entry:
        wide = one.content.replace(b"\n", b"\r\n") if one.mailbox == BEN else one.content
        return replace(one, content=wide)

    report = measured(changed(mixed))
    assert report.finding("same-copies").verdict == "ok"
    assert report.finding("sent-same").verdict == "ok"


def test_an_alias_delivers_twice_and_that_is_no_tell() -> None:
    """The same mail twice with two deliveries is what mailing lists do."""
    copies = [one for one in office() if one.mailbox == BEN and one.folder == "INBOX"]
    again = [
        replace(one, content=one.content.replace(b"with LMTP\n\tid ", b"with LMTP\n\tid A", 1))
        for one in copies[:5]
    ]
    assert measured(lambda: [*office(), *again]).finding("twice-in-folder").value == 0


def test_arrival_may_be_two_seconds_off() -> None:
    """Time passes between the session's first line and the file."""

    def later(one: Entry, n: int) -> Entry:
        return replace(one, arrival=one.arrival + timedelta(seconds=2)) if one.arrival else one

    assert measured(changed(later)).finding("arrival").verdict == "ok"
