"""The tree on this machine's disk: durable, whole files, whatever moment the power fails.

All files of a call are written under temporary names, made durable together, and only then
renamed (rename(2) is atomic); the folders are made durable last. Temporary names are fixed by
the mail, so what a killed run left is overwritten by the next; a lock on the root keeps two runs
from sharing them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from decnet_emailgen.deliver.target import Finding
from decnet_emailgen.deliver.tree import File, Folder, Stored
from decnet_emailgen.errors import TargetError

_FEW = 8  # below this, a pool of threads costs more than it saves
_THREADS = 16  # so many fsyncs share one journal commit; more gain nothing


class LocalTree:
    """A folder on this machine; it is made on the first write."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def name(self) -> str:
        """The root as a path."""
        return str(self._root)

    def paths(self, folders: Collection[str] | None = None) -> list[str]:
        """All files below these folders, or below the root."""
        tops = [self._root] if folders is None else [self._root / folder for folder in folders]
        found: list[str] = []
        cut = len(str(self._root)) + 1
        with _foreign(self.name):
            for top in tops:
                found += [path[cut:] for path in _walk(str(top))]
        return found

    def write(self, folders: Sequence[Folder], files: Sequence[File]) -> dict[str, str]:
        """Make folders and files, all or nothing for each file."""
        with _foreign(self.name):
            self._root.mkdir(parents=True, exist_ok=True)
            with locked(self._root):
                return self._write(folders, files)

    def _write(self, folders: Sequence[Folder], files: Sequence[File]) -> dict[str, str]:
        owner = self._owner()
        parents: set[str] = set()
        for folder in folders:
            self._make(folder, owner, parents)
        _sync(sorted(parents))
        failed: dict[str, str] = {}
        written: list[File] = []
        for file in files:
            try:
                self._grow(file, owner)
            except OSError as exc:
                failed[file.path] = reason(exc)
                with contextlib.suppress(OSError):
                    (self._root / file.temp).unlink()
            else:
                written.append(file)
        _sync([str(self._root / file.temp) for file in written])
        for file in written:
            try:
                os.rename(self._root / file.temp, self._root / file.path)
            except OSError as exc:
                failed[file.path] = reason(exc)
        done = {os.path.dirname(file.path) for file in written}
        _sync([str(self._root / folder) for folder in done])
        return failed

    def _make(self, folder: Folder, owner: tuple[int, int] | None, parents: set[str]) -> None:
        """One folder with those above it; ``parents`` gets the folders that changed."""
        path = self._root / folder.path
        if path.is_dir():
            return
        if path.parent != self._root:
            self._make(Folder(os.path.dirname(folder.path), folder.mode), owner, parents)
        path.mkdir(exist_ok=True)
        path.chmod(folder.mode)
        if owner:
            os.chown(path, *owner)
        parents.add(str(path.parent))

    def _grow(self, file: File, owner: tuple[int, int] | None) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        handle = os.open(self._root / file.temp, flags, file.mode)
        try:
            view = memoryview(file.content)
            while view:
                view = view[os.write(handle, view) :]
            os.fchmod(handle, file.mode)
            if owner:
                os.fchown(handle, *owner)
            if file.mtime_ns is not None:
                os.utime(handle, ns=(file.mtime_ns, file.mtime_ns))
        finally:
            os.close(handle)

    def _owner(self) -> tuple[int, int] | None:
        """Whose the files shall be: root delivers for the owner of the root folder."""
        if os.geteuid() != 0:
            return None
        stat = self._root.stat()
        return (stat.st_uid, stat.st_gid) if stat.st_uid else None

    def read(self, paths: Collection[str]) -> Iterator[Stored]:
        """The files at these paths."""
        for path in paths:
            with _foreign(self.name), contextlib.suppress(FileNotFoundError):
                full = self._root / path
                with full.open("rb") as handle:
                    content = handle.read()
                    stored = Stored(path, content, os.fstat(handle.fileno()).st_mtime_ns)
                yield stored

    def move(self, paths: Mapping[str, str]) -> None:
        """Rename files, and make that durable."""
        with _foreign(self.name):
            for old, new in paths.items():
                with contextlib.suppress(FileNotFoundError):
                    os.rename(self._root / old, self._root / new)
            _sync(sorted({str((self._root / new).parent) for new in paths.values()}))

    def remove(self, paths: Collection[str]) -> dict[str, str]:
        """Remove files, and make that durable."""
        failed: dict[str, str] = {}
        for path in paths:
            try:
                (self._root / path).unlink(missing_ok=True)
            except OSError as exc:
                failed[path] = reason(exc)
        folders = {str((self._root / path).parent) for path in paths}
        with _foreign(self.name):
            _sync([folder for folder in folders if os.path.isdir(folder)])
        return failed

    def check(self) -> list[Finding]:
        """Whether the root is there, and a folder this user may write to."""
        root = self._root
        if not root.exists():
            parent = next(above for above in root.parents if above.exists())
            if os.access(parent, os.W_OK):
                return [Finding("ok", f"{root} will be made on the first delivery")]
            return [Finding("problem", f"{root} cannot be made", f"let this user write {parent}")]
        if not root.is_dir():
            return [Finding("problem", f"{root} is not a folder", "name another folder")]
        if not os.access(root, os.W_OK | os.X_OK):
            return [Finding("problem", f"{root} cannot be written", "give this user write access")]
        return [Finding("ok", f"{root} can be written")]


def _walk(top: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(top))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        else:
            yield entry.path


def _sync_one(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(paths: Iterable[str]) -> None:
    """Make files or folders durable; many of them share the journal's commits."""
    todo = list(paths)
    if len(todo) < _FEW:
        for path in todo:
            _sync_one(path)
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(_sync_one, todo, chunksize=16):
            pass


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder: flock(2) on the folder itself leaves no file behind."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def reason(exc: OSError) -> str:
    """What the system said, as half a line ("No space left on device")."""
    return exc.strerror or str(exc)


@contextlib.contextmanager
def _foreign(name: str) -> Iterator[None]:
    """The system's errors about the tree as a whole, as ours."""
    try:
        yield
    except OSError as exc:
        where = exc.filename or name
        raise TargetError(
            f"{where}: {reason(exc)}; make room there, or give this user write access"
        ) from exc
