"""Leaks that give a machine away at once: gaps to fill in, refusals, markup, echoes, loops."""

from __future__ import annotations

import re
from collections import Counter

from decnet_emailgen.generate.lexicon import lexicon
from decnet_emailgen.generate.shingles import words

_GAP_WORDS = (
    r"your|name|recipient|sender|company|date|insert|time|title|position|phone|e-?mail|amount|number|subject|link|signature|"
    r"address|department|contact|tu |su |nombre|cargo|empresa|fecha|destinatario|seu|sua|nome|data|cargo|votre|nom|prénom|"
    r"entreprise|société|poste|ihr|dein|firma|vorname|empfänger|datum|tuo|azienda|ruolo|uw|jouw|naam|bedrijf|functie|x{2,}|_{2,}|\.{3}"
)
PLACEHOLDER = re.compile(
    rf"\[[^\]\n]{{0,20}}\b(?:{_GAP_WORDS})[^\]\n]{{0,40}}\]"
    rf"|<(?!\S+@)[^<>\n]{{0,12}}\b(?:{_GAP_WORDS})[^<>\n]{{0,30}}>"
    r"|\{\{?[^{}\n]*\}?\}|\$\{?[a-z_]{3,}\}?|%[A-Z_]{3,}%|\bX{3,}\b|_{4,}"
    r"|\blorem ipsum\b|\bTODO\b|\bTBD\]|\b(?:john|jane) doe\b|\bacme corp",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\bas an? (?:ai|artificial intelligence|large language|language model)|\bI(?:'m| am) (?:just )?an? (?:ai|language model|assistant)\b"
    r"|\bI (?:cannot|can't|can not|am unable to|won't be able to) (?:assist|help|write|create|generate|provide|fulfil+|comply|complete) (?:with |you with |this |that |the |an? )?"
    r"(?:request|e-?mail|that|this|message|content)"
    r"|\bI(?:'m| am) sorry,? but I (?:can|am)|\blanguage model\b|\b(?:openai|chatgpt|anthropic|llama|qwen|mistral)\b"
    r"|\bmy (?:instructions|system prompt|training)|\bhow (?:can|may) I (?:assist|help) you (?:today|with)",
    re.IGNORECASE,
)
_TABLE = re.compile(r"^\s*\|.*\|\s*$|^\s*\|?\s*:?-{3,}:?\s*\|", re.MULTILINE)
_CODE = re.compile(
    r"^\s*(?:[{}\[\]];?|\"\w+\"\s*:\s*.+,?|def \w+\(.*|import \w+|<\?xml|<!doctype.*|#include.*|function \w+\(.*)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_INSTRUCTION = re.compile(
    r"\b(?:about \d+ words|word count|the (?:sender|recipient)(?:'s)? (?:is|name|role|tone)|tone\s*:|language\s*:|mannerisms?\s*:"
    r"|facts?\s*:|length\s*:|output only|system prompt|you are writing|write the (?:e-?mail|reply|mail)|role\s*:\s)",
    re.IGNORECASE,
)
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
