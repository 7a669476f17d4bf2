"""Text as it is, to the last character that would otherwise act or hide."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Text whose control characters and bidirectional overrides are there to be seen.

    Control characters become Unicode's pictures of them, what else has no shape its number
    (ECMA-48; Unicode Standard Annex 9 and chapter 23); line feeds and tabs stay.
    """
    return _HIDDEN.sub(_shown, text.replace("\r\n", "\n"))


def _shown(found: re.Match[str]) -> str:
    point = ord(found[0])
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "\u2421"
    return "\ufffd" if 0xD800 <= point < 0xE000 else f"[U+{point:04X}]"
