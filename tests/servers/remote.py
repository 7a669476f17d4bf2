"""A Docker Engine behind TLS, and a private sshd: the doors to engines on other hosts."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.servers.engine import PrivateEngine
from tests.servers.process import LOOPBACK, Child, free_port, listens
from tests.servers.require import require


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_authority(folder: Path) -> None:
    """An authority in ca.pem and ca.key."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    files = ("-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem"))
    _openssl("req", "-x509", *key, *files, "-subj", "/CN=authority", "-days", "2")


def make_certificate(folder: Path, authority: Path, names: str = "") -> None:
    """cert.pem and key.pem signed by an authority, and its ca.pem beside them.

    ``names`` are the server's, as subjectAltName has them; none for a client.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    request = folder / "request"
    _openssl(
        "req", *key, "-keyout", str(folder / "key.pem"), "-out", str(request), "-subj", "/CN=it"
    )
    usage = f"subjectAltName={names}" if names else "extendedKeyUsage=clientAuth"
    (folder / "extensions").write_text(usage + "\n")
    _openssl(
        *("x509", "-req", "-in", str(request), "-days", "2", "-CAcreateserial"),
        *("-CA", str(authority / "ca.pem"), "-CAkey", str(authority / "ca.key")),
        *("-extfile", str(folder / "extensions"), "-out", str(folder / "cert.pem")),
    )
    shutil.copy(authority / "ca.pem", folder / "ca.pem")


class TlsEngine(PrivateEngine):
    """A dockerd that listens on TCP too, and asks for a client certificate.

    ``client`` is a folder with ca.pem, cert.pem and key.pem for it, ``stranger`` one whose
    authority and certificate are others'.
    """

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        make_authority(self.home / "authority")
        make_certificate(self.home / "server", self.home / "authority", f"IP:{LOOPBACK}")
        self.certificates = self.home / "client"
        make_certificate(self.certificates, self.home / "authority")
        make_authority(self.home / "other")
        self.stranger = self.home / "stranger"
        make_certificate(self.stranger, self.home / "other")

    def _command(self) -> list[str]:
        files = {"tlscacert": "ca.pem", "tlscert": "cert.pem", "tlskey": "key.pem"}
        given = [f"--{option}={self.home / 'server' / name}" for option, name in files.items()]
        tcp = f"--host=tcp://{LOOPBACK}:{self.port}"
        return [*super()._command(), tcp, "--tlsverify", *given]


class SshServer:
    """An sshd for the user of the tests, and a folder for PATH whose ``ssh`` may log in there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.path = home / "bin"
        self._child: Child | None = None

    def start(self) -> "SshServer":
        """Start, and return when it accepts."""
        sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        require(sshd, "no sshd here", "sudo apt install openssh-server")
        require(shutil.which("docker"), "no docker command here")
        home = self.home
        for name in ("host", "user"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / name)]
            subprocess.run(command, check=True)
        lines = (
            f"Port {self.port}",
            f"ListenAddress {LOOPBACK}",
            f"HostKey {home}/host",
            f"AuthorizedKeysFile {home}/user.pub",
            f"SetEnv PATH={os.environ['PATH']}",
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "PermitRootLogin yes",
        )
        (home / "sshd_config").write_text("\n".join(lines) + "\n")
        self.path.mkdir()
        known = f"{LOOPBACK} " if self.port == 22 else f"[{LOOPBACK}]:{self.port} "
        (home / "known").write_text(known + (home / "host.pub").read_text())
        options = f"-F none -i {home}/user -o IdentitiesOnly=yes -o UserKnownHostsFile={home}/known"
        script = f'#!/bin/sh\nexec {shutil.which("ssh")} {options} "$@"\n'
        (self.path / "ssh").write_text(script)
        (self.path / "ssh").chmod(0o755)
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd's own, where Debian's service has not run
        self._child = Child([str(sshd), "-D", "-e", "-f", f"{home}/sshd_config"], log=home / "log")
        self._child.wait_ready(lambda: listens(self.port), 10)
        return self

    def stop(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.stop()
