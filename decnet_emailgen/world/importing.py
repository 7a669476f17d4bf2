"""DECNET's persona list (JSON) as a personas file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from decnet_emailgen.world import people
from decnet_emailgen.world.fields import ORGANISATION, PERSONA, Field
from decnet_emailgen.world.model import Settings
from decnet_emailgen.world.problems import Place, Problem, Report
from decnet_emailgen.world.tree import Item, from_json
from decnet_emailgen.world.values import plain, section

_HEAD = """\
# yaml-language-server: $schema=personas.schema.json
# Imported from a DECNET persona list. Say where and who the organisation is, then run:
# emailgen personas check

"""
_DECKIES = [{"name": "mail-01", "services": ["imap", "pop3"], "deliver": "maildir:./mailboxes"}]
_KNOWN = frozenset(field.name for field in PERSONA)


@dataclass(frozen=True, slots=True)
class Imported:
    """The text of a personas file, and what was left out of it or looks odd."""

    text: str
    problems: tuple[Problem, ...] = ()


def to_yaml(
    text: str,
    *,
    source: str,
    organisation: Mapping[str, str] | None = None,
    allow_domains: tuple[str, ...] = (),
) -> Imported:
    """A personas file made of DECNET's JSON list of personas.

    ``organisation`` holds keys of that section; the domain is else that of most personas, and the
    name follows from it. An invalid persona is left out and reported, keys that mean nothing
    here are reported and forgotten. Raises :class:`PersonasError` if the text is no such list, if
    nobody in it is valid, or if what is given for the organisation is wrong.
    """
    report = Report(source)
    given = {key: value for key, value in (organisation or {}).items() if value}
    _check_given(given, report)
    item = from_json(text, Place(report))
    report.raise_errors()
    assert item is not None  # noqa: S101 - what is no list was raised as an error
    found = _people(item, Place(report, "", "dropped"), Settings(allow_domains=allow_domains))
    if not found.entries:
        what = "no valid persona in the list"
        Place(report).wrong(1, what, "mend what is listed, then import again")
    report.raise_errors()
    whole: dict[str, Any] = {
        "organisation": _house(given, found),
        "personas": [_values(entry) for entry in found.entries],
        "deckies": _DECKIES,
    }
    if allow_domains:
        whole["settings"] = {"allow_domains": list(allow_domains)}
    return Imported(_HEAD + dump(whole), report.sorted())


def _check_given(given: dict[str, str], report: Report) -> None:
    item = Item(1, "map", entries={key: Item(1, "text", value) for key, value in given.items()})
    fields = tuple(_optional(field) for field in ORGANISATION)
    section(item, fields, Place(report, "organisation"))


def _optional(field: Field) -> Field:
    return Field(field.name, field.kind, field.text, False, field.filled, field.least, field.most)


def _people(item: Item, place: Place, settings: Settings) -> people.People:
    """The valid personas of the list; keys of another version of DECNET only warn."""
    kept = []
    for number, part in enumerate(item.items):
        for key in sorted(part.entries.keys() - _KNOWN):
            line = part.entries[key].line
            place.at(number).warn(line, f"unknown key {key!a}", "it is not taken over")
        entries = {key: inner for key, inner in part.entries.items() if key in _KNOWN}
        kept.append(Item(part.line, part.kind, part.text, part.items, entries))
    found = people.read_people(Item(1, "list", items=tuple(kept)), PERSONA, place)
    people.check_domains(found, "", settings)
    people.check_managers(found)
    return found


def _house(given: dict[str, str], found: people.People) -> dict[str, str]:
    domains = Counter(entry.email.rpartition("@")[2] for entry in found.entries)
    domain = given.get("domain") or domains.most_common(1)[0][0]
    name = given.get("name") or domain.partition(".")[0].replace("-", " ").title()
    return {"name": name, "domain": domain, **given}


def _values(entry: people.Entry) -> dict[str, Any]:
    """The keys of a valid persona as the list had them, in the order of the reference."""
    given = entry.item.entries
    values = {}
    for field in PERSONA:
        if field.name in entry.values and field.name in given:
            inner = given[field.name]
            typed = field.kind in ("flag", "number", "absences")
            values[field.name] = plain(inner) if typed else _texts(inner)
    return {key: value for key, value in values.items() if value not in ("", [])}


def _texts(item: Item) -> str | list[str]:
    return [part.text for part in item.items] if item.kind == "list" else item.text


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and lists of people indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def dump(whole: dict[str, Any]) -> str:
    """A mapping as the YAML of a personas file."""
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=96)
