"""Ticks let owners read and file what was delivered before; what is gone by then stays gone."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from decnet_emailgen.cli.context import open_world, routes, server
from decnet_emailgen.cli.steps import Host
from decnet_emailgen.cli.upkeep import settle
from decnet_emailgen.deliver import Found, open_target
from decnet_emailgen.store import Store, ledger
from tests.cli.conftest import NOW, ROOT, Shell

THEN = datetime.fromisoformat(NOW)
LATER = THEN + timedelta(days=20)


def _mails(folder: Path) -> list[Found]:
    return list(open_target("maildir:mailboxes", environ={}, base=folder).read())


def _settle(shell: Shell, now: datetime, last: datetime) -> None:
    opened = open_world(shell.folder / "personas.yaml")
    with Store.open(shell.folder / "emailgen.db") as store:
        host = Host(store, server(opened.world, store.seed()), now)
        settle(host, routes(opened, None), last)


def test_owners_file_their_mail_and_nothing_comes_back(tmp_path: Path) -> None:
    """Mail moves out of INBOX, once; the ledger knows where; a deleted mail stays deleted."""
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (tmp_path / "personas.yaml").write_text(example, "utf-8")
    shell = Shell(tmp_path)
    shell.seed(90, "--days", "12")
    before = _mails(tmp_path)
    unread = [mail for mail in before if mail.folder == "INBOX" and not mail.flags][0::2]
    for mail in unread:
        (tmp_path / "mailboxes" / mail.place).unlink()
    _settle(shell, LATER, THEN)
    after = _mails(tmp_path)
    gone = {(mail.mailbox, mail.message_id) for mail in unread}
    assert not gone & {(m.mailbox, m.message_id) for m in after if m.folder != "Sent"}
    counts = Counter((mail.mailbox, mail.folder == "Sent", mail.message_id) for mail in after)
    assert set(counts.values()) == {1}
    assert len(after) == len(before) - len(unread)
    filed = Counter(mail.folder for mail in after) - Counter(mail.folder for mail in before)
    assert filed
    assert not {"INBOX", "Sent"} & set(filed)
    with Store.open(tmp_path / "emailgen.db") as store:
        assert ledger.settled(store) == LATER
        names = [row["id"] for row in store.rows("SELECT id FROM messages")]
        places = {one.place for found in ledger.lying(store, names).values() for one in found}
    moved = {mail.place for mail in after if mail.folder not in ("INBOX", "Sent")}
    assert moved <= places
    _settle(shell, LATER, THEN)
    assert {mail.place for mail in _mails(tmp_path)} == {mail.place for mail in after}
    shell("purge", "--before", "2027-01-01").ok()
    assert not _mails(tmp_path)
