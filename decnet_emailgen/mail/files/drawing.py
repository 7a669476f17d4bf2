"""A page in millimetres from its top left, drawn with ReportLab: cells, paragraphs, pictures.

Fonts are read once for all documents; each document embeds what it uses of them.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

Align = Literal["L", "R", "C"]
Colour = tuple[int, int, int]
_POINT = 72 / 25.4


@lru_cache(maxsize=8)
def font_bytes(name: str) -> bytes:
    """A packaged font: the family's name, or with ``-Bold``."""
    folder = files("decnet_emailgen.mail.files") / "fonts"
    found = folder / f"{name}.ttf"
    if not found.is_file():
        found = folder / f"{name}-Regular.ttf"
    content: bytes = found.read_bytes()
    return content


@lru_cache(maxsize=8)
def _registered(name: str) -> str:
    """The font's name, known to ReportLab from now on."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(name, io.BytesIO(font_bytes(name))))
    return name


class Drawing:
    """A document in the making: a place on its page, a font and colours.

    ``wide`` and ``high`` are the page's size, ``left`` and ``right`` its margins.
    """

    def __init__(self, face: str, size: float, paper: tuple[float, float] = (210.0, 297.0)) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0  # nobody else writes PDF in ASCII
        self.wide, self.high = paper
        self.left, self.right, self.top, self.bottom = 20.0, 18.0, 18.0, 28.0
        self.face, self.size, self.bold = face, size, False
        self.x, self.y = self.left, self.top
        self.ink: Colour = (0, 0, 0)
        self.fill: Colour = (255, 255, 255)
        self.rule: Colour = (0, 0, 0)
        self._out = io.BytesIO()
        points = (self.wide * _POINT, self.high * _POINT)
        name = _registered(face)
        self.canvas: Any = Canvas(
            self._out, pagesize=points, invariant=1, pageCompression=0, initialFontName=name
        )

    @property
    def room(self) -> float:
        """The width between the margins."""
        return self.wide - self.left - self.right

    def font(self, size: float, *, bold: bool = False) -> None:
        """The size in points and the weight of what follows."""
        self.size, self.bold = size, bold

    def width(self, text: str) -> float:
        """How wide a text is."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(text, self._name(), self.size)) / _POINT

    def _name(self) -> str:
        return _registered(f"{self.face}-Bold" if self.bold else self.face)

    def at(self, x: float, y: float) -> None:
        """Goes to a place."""
        self.x, self.y = x, y

    def down(self, by: float) -> None:
        """Goes to the left margin, so much further down; over the end, to a new page."""
        self.x, self.y = self.left, self.y + by
        if self.y > self.high - self.bottom:
            self.turn()

    def turn(self) -> None:
        """Begins a new page."""
        self.canvas.showPage()
        self.x, self.y = self.left, self.top

    def cell(
        self,
        width: float,
        height: float,
        text: str,
        align: Align = "L",
        *,
        filled: bool = False,
        framed: bool = False,
    ) -> None:
        """A text in a box; the place moves to the box's right."""
        canvas, width = self.canvas, width or self.wide - self.right - self.x
        if filled or framed:
            self._box(width, height, filled, framed)
        pad, size = 1.0, self.width(text)
        offset = {"L": pad, "R": width - size - pad, "C": (width - size) / 2}[align]
        canvas.setFillColorRGB(*(part / 255 for part in self.ink))
        canvas.setFont(self._name(), self.size)
        base = self.y + height / 2 + self.size / _POINT * 0.35
        canvas.drawString((self.x + offset) * _POINT, (self.high - base) * _POINT, text)
        self.x += width

    def _box(self, width: float, height: float, filled: bool, framed: bool) -> None:
        canvas = self.canvas
        canvas.setFillColorRGB(*(part / 255 for part in self.fill))
        canvas.setStrokeColorRGB(*(part / 255 for part in self.rule))
        canvas.setLineWidth(0.5)
        bottom = (self.high - self.y - height) * _POINT
        box = (self.x * _POINT, bottom, width * _POINT, height * _POINT)
        canvas.rect(*box, stroke=int(framed), fill=int(filled))

    def row(self, height: float, text: str, width: float = 0, align: Align = "L") -> None:
        """A cell, and down to the next line at the same place."""
        x = self.x
        self.cell(width, height, text, align)
        self.x, self.y = x, self.y + height

    def paragraph(self, height: float, text: str, align: Align = "L") -> None:
        """Running text between here and the right margin, in lines of that height."""
        x = self.x
        room, line = self.wide - self.right - x - 2, ""
        for word in [*text.split(" "), "\n"]:
            longer = f"{line} {word}" if line else word
            if word != "\n" and self.width(longer) <= room:
                line = longer
                continue
            if self.y > self.high - self.bottom:
                self.turn()
            self.x = x
            self.cell(0, height, line, align)
            self.y, line = self.y + height, word
        self.x = self.left

    def line(self, x: float, y: float, end: float) -> None:
        """A level rule."""
        self.canvas.setStrokeColorRGB(*(part / 255 for part in self.rule))
        self.canvas.setLineWidth(0.57)
        level = (self.high - y) * _POINT
        self.canvas.line(x * _POINT, level, end * _POINT, level)

    def picture(self, jpeg: bytes, x: float, y: float, width: float, height: float) -> None:
        """A JPEG picture, embedded as it is."""
        from reportlab.lib.utils import ImageReader

        reader = ImageReader(io.BytesIO(jpeg))
        level = (self.high - y - height) * _POINT
        box = (x * _POINT, level, width * _POINT, height * _POINT)
        self.canvas.drawImage(reader, *box)

    def finish(self) -> bytes:
        """The document's octets."""
        self.canvas.showPage()
        self.canvas.save()
        return self._out.getvalue()
