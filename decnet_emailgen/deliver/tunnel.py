"""``ssh://``: a Docker Engine on another host, by way of the ssh client, as ``docker`` does it.

Each connection to a private socket here becomes ``ssh HOST docker system dial-stdio`` there. One
ssh connection carries them all (ControlMaster). ssh asks nobody anything: keys, known hosts and
agents have to be in order, as for any program that runs by itself.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from decnet_emailgen.errors import SettingError

_PIECE = 1 << 16
_OPTIONS = {"BatchMode": "yes", "ConnectTimeout": "30", "ControlMaster": "auto"}


def command(url: str, environ: Mapping[str, str], control: Path) -> list[str]:
    """The ssh command for an address; raises :class:`SettingError` if it is malformed.

    A path in the address is the Engine's socket on that host.
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.password or parts.query or parts.fragment:
        raise SettingError(
            f"DOCKER_HOST {parts.hostname or url}: write it as ssh://USER@HOST[:PORT]"
        )
    ssh = shutil.which("ssh", path=environ.get("PATH"))
    if ssh is None:
        raise SettingError("ssh:// needs the program ssh; install an SSH client")
    options = {**_OPTIONS, "ControlPath": str(control), "ControlPersist": "20"}
    found = [ssh, "-T", *(f"-o{name}={value}" for name, value in options.items())]
    if parts.username:
        found += ["-l", unquote(parts.username)]
    if parts.port:
        found += ["-p", str(parts.port)]
    there = ["docker", *(("--host", f"unix://{parts.path}") if parts.path.strip("/") else ())]
    return [*found, "--", parts.hostname, *there, "system", "dial-stdio"]


class Tunnel:
    """A private socket at ``url`` that leads to the Engine; close it when done."""

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="emailgen-ssh-"))
        try:
            self._command = command(url, environ, self._home / "control")
        except BaseException:
            self._home.rmdir()
            raise
        self._environ = dict(environ)
        self.url = f"unix://{self._home}/docker.sock"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.url.removeprefix("unix://"))
        self._listener.listen(8)
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, act: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=act, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        """One connection, until either end closes it."""
        near, far = socket.socketpair()
        with client, near:
            with far, (self._home / "said").open("ab") as log:
                ssh = subprocess.Popen(
                    self._command,
                    stdin=far.fileno(),
                    stdout=far.fileno(),
                    stderr=log,
                    env=self._environ,
                )
            inward = self._start(_relay, client, near)
            _relay(near, client)
            ssh.wait()
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            inward.join()

    @property
    def said(self) -> str:
        """The last line that ssh complained with, or ""."""
        with contextlib.suppress(OSError):
            lines = (self._home / "said").read_text("utf-8", "replace").split("\n")
            return next((line.strip() for line in reversed(lines) if line.strip()), "")
        return ""

    def close(self) -> None:
        """End every connection, and the one that carries them."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        place = self._command.index("--")
        end = [*self._command[:place], "-O", "exit", *self._command[place : place + 2]]
        _quiet(end, self._environ)
        for thread in self._threads:
            thread.join(5)
        shutil.rmtree(self._home, ignore_errors=True)


def _relay(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what comes, and that nothing more comes."""
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _quiet(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(arguments, env=dict(environ), capture_output=True, check=False, timeout=10)
