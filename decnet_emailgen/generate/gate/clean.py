"""Taking a mail out of what a model answered: repairs that change nothing of what it says.

Each repair is a function from text to text; :func:`clean` applies them in order and tells which
changed something.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable

from decnet_emailgen.generate.lexicon import listed

Repair = tuple[str, Callable[[str], str]]

SUBJECT_LINE = re.compile(
    rf"^[\s>*_#\"'`-]*(?:{listed('subject_labels')})[\s*_`]*\s?[:：][\s*_`]*(.*?)[\s*_`\"]*$",
    re.IGNORECASE,
)
HEADER_LINE = re.compile(
    rf"^[\s*_]*(?:{listed('header_labels')})[\s*_]*\s?:[\s*_]+\S.*$", re.IGNORECASE
)
BODY_LABEL = re.compile(rf"^[\s*_#\"'-]*(?:{listed('body_labels')})[\s*_]*:[\s*_]*$", re.IGNORECASE)
_THINK = re.compile(r"<(think|thinking|reasoning|reflection)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(r"^.*</(?:think|thinking|reasoning|reflection)>", re.DOTALL | re.IGNORECASE)
_CHAT = re.compile(r"<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]|<<?/?SYS>>?|<(?:start|end)_of_turn>")
_FENCE = re.compile(r"^\s*(?:```|~~~)\w*\s*$", re.MULTILINE)
_PREAMBLE = re.compile(
    rf"^\W*(?:{listed('announcing')})\b[^\n]{{0,160}}?"
    rf"(?:{listed('announced')})[^\n]{{0,80}}[:.!]\W*$",
    re.IGNORECASE,
)
_POSTAMBLE = re.compile(
    rf"^\W*(?:{listed('remarking')})\b.*(?:{listed('remarked')}).*$", re.IGNORECASE | re.DOTALL
)
_QUOTED = re.compile(
    rf"^(?:>.*|-{{2,}} ?(?:{listed('original_message')}).*"
    rf"|(?:on|am|el|em|le|il giorno|op) .{{5,120}}(?:{listed('wrote')}) ?:)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_RULE = re.compile(r"^\s*(?:[-*_=] ?){3,}\s*$", re.MULTILINE)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_LINK = re.compile(r"\[([^\]\n]+)\]\((?:https?:|mailto:)[^)\n]*\)")
_BREAK = re.compile(r"<br ?/?>|</p>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{listed('tags')})(?: [^<>]*)?>", re.IGNORECASE)


def clean(answer: str) -> tuple[str, list[str]]:
    """The answer without scraps, and the names of the repairs that were needed."""
    repairs = []
    text = answer
    for name, repair in REPAIRS:
        mended = repair(text)
        if mended != text and mended.split() != text.split():
            repairs.append(name)
        text = mended
    return text.strip(), repairs


def _line_ends(text: str) -> str:
    return re.sub(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]", "\n", text)


def _invisible(text: str) -> str:
    """Without control, bidi, zero-width, tag and private characters (Unicode categories C*).

    Blanks of all kinds become that of the space bar.
    """
    if text.isascii() and text.isprintable():
        return text
    kinds = ((c, unicodedata.category(c)) for c in text)
    return "".join(" " if kind == "Zs" else c for c, kind in kinds if _shows(c, kind))


def _shows(character: str, kind: str) -> bool:
    return character in "\n\t" or kind[0] != "C"


def _thoughts(text: str) -> str:
    return _THOUGHT.sub("", _THINK.sub("", text))


def _fences(text: str) -> str:
    """What stands inside a fence if one encloses most of the answer, else without the marks."""
    parts = _FENCE.split(text)
    if len(parts) == 3 and len(parts[1].split()) > len((parts[0] + parts[2]).split()):
        return parts[1]
    return _FENCE.sub("", text)


def _json(text: str) -> str:
    stripped = text.strip()
    if not stripped.startswith("{"):
        return text
    try:
        content = json.loads(stripped, strict=False)
    except ValueError:
        return text
    if not isinstance(content, dict):
        return text
    values = {str(k).lower(): v for k, v in content.items() if isinstance(v, str)}
    body = next(
        (values[k] for k in ("body", "text", "message", "content", "email") if k in values), ""
    )
    subject = values.get("subject", "")
    return f"Subject: {subject}\n\n{body}" if subject else body or text


def _preamble(text: str) -> str:
    """Without the words that announce the mail, and without its quotation marks."""
    text = text.strip()
    while text:
        first, _, rest = text.partition("\n")
        if not rest.strip() or not (_PREAMBLE.match(first) or BODY_LABEL.match(first)):
            break
        text = rest.strip()
    if text[:1] in '"“«' and text[-1:] in '"”»' and len(text) > 20:
        text = text[1:-1].strip()
    return text


def _postamble(text: str) -> str:
    head, _, tail = text.rstrip().rpartition("\n\n")
    tail = tail.strip().strip("()[]*_ ")
    return head if head.strip() and _POSTAMBLE.match(tail) else text


def _quoted(text: str) -> str:
    """Without the mail it answers, quoted below or above."""
    found = _QUOTED.search(text)
    if found is None:
        return text
    head = text[: found.start()].rstrip()
    if len(head.split()) >= 2:
        return head
    return "\n".join(line for line in text.split("\n") if not _QUOTED.match(line))


def _markdown(text: str) -> str:
    text = _RULE.sub("", _HEADING.sub("", _LINK.sub(r"\1", text)))
    text = _ITALIC.sub(r"\1", _BOLD.sub(r"\2", text))
    return re.sub(r"^(\s*)[•‣▪●◦] ?", r"\1- ", text, flags=re.MULTILINE)


def _html(text: str) -> str:
    return _TAG.sub("", _BREAK.sub("\n", text)) if "<" in text else text


def _blank_lines(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text))


REPAIRS: tuple[Repair, ...] = (
    ("line-ends", _line_ends),
    ("invisible", _invisible),
    ("thoughts", _thoughts),
    ("chat-marks", lambda text: _CHAT.sub("", text)),
    ("json", _json),
    ("fences", _fences),
    ("html", _html),
    ("preamble", _preamble),
    ("postamble", _postamble),
    ("quoted", _quoted),
    ("markdown", _markdown),
    ("blank-lines", _blank_lines),
)
