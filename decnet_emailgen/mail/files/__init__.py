"""The files that go with mails: PDF, DOCX, XLSX, CSV and text, the same bytes for the same record.

What the bytes follow from is all in :class:`decnet_emailgen.records.Attachment`. Creation dates,
ids and the order of parts are pinned to it, and the metadata say what the program that such a file
comes from would say: an invoice was printed by its issuer's software, a text saved by Word under
its author's name. The libraries are imported when the first file is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from decnet_emailgen.records import Attachment

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "log": "text/x-log",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file as mail clients see it: its name, MIME type, octets and last change."""

    name: str
    kind: str
    content: bytes
    saved: datetime

    @property
    def ending(self) -> str:
        """The last part of its name, without the full stop, in lower case."""
        return self.name.rpartition(".")[2].lower()


@lru_cache(maxsize=64)
def file_of(attachment: Attachment) -> File:
    """The file of a record; a kind or an ending this room doesn't know becomes a text."""
    ending = attachment.name.rpartition(".")[2].lower()
    content = _maker(attachment.kind, ending)(attachment)
    kind = TYPES.get(ending, "application/octet-stream")
    return File(attachment.name, kind, content, datetime.fromisoformat(attachment.made))


def _maker(kind: str, ending: str) -> Callable[[Attachment], bytes]:
    from decnet_emailgen.mail.files import plain

    if ending == "pdf":
        from decnet_emailgen.mail.files import business, pages, scan

        if kind == "signed":
            return scan.signed
        return business.paper if kind in business.KINDS else pages.report
    if ending == "docx":
        from decnet_emailgen.mail.files import text

        return text.document
    if ending == "xlsx":
        from decnet_emailgen.mail.files import sheet

        return sheet.workbook
    return plain.table if ending == "csv" else plain.log
