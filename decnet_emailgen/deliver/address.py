"""TARGET addresses: what a person writes to say where mail goes.

``spool:DIR``, ``maildir:DIR``, ``mbox:FILE-or-DIR``, ``docker://CONTAINER[/PATH][?layout=…]``,
``imap://[USER@]HOST[:PORT]``, ``imaps://…``. A scheme that is none of these is looked up in the
entry-point group ``decnet_emailgen.targets``: a callable that takes the address, and the keyword
arguments of :func:`open_target`. Modules are imported when an address needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from decnet_emailgen.deliver.target import Target
from decnet_emailgen.errors import SettingError

GROUP = "decnet_emailgen.targets"
SCHEMES = ("spool", "maildir", "mbox", "docker", "imap", "imaps")
SPOOL_PATH = "/var/spool/decnet-emails"
MAILDIR_PATH = "/var/mail"


class Opener(Protocol):
    """What an entry point of the group :data:`GROUP` names."""

    def __call__(
        self,
        address: str,
        *,
        environ: Mapping[str, str],
        allow_hosts: tuple[str, ...],
        base: Path | None,
    ) -> Target:
        """Open the address; raises :class:`SettingError` if it is malformed."""


def open_target(
    address: str,
    *,
    environ: Mapping[str, str],
    allow_hosts: tuple[str, ...] = (),
    base: Path | None = None,
) -> Target:
    """Open a TARGET; nothing is touched before its first operation.

    ``environ`` holds passwords and the Docker settings, ``allow_hosts`` the IMAP hosts outside
    private networks that the operator permits, ``base`` is what relative folders start from (the
    working directory without it). Raises :class:`SettingError` for a malformed address.
    """
    scheme, colon, rest = address.partition(":")
    if not colon or not rest:
        raise _malformed(address, "it has the form SCHEME:PLACE")
    if scheme in ("spool", "maildir", "mbox"):
        return _folder(scheme, address, rest, base)
    if scheme == "docker":
        return _docker(address, environ)
    if scheme in ("imap", "imaps"):
        from decnet_emailgen.deliver.imap import open_imap

        return open_imap(address, environ=environ, allow_hosts=allow_hosts)
    return _stranger(scheme, address)(address, environ=environ, allow_hosts=allow_hosts, base=base)


def _folder(scheme: str, address: str, rest: str, base: Path | None) -> Target:
    from decnet_emailgen.deliver.local import LocalTree

    path = (base or Path()) / Path(rest).expanduser()
    if "\0" in rest or rest.startswith("//"):
        raise _malformed(address, f"a folder of this machine follows {scheme}:")
    if scheme == "mbox":
        from decnet_emailgen.deliver.mbox import MboxTarget

        return MboxTarget(address, path, many=rest.endswith("/") or path.is_dir())
    if scheme == "maildir":
        from decnet_emailgen.deliver.maildir import MaildirTarget

        return MaildirTarget(address, LocalTree(path))
    from decnet_emailgen.deliver.spool import SpoolTarget

    return SpoolTarget(address, LocalTree(path))


def _docker(address: str, environ: Mapping[str, str]) -> Target:
    from decnet_emailgen.deliver.dockertarget import DockerTarget

    parts = split(address)
    name = parts.netloc
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or not name.isascii():
        raise _malformed(address, "a container's or a decky's name follows docker://")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    layout = options.pop("layout", "spool")
    if layout not in ("spool", "maildir") or options or parts.fragment:
        raise _malformed(address, "after the path only ?layout=spool or ?layout=maildir may stand")
    path = parts.path.rstrip("/") or (SPOOL_PATH if layout == "spool" else MAILDIR_PATH)
    if ".." in path.split("/") or not path.isprintable():
        raise _malformed(address, "the path is absolute and has no ..")
    return DockerTarget(address, name, path, layout, environ)


def split(address: str) -> SplitResult:
    """An address as a URL (RFC 3986); raises :class:`SettingError` if it is none."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 -- raises for a port that is no number
    except ValueError as exc:
        raise _malformed(address, str(exc)) from exc
    return parts


def _stranger(scheme: str, address: str) -> Opener:
    for point in entry_points(group=GROUP, name=scheme):
        return cast(Opener, point.load())
    known = ", ".join(f"{name}:" for name in SCHEMES)
    raise _malformed(address, f"it begins with one of {known}")


def _malformed(address: str, rule: str) -> SettingError:
    return SettingError(f"target {hide(address)!r}: {rule}")


def hide(address: str) -> str:
    """An address fit to be shown: a password that somebody wrote into it is left out."""
    scheme, mark, rest = address.partition("://")
    user, at, host = rest.rpartition("@")
    if mark and at and ":" in user:
        return f"{scheme}://{user.partition(':')[0]}:…@{host}"
    return address
