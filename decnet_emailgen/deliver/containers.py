"""Containers by way of the Docker Engine: finding them, their state, and running programs there.

The Engine is the one that the ``docker`` command would talk to (:mod:`.engine`).
Only fixed scripts are run; what comes from mail is passed to them as arguments or as an archive
on standard input, never as text of a script.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from decnet_emailgen.deliver import engine
from decnet_emailgen.deliver.tunnel import Tunnel
from decnet_emailgen.errors import TargetError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

_STALL = 3  # seconds in which a program takes nothing, before its container is looked at
_NEVER_RAN = (126, 127)  # an exec's exit code, if its program could not be started
_NOTICES = 4  # looks at a container that could start nothing, 50 ms apart
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


@contextlib.contextmanager
def connect(environ: Mapping[str, str]) -> Iterator[DockerClient]:
    """A client of the Engine that the environment names, closed at the end.

    Raises :class:`TargetError` if the Engine cannot be reached or trusted, and
    :class:`SettingError` if the environment names none.
    """
    found = engine.find(environ)
    tunnel = Tunnel(found.url, environ) if found.url.startswith("ssh://") else None
    try:
        client = _open(found, tunnel)
        try:
            yield client
        finally:
            client.close()
    finally:
        if tunnel:
            tunnel.close()


def _open(found: engine.Endpoint, tunnel: Tunnel | None) -> DockerClient:
    from docker.errors import DockerException
    from docker.tls import TLSConfig

    try:
        tls: TLSConfig | bool = False
        if found.tls:
            pair = (found.file("cert.pem"), found.file("key.pem"))
            tls = TLSConfig(
                client_cert=pair if all(pair) else None,
                ca_cert=found.file("ca.pem") or None,
                verify=found.verify,
            )
        url = tunnel.url if tunnel else found.url
        return _client(base_url=url, version="auto", timeout=120, tls=tls)
    except (DockerException, OSError, ValueError) as exc:
        said = "TLS: " * found.tls + str(exc)
        said = f"ssh says: {tunnel.said}" if tunnel and tunnel.said else said
        raise unreachable(exc, said, found.url) from exc


def _client(**settings: Any) -> DockerClient:
    """A client that checks certificates by what it is given.

    requests would rather take the authorities that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE name.
    """
    import docker

    class Api(docker.APIClient):
        def merge_environment_settings(
            self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
        ) -> Any:
            given = self.verify if verify is None else verify
            return super().merge_environment_settings(url, proxies, stream, given, cert)

    class Client(docker.DockerClient):
        def __init__(self) -> None:
            self.api = Api(**settings)

    return Client()


_TLS = (
    (
        r"CERTIFICATE_VERIFY_FAILED\][^:]*: ([^(\"']+)",
        "its certificate is not trusted ({0}); put its authority as ca.pem into DOCKER_CERT_PATH, "
        "or connect by the name in the certificate",
    ),
    (
        "(certificate required|bad certificate|unknown ca|CERTIFICATE_REQUIRED)",
        "it wants another client certificate ({0}); put cert.pem and key.pem into DOCKER_CERT_PATH",
    ),
    (
        "(HTTP request to an HTTPS server)",
        "it speaks TLS ({0}); set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH",
    ),
    (
        r"^TLS: .*(?:SSL\w*Error|ConnectionResetError)\((?:\d+, )?['\"]?([^'\"]*)",
        "the connection broke ({0}); it may want another client certificate: put cert.pem and "
        "key.pem into DOCKER_CERT_PATH",
    ),
)


def unreachable(exc: Exception, said: str = "", where: str = "") -> TargetError:
    """The Engine cannot be asked."""
    said = said or str(exc)
    for pattern, words in _TLS:
        if match := re.search(pattern, said):
            return TargetError(f"Docker at {where}: " + words.format(match[1].strip(" .")))
    if "PermissionError" in said or ("Permission denied" in said and "ssh says" not in said):
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
    if api.exec_inspect(handle)["ExitCode"] in _NEVER_RAN:
        raise _why_not(container, command)


def _why_not(container: Container, command: Sequence[str]) -> NoProgramError:
    """Why a program did not start: it isn't there, unless the container is just dying.

    The Engine answers the same code for both, and takes a moment to notice a death.

    Raises :class:`TargetError` if the container no longer runs.
    """
    for _ in range(_NOTICES):
        must_run(container)
        time.sleep(0.05)
    return NoProgramError(command[0])


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
                _send(container, wire, piece)
        output = b"".join(_frames(wire))
    code: int | None = api.exec_inspect(handle)["ExitCode"]
    if code in _NEVER_RAN:
        raise _why_not(container, command)
    return code or 0, output.decode("utf-8", "replace").strip()[-300:]


def _send(container: Container, wire: socket.socket, piece: bytes) -> None:
    """Send bytes; the Engine doesn't say that the program was killed, so look when it stalls."""
    waits, rest = wire.gettimeout(), memoryview(piece)
    wire.settimeout(_STALL)
    while rest:
        try:
            rest = rest[wire.send(rest) :]
        except TimeoutError:
            must_run(container)
    wire.settimeout(waits)


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
        response = getattr(stream, "_response", None)
        if isinstance(wire, ssl.SSLSocket) and response is not None:
            response.close()  # it holds the connection open
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
