"""The layout of a DECNET mail spool: ``<thread id>/<stem>.eml``, one file a message.

The server behind it (``docs/delivery.md``, "The spool") shows every file in every mailbox,
sorted by mtime, and reads only what anybody may read: folders 0755, files 0644. Its clock is the
mtime, so that is the Date header's; a fraction of a second taken from the Message-ID makes it
different for every mail, and the same in every run. UIDs are positions there: a mail put before
others renumbers them, so a history goes in before live mail does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from decnet_emailgen.deliver import text
from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, outcome
from decnet_emailgen.deliver.tree import File, Folder, Tree
from decnet_emailgen.mail.copies import Copy
from decnet_emailgen.mail.unsent import DRAFTS

STAGING = ".incoming"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SpoolTarget:
    """A spool on a tree.

    It has no mailboxes: of a message's copies it takes the first recipient's from INBOX, or the
    Sent copy where there is none; the others are ``skipped``, with the same place. Drafts are
    ``skipped`` too, for want of a folder in which they would not look like mail.
    """

    def __init__(self, address: str, tree: Tree) -> None:
        self._address = address
        self._tree = tree

    @property
    def address(self) -> str:
        """The TARGET it was opened from."""
        return self._address

    def put(self, copies: Sequence[Copy]) -> list[Outcome]:
        """Put copies in, oldest first, so that a reader never sees an answer before its mail."""
        chosen = choose(copies)
        bad = {id(copy): _objection(copy) for copy in chosen}
        good = [copy for copy in chosen if not bad[id(copy)]]
        threads = sorted({copy.thread_id for copy in good})
        there = set(self._tree.paths(threads))
        files = _files([copy for copy in good if _path(copy) not in there])
        folders = [Folder(STAGING, 0o755)]
        folders += [Folder(file.path.rpartition("/")[0], 0o755) for file in files]
        folders = list(dict.fromkeys(folders))
        failed = self._tree.write(folders, files) if files else {}
        kept = {copy.message_id: copy for copy in chosen}

        def result(copy: Copy) -> Outcome:
            if copy.message_id not in kept:
                return outcome(copy, "skipped", reason="a spool holds no drafts")
            keeper = kept[copy.message_id]
            path = _path(keeper)
            if bad[id(keeper)]:
                return outcome(copy, "failed", reason=bad[id(keeper)])
            if path in failed:
                return outcome(copy, "failed", reason=f"{path}: {failed[path]}")
            if copy is not keeper:
                why = f"a spool holds one file a message: {keeper.mailbox}'s {keeper.folder}"
                return outcome(copy, "skipped", path, why)
            return outcome(copy, "present" if path in there else "delivered", path)

        return [result(copy) for copy in copies]

    def lacks(self, copies: Sequence[Copy]) -> list[Copy]:
        """Those whose message has no file."""
        there = set(self._tree.paths(sorted({c.thread_id for c in copies if not _objection(c)})))
        return [copy for copy in choosable(copies) if _path(copy) not in there]

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """Read every ``.eml`` file, or only those of these copies."""
        if copies is None:
            wanted = sorted(path for path in self._tree.paths() if _is_mail(path))
        else:
            wanted = [_path(copy) for copy in choose(copies) if not _objection(copy)]
        for stored in self._tree.read(wanted):
            content = text.to_crlf(stored.content)
            arrival = datetime.fromtimestamp(stored.mtime_ns // 1000 / 1e6, UTC)
            yield Found(
                "", "", text.message_id(content), content, frozenset(), arrival, stored.path
            )

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Remove the files of these messages, after a look at the Message-ID inside."""
        by_id: dict[str, str] = {}
        wanted = {ref.place for ref in refs if _is_mail(ref.place)}
        if any(not _is_mail(ref.place) for ref in refs):
            wanted = {path for path in self._tree.paths() if _is_mail(path)}
        for stored in self._tree.read(sorted(wanted)):
            by_id[text.message_id(stored.content)] = stored.path
        paths = {ref: by_id.get(ref.message_id, "") for ref in refs}
        failed = self._tree.remove(sorted({path for path in paths.values() if path}))

        def result(ref: Ref) -> Removal:
            path = paths[ref]
            if not path:
                return Removal(ref, "absent")
            if path in failed:
                return Removal(ref, "failed", f"{path}: {failed[path]}")
            return Removal(ref, "removed")

        return [result(ref) for ref in refs]

    def check(self) -> list[Finding]:
        """How the tree stands."""
        return self._tree.check()


def choose(copies: Sequence[Copy]) -> list[Copy]:
    """One copy of each message, in the messages' order: INBOX before Sent before others.

    Drafts are none of them.
    """
    rank = {"INBOX": 0, "Sent": 1}
    best: dict[str, Copy] = {}
    for copy in choosable(copies):
        known = best.get(copy.message_id)
        if known is None or rank.get(copy.folder, 2) < rank.get(known.folder, 2):
            best[copy.message_id] = copy
    return list(best.values())


def choosable(copies: Sequence[Copy]) -> list[Copy]:
    """The copies that a target without folders can hold: all but drafts."""
    return [copy for copy in copies if copy.folder != DRAFTS]


def _objection(copy: Copy) -> str:
    for name in (copy.thread_id, copy.stem):
        if not text.safe_name(name):
            return f"{name!a} cannot be part of a file name"
    return ""


def _path(copy: Copy) -> str:
    return f"{copy.thread_id}/{copy.stem}.eml"


def _is_mail(path: str) -> bool:
    return path.endswith(".eml") and not path.startswith(".")


def _mtime(copy: Copy) -> int:
    """The Date in nanoseconds since 1970, with a fraction that is the mail's own."""
    when = text.date(copy.content) or copy.arrival
    seconds = (when - _EPOCH).days * 86400 + (when - _EPOCH).seconds
    digest = hashlib.sha256(copy.message_id.encode()).digest()
    return seconds * 10**9 + int.from_bytes(digest[:8], "big") % 10**6 * 1000


def _files(copies: Sequence[Copy]) -> list[File]:
    """The files to make, their mtimes strictly increasing."""
    files: list[File] = []
    last = 0
    for mtime, copy in sorted(((_mtime(copy), copy) for copy in copies), key=lambda item: item[0]):
        last = max(mtime, last + 1000)
        temp = f"{STAGING}/{hashlib.sha256(_path(copy).encode()).hexdigest()[:32]}"
        files.append(File(_path(copy), temp, copy.content, last, 0o644))
    return files
