"""Containers by way of the Docker Engine: finding them, their state, and running programs there.

The Engine is the one that the ``docker`` command would talk to: ``DOCKER_HOST`` (with
``DOCKER_TLS_VERIFY`` and ``DOCKER_CERT_PATH``), else ``DOCKER_CONTEXT`` or the current context.
Only fixed scripts are run; what comes from mail is passed to them as arguments or as an archive
on standard input, never as text of a script.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from decnet_emailgen.errors import TargetError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

SERVICES = ("imap", "pop3")
_LABELS = ("decnet.fleet", "decnet.topology")
_REMEDIES = {
    "paused": "docker unpause {0}",
    "exited": "docker start {0}",
    "created": "docker start {0}",
    "restarting": "docker logs {0}",
    "dead": "remove it, and deploy the decky again",
    "removing": "deploy the decky again",
}


@dataclass(frozen=True, slots=True)
class MailDecky:
    """A decky with a mail service: container names by service ("imap", "pop3").

    ``topology`` is the id of the DECNET topology it belongs to, "" in a fleet or if only the
    containers' names tell.
    """

    name: str
    containers: Mapping[str, str]
    topology: str = ""


def connect(environ: Mapping[str, str]) -> DockerClient:
    """A client of the Engine that the environment names; nothing is sent yet.

    Raises :class:`TargetError` where the address cannot be used at all.
    """
    import docker
    from docker.errors import DockerException

    try:
        return docker.from_env(environment=dict(environ), version="auto", timeout=120)
    except (DockerException, OSError, ValueError) as exc:
        raise unreachable(exc) from exc


def unreachable(exc: Exception) -> TargetError:
    """The Engine cannot be asked."""
    said = str(exc)
    if "Permission denied" in said or "PermissionError" in said:
        return TargetError(
            "Docker: this user may not use its socket; add the user to the group docker, or set "
            "DOCKER_HOST to an engine of the user's own"
        )
    detail = said.splitlines()[0][:200] if said else type(exc).__name__
    return TargetError(f"Docker cannot be reached ({detail}); start it, or set DOCKER_HOST")


@contextlib.contextmanager
def foreign(name: str) -> Iterator[None]:
    """The Engine's errors about a container, as ours."""
    import requests
    from docker.errors import APIError, DockerException, NotFound

    try:
        yield
    except NotFound as exc:
        raise TargetError(
            f"container {name}: {exc.explanation or 'gone'}; deploy it, then deliver again"
        ) from exc
    except APIError as exc:
        raise TargetError(
            f"container {name}: {exc.explanation or exc}; then deliver again"
        ) from exc
    except (DockerException, requests.RequestException, OSError) as exc:
        raise unreachable(exc) from exc


def discover(client: DockerClient) -> list[MailDecky]:
    """The running mail deckies: by DECNET's labels, and by name where there are no labels."""
    with foreign("list"):
        containers = client.containers.list()
    return _deckies(containers)


def _deckies(containers: Iterable[Container]) -> list[MailDecky]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for container in containers:
        decky, service, topology = identity(container)
        if decky and service in SERVICES:
            found.setdefault((decky, topology), {})[service] = str(container.name)
    return [
        MailDecky(name, dict(sorted(names.items())), topology)
        for (name, topology), names in sorted(found.items())
    ]


def identity(container: Container) -> tuple[str, str, str]:
    """Decky, service and topology of a container; "" where it is none of DECNET's."""
    labels: Mapping[str, str] = container.labels
    for prefix in _LABELS:
        if labels.get(f"{prefix}.service") == "true":
            decky = labels.get(f"{prefix}.decky", "")
            return decky, labels.get(f"{prefix}.service_name", ""), labels.get(f"{prefix}.id", "")
    name, _, service = str(container.name or "").rpartition("-")
    return (name, service, "") if name and service in SERVICES else ("", "", "")


def of_decky(client: DockerClient, name: str) -> list[Container]:
    """The containers behind a name: those of that decky, else the container itself.

    Raises :class:`TargetError` if there is none.
    """
    with foreign(name):
        everything = client.containers.list(all=True)
    known = {container: identity(container) for container in everything}
    mine = [
        each for each, (decky, service, _) in known.items() if decky == name and service in SERVICES
    ]
    if mine:
        return sorted(mine, key=lambda container: str(container.name))
    mine = [each for each in everything if name in (each.name, each.id, each.short_id)]
    if not mine:
        raise TargetError(
            f"no container and no decky is called {name}; deploy it, or see docker ps"
        )
    return mine


def must_run(container: Container) -> None:
    """Raises :class:`TargetError` unless the container is running, with how to get it there."""
    name = str(container.name)
    with foreign(name):
        container.reload()
    if container.status != "running":
        remedy = _REMEDIES.get(container.status, "docker start {0}").format(name)
        raise TargetError(f"container {name} is {container.status}; {remedy}, then deliver again")


class NoProgramError(Exception):
    """The container has no such program, or nothing may be run in it."""


def run(container: Container, command: Sequence[str], user: str = "") -> Iterator[bytes]:
    """Run a program; its standard output as it comes. Standard error and the code are dropped.

    Raises :class:`NoProgramError`.
    """
    api = _api(container)
    handle = _exec(api, container, command, user, stdin=False)
    with _attached(api, handle) as wire:
        yield from _frames(wire, 1)
    if api.exec_inspect(handle)["ExitCode"] in (126, 127):
        raise NoProgramError(command[0])


def feed(
    container: Container, command: Sequence[str], pieces: Iterable[bytes], user: str = ""
) -> tuple[int, str]:
    """Run a program with these bytes on its standard input; exit code and the end of its output.

    The program has to know how many they are: its standard input is never closed, because a TLS
    connection cannot be closed one way.
    """
    api = _api(container)
    handle = _exec(api, container, command, user, stdin=True)
    with _attached(api, handle) as wire:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                wire.sendall(piece)
        output = b"".join(_frames(wire))
    code: int | None = api.exec_inspect(handle)["ExitCode"]
    if code in (126, 127):
        raise NoProgramError(command[0])
    return code or 0, output.decode("utf-8", "replace").strip()[-300:]


def _api(container: Container) -> Any:
    """The Engine's plain interface; docker's types leave out half of it."""
    client: Any = container.client
    return client.api


def _exec(api: Any, container: Container, command: Sequence[str], user: str, *, stdin: bool) -> Any:
    from docker.errors import APIError

    try:
        return api.exec_create(container.id, list(command), user=user, stdin=stdin)["Id"]
    except APIError as exc:
        if "executable file not found" in str(exc) or "no such file" in str(exc):
            raise NoProgramError(command[0]) from exc
        raise


@contextlib.contextmanager
def _attached(api: Any, handle: str) -> Iterator[socket.socket]:
    """The connection to a program that is started now; it is closed for good at the end.

    Docker's own streams leave the socket below them open.
    """
    stream = api.exec_start(handle, socket=True)
    wire: socket.socket = getattr(stream, "_sock", stream)
    try:
        yield wire
    finally:
        stream.close()
        wire.close()


def _frames(wire: socket.socket, only: int = 0) -> Iterator[bytes]:
    """What the program printed: frames of 8 bytes of header and a payload.

    The header is the stream (1 output, 2 errors) and the payload's length.
    """
    while True:
        head = _exactly(wire, 8)
        if len(head) < 8:
            return
        kind, size = struct.unpack(">BxxxL", head)
        payload = _exactly(wire, size)
        if only in (0, kind):
            yield payload


def _exactly(wire: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        with contextlib.suppress(ConnectionResetError):
            if part := wire.recv(size - len(parts)):
                parts += part
                continue
        break
    return parts
