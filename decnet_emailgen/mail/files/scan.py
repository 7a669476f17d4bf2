"""Signed pages that came out of a copier: a grey picture of paper, a little askew, in a PDF."""

from __future__ import annotations

import io
import itertools
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from decnet_emailgen.mail.files.drawing import Drawing, font_bytes
from decnet_emailgen.mail.files.letterhead import linked
from decnet_emailgen.mail.files.prose import Block, Heading, Paragraph, Signatures, Title, blocks
from decnet_emailgen.mail.files.terms import chance
from decnet_emailgen.records import Attachment

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDE, _HIGH = 1240, 1754
"""A4 at 150 dots an inch."""
_COPIERS = (
    ("KONICA MINOLTA bizhub C250i", "KONICA MINOLTA bizhub C250i"),
    ("Canon iR-ADV C3525 PDF", "Canon iR-ADV C3525"),
    ("RICOH IM C3000", "IM C3000"),
)


def signed(attachment: Attachment) -> bytes:
    """The signed paper as the organisation's copier mails it."""
    draw = chance(attachment, "scan")
    producer, creator = _COPIERS[0]
    if not attachment.name.startswith("SKM_C250i"):
        producer, creator = Random(attachment.issuer).choice(_COPIERS[1:])
    pdf = Drawing("Roboto", 10)
    for number, page in enumerate(_pages(attachment, draw)):
        if number:
            pdf.turn()
        pdf.picture(_copied(page, draw), 0, 0, pdf.wide, pdf.high)
    made = datetime.fromisoformat(attachment.made)
    return linked(pdf.finish(), (producer, creator, "1.4"), made)


def _pages(attachment: Attachment, draw: Random) -> list[Image]:
    """The pages as printed, the last one with two signatures."""
    setter = _Setter(Random(attachment.issuer).choice(("OpenSans", "Roboto")))
    for block in blocks(attachment):
        setter.put(block, draw)
    return setter.pages


class _Setter:
    """Sets text on white pages."""

    def __init__(self, face: str) -> None:
        from PIL import ImageFont

        self.fonts = {
            (size, bold): ImageFont.truetype(
                io.BytesIO(font_bytes(f"{face}-Bold" if bold else face)), size
            )
            for size, bold in ((22, False), (25, True), (36, True))
        }
        self.pages: list[Image] = []
        self._turn()

    def _turn(self) -> None:
        from PIL import Image, ImageDraw

        self.pages.append(Image.new("L", (_WIDE, _HIGH), 250))
        self.pen = ImageDraw.Draw(self.pages[-1])
        self.y = 150

    def put(self, block: Block, draw: Random) -> None:
        """One block below the others."""
        if isinstance(block, Title):
            self._lines(block.text, 36, bold=True, after=40)
        elif isinstance(block, Heading):
            self._lines(block.text, 25, bold=True, after=6)
        elif isinstance(block, Paragraph):
            self._lines(block.text, 22, after=26)
        elif isinstance(block, Signatures):
            self._signatures(block, draw)

    def _lines(self, text: str, size: int, *, bold: bool = False, after: int) -> None:
        font = self.fonts[size, bold]
        row = ""
        for word in [*text.split(), ""]:
            if word and self.pen.textlength(f"{row} {word}", font=font) < _WIDE - 320:
                row = f"{row} {word}".strip()
                continue
            if self.y > _HIGH - 200:
                self._turn()
            self.pen.text((160, self.y), row, font=font, fill=28)
            self.y += round(size * 1.5)
            row = word
        self.y += after

    def _signatures(self, block: Signatures, draw: Random) -> None:
        if self.y > _HIGH - 420:
            self._turn()
        self.y += 150
        for column, (party, name) in enumerate(zip(block.parties, block.by, strict=True)):
            x = 160 + column * 500
            self.pen.line([(x, self.y), (x + 380, self.y)], fill=40, width=2)
            self.pen.text((x, self.y + 12), party, font=self.fonts[22, False], fill=30)
            _scribble(self.pen, x + 20, self.y - 12, Random(f"hand\x1f{name}"), draw)


def _scribble(pen: Any, x: float, y: float, hand: Random, draw: Random) -> None:
    """Somebody's signature: loops along a line, alike each time but never the same."""
    count = hand.randint(6, 10)
    points, at = [], x
    for number in range(count * 8):
        loop = number / 8
        high = (40 if number < 14 else 17) * hand.uniform(0.5, 1.1)
        up = -high if number % 8 < 4 else high * 0.3
        at += hand.uniform(-6.0, 11.0) * 0.6 + 1.6
        points.append((at + draw.uniform(-1, 1), y + up * (1 - loop / count * 0.6)))
    smooth = _smoothed(_smoothed(_smoothed(points)))
    for number, (start, end) in enumerate(itertools.pairwise(smooth)):
        pen.line([start, end], fill=55, width=3 if number % 23 < 15 else 2)


def _smoothed(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners cut once more (Chaikin)."""
    out = []
    for (a, b), (c, d) in itertools.pairwise(points):
        out += [
            (0.75 * a + 0.25 * c, 0.75 * b + 0.25 * d),
            (0.25 * a + 0.75 * c, 0.25 * b + 0.75 * d),
        ]
    return out


def _copied(page: Image, draw: Random) -> bytes:
    """A page as the copier sees it: turned a little, with grain and a shadow at an edge."""
    from PIL import Image, ImageChops, ImageFilter

    turned = page.rotate(draw.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, fillcolor=246)
    noise = Image.frombytes(
        "L", (_WIDE // 2, _HIGH // 2), draw.randbytes(_WIDE // 2 * (_HIGH // 2))
    )
    grain = noise.resize((_WIDE, _HIGH)).point(lambda value: value // 18)
    grey = ImageChops.subtract(turned.filter(ImageFilter.GaussianBlur(0.6)), grain)
    shade = Image.linear_gradient("L").rotate(90).resize((draw.randint(14, 40), _HIGH))
    edge = shade.point(lambda value: 200 + value // 6)
    grey.paste(ImageChops.darker(grey.crop((0, 0, *edge.size)), edge), (0, 0))
    out = io.BytesIO()
    grey.save(out, "JPEG", quality=52, dpi=(150, 150))
    return out.getvalue()
