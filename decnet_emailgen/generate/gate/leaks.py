"""Leaks that give a machine away at once: gaps to fill in, refusals, markup, echoes, loops."""

from __future__ import annotations

import re
from collections import Counter

from decnet_emailgen.generate.lexicon import lexicon, listed
from decnet_emailgen.generate.shingles import words

PLACEHOLDER = re.compile(
    rf"\[[^\]\n]{{0,20}}\b(?:{listed('gaps')})[^\]\n]{{0,40}}\]"
    rf"|<(?!\S+@)[^<>\n]{{0,12}}\b(?:{listed('gaps')})[^<>\n]{{0,30}}>"
    r"|\{\{?[^{}\n]*\}?\}|\$\{?[a-z_]{3,}\}?|%[A-Z_]{3,}%|\bX{3,}\b|_{4,}"
    r"|\blorem ipsum\b|(?-i:\bTODO\b)|\bTBD\]|\b(?:john|jane) doe\b|\bacme corp",
    re.IGNORECASE,
)
_REFUSAL = re.compile(listed("refusals"), re.IGNORECASE)
_TABLE = re.compile(r"^\s*\|.*\|\s*$|^\s*\|?\s*:?-{3,}:?\s*\|", re.MULTILINE)
_CODE = re.compile(rf"^\s*(?:{listed('code')})\s*$", re.IGNORECASE | re.MULTILINE)
_INSTRUCTION = re.compile(rf"\b(?:{listed('instructions')})", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def placeholder(text: str) -> str:
    """The gap that was left, or nothing."""
    found = PLACEHOLDER.search(text)
    return found[0] if found else ""


def refusal(text: str, language: str) -> str:
    """The words with which a model declines or speaks of itself, or nothing."""
    found = _REFUSAL.search(text) or lexicon(language).refusals.search(text)
    return found[0].strip() if found else ""


def markup(text: str) -> str:
    """Markup that no repair took out, or nothing."""
    found = _TABLE.search(text)
    if found is None and ("**" in text or "```" in text or "##" in text):
        return "left-over marks"
    return found[0].strip() if found else ""


def code(text: str) -> str:
    """A line of JSON or code, or nothing."""
    found = _CODE.search(text)
    return found[0].strip() if found else ""


def instruction(text: str, prompt: str) -> str:
    """Words of the instructions in the answer, or nothing: eight in a row are no accident."""
    found = _INSTRUCTION.search(text)
    if found is not None:
        return found[0].strip()
    spoken = words(prompt)
    known = {tuple(spoken[n : n + 8]) for n in range(len(spoken) - 7)}
    said = words(text)
    runs = (tuple(said[n : n + 8]) for n in range(len(said) - 7))
    run = next((run for run in runs if run in known), ())
    return " ".join(run)


def repetition(text: str) -> str:
    """A sentence or line that comes three times (or a long one twice), or nothing."""
    parts = [" ".join(part.lower().split()) for part in _SENTENCE.split(text)]
    counts = Counter(part for part in parts if len(part) > 12)
    for part, count in counts.items():
        if count > 2 or (count > 1 and len(part) > 30):
            return part
    return ""
