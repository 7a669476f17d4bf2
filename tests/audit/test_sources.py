"""Foreign mailboxes are read whatever their layout, and stay exactly as they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from decnet_emailgen.audit import Entry
from decnet_emailgen.cli import mailfiles, sources
from decnet_emailgen.errors import EmailgenError, SettingError, TargetError, UsageError
from tests.audit.boxes import mail
from tests.servers.dovecot import Dovecot

ARRIVED = 1_780_000_000
Made = Callable[[Path], Path]


def put(path: Path, content: bytes) -> Path:
    """A file that arrived at a fixed time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (ARRIVED, ARRIVED))
    return path


def maildir(path: Path, number: int, info: str = ":2,S") -> Path:
    """A Maildir with one mail, LF line ends as Dovecot writes them."""
    for part in ("cur", "new", "tmp"):
        (path / part).mkdir(parents=True, exist_ok=True)
    content = mail(number).replace(b"\r\n", b"\n")
    put(path / "cur" / f"{ARRIVED}.M{number}P1.host{info}", content)
    return path


def one(root: Path) -> Path:
    """A single Maildir, as mutt has it."""
    return maildir(root / "Maildir", 1)


def plus_plus(root: Path) -> Path:
    """Dovecot's Maildir++ of two addresses, with its files beside the mail."""
    tree = root / "mail"
    anna = maildir(tree / "anna@firm.example", 1, ":2,RSa")
    put(anna / "dovecot-uidlist", f"3 V177 N9 G1\n7 :{ARRIVED}.M1P1.host\n".encode())
    put(anna / "dovecot-keywords", b"0 $Forwarded\n")
    maildir(anna / ".Sent", 2)
    maildir(anna / ".Entw&APw-rfe", 3)
    maildir(tree / "ben@firm.example", 4)
    return tree


def domains(root: Path) -> Path:
    """vmail's domain/user/Maildir, folders in folders (Dovecot's LAYOUT=fs)."""
    tree = root / "vmail"
    anna = maildir(tree / "firm.example" / "anna" / "Maildir", 1)
    maildir(anna / "Archive" / "2025", 2)
    return tree


def boxed(content: bytes, more: str = "") -> bytes:
    """A mail as it stands in an mbox."""
    head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    body = body.replace(b"From ", b">From ")
    return (
        b"From anna@firm.example Tue May  5 10:00:00 2026\n" + head + more.encode() + b"\n\n" + body
    )


def mbox(root: Path) -> Path:
    """A single mbox file."""
    body = "Hi,\n\nFrom here on it's quoted.\n\nAnna"
    first = boxed(mail(1, body=body), "\nStatus: RO\nX-Status: A")
    return put(root / "Sent.mbox", first + b"\n" + boxed(mail(2)))


def mboxes(root: Path) -> Path:
    """A folder of mbox files, one a folder of a mailbox."""
    put(root / "boxes" / "anna@firm.example" / "Archive~2025.mbox", boxed(mail(1)))
    return put(root / "boxes" / "anna@firm.example" / "INBOX.mbox", boxed(mail(2))).parents[1]


def eml(root: Path) -> Path:
    """A folder of .eml files with LF line ends, as a careless tool writes them."""
    put(root / "spool" / "thread" / "a.eml", mail(1).replace(b"\r\n", b"\n"))
    put(root / "spool" / "notes.txt", b"Subject: this is no mail\n")
    return put(root / "spool" / "ben@firm.example" / "Sent" / "b.eml", mail(2)).parents[2]


def nameless(root: Path) -> Path:
    """A corpus whose files have no ending."""
    put(root / "ham" / "cmds", b"mv 1 2\n")
    return put(root / "ham" / "00001.7c53336b37003a9286aba55d2945844c", mail(1)).parent


SHAPES: dict[str, tuple[Made, int]] = {
    "one": (one, 1),
    "plus_plus": (plus_plus, 4),
    "domains": (domains, 2),
    "mbox": (mbox, 2),
    "mboxes": (mboxes, 2),
    "eml": (eml, 2),
    "nameless": (nameless, 1),
}


def state(root: Path) -> list[tuple[str, int, int, bytes]]:
    """Names, modes, mtimes and bytes of everything below a folder."""
    found = []
    for path in sorted(root.rglob("*")):
        stat = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found.append((str(path), stat.st_mode, stat.st_mtime_ns, content))
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_a_source_is_read_and_left_as_it_is(shape: str, tmp_path: Path) -> None:
    """All mail is found, and no name, mode, mtime or byte below the folder changes."""
    make, count = SHAPES[shape]
    place = make(tmp_path)
    before = state(tmp_path)
    found = list(sources.entries(str(place)))
    assert len(found) == count
    assert all(b"Message-ID: <0000000" in each.content for each in found)
    assert state(tmp_path) == before


@pytest.mark.parametrize("shape", SHAPES)
def test_a_source_that_cannot_be_written_is_read(shape: str, tmp_path: Path) -> None:
    """Read-only folders and files are enough."""
    make, count = SHAPES[shape]
    place = make(tmp_path)
    paths = [*tmp_path.rglob("*"), tmp_path]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert len(list(sources.entries(str(place)))) == count
    finally:
        for path in paths:
            path.chmod(0o755)


def names(found: Iterator[Entry]) -> set[tuple[str, str]]:
    return {(each.mailbox, each.folder) for each in found}


def test_mailboxes_and_folders_have_their_names(tmp_path: Path) -> None:
    anna, ben = "anna@firm.example", "ben@firm.example"
    assert names(sources.entries(str(plus_plus(tmp_path)))) == {
        *((anna, "INBOX"), (anna, "Sent"), (anna, "Entwürfe"), (ben, "INBOX"))
    }
    assert names(sources.entries(str(domains(tmp_path)))) == {
        *((anna, "INBOX"), (anna, "Archive/2025"))
    }
    assert names(sources.entries(str(mboxes(tmp_path)))) == {
        *((anna, "INBOX"), (anna, "Archive/2025"))
    }
    assert names(sources.entries(str(mbox(tmp_path)))) == {("", "Sent")}
    assert names(sources.entries(str(eml(tmp_path)))) == {("", ""), (ben, "Sent")}


def test_a_maildir_tells_flags_arrival_and_uid(tmp_path: Path) -> None:
    """Flags from the name, keywords and UIDs from Dovecot's files, arrival from the mtime."""
    (first, *_) = sources.entries(f"maildir:{plus_plus(tmp_path)}")
    assert first.flags == {"\\Answered", "\\Seen", "$Forwarded"}
    assert first.arrival == datetime.fromtimestamp(ARRIVED, UTC)
    assert (first.uid, first.uidvalidity) == (7, 177)
    assert b"\r" not in first.content  # as it lies there: line ends may be a tell


def test_an_mbox_tells_flags_and_arrival(tmp_path: Path) -> None:
    """Its own fields become flags, its quotation marks go, its From_ line is the arrival."""
    first, _ = sources.entries(f"mbox:{mbox(tmp_path)}")
    assert first.flags == {"\\Seen", "\\Answered"}
    assert b"Status" not in first.content
    assert b"\r\nFrom here on" in first.content
    assert first.arrival == datetime(2026, 5, 5, 10, tzinfo=UTC)


def test_eml_files_keep_their_line_ends(tmp_path: Path) -> None:
    """And only a spool's times are arrivals."""
    place = eml(tmp_path)
    contents = {each.place[-5:]: each for each in sources.entries(str(place))}
    assert b"\r\n" not in contents["a.eml"].content
    assert contents["a.eml"].arrival is None
    spool = {each.place[-5:]: each.arrival for each in sources.entries(f"spool:{place}")}
    assert spool["a.eml"] == datetime.fromtimestamp(ARRIVED, UTC)


def test_what_is_no_plain_file_is_left_alone(tmp_path: Path) -> None:
    """A pipe doesn't hang the reader, and a link isn't followed out of the mailbox."""
    place = one(tmp_path)
    os.mkfifo(place / "cur" / "1.pipe:2,")
    secret = put(tmp_path / "secret", mail(9))
    (place / "cur" / "2.link:2,").symlink_to(secret)
    assert len(list(sources.entries(str(place)))) == 1


def test_a_mail_that_is_too_large_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailfiles.octets, "__defaults__", (100,))
    (found,) = sources.entries(str(one(tmp_path)))
    assert 100 <= len(found.content) < 110


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("nowhere", UsageError),
        ("maildir:nowhere", UsageError),
        (".", UsageError),
        ("imap://127.0.0.1", SettingError),
        ("imap://anna:secret@127.0.0.1", SettingError),
        ("gopher:hole", SettingError),
    ],
)
def test_a_source_that_cannot_be(
    source: str, error: type[EmailgenError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line that tells what to do, and no password in it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as caught:
        list(sources.entries(source))
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_imap_account_is_examined_and_peeked_at(
    dovecot: Callable[[Path], Dovecot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    r"""Every folder is read with UIDs and UIDVALIDITY; \Seen, \Recent, names and bytes stay."""
    user = "anna@firm.example"
    tree = plus_plus(tmp_path)
    maildir(tree / user, 5, ":2,")
    (tree / user / "dovecot-uidlist").unlink()
    server = dovecot(tree)
    server.imap(user).logout()
    before = state(tree)
    monkeypatch.setenv("EMAILGEN_IMAP_PASSWORD", server.password)
    found = list(sources.entries(f"imap://{user}@{server.host}:{server.imap_port}"))
    assert state(tree) == before
    assert {each.folder for each in found} >= {"INBOX", "Sent"}
    assert all(each.uid and each.uidvalidity for each in found)
    inbox = [each.flags for each in found if each.folder == "INBOX"]
    assert sorted("\\Seen" in flags for flags in inbox) == [False, True]


def test_an_imap_account_that_refuses_says_so(
    dovecot: Callable[[Path], Dovecot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = dovecot(plus_plus(tmp_path))
    monkeypatch.setenv("EMAILGEN_IMAP_PASSWORD", "wrong")
    with pytest.raises(TargetError, match="check the login"):
        list(sources.entries(f"imap://anna@{server.host}:{server.imap_port}"))


def test_a_folder_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Root reads everything, so the folder's refusal is the file system's as os.walk meets it."""
    plus_plus(tmp_path)
    shut = tmp_path / "mail" / "ben@firm.example"
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path) == shut:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = list(mailfiles.maildir(tmp_path))
    assert {entry.mailbox for entry in found} == {"anna@firm.example"}
    assert capsys.readouterr().err == f"warning: {shut}: Permission denied; left out\n"
