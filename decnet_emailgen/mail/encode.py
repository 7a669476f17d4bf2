"""Text to octets: transfer encodings, soft breaks, encoded words, and what input may not contain.

RFC 2045 section 6.7 (quoted-printable), RFC 3676 (format=flowed), RFC 2047 (encoded words).
No line of any result begins with a full stop: decoy servers send bodies without dot-stuffing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import lru_cache

LINE_LIMIT = 998
"""Octets in a line without CRLF (RFC 5322 section 2.1.1)."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_FIELD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TRAILING = re.compile("[ \t]+(?=\n|$)")


def clean_text(text: str) -> str:
    """Body text with LF line ends, no control characters and no blanks at line ends."""
    if "\r" in text or not text.isascii() or not text.isprintable():
        text = _CONTROL.sub("", _BREAKS.sub("\n", text))
        text = text.replace("\t", "    ")
    text = _TRAILING.sub("", text)
    return text.strip("\n")


@lru_cache(maxsize=4096)
def clean_field(text: str) -> str:
    """A header value on one line: no control characters, surrogates or direction overrides."""
    return " ".join(_BIDI.sub("", _FIELD.sub(" ", text)).split(" ")).strip()


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters, broken at blanks; a longer word stays whole."""
    if len(text) <= width:
        return [text]
    lines, start, size = [], 0, len(text)
    while size - start > width:
        at = text.rfind(" ", start + 1, start + width + 1)
        if at < 0:
            at = text.find(" ", start + width)
            if at < 0:
                break
        lines.append(text[start:at].rstrip(" "))
        start = at + 1
        while start < size and text[start] == " ":
            start += 1
    if start < size:
        lines.append(text[start:])
    return lines


def flow(text: str, depth: int, width: int = 72) -> list[str]:
    """One logical line as format=flowed physical lines (RFC 3676 section 4.2).

    ``depth`` is the quote depth; a blank at a line's end says that it goes on. A signature's
    delimiter stays as it is.
    """
    prefix = ">" * depth + " " if depth else ""
    if text == "-- ":
        return [prefix + text]
    room = width - len(prefix)
    lines, start = [], 0
    while len(text) - start > room:
        at = text.rfind(" ", start, start + room)
        if at < start:
            at = text.find(" ", start + room)
        if at < 0 or at + 1 >= len(text) or not text[start:at].strip(" "):
            break
        lines.append(_stuffed(text[start : at + 1], prefix))
        start = at + 1
    lines.append(_stuffed(text[start:].rstrip(" "), prefix) if len(text) > start else prefix[:-1])
    return lines


def _stuffed(line: str, prefix: str) -> str:
    if prefix:
        return prefix + line
    return " " + line if line[:1] in (" ", ">", ".") or line.startswith("From ") else line


# --- transfer encodings ----------------------------------------------------------------------


def is_plain_safe(text: str) -> bool:
    """Whether lines (joined by CRLF) can go out as 7bit or 8bit as they are."""
    if text.startswith(".") or "\n." in text or "\x00" in text:
        return False
    longest = max((len(line) for line in text.split("\r\n")), default=0)
    if longest * 4 <= LINE_LIMIT:
        return True
    return all(len(line.encode()) <= LINE_LIMIT for line in text.split("\r\n"))


def quoted_printable(text: str, *, words: bool = False, dots: bool = False) -> str:
    """Quoted-printable of text with CRLF line ends, at most 76 characters a line.

    ``words`` breaks after a blank, as Outlook and Apple Mail do, otherwise at the limit;
    ``dots`` encodes every full stop, as K-9 does, otherwise only one at a line's beginning.
    """
    text = text.replace("=", "=3D")
    if not text.isascii():
        text = _HIGH.sub(_high, text)
    if dots:
        text = text.replace(".", "=2E")
    return "\r\n".join([_printable(line, words) for line in text.split("\r\n")])


_HIGH = re.compile(r"[^\x00-\x7f]+")


@lru_cache(maxsize=8192)
def _hex(run: str) -> str:
    return "".join([f"={octet:02X}" for octet in run.encode()])


def _high(match: re.Match[str]) -> str:
    return _hex(match[0])


def _printable(line: str, words: bool) -> str:
    if line[-1:] in (" ", "\t"):
        line = line[:-1] + ("=20" if line[-1] == " " else "=09")
    if len(line) <= 76:
        return "=2E" + line[1:] if line[:1] == "." and len(line) <= 74 else _dotted(line)
    pieces, start, size = [], 0, len(line)
    while size - start > 76:
        at = line.rfind(" ", start, start + 75) + 1 if words else 0
        if at <= start:
            at = start + 75
            mark = line.find("=", at - 2, at)
            if mark >= 0:
                at = mark
        pieces.append(line[start:at])
        start = at
        if line[start] == ".":
            line = line[:start] + "=2E" + line[start + 1 :]
            size += 2
    pieces.append(line[start:])
    return _dotted("=\r\n".join(pieces))


def _dotted(line: str) -> str:
    """A full stop at the very beginning, encoded even where the line then needs a break."""
    if not line.startswith("."):
        return line
    first, _, rest = line.partition("=\r\n")
    if len(first) <= 73:
        return "=2E" + line[1:]
    broken = _printable("=2E" + first[1:] + ("=" if rest else ""), False)
    return broken + "\r\n" + rest if rest else broken


def base64_lines(text: str) -> str:
    """Base64 in lines of 76 characters."""
    return base64.encodebytes(text.encode()).decode().rstrip("\n").replace("\n", "\r\n")


def is_foreign(text: str) -> bool:
    """Whether most of the text is beyond Latin, where base64 is shorter than quoted-printable."""
    return not text.isascii() and len(text.encode()) * 2 > len(text) * 3


# --- encoded words ---------------------------------------------------------------------------

_Q_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def needs_words(text: str) -> bool:
    """Whether a header value must be written in encoded words."""
    return not text.isascii() or "=?" in text


@lru_cache(maxsize=4096)
def encoded_words(text: str, charset: str = "UTF-8", extra: str = "") -> tuple[str, ...]:
    """The text as encoded words of at most 75 characters (RFC 2047 section 2): Q for Latin, else B.

    ``extra`` are further characters that this client leaves alone in Q.
    """
    if sum(not c.isascii() for c in text) * 3 <= len(text):
        return _words(text, f"=?{charset}?Q?", lambda chunk: _q(chunk, extra))
    return _words(text, f"=?{charset}?B?", lambda chunk: base64.b64encode(chunk.encode()).decode())


def _q(chunk: str, extra: str) -> str:
    out = []
    for char in chunk:
        if char in _Q_SAFE or char in extra:
            out.append(char)
        elif char == " ":
            out.append("_")
        else:
            out.extend(f"={octet:02X}" for octet in char.encode())
    return "".join(out)


def _words(text: str, start: str, encode: Callable[[str], str]) -> tuple[str, ...]:
    room = 75 - len(start) - 2
    words, chunk = [], ""
    for char in text:
        if chunk and len(encode(chunk + char)) > room:
            words.append(f"{start}{encode(chunk)}?=")
            chunk = ""
        chunk += char
    words.append(f"{start}{encode(chunk)}?=")
    return tuple(words)
