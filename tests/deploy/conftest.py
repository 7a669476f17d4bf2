"""The decky's image, made from packages, and containers of it with compose.yaml's options."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import yaml
from docker.models.containers import Container

from tests.cli.conftest import Shell
from tests.deploy.doors import IMAP_PORT, POP3_PORT, Imap, Pop3, door
from tests.servers.engine import Engine
from tests.servers.require import require, require_root

ROOT = Path(__file__).parent.parent.parent
DECKY = ROOT / "deploy" / "decky"
IMAGE = "emailgen-test/own-decky:latest"
PASSWORD = "correct horse"


def compose() -> dict[str, Any]:
    """compose.yaml as data."""
    loaded: dict[str, Any] = yaml.safe_load((DECKY / "compose.yaml").read_text("utf-8"))
    return loaded


@dataclass(frozen=True)
class OwnDecky:
    """A running decky."""

    container: Container
    url: str

    @contextlib.contextmanager
    def imap(self) -> Iterator[Imap]:
        """An IMAP client, not logged in."""
        with door(self.url, str(self.container.name), IMAP_PORT) as connection:
            client = Imap(connection)
            try:
                yield client
            finally:
                with contextlib.suppress(OSError):  # it has logged out
                    client.shutdown()

    @contextlib.contextmanager
    def pop3(self) -> Iterator[Pop3]:
        """A POP3 client, not logged in."""
        with door(self.url, str(self.container.name), POP3_PORT) as connection:
            client = Pop3(connection)
            try:
                yield client
            finally:
                client.close()

    def sh(self, script: str) -> tuple[int, str]:
        """Run a script as the server's user; exit code and output."""
        code, output = self.container.exec_run(["sh", "-c", script])
        assert isinstance(code, int)
        assert isinstance(output, bytes)
        return code, output.decode()

    def log(self) -> list[dict[str, Any]]:
        """Standard output, each line of which must be a JSON object."""
        return [json.loads(line) for line in self.container.logs(stderr=False).splitlines()]

    def logged(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first line of the log that is `wanted`; waits until it is there."""
        for _ in range(100):
            for entry in self.log():
                if wanted(entry):
                    return entry
            time.sleep(0.1)
        raise AssertionError(f"not in the log:\n{self.container.logs().decode()[-3000:]}")


@pytest.fixture(scope="session")
def own_image(docker_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image, imported from the root file system that deploy/decky/rootfs builds."""
    require(which("mmdebstrap"), "no mmdebstrap here")
    require(which("docker"), "no docker command here")
    require_root("building a root file system")
    archive = tmp_path_factory.mktemp("rootfs") / "decky.tar"
    done = subprocess.run([DECKY / "rootfs", archive], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    client = docker_engine.client()
    repository, tag = IMAGE.split(":")
    client.api.import_image_from_file(
        str(archive), repository=repository, tag=tag, changes=changes()
    )
    archive.unlink()
    yield IMAGE
    client.images.remove(IMAGE, force=True)


def changes() -> list[str]:
    """What the Dockerfile says of the image beyond its files."""
    lines = (DECKY / "Dockerfile").read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith(("USER ", "EXPOSE ", "ENTRYPOINT "))]


@pytest.fixture(scope="session")
def mailboxes(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder with the example's personas, and in `accounts/users` their accounts."""
    folder = tmp_path_factory.mktemp("own-decky")
    text = (ROOT / "personas.example.yaml").read_text("utf-8")
    (folder / "personas.yaml").write_text(text, "utf-8")
    shell = Shell(folder)
    rows = shell("personas", "check", "--json").ok().out
    accounts = folder / "accounts"
    accounts.mkdir()
    accounts.chmod(0o755)
    make_accounts(rows, accounts / "users", {"DECKY_PASSWORD": PASSWORD}).check_returncode()
    return shell


def make_accounts(
    rows: str, file: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run accounts.py on the rows of `emailgen personas check --json`."""
    return subprocess.run(
        [DECKY / "accounts.py", file],
        input=rows,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **env},
        capture_output=True,
        text=True,
        check=False,
    )


RunOwn = Callable[..., OwnDecky]


@pytest.fixture(scope="module")
def run_own(docker_engine: Engine, own_image: str, mailboxes: Shell) -> Iterator[RunOwn]:
    """`run_own(DECKY_…=…)` starts a decky with the options of compose.yaml, without network."""
    client = docker_engine.client()
    service = compose()["services"]["decky"]
    started: list[Container] = []

    def run(**environment: str) -> OwnDecky:
        container = client.containers.create(
            own_image,
            user=service["user"],
            read_only=service["read_only"],
            cap_drop=service["cap_drop"],
            security_opt=service["security_opt"],
            pids_limit=service["pids_limit"],
            mem_limit=service["mem_limit"],
            tmpfs=dict(one.split(":", 1) for one in service["tmpfs"]),
            hostname="mail",
            network_mode="none",
            environment=environment,
            volumes={
                f"own-decky-{len(started)}": {"bind": "/srv/mail", "mode": "rw"},
                str(mailboxes.folder / "accounts"): {"bind": "/srv/accounts", "mode": "ro"},
            },
            labels={"emailgen.test": "true"},
        )
        started.append(container)
        container.start()
        decky = OwnDecky(container, docker_engine.url)
        decky.logged(lambda entry: "starting up" in entry.get("message", ""))
        return decky

    yield run
    for number, container in enumerate(started):
        container.remove(force=True, v=True)
        client.volumes.get(f"own-decky-{number}").remove()
