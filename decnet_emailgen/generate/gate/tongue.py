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

from decnet_emailgen.generate.lexicon import base

_COMMON = {
    "en": "the and to of you is for that it in we on have be with are this i not can your if will as at from do our please just me was by has or an so know they there what but any my when would could need let about",
    "es": "el la de que y en a los se del las un por con no una su para es al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos os te tu mi está están hemos gracias si",
    "pt": "o a de que e do da em um para é com não uma os no se na por mais as dos como mas ao ele das à seu sua ou quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos seus quem nas me esse você está foi são temos obrigado bom",
    "fr": "le la les de des du et est en un une que qui dans pour pas sur au avec il je vous nous ce par plus se sont ne a on été cette mais comme ou si leur y être tout sa ses mes votre notre c'est d'un merci bonjour j'ai peux",
    "de": "der die das und ist in zu den mit von für auf nicht ein eine es im dem sich des auch an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum haben nur oder aber vor zur bis mehr durch ich wir du bitte danke kannst ob",
    "it": "il di che e la in un per è con non una sono da si come ma le i della dei al alla ha più lo gli anche nel del ci o se mi ti vi questo questa su tra quando molto solo già grazie ho abbiamo può essere stato dal dalla",
    "nl": "de het een en van in is dat op te voor niet met zijn aan er om ook als maar bij of uit nog naar dan je we ik jij hij ze die dit deze wordt kan kun hebben heb heeft door over wel geen even bedankt graag zou moet wat tot al mijn onze",
}  # fmt: skip
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
    if wanted not in _COMMON:
        return _identified(text, wanted) if len(said) > 8 else ""
    votes = {code: sum(word in common for word in said) for code, common in _sets().items()}
    best = max(votes, key=lambda code: votes[code])
    if votes[wanted] * 2 >= votes[best] or votes[best] - votes[wanted] < 2:
        return ""
    return best


@cache
def _sets() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in _COMMON.items()}


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
