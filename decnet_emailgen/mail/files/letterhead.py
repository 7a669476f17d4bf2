"""What a PDF says of the program that made it, and the logo of a company.

A library signs its work in a comment, in the document's information and in odd entries of pages;
here the objects are put together anew, with the information that the look's program writes.
"""

from __future__ import annotations

import io
import re
import zlib
from datetime import datetime
from functools import lru_cache
from hashlib import md5
from random import Random
from typing import Any

from decnet_emailgen.mail.files.drawing import font_bytes
from decnet_emailgen.mail.files.looks import Look

_TAGS = {
    "mPDF": (b"MPDFAA", b"MPDFBA"),
    "TCPDF": (b"AAAAAB", b"AAAAAC"),
    "Skia": (b"AAAAAA", b"BAAAAA"),
    "LibreOffice": (b"BAAAAA", b"CAAAAA"),
}
"""How these programs mark the subsets of fonts that they embed, in order."""

_OBJECT = re.compile(rb"(?<=\n)(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
_STREAM = re.compile(rb"<<((?:(?!/Filter|>>).)*)>>\nstream\n(.*?)\n?endstream", re.DOTALL)
_MAP = (
    (rb"/Registry \([^)]*\)", b"/Registry (Adobe)"),
    (rb"/Ordering \([^)]*\)", b"/Ordering (UCS)"),
    (rb"/CMapName /\S+ def", b"/CMapName /Adobe-Identity-UCS def"),
)
_ODD = re.compile(rb" ?/Rotate 0 ?| ?/Trans <<\s*>> ?|/Title \(Outline\) |^%.*\n", re.MULTILINE)


def linked(content: bytes, program: tuple[str, str, str], made: datetime, title: str = "") -> bytes:
    """The document as that program (producer, creator, PDF version) would have written it."""
    producer, creator, version = program
    info, root = _references(content)
    tags = next((t for name, t in _TAGS.items() if producer.startswith(name)), None)
    objects: dict[int, bytes] = {}
    for found in _OBJECT.finditer(content):
        number, body = int(found[1]), found[2]
        stream = _STREAM.fullmatch(body)
        if stream is not None:
            body = _compressed(stream)
        elif b"stream\n" not in body:
            body = _plain_names(_ODD.sub(b"", body))
            if tags:
                body = re.sub(rb"/A{6}(?=\+[A-Za-z]+-Bold)", b"/" + tags[1], body)
                body = body.replace(b"/AAAAAA+", b"/" + tags[0] + b"+")
        objects[number] = body
    objects[info] = _information(producer, creator, made, title)
    return _written(objects, info, root, version, f"{producer}{made.isoformat()}{title}")


def _plain_names(text: bytes) -> bytes:
    """Names of fonts and pictures as most programs number them: ``/F1``, ``/I1``."""
    return re.sub(rb"FormXob\.[0-9a-f]{32}", b"I1", re.sub(rb"/(F\d)\+0(?= )", rb"/\1", text))


def _compressed(stream: re.Match[bytes]) -> bytes:
    """A stream, compressed; instructions of a page and maps of a font lose the library's names."""
    length = re.search(rb"/Length (\d+)", stream[1])
    assert length is not None  # noqa: S101 (the library always writes it)
    start = stream.start(2) - stream.start()
    data = stream[0][start : start + int(length[1])]
    head = re.sub(rb"\s*/Length \d+\s*", b" ", stream[1]).strip()
    if b"beginbfchar" in data:
        for pattern, name in _MAP:
            data = re.sub(pattern, name, data)
    elif b"/Length1" not in head:
        data = _plain_names(data)
    packed = zlib.compress(data, 6)
    parts = b" ".join(part for part in (head, b"/Filter /FlateDecode") if part)
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (parts, len(packed), packed)


def _references(content: bytes) -> tuple[int, int]:
    """The numbers of the information and the catalogue, from the trailer."""
    tail = content[content.rindex(b"trailer") :]
    info, root = re.search(rb"/Info (\d+)", tail), re.search(rb"/Root (\d+)", tail)
    assert info is not None  # noqa: S101 (the library always writes both)
    assert root is not None  # noqa: S101
    return int(info[1]), int(root[1])


def _information(producer: str, creator: str, made: datetime, title: str) -> bytes:
    zone = made.strftime("%z")
    stamp = f"D:{made:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"
    fields = [("Title", title), ("Creator", creator), ("Producer", producer)]
    parts = [f"/{name} {_text(value)}" for name, value in fields if value]
    parts.append(f"/CreationDate ({stamp})")
    if not producer.startswith("LibreOffice"):
        parts.append(f"/ModDate ({stamp})")
    return ("<< " + "\n".join(parts) + " >>").encode("latin-1")


def _text(value: str) -> str:
    """A text string (ISO 32000-1 section 7.9.2): ASCII as it is, else UTF-16 in hexadecimal."""
    if value.isascii():
        return "(" + re.sub(r"([\\()])", r"\\\1", value) + ")"
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"


def _written(objects: dict[int, bytes], info: int, root: int, version: str, seed: str) -> bytes:
    out = io.BytesIO()
    out.write(f"%PDF-{version}\n".encode() + b"%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number in sorted(objects):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
    start, size = out.tell(), max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        out.write(b"%010d 00000 n \n" % places[number])
    mark = md5(seed.encode(), usedforsecurity=False).hexdigest().upper().encode()
    out.write(
        b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R\n/ID [<%b> <%b>] >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, root, info, mark, mark, start)
    )
    return out.getvalue()


@lru_cache(maxsize=64)
def logo(look: Look) -> bytes:
    """The company's mark and name as the picture (JPEG) that its program puts on every page."""
    from PIL import Image, ImageDraw, ImageFont

    draw = Random(f"logo\x1f{look.name}")
    image = Image.new("RGB", (1280, 300), "white")
    pen = ImageDraw.Draw(image)
    _mark(pen, look, draw)
    size = draw.choice((120, 130, 144))
    words = look.name.upper() if look.capitals else look.name
    face = font_bytes(f"{look.font}-Bold")
    font = ImageFont.truetype(io.BytesIO(face), size)
    while pen.textlength(words, font=font) > 960:
        size -= 8
        font = ImageFont.truetype(io.BytesIO(face), size)
    pen.text((310, 150), words, font=font, fill=look.colour, anchor="lm")
    image = image.resize((640, 150), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=draw.choice((82, 88, 92)), dpi=(150, 150))
    return out.getvalue()


def _mark(pen: Any, look: Look, draw: Random) -> None:
    """A simple sign in the company's colours."""
    red, green, blue = look.colour
    other = (min(255, red + 90), min(255, green + 70), min(255, blue + 60))
    if look.mark == 0:
        pen.ellipse((40, 40, 260, 260), fill=look.colour)
        pen.ellipse((110, 80, 250, 220), fill=other)
    elif look.mark == 1:
        for at in range(4):
            box = (45 + at * 56, 200 - at * 45, 88 + at * 56, 255)
            pen.rectangle(box, fill=other if at % 2 else look.colour)
    elif look.mark == 2:
        pen.polygon([(150, 35), (265, 255), (35, 255)], fill=look.colour)
        pen.polygon([(150, 140), (210, 255), (90, 255)], fill=other)
    elif look.mark == 3:
        pen.rounded_rectangle((45, 45, 255, 255), 40, fill=look.colour)
        pen.line([(90, 200), (150, 100), (210, 200)], fill="white", width=26, joint="curve")
    elif look.mark == 4:
        pen.arc((45, 45, 255, 255), draw.randint(20, 60), 330, fill=look.colour, width=48)
        pen.ellipse((125, 125, 175, 175), fill=other)
    else:
        pen.polygon([(45, 255), (45, 45), (255, 45)], fill=look.colour)
        pen.polygon([(255, 80), (255, 255), (80, 255)], fill=other)
