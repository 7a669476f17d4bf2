"""Near-duplicates by shingles of five words (Broder 1997), and a store of those seen.

Texts are alike when the Jaccard index of their shingles is over one half. A short text (under
nine words) has too few shingles to tell anything: "Thanks, will do" is no duplicate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from typing import Protocol

SIZE = 5
LEAST = 5
ALIKE = 0.5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation."""
    return _WORD.findall(text.lower())


def shingles(text: str) -> frozenset[int]:
    """64-bit hashes of the runs of five words; none for a text that is too short."""
    said = words(text)
    if len(said) < SIZE + LEAST - 1:
        return frozenset()
    runs = (" ".join(said[n : n + SIZE]) for n in range(len(said) - SIZE + 1))
    return frozenset(int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) for run in runs)


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of shingles that two texts have in common."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


class Seen(Protocol):
    """What has been written already, by shingles."""

    def add(self, key: str, marks: frozenset[int]) -> None:
        """Remember a text's shingles under its mail's id."""

    def alike(self, marks: frozenset[int]) -> str:
        """The id of a text that is nearly the same, or nothing."""


class Memory:
    """What has been written already, kept in memory.

    Only each text's smallest hashes are indexed (a bottom-k sketch, Broder 1997): texts that share
    half of their shingles share some of them with near certainty, and a common phrase is not
    looked up in a million mails.
    """

    SKETCH = 12

    def __init__(self, texts: Iterable[tuple[str, str]] = ()) -> None:
        self._texts: dict[str, frozenset[int]] = {}
        self._index: dict[int, list[str]] = defaultdict(list)
        for key, text in texts:
            self.add(key, shingles(text))

    def add(self, key: str, marks: frozenset[int]) -> None:
        """Remember a text; one without shingles is not worth it."""
        if not marks or key in self._texts:
            return
        self._texts[key] = marks
        for mark in sorted(marks)[: self.SKETCH]:
            self._index[mark].append(key)

    def alike(self, marks: frozenset[int]) -> str:
        """The id of the first text found that is nearly the same, or nothing."""
        tried: set[str] = set()
        for mark in sorted(marks)[: self.SKETCH]:
            for key in self._index.get(mark, ()):
                if key not in tried:
                    tried.add(key)
                    if jaccard(marks, self._texts[key]) > ALIKE:
                        return key
        return ""
