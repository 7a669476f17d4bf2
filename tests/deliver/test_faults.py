"""Faults of mail hosts: one line that helps, exit 75 or 1, nothing lost, the next run completes."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from decnet_emailgen.deliver import Target, open_target
from decnet_emailgen.errors import TargetError
from decnet_emailgen.mail.copies import Copy
from tests.cli.conftest import NOW, ROOT, Shell
from tests.deliver.corpus import FIVE_MEGABYTES, corpus, mail
from tests.servers.decky import SPOOL, Deckies
from tests.servers.dovecot import CONFIG, Dovecot
from tests.servers.dovecot import __name__ as dovecot_module
from tests.servers.engine import Engine
from tests.servers.require import require_root

Serve = Callable[[Path], Dovecot]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with the example's personas file."""
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (tmp_path / "personas.yaml").write_text(example, "utf-8")
    return Shell(tmp_path)


def _fails_then_completes(
    shell: Shell, address: str, bad: dict[str, str], good: dict[str, str], words: str, better: str
) -> None:
    """A seed that meets the fault, then ``--pending`` without it; ``better`` may be the cure."""
    seed = ("seed", "--count", "8", "--seed", "1", "--now", NOW)
    done = shell(*seed, "--to", address, env=bad)
    assert done.code in (1, 75)
    told = [line for line in done.err.splitlines() if words in line]
    assert len(told) == 1, done.err
    again = shell("deliver", "--pending", "--now", NOW, "--to", better, env=good).ok()
    copies = [one for line in again.lines for one in line["deliveries"]]
    assert len(again.lines) == 8
    assert {one["state"] for one in copies} == {"delivered"}
    assert not shell("deliver", "--pending", "--now", NOW, "--to", better, env=good).ok().out


def test_the_docker_socket_is_gone(
    shell: Shell, docker_engine: Engine, run_decky: Deckies, tmp_path: Path
) -> None:
    run_decky("gone")
    bad = {"DOCKER_HOST": f"unix://{tmp_path}/none.sock"}
    good = {"DOCKER_HOST": docker_engine.url}
    _fails_then_completes(
        shell, "docker://gone", bad, good, "Docker cannot be reached", "docker://gone"
    )


def test_a_wrong_password(shell: Shell, dovecot: Serve, tmp_path: Path) -> None:
    server = dovecot(tmp_path / "served")
    address = f"imap://127.0.0.1:{server.imap_port}"
    bad = {"EMAILGEN_IMAP_PASSWORD": "not-it"}
    good = {"EMAILGEN_IMAP_PASSWORD": server.password}
    words = "check the login and the password"
    _fails_then_completes(shell, address, bad, good, words, address)


def test_a_certificate_for_another_name(shell: Shell, tmp_path: Path) -> None:
    with Dovecot(tmp_path / "served", tls=True) as server:
        env = {
            "EMAILGEN_IMAP_PASSWORD": server.password,
            "SSL_CERT_FILE": str(server.ca_file),
        }
        bad, good = (f"imaps://{host}:{server.imaps_port}" for host in ("127.0.0.2", "127.0.0.1"))
        # Dovecot listens on 127.0.0.1: another name for it, which its certificate doesn't have
        bad = bad.replace("127.0.0.2", "ip6-localhost" if _resolves("ip6-localhost") else "0x7f.1")
        _fails_then_completes(shell, bad, env, env, "certificate is not trusted", good)


def _resolves(name: str) -> bool:
    import socket

    with suppress(OSError):
        return any(entry[4][0] == "127.0.0.1" for entry in socket.getaddrinfo(name, 1))
    return False


def test_a_socket_that_this_user_may_not_use(docker_engine: Engine, tmp_path: Path) -> None:
    """Another user's process is told to join the group docker."""
    require_root("another user")
    path = Path(docker_engine.url.removeprefix("unix://"))
    (tmp_path / "s").symlink_to(path)
    target = open_target("docker://x", environ={"DOCKER_HOST": docker_engine.url})
    target_module = __import__("docker")  # imported while this user may read it
    assert target_module
    with suppress(TargetError):
        target.check()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            target.check()
        except TargetError as exc:
            os.write(write, str(exc).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as said:
        assert "add the user to the group docker" in said.read()


@contextmanager
def _after(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Something that happens meanwhile."""

    def wait() -> None:
        time.sleep(seconds)
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    yield
    thread.join()


def _interrupted(
    target: Target, copies: list[Copy], seconds: float, fault: Callable[[], None]
) -> None:
    """A delivery that a fault breaks into; what it says is one line."""
    with _after(seconds, fault):
        said = []
        try:
            said = [one.reason for one in target.put(copies)]
        except TargetError as exc:
            said = [str(exc)]
    assert not any("\n" in reason for reason in said)


def _large(count: int) -> list[Copy]:
    pairs = (
        mail(n, "a@corp.example", "bob@corp.example", size=FIVE_MEGABYTES) for n in range(count)
    )
    return [pair[0] for pair in pairs]


def _all_there(target: Target, copies: list[Copy]) -> None:
    """A run completes, and each mail is there once and whole."""
    assert {one.state for one in target.put(copies)} <= {"delivered", "present"}
    found = Counter((found.message_id, found.content) for found in target.read())
    assert found == Counter((copy.message_id, copy.content) for copy in copies)


@pytest.mark.parametrize("tmpfs", [None, {SPOOL: "mode=0755,uid=999"}])
def test_a_container_is_stopped_in_the_middle_of_the_archive(
    run_decky: Deckies, docker_engine: Engine, tmpfs: dict[str, str] | None
) -> None:
    """Killed while mail goes in, at several moments; started again, the next run completes."""
    decky = run_decky("killed", tmpfs=tmpfs)
    container = decky.containers["imap"]
    target = open_target("docker://killed", environ={"DOCKER_HOST": docker_engine.url})
    copies = _large(6)
    contents = {copy.content for copy in copies}
    for seconds in (0.05, 0.3, 0.8):
        _interrupted(target, copies, seconds, lambda: container.kill())
        container.start()
        assert all(found.content in contents for found in target.read())
        target.remove([found.ref for found in target.read()])
    _interrupted(target, copies, 0.2, lambda: container.kill())
    container.start()
    _all_there(target, copies)


def test_a_disk_that_was_full_in_the_container(run_decky: Deckies, docker_engine: Engine) -> None:
    """With room again, the next run brings what did not fit."""
    decky = run_decky("filled", tmpfs={SPOOL: "mode=0755,uid=999,size=24m"})
    target = open_target("docker://filled", environ={"DOCKER_HOST": docker_engine.url})
    decky.run("imap", "sh", "-c", f"head -c 12000000 /dev/zero > {SPOOL}/filler")
    copies = _large(3)
    states = Counter(one.state for one in target.put(copies))
    assert states["failed"]
    decky.run("imap", "rm", f"{SPOOL}/filler")
    _all_there(target, copies)


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.5])
def test_an_imap_server_is_killed_in_the_middle_of_append(tmp_path: Path, seconds: float) -> None:
    """Whatever it had taken in, afterwards each mail is there once."""
    copies = _large(8)
    server = Dovecot(tmp_path / "served").start()
    _interrupted(_imap(server), copies, seconds, server.stop)
    with Dovecot(tmp_path / "served") as again:
        _all_there(_imap(again), copies)


def _imap(server: Dovecot) -> Target:
    address = f"imap://bob@corp.example@127.0.0.1:{server.imap_port}"
    return open_target(address, environ={"EMAILGEN_IMAP_PASSWORD": server.password})


def test_a_mailbox_that_was_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more quota, the next run brings what did not fit."""
    quota = """
mail_plugins = quota
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=12k
}}
"""
    copies = [copy for copy in corpus(90, large=False)[::-1] if copy.mailbox == "bob@corp.example"]
    copies = [copy for copy in copies if copy.folder == "INBOX"]
    with monkeypatch.context() as patched:
        patched.setattr(f"{dovecot_module}.CONFIG", CONFIG + quota)
        with Dovecot(tmp_path / "served") as server:
            states = Counter(one.state for one in _imap(server).put(copies))
            assert states["failed"]
            assert states["delivered"]
    with Dovecot(tmp_path / "served") as server:
        _all_there(_imap(server), copies)
