"""mbox files (RFC 4155), quoted as mboxrd: one file, or one for each folder of each mailbox.

``mbox:FILE`` holds one copy of each message, like a spool: what a mail reader is given to look
at a corpus. ``mbox:DIR/`` holds ``<address>/<folder>.mbox``. The From_ line bears the arrival,
flags are ``Status`` and ``X-Status``, keywords ``X-Keywords``, which are taken away on reading. An
mbox is written anew beside the old one and takes its place in one rename, so a run that is killed
leaves the old one whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from decnet_emailgen.deliver import text
from decnet_emailgen.deliver.local import locked, reason
from decnet_emailgen.deliver.spool import choose
from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, State, outcome
from decnet_emailgen.errors import TargetError
from decnet_emailgen.mail.copies import Copy

_STATUS = {
    "\\Seen": ("Status", "R"),
    "\\Answered": ("X-Status", "A"),
    "\\Flagged": ("X-Status", "F"),
}
_STATUS |= {"\\Draft": ("X-Status", "T"), "\\Deleted": ("X-Status", "D")}
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_OURS = re.compile(rb"^(Status|X-Status|X-Keywords): (.*)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail of an mbox: its bytes there, and what they mean."""

    raw: bytes
    message_id: str
    content: bytes
    flags: frozenset[str]
    arrival: datetime


class MboxTarget:
    """One mbox file, or a folder of them (``many``)."""

    def __init__(self, address: str, path: Path, *, many: bool) -> None:
        self._address = address
        self._path = path
        self._many = many

    @property
    def address(self) -> str:
        """The TARGET it was opened from."""
        return self._address

    def put(self, copies: Sequence[Copy]) -> list[Outcome]:
        """Put copies in, in the order of their arrival."""
        kept = list(copies) if self._many else choose(copies)
        by_path: dict[Path | None, list[Copy]] = {}
        held = self._held(kept)
        for copy in kept:
            path = held.get((copy.mailbox, copy.message_id)) or self._place(
                copy.mailbox, copy.where
            )
            by_path.setdefault(path, []).append(copy)
        results: dict[int, Outcome] = {}
        for path, some in by_path.items():
            if path is None:
                why = "the mailbox or folder cannot be a file name"
                results |= {id(copy): outcome(copy, "failed", reason=why) for copy in some}
            else:
                results |= _append(path, some)
                self._leave(path, some, results)
        keepers = {copy.message_id: copy for copy in kept}

        def skipped(copy: Copy) -> Outcome:
            if copy.message_id not in keepers:
                return outcome(copy, "skipped", reason="one file for all mail holds no drafts")
            keeper = keepers[copy.message_id]
            why = f"one file holds one copy a message: {keeper.mailbox}'s {keeper.folder}"
            return outcome(copy, "skipped", results[id(keeper)].place, why)

        return [results.get(id(copy)) or skipped(copy) for copy in copies]

    def _held(self, copies: Sequence[Copy]) -> dict[tuple[str, str], Path]:
        """Where mail lies that its owner had filed already when these copies were made."""
        early = [copy for copy in copies if copy.elsewhere and copy.where == copy.folder]
        held: dict[tuple[str, str], Path] = {}
        for path, names in self._others(early).items():
            ids = {mail.message_id for mail in _mails(path)} if path.is_file() else set[str]()
            held |= {name: path for name in names if name[1] in ids}
        return held

    def _leave(self, path: Path, copies: Sequence[Copy], results: dict[int, Outcome]) -> None:
        """Take filed mail out of the folders that it was in, once it is in its own."""
        filed = [c for c in copies if c.where != c.folder and results[id(c)].state != "failed"]
        for other, names in self._others(filed).items():
            if other == path or not other.is_file():
                continue
            refs = [Ref(message_id, mailbox, "") for mailbox, message_id in names]
            gone = {
                ref.message_id for ref, one in _drop(other, refs).items() if one.state == "removed"
            }
            for copy in filed:
                if copy.message_id in gone and copy.mailbox == other.parent.name:
                    results[id(copy)] = outcome(copy, "present", str(path))

    def _others(self, copies: Sequence[Copy]) -> dict[Path, list[tuple[str, str]]]:
        """The files beside their own that copies may be in, with those copies' names."""
        found: dict[Path, list[tuple[str, str]]] = {}
        for copy in copies if self._many else ():
            for folder in copy.elsewhere:
                if path := self._place(copy.mailbox, folder):
                    found.setdefault(path, []).append((copy.mailbox, copy.message_id))
        return found

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """All mail, or only these copies."""
        wanted = None if copies is None else {key for copy in copies for key in self._keys(copy)}
        for path in self._files(copies):
            mailbox, folder = (path.parent.name, path.stem) if self._many else ("", "")
            with _foreign(path):
                mails = list(_mails(path))
            for mail in mails:
                if wanted is None or (mailbox, folder, mail.message_id) in wanted:
                    yield Found(
                        mailbox,
                        folder.replace("~", "/"),
                        mail.message_id,
                        mail.content,
                        mail.flags,
                        mail.arrival,
                        str(path),
                    )

    def _keys(self, copy: Copy) -> list[tuple[str, str, str]]:
        if not self._many:
            return [("", "", copy.message_id)]
        folders = (copy.where, *copy.elsewhere)
        return [(copy.mailbox, folder.replace("/", "~"), copy.message_id) for folder in folders]

    def _files(self, copies: Sequence[Copy] | None) -> list[Path]:
        if not self._many:
            found = {self._path}
        elif copies is None:
            found = set(self._path.glob("*/*.mbox"))
        else:
            places = (
                self._place(copy.mailbox, folder)
                for copy in copies
                for folder in (copy.where, *copy.elsewhere)
            )
            found = {path for path in places if path}
        return sorted(path for path in found if path.is_file())

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Write each mbox anew without these mails."""
        by_path: dict[Path | None, list[Ref]] = {}
        for ref in refs:
            home = self._place(ref.mailbox, ref.folder)
            by_path.setdefault(home, []).append(ref)
            if self._many and home and Path(ref.place).parent == home.parent != Path():
                by_path.setdefault(home.with_name(Path(ref.place).name), []).append(ref)
        results = {ref: Removal(ref, "absent") for ref in refs}
        for path, some in by_path.items():
            for ref, one in (_drop(path, some) if path and path.is_file() else {}).items():
                results[ref] = one if one.state != "absent" else results[ref]
        return [results[ref] for ref in refs]

    def check(self) -> list[Finding]:
        """Whether the folder of the files can be written."""
        folder = self._path if self._many else self._path.parent
        above = next(each for each in (folder, *folder.parents) if each.exists())
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            return [Finding("ok", f"{self._path} can be written")]
        return [Finding("problem", f"{above} cannot be written", "give this user write access")]

    def _place(self, mailbox: str, folder: str) -> Path | None:
        if not self._many:
            return self._path
        name = folder.replace("/", "~")
        if not text.safe_name(mailbox) or not text.safe_name(name):
            return None
        return self._path / mailbox / f"{name}.mbox"


def _append(path: Path, copies: Sequence[Copy]) -> dict[int, Outcome]:
    """Add to one file those that it does not hold yet."""
    with _foreign(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _foreign(path), _open(path) as old:
        mails = list(_mails(path))
        there = {mail.message_id: mail for mail in mails}
        ordered = sorted(copies, key=lambda copy: copy.arrival)
        new = {copy.message_id: copy for copy in ordered if copy.message_id not in there}
        raised = {
            copy.message_id: replace(copy, flags=copy.flags | there[copy.message_id].flags)
            for copy in copies
            if copy.message_id in there and not copy.flags <= there[copy.message_id].flags
        }
        state: State = "delivered"
        why = ""
        if new or raised:
            parts = (
                _format(raised[mail.message_id]) if mail.message_id in raised else mail.raw
                for mail in mails
            )
            try:
                _replace(path, parts if raised else [old], map(_format, new.values()))
            except OSError as exc:
                state, why = "failed", f"{path}: {reason(exc)}"
    return {
        id(copy): outcome(copy, "present", str(path))
        if copy.message_id in there
        else outcome(copy, state, "" if why else str(path), why)
        for copy in copies
    }


def _drop(path: Path, refs: Sequence[Ref]) -> dict[Ref, Removal]:
    ids = {ref.message_id for ref in refs}
    with _foreign(path), _open(path):
        mails = list(_mails(path))
        there = {mail.message_id for mail in mails}
        if ids & there:
            _replace(path, (mail.raw for mail in mails if mail.message_id not in ids))
    return {ref: Removal(ref, "removed" if ref.message_id in there else "absent") for ref in refs}


def _replace(path: Path, old: Iterable[bytes], more: Iterable[bytes] = ()) -> None:
    temp = path.with_name(f".{path.name}.new")
    try:
        with temp.open("wb") as handle:
            handle.writelines(old)
            handle.writelines(more)
            handle.flush()
            os.fsync(handle.fileno())
        if path.exists():
            temp.chmod(path.stat().st_mode & 0o777)
        temp.replace(path)
    finally:
        temp.unlink(missing_ok=True)


@contextlib.contextmanager
def _open(path: Path) -> Iterator[bytes]:
    """The bytes of a file, locked against ourselves and against mail readers (fcntl)."""
    with locked(path.parent):
        if not path.exists():
            yield b""
            return
        with path.open("r+b") as handle:
            fcntl.lockf(handle, fcntl.LOCK_EX)
            yield handle.read()


def _format(copy: Copy) -> bytes:
    """A mail as it stands in an mbox, the empty line behind it included."""
    sender = text.header(copy.content, "Return-Path").strip("<>")
    if not sender or not sender.isascii() or " " in sender:
        sender = "MAILER-DAEMON"
    when = copy.arrival.astimezone(UTC).strftime("%a %b %e %H:%M:%S %Y")
    head, blank, body = text.to_lf(copy.content).partition(b"\n\n")
    lines = {"Status": "O", "X-Status": "", "X-Keywords": ""}
    for flag in sorted(copy.flags):
        if flag in _STATUS:
            name, letter = _STATUS[flag]
            lines[name] = letter + lines[name]
        elif flag != "\\Recent":
            lines["X-Keywords"] = f"{lines['X-Keywords']} {flag}".strip()
    ours = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
    content = head + b"\n" + ours.encode() + (blank[1:] + body if blank else b"\n")
    quoted = _FROM.sub(rb">\1", content)
    return (
        f"From {sender} {when}\n".encode() + quoted + (b"\n" if quoted.endswith(b"\n") else b"\n\n")
    )


def _mails(path: Path) -> Iterator[_Mail]:
    """The mails of a file; a missing file holds none."""
    if not path.exists():
        return
    content = path.read_bytes()
    starts = [match.start() for match in re.finditer(rb"(?:\A|(?<=\n\n))From ", content)]
    for start, end in pairwise([*starts, len(content)]):
        yield _parse(content[start:end])


def _parse(raw: bytes) -> _Mail:
    first, _, rest = raw.partition(b"\n")
    head, blank, body = _QUOTED.sub(rb"\1", rest.removesuffix(b"\n")).partition(b"\n\n")
    head += b"\n"
    status = {match[1].decode(): match[2].decode() for match in _OURS.finditer(head)}
    content = text.to_crlf(_OURS.sub(b"", head) + blank[1:] + body)
    letters = status.get("Status", ""), status.get("X-Status", "")
    flags = {
        flag for flag, (name, letter) in _STATUS.items() if letter in letters[name != "Status"]
    }
    flags |= set(status.get("X-Keywords", "").split())
    return _Mail(raw, text.message_id(content), content, frozenset(flags), _arrival(first))


def _arrival(line: bytes) -> datetime:
    words = line.decode("ascii", "replace").split()[-5:]
    try:
        return datetime.strptime(" ".join(words), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


@contextlib.contextmanager
def _foreign(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise TargetError(f"{path}: {reason(exc)}; make room there, or give write access") from exc
