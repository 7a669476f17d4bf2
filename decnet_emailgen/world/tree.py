"""The text of a file as a tree of items that know their lines.

YAML is composed, never constructed: a scalar stays the text that its author wrote, so that
``country: NO`` is Norway and ``09:00`` isn't the number 540 (both are surprises of YAML 1.1).
What a text means is decided by the key it stands under.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import yaml

from decnet_emailgen.world.problems import Place, shown

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_DEEP = 30


@dataclass(frozen=True, slots=True)
class Item:
    """A scalar, list or mapping; ``line`` is that of its key, or its own inside a list."""

    line: int
    kind: Literal["text", "empty", "list", "map"]
    text: str = ""
    items: tuple[Item, ...] = ()
    entries: dict[str, Item] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        """What this is, in words."""
        return {"text": "a text", "empty": "empty", "list": "a list", "map": "a mapping"}[self.kind]


def from_yaml(text: str, place: Place) -> Item | None:
    """A YAML document as items; None, and a problem at ``place``, if it isn't one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = text.removeprefix("\ufeff")
    try:
        deep = _too_deep(text, loader)
        if deep:
            place.wrong(deep, "nested too deeply", "remove what doesn't belong here")
            return None
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        what = " ".join(filter(None, (exc.context, exc.problem)))
        place.wrong(mark.line + 1 if mark else 1, f"not YAML: {shown(what, 150)}", "mend this line")
        return None
    except yaml.YAMLError as exc:
        line = text.count("\n", 0, getattr(exc, "position", None) or 0) + 1
        what = shown(str(getattr(exc, "reason", exc)), 150)
        place.wrong(line, f"not YAML: {what}", "remove what doesn't belong here")
        return None
    return _Tree(place).item(node) if node else None


def _too_deep(text: str, loader: Any) -> int:
    """The line at which a document nests too deeply, 0 if it doesn't; composing would recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEP:
            return event.start_mark.line + 1 if event.start_mark else 1
    return 0


class _Tree:
    """Turns nodes into items; an aliased node is turned once, however often it is named."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.done: dict[int, Item] = {}
        self.open: set[int] = set()

    def item(self, node: yaml.Node) -> Item:
        known = self.done.get(id(node))
        if known:
            return known
        line = node.start_mark.line + 1
        if id(node) in self.open:
            self.place.wrong(line, "an anchor that contains itself", "repeat the values instead")
            return Item(line, "empty")
        self.open.add(id(node))
        if isinstance(node, yaml.MappingNode):
            made = Item(line, "map", entries=self._entries(node))
        elif isinstance(node, yaml.SequenceNode):
            made = Item(line, "list", items=tuple(self.item(n) for n in node.value))
        elif node.tag == _NULL:
            made = Item(line, "empty")
        else:
            made = Item(line, "text", str(node.value))
        self.open.discard(id(node))
        self.done[id(node)] = made
        return made

    def _entries(self, node: yaml.MappingNode) -> dict[str, Item]:
        entries: dict[str, Item] = {}
        merged: dict[str, Item] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            item = self.item(value)
            if key.tag == _MERGE:
                for part in item.items or (item,):
                    merged = part.entries | merged
            elif not isinstance(key, yaml.ScalarNode):
                self.place.wrong(line, "a key that is no word", "write key: value")
            elif key.value in entries:
                what = f"the key {shown(key.value)} stands twice"
                self.place.wrong(line, what, f"the first is in line {entries[key.value].line}")
            else:
                entries[key.value] = replace(item, line=line)
        return merged | entries


def from_json(text: str, place: Place) -> Item | None:
    """A JSON list as items; None, and a problem at ``place``, if it isn't one."""
    start = _space(text.removeprefix("\ufeff"), 0)
    text = text.removeprefix("\ufeff")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as exc:
        line = getattr(exc, "lineno", 1)
        what = shown(str(getattr(exc, "msg", "nested too deeply")))
        place.wrong(line, f"not JSON: {what}", "give the JSON list of personas that DECNET uses")
        return None
    if not isinstance(whole, list):
        place.wrong(1, "not a list", "give the JSON list of personas that DECNET uses")
        return None
    items, at, decoder = [], _space(text, start + 1), json.JSONDecoder()
    for _ in whole:
        value, end = decoder.raw_decode(text, at)
        items.append(_from_value(value, text, at, end))
        at = _space(text, _space(text, end) + 1)
    return Item(1, "list", items=tuple(items))


def _space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _from_value(value: Any, text: str, start: int, end: int, depth: int = 0) -> Item:
    """A decoded value; keys are looked up in its text, from ``start`` to ``end``, for lines."""
    line = text.count("\n", 0, start) + 1
    if value is None or depth > _DEEP:
        return Item(line, "empty")
    if isinstance(value, list):
        return Item(
            line, "list", items=tuple(_from_value(v, text, start, end, depth + 1) for v in value)
        )
    if not isinstance(value, dict):
        plain = value if isinstance(value, str) else json.dumps(value)
        return Item(line, "text", plain)
    entries = {}
    for key, inner in value.items():
        found = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:").search(
            text, start, end
        )
        at = found.start() if found else start
        entries[str(key)] = _from_value(inner, text, at, end, depth + 1)
    return Item(line, "map", entries=entries)
