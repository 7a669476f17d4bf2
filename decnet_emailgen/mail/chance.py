"""Decisions that are always the same for the same key.

Nothing in this room reads a clock or a global random generator: whatever looks random about a
mail follows from its Message-ID, and whatever looks like somebody's habit from their address.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Choice = TypeVar("Choice")

_SEPARATOR = "\x1f"


def rng(*key: str) -> random.Random:
    """A generator of its own for this key; for more than a handful of numbers."""
    return random.Random(_SEPARATOR.join(key))


def number(*key: str) -> int:
    """A number from 0 to 2**64 - 1 that belongs to this key."""
    text = _SEPARATOR.join(key).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def octets(length: int, *key: str) -> bytes:
    """Up to 64 octets that belong to this key."""
    text = _SEPARATOR.join(key).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=length).digest()


def share(part: float, *key: str) -> bool:
    """Whether this key falls into the given part (0 to 1) of all keys."""
    return number(*key) < part * 2.0**64


def choice(options: Sequence[Choice], *key: str) -> Choice:
    """One of the options."""
    return options[number(*key) % len(options)]
