"""The words of ``data/words.yaml`` as patterns, compiled once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from decnet_emailgen.audit.reference import packaged

MOST = 20_000
"""Characters of a mail's text that are looked at: enough for people, a bound for the hostile."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,:/-]*|[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Patterns; ``greeting``, ``closing`` and ``phone`` are for one line from its beginning."""

    greeting: re.Pattern[str]
    closing: re.Pattern[str]
    phone: re.Pattern[str]
    well: re.Pattern[str]
    vocabulary: re.Pattern[str]
    slips: dict[str, re.Pattern[str]]
    common: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The patterns."""
    data = packaged("words.yaml")
    return Lexicon(
        greeting=_pattern(data["greetings"], r"\W{0,3}(?:%s)(?!\w)"),
        closing=_pattern(data["closings"], r"\W{0,3}(?:%s)\W*$"),
        phone=_pattern(data["phones"], r"(?:%s)"),
        well=_pattern(data["wells"], r"\b(?:%s)"),
        vocabulary=_pattern(data["vocabulary"], r"\b(?:%s)\b"),
        slips={code: _pattern([words], r"\b(?:%s)\b") for code, words in data["slips"].items()},
        common={code: frozenset(str(words).split()) for code, words in data["common"].items()},
    )


@lru_cache(maxsize=8)
def tells(name: str) -> re.Pattern[str]:
    """One of the lists that no person's mail matches: placeholders, refusals, …"""
    return _pattern(packaged("words.yaml")[name], "(?:%s)")


def _pattern(alternatives: Sequence[str], around: str) -> re.Pattern[str]:
    inside = "|".join(f"(?:{words})" for words in alternatives)
    return re.compile(around % inside, re.IGNORECASE | re.MULTILINE)


def words(text: str) -> list[str]:
    """The words of a text; a number is one, and so is each character of Chinese and Japanese."""
    return _WORD.findall(text)


def language(spoken: Sequence[str]) -> str:
    """The likeliest language of these words (ISO 639-1); "" where they don't tell."""
    lowered = [word.lower() for word in spoken]
    counted = {
        code: sum(word in known for word in lowered) for code, known in lexicon().common.items()
    }
    best = max(counted, key=lambda code: counted[code])
    return best if counted[best] > max(1, len(lowered) // 20) else ""
