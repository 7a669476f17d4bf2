"""Story lines: the small plots that threads follow. Their format is in docs/story-lines.md."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from decnet_emailgen.records import Kind

Actor = Literal["owner", "peer", "third"]


@dataclass(frozen=True, slots=True)
class BeatLine:
    """One step of a story line: who writes it, what it has to say, whom it goes to.

    ``to`` is set for forwards; ``back`` names whose last mail is answered after a side branch;
    ``wait`` is the least time in hours that must pass before it; ``attach`` is the kind of file
    that goes with it, in ``often`` of all cases.
    """

    id: str
    by: Actor
    intent: str
    kind: Kind = "reply"
    to: str = ""
    back: str = ""
    wait: float = 0.0
    attach: str = ""
    often: float = 1.0


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A plot: who starts it with whom, what it is about, its beats in order."""

    id: str
    topic: str
    starts: tuple[str, ...]
    partners: tuple[str, ...]
    third: tuple[str, ...]
    weight: float
    facts: tuple[str, ...]
    beats: tuple[BeatLine, ...]
    season: tuple[str, ...] = ()
    private: bool = False
    nearby: bool = False
    asks: bool = True
    once: int = 0
    answered: float = 0.0
    between: tuple[int, int] = (0, 1440)

    def beat(self, beat_id: str) -> BeatLine | None:
        """The beat of that name, here or among the common ones."""
        for line in self.beats:
            if line.id == beat_id:
                return line
        return None


@cache
def story_lines() -> dict[str, StoryLine]:
    """All packaged story lines by id, ``common`` included."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # "yes" is a beat, not a truth value
    lines: dict[str, StoryLine] = {}
    folder = files("decnet_emailgen.pick") / "stories"
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".yaml"):
            for raw in yaml.load(path.read_text("utf-8"), Loader=loader):  # noqa: S506 (makes strings only)
                line = _story(raw)
                lines[line.id] = line
    return lines


@cache
def startable() -> tuple[StoryLine, ...]:
    """The story lines that can start a thread."""
    return tuple(line for line in story_lines().values() if line.starts)


def common_beat(beat_id: str) -> BeatLine:
    """A beat that fits any story line."""
    found = story_lines()["common"].beat(beat_id)
    assert found is not None, beat_id  # noqa: S101 (packaged data, held by a test)
    return found


def _story(raw: dict[str, object]) -> StoryLine:
    beats = cast("list[dict[str, str]]", raw["beats"])
    lines = tuple(_beat(beat) for beat in beats)
    if raw["starts"]:
        lines = (replace(lines[0], kind="new"), *lines[1:])
    first, last = _minutes(str(raw.get("between", "00:00-24:00")))
    return StoryLine(
        id=str(raw["id"]),
        topic=str(raw["topic"]),
        starts=_words(raw["starts"]),
        partners=_words(raw["with"]),
        third=_words(raw.get("third", ())),
        weight=float(str(raw["weight"])),
        facts=_words(raw["facts"]),
        beats=lines,
        season=_words(raw.get("season", ())),
        private=raw.get("private") == "true",
        nearby=raw.get("nearby") == "true",
        asks=raw.get("asks") != "false",
        once=int(str(raw.get("once", 0))),
        answered=float(str(raw.get("answered", 0))),
        between=(first, last),
    )


def _beat(raw: dict[str, str]) -> BeatLine:
    numbers = {"wait": float(raw["wait"])} if "wait" in raw else {}
    attach, _, often = raw.get("attach", "").partition("/")
    if often:
        numbers["often"] = float(often)
    values = raw | numbers | ({"attach": attach} if attach else {})
    return BeatLine(**cast("dict[str, Kind]", values))  # type: ignore[arg-type]


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in cast("list[str]", value))


def _minutes(span: str) -> tuple[int, int]:
    first, last = span.split("-")
    return _minute(first), _minute(last)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
