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
    """A sentence or line that comes too often (a long one twice), or nothing."""
    parts = [" ".join(part.lower().split()) for part in _SENTENCE.split(text)]
    for part, count in Counter(filter(None, parts)).items():
        if count > 3 or (count > 2 and len(part) > 12) or (count > 1 and len(part) > 30):
            return part
    said = words(text)
    runs = Counter(tuple(said[n : n + 4]) for n in range(len(said) - 3))
    return next((" ".join(run) for run, count in runs.items() if count > 2), "")


def several(text: str, language: str, own: frozenset[str]) -> str:
    """The line at which a second mail begins (a greeting, text below the name), or nothing."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    greetings = lexicon(language).greetings
    for n, line in enumerate(lines):
        short = len(line.split()) <= 5 and line[-1:] in ",.:!"
        if n > 1 and short and greetings.match(line):
            return line
        if 0 < n < len(lines) - 4 and line.lower().strip(" .,!-") in own:
            return line
    return ""


def introduction(text: str, name: str) -> str:
    """An author who tells colleagues their own name and role, as the prompt did; or nothing."""
    spoken = re.escape(name)
    found = re.search(rf"\b(?:I am|I['’]m|my name is|this is) {spoken}\b", text, re.IGNORECASE)
    return found[0] if found else ""
