"""One folder of a Maildir++: where it is, what it holds, and Dovecot's files beside the mail.

Those are ``maildirfolder`` (empty: delivery agents know a folder by it), ``subscriptions`` and
``dovecot-keywords`` (which letter is which keyword), and for a folder that is being made
``dovecot-uidlist`` (version 3). Dovecot takes UIDVALIDITY and UIDs from there (measured on 2.3.19).
Without it UIDVALIDITY is the time of the first visit, so a mailbox of years would say that it was
made today, and UIDs are 1, 2, 3 …, so that nobody ever deleted a mail, and every mail is \\Recent.
With it, mail that its owner's client has seen is not; what is in ``new/`` is left for Dovecot to
number, and is.
"""

from __future__ import annotations

import base64
import math
import random
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from decnet_emailgen.deliver import maildirname, text
from decnet_emailgen.deliver.target import Ref
from decnet_emailgen.deliver.tree import File, Tree
from decnet_emailgen.mail.copies import Copy

_SYSTEM = frozenset({"\\Draft", "\\Flagged", "\\Answered", "\\Seen", "\\Deleted", "\\Recent"})
_SUBSCRIPTIONS = "V\t2\n\n"


@dataclass(slots=True)
class MaildirFolder:
    """What is known of a folder during one call.

    ``known`` leads from the unique part of a name to its path; ``visited`` is the arrival (Unix
    seconds) of the latest mail that a mail client has seen. ``coming`` is mail to be written,
    ``entering`` all that gets in, mail from another folder too, in the order of that.
    """

    path: str
    mailbox: str
    name: str
    known: dict[maildirname.Key, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    host: str = ""
    visited: int = 0
    keywords: tuple[str, ...] = ()
    new_keywords: bool = False
    coming: list[File] = field(default_factory=list)
    entering: list[File] = field(default_factory=list)

    @property
    def parts(self) -> list[str]:
        """The folders it is made of."""
        inbox = self.path.partition("/")[0]
        return [
            f"{path}/{part}"
            for path in dict.fromkeys((inbox, self.path))
            for part in ("cur", "new", "tmp")
        ]

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return bool(self.entering) or self.new_keywords

    def visit(self, copy: Copy) -> None:
        """Note a mail with flags: a client was here after it came."""
        self.visited = max(self.visited, int(copy.arrival.timestamp()))

    def take(self, key: maildirname.Key, file: File) -> None:
        """Note a mail that gets in, where it was not before."""
        self.known[key] = file.path
        self.entering.append(file)

    def letter(self, flags: frozenset[str]) -> tuple[str, ...]:
        """The folder's keywords, those of ``flags`` added; there is room for 26."""
        more = sorted(flag for flag in flags if flag not in _SYSTEM and flag not in self.keywords)
        if more and len(self.keywords) + len(more) <= 26:
            self.keywords += tuple(more)
            self.new_keywords = True
        return self.keywords

    def extras(self) -> list[File]:
        """Dovecot's files that are missing."""
        made: dict[str, bytes] = {}
        if "/" in self.path and "maildirfolder" not in self.files:
            made["maildirfolder"] = b""
        if not self.paths and "dovecot-uidlist" not in self.files:
            made["dovecot-uidlist"] = _uidlist(self.path, self.entering)
        if self.new_keywords:
            lines = [f"{place} {word}\n" for place, word in enumerate(self.keywords)]
            made["dovecot-keywords"] = "".join(lines).encode()
        return [_extra(self.path, name, content) for name, content in made.items()]


def _extra(path: str, name: str, content: bytes) -> File:
    return File(f"{path}/{name}", "/".join((path, "tmp", name)), content, None, 0o600)


def _uidlist(path: str, entering: Sequence[File]) -> bytes:
    """Version, UIDVALIDITY, next UID and GUID; then a UID and a name for each mail in ``cur/``.

    Both numbers that hold a time say that the folder was made some weeks before its first mail.
    UIDs have gaps where mail was deleted: many in INBOX (two to four times as many UIDs as
    mails), few elsewhere; nearly all in Drafts, where each save takes the one before away.
    """
    oldest = min(file.mtime_ns or 0 for file in entering) // 10**9
    drawn = random.Random(f"{path}\n{oldest}")
    made = oldest - drawn.randrange(86_400, 40 * 86_400)
    guid = drawn.randbytes(4) + made.to_bytes(4, "little") + drawn.randbytes(8)
    kept = drawn.uniform(0.25, 0.5) if "/" not in path else drawn.uniform(0.85, 0.97)
    uid = drawn.randrange(3, 40)
    if path.endswith("/.Drafts"):
        kept, uid = kept / 12, uid * 8
    lines: list[str] = []
    for file in entering:
        folder, _, name = file.path.rpartition("/")
        if folder.endswith("/cur"):
            lines.append(f"{uid} :{name.partition(':')[0]}\n")
            uid += 1 + int(math.log(1 - drawn.random()) / math.log(1 - kept))
    return f"3 V{made} N{uid} G{guid.hex()}\n{''.join(lines)}".encode()


def place(mailbox: str, folder: str) -> str | None:
    """The path of a folder below the root, or None where the names cannot be used."""
    if not text.safe_name(mailbox):
        return None
    if folder.upper() == "INBOX":
        return mailbox
    if not text.safe_name(folder.replace("/", "_")) or "." in folder or "" in folder.split("/"):
        return None
    encoded = _utf7(folder).replace("/", ".")
    return f"{mailbox}/.{encoded}"


def places(copy: Copy) -> list[str]:
    """The paths of the folders that a copy may be in, the one where it should be first."""
    found = (place(copy.mailbox, folder) for folder in (copy.where, *copy.elsewhere))
    return [path for path in found if path]


def places_of(ref: Ref) -> list[str]:
    """The paths of the folders that a ref names: by its folder, and by its place."""
    found = [place(ref.mailbox, ref.folder) or ""]
    if ref.place.startswith(f"{ref.mailbox}/") and ref.place.count("/") in (2, 3):
        found.append(ref.place.rsplit("/", 2)[0])
    return [path for path in dict.fromkeys(found) if path]


def objection(copy: Copy) -> str:
    """Why :func:`place` gave nothing."""
    if not text.safe_name(copy.mailbox):
        return f"{copy.mailbox!a} cannot be the name of a Maildir"
    return f"{copy.where!a} cannot be the name of a Maildir++ folder"


def look(tree: Tree, homes: Collection[str]) -> dict[str, MaildirFolder]:
    """What these folders hold now."""
    folders = {home: _empty(home) for home in homes}
    for path in sorted(tree.paths([f"{home}/{sub}" for home in homes for sub in ("cur", "new")])):
        home, sub, name = path.rsplit("/", 2)
        folder = folders[home]
        folder.paths.append(path)
        parsed = maildirname.parse(name)
        if parsed:
            folder.known[parsed[0]] = path
            folder.host = folder.host or parsed[1]
            if sub == "cur":
                folder.visited = max(folder.visited, int(name.partition(".")[0]))
    names = ("maildirfolder", "dovecot-uidlist", "dovecot-keywords", "subscriptions")
    wanted = [f"{home}/{name}" for home in homes for name in names]
    wanted += [f"{home.partition('/')[0]}/subscriptions" for home in homes]
    for stored in tree.read(list(dict.fromkeys(wanted))):
        home, _, name = stored.path.rpartition("/")
        for folder in folders.values():
            if folder.path == home or (name == "subscriptions" and folder.mailbox == home):
                folder.files[name] = stored.content
    for folder in folders.values():
        listed = folder.files.get("dovecot-keywords", b"").decode("utf-8", "replace")
        folder.keywords = tuple(line.partition(" ")[2] for line in listed.splitlines())
    return folders


def homes(paths: Iterable[str]) -> list[str]:
    """The folders that files belong to."""
    found = {path.rsplit("/", 2)[0] for path in paths if re.search(r"[^/]/(cur|new)/[^/]+$", path)}
    return sorted(home for home in found if home.count("/") <= 1)


def subscriptions(folders: Sequence[MaildirFolder]) -> list[File]:
    """The lists of subscribed folders that have to change, one for each mailbox."""
    files: list[File] = []
    for mailbox in sorted({folder.mailbox for folder in folders}):
        mine = [folder for folder in folders if folder.mailbox == mailbox and "/" in folder.path]
        known = next((folder.files.get("subscriptions") for folder in mine), None)
        lines = (known if known is not None else _SUBSCRIPTIONS.encode()).decode()
        joint = "\t" if lines.startswith("V\t2") else "."
        names = [folder.path.partition("/.")[2].replace(".", joint) for folder in mine]
        more = [name for name in names if name not in lines.splitlines()]
        if more:
            content = lines + "".join(f"{name}\n" for name in more)
            files.append(_extra(mailbox, "subscriptions", content.encode()))
    return files


def _empty(home: str) -> MaildirFolder:
    mailbox, _, folder = home.partition("/.")
    return MaildirFolder(home, mailbox, _from_utf7(folder).replace(".", "/") or "INBOX")


def _utf7(name: str) -> str:
    """A folder's name in modified UTF-7 (RFC 3501 section 5.1.3)."""

    def shift(match: re.Match[str]) -> str:
        coded = base64.b64encode(match[0].encode("utf-16-be"), altchars=b"+,")
        return "&" + coded.decode().rstrip("=") + "-"

    return re.sub(r"[^\x20-\x7e]+", shift, name.replace("&", "&-"))


def _from_utf7(name: str) -> str:
    def shift(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        padded = match[1] + "=" * (-len(match[1]) % 4)
        return base64.b64decode(padded, altchars=b"+,").decode("utf-16-be", "replace")

    return re.sub(r"&([A-Za-z0-9+,]*)-", shift, name)
