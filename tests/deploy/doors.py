"""Mail clients that come in through the container's own loopback, as it has no other network."""

from __future__ import annotations

import contextlib
import imaplib
import poplib
import socket
import subprocess
from collections.abc import Iterator

IMAP_PORT, POP3_PORT = 1143, 1110
RELAY = 'exec 3<>"/dev/tcp/127.0.0.1/$0"; cat <&3 & cat >&3; kill $!; wait'


@contextlib.contextmanager
def door(engine_url: str, container: str, port: int) -> Iterator[socket.socket]:
    """A socket whose other end is a TCP connection inside the container."""
    enter = ["docker", "--host", engine_url, "exec", "--interactive", container]
    ours, theirs = socket.socketpair()
    ours.settimeout(30)
    relay = subprocess.Popen(
        [*enter, "bash", "-c", RELAY, str(port)],
        stdin=theirs.fileno(),
        stdout=theirs.fileno(),
        stderr=subprocess.DEVNULL,
    )
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        relay.kill()
        relay.wait()


class Imap(imaplib.IMAP4):
    """An IMAP client on a socket that is open already."""

    def __init__(self, connection: socket.socket) -> None:
        self._given = connection
        super().__init__()

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._given


class Pop3(poplib.POP3):
    """A POP3 client on a socket that is open already."""

    def __init__(self, connection: socket.socket) -> None:
        self._given = connection
        super().__init__("localhost")

    def _create_socket(self, timeout: float) -> socket.socket:
        return self._given
