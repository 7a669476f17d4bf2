"""The JSON Schema of personas files for editors, and the rows of their reference page.

Both are made from the tables in :mod:`.fields`, from which files are read too. The schema
(JSON Schema draft 2020-12) checks shapes; what needs the whole file is checked on reading.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from decnet_emailgen.world import places
from decnet_emailgen.world.fields import FILE, SCHEMES, SECTIONS, Field

_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_LANGUAGE = {"type": "string", "pattern": "^[A-Za-z]{2}([-_][A-Za-z]{2})?$"}
_ADDRESS = {"type": "string", "pattern": "^[^@\\s/]+@[^@\\s/]+$"}
_DOMAIN = {"type": "string", "pattern": "^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$"}
_TARGET = {"type": "string", "pattern": f"^({'|'.join(SCHEMES)}):."}
_URL = {"type": "string", "pattern": "^https?://"}
_LINE = {"type": "string", "pattern": "^[^\\r\\n]*$"}
_DAYS = {"type": "string", "pattern": f"^{_DAY}(-{_DAY})?( *, *{_DAY}(-{_DAY})?)*$"}

_SHAPES: dict[str, dict[str, Any]] = {
    "line": _LINE,
    "text": {"type": "string"},
    "name": _LINE,
    "host": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"},
    "address": _ADDRESS,
    "domain": _DOMAIN,
    "zone": {"type": "string", "pattern": "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$"},
    "country": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
    "subdivision": _LINE,
    "language": _LANGUAGE,
    "languages": {"anyOf": [_LANGUAGE, {"type": "array", "items": _LANGUAGE}]},
    "hours": {"type": "string", "pattern": f"^{_TIME}-{_TIME}$"},
    "workdays": {"anyOf": [_DAYS, {"type": "array", "items": _DAYS, "minItems": 1}]},
    "date": {"type": "string", "format": "date"},
    "absences": {"type": "array", "items": {"$ref": "#/$defs/away"}},
    "choice": {},
    "flag": {"type": "boolean"},
    "number": {"type": "number"},
    "lines": {"type": "array", "items": _LINE},
    "names": {"type": "array", "items": _LINE},
    "domains": {"type": "array", "items": _DOMAIN},
    "targets": {"anyOf": [_TARGET, {"type": "array", "items": _TARGET}]},
    "urls": {"anyOf": [_URL, {"type": "array", "items": _URL}]},
    "mailboxes": {"anyOf": [{"const": "all"}, {"type": "array", "items": _ADDRESS}]},
    "options": {"type": "object"},
    "personas": {"type": "array", "items": {"$ref": "#/$defs/personas"}},
    "correspondents": {"type": "array", "items": {"$ref": "#/$defs/correspondents"}},
    "deckies": {"type": "array", "items": {"$ref": "#/$defs/deckies"}},
}
_WORDS = {
    "line": "text",
    "text": "text, lines kept",
    "name": "text",
    "host": "host name",
    "address": "mail address",
    "domain": "domain",
    "zone": "IANA zone",
    "country": "ISO 3166 code",
    "subdivision": "ISO 3166-2 code",
    "language": "ISO 639-1, or `pt-BR`",
    "languages": "one or a list of these",
    "hours": '`"HH:MM-HH:MM"`',
    "workdays": "`mon-fri`, or a list",
    "date": "date",
    "absences": "list, see away",
    "flag": "`true` or `false`",
    "number": "number",
    "lines": "list of texts",
    "names": "list of names",
    "domains": "list of domains",
    "targets": "target, or a list",
    "urls": "URL, or a list",
    "mailboxes": "`all`, or a list of addresses",
    "options": "mapping",
    "personas": "list, see personas",
    "correspondents": "list, see correspondents",
    "deckies": "list, see deckies",
    "section": "mapping, see there",
}
_TITLES = {"away": "an entry of away", "personas": "a persona", "deckies": "a decky"}


class Row(NamedTuple):
    """One key in the reference: the section it stands in, and what may stand under it."""

    section: str
    key: str
    required: bool
    values: str
    filled: str
    text: str


def schema() -> dict[str, Any]:
    """The JSON Schema of a personas file."""
    sections = {name: _object(fields) for name, fields in SECTIONS.items()}
    inline = {field.name for field in FILE if field.kind == "section"}
    whole = _object(FILE, {name: sections[name] for name in inline})
    whole["patternProperties"] = {"^x-": {"description": "Yours: anchors, notes."}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "emailgen personas file",
        **whole,
        "$defs": {name: part for name, part in sections.items() if name not in inline},
    }


def _object(
    fields: tuple[Field, ...], inline: dict[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    properties = {}
    for field in fields:
        shape = (inline or {}).get(field.name) or _shape(field)
        properties[field.name] = {"description": _description(field), **shape}
    return {
        "type": "object",
        "properties": properties,
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
        "patternProperties": {"^x-": {}},
    }


def _shape(field: Field) -> dict[str, Any]:
    shape = dict(_SHAPES[field.kind])
    if field.choices:
        shape["enum"] = list(field.choices)
    if field.kind == "number":
        shape |= {"minimum": field.least, "maximum": field.most}
    elif shape.get("type") == "array":
        shape |= {"maxItems": int(field.most)}
    elif shape.get("type") == "string" and field.kind in ("line", "text", "address"):
        shape |= {"minLength": int(field.least), "maxLength": int(field.most)}
    if field.kind == "language":
        shape["examples"] = sorted(places.languages())
    if field.example:
        shape["examples"] = [field.example]
    return shape


def _description(field: Field) -> str:
    return f"{field.text} Default: {field.filled}." if field.filled else field.text


def reference_rows() -> tuple[Row, ...]:
    """Every key of every section, in the order of the tables."""
    sections = {"": FILE, **SECTIONS}
    return tuple(
        Row(section, field.name, field.required, _values(field), field.filled, field.text)
        for section, fields in sections.items()
        for field in fields
    )


def _values(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    words = _WORDS[field.kind]
    if field.kind in ("line", "text", "address"):
        words += f", {max(field.least, 0):g} to {field.most:g} characters"
    elif field.kind == "number":
        words += f" from {field.least:g} to {field.most:g}"
    elif field.kind == "lines":
        words += f", {field.most:g} at most"
    return words


def reference() -> str:
    """The rows as Markdown tables, one a section, as docs/personas.md holds them."""
    parts = []
    for section in ("", *SECTIONS):
        title = f"### {_TITLES.get(section, section)}" if section else "### the file"
        parts += [title, "", "| key | values | if left out | meaning |", "|---|---|---|---|"]
        for row in reference_rows():
            if row.section == section:
                name = f"`{row.key}`" + (" *" if row.required else "")
                parts.append(f"| {name} | {row.values} | {row.filled} | {row.text} |")
        parts.append("")
    return "\n".join(parts)
