"""Unfinished drafts in every kind of target: in a folder of their own, or nowhere."""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from decnet_emailgen.deliver import open_target, verify
from decnet_emailgen.deliver.verify import missing
from decnet_emailgen.mail import Copy, copies
from decnet_emailgen.mail.unsent import DRAFTS
from tests.mail.test_unsent import SERVER, mails, person
from tests.servers.dovecot import Dovecot

Serve = Callable[[Path], Dovecot]

OWNER = person("thunderbird", True)
COPIES = [
    copy for one in mails(OWNER, 200, step=timedelta(hours=1)) for copy in copies(one, SERVER)
]
STATES = [copy for copy in COPIES if copy.folder == DRAFTS]


def seen(client: imaplib.IMAP4, folder: str) -> list[bytes]:
    """What a client is told of each mail of a folder."""
    client.select(folder, readonly=True)
    found = client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE)")[1]
    return [line for line in found if isinstance(line, bytes)]


def holds(lines: list[bytes]) -> bool:
    """Whether these are the drafts, with their flags and the times at which they were saved."""
    shown = sorted(time.mktime(imaplib.Internaldate2tuple(line)) for line in lines)  # type: ignore[arg-type]
    wanted = sorted(int(copy.arrival.timestamp()) for copy in STATES)
    flags = [set(re.findall(rb"\\\w+", line)) for line in lines]
    return shown == wanted and all({rb"\Draft", rb"\Seen"} <= each for each in flags)


@pytest.mark.parametrize("scheme", ["imap", "maildir"])
def test_a_mail_client_finds_them_in_drafts(dovecot: Serve, tmp_path: Path, scheme: str) -> None:
    r"""Over IMAP or from a Maildir: the folder is special-use \Drafts, subscribed, and has them."""
    server = dovecot(tmp_path)
    address = f"imap://{server.host}:{server.imap_port}"
    environ = {"EMAILGEN_IMAP_PASSWORD": server.password}
    address = address if scheme == "imap" else f"maildir:{server.root}"
    target = open_target(address, environ=environ)
    outcomes = target.put(COPIES)
    assert STATES
    assert {one.state for one in outcomes} == {"delivered"}
    with server.imap(OWNER.email) as client:
        listed = [line for line in client.list()[1] if isinstance(line, bytes)]
        assert any(rb"\Drafts" in line and b"Drafts" in line for line in listed)
        if scheme == "imap":
            assert any(b"Drafts" in line for line in client.lsub()[1] if isinstance(line, bytes))
        assert holds(seen(client, "Drafts"))
    assert all(verdict.verified for verdict in verify(target, COPIES, outcomes))
    assert {one.state for one in target.put(COPIES)} == {"present"}


def test_a_maildirs_drafts_have_had_many_saves(tmp_path: Path) -> None:
    """UIDs count every save, of which nearly none is left."""
    open_target(f"maildir:{tmp_path}", environ={}).put(COPIES)
    listed = (tmp_path / OWNER.email / ".Drafts" / "dovecot-uidlist").read_text().splitlines()
    next_uid = int(re.findall(r" N(\d+) ", listed[0])[0])
    assert next_uid > 5 * len(STATES)
    assert ".Drafts" not in (tmp_path / OWNER.email / "subscriptions").read_text()
    assert "Drafts" in (tmp_path / OWNER.email / "subscriptions").read_text()


def test_a_folder_of_mboxes_has_one_for_drafts(tmp_path: Path) -> None:
    target = open_target(f"mbox:{tmp_path}/", environ={})
    target.put(COPIES)
    found = [one for one in target.read() if one.folder == DRAFTS]
    assert {one.message_id for one in found} == {copy.message_id for copy in STATES}
    assert all("\\Draft" in one.flags for one in found)


@pytest.mark.parametrize("address", ["spool:{}", "mbox:{}/all.mbox"])
def test_targets_without_folders_have_no_drafts(tmp_path: Path, address: str) -> None:
    """A draft is skipped there and missed by nobody; mail is delivered as ever."""
    target = open_target(address.format(tmp_path), environ={})
    outcomes = target.put(COPIES)
    by_copy = list(zip(COPIES, outcomes, strict=True))
    assert all(one.state == "skipped" for copy, one in by_copy if copy.folder == DRAFTS)
    assert {one.message_id for one in target.read()} == {
        copy.message_id for copy in COPIES if copy.folder != DRAFTS
    }
    assert all(verdict.verified for verdict in verify(target, COPIES, outcomes))
    kept: list[Copy] = [copy for copy, one in by_copy if one.state != "skipped"]
    assert not missing(target, kept)
