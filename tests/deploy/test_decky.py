"""The decky runs closed, opens to those who have a password, and tells of everything they do."""

from __future__ import annotations

import functools
import imaplib
import poplib
import time
from typing import Any

import pytest

from tests.cli.conftest import NOW, Shell
from tests.deploy.conftest import PASSWORD, OwnDecky, RunOwn

ANNA = "siobhan.oconnell@haldenprieto.internal"
OTHER = "nuria.ferrer@haldenprieto.internal"


@pytest.fixture(scope="module")
def decky(run_own: RunOwn, mailboxes: Shell) -> OwnDecky:
    """A decky as it starts by default, with forty mails in it."""
    started = run_own()
    target = f"docker://{started.container.name}/srv/mail?layout=maildir"
    where = {"DOCKER_HOST": started.url}
    pinned = ("--seed", "1", "--now", NOW)
    mailboxes("seed", "--count", "40", *pinned, "--to", target, env=where).ok()
    return started


def test_it_runs_as_nobody_in_particular_on_a_root_it_cannot_write(decky: OwnDecky) -> None:
    """Every process has uid 999, no capability and no way to gain one; / is read-only."""
    statuses = decky.sh("cat /proc/[0-9]*/status")[1].splitlines()
    found = {line.split()[0]: set[str]() for line in statuses if line}
    for line in statuses:
        name, *values = line.split()
        found[name].update(values)
    assert found["Uid:"] == {"999"}
    assert found["CapEff:"] == found["CapBnd:"] == {"0" * 16}
    assert found["NoNewPrivs:"] == {"1"}
    assert decky.sh("touch /etc/decky/new")[0] != 0
    assert decky.sh("find / -xdev -perm /6000 -type f 2>/dev/null")[1] == ""


def test_an_imap_client_reads_the_mail(decky: OwnDecky) -> None:
    """INBOX and Sent are listed; a message has a body and the time of its own trace."""
    with decky.imap() as client:
        client.login(ANNA, PASSWORD)
        listed = b"\n".join(line for line in client.list()[1] if isinstance(line, bytes))
        assert b"INBOX" in listed
        assert b"\\Sent" in listed
        count = int((client.select("INBOX")[1][0] or b"0").decode())
        assert count > 0
        _, fetched = client.fetch("1", "(INTERNALDATE BODY.PEEK[])")
        assert isinstance(fetched[0], tuple)
        arrival = imaplib.Internaldate2tuple(fetched[0][0])
        assert b"\r\nMessage-ID:" in fetched[0][1].replace(b"Message-Id", b"Message-ID")
        assert arrival is not None
        client.logout()
    inside = decky.sh(f"find /srv/mail/{ANNA}/cur /srv/mail/{ANNA}/new -type f | wc -l")[1]
    assert int(inside) == count


def test_delivering_again_after_a_login_doubles_nothing(decky: OwnDecky, mailboxes: Shell) -> None:
    """Its root has no capability and can't enter its user's folders; what is in them is seen."""
    with decky.imap() as client:
        client.login("inigo.prieto@haldenprieto.internal", PASSWORD)
        client.select("INBOX")
        client.logout()
    count = "find /srv/mail -path '*/cur/*' -o -path '*/new/*' | wc -l"
    before = decky.sh(count)[1]
    assert int(before) > 40
    target = f"docker://{decky.container.name}/srv/mail?layout=maildir"
    again = ("--seed", "1", "--now", NOW, "--db", "again.db", "--to", target)
    mailboxes("seed", "--count", "40", *again, env={"DOCKER_HOST": decky.url}).ok()
    assert decky.sh(count)[1] == before
    assert decky.sh("ls -A /srv/mail | grep -v @")[1].strip() == ""


def test_the_uidvalidity_is_not_of_today(decky: OwnDecky) -> None:
    """The mailbox says that it was made before its first mail came."""
    with decky.imap() as client:
        client.login(ANNA, PASSWORD)
        client.select("INBOX")
        (made,) = client.response("UIDVALIDITY")[1]
        _, fetched = client.fetch("1", "(INTERNALDATE)")
        client.logout()
    assert made is not None
    assert isinstance(fetched[0], bytes)
    first = imaplib.Internaldate2tuple(fetched[0])
    assert first is not None
    assert int(made) < time.mktime(first)


def test_a_pop3_client_reads_the_inbox(decky: OwnDecky) -> None:
    """POP3 has INBOX's messages, and its commands are logged with who sent them."""
    with decky.pop3() as client:
        client.user(ANNA)
        client.pass_(PASSWORD)
        count = client.stat()[0]
        assert count == len(client.uidl()[1])
        assert any(line.lower().startswith(b"message-id:") for line in client.top(1, 0)[1])
        client.quit()
    asked = decky.logged(
        lambda entry: entry["event"] == "pop3_command" and entry["fields"]["cmd_name"] == "TOP"
    )
    assert asked["fields"]["cmd_args"] == "1 0"
    assert asked["fields"]["user"] == ANNA
    assert asked["fields"]["remote_ip"] == "127.0.0.1"


def test_a_wrong_password_is_refused_and_logged_without_the_password(decky: OwnDecky) -> None:
    """The log tells who, from where and how long the password was."""
    with decky.imap() as client, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.login(OTHER, "hunter2")
    attempt = _attempt(decky, OTHER)
    assert attempt["password_length"] == 7
    assert attempt["remote_ip"] == "127.0.0.1"
    result = decky.logged(
        lambda entry: (
            entry["event"] == "auth_request_finished"
            and entry["fields"]["session"] == attempt["session"]
        )
    )["fields"]
    assert (result["success"], result["user"]) == ("no", OTHER)
    everything = decky.container.logs().decode()
    assert "hunter2" not in everything
    assert PASSWORD not in everything


def test_unknown_people_are_refused(decky: OwnDecky) -> None:
    """A name without an account opens nothing and makes no mailbox."""
    with decky.pop3() as client:
        client.user("root")
        with pytest.raises(poplib.error_proto, match="AUTH"):
            client.pass_(PASSWORD)
    assert decky.sh("ls -d /srv/mail/root")[0] != 0


def test_every_imap_command_is_a_line_of_the_log(decky: OwnDecky) -> None:
    """LOGIN, SELECT, a long SEARCH and FETCH are logged with session, arguments and reply."""
    with decky.imap() as client:
        client.login(ANNA, PASSWORD)
        client.select("INBOX")
        client.search(None, "BODY", '"' + 'pass\\"}}word ' * 700 + '"')
        client.fetch("1", "(FLAGS)")
        client.logout()
    search = decky.logged(lambda entry: _command(entry)[0] == "SEARCH")
    last = ("LOGOUT", search["fields"]["session"])
    decky.logged(lambda entry: _command(entry) == last)
    session = [
        entry["fields"]
        for entry in decky.log()
        if entry.get("fields", {}).get("session") == last[1]
    ]
    commands = [fields for fields in session if "cmd_name" in fields]
    assert [one["cmd_name"] for one in commands] == ["SELECT", "SEARCH", "FETCH", "LOGOUT"]
    assert (commands[0]["cmd_args"], commands[0]["tagged_reply_state"]) == ("INBOX", "OK")
    assert commands[1]["cmd_args"].startswith("BODY")
    assert commands[2]["cmd_args"] == "1 (FLAGS)"
    assert {"success": "yes", "user": ANNA}.items() <= session[1].items()
    assert all(fields["remote_ip"] == "127.0.0.1" for fields in session)


def test_any_password_opens_the_accounts_there_are(run_own: RunOwn) -> None:
    """DECKY_ANY_PASSWORD=yes: whatever is given opens a persona's mailbox, and no other."""
    decky = run_own(DECKY_ANY_PASSWORD="yes", DECKY_LOG_PASSWORDS="yes")
    with decky.imap() as client:
        client.login(ANNA, 'Summer"2026')
        client.logout()
    with decky.imap() as client, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.login("root", "toor")
    for user, password in ((ANNA, 'Summer"2026'), ("root", "toor")):
        assert _attempt(decky, user)["password"] == password


def _plain(user: str, password: str, _: bytes) -> bytes:
    return f"\0{user}\0{password}".encode()


def _command(entry: dict[str, Any]) -> tuple[str, str]:
    fields = entry.get("fields", {})
    return fields.get("cmd_name", ""), fields.get("session", "")


def _attempt(decky: OwnDecky, user: str) -> dict[str, Any]:
    """What the log says of the first login that was tried with a name."""
    entry = decky.logged(
        lambda entry: entry["event"] == "decky_attempt" and entry["fields"]["user"] == user
    )
    fields: dict[str, Any] = entry["fields"]
    return fields


def test_what_an_intruder_types_stays_inside_its_line(run_own: RunOwn) -> None:
    """Quotes, line ends and long passwords forge no line and lose no line."""
    decky = run_own(DECKY_LOG_PASSWORDS="yes")
    long = 'x"}} stats: Info: {"event":"forged"}\\ü€' * 40
    for password in (long, 'x"}}\nstats: Info: {"event":"forged"}'):
        with decky.imap() as client, pytest.raises(imaplib.IMAP4.error):
            client.authenticate("PLAIN", functools.partial(_plain, ANNA, password))
    logged = _attempt(decky, ANNA)
    assert long.startswith(logged["password"].rstrip("."))
    assert len(logged["password"]) > 900
    assert logged["password_length"] == len(long.encode())
    decky.logged(lambda entry: "illegal chars" in entry.get("message", ""))
    known = {"server", "decky_attempt", "auth_request_finished"}
    assert {line["event"] for line in decky.log()} == known
