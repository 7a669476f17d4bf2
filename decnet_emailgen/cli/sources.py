"""What ``audit`` reads: a source's mail as entries, one at a time, through doors that only read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from decnet_emailgen.audit import Entry
from decnet_emailgen.cli import mailfiles
from decnet_emailgen.cli.console import say
from decnet_emailgen.errors import SettingError, TargetError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from decnet_emailgen.cli.context import Routes
    from decnet_emailgen.deliver.imapsession import Server
    from decnet_emailgen.store import Store

_PLACE = re.compile(r";UIDVALIDITY=(\d+)/;UID=(\d+)$")
_FILES = ("maildir", "mbox", "eml", "spool")


def entries(source: str, allow_hosts: tuple[str, ...] = ()) -> Iterator[Entry]:
    """The mail of a SOURCE: a path, maildir:, mbox:, eml:, spool:, imap[s]://, or another TARGET.

    Raises :class:`UsageError` at once for a path that holds no mail, and
    :class:`SettingError` and :class:`TargetError` as targets do.
    """
    scheme, colon, rest = source.partition(":")
    if colon and scheme in _FILES:
        return _files(scheme, Path(rest).expanduser(), source)
    if colon and scheme in ("imap", "imaps"):
        return _imap(source, os.environ, allow_hosts)
    path = Path(source).expanduser()
    if path.exists() or not colon:
        return _files("", path, source)
    return _target(source, allow_hosts)


def _files(scheme: str, path: Path, source: str) -> Iterator[Entry]:
    if not path.exists():
        raise UsageError(f"{source}: nothing is there; name a Maildir, an mbox or a folder of .eml")
    if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
        raise TargetError(f"{source}: cannot be read; give this user read access")
    found = scheme or mailfiles.kind(path)
    if found == "maildir":
        return mailfiles.maildir(path)
    if found == "mbox":
        return mailfiles.mbox(path)
    if found in ("eml", "spool"):
        return mailfiles.eml(path, arrivals=found == "spool")
    raise UsageError(f"{source}: no mail there; name a Maildir, an mbox or a folder of .eml")


def _target(source: str, allow_hosts: tuple[str, ...]) -> Iterator[Entry]:
    """Any other target, through its own reading."""
    from decnet_emailgen.deliver import open_target

    target = open_target(source, environ=os.environ, allow_hosts=allow_hosts)
    for found in target.read():
        yield Entry(
            found.mailbox, found.folder, found.content, found.flags, found.arrival, found.place
        )


def _imap(source: str, environ: Mapping[str, str], allow_hosts: tuple[str, ...]) -> Iterator[Entry]:
    """One account's folders, with EXAMINE and BODY.PEEK (RFC 3501), a few mails at a time."""
    from urllib.parse import unquote

    from decnet_emailgen.deliver import imapsession, open_target
    from decnet_emailgen.deliver.address import split

    open_target(source, environ=environ, allow_hosts=allow_hosts)  # says what is malformed
    parts = split(source)
    user = unquote(parts.username or "")
    if not user or "{" in user or user.startswith("*"):
        raise SettingError(f"{source}: name one account to read its mail, as imaps://USER@HOST")
    tls = parts.scheme == "imaps"
    port = parts.port or (993 if tls else 143)
    server = imapsession.Server(parts.hostname or "", port, tls, environ, allow_hosts)
    return _account(server, user)


def _account(server: Server, user: str) -> Iterator[Entry]:
    from decnet_emailgen.deliver import imapsession

    try:
        with imapsession.session(server, user) as link:
            for folder in link.folders():
                validity = link.look(folder)
                if validity is None:
                    say(f"warning: {folder}: the server does not open it; left out")
                    continue
                for uid, data in link.fetch(link.all()):
                    yield Entry(
                        mailbox=user,
                        folder=folder,
                        content=data[b"BODY[]"],
                        flags=imapsession.flags(data[b"FLAGS"]),
                        arrival=data[b"INTERNALDATE"],
                        place=f"{folder};UIDVALIDITY={validity}/;UID={uid}",
                        uid=uid,
                        uidvalidity=validity,
                    )
    except (imapsession.LostError, imapsession.RefusedError) as exc:
        raise TargetError(f"IMAP server {server.host}: {exc}; try again later") from exc


def stored(store: Store, routes: Routes, now: datetime) -> Iterator[Entry]:
    """The copies of every mail that has been written, as their mailboxes would hold them now."""
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.steps import Host
    from decnet_emailgen.store.threads import all_written

    host = Host(store, context.server(routes.world, store.seed()), now)
    for drafts in all_written(store):
        for draft, made in zip(drafts, host.copies(drafts), strict=True):
            for copy in made:
                if any(routes.holds(decky.name, copy.mailbox) for decky in draft.pick.hosts):
                    yield Entry(
                        mailbox=copy.mailbox,
                        folder=copy.where,
                        content=copy.content,
                        flags=copy.flags,
                        arrival=copy.arrival,
                        place=f"{copy.thread_id}/{copy.stem}",
                    )
