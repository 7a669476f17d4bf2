"""The archive that containers get: readable by any tar, and what is staged is what is linked."""

import tarfile
from io import BytesIO

import pytest

from decnet_emailgen.deliver import archive
from decnet_emailgen.deliver.tree import File, Folder

NAMES = ("t/a.eml", "t/" + "l" * 150 + ".eml", "ü/日本.eml", "-/$(x).eml")


def _files() -> list[File]:
    return [
        File(name, "", f"{number}".encode() * (number * 300), 1772438403 * 10**9 + number, 0o644)
        for number, name in enumerate(NAMES)
    ]


@pytest.mark.parametrize("sweep", [False, True])
@pytest.mark.parametrize("prefix", ["", "var/spool/"])
def test_others_read_the_archive(sweep: bool, prefix: str) -> None:
    """Names long and foreign, owners, modes and links are what Python's tarfile reads."""
    pieces = archive.build([Folder("t/x", 0o755)], _files(), (999, 998), prefix=prefix, sweep=sweep)
    data = b"".join(pieces)
    assert len(data) % tarfile.BLOCKSIZE == 0
    with tarfile.open(fileobj=BytesIO(data)) as tar:
        entries = tar.getmembers()
    links = {info.name: info for info in entries if info.islnk()}
    staged = {info.name: info for info in entries if info.isreg() and info.name.count("/")}
    assert list(links) == [prefix + name for name in NAMES]
    for number, info in enumerate(links.values()):
        assert staged[info.linkname].size == number * 300
        assert (info.uid, info.gid, info.mode) == (999, 998, 0o644)
        precise = info if sweep else staged[info.linkname]
        assert precise.mtime == pytest.approx(1772438403 + number / 10**9, abs=1e-6)
    folders = [info.name for info in entries if info.isdir()]
    assert folders == [prefix + archive.STAGING, prefix + "t", prefix + "t/x"]
    outer = [info.name for info in entries if info.isreg() and info.name not in staged]
    swept = [info.name for info in entries if info.isreg() and info.name == prefix + ".incoming"]
    assert len(swept) == 2 * sweep
    assert set(outer) <= {prefix + ".incoming"}


def test_unpacking_gives_files_back() -> None:
    """Regular files come back with content and time, in any cut of the stream."""
    data = b"".join(archive.build([], _files(), (0, 0)))
    for size in (1, 511, 100_000):
        pieces = (data[start : start + size] for start in range(0, len(data), size))
        links: list[str] = []
        stored = list(archive.unpack(pieces, links))
        assert links == list(NAMES)
        assert [one.content for one in stored] == [file.content for file in _files()]
    assert list(archive.unpack([])) == []
