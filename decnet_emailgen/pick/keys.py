"""Randomness by name: the same key gives the same draws, whatever was drawn before.

Everything the simulation decides is keyed by what it is about (a person and a day, a pair of
people, a thread), never by its place in a stream. That is why a history made at once and the
same weeks ticked through minute by minute hold the same mail.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


def digest(*parts: object, size: int = 8) -> bytes:
    """``size`` bytes that depend on every part and on their order."""
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=size).digest()


def hexadecimal(*parts: object, size: int = 8) -> str:
    """The same as lower-case hexadecimal: an id."""
    return digest(*parts, size=size).hex()


def rng(*parts: object) -> Random:
    """A generator of its own for this key."""
    return Random(int.from_bytes(digest(*parts), "big"))


def unit(*parts: object) -> float:
    """One number in [0, 1) for this key; cheaper than a generator."""
    return int.from_bytes(digest(*parts), "big") / 2**64


def weighted(draw: Random, items: Sequence[T], weights: Sequence[float]) -> T:
    """One of the items, by weight; the weights must not all be zero."""
    sums = list(accumulate(weights))
    return items[min(bisect(sums, draw.random() * sums[-1]), len(items) - 1)]


def poisson(draw: Random, mean: float) -> int:
    """A Poisson number, by counting exponential gaps; for means up to some hundreds."""
    count, total = 0, draw.expovariate(1.0)
    while total < mean:
        count += 1
        total += draw.expovariate(1.0)
    return count
