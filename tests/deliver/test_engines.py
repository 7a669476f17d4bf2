"""Engines on other hosts: TCP with TLS, contexts, ssh; and what goes wrong there, in one line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from decnet_emailgen.deliver import connect, engine, open_target, verify
from decnet_emailgen.deliver.tunnel import command
from decnet_emailgen.errors import SettingError, TargetError
from tests.deliver.corpus import corpus
from tests.servers.decky import Deckies, build_image
from tests.servers.engine import Engine
from tests.servers.remote import SshServer, TlsEngine
from tests.servers.require import require, require_root


@pytest.fixture(scope="module")
def tls_engine() -> Iterator[TlsEngine]:
    """A dockerd of our own behind TLS, with a decky on it."""
    require(shutil.which("dockerd"), "no dockerd here")
    require_root("a private Docker Engine")
    found = TlsEngine()
    found.start()
    deckies = Deckies(found.client(), build_image(found.client()))
    deckies("far")
    yield found
    deckies.remove()
    found.stop()


def _deliver(environ: dict[str, str], name: str = "far") -> None:
    """Put mail in, look at it, take it out: every way of talking to the Engine is used."""
    target = open_target(f"docker://{name}", environ=environ)
    copies = corpus(20, large=False)
    outcomes = target.put(copies)
    assert {one.state for one in outcomes} == {"delivered", "skipped"}
    assert all(one.verified for one in verify(target, copies, outcomes))
    assert len(list(target.read())) == 20
    gone = target.remove([one.ref for one in outcomes if one.state == "delivered"])
    assert {one.state for one in gone} == {"removed"}


def _one_line(environ: dict[str, str], words: str, error: type[Exception] = TargetError) -> None:
    target = open_target("docker://far", environ=environ)
    with pytest.raises(error, match=words) as caught:
        target.put(corpus(1, large=False))
    assert "\n" not in str(caught.value)


def _tcp(found: TlsEngine, certificates: Path, host: str = "127.0.0.1") -> dict[str, str]:
    return {
        "DOCKER_HOST": f"tcp://{host}:{found.port}",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": str(certificates),
    }


def test_tcp_with_tls(tls_engine: TlsEngine) -> None:
    """Certificates on both sides: mail goes in and comes out."""
    _deliver(_tcp(tls_engine, tls_engine.certificates))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # docker's sockets
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_certificates_that_do_not_fit_are_one_line(tls_engine: TlsEngine, tmp_path: Path) -> None:
    """An unknown authority, another name, no client certificate, another one, no TLS at all."""
    _one_line(_tcp(tls_engine, tls_engine.stranger), "not trusted .*ca.pem into DOCKER_CERT_PATH")
    _one_line(_tcp(tls_engine, tls_engine.certificates, "localhost"), "not trusted .*name in the")
    bare, mixed = tmp_path / "bare", tmp_path / "mixed"
    for folder, files in ((bare, ()), (mixed, ("cert.pem", "key.pem"))):
        folder.mkdir()
        shutil.copy(tls_engine.certificates / "ca.pem", folder / "ca.pem")
        for name in files:
            shutil.copy(tls_engine.stranger / name, folder / name)
        _one_line(_tcp(tls_engine, folder), "want.* another client certificate")
    plain = {"DOCKER_HOST": f"tcp://127.0.0.1:{tls_engine.port}"}
    _one_line(plain, "speaks TLS .*set DOCKER_TLS_VERIFY=1")


def _context(home: Path, name: str, host: str, certificates: Path | None = None) -> None:
    """A context as ``docker context create`` keeps it."""
    key = sha256(name.encode()).hexdigest()
    meta = {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host}}}
    folder = home / "contexts" / "meta" / key
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(json.dumps(meta))
    if certificates:
        shutil.copytree(certificates, home / "contexts" / "tls" / key / "docker")


def test_contexts(tls_engine: TlsEngine, tmp_path: Path) -> None:
    """DOCKER_HOST before DOCKER_CONTEXT before the current context, as ``docker`` takes them."""
    home = tmp_path / ".docker"
    _context(home, "far", f"tcp://127.0.0.1:{tls_engine.port}", tls_engine.certificates)
    _context(home, "gone", f"unix://{tmp_path}/none.sock")
    (home / "config.json").write_text(json.dumps({"currentContext": "gone"}))
    environ = {"HOME": str(tmp_path)}
    assert engine.find(environ).url.endswith("none.sock")
    _deliver({**environ, "DOCKER_CONTEXT": "far"})
    _deliver({**environ, "DOCKER_CONTEXT": "gone", "DOCKER_HOST": tls_engine.url})
    (home / "config.json").write_text(json.dumps({"currentContext": "far"}))
    _deliver(environ)
    _deliver({"HOME": "/nowhere", "DOCKER_CONFIG": str(home)})
    assert engine.find({**environ, "DOCKER_CONTEXT": "default"}).url == engine.SOCKET


def test_the_docker_command_agrees(tmp_path: Path) -> None:
    """What ``docker context create`` makes is what is found here."""
    import subprocess

    require(shutil.which("docker"), "no docker command here")
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    for arguments in (
        ("create", "elsewhere", "--docker", "host=tcp://192.0.2.7:2376"),
        ("use", "elsewhere"),
    ):
        subprocess.run(
            ["docker", "context", *arguments], env=environ, check=True, capture_output=True
        )
    assert engine.find(environ).url == "tcp://192.0.2.7:2376"


def test_contexts_that_cannot_be_used_are_one_line(tmp_path: Path) -> None:
    """Unknown, damaged, without an Engine: which file, and what to do."""
    home = tmp_path / ".docker"
    environ = {"HOME": str(tmp_path), "DOCKER_CONTEXT": "far"}
    _one_line(environ, "context 'far' is not in .*docker context ls", SettingError)
    _context(home, "far", "unix:///x")
    (meta,) = home.glob("contexts/meta/*/meta.json")
    meta.write_text("{")
    _one_line(environ, "meta.json: it is not JSON", SettingError)
    meta.write_text('{"Endpoints": {}}')
    _one_line(environ, "names no Docker Engine", SettingError)
    (home / "config.json").write_text("nonsense")
    _one_line({"HOME": str(tmp_path)}, "config.json: it is not JSON", SettingError)


@pytest.fixture
def ssh_server(tmp_path: Path) -> Iterator[SshServer]:
    """A private sshd."""
    server = SshServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_ssh(ssh_server: SshServer, run_decky: Deckies, docker_engine: Engine) -> None:
    """``ssh://`` by way of the ssh client and ``docker system dial-stdio`` there."""
    run_decky("far")
    socket = docker_engine.url.removeprefix("unix://")
    environ = {
        "DOCKER_HOST": f"ssh://root@127.0.0.1:{ssh_server.port}{socket}",
        "PATH": f"{ssh_server.path}:{os.environ['PATH']}",
    }
    _deliver(environ)
    with connect(environ) as client:
        assert client.ping()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # docker's sockets
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_ssh_that_fails_tells_what_ssh_said(ssh_server: SshServer) -> None:
    """A host that isn't known, and a port that nobody listens on."""
    path = f"{ssh_server.path}:{os.environ['PATH']}"
    (ssh_server.home / "known").write_text("")
    environ = {"DOCKER_HOST": f"ssh://root@127.0.0.1:{ssh_server.port}", "PATH": path}
    _one_line(environ, "ssh says: Host key verification failed")
    environ = {"DOCKER_HOST": "ssh://root@127.0.0.1:1", "PATH": path}
    _one_line(environ, "ssh says: .*Connection refused")


def test_ssh_addresses_reach_no_option(tmp_path: Path) -> None:
    """A host that looks like an option stays a host; what is no address is refused."""
    found = command("ssh://-oProxyCommand=x/run/d.sock", {}, tmp_path / "c")
    assert found[found.index("--") + 1].startswith("-oproxycommand")
    assert found[-4:] == ["--host", "unix:///run/d.sock", "system", "dial-stdio"]
    for url in ("ssh://", "ssh://u:secret@h", "ssh://h?x=1"):
        with pytest.raises(SettingError, match="ssh://USER@HOST"):
            command(url, {}, tmp_path / "c")
    with pytest.raises(SettingError, match="needs the program ssh"):
        command("ssh://h", {"PATH": str(tmp_path)}, tmp_path / "c")
