"""The tree inside a container.

Writing is one archive for any number of files, handed to the Engine, which unpacks it without
any help from the container: so it works in images without a shell, for any user, on a read-only
root with a volume. The Engine cannot see a tmpfs of the container; there the same archive goes
to the container's own ``tar``. Reading is done as the server's user, so what that user may not
read is not there, as its mail clients would find.
"""

from __future__ import annotations

import contextlib
import posixpath
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from decnet_emailgen.deliver import archive, containers
from decnet_emailgen.deliver.containers import NoProgramError
from decnet_emailgen.deliver.target import Finding
from decnet_emailgen.deliver.tree import File, Folder, Stored
from decnet_emailgen.errors import TargetError

if TYPE_CHECKING:
    from docker.models.containers import Container

_LIST = (
    'cd "$1" 2>/dev/null || { echo absent; exit 0; }; shift; '
    "while read -r key value; do [ $key = CapEff: ] && can=$value; done </proc/self/status; "
    'echo "$(stat -c "%u %g" .) ${can:-0}"; find "$@" -type f 2>/dev/null; exit 0'
)
_DAC = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, capabilities(7)
_READ = 'cd "$1" 2>/dev/null && shift && exec tar -cf - -- "$@" 2>/dev/null'
_MOVE = (
    'cd "$1" && shift && while [ "$#" -gt 1 ]; do '
    '[ -e "$1" ] && mv -f -- "$1" "$2"; shift 2; done; exit 0'
)
_REMOVE = 'cd "$1" && shift && rm -f -- "$@"'
_SWEEP = 'cd "$1" && rm -rf -- "$2"'
# cat: what a failing tar leaves has to be read by somebody, or the sender waits for ever
_UNPACK = (
    'umask 022; [ -d "$1" ] || { mkdir -p "$1" && chown "$4" "$1"; }; '
    'cd "$1" && rm -rf -- "$2" || exit 1; head -c "$3" | '
    '{ tar -xpf - 2>&1; echo "code $?"; cat >/dev/null; } | tail -c 300; rm -rf -- "$2"'
)
_NO_TAR = "the image has no sh and tar to unpack mail with; put the spool on a volume"
_ARGUMENTS = 400_000  # bytes of paths in one command line; Linux allows 2 MiB


class ContainerTree:
    """A folder of a container; it is made on the first write."""

    def __init__(self, container: Container, root: str) -> None:
        self._container = container
        self._root = root
        self._owner: tuple[int, int] | None = None
        self._exists = False
        self._able = False  # root is above permissions, as it is unless it has lost capabilities
        self._bare = False  # nothing can be run in the image

    @property
    def name(self) -> str:
        """Container and path."""
        return f"{self._container.name}:{self._root}"

    def paths(self, folders: Collection[str] | None = None) -> list[str]:
        """All files below these folders, or below the root; one program in the container."""
        containers.must_run(self._container)
        wanted = sorted(folders or ())
        if sum(map(len, wanted)) > _ARGUMENTS:
            wanted = []
        if folders is not None and not folders:
            return []
        with containers.foreign(str(self._container.name)):
            try:
                output = b"".join(self._shell(_LIST, wanted, "0"))
            except NoProgramError:
                self._bare = True
                return [stored.path for stored in self._fetch()]
        first, *lines = output.decode("utf-8", "surrogateescape").splitlines() or ["absent"]
        self._exists = first != "absent"
        if self._exists:
            user, group, can = first.split()
            self._owner = int(user), int(group)
            self._able = int(can, 16) & _DAC == _DAC
            lines = self._also_as_owner(wanted, lines)
        found = [line.removeprefix("./") for line in lines]
        if any(path.startswith(f"{archive.STAGING}/") for path in found):
            self._sweep()
        return [path for path in found if not _staged(path)]

    def _also_as_owner(self, wanted: list[str], lines: list[str]) -> list[str]:
        """With what the folder's owner sees: root without capabilities can't enter its folders."""
        if self._owner is None or self._owner[0] == 0 or self._able:
            return lines
        name = str(self._container.name)
        with containers.foreign(name):
            try:
                output = b"".join(self._shell(_LIST, wanted, "{}:{}".format(*self._owner)))
            except NoProgramError as exc:
                # root could run it a moment ago
                raise TargetError(f"container {name} stopped on the way; deliver again") from exc
        seen = output.decode("utf-8", "surrogateescape").splitlines()[1:]
        return list(dict.fromkeys((*lines, *seen)))

    def write(self, folders: Sequence[Folder], files: Sequence[File]) -> dict[str, str]:
        """Make folders and files with one archive."""
        if self._owner is None:
            self.paths()
        containers.must_run(self._container)
        with containers.foreign(str(self._container.name)):
            own = [folder for folder in folders if folder.path != archive.STAGING]
            said = self._feed(own, files) if self._on_tmpfs() else self._hand(own, files)
        if not said:
            return {}
        there = set(self.paths())
        return {file.path: said for file in files if file.path not in there}

    def _hand(self, folders: Sequence[Folder], files: Sequence[File]) -> str:
        """Let the Engine unpack; what it complained about, or ""."""
        from docker.errors import APIError

        root = self._root if self._exists else "/"
        prefix = "" if self._exists else self._root.strip("/") + "/"
        if prefix:
            folders = [Folder("", 0o755), *folders]
        pieces = archive.build(folders, files, self._ids(), prefix=prefix, sweep=True)
        client: Any = self._container.client
        said = ""
        try:
            client.api.put_archive(self._container.id, root, pieces)
        except APIError as exc:
            said = str(exc.explanation or exc)
        self._sweep()
        return said

    def _sweep(self) -> None:
        """Remove what the Engine's unpacking, or a run that was killed, left behind."""
        with contextlib.suppress(NoProgramError):
            for user in self._users():
                list(self._shell(_SWEEP, [archive.STAGING], user))

    def _users(self) -> list[str]:
        """Who acts: root, and the folder's owner where root without capabilities may not."""
        owner = self._owner or (0, 0)
        return ["0", "{}:{}".format(*owner)] if owner[0] and not self._able else ["0"]

    def _feed(self, folders: Sequence[Folder], files: Sequence[File]) -> str:
        """Let the container's own tar unpack; what it complained about, or ""."""
        # A script whose sender was killed may still be running: no two share a staging folder
        staging = f"{archive.STAGING}.{secrets.token_hex(4)}"
        owner = "{}:{}".format(*self._ids())
        if self._bare:
            return _NO_TAR
        size = sum(map(len, archive.build(folders, files, self._ids(), staging=staging)))
        pieces = archive.build(folders, files, self._ids(), staging=staging)
        command = ["sh", "-c", _UNPACK, "sh", self._root, staging, str(size), owner]
        try:
            code, output = containers.feed(self._container, command, pieces, "0")
        except NoProgramError:
            return _NO_TAR
        if code == 0 and output.endswith("code 0"):
            return ""
        lines = output.splitlines()
        return (lines[-2] if len(lines) > 1 else output) or f"tar ended with {code}"

    def _ids(self) -> tuple[int, int]:
        """Whose the files shall be: the root folder's owner, else the server's user."""
        if self._owner:
            return self._owner
        user, _, group = str(self._container.attrs["Config"].get("User") or "0").partition(":")
        uid = int(user) if user.isdecimal() else 0
        return uid, int(group) if group.isdecimal() else uid

    def _on_tmpfs(self) -> bool:
        """Whether the innermost mount above the root is a tmpfs."""
        attrs: Any = self._container.attrs
        mounts = dict.fromkeys(attrs["HostConfig"].get("Tmpfs") or {}, "tmpfs")
        mounts |= {mount["Destination"]: mount["Type"] for mount in attrs.get("Mounts") or []}
        above = [path for path in mounts if _below(self._root, path)]
        return bool(above) and mounts[max(above, key=len)] == "tmpfs"

    def read(self, paths: Collection[str]) -> Iterator[Stored]:
        """The files at these paths, as the server's user reads them."""
        containers.must_run(self._container)
        with containers.foreign(str(self._container.name)):
            try:
                wanted = sorted(paths)
                while wanted:
                    links: list[str] = []
                    for some in _bundles(wanted):
                        yield from archive.unpack(self._shell(_READ, some), links)
                    wanted = links
            except NoProgramError:
                yield from (stored for stored in self._fetch() if stored.path in paths)

    def _fetch(self) -> Iterator[Stored]:
        """Everything, by way of the Engine: for images that cannot run a program."""
        from docker.errors import NotFound

        try:
            pieces, _ = self._container.get_archive(self._root)
        except NotFound:
            return
        top = posixpath.basename(self._root) + "/"
        for stored in archive.unpack(pieces):
            path = stored.path.removeprefix(top)
            if not _staged(path):
                yield Stored(path, stored.content, stored.mtime_ns)

    def move(self, paths: Mapping[str, str]) -> None:
        """Rename files; without a shell in the image their names stay as they are."""
        with containers.foreign(str(self._container.name)), contextlib.suppress(NoProgramError):
            pairs = list(paths.items())
            for start in range(0, len(pairs), 1000):
                some = [path for pair in pairs[start : start + 1000] for path in pair]
                for user in self._users():
                    list(self._shell(_MOVE, some, user))

    def remove(self, paths: Collection[str]) -> dict[str, str]:
        """Remove files."""
        containers.must_run(self._container)
        with containers.foreign(str(self._container.name)):
            try:
                for some in _bundles(sorted(paths)):
                    for user in self._users():
                        list(self._shell(_REMOVE, some, user))
            except NoProgramError:
                return dict.fromkeys(paths, "the image has no sh and rm to remove it with")
        left = set(self.paths()) & set(paths) if paths else set()
        return dict.fromkeys(left, "it could not be removed (read-only?)")

    def check(self) -> list[Finding]:
        """Whether the container runs and the folder is there."""
        self.paths()
        if self._exists:
            return [Finding("ok", f"{self.name} is there")]
        return [Finding("ok", f"{self.name} will be made on the first delivery")]

    def _shell(self, script: str, arguments: Sequence[str], user: str = "") -> Iterator[bytes]:
        # "./" keeps a name that begins with "-" from being taken for an option
        named = [f"./{argument}" for argument in arguments]
        command = ["sh", "-c", script, "sh", self._root, *named]
        return containers.run(self._container, command, user)


def _staged(path: str) -> bool:
    return path.startswith((f"{archive.STAGING}/", f"{archive.STAGING}."))


def _below(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip("/") + "/")


def _bundles(paths: Sequence[str]) -> Iterator[list[str]]:
    """Paths in bundles that fit a command line."""
    bundle: list[str] = []
    size = 0
    for path in paths:
        if size + len(path) > _ARGUMENTS and bundle:
            yield bundle
            bundle, size = [], 0
        bundle.append(path)
        size += len(path) + 1
    if bundle:
        yield bundle
