"""How the value under a key is read, by the kind that :mod:`.fields` gives the key.

A reader takes an item, the key's field and its place; it returns the value, or records what is
wrong at the place and returns None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from decnet_emailgen.world import words
from decnet_emailgen.world.fields import ABSENCE, SCHEMES, Field
from decnet_emailgen.world.model import Absence
from decnet_emailgen.world.problems import Place, near, shown
from decnet_emailgen.world.tree import Item

Values = dict[str, Any]

_SECRET = re.compile(
    r"(.*[_-])?(password|passwd|passwort|passphrase|pwd|secret|token|api[_-]?key|authorization)",
    re.IGNORECASE,
)


def section(item: Item, fields: tuple[Field, ...], place: Place) -> Values | None:
    """The values of a mapping by key; None if anything in it is wrong. What isn't given is out."""
    if item.kind != "map":
        known = ", ".join(f.name for f in fields if f.required) or fields[0].name
        place.wrong(item.line, f"is {item.noun}, no mapping", f"write keys and values ({known})")
        return None
    before = place.report.wrongs
    unknown_keys(item, fields, place)
    values: Values = {}
    for field in fields:
        inner = item.entries.get(field.name)
        if inner is None or inner.kind == "empty":
            if field.required:
                line = inner.line if inner else item.line
                place.wrong(line, f"{field.name} is missing", f"give {field.name}: {field.text}")
            continue
        reader = READERS.get(field.kind)
        value = reader(inner, field, place.at(field.name)) if reader else inner
        if value is not None:
            values[field.name] = value
    return values if place.report.wrongs == before else None


def unknown_keys(item: Item, fields: tuple[Field, ...], place: Place) -> None:
    """Report keys that mean nothing here; ``x-…`` are the operator's own (anchors)."""
    names = [field.name for field in fields]
    for key, inner in item.entries.items():
        if key in names or key.startswith("x-"):
            continue
        if _SECRET.fullmatch(key):
            place.wrong(
                inner.line,
                f"{shown(key)}: no secrets in this file",
                "take it out; passwords come from the environment or a command",
            )
            continue
        remedy = near(key, names, f"known here: {', '.join(names)}")
        place.wrong(inner.line, f"unknown key {shown(key)}", remedy)


def _text(item: Item, field: Field, place: Place) -> str | None:
    if item.kind != "text":
        place.wrong(item.line, f"is {item.noun}, not one text", "write one value, in quotes")
        return None
    try:
        text = words.clean(item.text, lines=field.kind == "text")
    except words.WrongError as exc:
        place.wrong(item.line, str(exc), exc.remedy)
        return None
    if not field.least <= len(text) <= field.most:
        bounds = f"{field.least:g} to {field.most:g} characters"
        place.wrong(item.line, f"has {len(text)} characters", f"write {bounds}")
        return None
    return text


def _word(read: Callable[[str], Any]) -> Callable[[Item, Field, Place], Any]:
    def reader(item: Item, field: Field, place: Place) -> Any:
        text = _text(item, field, place)
        if text is None:
            return None
        try:
            return read(text)
        except words.WrongError as exc:
            place.wrong(item.line, str(exc), exc.remedy)
            return None

    return reader


def _each(
    one: Callable[[Item, Field, Place], Any], *, lone: bool = False
) -> Callable[[Item, Field, Place], tuple[Any, ...] | None]:
    """A reader of lists; with ``lone``, a single value may stand for a list of one."""

    def reader(item: Item, field: Field, place: Place) -> tuple[Any, ...] | None:
        items = (item,) if lone and item.kind == "text" else item.items
        if item.kind != "list" and not items:
            shape = "- one line each" if item.kind == "map" else f"[{shown(item.text)}]"
            place.wrong(item.line, f"is {item.noun}, not a list", f"write a list: {shape}")
            return None
        if len(items) > field.most or len(items) < field.least:
            place.wrong(
                item.line,
                f"has {len(items)} entries",
                f"write {field.least:g} to {field.most:g} of them",
            )
            return None
        inner = Field(field.name, field.kind, field.text, least=1)
        if lone and item.kind == "text":
            found = [one(item, inner, place)]
        else:
            found = [one(part, inner, place.at(i)) for i, part in enumerate(items)]
        return None if any(value is None for value in found) else tuple(dict.fromkeys(found))

    return reader


def _choice(item: Item, field: Field, place: Place) -> str | None:
    text = _text(item, field, place)
    if text is None or text in field.choices:
        return text
    known = ", ".join(field.choices)
    remedy = f"{near(text, field.choices, 'known')} ({known})"
    place.wrong(item.line, f"unknown {field.name} {shown(text)!r}", remedy)
    return None


def _flag(item: Item, field: Field, place: Place) -> bool | None:
    text = item.text.lower()
    if item.kind == "text" and text in ("true", "yes", "on"):
        return True
    if item.kind == "text" and text in ("false", "no", "off"):
        return False
    place.wrong(item.line, f"{shown(item.text)!r} is neither true nor false", "write true or false")
    return None


def _number(item: Item, field: Field, place: Place) -> float | None:
    try:
        value = float(item.text)
    except ValueError:
        value = -1.0
    if item.kind == "text" and field.least <= value <= field.most:
        return value
    bounds = f"from {field.least:g} to {field.most:g}"
    place.wrong(item.line, f"{shown(item.text)!r} is no number {bounds}", f"write one {bounds}")
    return None


def _workdays(item: Item, field: Field, place: Place) -> frozenset[int] | None:
    days = _each(_word(words.workdays), lone=True)(item, field, place)
    if days == ():
        place.wrong(item.line, "no day at all", "write one at least, such as mon")
        return None
    return None if days is None else frozenset().union(*days)


def _absence(item: Item, field: Field, place: Place) -> Absence | None:
    values = section(item, ABSENCE, place)
    if values is None:
        return None
    first: date = values["from"]
    last: date = values.get("until", first)
    if last < first:
        place.wrong(item.line, f"until {last} is before from {first}", "swap the two dates")
        return None
    return Absence(first, last)


def _mailboxes(item: Item, field: Field, place: Place) -> tuple[tuple[str, int], ...] | None:
    """Addresses with their lines; empty for ``all``."""
    if item.kind == "text" and item.text == "all":
        return ()
    found = _each(_word(words.address))(item, field, place)
    if found == ():
        place.wrong(item.line, "no mailbox at all", "write all, or a list of addresses")
        return None
    if found is None:
        return None
    lines = {part.text.strip().lower(): part.line for part in item.items}
    return tuple((mailbox, lines.get(mailbox.lower(), item.line)) for mailbox in found)


def _options(item: Item, field: Field, place: Place) -> dict[str, object] | None:
    if item.kind != "map":
        place.wrong(item.line, f"is {item.noun}, no mapping", "write keys and values")
        return None
    secret = next((i.line for k, i in item.entries.items() if _SECRET.fullmatch(k)), 0)
    if secret:
        place.wrong(secret, "no secrets in this file", "take it out; give it in the environment")
        return None
    return {key: plain(inner) for key, inner in item.entries.items()}


def plain(item: Item) -> object:
    """An item as JSON would have it: numbers and flags are what they look like."""
    if item.kind == "map":
        return {key: plain(inner) for key, inner in item.entries.items()}
    if item.kind == "list":
        return [plain(inner) for inner in item.items]
    if item.kind == "empty":
        return None
    if item.text.lower() in ("true", "false"):
        return item.text.lower() == "true"
    for number in (int, float):
        try:
            return number(item.text)
        except ValueError:
            continue
    return item.text


_HOST = _word(words.host)

READERS: dict[str, Callable[[Item, Field, Place], Any]] = {
    "line": _text,
    "text": _text,
    "name": _text,
    "lines": _each(_text),
    "names": _each(_HOST),
    "host": _HOST,
    "address": _word(words.address),
    "domain": _word(words.domain),
    "domains": _each(_word(words.domain)),
    "zone": _word(words.zone),
    "country": _word(words.country),
    "subdivision": _word(str.upper),
    "language": _word(words.language),
    "languages": _each(_word(words.language), lone=True),
    "hours": _word(words.hours),
    "date": _word(words.day),
    "workdays": _workdays,
    "absences": _each(_absence),
    "choice": _choice,
    "flag": _flag,
    "number": _number,
    "targets": _each(_word(lambda text: words.target(text, SCHEMES)), lone=True),
    "urls": _each(_word(words.url), lone=True),
    "mailboxes": _mailboxes,
    "options": _options,
}
"""Readers by kind. Kinds that aren't here (sections, lists of people) stay items."""
