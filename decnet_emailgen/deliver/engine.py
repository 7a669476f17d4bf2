"""Which Docker Engine the ``docker`` command would talk to, found the way it does.

``DOCKER_HOST`` with ``DOCKER_TLS_VERIFY``, ``DOCKER_TLS`` and ``DOCKER_CERT_PATH``; else the
context that ``DOCKER_CONTEXT`` names, else the current one of ``config.json`` in ``DOCKER_CONFIG``
or ``~/.docker``. A context is ``contexts/meta/<SHA-256 of its name>/meta.json`` there, its
certificates are in ``contexts/tls/<the same>/docker``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from decnet_emailgen.errors import SettingError

SOCKET = "unix:///var/run/docker.sock"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An Engine's address, and how to speak TLS with it.

    ``tls`` is None for none; ``verify`` whether its certificate is checked; ``certificates`` is the
    folder that holds ca.pem, cert.pem and key.pem, each if it is there.
    """

    url: str
    tls: bool = False
    verify: bool = True
    certificates: Path | None = None

    def file(self, name: str) -> str:
        """A certificate's file, or "" if there is none."""
        path = self.certificates / name if self.certificates else None
        return str(path) if path and path.is_file() else ""


def find(environ: Mapping[str, str]) -> Endpoint:
    """The Engine's endpoint; raises :class:`SettingError` for a context that cannot be used."""
    home = Path(environ.get("DOCKER_CONFIG") or _home(environ) / ".docker")
    if host := environ.get("DOCKER_HOST", ""):
        verify = bool(environ.get("DOCKER_TLS_VERIFY"))
        tls = verify or bool(environ.get("DOCKER_TLS"))
        return Endpoint(host, tls, verify, Path(environ.get("DOCKER_CERT_PATH") or home))
    name = environ.get("DOCKER_CONTEXT") or _current(home)
    return Endpoint(SOCKET) if name in ("", "default") else _context(home, name)


def _home(environ: Mapping[str, str]) -> Path:
    given = environ.get("HOME", "")
    return Path(given) if given else Path("~").expanduser()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not JSON"
        raise SettingError(f"{path}: {why}; mend it, or name the Engine with DOCKER_HOST") from exc


def _current(home: Path) -> str:
    path = home / "config.json"
    if not path.exists():
        return ""
    found = _read(path)
    return str(found.get("currentContext") or "") if isinstance(found, dict) else ""


def _context(home: Path, name: str) -> Endpoint:
    key = sha256(name.encode()).hexdigest()
    path = home / "contexts" / "meta" / key / "meta.json"
    if not path.exists():
        raise SettingError(
            f"Docker context {name!r} is not in {home}; docker context ls shows which there are"
        )
    meta = _read(path)
    try:
        docker = meta["Endpoints"]["docker"]
        url, unverified = str(docker["Host"]), bool(docker.get("SkipTLSVerify"))
    except (KeyError, TypeError, AttributeError) as exc:
        raise SettingError(
            f"{path}: it names no Docker Engine; make the context again: docker context create"
        ) from exc
    certificates = home / "contexts" / "tls" / key / "docker"
    tls = certificates.is_dir() or unverified
    return Endpoint(url, tls, not unverified, certificates)
