"""Leaks that give a machine away at once: gaps to fill in, refusals, markup, echoes, loops."""

from __future__ import annotations

import re
from collections import Counter

from decnet_emailgen.generate.gate.clean import SUBJECT_LINE
from decnet_emailgen.generate.lexicon import lexicon, listed
from decnet_emailgen.generate.wear import words

RUN = 6

PLACEHOLDER = re.compile(
    rf"\[[^\]\n]{{0,40}}\b(?:{listed('gaps')})[^\]\n]{{0,200}}\]"
    r"|\[(?-i:(?!sic\]|…|\.\.\.)[a-zà-ÿ])[^\]\n]{2,200}\]|\[(?:[^\W\d]+ ){2,}[^\]\n]{0,200}\]"
    r"|(?<=[\w,;] )\[(?-i:[A-ZÀ-Ý][\w .'’-]*[a-zà-ÿ])[^\]\n]{0,60}\]"  # about [Tim]
    r"|<(?!\S+@)[^\W\d][^<>@\n]{0,40}>"
    r"|\((?:insert|enter|name of|add (?:name|date|details))\b[^)\n]*\)"
    r"|\((?:nombre del?|nome d[aeio]l?|nom d[eu]s?|name de[rs]|naam van)\b[^)\n]*\)"
    r"|^\W*(?:e-?mail|phone|tel|telephone|mobile|title|position|address|company|website)\W*:\W*$"
    r"|\{\{?[^{}\n]*\}?\}|\$\{?[a-z_]{3,}\}?|%[A-Z_]{3,}%|\bX{3,}\b|(?-i:\bX{2}\b)|_{4,}"
    r"|(?-i:\b(?:DD|TT|JJ|GG)[./-]MM[./-](?:YY(?:YY)?|JJ(?:JJ)?|AA(?:AA)?)\b|\bYYYY-MM-DD\b|\bHH:MM\b)"
    rf"|\blorem ipsum\b|(?-i:\bTODO\b)|\bTBD\]|\b(?:{listed('gap_persons')})\b|\bacme corp",
    re.IGNORECASE | re.MULTILINE,
)
_REFUSAL = re.compile(listed("refusals"), re.IGNORECASE)
_TABLE = re.compile(r"^\s*\|.*\|\s*$|^\s*\|?\s*:?-{3,}:?\s*\|", re.MULTILINE)
_CODE = re.compile(rf"^\s*(?:{listed('code')})\s*$", re.IGNORECASE | re.MULTILINE)
_PAIRS = re.compile(r"(?:^\s*[a-z_]+:(?: .*)?(?:\n|$)){3}", re.MULTILINE)
_INSTRUCTION = re.compile(
    rf"\b(?:{listed('instructions')})|\(\W*(?:\w+\W+)?\d+ (?:words|wörter|palabras|palavras|mots"
    rf"|parole|woorden)\W*\)|^\W*(?:{listed('speakers')})\s*:\s|^from: .*\bto: ",
    re.IGNORECASE | re.MULTILINE,
)
_CITED = re.compile(r'"[^"]*"')
_THINKING = re.compile(
    rf"\s*(?:<(?:think|reason|reflect)\w*>|(?:{listed('thinking')}))", re.IGNORECASE
)
_ALTERNATIVE = re.compile(
    rf"(?:^|[.!?]\s+)\W*(?:{listed('alternatives')})\s*#?(?:\d|[A-C])\b\s*[:.)]",
    re.IGNORECASE | re.MULTILINE,
)
_ATTRIBUTION = re.compile(rf"^.{{3,80}}\b(?:{listed('attributions')}) ?:\s*$", re.MULTILINE)
_CALL = re.compile(r"^[^\W\d_]+(?: [^\W\d_]+)?,$")
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
    """A line of JSON or code, or three lines of keys and values; or nothing."""
    found = _CODE.search(text) or _PAIRS.search(text)
    return found[0].strip() if found else ""


def thinking(text: str) -> str:
    """A model's thoughts where the mail should begin, or nothing."""
    found = _THINKING.match(text)
    return found[0].strip() if found else ""


def instruction(text: str, prompt: str) -> str:
    """Words of the instructions in the answer, or nothing: six in a row are no accident."""
    found = _INSTRUCTION.search(text)
    if found is not None:
        return found[0].strip()
    known = {run for part in _CITED.split(prompt) for run in _runs(part)}
    runs = _runs(text)
    run = next((run for run in runs if run in known), ())
    return " ".join(run)


def _runs(text: str) -> list[tuple[str, ...]]:
    said = words(_uncontracted(text))
    return [tuple(said[n : n + RUN]) for n in range(len(said) - RUN + 1)]


def _uncontracted(text: str) -> str:
    return text.lower().replace("’", "'").replace("you're", "you are")


def repetition(text: str) -> str:
    """A sentence, line or run of words that comes too often (a long one twice), or nothing."""
    parts = [" ".join(part.lower().split()) for part in _SENTENCE.split(text)]
    for part, count in Counter(filter(None, parts)).items():
        if count > 3 or (count > 2 and len(part) > 12) or (count > 1 and len(part) > 20):
            return part
    said = words(text)
    if run := next((word for n, word in enumerate(said[3:]) if {*said[n : n + 4]} == {word}), ""):
        return f"{run} {run} {run} {run}"
    runs = Counter(tuple(said[n : n + 4]) for n in range(len(said) - 3))
    if often := next((run for run, count in runs.items() if count > 2), ()):
        return " ".join(often)
    begun = Counter(tuple(words(part)[:2]) for part in parts if len(words(part)) > 3)
    start, count = next(iter(begun.most_common(1)), ((), 0))
    return f"{' '.join(start)} ..." if count > 3 or (count > 2 and 2 * count > len(parts)) else ""


def several(text: str, language: str, own: frozenset[str], others: frozenset[str]) -> str:
    """The line at which a second mail begins, or nothing.

    A line with a subject, a greeting further down, text below the author's name, a line that
    tells who wrote what follows, a dialogue, or versions to choose from.
    """
    if len(_ALTERNATIVE.findall(text)) > 1:
        return "versions to choose from"
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if titled := next((line for line in lines[1:] if SUBJECT_LINE.match(line)), ""):
        return titled
    if told := _ATTRIBUTION.search(text):
        return told[0]
    names = own | others
    spoken = [line for line in lines if line.partition(":")[0].lower().strip(" *") in names]
    if len([line for line in spoken if line.partition(":")[2].strip()]) > 1:
        return spoken[1]
    greetings = lexicon(language).greetings
    spare = bool(lines) and not greetings.match(lines[0]) and not _CALL.match(lines[0])
    for n, line in enumerate(lines):
        short = len(line.split()) <= 5 and line[-1:] in ",.:!"
        if n > spare and short and greetings.match(line):
            return line
        if 0 < n < len(lines) - 4 and line.lower().strip(" .,!-") in own:
            return line
    return ""


def introduction(text: str, name: str, role: str) -> str:
    """An author who tells colleagues their own name and role, as the prompt did; or nothing."""
    spoken, post = re.escape(name), re.escape(role)
    found = re.search(
        rf"\b(?:I am|I['’]m|my name is|this is|you are|you['’]re) {spoken}\b"
        + (
            rf"|\b{spoken},? (?:an? |the |der |die |el |la |le |il |de )?\(?{post}\b"
            if role
            else ""
        ),
        text,
        re.IGNORECASE,
    )
    return found[0] if found else ""
