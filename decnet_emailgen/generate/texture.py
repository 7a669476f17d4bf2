"""What hands and mail programs do to a text: slips, missing stops, autocorrected quotes.

Rates are the person's; one mail gets at most one slip of spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from random import Random

from decnet_emailgen.generate.lexicon import base, lexicon

SMART_QUOTES = frozenset({"outlook", "exchange", "apple-mail", "iphone"})
"""Clients whose editors turn straight quotes into curly ones while people type."""

_WORD = re.compile(r"[^\W\d_]{6,}")
_CONTRACTIONS = {
    "n't": " not", "'ve": " have", "'ll": " will", "'re": " are", "i'm": "i am", "I'm": "I am",
}  # fmt: skip
_IRREGULAR = {"can't": "cannot", "won't": "will not", "shan't": "shall not"}
_CONTRACTED = re.compile(r"\b(?:can't|won't|shan't|\w+n't|\w+'(?:ve|ll|re)|[iI]'m)\b")
_QUOTES = {"de": ("„", "“"), "fr": ("« ", " »")}


def spell_out(text: str) -> str:
    """English without contractions ("doesn't" becomes "does not")."""
    return _CONTRACTED.sub(_full, text)


def _full(found: re.Match[str]) -> str:
    word = found[0]
    if (irregular := _IRREGULAR.get(word.lower())) is not None:
        return irregular.capitalize() if word[0].isupper() else irregular
    for ending, full in _CONTRACTIONS.items():
        if word.endswith(ending):
            return word[: -len(ending)] + full
    return word


_DENIALS = frozenset({"no", "ne", "né", "ni", "not", "non", "não", "pas", "sin", "kein"})
"""Small words that turn a sentence into its contrary."""


def slip(text: str, typos: Mapping[str, str], keep: Iterable[str], rng: Random) -> str:
    """The text with one slip of a native writer in it; nothing that ``keep`` names is touched.

    A spelling checker underlines what is no word, so a part of the slips that stay are small
    words, left out or written twice (Grudin 1983 on errors in transcription typing has the kinds).
    """
    kept = " ".join(keep)
    known = [word for word in typos if f" {word} " in text and word not in kept]
    way = rng.random()
    if known and way < 0.5:
        word = known[int(rng.random() * len(known))]
        return text.replace(f" {word} ", f" {typos[word]} ", 1)
    small = [word for word in known if len(word) < 4 and word.isalpha() and word not in _DENIALS]
    if small and way < 0.7:
        word = small[int(rng.random() * len(small))]
        return text.replace(f" {word} ", f" {word} {word} " if rng.random() < 0.4 else " ", 1)
    words = [found for found in _WORD.finditer(text) if _may_slip(found[0], kept)]
    if not words:
        return text
    chosen = words[int(rng.random() * len(words))]
    at = chosen.start() + 1 + int(rng.random() * (len(chosen[0]) - 3))
    head, here, after, rest = text[:at], text[at], text[at + 1], text[at + 2 :]
    if here == after or rng.random() < 0.45:
        return head + after + rest  # a letter left out
    return head + (after + here if rng.random() < 0.7 else here + here + after) + rest


def _may_slip(word: str, kept: str) -> bool:
    return word.islower() and word.isascii() and word not in kept


def lower_first(text: str, language: str, always: bool = False) -> str:
    """A small letter first, for words that are known to have one inside a sentence."""
    first = re.match(r"[^\W\d_]+", text)
    if first is None or first[0] == "I":
        return text
    if always or first[0].lower() in lexicon(language).small:
        return text[0].lower() + text[1:]
    return text


_QUOTED = re.compile(r"(?<!\w)'(?=\w)([^'\n]*(?<=[\w.,!?])'(?!\w))")
"""Words in single quotes; not an apostrophe."""


def typographic(text: str, client: str, language: str) -> str:
    """The characters that the client's editor makes of typed ones, or of a model's."""
    if client not in SMART_QUOTES:
        return straight(text)
    if "'" in text:
        text = _QUOTED.sub(r"‘\1", text).replace("'", "’")
    if '"' in text:
        opening, closing = _QUOTES.get(base(language), ("“", "”"))
        text = re.sub(r'(?<!\w)"([^"\n]*)"', rf"{opening}\1{closing}", text)
    if client in ("outlook", "exchange"):
        text = text.replace("...", "…").replace(" - ", " – ")
        if base(language) == "fr":
            text = re.sub(" (?=[?!:;»])|(?<=«) ", "\u00a0", text)
    return text


def straight(text: str) -> str:
    """Quotes and dots as a plain editor leaves them."""
    if text.isascii():
        return text
    return text.translate(_STRAIGHT)


_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "…": "...", "–": "-", "‑": "-"}
)
