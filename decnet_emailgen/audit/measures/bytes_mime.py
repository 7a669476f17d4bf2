"""MIME: broken structure, and alternatives that don't say the same (RFC 2046 section 5.1.4)."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen, hard
from decnet_emailgen.audit.measures.bytes_header import careful
from decnet_emailgen.audit.measures.bytes_parts import shape
from decnet_emailgen.audit.report import Offender, Value

_HIDDEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_TAG = re.compile(r"<[^>]*>")
_INLINE = re.compile(r"</?(?:b|i|u|em|strong|span|font|a|o:p|wbr)\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"<?(?:https?|mailto|tel):[^\s>]*>?|\[cid:[^\]]*\]|<[^\s<>]+@[^\s<>]+>", re.I)
_WORD = re.compile(r"\w+")
_BULK = re.compile(r"unsubscribe|opt[- ]out", re.IGNORECASE)
"""Newsletters that no header names; their text is often another than their page."""
_ALIKE = 0.75
_FEW = 5


class Mime(Measure):
    """Faults of structure in any mail; differing alternatives in mail between people."""

    checks = ("mime-broken", "plain-html")

    def __init__(self) -> None:
        self._n = self._both = 0
        self._broken: list[Offender] = []
        self._differ: list[Offender] = []

    def add(self, seen: Seen) -> None:
        """Take the first copy of a mail apart."""
        if seen.again or not careful(seen):
            return
        self._n += 1
        found = shape(seen.entry.content)
        if found.faults:
            self._broken.append(seen.sample.offender("; ".join(found.faults[:3])))
        if not seen.sample.human or "multipart/alternative" not in seen.mail.structure:
            return
        plain, marked = found.text("plain"), found.text("html")
        if plain and marked and not _BULK.search(marked):
            self._both += 1
            part = alike(plain, marked)
            if part < _ALIKE:
                self._differ.append(seen.sample.offender(f"{part:.0%} of the words are the same"))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Counts of mails."""
        yield hard("mime-broken", self._n, self._broken)
        yield hard("plain-html", self._both, self._differ)


def alike(plain: str, marked: str) -> float:
    """The share of words that a text and an HTML document have in common; links left out."""
    one = Counter(_WORD.findall(_LINK.sub(" ", plain).casefold()))
    text = _TAG.sub(" ", _INLINE.sub("", _HIDDEN.sub(" ", marked)))
    other = Counter(_WORD.findall(_LINK.sub(" ", html.unescape(text)).casefold()))
    most = max(one.total(), other.total())
    return 1.0 if most < _FEW else (one & other).total() / most


MEASURES = (Mime,)
