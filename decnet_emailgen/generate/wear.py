"""How worn an author's openers and closers are: people vary, models begin every mail alike.

Counted are the first words after the greeting and the last sentence before the sign-off, of an
author's latest mails. What three mails have begun or ended with, and more than a tenth, is worn.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

OPENING = 4
"""Words by which openers are told apart."""
LONGEST_CLOSER = 9
SHORT = 5
MOST, SHARE = 3, 0.1
LATEST = 200
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def words(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation."""
    return _WORD.findall(text.lower())


def ends(text: str) -> Iterator[str]:
    """The opener and the closer of a mail; none of a mail that is a line itself.

    Greeting, sign-off and name are short lines of their own in any language.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if lines and len(lines[0].split()) <= SHORT and lines[0][-1] in ",:!":
        lines = lines[1:]
    while lines and len(lines[-1].split()) <= SHORT and lines[-1][-1] not in ".?":
        lines.pop()
    sentences = [part for part in _SENTENCE.split("\n".join(lines)) if part.strip()]
    if len(sentences) < 2:
        return
    first, last = words(sentences[0]), words(sentences[-1])
    if len(first) >= OPENING:
        yield "opens: " + " ".join(first[:OPENING])
    if 3 <= len(last) <= LONGEST_CLOSER:
        yield "closes: " + " ".join(last)


class Wear:
    """Counts by author; safe for several threads.

    ``earlier`` gives the texts of an author's latest mails, when that author is first met.
    """

    def __init__(self, earlier: Callable[[str], Iterable[str]] = lambda author: ()) -> None:
        self._earlier = earlier
        self._counts: dict[str, Counter[str]] = {}
        self._mails: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, author: str, text: str) -> None:
        """Count a mail that has been accepted."""
        with self._lock:
            self._met(author)
            self._count(author, text)

    def worn(self, author: str, text: str) -> str:
        """How this author has begun or ended too many mails already, or nothing."""
        with self._lock:
            counts = self._met(author)
            limit = max(MOST, SHARE * self._mails[author])
            return next((end for end in ends(text) if counts[end] >= limit), "")

    def _met(self, author: str) -> Counter[str]:
        if author not in self._counts:
            self._counts[author] = Counter()
            for text in self._earlier(author):
                self._count(author, text)
        return self._counts[author]

    def _count(self, author: str, text: str) -> None:
        self._mails[author] += 1
        self._counts[author].update(ends(text))
