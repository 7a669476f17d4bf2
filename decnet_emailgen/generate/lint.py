"""Every problem of a folder of phrases, with its place; and figures that tell how rich it is.

Used by ``scripts/check-phrases`` and the tests. Story lines come in as plain values, because
words know nothing of the room that picks them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate.lexicon import lexicon
from decnet_emailgen.generate.notices import SLOTS
from decnet_emailgen.generate.phrases import Group, Lines, Phrases, Story, load
from decnet_emailgen.generate.spintax import (
    Address,
    Choice,
    Slot,
    Template,
    always,
    combinations,
    expand,
    has_address,
    slots_of,
)

KINDS = {
    "date": ["meeting", "deadline", "start", "until", "due", "delivery", "past", "back"],
    "time": ["time"],
    "person": ["person", "newcomer", "candidate"],
}
FORMS = {
    "date": ("", "_on", "_by", "_full"),
    "time": ("", "_at"),
    "person": ("", "_first"),
    "text": ("",),
}
STANDARD = frozenset({"you", "you_full", "me", "company"})
DATE_FORMS = frozenset({"today", "tomorrow", "weekday", "date"})
GREETINGS = ("any", "morning", "afternoon", "team")
MIN_SUBJECTS = 4
MIN_FORMS = 2
MIN_ASIDES = 16
MIN_COMBINATIONS = 40
COMMON_WEIGHT = 10.0
MIN_TEXTS = ((10.0, 30), (3.0, 14), (0.0, 5))
"""How many texts a group should hold, by the weight of its story: what is said often is seen
often, and no sentence may stand in more than one thread in a hundred."""
_FACT = re.compile(r"\{(\w+)\}")
_PUNCTUATION = re.compile(r"[,;:] *[,;:.]| ,|(?<!\.)\.\.(?!\.)|,[^\W\d]|\( | \)| \.(?!\w)|^[,.;]")
_STOP = re.compile(r"[.!?…:)\"“”»]$")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Beat:
    """What a beat's words have to do: its id, intent, and the facts of its story."""

    story: str
    id: str
    intent: str
    facts: tuple[str, ...]
    many: bool
    private: bool = False
    weight: float = 1.0
    system: bool = False

    @property
    def needed(self) -> tuple[frozenset[str], ...]:
        """Sets of facts; of each set one must be put ("or" in the intent makes one set)."""
        names = list(dict.fromkeys(_FACT.findall(self.intent)))
        if " or " in self.intent:
            return (frozenset(names),) if names else ()
        return tuple(frozenset({name}) for name in names)


def read_beats(folder: Path) -> dict[str, list[Beat]]:
    """The beats of each story line below ``folder``, by the stem of the file they stand in."""
    beats: dict[str, list[Beat]] = {}
    for path in sorted(folder.glob("*.yaml")):
        content = load(path.read_text("utf-8"), str(path))
        stories: Any = content
        beats[path.stem] = [beat for story in stories for beat in _beats(story)]
    return beats


def _beats(story: Any) -> Iterator[Beat]:
    many = bool({"team", "everyone"} & set(story["with"]))
    for beat in story["beats"]:
        facts, private = tuple(story["facts"]), "private" in story
        weight = COMMON_WEIGHT if story["id"] == "common" else float(story.get("weight", 1))
        system = any(word.startswith("system/") for word in story["starts"])
        yield Beat(story["id"], beat["id"], beat["intent"], facts, many, private, weight, system)


def form_names(facts: tuple[str, ...]) -> frozenset[str]:
    """Every slot that these facts allow, in all their forms."""
    names = set(STANDARD)
    for fact in facts:
        kind = next((kind for kind, members in KINDS.items() if fact in members), "text")
        names.update(fact + form for form in FORMS[kind])
    return frozenset(names)


class Check:
    """The findings of one language."""

    def __init__(self, phrases: Phrases, beats: Mapping[str, list[Beat]]) -> None:
        self.phrases = phrases
        self.beats = beats
        self.words = lexicon(phrases.language)

    @cached_property
    def lines(self) -> dict[Beat, Lines]:
        """The words of every beat that has some and can be read."""
        found = {}
        for beat in (beat for listed in self.beats.values() for beat in listed):
            try:
                story = self.phrases.story(beat.story)
            except SettingError:
                continue
            if story is not None and beat.id in story.beats:
                found[beat] = story.beats[beat.id]
        return found

    def problems(self) -> Iterator[str]:
        """Every problem, one line each, beginning with its place."""
        try:
            yield from self._mail()
        except (SettingError, OSError) as exc:
            yield f"mail: {exc}"
        for file, beats in self.beats.items():
            for name in dict.fromkeys(beat.story for beat in beats):
                members = [beat for beat in beats if beat.story == name]
                yield from (f"{file}/{name}{problem}" for problem in self._story(name, members))
        yield from self._repeated()

    def _story(self, name: str, beats: list[Beat]) -> Iterator[str]:
        try:
            story = self.phrases.story(name)
        except SettingError as exc:
            yield f": {exc}"
            return
        if story is None:
            yield ": no phrases for this story"
            return
        if beats[0].system:
            yield from self._notice(story, beats[0])
            return
        if name != "common":
            if sum(combinations(subject) for subject in story.subjects) < MIN_SUBJECTS:
                yield f".subject: fewer than {MIN_SUBJECTS} subjects"
            yield from self._slots(".subject", story.subjects, beats[0])
        for beat in beats:
            if beat.id not in story.beats:
                yield f".{beat.id}: no phrases for this beat"
                continue
            for problem in self._beat(beat, story.beats[beat.id]):
                yield f".{beat.id}{problem}"
        for extra in set(story.beats) - {beat.id for beat in beats}:
            yield f".{extra}: the story has no such beat"

    def _notice(self, story: Story, beat: Beat) -> Iterator[str]:
        """A notice has forms; each holds slots that it has values for, and the facts it needs."""
        lines = story.beats.get(beat.id, Lines())
        forms = lines.say[0] if len(lines.say) == 1 else ()
        if len(forms) < MIN_FORMS or len(story.subjects) < MIN_FORMS:
            yield f": fewer than {MIN_FORMS} forms of subject and text"
        allowed = form_names(beat.facts) | SLOTS
        for text in (*story.subjects, *forms):
            yield from (f": unknown slot ${n}" for n in slots_of(text) if n not in allowed)
        for names in beat.needed:
            if not all(always(text, _forms(names)) for text in forms):
                yield f": not every form puts {' or '.join('$' + n for n in sorted(names))}"

    def _beat(self, beat: Beat, lines: Lines) -> Iterator[str]:
        named = [("short", lines.short)]
        named += [(f"say[{n}]", group) for n, group in enumerate(lines.say, 1)]
        named += [(f"more[{n}]", group) for n, group in enumerate(lines.more, 1)]
        for where, group in named:
            yield from self._slots(f".{where}", group, beat)
            yield from self._texts(f".{where}", group)
            yield from self._address(f".{where}", group, beat)
        if not lines.say:
            yield ".say: nothing to say"
        for names in beat.needed:
            if not any(all(always(text, _forms(names)) for text in group) for group in lines.say):
                yield f".say: not every path puts {' or '.join('$' + n for n in sorted(names))}"
        wanted = next(number for weight, number in MIN_TEXTS if beat.weight >= weight)
        for where, group in named:
            if group and (count := sum(map(combinations, group))) < wanted:
                yield f".{where}: only {count} texts, {wanted} wanted: it is used so often"
        if (count := say_combinations(lines)) < MIN_COMBINATIONS:
            yield f".say: only {count} combinations, {MIN_COMBINATIONS} wanted"

    def _slots(self, where: str, group: Group, beat: Beat) -> Iterator[str]:
        allowed = form_names(beat.facts)
        for text in group:
            for name in dict.fromkeys(slots_of(text)):
                if name not in allowed:
                    yield f"{where}: unknown slot ${name}"
                elif name == "you" and beat.many and where != ".subject":
                    yield f"{where}: $you where many may read it"

    def _texts(self, where: str, group: Group) -> Iterator[str]:
        for text in group:
            for formal in (False, True) if has_address(text) else (False,):
                found = next((p for t in expand(text, formal, 48) if (p := self._fault(t))), "")
                if found:
                    yield f"{where}: {found}"
                    break

    def _address(self, where: str, group: Group, beat: Beat) -> Iterator[str]:
        """Words of the other form of address; private chat has the familiar one only."""
        for formal, wrong in ((True, self.words.familiar), (False, self.words.formal)):
            if formal and beat.private:
                continue
            form = "formal" if formal else "familiar"
            for text in group:
                hit = next((t for t in expand(text, formal, 48) if wrong.search(t)), "")
                if hit:
                    yield f"{where}: {form} mail says {hit!r}"

    def _fault(self, text: str) -> str:
        """What is wrong with one text of a beat, or nothing."""
        faults = {
            "an em dash": "—" in text,
            "a greeting": _alone(text, self.words.greetings),
            "a sign-off": _alone(text, self.words.signoffs),
            "a stock phrase": self.words.stock.search(text),
            "vocabulary of models": self.words.vocabulary.search(text),
            "no capital after a stop": re.search(r"[^.\W\d][.!?] +[a-zà-ÿ]", text),
            "punctuation": _PUNCTUATION.search(text),
            "no stop at the end": not _STOP.search(text.strip()),
            "a small letter first": text.strip()[:1].islower(),
            "nothing": not text.strip(),
        }
        return next((f"{name} in {text.strip()!r}" for name, is_so in faults.items() if is_so), "")

    def _repeated(self) -> Iterator[str]:
        """Sentences of six words or more that stand in two beats."""
        seen: dict[str, set[str]] = defaultdict(set)
        for beat, lines in self.lines.items():
            if beat.system:
                continue
            for text in (text for group in _all_groups(lines) for text in group):
                for words in expand(text, False, 24):
                    for sentence in _SENTENCE.split(words.strip()):
                        if len(sentence.split()) >= 6:
                            seen[sentence.casefold()].add(f"{beat.story}.{beat.id}")
        for sentence, places in seen.items():
            if len(places) > 1:
                yield f"{' and '.join(sorted(places))}: both say {sentence!r}"

    def _mail(self) -> Iterator[str]:
        mail = self.phrases.mail
        for name, forms in (("on", mail.dates.on), ("by", mail.dates.by)):
            yield from (f"mail: dates.{name} has no {form}" for form in DATE_FORMS - set(forms))
        courtesies = {f"greetings.{name}": mail.greetings.get(name) for name in GREETINGS}
        courtesies |= {"closings": mail.closings, "forwards": mail.forwards}
        for name, courtesy in courtesies.items():
            if courtesy is None or not courtesy.familiar or not courtesy.formal:
                yield f"mail: {name} needs familiar and formal ones"
        for n, group in enumerate(mail.asides, 1):
            yield from (f"mail{problem}" for problem in self._texts(f".asides[{n}]", group))
            if (count := sum(map(combinations, group))) < MIN_ASIDES:
                yield f"mail.asides[{n}]: only {count} texts, {MIN_ASIDES} wanted"
        general = (mail.openers, *mail.asides)
        for slot in {slot for group in general for text in group for slot in slots_of(text)}:
            if slot not in STANDARD:
                yield f"mail: unknown slot ${slot}"

    def figures(self) -> Iterator[str]:
        """How much there is, one line each."""
        if not self.lines:
            yield "no beat has words yet"
            return
        counts = [say_combinations(lines) for beat, lines in self.lines.items() if not beat.system]
        yield f"beats with words: {len(self.lines)} of {sum(map(len, self.beats.values()))}"
        yield f"words in all: {sum(_size(lines) for lines in self.lines.values())}"
        yield f"combinations of say: least {min(counts)}, median {median(counts):.0f}"
        short = [_length(t) for lines in self.lines.values() for t in lines.short]
        say = [_sum(lines.say) for lines in self.lines.values()]
        both = [_sum(lines.say) + _sum(lines.more) for lines in self.lines.values()]
        medians = (f"{median(values or [0]):.0f}" for values in (short, say, both))
        yield "median words: short {}, say {}, say+more {}".format(*medians)


def say_combinations(lines: Lines) -> int:
    """How many ways there are to say a beat."""
    return prod(sum(combinations(text) for text in group) for group in lines.say)


def _forms(names: frozenset[str]) -> frozenset[str]:
    return form_names(tuple(names)) - STANDARD


def _alone(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether a courtesy stands by itself: before a name, or as the whole of the text."""
    found = pattern.match(text)
    if found is None:
        return False
    return re.match(r"\s+\$you(_full)?\b|\s*[,!.]?\s*$", text[found.end() :]) is not None


def _all_groups(lines: Lines) -> tuple[Group, ...]:
    return (lines.short, *lines.say, *lines.more)


def _size(lines: Lines) -> int:
    return sum(_raw(text) for group in _all_groups(lines) for text in group)


def _raw(text: Template) -> int:
    return sum(_part_words(part) for part in text)


def _part_words(part: object) -> int:
    match part:
        case str():
            return len(part.split())
        case Slot():
            return 1
        case Choice():
            return sum(_raw(option) for option in part.options)
        case Address():
            return _raw(part.familiar) + _raw(part.formal)
    return 0


def _length(text: Template) -> float:
    return median(len(words.split()) for words in expand(text, False, 16))


def _sum(groups: tuple[Group, ...]) -> float:
    return sum(median(_length(text) for text in group) for group in groups if group)
