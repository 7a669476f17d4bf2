"""A folder with files in it, here or inside a container: where the file layouts put their mail.

A layout (spool, Maildir) says which file holds which copy; a tree says how files come to be.
So each is written once: a container's Maildir is the Maildir layout on a container's tree.
Paths are relative to the tree's root, with "/" between components.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from decnet_emailgen.deliver.target import Finding


@dataclass(frozen=True, slots=True)
class File:
    """A file to be made; it appears under ``path`` whole or not at all.

    ``temp`` is where it may grow, on the same file system; ``mtime_ns`` is nanoseconds since
    1970, None for now.
    """

    path: str
    temp: str
    content: bytes
    mtime_ns: int | None
    mode: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that must be there before its files."""

    path: str
    mode: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was read back."""

    path: str
    content: bytes
    mtime_ns: int


class Tree(Protocol):
    """A root folder and what is in it.

    Every method raises :class:`~decnet_emailgen.errors.TargetError` when the tree as a whole
    cannot be used.
    """

    @property
    def name(self) -> str:
        """What a person calls the root."""

    def paths(self, folders: Collection[str] | None = None) -> list[str]:
        """All files below these folders (below the root without any); missing folders are empty."""

    def write(self, folders: Sequence[Folder], files: Sequence[File]) -> dict[str, str]:
        """Make folders and files; returns the reasons of those paths that could not be made."""

    def read(self, paths: Collection[str]) -> Iterator[Stored]:
        """The files at these paths, in any order; those that are not there are left out."""

    def move(self, paths: Mapping[str, str]) -> None:
        """Rename files, old path to new; those that are not there any more are left out."""

    def remove(self, paths: Collection[str]) -> dict[str, str]:
        """Remove files, missing ones in silence; returns the reasons of those that remain."""

    def check(self) -> list[Finding]:
        """How the root stands."""
