"""What a mail says about files that go with it: nothing, or what is true.

A mail that says "attached" and has no attachment is a tell as plain as a placeholder.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.lexicon import base
from decnet_emailgen.generate.phrases import load
from decnet_emailgen.records import Pick


@cache
def _lists(language: str) -> dict[str, list[str]]:
    source = files("decnet_emailgen.generate").joinpath("lexicon", "attached.yaml")
    content: Any = load(source.read_text("utf-8"), str(source))
    return dict(content.get(base(language), {}))


@cache
def _says(language: str) -> re.Pattern[str]:
    says = _lists(language).get("says", ["(?!)"])
    return re.compile(rf"(?<!\w)(?:{'|'.join(says)})(?!\w)", re.IGNORECASE | re.MULTILINE)


def claim(text: str, language: str) -> str:
    """The words that say a file comes along, or nothing."""
    found = _says(language).search(text)
    return found[0] if found else ""


def notes(language: str, formal: bool = False) -> list[str]:
    """Sentences that say so in any mail; none in a language without phrases."""
    lists = _lists(language)
    return (lists.get("formal") if formal else None) or lists.get("notes", [])


def unfounded(text: str, brief: Brief) -> str:
    """A claim that something is attached to a mail that has no file, or nothing."""
    if brief.pick.beat.attachments:
        return ""
    return claim(text, brief.language)


def told(pick: Pick) -> str:
    """What a model has to know about the files of a mail."""
    names = ", ".join(file.name for file in pick.beat.attachments)
    if pick.kind == "forward":
        return f"The files of the mail above go along: {names}."
    return f"Attached to this mail: {names}. Say so in a few words, or not at all."
