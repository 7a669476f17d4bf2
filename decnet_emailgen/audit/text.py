"""A mail's own words, line by line: greeting, body, closing, and what signs everybody's mail.

Outlook and Apple Mail set no ``-- `` before signatures, so a signature is what stands at the end of
many of one person's mails; what is kept of a mail for that is its last lines' digests and word
counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from decnet_emailgen.audit.lexicon import lexicon, words

LINES = 12
"""So many lines at the end may be a signature."""

_END = re.compile(r"[.!?…:;,)\]»”\"'’>*_=。！？]$|[\U0001f300-\U0001faff☺☹]️?$|[:;]-?[)(DP]$")
_ITEM = re.compile(r"\s*(?:[-*•–·]|\(?\w{1,2}[.)])\s")


@dataclass(frozen=True, slots=True)
class Line:
    """One of the last lines: a digest, its words, whether it may belong to the mail itself."""

    digest: int
    words: int
    own: bool


@dataclass(frozen=True, slots=True)
class Text:
    """What is kept of a text.

    ``words`` counts all of them; ``tail`` are the last lines, the last one first;
    ``unfinished`` is the digest of a line that ends a paragraph of the body without a mark, 0 if
    none does.
    """

    words: int
    tail: tuple[Line, ...]
    greeted: bool
    closed: bool
    unfinished: int


def text(own: str, name: str, count: int) -> Text:
    """What is kept of a person's text; ``name`` is the author's, ``count`` its words."""
    rows = [row.strip() for row in own.split("\n")]
    filled = [row for row in rows if row]
    first_names = {part for part in (name.casefold(), *name.casefold().split()) if part}
    last = filled[: -LINES - 1 : -1]
    closed = [bool(lexicon().closing.match(row)) for row in last]
    tail = tuple(
        Line(crc32(row.encode("utf-8", "replace")), len(words(row)), _own(row, first_names, shut))
        for row, shut in zip(last, closed, strict=True)
    )
    return Text(
        words=count,
        tail=tail,
        greeted=bool(filled) and bool(lexicon().greeting.match(filled[0])),
        closed=len(filled) > 1 and any(closed),
        unfinished=_unfinished(rows, first_names),
    )


def _own(row: str, names: set[str], closing: bool) -> bool:
    """Whether a line that comes again and again ends the mail rather than signs it."""
    bare = row.casefold().strip(" ,.!-–")
    return closing or (bare in names and " " not in bare)


@dataclass(frozen=True, slots=True)
class Own:
    """A text without its signature: how many words; whether a paragraph lacks its end."""

    words: int
    unfinished: bool


def signed(texts: Sequence[Text]) -> list[Own]:
    """One person's texts without signatures and phones' lines, which come again and again."""
    seen = Counter(line.digest for each in texts for line in set(each.tail))
    often = max(3, len(texts) // 20)
    return [
        Own(
            max(0, each.words - _signature(each.tail, seen, often)),
            each.unfinished != 0 and seen[each.unfinished] < often,
        )
        for each in texts
    ]


def _signature(tail: Sequence[Line], seen: Counter[int], often: int) -> int:
    count = 0
    for line in tail:
        if line.own or seen[line.digest] < often:
            break
        count += line.words
    else:
        return 0  # all of it comes again and again: that is the mail, not its signature
    return count


def _unfinished(rows: Sequence[str], names: set[str]) -> int:
    """The line between greeting and closing that lacks the mark at a paragraph's end."""
    blocks = _blocks(rows)
    if blocks and len(words(blocks[0][-1])) <= 6 and lexicon().greeting.match(blocks[0][0]):
        del blocks[0]
    for block in blocks:
        last = block[-1]
        if lexicon().closing.match(last) or last.casefold().strip(" ,.!-–") in names:
            break
        if lexicon().phone.match(last) or (len(block) > 1 and lexicon().closing.match(block[0])):
            break
        if len(words(last)) < 4 or _ITEM.match(last) or _link(last):
            continue
        if not _END.search(last[-4:]):
            return crc32(last.encode("utf-8", "replace"))
    return 0


def _link(row: str) -> bool:
    """Whether a line ends with an address, after which nobody sets a mark."""
    word = row.rsplit(None, 1)[-1]
    return "://" in word or "@" in word or word.startswith("www.")


def _blocks(rows: Sequence[str]) -> list[list[str]]:
    """Paragraphs as their lines."""
    found: list[list[str]] = [[]]
    for row in rows:
        if row:
            found[-1].append(row)
        elif found[-1]:
            found.append([])
    return [block for block in found if block]
