"""Files on this machine: what the contract's tests cannot ask of other targets."""

import errno
import os
import pwd
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from decnet_emailgen.deliver import open_target
from decnet_emailgen.deliver.spool import choose
from decnet_emailgen.errors import TargetError
from tests.deliver.corpus import corpus, mail
from tests.servers.dovecot import Dovecot
from tests.servers.require import require_root

BOB = "bob@corp.example"


def test_dovecot_reads_the_maildir_as_it_was_meant(
    dovecot: Callable[[Path], Dovecot], tmp_path: Path
) -> None:
    """Bytes, sizes, order, flags and dates over IMAP are those of the copies; POP3 sees INBOX."""
    copies = corpus(90)
    open_target(f"maildir:{tmp_path}", environ={}).put(copies)
    server = dovecot(tmp_path)
    client = server.imap(BOB)
    for folder in ("INBOX", "Sent"):
        mine = [copy for copy in copies if (copy.mailbox, copy.folder) == (BOB, folder)]
        mine.sort(key=lambda copy: copy.arrival)
        client.select(folder)
        answer = client.uid("FETCH", "1:*", "(INTERNALDATE FLAGS RFC822.SIZE BODY.PEEK[])")[1]
        got = [part for part in answer if isinstance(part, tuple)]
        assert [part[1] for part in got] == [copy.content for copy in mine]
        for (head, _), copy in zip(got, mine, strict=True):
            assert copy.arrival.strftime('"%d-%b-%Y %H:%M:%S +0000"').encode() in head
            assert f"RFC822.SIZE {len(copy.content)}".encode() in head
            for flag in ("\\Seen", "\\Answered", "$Forwarded"):
                # the fixture keeps Dovecot's control files, keywords among them, elsewhere
                assert flag == "$Forwarded" or (flag.encode() in head) == (flag in copy.flags)
    client.logout()
    post = server.pop3(BOB)
    assert post.stat()[0] == 30
    post.quit()


def test_a_new_maildir_has_a_past(tmp_path: Path) -> None:
    """UIDVALIDITY lies before the first mail, UIDs rise with gaps, what was seen is numbered."""
    copies = corpus(90, large=False)
    open_target(f"maildir:{tmp_path}", environ={}).put(copies)
    for folder in (tmp_path / BOB, tmp_path / BOB / ".Sent"):
        head, *lines = (folder / "dovecot-uidlist").read_text().splitlines()
        version, validity, following, guid = head.split()
        names = [path.name for path in (folder / "cur").iterdir()]
        oldest = min(int(name.split(".")[0]) for name in names)
        assert version == "3"
        assert oldest - 41 * 86_400 < int(validity[1:]) < oldest
        assert len(guid) == 33
        listed = dict(line.split(" :") for line in lines)
        assert sorted(listed.values()) == sorted(name.partition(":")[0] for name in names)
        uids = [int(uid) for uid in listed]
        assert uids == sorted(set(uids))
        assert int(following[1:]) > uids[-1]
        stamps = [int(name.split(".")[0]) for name in listed.values()]
        assert stamps == sorted(stamps)
        ratio = int(following[1:]) / len(uids)
        assert ratio > 1.5 if folder.name == BOB else ratio < 4
    assert (tmp_path / BOB / "subscriptions").read_text() == "V\t2\n\nSent\n"
    assert (tmp_path / BOB / ".Sent" / "maildirfolder").read_bytes() == b""


def test_names_agree_with_the_trace(tmp_path: Path) -> None:
    """Second, process and host of a name are those of the mail's own LMTP line."""
    inbox = mail(7, "anna@corp.example", BOB)[0]
    (one,) = open_target(f"maildir:{tmp_path}", environ={}).put([inbox])
    name = Path(one.place).name
    assert name.startswith(f"{int(inbox.arrival.timestamp())}.M")
    assert "P3007.mail,S=" in name
    lf = inbox.content.replace(b"\r\n", b"\n")
    assert f",S={len(lf)},W={len(inbox.content)}:2,S" in name
    assert (tmp_path / one.place).stat().st_mtime == inbox.arrival.timestamp()
    assert (tmp_path / one.place).read_bytes() == lf


def test_unseen_mail_is_new_only_after_the_last_visit(tmp_path: Path) -> None:
    """An unread mail that a client has passed by is in cur, a later one in new."""
    copies = [mail(number, "anna@corp.example", BOB)[0] for number in range(4)]
    flags: list[frozenset[str]] = [frozenset(), frozenset({"\\Seen"}), frozenset(), frozenset()]
    copies = [replace(copy, flags=some) for copy, some in zip(copies, flags, strict=True)]
    outcomes = open_target(f"maildir:{tmp_path}", environ={}).put(copies)
    assert [one.place.split("/")[1] for one in outcomes] == ["cur", "cur", "new", "new"]


def test_mail_that_a_client_moved_is_still_known(tmp_path: Path) -> None:
    """Other flags, or cur instead of new, are the same mail."""
    copies = [replace(copy, flags=frozenset()) for copy in corpus(8, large=False)]
    target = open_target(f"maildir:{tmp_path}", environ={})
    for one in target.put(copies):
        path = tmp_path / one.place
        path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,FRS")
    assert Counter(one.state for one in target.put(copies)) == Counter(present=16)
    assert len(list(target.read())) == 16


def test_foreign_mail_is_left_alone(tmp_path: Path) -> None:
    """What others put into a Maildir or a spool survives a purge of all that is ours."""
    copies = corpus(6, large=False)
    for scheme, folder in (("maildir", f"{BOB}/cur"), ("spool", "thread")):
        root = tmp_path / scheme
        target = open_target(f"{scheme}:{root}", environ={})
        outcomes = target.put(copies)
        (root / folder).mkdir(exist_ok=True)
        foreign = root / folder / "1700000000.M1P1.x,S=5,W=6:2,S.eml"
        foreign.write_bytes(b"Message-ID: <other@x>\n\nhello\n")
        copied = root / Path(outcomes[0].place).parent / foreign.name
        copied.write_bytes(b"Message-ID: <another@x>\n\nhello\n")
        target.remove([one.ref for one in outcomes])
        left = {path for path in root.rglob("*") if path.is_file() and path.suffix == ".eml"}
        assert left == {foreign, copied}


def test_keywords_are_letters_of_the_folder(tmp_path: Path) -> None:
    """dovecot-keywords lists them, once each, and grows."""
    first, second = (mail(number, "anna@corp.example", BOB)[0] for number in (1, 2))
    target = open_target(f"maildir:{tmp_path}", environ={})
    target.put([replace(first, flags=frozenset({"\\Seen", "$Forwarded"}))])
    (one,) = target.put([replace(second, flags=frozenset({"NonJunk", "$Forwarded"}))])
    assert (tmp_path / BOB / "dovecot-keywords").read_text() == "0 $Forwarded\n1 NonJunk\n"
    assert one.place.endswith(":2,ab")


@pytest.mark.parametrize("folder", ["Entwürfe", "Archives/2026", "R&D", "Sent Items", "日本/語"])
def test_folder_names_survive(tmp_path: Path, folder: str) -> None:
    """Names of other languages and levels come back as they were."""
    copy = replace(mail(1, "anna@corp.example", BOB)[0], folder=folder)
    target = open_target(f"maildir:{tmp_path}", environ={})
    assert target.put([copy])[0].state == "delivered"
    assert [found.folder for found in target.read()] == [folder]
    assert (tmp_path / target.put([copy])[0].place).is_file()


@pytest.mark.parametrize("folder", ["../x", "a.b", "/etc", "a//b", "x\n", ""])
def test_folder_names_that_cannot_be_are_refused(tmp_path: Path, folder: str) -> None:
    """A failed outcome, and nothing outside the mailbox."""
    copy = replace(mail(1, "anna@corp.example", BOB)[0], folder=folder)
    (one,) = open_target(f"maildir:{tmp_path}", environ={}).put([copy])
    assert one.state == "failed"
    assert one.reason
    assert not list(tmp_path.rglob("*.mail,*"))


def test_a_spool_takes_the_first_recipients_copy() -> None:
    """INBOX before Sent before anything else, one of each message, in order."""
    copies = corpus(3, large=False)
    assert [copy.folder for copy in choose(copies)] == ["INBOX"] * 3
    assert [copy.folder for copy in choose([copies[1], copies[2]])] == ["INBOX", "Sent"]


@pytest.mark.parametrize("scheme", ["spool", "maildir", "mbox"])
def test_a_full_disk_fails_what_does_not_fit(
    tmp_path: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system of 3 MB the large mail fails in one line, and no part of it is left."""
    require_root("a file system for the test")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=True)
    try:
        place = f"{disk}/d/" if scheme == "mbox" else f"{disk}/d"
        target = open_target(f"{scheme}:{place}", environ={})
        copies = corpus(9)
        outcomes = target.put(copies)
        failed = [one for one in outcomes if one.state == "failed"]
        assert failed
        assert all("No space left" in one.reason and "\n" not in one.reason for one in failed)
        contents = {copy.content for copy in copies}
        assert all(found.content in contents for found in target.read())
        assert sum(path.stat().st_size for path in disk.rglob("*") if path.is_file()) < 200_000
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert {one.state for one in target.put(copies)} <= {"delivered", "present", "skipped"}
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("scheme", ["spool", "maildir", "mbox"])
def test_a_folder_that_cannot_be_is_one_line(tmp_path: Path, scheme: str) -> None:
    """A file where the folder should be: the whole target is unusable, and says why."""
    (tmp_path / "file").write_text("x")
    target = open_target(f"{scheme}:{tmp_path}/file/below/", environ={})
    with pytest.raises(TargetError) as caught:
        target.put(corpus(2, large=False))
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_root_delivers_for_the_owner(tmp_path: Path) -> None:
    """Files that root puts into a mail user's folder are the mail user's."""
    require_root("changing owners")
    user = pwd.getpwnam("mail")
    os.chown(tmp_path, user.pw_uid, user.pw_gid)
    open_target(f"maildir:{tmp_path}", environ={}).put(corpus(3, large=False))
    assert {path.stat().st_uid for path in tmp_path.rglob("*")} == {user.pw_uid}


def test_an_mbox_is_read_by_others(tmp_path: Path) -> None:
    """From_ lines in bodies, dates and flags are understood by Python's mailbox."""
    import mailbox

    copies = corpus(30, large=False)
    target = open_target(f"mbox:{tmp_path}/all.mbox", environ={})
    target.put(copies)
    box = mailbox.mbox(tmp_path / "all.mbox")
    assert len(box) == 30
    kept = sorted(choose(copies), key=lambda copy: copy.arrival)
    for message, copy in zip(box, kept, strict=True):
        assert message["Message-ID"] == copy.message_id
        assert ("R" in message.get_flags()) == ("\\Seen" in copy.flags)
        assert message.get_from().endswith(copy.arrival.strftime("%H:%M:%S %Y"))
    box.close()


def test_errno_is_what_the_system_says() -> None:
    """The reason of a failure is the system's own sentence."""
    from decnet_emailgen.deliver.local import reason

    assert reason(OSError(errno.EROFS, os.strerror(errno.EROFS))) == "Read-only file system"
