"""Files as one tar archive that can be unpacked under the eyes of readers.

Every file comes under a staging name first, and its real name is a hard link to it further down
(POSIX.1-2001 pax, typeflag 1). Unpacking the link is one link(2), so the real name appears with
the whole file behind it, whoever unpacks, with no second step and no program in the container.
"""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from decnet_emailgen.deliver.tree import File, Folder, Stored

STAGING = ".incoming"
_CHUNK = 1 << 18


def build(
    folders: Sequence[Folder],
    files: Sequence[File],
    owner: tuple[int, int],
    *,
    prefix: str = "",
    staging: str = STAGING,
    sweep: bool = False,
) -> Iterator[bytes]:
    """The archive, in pieces.

    ``prefix`` goes before every name. With ``sweep`` an empty file replaces the staging folder
    before and after, for those who unpack like the Docker Engine does: it removes whatever
    stands where an entry wants to be.
    """
    staging = prefix + staging
    named = [Folder(prefix + folder.path, folder.mode) for folder in _with_parents(folders)]
    linked = [replace(file, path=prefix + file.path) for file in files]
    parts = _parts(named, linked, owner, staging, by_engine=sweep)
    if sweep:
        empty = _entry(staging, owner, 0o600)
        parts = chain([empty], parts, [empty])
    return _chunks(chain(parts, [b"\0" * tarfile.RECORDSIZE]))


def _parts(
    folders: Sequence[Folder],
    files: Sequence[File],
    owner: tuple[int, int],
    staging: str,
    *,
    by_engine: bool,
) -> Iterator[bytes]:
    """Entries; a fine mtime goes where it counts: the Engine takes a link's, tar the file's."""
    yield _entry(staging, owner, kind=tarfile.DIRTYPE, mode=0o700)
    for folder in folders:
        yield _entry(folder.path, owner, kind=tarfile.DIRTYPE, mode=folder.mode)
    for place, file in enumerate(files):
        size = len(file.content)
        yield _entry(
            f"{staging}/{place}", owner, file.mode, file.mtime_ns, fine=not by_engine, size=size
        )
        yield file.content
        yield b"\0" * (-size % tarfile.BLOCKSIZE)
    for place, file in enumerate(files):
        target = f"{staging}/{place}"
        link = tarfile.LNKTYPE
        yield _entry(
            file.path, owner, file.mode, file.mtime_ns, fine=by_engine, kind=link, target=target
        )


def _with_parents(folders: Sequence[Folder]) -> list[Folder]:
    """Folders and those above them, outermost first, none twice."""
    made: dict[str, Folder] = {}
    for folder in folders:
        parts = folder.path.split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            made.setdefault(path, Folder(path, folder.mode))
    return list(made.values())


def _entry(
    name: str,
    owner: tuple[int, int],
    mode: int,
    mtime_ns: int | None = None,
    *,
    fine: bool = False,
    kind: bytes = tarfile.REGTYPE,
    size: int = 0,
    target: str = "",
) -> bytes:
    """A header; ``fine`` keeps the mtime's fraction of a second, in a header of its own."""
    seconds, rest = (int(time.time()), 0) if mtime_ns is None else divmod(mtime_ns, 10**9)
    record = _mtime(f"{seconds}.{rest:09}") if fine and rest else b""
    if name.isascii() and target.isascii() and max(len(name), len(target)) < 100:
        return record + _header(name, owner, mode, seconds, kind, size, target)
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size, info.linkname = kind, mode, size, target
    info.uid, info.gid = owner
    info.mtime = seconds
    if record:
        info.pax_headers = {"mtime": f"{seconds}.{rest:09}"}
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _header(
    name: str,
    owner: tuple[int, int],
    mode: int,
    mtime: int,
    kind: bytes,
    size: int,
    target: str = "",
) -> bytes:
    """A ustar header for short names; tarfile's own takes six times as long."""
    if kind == tarfile.DIRTYPE:
        name += "/"
    numbers = (mode, *owner, size, mtime)
    head = (
        name.encode().ljust(100, b"\0")
        + b"%07o\0%07o\0%07o\0%011o\0%011o\0" % numbers
        + b" " * 8
        + kind
        + target.encode().ljust(100, b"\0")
        + b"ustar\x0000"
    ).ljust(tarfile.BLOCKSIZE, b"\0")
    return head[:148] + b"%06o\0 " % sum(head) + head[156:]


def _mtime(when: str) -> bytes:
    """The extended header that holds one time: a block for it, and one for its record."""
    record = f" mtime={when}\n".encode()
    size = len(record) + 2  # the length counts itself, and has two digits here
    data = b"%d%b" % (size, record)
    return _header("././@PaxHeader", (0, 0), 0o644, 0, tarfile.XHDTYPE, size) + data.ljust(
        tarfile.BLOCKSIZE, b"\0"
    )


def _chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces joined, so that each is worth a write of its own."""
    gathered: list[bytes] = []
    size = 0
    for part in parts:
        gathered.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


class _Pipe(io.RawIOBase):
    """Pieces of bytes as a file that can only be read forwards."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer, in typeshed
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def unpack(pieces: Iterable[bytes], links: list[str] | None = None) -> Iterator[Stored]:
    """The regular files of an archive, as they come; an empty stream holds none.

    A file with two names comes once; ``links`` gets its other names.
    """
    stream = io.BufferedReader(_Pipe(pieces), 1 << 16)
    if not stream.peek(1):
        return
    with tarfile.open(fileobj=stream, mode="r|", errorlevel=1) as tar:
        for info in tar:
            name = info.name.removeprefix("./")
            if info.islnk() and links is not None:
                links.append(name)
            content = tar.extractfile(info) if info.isreg() else None
            if content is not None:
                yield Stored(name, content.read(), int(info.mtime * 10**9))
