"""Mail deckies as DECNET runs them: one container per service, labelled, as uid 999.

The image is made from a static busybox, so nothing is pulled.
"""

import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docker import DockerClient
from docker.errors import NotFound
from docker.models.containers import Container

from tests.servers.require import require

SPOOL = "/var/spool/decnet-emails"
UID = 999
IMAGE = "emailgen-test/decky:latest"
SEED_VARIABLES = {"imap": "IMAP_EMAIL_SEED", "pop3": "POP3_EMAIL_SEED"}

Labels = Callable[[str, str], Mapping[str, str]]


def fleet_labels(decky: str, service: str) -> dict[str, str]:
    """What DECNET's fleet puts on a service container."""
    prefix = "decnet.fleet"
    return {
        f"{prefix}.service": "true",
        f"{prefix}.decky": decky,
        f"{prefix}.service_name": service,
    }


def topology_labels(decky: str, service: str) -> dict[str, str]:
    """What a DECNET topology puts on one instead."""
    prefix = "decnet.topology"
    return {
        f"{prefix}.service": "true",
        f"{prefix}.id": "test-topology",
        f"{prefix}.decky": decky,
        f"{prefix}.service_name": service,
    }


def no_labels(decky: str, service: str) -> dict[str, str]:
    """A container that only its name tells."""
    return {}


@dataclass
class Decky:
    """A running decky: its containers by service."""

    name: str
    containers: dict[str, Container] = field(default_factory=dict)

    def run(self, service: str, *command: str, user: str = "") -> str:
        """Run a command in the service's container; its output."""
        return self._output(service, command, user).decode()

    def read(self, service: str, path: str) -> bytes:
        """A file's bytes."""
        return self._output(service, ["cat", path])

    def files(self, service: str, under: str = SPOOL) -> list[str]:
        """The paths of all files under a folder, sorted."""
        return sorted(self.run(service, "find", under, "-type", "f").splitlines())

    def _output(self, service: str, command: Sequence[str], user: str = "") -> bytes:
        code, output = self.containers[service].exec_run(list(command), user=user)
        assert isinstance(output, bytes)
        assert code == 0, f"{self.name}-{service}: {command}: exit {code}: {output!r}"
        return output


@dataclass
class Deckies:
    """Starts a decky at each call; removes them, with their volumes, at the end."""

    client: DockerClient
    image: str = IMAGE
    _containers: list[Container] = field(default_factory=list)
    _volumes: set[str] = field(default_factory=set)

    def __call__(
        self,
        name: str,
        *,
        services: Sequence[str] = ("imap",),
        user: str = str(UID),
        read_only: bool = False,
        tmpfs: Mapping[str, str] | None = None,
        volume: str | None = None,
        env: Mapping[str, str] | None = None,
        labels: Labels = fleet_labels,
    ) -> Decky:
        """Start `<name>-<service>` for each service.

        `tmpfs` maps a path to mount options; `volume` names a volume for the spool, made anew;
        `env` replaces the seed variable that points at the spool.
        """
        decky = Decky(name)
        for service in services:
            container = self.client.containers.create(
                self.image,
                name=f"{name}-{service}",
                user=user,
                read_only=read_only,
                tmpfs=dict(tmpfs or {}),
                volumes=self._mounts(volume),
                environment=dict(env if env is not None else {SEED_VARIABLES[service]: SPOOL}),
                labels={"emailgen.test": "true", **labels(name, service)},
                network_mode="none",
                stop_signal="SIGKILL",  # sleep, as process 1, would ignore SIGTERM
            )
            self._containers.append(container)
            container.start()
            decky.containers[service] = container
        return decky

    def remove(self) -> None:
        """Remove whatever was started."""
        for container in self._containers:
            try:
                container.remove(force=True, v=True)
            except NotFound:
                continue
        for name in self._volumes:
            self.client.volumes.get(name).remove()
        self._containers.clear()
        self._volumes.clear()

    def _mounts(self, volume: str | None) -> dict[str, dict[str, str]]:
        if volume is None:
            return {}
        self._volumes.add(volume)
        return {volume: {"bind": SPOOL, "mode": "rw"}}


def build_image(client: DockerClient) -> str:
    """Import the image into the engine; its name."""
    busybox = shutil.which("busybox")
    require(busybox, "no busybox here (the static one)")
    changes = [f"USER {UID}", 'CMD ["sleep", "86400"]', "ENV PATH=/bin"]
    repository, tag = IMAGE.split(":")
    client.api.import_image_from_data(
        root_archive(Path(str(busybox))), repository=repository, tag=tag, changes=changes
    )
    return IMAGE


def root_archive(busybox: Path) -> bytes:
    """A root file system as a tar: busybox, its applets, a user `decnet` and the spool."""
    applets = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for folder in ("bin", "etc", "proc", "sys", "dev", "var", "var/spool"):
            _add(tar, folder, tarfile.DIRTYPE, mode=0o755)
        _add(tar, "tmp", tarfile.DIRTYPE, mode=0o1777)
        _add(tar, SPOOL.lstrip("/"), tarfile.DIRTYPE, mode=0o755, uid=UID)
        _add(tar, "bin/busybox", data=busybox.read_bytes(), mode=0o755)
        for applet in applets.stdout.split():
            if applet != "busybox":
                _add(tar, f"bin/{applet}", tarfile.SYMTYPE, target="busybox")
        accounts = f"root:x:0:0::/:/bin/sh\ndecnet:x:{UID}:{UID}::/:/bin/sh\n"
        _add(tar, "etc/passwd", data=accounts.encode())
        _add(tar, "etc/group", data=f"root:x:0:\ndecnet:x:{UID}:\n".encode())
    return out.getvalue()


def _add(
    tar: tarfile.TarFile,
    name: str,
    kind: bytes = tarfile.REGTYPE,
    *,
    data: bytes = b"",
    mode: int = 0o644,
    uid: int = 0,
    target: str = "",
) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname = kind, mode, target
    entry.uid = entry.gid = uid
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))
