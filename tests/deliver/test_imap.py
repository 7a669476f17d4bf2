"""IMAP: what the contract's tests cannot ask of other targets; the server is a real Dovecot."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from decnet_emailgen.deliver import Target, imapsession, open_target, verify
from decnet_emailgen.errors import TargetError
from tests.deliver.corpus import corpus
from tests.servers.dovecot import CONFIG, Dovecot
from tests.servers.dovecot import __name__ as dovecot_module

Serve = Callable[[Path], Dovecot]


def _open(server: Dovecot, user: str = "", **environ: str) -> Target:
    environ = {"EMAILGEN_IMAP_PASSWORD": server.password, **environ}
    where = f"{server.host}:{server.imap_port}"
    return open_target(f"imap://{user}@{where}" if user else f"imap://{where}", environ=environ)


def test_a_client_sees_folders_flags_and_dates(dovecot: Serve, tmp_path: Path) -> None:
    """Sent is there and subscribed, INTERNALDATE is the arrival, UIDs follow it."""
    server = dovecot(tmp_path)
    copies = corpus(30, large=False)
    folders = {"INBOX": "INBOX", "Sent": "Archives/2026"}
    moved = [replace(copy, folder=folders[copy.folder]) for copy in copies]
    _open(server).put(moved)
    client = server.imap("bob@corp.example")
    assert any(b'"Archives/2026"' in line or b"2026" in line for line in client.lsub()[1])
    client.select("INBOX", readonly=True)
    dates = client.uid("FETCH", "1:*", "(INTERNALDATE FLAGS)")[1]
    mine = sorted(
        (copy for copy in moved if (copy.mailbox, copy.folder) == ("bob@corp.example", "INBOX")),
        key=lambda copy: copy.arrival,
    )
    assert len(dates) == len(mine) == 10
    for line, copy in zip(dates, mine, strict=True):
        assert isinstance(line, bytes)
        assert copy.arrival.strftime("%d-%b-%Y %H:%M:%S +0000").encode() in line
        assert (b"\\Seen" in line) == ("\\Seen" in copy.flags)
    client.logout()


def test_folders_below_a_prefix_are_found_again(tmp_path: Path) -> None:
    """A server that keeps all folders below INBOX has them read back, and no mail twice."""
    with Dovecot(tmp_path, prefix="INBOX.") as server:
        target = _open(server, "bob@corp.example")
        copies = [c for c in corpus(12, large=False) if c.mailbox == "bob@corp.example"]
        filed = [replace(c, folder="Archives/2026") if c.folder == "Sent" else c for c in copies]
        assert {one.state for one in target.put(filed)} == {"delivered"}
        assert {one.state for one in target.put(filed)} == {"present"}
        client = server.imap("bob@corp.example")
        listed = client.list()[1]
        client.logout()
        assert any(b"INBOX.Archives.2026" in line for line in listed if isinstance(line, bytes))
        found = {(mail.folder, mail.message_id) for mail in target.read()}
        assert found == {(copy.folder, copy.message_id) for copy in filed}


def test_one_account_takes_its_own_mail_only(dovecot: Serve, tmp_path: Path) -> None:
    """Copies of other mailboxes are skipped, and all of the account's mail can be read."""
    server = dovecot(tmp_path)
    target = _open(server, "bob@corp.example")
    copies = corpus(12, large=False)
    for copy, one in zip(copies, target.put(copies), strict=True):
        mine = copy.mailbox == "bob@corp.example"
        assert one.state == ("delivered" if mine else "skipped")
    found = {(mail.folder, mail.message_id) for mail in target.read()}
    assert found == {(c.folder, c.message_id) for c in copies if c.mailbox == "bob@corp.example"}
    assert target.check()[0].severity == "ok"


def test_a_wrong_password_is_one_line(dovecot: Serve, tmp_path: Path) -> None:
    """It names the login and the host, and not the password."""
    server = dovecot(tmp_path)
    target = _open(server, "bob@corp.example", EMAILGEN_IMAP_PASSWORD="not-it")
    with pytest.raises(TargetError, match="check the login and the password") as caught:
        target.put(corpus(3, large=False))
    assert "\n" not in str(caught.value)
    assert "not-it" not in str(caught.value)
    assert target.check()[0].severity == "problem"


def test_no_server_is_one_line() -> None:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    target = open_target(f"imap://127.0.0.1:{port}", environ={"EMAILGEN_IMAP_PASSWORD": "x"})
    with pytest.raises(TargetError, match="check that it runs") as caught:
        target.put(corpus(1, large=False))
    assert "\n" not in str(caught.value)


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[Dovecot]:
    """A Dovecot with a certificate of its own."""
    with Dovecot(tmp_path / "tls", tls=True) as server:
        yield server


@pytest.mark.parametrize("scheme", ["imap", "imaps"])
def test_tls_is_verified(tls: Dovecot, scheme: str) -> None:
    """An unknown certificate gets no password; with its authority named, mail goes through."""
    port = tls.imaps_port if scheme == "imaps" else tls.imap_port
    environ = {"EMAILGEN_IMAP_PASSWORD": tls.password}
    address = f"{scheme}://localhost:{port}"
    copies = corpus(4, large=False)
    with pytest.raises(TargetError, match="SSL_CERT_FILE") as caught:
        open_target(address, environ=environ).put(copies)
    assert "\n" not in str(caught.value)
    trusting = open_target(address, environ={**environ, "SSL_CERT_FILE": str(tls.ca_file)})
    assert {one.state for one in trusting.put(copies)} == {"delivered"}


def test_a_certificate_for_another_name_is_refused(tls: Dovecot) -> None:
    """A mismatch is one line."""
    environ = {"EMAILGEN_IMAP_PASSWORD": "x", "SSL_CERT_FILE": str(tls.ca_file)}
    target = open_target(f"imaps://127.0.0.2:{tls.imaps_port}", environ=environ)
    with pytest.raises(TargetError) as caught:
        target.put(corpus(1, large=False))
    assert "\n" not in str(caught.value)


class Cutter:
    """A relay in front of a server that cuts the first connections after so many bytes."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self._to = port
        self._cuts = cuts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            limit = self._cuts.pop(0) if self._cuts else None
            for one, other, most in ((client, server, limit), (server, client, None)):
                thread = threading.Thread(target=_relay, args=(one, other, most), daemon=True)
                thread.start()
                self._threads.append(thread)

    def close(self) -> None:
        """Stop, and wait for the relays."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)


def _relay(source: socket.socket, sink: socket.socket, most: int | None) -> None:
    try:
        while data := source.recv(4096):
            if most is not None:
                data, most = data[:most], most - len(data)
            sink.sendall(data)
            if most is not None and most <= 0:
                break
    except OSError:
        pass
    finally:
        for end in (source, sink):
            with ExitStack() as quiet:
                quiet.callback(end.close)
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


def test_broken_connections_are_made_again(dovecot: Serve, tmp_path: Path) -> None:
    """Cut in the middle of APPEND, the run goes on and each mail is there once."""
    server = dovecot(tmp_path)
    copies = [copy for copy in corpus(90, large=False) if copy.mailbox == "bob@corp.example"]
    relay = Cutter(server.imap_port, [12_000, 3_000])
    environ = {"EMAILGEN_IMAP_PASSWORD": server.password}
    target = open_target(f"imap://127.0.0.1:{relay.port}", environ=environ)
    outcomes = target.put(copies)
    assert {one.state for one in outcomes} <= {"delivered", "present"}
    assert all(one.verified for one in verify(target, copies, outcomes))
    relay.close()
    assert len(list(_open(server, "bob@corp.example").read())) == len(copies)


def test_a_server_that_always_breaks_is_tried_later(dovecot: Serve, tmp_path: Path) -> None:
    """After some tries it is an error of the target, and what got through is not lost."""
    server = dovecot(tmp_path)
    copies = [copy for copy in corpus(90, large=False) if copy.mailbox == "bob@corp.example"]
    relay = Cutter(server.imap_port, [3_000] * 50)
    environ = {"EMAILGEN_IMAP_PASSWORD": server.password}
    target = open_target(f"imap://127.0.0.1:{relay.port}", environ=environ)
    with pytest.raises(TargetError, match="try again later"):
        target.put(copies)
    relay.close()
    assert {one.state for one in _open(server).put(copies)} <= {"delivered", "present"}
    assert len(list(_open(server, "bob@corp.example").read())) == len(copies)


def test_a_full_mailbox_takes_what_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quota: each copy that is missing says so, in order, and nothing is there in part."""
    quota = """
mail_plugins = quota
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=24k
}}
"""
    monkeypatch.setattr(f"{dovecot_module}.CONFIG", CONFIG + quota)
    with Dovecot(tmp_path / "quota") as server:
        copies = [c for c in corpus(150, large=False)[::-1] if c.mailbox == "bob@corp.example"]
        copies = [copy for copy in copies if copy.folder == "INBOX"]
        target = _open(server)
        outcomes = target.put(copies)
        states = [one.state for one in outcomes]
        assert states == sorted(states)  # delivered first, then failed
        assert set(states) == {"delivered", "failed"}
        assert all("uota" in one.reason for one in outcomes if one.state == "failed")
        there = [mail.content for mail in target.read(copies)]
        assert there == [copy.content for copy in copies[: len(there)]]


def test_a_mail_that_came_twice_is_taken_back(
    dovecot: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed run's mail that its server takes in late is not there twice."""
    server = dovecot(tmp_path)
    copies = [copy for copy in corpus(9, large=False) if copy.mailbox == "bob@corp.example"]
    append = imapsession.Session.append

    def late(link: imapsession.Session, folder: str, some: list[object]) -> None:
        append(link, folder, some)  # type: ignore[arg-type]  # the same copies twice
        append(link, folder, some)  # type: ignore[arg-type]

    monkeypatch.setattr(imapsession.Session, "append", late)
    target = _open(server, "bob@corp.example")
    target.put(copies)
    found = list(target.read())
    assert len(found) == len(copies)
    assert len({mail.message_id for mail in found}) == len({copy.message_id for copy in copies})
