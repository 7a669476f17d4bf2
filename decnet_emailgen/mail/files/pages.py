"""Texts as PDF, as LibreOffice exports them: reports, CVs, course programmes."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatchmethod

from decnet_emailgen.mail.files.drawing import Colour, Drawing
from decnet_emailgen.mail.files.letterhead import linked
from decnet_emailgen.mail.files.looks import look
from decnet_emailgen.mail.files.prose import (
    Block,
    Heading,
    Paragraph,
    Points,
    Signatures,
    Table,
    Title,
    blocks,
)
from decnet_emailgen.mail.files.terms import chance, values_of
from decnet_emailgen.records import Attachment

_RELEASES = (("2023-02", "7.4"), ("2024-02", "7.6"), ("2025-03", "24.8"), ("2026-03", "25.8"))
_POINT = 0.3528
"""Millimetres in a point."""


def report(attachment: Attachment) -> bytes:
    """The text of a record as PDF."""
    pages = Pages(attachment)
    for block in blocks(attachment):
        pages.add(block)
    return linked(pages.pdf.finish(), pages.program, datetime.fromisoformat(attachment.made))


class Pages:
    """One document in the making."""

    def __init__(self, attachment: Attachment) -> None:
        own = look(attachment.author or attachment.issuer, values_of(attachment).get("home", ""))
        release = [name for since, name in _RELEASES if attachment.made >= since] or ["7.3"]
        self.program = (f"LibreOffice {release[-1]}", "Writer", "1.6")
        draw = chance(attachment, "pages")
        size = draw.choice((10.0, 10.5, 11.0))
        self.pdf = Drawing("OpenSans" if own.mark % 2 else "Roboto", size)
        self.pdf.left, self.pdf.right, self.pdf.top, self.pdf.bottom = 25.0, 24.0, 24.0, 26.0
        self.pdf.at(25.0, 24.0)
        self.size = size
        self.ink = draw.choice(((0, 0, 0), own.colour))

    @singledispatchmethod
    def add(self, block: Block) -> None:
        """Writes one block below the others."""

    @add.register
    def _(self, block: Title) -> None:
        self._write(block.text, self.size + 8, bold=True, ink=self.ink)
        if block.below:
            self._write(block.below, self.size)
        self.pdf.down(5)

    @add.register
    def _(self, block: Heading) -> None:
        self.pdf.down(2)
        self._write(block.text, self.size + 2.5, bold=True, ink=self.ink)
        self.pdf.down(1)

    @add.register
    def _(self, block: Paragraph) -> None:
        if block.bold:
            self._write(block.bold.strip(), self.size, bold=True)
        self._write(block.text, self.size)
        self.pdf.down(2)

    @add.register
    def _(self, block: Points) -> None:
        for text in block.texts:
            self._write(f"•  {text}", self.size, indent=5)
        self.pdf.down(2)

    @add.register
    def _(self, block: Table) -> None:
        pdf, columns = self.pdf, len(block.rows[0])
        rest = pdf.room - 80 if columns > 2 else pdf.room - 30
        widths = [rest, *[80 / (columns - 1)] * (columns - 1)] if columns > 2 else [30, rest]
        for number, row in enumerate(block.rows):
            pdf.font(self.size - 1, bold=not number)
            for width, text in zip(widths, row, strict=True):
                pdf.cell(width, 6.4, text, framed=True)
            pdf.down(6.4)
        pdf.down(3)

    @add.register
    def _(self, block: Signatures) -> None:
        self.pdf.down(16)
        for party in block.parties:
            self._write("_" * 34, self.size)
            self._write(f"{block.place}   {party}", self.size)
            self.pdf.down(10)

    def _write(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        ink: Colour = (0, 0, 0),
        indent: float = 0,
    ) -> None:
        pdf = self.pdf
        pdf.font(size, bold=bold)
        pdf.ink = ink
        pdf.x = pdf.left + indent
        pdf.paragraph(size * _POINT * 1.38, text)
        pdf.ink = (0, 0, 0)
