"""Style: dashes, the vocabulary of models, and length.

Measured in human mail (docs/realism.md, section 6): 0.09 em dashes in 1,000 words, and two or more
of the words that models favour in 2.7 % of mails; so one is let pass and two are not.
"""

from __future__ import annotations

import re

from decnet_emailgen.generate.brief import Brief, draw
from decnet_emailgen.generate.lexicon import base, lexicon

MOST_VOCABULARY = 1
STOCK_SHARE = 0.04
"""Of mails may keep one stock phrase: people write them too."""

_DASH = re.compile(r"\s*(?:—|―|(?<=\w) ?-- ?(?=\w))\s*")
_STOP = re.compile(r"[.!?]+ ?|(?=\n)")


def dashes(text: str, brief: Brief) -> str:
    """The text with the hyphens that people type instead of em dashes."""
    if brief.pick.sender.uses_llms_heavily or ("—" not in text and "―" not in text):
        return text
    return _DASH.sub(" - ", text)


def without_stock(text: str, brief: Brief) -> str:
    """The text without the sentences that hold a stock phrase, if a mail remains."""
    if brief.pick.sender.uses_llms_heavily or draw(brief.pick.id, "stock") < STOCK_SHARE:
        return text
    kept, at = text, 0
    stock = lexicon(brief.language).stock
    while (found := stock.search(kept, at)) is not None:
        start = max(kept.rfind(mark, 0, found.start()) for mark in ".!?\n") + 1
        end = _STOP.search(kept, found.end())
        stop = end.end() if end else len(kept)
        at = found.end()
        if not any(c.isdigit() for c in kept[start:stop]):
            rest = kept[stop:].lstrip(" ")
            joint = " " if kept[:start].endswith((".", "!", "?")) and rest[:1].isalnum() else ""
            kept, at = kept[:start] + joint + rest, start
    kept = re.sub(r"\n{3,}", "\n\n", kept)
    return kept.strip() if len(kept.split()) >= min(8, brief.words) else text


def vocabulary(text: str, brief: Brief) -> str:
    """What models pile up, if there is too much of it, or nothing."""
    if brief.pick.sender.uses_llms_heavily:
        return ""
    words = lexicon(brief.language)
    found = {match.lower() for match in words.vocabulary.findall(text)}
    stock = [] if draw(brief.pick.id, "stock") < STOCK_SHARE else words.stock.findall(text)
    if len(found) > MOST_VOCABULARY or len(stock) > 0:
        return ", ".join(sorted(found) + [phrase.lower() for phrase in stock])
    return ""


def too_long(text: str, brief: Brief) -> str:
    """How long it is, if that is far over what was asked for."""
    size = len(text.split())
    if base(brief.language) in ("ja", "zh", "th"):
        size = len(text) // 2
    limit = max(70, 2.5 * brief.words + 30)
    return f"{size} words where {brief.words} were asked for" if size > limit else ""
