"""Mail in files of anybody's: Maildir trees, mbox files, folders of ``.eml``; only ever read.

Nothing is locked, made, moved or marked: files are opened for reading, without their access time
where the system lets us (O_NOATIME). What is no plain file is left alone, links too.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from decnet_emailgen.audit import Entry
from decnet_emailgen.audit.entry import role_of
from decnet_emailgen.cli.console import say
from decnet_emailgen.deliver import maildirname, text

LARGEST = 32 << 20
"""Octets of one mail that are read."""

_HEAD = re.compile(rb"(?:From [^\n]+\n|>From [^\n]+\n)?[!-9;-~]{1,70}:[ \t\r\n]")
_HOMES = frozenset({"maildir", ".maildir", "mail"})
_STATUS = {b"R": "\\Seen"}
_X_STATUS = {b"A": "\\Answered", b"F": "\\Flagged", b"T": "\\Draft", b"D": "\\Deleted"}


def octets(path: Path, most: int = LARGEST) -> tuple[bytes, int] | None:
    """A plain file's octets and its mtime in seconds; None, with a word on stderr, without them."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | getattr(os, "O_NOATIME", 0)
    try:
        try:
            handle = os.open(path, flags)
        except PermissionError:
            handle = os.open(path, flags & ~getattr(os, "O_NOATIME", 0))
        with open(handle, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                return None
            return file.read(most), int(found.st_mtime)
    except OSError as exc:
        say(f"warning: {path}: {exc.strerror}; left out")
        return None


def kind(path: Path) -> str:
    """What stands at a path: "maildir", "mbox", "eml", or "" for none of these."""
    if path.is_file():
        found = octets(path, 1000)
        head = found[0] if found else b""
        if head.startswith(b"From ") or (not head and path.suffix == ".mbox"):
            return "mbox"
        return "eml" if path.suffix == ".eml" or _HEAD.match(head) else ""
    if next(_maildirs(path), None) is not None:
        return "maildir"
    if next(path.glob("**/*.mbox"), None) is not None:
        return "mbox"
    return "eml" if next(iter(_mails(path)), None) is not None else ""


# --- Maildir ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Folder:
    """A Maildir: its names, its keywords, what Dovecot knows of its UIDs."""

    path: Path
    mailbox: str
    name: str
    keywords: tuple[str, ...] = ()
    validity: int | None = None
    uids: dict[str, int] = field(default_factory=dict)


def maildir(root: Path) -> Iterator[Entry]:
    """Every mail of the Maildirs at and below a folder, in whatever layout they stand."""
    for place, mailbox, name in _maildirs(root, _left_out):
        folder = _known(place, mailbox, name)
        for sub in ("cur", "new"):
            for file in sorted(_files(place / sub)):
                found = octets(file)
                if found is not None:
                    yield _entry(folder, file, *found)


def _entry(folder: _Folder, file: Path, content: bytes, mtime: int) -> Entry:
    base, _, info = file.name.partition(":2,")
    return Entry(
        mailbox=folder.mailbox,
        folder=folder.name,
        content=content,
        flags=maildirname.flags(info, folder.keywords),
        arrival=datetime.fromtimestamp(mtime, UTC),
        place=str(file),
        uid=folder.uids.get(base),
        uidvalidity=folder.validity,
    )


def _left_out(exc: OSError) -> None:
    """Say that a folder can't be looked into; figures without it would be quietly wrong."""
    say(f"warning: {exc.filename}: {exc.strerror}; left out")


def _maildirs(
    root: Path, unread: Callable[[OSError], None] | None = None
) -> Iterator[tuple[Path, str, str]]:
    """Each Maildir with the names of its mailbox and folder, those above before those below."""
    inboxes: dict[Path, str] = {}
    for place, folders, _ in os.walk(root, onerror=unread):
        folders.sort()
        here = Path(place)
        if not {"cur", "new"} <= set(folders):
            continue
        folders[:] = [name for name in folders if name not in ("cur", "new", "tmp")]
        above = next((path for path in here.parents if path in inboxes), None)
        if above is None:
            inboxes[here] = _mailbox(root, here)
            yield here, inboxes[here], "INBOX"
        else:
            name = str(here.relative_to(above))
            if name.startswith("."):
                name = _plain(name[1:]).replace(".", "/")
            yield here, inboxes[above], name


def _mailbox(root: Path, here: Path) -> str:
    """Whose it is: the folder's name, or the one above; ``domain/user`` makes an address."""
    root = root.absolute()
    parts = list((root / here.absolute().relative_to(root)).parts)
    if len(parts) > 1 and parts[-1].lower() in _HOMES:
        parts.pop()
    above = parts[-2] if len(parts) > 1 and here.absolute() != root else ""
    if "@" not in parts[-1] and "." in above.strip("."):
        return f"{parts[-1]}@{above}"
    return parts[-1]


def _plain(name: str) -> str:
    from imapclient.imap_utf7 import decode

    return str(decode(name.encode("utf-8", "replace")))


def _known(place: Path, mailbox: str, name: str) -> _Folder:
    """What Dovecot's files say of a Maildir, where it has been."""
    keywords: tuple[str, ...] = ()
    listed = place / "dovecot-keywords"
    if listed.is_file() and (found := octets(listed)):
        rows = found[0].decode("utf-8", "replace").splitlines()
        keywords = tuple(row.partition(" ")[2] for row in rows)
    numbers = place / "dovecot-uidlist"
    known = octets(numbers) if numbers.is_file() else None
    if known is None:
        return _Folder(place, mailbox, name, keywords)
    first, *rows = known[0].decode("utf-8", "replace").splitlines() or [""]
    validity = re.search(r"\bV(\d+)", first)
    uids = {}
    for row in rows:
        number, _, rest = row.partition(" ")
        if number.isdigit():
            uids[rest.rpartition(":")[2]] = int(number)
    return _Folder(place, mailbox, name, keywords, int(validity[1]) if validity else None, uids)


def _files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as found:
            return [Path(each.path) for each in found if each.is_file(follow_symlinks=False)]
    except OSError as exc:
        say(f"warning: {folder}: {exc.strerror}; left out")
        return []


# --- mbox ------------------------------------------------------------------------------------


def mbox(path: Path) -> Iterator[Entry]:
    """Every mail of an mbox (RFC 4155, quoted as mboxrd), or of the ``*.mbox`` below a folder."""
    if path.is_file():
        folder = path.stem if role_of(path.stem) != "other" else ""
        yield from _mbox(path, "", folder)
        return
    for file in sorted(path.glob("**/*.mbox")):
        if file.is_file():
            owner = file.parent.name if file.parent != path else ""
            yield from _mbox(file, owner, file.stem.replace("~", "/"))


def _mbox(path: Path, mailbox: str, folder: str) -> Iterator[Entry]:
    """One mail at a time, however large the file."""
    for number, rows in enumerate(_split(path), 1):
        first, content = rows[0], b"".join(re.sub(rb"^>(>*From )", rb"\1", r) for r in rows[1:])
        content = content.removesuffix(b"\n")
        if b"\r" not in content:  # where there are some already, they are for the audit to judge
            content = text.to_crlf(content)
        yield Entry(
            mailbox=mailbox,
            folder=folder,
            content=_without_status(content),
            flags=_status(content),
            arrival=_arrival(first),
            place=f"{path}:{number}",
        )


def _split(path: Path) -> Iterator[list[bytes]]:
    rows: list[bytes] = []
    blank = True
    size = 0
    try:
        with path.open("rb") as file:
            for row in file:
                if blank and row.startswith(b"From "):
                    if rows:
                        yield rows
                    rows, size = [], 0
                blank = row in (b"\n", b"\r\n")
                size += len(row)
                if size <= LARGEST and (rows or row.startswith(b"From ")):
                    rows.append(row)
    except OSError as exc:
        say(f"warning: {path}: {exc.strerror}; left out")
    if rows:
        yield rows


_OURS = re.compile(rb"^(?:Status|X-Status|X-Keywords):[^\r\n]*\r\n", re.MULTILINE | re.IGNORECASE)


def _without_status(content: bytes) -> bytes:
    """A mail without the fields in which mbox files keep flags."""
    head, blank, body = content.partition(b"\r\n\r\n")
    return _OURS.sub(b"", head + b"\r\n").removesuffix(b"\r\n") + blank + body


def _status(content: bytes) -> frozenset[str]:
    found = set()
    head = content.partition(b"\r\n\r\n")[0]
    for row in head.split(b"\r\n"):
        name, _, value = row.partition(b":")
        if name.lower() == b"status":
            found |= {flag for letter, flag in _STATUS.items() if letter in value}
        elif name.lower() == b"x-status":
            found |= {flag for letter, flag in _X_STATUS.items() if letter in value}
        elif name.lower() == b"x-keywords":
            found |= set(value.decode("utf-8", "replace").split())
    return frozenset(found)


_ASCTIME = re.compile(
    rb" ([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)(?: [A-Z+-]\S*)? (\d{4})"
)


def _arrival(row: bytes) -> datetime | None:
    """The instant of a From_ line (asctime, in UTC; RFC 4155), if it has one."""
    found = _ASCTIME.search(row)
    try:
        text_ = b" ".join(found.groups()).decode() if found else ""
        return datetime.strptime(text_, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


# --- .eml ------------------------------------------------------------------------------------


def eml(path: Path, *, arrivals: bool = False) -> Iterator[Entry]:
    """Every mail that is a file of its own, with the line ends it has there.

    Folders named by an address are mailboxes, those inside them folders. An mtime says when a
    mail arrived only in a spool (``arrivals``); elsewhere it is when somebody saved it.
    """
    for file in _mails(path):
        found = octets(file)
        if found is None:
            continue
        mailbox, folder = _names(path, file)
        arrival = datetime.fromtimestamp(found[1], UTC) if arrivals else None
        yield Entry(mailbox, folder, found[0], arrival=arrival, place=str(file))


def _names(root: Path, file: Path) -> tuple[str, str]:
    parts = file.relative_to(root).parts[:-1] if file != root else ()
    at = next((n for n, part in enumerate(parts) if "@" in part), None)
    return ("", "") if at is None else (parts[at], "/".join(parts[at + 1 :]))


def _mails(path: Path) -> Iterable[Path]:
    """The ``.eml`` files below a folder; without any, all files that begin as mail does."""
    if path.is_file():
        return [path]
    files = sorted(
        Path(place) / name
        for place, folders, names in os.walk(path)
        for name in names
        if not any(part.startswith(".") for part in Path(place).relative_to(path).parts)
    )
    named = [file for file in files if file.suffix == ".eml"]
    return named or [file for file in files if _begins(file)]


def _begins(file: Path) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    found = octets(file, 1000)
    return bool(found and _HEAD.match(found[0]))
