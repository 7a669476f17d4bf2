"""The words of the builtin writer, read from YAML files that anybody can edit.

``phrases/LANGUAGE/*.yaml`` in this package, or the same below a folder of the operator's; the
format is explained in docs/story-lines.md. Only what a mail needs is parsed: a file is cut at its
top-level keys, so that the first mail of a story costs one block of YAML and not a language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate.spintax import Template, combinations, parse

Group = tuple[Template, ...]
MAIL = "mail"
_TOP_LEVEL = re.compile(r"^(?=[\w\"'-]+:)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lines:
    """The words of one beat: whole short mails, groups to say, groups for longer mails.

    ``richness`` counts the texts that each group of ``more`` can become.
    """

    short: Group = ()
    say: tuple[Group, ...] = ()
    more: tuple[Group, ...] = ()
    richness: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """The words of a story line: subjects of its first mail, and its beats by id."""

    subjects: Group
    beats: Mapping[str, Lines]


@dataclass(frozen=True, slots=True)
class Courtesy:
    """Greetings or closings for familiar and for formal mail."""

    familiar: Group = ()
    formal: Group = ()

    def of(self, formal: bool) -> Group:
        """Those for the form of address, or the others where there are none."""
        return (self.formal or self.familiar) if formal else (self.familiar or self.formal)


@dataclass(frozen=True, slots=True)
class Dates:
    """How dates and times stand in a sentence; patterns are CLDR's (UTS 35, part 4)."""

    on: Mapping[str, str]
    by: Mapping[str, str]
    bare: Mapping[str, str]
    pattern: str = "d MMMM"
    full: str = "EEEE, d MMMM y"
    time: str = "HH:mm"
    at: str = "$time"


@dataclass(frozen=True, slots=True)
class Mail:
    """What every mail of a language needs (``mail.yaml``)."""

    greetings: Mapping[str, Courtesy]
    closings: Courtesy
    dates: Dates
    forwards: Courtesy
    openers: Group = ()
    asides: tuple[Group, ...] = ()
    typos: Mapping[str, str] = field(default_factory=dict)


class Phrases:
    """The phrases of one language; stories are parsed when first asked for.

    Of several folders the first one's words count, story by story.
    """

    def __init__(self, language: str, *folders: Traversable) -> None:
        self.language = language
        self._folders = folders
        self._blocks: dict[str, tuple[str, str]] | None = None
        self._stories: dict[str, Story | None] = {}
        self._mail: Mail | None = None

    @property
    def mail(self) -> Mail:
        """Greetings, closings, forms of dates."""
        if self._mail is None:
            sources = [folder.joinpath(f"{MAIL}.yaml") for folder in self._folders]
            source = next((source for source in sources if source.is_file()), None)
            if source is None:
                raise SettingError(f"phrases: language {self.language} has no {MAIL}.yaml")
            self._mail = read_mail(load(source.read_text("utf-8"), str(source)), str(source))
        return self._mail

    def story(self, name: str) -> Story | None:
        """The words of a story line, or None where the language has none for it."""
        if name not in self._stories:
            block = self._find(name)
            self._stories[name] = None if block is None else read_story(*block)
        return self._stories[name]

    def lines(self, story: str, beat: str) -> Lines | None:
        """The words of a beat; beats that fit every story are found under ``common``."""
        for name in (story, "common"):
            found = self.story(name)
            if found is not None and beat in found.beats:
                return found.beats[beat]
        return None

    @property
    def stories(self) -> tuple[str, ...]:
        """The names of all story lines that have words."""
        return tuple(self._index())

    def _find(self, name: str) -> tuple[object, str] | None:
        block = self._index().get(name)
        if block is None:
            return None
        text, source = block
        where = f"{source}: {name}"
        content = load(text, where)
        return (content.get(name) if isinstance(content, dict) else None), where

    def _index(self) -> dict[str, tuple[str, str]]:
        """Each story's block of YAML and the file it stands in; the first folder's counts."""
        if self._blocks is None:
            blocks: dict[str, tuple[str, str]] = {}
            for folder in reversed(self._folders):
                for source in sorted(folder.iterdir(), key=lambda entry: entry.name):
                    if source.name.endswith(".yaml") and source.name != f"{MAIL}.yaml":
                        blocks.update(_cut(source.read_text("utf-8"), str(source)))
            self._blocks = blocks  # whole at once: other threads may be looking
        return self._blocks


class Library:
    """The phrases of all languages: the packaged ones, or an operator's before them."""

    def __init__(self, folder: str = "") -> None:
        packaged = files("decnet_emailgen.generate").joinpath("phrases")
        self._folders: list[Traversable] = [packaged]
        if folder:
            if not Path(folder).is_dir():
                raise SettingError(f"phrases: no folder {folder}: correct writer.options.phrases")
            self._folders.insert(0, Path(folder))
        self._languages: dict[str, Phrases | None] = {}

    def language(self, code: str) -> Phrases | None:
        """The phrases for a language code (``pt-BR`` falls back to ``pt``), if there are any."""
        if code not in self._languages:
            self._languages[code] = self._open(code)
        return self._languages[code]

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of all languages there are phrases for."""
        return tuple(
            sorted(
                {
                    entry.name
                    for folder in self._folders
                    if folder.is_dir()
                    for entry in folder.iterdir()
                    if entry.joinpath(f"{MAIL}.yaml").is_file()
                }
            )
        )

    def _open(self, code: str) -> Phrases | None:
        for name in dict.fromkeys((code, code.partition("-")[0])):
            found = [folder.joinpath(name) for folder in self._folders]
            if any(folder.joinpath(f"{MAIL}.yaml").is_file() for folder in found):
                return Phrases(name, *(folder for folder in found if folder.is_dir()))
        return None


@cache
def library(folder: str = "") -> Library:
    """The library of the operator's folder, or the packaged one; the same object each time."""
    return Library(folder)


def load(text: str, where: str) -> object:
    """YAML whose scalars all stay text (``yes`` and ``on`` are names of beats and forms here).

    Raises :class:`SettingError` with the place of a mistake.
    """
    import yaml

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        content: object = yaml.load(text, Loader=loader)  # noqa: S506 - builds no objects
    except yaml.YAMLError as exc:
        raise SettingError(f"{where}: not YAML ({' '.join(str(exc).split())})") from exc
    return content


def read_story(content: object, where: str) -> Story:
    """A story's block as a value; raises :class:`SettingError` naming what is wrong in it."""
    block = _mapping(content, where)
    beats = {
        beat: read_lines(lines, f"{where}.{beat}")
        for beat, lines in block.items()
        if beat != "subject"
    }
    return Story(_group(block.get("subject"), f"{where}.subject"), beats)


def read_lines(content: object, where: str) -> Lines:
    """A beat's block as a value."""
    block = _mapping(content, where)
    more = _groups(block.get("more"), f"{where}.more")
    return Lines(
        short=_group(block.get("short"), f"{where}.short"),
        say=_groups(block.get("say"), f"{where}.say"),
        more=more,
        richness=tuple(sum(map(combinations, group)) for group in more),
    )


def read_mail(content: object, where: str) -> Mail:
    """``mail.yaml`` as a value; raises :class:`SettingError` naming what is wrong in it."""
    block = _mapping(content, where)
    greetings = _mapping(block.get("greetings"), f"{where}: greetings")
    by_time = {
        name: _courtesy(greetings[name], f"{where}: greetings.{name}")
        for name in greetings
        if name not in ("familiar", "formal")
    }
    return Mail(
        greetings={"any": _courtesy(greetings, f"{where}: greetings"), **by_time},
        closings=_courtesy(block.get("closings"), f"{where}: closings"),
        dates=_dates(block, where),
        forwards=_courtesy(block.get("forwards", {}), f"{where}: forwards"),
        openers=_group(block.get("openers"), f"{where}: openers"),
        asides=_groups(block.get("asides"), f"{where}: asides"),
        typos={str(k): str(v) for k, v in _mapping(block.get("typos", {}), where).items()},
    )


def _dates(block: dict[str, Any], where: str) -> Dates:
    dates = _mapping(block.get("dates"), f"{where}: dates")
    times = _mapping(block.get("times", {}), f"{where}: times")
    bare = {"weekday": "$weekday", "date": "$date"}
    return Dates(
        on=_texts(dates.get("on"), f"{where}: dates.on"),
        by=_texts(dates.get("by"), f"{where}: dates.by"),
        bare=bare | _texts(dates.get("bare", {}), f"{where}: dates.bare"),
        pattern=str(dates.get("pattern", "d MMMM")),
        full=str(dates.get("full", "EEEE, d MMMM y")),
        time=str(times.get("plain", "HH:mm")),
        at=str(times.get("at", "$time")),
    )


def _texts(content: object, where: str) -> dict[str, str]:
    return {str(k): str(v) for k, v in _mapping(content, where).items()}


def _courtesy(content: object, where: str) -> Courtesy:
    block = _mapping(content, where)
    return Courtesy(
        familiar=_group(block.get("familiar"), f"{where}.familiar"),
        formal=_group(block.get("formal"), f"{where}.formal"),
    )


def _mapping(content: object, where: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise SettingError(f"{where}: should be keys with values")
    return content


def _group(content: object, where: str) -> Group:
    if not content:
        return ()
    if not isinstance(content, list):
        raise SettingError(f"{where}: should be a list of strings")
    return tuple(_template(text, where) for text in content)


def _groups(content: object, where: str) -> tuple[Group, ...]:
    if not content:
        return ()
    if not isinstance(content, list):
        raise SettingError(f"{where}: should be a list of lists of strings")
    return tuple(_group(group, f"{where}[{n}]") for n, group in enumerate(content, 1))


def _template(text: object, where: str) -> Template:
    if not isinstance(text, str):
        raise SettingError(f"{where}: should be a string, in quotes: {text!r}")
    try:
        return parse(text)
    except SettingError as exc:
        raise SettingError(f"{where}: {exc}") from exc


def _cut(text: str, source: str) -> dict[str, tuple[str, str]]:
    blocks = (block for block in _TOP_LEVEL.split(text) if not block.startswith("#"))
    return {
        block.partition(":")[0].strip("\"'"): (block, source) for block in blocks if block.strip()
    }
