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

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from decnet_emailgen.deliver import maildirfolder, maildirname, text
from decnet_emailgen.deliver.maildirfolder import MaildirFolder
from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, State, outcome
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
        homes = {id(copy): maildirfolder.places(copy) for copy in copies}
        folders = maildirfolder.look(self._tree, _all(homes.values()))
        host = _host(folders, copies)
        state: dict[int, tuple[State, str]] = {}
        moves: dict[str, str] = {}
        for copy in copies:
            if copy.flags and homes[id(copy)]:
                folders[homes[id(copy)][0]].visit(copy)
        for copy in sorted(copies, key=lambda copy: copy.since):
            inside = [folders[home] for home in homes[id(copy)]]
            if not inside:
                continue
            key = maildirname.key(copy)
            holder = next((folder for folder in inside if key in folder.known), None)
            if holder is None:
                file = _file(copy, inside[0], host)
                inside[0].take(key, file)
                inside[0].coming.append(file)
                state[id(copy)] = ("delivered", file.path)
                continue
            path = holder.known[key]
            new = _moved(path, copy, holder, inside[0])
            if new.rpartition("/cur/")[0] == inside[0].path != holder.path:
                inside[0].take(key, File(new, "", b"", int(copy.arrival.timestamp()) * 10**9, 0))
            moves[path] = new
            state[id(copy)] = ("present", new)
        failed = self._write([folder for folder in folders.values() if folder.changed])
        self._tree.move({old: new for old, new in moves.items() if old != new})

        def result(copy: Copy) -> Outcome:
            if id(copy) not in state:
                return outcome(copy, "failed", reason=maildirfolder.objection(copy))
            kind, path = state[id(copy)]
            if path in failed:
                return outcome(copy, "failed", reason=f"{path}: {failed[path]}")
            return outcome(copy, kind, path)

        return [result(copy) for copy in copies]

    def _write(self, changed: Sequence[MaildirFolder]) -> dict[str, str]:
        """Make folders, then Dovecot's own files, then mail in the order of arrival."""
        if not changed:
            return {}
        folders = [Folder(path, 0o700) for folder in changed for path in folder.parts]
        extras = [file for folder in changed for file in folder.extras()]
        extras += maildirfolder.subscriptions(changed)
        mails = [file for folder in changed for file in folder.coming]
        mails.sort(key=lambda file: file.mtime_ns or 0)
        return self._tree.write(list(dict.fromkeys(folders)), [*extras, *mails])

    def lacks(self, copies: Sequence[Copy]) -> list[Copy]:
        """Those that are in none of their folders."""
        homes = {id(copy): maildirfolder.places(copy) for copy in copies}
        folders = maildirfolder.look(self._tree, _all(homes.values()))

        def there(copy: Copy) -> bool:
            key = maildirname.key(copy)
            return any(key in folders[home].known for home in homes[id(copy)])

        return [copy for copy in copies if not there(copy)]

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """Read all Maildirs, or only these copies."""
        if copies is None:
            homes = maildirfolder.homes(self._tree.paths())
        else:
            homes = _all(maildirfolder.places(copy) for copy in copies)
        folders = maildirfolder.look(self._tree, homes)
        wanted = {path: folder for folder in folders.values() for path in folder.paths}
        if copies is not None:
            keys = {
                (home, maildirname.key(copy))
                for copy in copies
                for home in maildirfolder.places(copy)
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
        homes = {ref: maildirfolder.places_of(ref) for ref in refs}
        folders = maildirfolder.look(self._tree, _all(homes.values()))
        wanted: set[str] = set()
        for ref, some in homes.items():
            inside = [path for home in some for path in folders[home].paths]
            same = [path for path in inside if _name(path) == _name(ref.place)]
            wanted.update(same or inside)
        found: dict[tuple[str, str], list[str]] = {}
        for stored in self._tree.read(sorted(wanted)):
            known = (stored.path.rsplit("/", 2)[0], text.message_id(stored.content))
            found.setdefault(known, []).append(stored.path)
        paths = {
            ref: [path for home in some for path in found.get((home, ref.message_id), [])]
            for ref, some in homes.items()
        }
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
    content = text.to_lf(copy.content)
    name = maildirname.base(copy, host, content)
    arrival = int(copy.arrival.timestamp())
    letters = maildirname.letters(copy.flags, folder.letter(copy.flags))
    if letters or arrival < folder.visited:
        path = f"{folder.path}/cur/{name}:2,{letters}"
    else:
        path = f"{folder.path}/new/{name}"
    return File(path, "/".join((folder.path, "tmp", name)), content, arrival * 10**9, 0o600)


def _moved(path: str, copy: Copy, holder: MaildirFolder, goal: MaildirFolder) -> str:
    """The path of a mail that is there, with the flags and in the folder that it has got since.

    Dovecot's MOVE keeps the name too (measured on 2.3.19). What is filed stays so.
    """
    filed = holder is not goal and copy.where != copy.folder
    name, _, info = path.rpartition("/")[2].partition(":2,")
    has = maildirname.flags(info, holder.keywords)
    if not filed:
        lacking = copy.flags - has
        more = maildirname.letters(lacking, holder.letter(lacking))
        return f"{holder.path}/cur/{name}:2,{''.join(sorted(set(info + more)))}" if more else path
    every = has | copy.flags
    return f"{goal.path}/cur/{name}:2,{maildirname.letters(every, goal.letter(every))}"


def _all(places: Iterable[Sequence[str]]) -> list[str]:
    return sorted({home for some in places for home in some})
