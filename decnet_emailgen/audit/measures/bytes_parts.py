"""A mail's MIME structure as it lies in the octets, and what is broken in it.

The reader in ``mail/parse.py`` forgives; this one notes what it had to forgive (RFC 2045, 2046,
2047). It is made for many mails: it looks at the octets once and decodes only what it must.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_PARAMETER = re.compile(r";\s*([A-Za-z*0-9-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;\s]*)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*$)")
_BAD_IN_WORD = re.compile(r"=(?![0-9A-Fa-f]{2})")
_WORD = re.compile(r"=\?([^?\s]+)\?([^?\s]*)\?([^?]*)\?=")
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf: its MIME type in lower case, charset and transfer encoding, and its encoded body."""

    kind: str
    charset: str
    encoding: str
    file: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Shape:
    """Boundaries from the outside in, leaves in order, faults in words."""

    boundaries: tuple[str, ...]
    leaves: tuple[Part, ...]
    faults: tuple[str, ...]

    def text(self, subtype: str) -> str:
        """The first inline text of this subtype, decoded; empty if there is none."""
        for part in self.leaves:
            if part.kind == f"text/{subtype}" and not part.file:
                return decoded(part)
        return ""


def head(content: bytes) -> bytes:
    """The header's octets."""
    found = _END.search(content)
    return content[: found.start()] if found else content


def rows(header: bytes) -> tuple[bytes, ...]:
    """A header's logical lines, unfolded."""
    return tuple(_FOLD.sub(b" ", header).replace(b"\r\n", b"\n").split(b"\n"))


def is_field(row: bytes) -> bool:
    """Whether a logical line is a field (RFC 5322 section 2.2)."""
    return bool(_FIELD.match(row))


@lru_cache(maxsize=2)
def shape(content: bytes) -> Shape:
    """The structure of a mail; several measures ask for the same one in turn."""
    boundaries: list[str] = []
    leaves: list[Part] = []
    faults: list[str] = []
    _walk(content, boundaries, leaves, faults, 0)
    return Shape(tuple(boundaries), tuple(leaves), tuple(dict.fromkeys(faults)))


def _walk(
    content: bytes, boundaries: list[str], leaves: list[Part], faults: list[str], depth: int
) -> None:
    found = _END.search(content)
    header = content[: found.start()] if found else content
    body = content[found.end() :] if found else b""
    if content[:1] == b"\n" or content[:2] == b"\r\n":  # a part without a header
        header, body = b"", content.lstrip(b"\r\n")
    fields = _fields(header)
    kind, parameters = _content_type(fields.get("content-type", "text/plain"))
    if kind.startswith("multipart/") and depth < _DEEPEST:
        boundary = parameters.get("boundary", "")
        if not boundary:
            faults.append("multipart without a boundary")
            return
        boundaries.append(boundary)
        for piece in _split(body, boundary, faults):
            _walk(piece, boundaries, leaves, faults, depth + 1)
        return
    encoding = fields.get("content-transfer-encoding", "7bit").strip().lower()
    disposition = fields.get("content-disposition", "").lower()
    file = disposition.startswith("attachment") or "name" in parameters or "filename" in disposition
    part = Part(kind, parameters.get("charset", "").lower(), encoding, file, body)
    leaves.append(part)
    faults += _faults(part)


def _fields(header: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows(header):
        name, colon, value = row.partition(b":")
        if colon and name[:8].lower() == b"content-":
            found.setdefault(name.decode("latin-1").strip().lower(), value.decode("latin-1"))
    return found


def _content_type(value: str) -> tuple[str, dict[str, str]]:
    kind = value.partition(";")[0].strip().lower()
    parameters = {
        name.lower().rstrip("*"): text[1:-1].replace("\\", "") if text[:1] == '"' else text
        for name, text in _PARAMETER.findall(value)
    }
    return kind or "text/plain", parameters


def _split(body: bytes, boundary: str, faults: list[str]) -> Iterator[bytes]:
    """The parts of a multipart's body, without the line end before each delimiter."""
    delimiter = b"--" + boundary.encode("latin-1", "replace")
    start, at = -1, 0
    while (found := body.find(delimiter, at)) >= 0:
        end = body.find(b"\n", found)
        end = len(body) if end < 0 else end + 1
        rest = body[found + len(delimiter) : end].strip()
        at = end
        if rest not in (b"", b"--") or (found and body[found - 1 : found] != b"\n"):
            continue
        if start >= 0:
            yield body[start:found].removesuffix(b"\n").removesuffix(b"\r")
        if rest:
            return
        start = end
    if start < 0:
        faults.append("multipart without its parts")
    else:
        faults.append("no closing boundary")
        yield body[start:]


def _faults(part: Part) -> Iterator[str]:
    if part.encoding == "base64":
        yield from _base64_faults(part.body)
    elif part.encoding == "quoted-printable":
        if _BAD_ESCAPE.search(part.body):
            yield "stray = in quoted-printable"
    elif part.encoding not in ("7bit", "8bit", "binary"):
        yield f"unknown transfer encoding {part.encoding[:20]!r}"
    elif part.encoding == "7bit" and not part.body.isascii():
        yield "8-bit octets in a 7bit part"
    if part.kind.startswith("text/") and not part.file:
        yield from _charset_faults(part)


def _base64_faults(body: bytes) -> Iterator[str]:
    if _NOT_BASE64.search(body):
        yield "garbage in base64"
        return
    digits = b"".join(body.split())
    if len(digits) % 4 or b"=" in digits.rstrip(b"="):
        yield "base64 that ends in the middle"


def _charset_faults(part: Part) -> Iterator[str]:
    charset = part.charset or "us-ascii"
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        yield f"unknown charset {charset[:20]!r}"
        return
    try:
        payload(part).decode(charset)
    except (ValueError, LookupError):
        if not (part.charset in ("", "us-ascii") and part.encoding == "8bit"):
            yield f"text that is not {charset[:20]}"


def payload(part: Part) -> bytes:
    """The part's octets, its transfer encoding undone."""
    try:
        if part.encoding == "base64":
            return base64.b64decode(b"".join(part.body.split()))
        if part.encoding == "quoted-printable":
            return binascii.a2b_qp(part.body)
    except (ValueError, binascii.Error):
        return b""
    return part.body


def decoded(part: Part) -> str:
    """The part's text; what can't be decoded is marked by U+FFFD."""
    octets = payload(part)
    try:
        return octets.decode(part.charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return octets.decode("utf-8", "replace")


def broken_words(value: str) -> str:
    """What is wrong with a field's encoded words (RFC 2047 section 2), or an empty string."""
    for charset, encoding, text in _WORD.findall(value):
        try:
            if encoding.lower() == "b":
                octets = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
            elif encoding.lower() == "q":
                if _BAD_IN_WORD.search(text):
                    return f"encoded word {text[:30]!r} has a stray ="
                octets = binascii.a2b_qp(text.encode("latin-1", "replace"), header=True)
            else:
                return f"encoded word of unknown kind {encoding[:5]!r}"
            words = octets.decode(charset.partition("*")[0])
        except (ValueError, binascii.Error, LookupError):
            return f"encoded word {text[:30]!r} is not {charset[:20]}"
        if "\n" in words or "\r" in words:
            return "line end in an encoded word"
    return ""
