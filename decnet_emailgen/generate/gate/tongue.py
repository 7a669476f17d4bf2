"""Is it the language that was asked for?

Seven languages are told apart by their commonest words, which works from five words on and costs
nothing to load. For others, and where the vote is close, py3langid is asked if it is installed
(``pip install decnet-emailgen[languages]``).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

from decnet_emailgen.generate.lexicon import base, lexicon

_KNOWN = ("en", "es", "pt", "fr", "de", "it", "nl")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "uk": re.compile(r"[\u0400-\u04ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
}
_FOREIGN = re.compile(r"[\u0370-\u1cff\u3040-\ud7af]")
LEAST_WORDS = 5


def wrong_language(text: str, language: str) -> str:
    """The language it seems to be instead, or nothing if it is right or can't be told."""
    wanted = base(language)
    script = _SCRIPTS.get(wanted)
    if script is not None:
        return "" if script.search(text) else "another script"
    if len(_FOREIGN.findall(text)) > 3:
        return "another script"
    said = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if len(said) < LEAST_WORDS:
        return ""
    if wanted not in _KNOWN:
        return _identified(text, wanted) if len(said) > 8 else ""
    votes = {code: sum(word in common for word in said) for code, common in _sets().items()}
    best = max(votes, key=lambda code: votes[code])
    if votes[wanted] * 2 >= votes[best] or votes[best] - votes[wanted] < 2:
        return ""
    return best


@cache
def _sets() -> dict[str, frozenset[str]]:
    return {code: lexicon(code).common for code in _KNOWN}


def _identified(text: str, wanted: str) -> str:
    identify = _identifier()
    found = str(identify(text)[0]) if identify else wanted
    return "" if found == wanted else found


@cache
def _identifier() -> Any:
    """py3langid's classifier, or None where it isn't installed."""
    try:
        return import_module("py3langid").classify
    except ImportError:
        return None
