"""Office files as Microsoft's programs leave them behind (ECMA-376 parts 1 and 2).

Libraries write their own names, dates and order of parts into a package; here the package is
written anew as Word and Excel do: content types first, every date in the archive 1 January 1980,
``docProps`` with the author, the times and the counts that belong to the file.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from xml.sax.saxutils import escape

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:dcmitype="http://purl.org/dc/dcmitype/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


def core(author: str, editor: str, created: datetime, modified: datetime, word: int = 0) -> str:
    """``docProps/core.xml``; with ``word`` (a count of revisions) as Word has it, in minutes."""

    def stamp(at: datetime) -> str:
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z" if word else "%Y-%m-%dT%H:%M:%SZ")

    who, last = escape(author), escape(editor)
    head = f"<dc:title></dc:title><dc:subject></dc:subject><dc:creator>{who}</dc:creator>"
    if word:
        head += "<cp:keywords></cp:keywords><dc:description></dc:description>"
    else:
        head = f"<dc:creator>{who}</dc:creator>"
    revision = f"<cp:revision>{word}</cp:revision>" if word else ""
    return (
        f"{_CORE}{head}<cp:lastModifiedBy>{last}</cp:lastModifiedBy>{revision}"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp(created)}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp(modified)}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def parts_of(package: bytes) -> dict[str, bytes]:
    """The parts of a package by name, in order."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of these parts, as Office's own writer zips it (APPNOTE 4.4: flags 6, 1980)."""
    out, directory = io.BytesIO(), io.BytesIO()
    for name, content in parts.items():
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        data = packer.compress(content) + packer.flush()
        common = struct.pack(
            "<HHHHHIIIHH", 20, 6, 8, 0, 33, zlib.crc32(content), len(data), len(content),
            len(name), 0,
        )  # fmt: skip
        directory.write(b"PK\1\2" + struct.pack("<H", 45) + common)
        directory.write(struct.pack("<HHHII", 0, 0, 0, 0, out.tell()) + name.encode())
        out.write(b"PK\3\4" + common + name.encode() + data)
    start, size = out.tell(), directory.tell()
    out.write(directory.getvalue())
    out.write(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), size, start, 0))
    return out.getvalue()
