"""File names in Content-Type and Content-Disposition, as each client writes those beyond ASCII.

RFC 2183 (Content-Disposition), RFC 2231 (``filename*=``); many clients write encoded words (RFC
2047) between quotes instead, which no standard allows and everybody reads.
"""

from __future__ import annotations

import re

from decnet_emailgen.mail.encode import clean_field, encoded_words

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+")
_ESCAPED = re.compile(rb"[^A-Za-z0-9!#$&+.^_`|~-]")


def plain(name: str) -> str:
    """A file name fit for a header: no controls, paths or quotes; never empty."""
    name = re.sub(r'[\\/"]+', "_", clean_field(name))
    return name or "file"


def quoted(parameter: str, name: str, charset: str = "UTF-8", *, token: bool = False) -> str:
    """``parameter="name"``, encoded words between the quotes where needed (RFC 2047, misused).

    With ``token``, names that need no quotes have none.
    """
    name = plain(name)
    if not name.isascii():
        name = " ".join(encoded_words(name, charset))
    elif token and _TOKEN.fullmatch(name):
        return f"{parameter}={name}"
    return f'{parameter}="{name}"'


def extended(parameter: str, name: str, fold: str, *, room: int = 0, lower: bool = False) -> str:
    """``parameter*=UTF-8''na%C3%AFve`` (RFC 2231 section 4) where the name isn't ASCII.

    A value longer than ``room`` is continued in numbered parameters (section 3), each after
    ``fold``. ASCII names are quoted.
    """
    name = plain(name)
    if name.isascii():
        return f'{parameter}="{name}"'
    charset = "utf-8" if lower else "UTF-8"
    octets = _ESCAPED.sub(lambda found: b"%%%02X" % found[0][0], name.encode())
    value = f"{charset}''{octets.decode()}"
    if not room or len(value) <= room:
        return f"{parameter}*={value}"
    pieces, rest = [], value
    while rest:
        cut = min(room, len(rest))
        while cut < len(rest) and "%" in rest[cut - 2 : cut]:
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return f";{fold}".join(f"{parameter}*{at}*={piece}" for at, piece in enumerate(pieces))
