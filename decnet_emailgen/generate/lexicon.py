"""Word lists by language (``lexicon/LANGUAGE.yaml``), to take texts apart and to judge them.

Sources of the stock phrases and the vocabulary: see docs/realism.md, section 6.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from decnet_emailgen.generate.phrases import load

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Patterns of one language; each finds whole words in any case.

    ``greetings``, ``signoffs`` and ``thanks`` (which may close a mail or be one) begin a line.
    ``small`` are words that need no capital of their own; ``common`` are the language's commonest
    words, ``numbers`` those from zero to twelve; ``familiar`` and ``formal`` are words that only
    one form of address has.
    """

    greetings: re.Pattern[str]
    signoffs: re.Pattern[str]
    thanks: re.Pattern[str]
    stock: re.Pattern[str]
    vocabulary: re.Pattern[str]
    refusals: re.Pattern[str]
    familiar: re.Pattern[str]
    formal: re.Pattern[str]
    small: frozenset[str]
    common: frozenset[str]
    numbers: tuple[str, ...]


@cache
def lexicon(language: str) -> Lexicon:
    """The word lists of a language; empty ones where the package has none for it."""
    content = _read(base(language))
    return Lexicon(
        greetings=_pattern(content.get("greetings", ()), start=True),
        signoffs=_pattern(content.get("signoffs", ()), start=True),
        thanks=_pattern(content.get("thanks", ()), start=True),
        stock=_pattern(content.get("stock", ())),
        vocabulary=_pattern(content.get("vocabulary", ()), inflected=True),
        refusals=_pattern(content.get("refusals", ())),
        familiar=_pattern(content.get("familiar", ())),
        formal=_pattern(content.get("formal", ()), exact=True),
        small=frozenset(str(content.get("small", "")).split()),
        common=frozenset(str(content.get("common", "")).split()),
        numbers=tuple(str(content.get("numbers", "")).split()),
    )


@cache
def listed(name: str) -> str:
    """A list of ``gate.yaml`` as the inside of a regular expression's group."""
    return "|".join(_read("gate")[name])


def words_of(name: str) -> frozenset[str]:
    """A list of ``gate.yaml`` as a set of words."""
    return frozenset(_read("gate")[name])


@cache
def _read(name: str) -> dict[str, Any]:
    source = files("decnet_emailgen.generate").joinpath("lexicon", f"{name}.yaml")
    content: Any = load(source.read_text("utf-8"), str(source)) if source.is_file() else {}
    return dict(content)


def base(language: str) -> str:
    """A language code without its region."""
    return language.partition("-")[0].lower()


def _pattern(
    words: Iterable[str], start: bool = False, exact: bool = False, inflected: bool = False
) -> re.Pattern[str]:
    """Longest first, with straight or curly apostrophes, and any white space for a blank."""
    ordered = sorted(words, key=len, reverse=True)
    if not ordered:
        return _NEVER
    spelled = (re.escape(word).replace("'", "['’]").replace(r"\ ", r",?\s+") for word in ordered)
    flags = re.MULTILINE if exact else re.MULTILINE | re.IGNORECASE
    opening = r"^[ \t]*" if start else r"(?<!\w)"
    ending = r"(?:\w{0,2})(?!\w)" if inflected else r"(?!\w)"
    return re.compile(f"{opening}(?:{'|'.join(spelled)}){ending}", flags)
