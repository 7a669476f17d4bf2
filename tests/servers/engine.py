"""A Docker Engine: the one that answers, else a private one without network."""

import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Self

import docker
from docker.errors import DockerException

from tests.servers.process import Child
from tests.servers.require import require, require_root

DEFAULT_URL = "unix:///var/run/docker.sock"


class Engine:
    """An engine's address, and clients for it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._clients: list[docker.DockerClient] = []

    def client(self) -> docker.DockerClient:
        """A client that is closed when the tests end."""
        client = docker.DockerClient(base_url=self.url, timeout=60)
        self._clients.append(client)
        return client

    def answers(self) -> bool:
        """Whether the engine is there."""
        if not _listens(self.url):
            return False
        try:
            client = docker.DockerClient(base_url=self.url, timeout=5)
        except DockerException:
            return False
        try:
            return client.ping()
        except (DockerException, OSError):
            return False
        finally:
            client.close()

    def stop(self) -> None:
        """Close the clients; an engine that was there before goes on."""
        for client in self._clients:
            client.close()


class PrivateEngine(Engine):
    """A dockerd of our own, in one folder; all it made goes when it stops."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="emailgen-docker-"))
        super().__init__(f"unix://{self.home}/docker.sock")
        self._child: Child | None = None

    def start(self) -> Self:
        """Start, and return when it answers."""
        self._child = Child(self._command(), log=self.home / "dockerd.log")
        self._child.wait_ready(self.answers, 60)
        return self

    def stop(self) -> None:
        """End the engine and remove its folder."""
        super().stop()
        if self._child is not None:
            self._child.stop(seconds=30)
        shutil.rmtree(self.home, ignore_errors=True)

    def _command(self) -> list[str]:
        places = {"data-root": "data", "exec-root": "exec", "pidfile": "docker.pid"}
        folders = [f"--{option}={self.home / name}" for option, name in places.items()]
        network = ["--bridge=none", "--iptables=false", "--ip6tables=false"]
        return ["dockerd", f"--host={self.url}", *folders, *network]


def _listens(url: str) -> bool:
    """Whether a Unix socket accepts; asked first, as the SDK leaks a socket when none does."""
    if not url.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(url.removeprefix("unix://")) == 0


def start_engine() -> Engine:
    """The engine that DOCKER_HOST or the default socket names, else a private one."""
    engine = Engine(os.environ.get("DOCKER_HOST", DEFAULT_URL))
    if engine.answers():
        return engine
    require(shutil.which("dockerd"), "no Docker Engine answers and there is no dockerd")
    require_root("a private Docker Engine")
    return PrivateEngine().start()
