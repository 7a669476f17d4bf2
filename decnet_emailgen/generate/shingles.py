"""Near-duplicates by shingles of five words (Broder 1997), and a store of those seen.

Texts are alike when the Jaccard index of their shingles is over one half. A short text (under
nine words) has too few shingles to tell anything: "Thanks, will do" is no duplicate.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Protocol

from decnet_emailgen.generate.wear import Wear, words

SIZE = 5
LEAST = 5
ALIKE = 0.5
KEPT = 32
INDEXED = 8
HOLDERS = 24
"""So many mails are remembered for one hash; what more mails share is a common phrase."""


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


def sketch(marks: frozenset[int]) -> tuple[int, ...]:
    """The smallest hashes of a text, in order: all that is kept of it (bottom-k, Broder 1997)."""
    return tuple(sorted(marks)[:KEPT])


def resemblance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The Jaccard index as two sketches estimate it; exact for texts of up to 36 words."""
    smallest = sorted({*one, *other})[: max(len(one), len(other))]
    shared = {*one} & {*other}
    return sum(mark in shared for mark in smallest) / len(smallest) if smallest else 0.0


class Seen(Protocol):
    """What has been written already, by shingles; and how worn each author's phrases are."""

    @property
    def wear(self) -> Wear:
        """The openers and closers of authors."""

    def add(self, key: str, marks: frozenset[int]) -> None:
        """Remember a text's shingles under its mail's id."""

    def alike(self, marks: frozenset[int]) -> str:
        """The id of a text that is nearly the same, or nothing."""


class Memory:
    """What has been written already, kept in memory: about 2.5 kB a mail.

    A text is found by its few smallest hashes: of two texts that share half of their shingles, one
    of the eight smallest is shared but for one pair in 250. The time of a look-up has a bound
    however many mails there are.
    """

    def __init__(self, texts: Iterable[tuple[str, str]] = ()) -> None:
        self._sketches: dict[str, tuple[int, ...]] = {}
        self._index: dict[int, list[str]] = {}
        self.wear = Wear()
        for key, text in texts:
            self.add(key, shingles(text))

    def add(self, key: str, marks: frozenset[int]) -> None:
        """Remember a text; one without shingles is not worth it."""
        if not marks or key in self._sketches:
            return
        kept = self._sketches[key] = sketch(marks)
        for mark in kept[:INDEXED]:
            holders = self._index.setdefault(mark, [])
            if len(holders) < HOLDERS:
                holders.append(key)

    def alike(self, marks: frozenset[int]) -> str:
        """The id of the first text found that is nearly the same, or nothing."""
        wanted = sketch(marks)
        tried: set[str] = set()
        for mark in wanted[:INDEXED]:
            for key in self._index.get(mark, ()):
                if key not in tried:
                    tried.add(key)
                    if resemblance(wanted, self._sketches[key]) > ALIKE:
                        return key
        return ""
