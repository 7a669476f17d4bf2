"""Taking a mail's text apart: own words, signature, quotation.

Knows what this room writes and what mail clients write in the languages of :mod:`.words`:
attribution lines before ``>`` quotations, Outlook's header blocks, forwards' separators.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from decnet_emailgen.mail import words


@dataclass(frozen=True, slots=True)
class Split:
    """Own words, signature block without delimiter, and everything quoted."""

    own: str
    signature: str
    quoted: str


_LABELS = [
    labels
    for table in (
        words.OUTLOOK_LABELS,
        words.OWA_LABELS,
        words.THUNDERBIRD_LABELS,
        words.APPLE_LABELS,
        words.ROUNDCUBE_LABELS,
        words.K9_LABELS,
    )
    for labels in table.values()
]


def _alternatives(texts: set[str]) -> str:
    bases = {text.rstrip(":：").strip() for text in texts}
    return "|".join(sorted((re.escape(base) for base in bases), key=len, reverse=True))


_FIRST = re.compile(
    rf"\*?(?:{_alternatives({x.sender for x in _LABELS} | {x.subject for x in _LABELS})})"
    r"[\s\xa0]*[:：]\*?\s*\S"
)
_SECOND = re.compile(
    rf"\*?(?:{_alternatives({x.date for x in _LABELS} | {x.to for x in _LABELS})})[\s\xa0]*[:：]"
)
_SEPARATOR = re.compile(r"_{32,}\s*$|-{5,} ?[^-\n]{4,40} ?-{5,}\s*$")
_TITLE = re.compile("|".join(re.escape(title) for title in words.APPLE_FORWARD.values()))
_GAPS = re.compile(r"\n{3,}")
_ENDS = (":", "：")


def split(text: str) -> Split:
    """Own words, signature and quotation of a decoded, unflowed text."""
    rows = text.split("\n")
    at = _block_start(rows)
    rows, quoted = rows[:at], rows[at:]
    own, marked = _unquoted(rows)
    own, signature = _signed(own)
    return Split(_trimmed(own), _trimmed(signature), _trimmed([*marked, *quoted]))


def _block_start(rows: list[str]) -> int:
    """The row where a header block or a forward begins, after which all is quoted."""
    for at, row in enumerate(rows):
        text = row.lstrip("\ufeff ")
        if _SEPARATOR.match(text) and any(_FIRST.match(r.strip()) for r in rows[at + 1 : at + 4]):
            return at
        if _FIRST.match(text) and any(_SECOND.match(r.strip()) for r in rows[at + 1 : at + 4]):
            return at
        if _TITLE.match(text):
            return at
    return len(rows)


def _unquoted(rows: list[str]) -> tuple[list[str], list[str]]:
    """Rows outside quotations, and those inside with the attribution lines before them."""
    own: list[str] = []
    quoted: list[str] = []
    for row in rows:
        if not row.startswith(">"):
            own.append(row)
            continue
        quoted.extend(_attribution(own))
        quoted.append(row)
    return own, quoted


def _attribution(own: list[str]) -> list[str]:
    """Take an attribution line (one to three rows, ending in a colon) off the end of ``own``."""
    end = len(own)
    while end and not own[end - 1].strip():
        end -= 1
    if not end or end < len(own) - 2 or not own[end - 1].rstrip().endswith(_ENDS):
        return []
    start = end - 1
    while start and end - start < 3 and own[start - 1].strip() and not _begins(own[start]):
        start -= 1
    if not any(c.isdigit() for c in "".join(own[start:end])):
        return []
    taken = own[start:end]
    del own[start:]
    return taken


_OPENING = re.compile(r"(?:On|El|Em|No dia|Às|A|Le|Am|Il|Op|在|于) |\d{4}")


def _begins(row: str) -> bool:
    return bool(_OPENING.match(row))


def _signed(rows: list[str]) -> tuple[list[str], list[str]]:
    for at, row in enumerate(rows):
        if row in ("-- ", "--"):
            return rows[:at], rows[at + 1 :]
    return rows, []


def _trimmed(rows: list[str]) -> str:
    return _GAPS.sub("\n\n", "\n".join(rows)).strip("\n ")
