"""The layout of Dovecot's Maildir++: one Maildir a mailbox, at ``<root>/<address>/``.

INBOX is the Maildir itself, any other folder a Maildir in ``.<name>`` below it, with "." for
each level and modified UTF-7 for what is not ASCII (RFC 3501 section 5.1.3). Files have LF line
ends, as Dovecot writes them; IMAP gives them back with CRLF, byte for byte what the copy holds.
mtime is the arrival, which is what Dovecot shows as INTERNALDATE.

A delivered mail without flags is put into ``new/``, where LMTP leaves it and where it is
\\Recent, unless the folder holds a later mail with flags: its owner's mail client has been there
since, and would have moved it to ``cur/``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from decnet_emailgen.deliver import maildirfolder, maildirname, text
from decnet_emailgen.deliver.maildirfolder import MaildirFolder
from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, outcome
from decnet_emailgen.deliver.tree import File, Folder, Tree
from decnet_emailgen.mail.copies import Copy


class MaildirTarget:
    """Maildirs on a tree."""

    def __init__(self, address: str, tree: Tree) -> None:
        self._address = address
        self._tree = tree

    @property
    def address(self) -> str:
        """The TARGET it was opened from."""
        return self._address

    def put(self, copies: Sequence[Copy]) -> list[Outcome]:
        """Put copies into the Maildirs of their mailboxes."""
        homes = {id(copy): maildirfolder.place(copy.mailbox, copy.folder) for copy in copies}
        folders = maildirfolder.look(self._tree, sorted({home for home in homes.values() if home}))
        host = _host(folders, copies)
        state: dict[int, tuple[str, str]] = {}
        files: list[File] = []
        for copy in sorted(copies, key=lambda copy: copy.arrival):
            home = homes[id(copy)]
            if home is None:
                continue
            folder = folders[home]
            key = maildirname.key(copy)
            if key in folder.known:
                state[id(copy)] = ("present", folder.known[key])
                continue
            file = _file(copy, folder, host)
            folder.known[key] = file.path
            state[id(copy)] = ("delivered", file.path)
            files.append(file)
        used = [folders[home] for home in sorted({file.path.rsplit("/", 2)[0] for file in files})]
        failed = self._write(used, files) if files else {}

        def result(copy: Copy) -> Outcome:
            if id(copy) not in state:
                return outcome(copy, "failed", reason=maildirfolder.objection(copy))
            kind, path = state[id(copy)]
            if path in failed:
                return outcome(copy, "failed", reason=f"{path}: {failed[path]}")
            return outcome(copy, "present" if kind == "present" else "delivered", path)

        return [result(copy) for copy in copies]

    def _write(self, used: Sequence[MaildirFolder], files: Sequence[File]) -> dict[str, str]:
        folders: list[Folder] = []
        extras: list[File] = []
        for folder in used:
            folders += [Folder(path, 0o700) for path in folder.parts]
            oldest = min(file.mtime_ns or 0 for file in files if file.path.startswith(folder.path))
            extras += folder.extras(oldest // 10**9)
        extras += maildirfolder.subscriptions(used)
        return self._tree.write(list(dict.fromkeys(folders)), [*extras, *files])

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """Read all Maildirs, or only these copies."""
        if copies is None:
            homes = maildirfolder.homes(self._tree.paths())
        else:
            named = (maildirfolder.place(copy.mailbox, copy.folder) for copy in copies)
            homes = sorted({home for home in named if home})
        folders = maildirfolder.look(self._tree, homes)
        wanted = {path: folder for folder in folders.values() for path in folder.paths}
        if copies is not None:
            keys = {
                (maildirfolder.place(copy.mailbox, copy.folder), maildirname.key(copy))
                for copy in copies
            }
            wanted = {
                path: folder for path, folder in wanted.items() if (folder.path, _key(path)) in keys
            }
        for stored in self._tree.read(list(wanted)):
            folder = wanted[stored.path]
            content = text.to_crlf(stored.content)
            yield Found(
                mailbox=folder.mailbox,
                folder=folder.name,
                message_id=text.message_id(content),
                content=content,
                flags=maildirname.flags(stored.path.partition(":2,")[2], folder.keywords),
                arrival=datetime.fromtimestamp(stored.mtime_ns // 10**9, UTC),
                place=stored.path,
            )

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Remove the files of these copies from the folders they are in, whatever their flags."""
        homes = {ref: maildirfolder.place(ref.mailbox, ref.folder) for ref in refs}
        folders = maildirfolder.look(self._tree, sorted({home for home in homes.values() if home}))
        wanted: set[str] = set()
        for ref, home in homes.items():
            inside = folders[home].paths if home else []
            same = [path for path in inside if _name(path) == _name(ref.place)]
            wanted.update(same or inside)
        found: dict[tuple[str, str], list[str]] = {}
        for stored in self._tree.read(sorted(wanted)):
            known = (stored.path.rsplit("/", 2)[0], text.message_id(stored.content))
            found.setdefault(known, []).append(stored.path)
        paths = {ref: found.get((home or "", ref.message_id), []) for ref, home in homes.items()}
        failed = self._tree.remove(sorted({path for some in paths.values() for path in some}))

        def result(ref: Ref) -> Removal:
            bad = [path for path in paths[ref] if path in failed]
            if bad:
                return Removal(ref, "failed", f"{bad[0]}: {failed[bad[0]]}")
            return Removal(ref, "removed" if paths[ref] else "absent")

        return [result(ref) for ref in refs]

    def check(self) -> list[Finding]:
        """How the tree stands."""
        return self._tree.check()


def _name(path: str) -> str:
    return path.rpartition("/")[2].partition(":")[0]


def _key(path: str) -> maildirname.Key | None:
    parsed = maildirname.parse(path.rpartition("/")[2])
    return parsed[0] if parsed else None


def _host(folders: dict[str, MaildirFolder], copies: Sequence[Copy]) -> str:
    """The host for the names: the one already there, else the one in the mails' traces."""
    for folder in folders.values():
        if folder.host:
            return folder.host
    for copy in copies:
        if host := maildirname.host_of(copy):
            return host
    return "mail"


def _file(copy: Copy, folder: MaildirFolder, host: str) -> File:
    name = maildirname.base(copy, host)
    arrival = int(copy.arrival.timestamp())
    letters = maildirname.letters(copy.flags, folder.letter(copy.flags))
    if letters or arrival < folder.visited:
        path = f"{folder.path}/cur/{name}:2,{letters}"
        folder.visited = max(folder.visited, arrival)
    else:
        path = f"{folder.path}/new/{name}"
    content = text.to_lf(copy.content)
    return File(path, "/".join((folder.path, "tmp", name)), content, arrival * 10**9, 0o600)
