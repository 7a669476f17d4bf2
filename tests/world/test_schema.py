"""The schema and the reference come from the table by which files are read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from decnet_emailgen.world.fields import FILE, SECTIONS
from decnet_emailgen.world.schema import reference, reference_rows, schema
from decnet_emailgen.world.values import READERS

ROOT = Path(__file__).parents[2]


def _errors(value: Any, shape: dict[str, Any], defs: dict[str, Any], where: str = "") -> list[str]:
    """A small validator of the keywords that our schema uses."""
    if "$ref" in shape:
        shape = defs[shape["$ref"].rpartition("/")[2]] | shape
    if "anyOf" in shape:
        found = [_errors(value, part, defs, where) for part in shape["anyOf"]]
        return [] if any(not errors for errors in found) else found[0]
    if "const" in shape:
        return [] if value == shape["const"] else [f"{where}: not {shape['const']}"]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "number": (int, float),
    }
    if "type" in shape and not isinstance(value, kinds[shape["type"]]):
        return [f"{where}: not {shape['type']}"]
    if "enum" in shape and value not in shape["enum"]:
        return [f"{where}: not in enum"]
    if isinstance(value, str) and not re.search(shape.get("pattern", ""), value):
        return [f"{where}: doesn't match"]
    if isinstance(value, list):
        items = shape.get("items", {})
        return [e for i, v in enumerate(value) for e in _errors(v, items, defs, f"{where}[{i}]")]
    return _object_errors(value, shape, defs, where) if isinstance(value, dict) else []


def _object_errors(
    value: dict[str, Any], shape: dict[str, Any], defs: dict[str, Any], where: str
) -> list[str]:
    properties = shape.get("properties", {})
    errors = [f"{where}: no {key}" for key in shape.get("required", ()) if key not in value]
    for key, inner in value.items():
        if key in properties:
            errors += _errors(inner, properties[key], defs, f"{where}.{key}")
        elif shape.get("additionalProperties") is False and not key.startswith("x-"):
            errors.append(f"{where}: unknown {key}")
    return errors


def errors(value: Any) -> list[str]:
    whole = schema()
    return _errors(value, whole, whole["$defs"])


def test_the_example_fits_the_schema() -> None:
    text = (ROOT / "personas.example.yaml").read_text(encoding="utf-8")
    loader = yaml.BaseLoader
    assert errors(_as_editor(yaml.load(text, Loader=loader))) == []  # noqa: S506 - texts only


def _as_editor(value: Any) -> Any:
    """BaseLoader makes texts of everything; an editor knows flags."""
    if isinstance(value, dict):
        return {key: _as_editor(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_editor(inner) for inner in value]
    return {"true": True, "false": False}.get(value, value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"personas": []},
        {"organisation": {"name": "A"}},
        {"organisation": {"name": "A", "domain": "a.test"}, "extra": 1},
        {"organisation": {"name": "A", "domain": "a.test", "password": "x"}},
        {"organisation": {"name": "A", "domain": "a.test"}, "personas": [{"name": "x"}]},
        {"organisation": {"name": "A", "domain": "a.test"}, "settings": {"reply_probability": "x"}},
    ],
)
def test_the_schema_refuses_what_reading_refuses(wrong: dict[str, Any]) -> None:
    assert errors(wrong)


def test_the_schema_names_every_key_and_explains_it() -> None:
    whole = schema()
    assert whole["$schema"].endswith("2020-12/schema")
    assert set(whole["properties"]) == {field.name for field in FILE}
    json.dumps(whole)
    for name, fields in SECTIONS.items():
        part = whole["$defs"].get(name) or whole["properties"][name]
        assert set(part["properties"]) == {field.name for field in fields}
        assert all(p["description"] for p in part["properties"].values())


def test_every_kind_of_value_has_a_reader() -> None:
    lists = {"section", "personas", "correspondents", "deckies"}
    assert {f.kind for fields in SECTIONS.values() for f in fields} - lists <= set(READERS)


def test_the_reference_has_a_row_for_each_key() -> None:
    rows = reference_rows()
    assert len(rows) == len(FILE) + sum(len(fields) for fields in SECTIONS.values())
    assert all(row.text.endswith(".") and row.values for row in rows)
    text = reference()
    assert all(f"| `{row.key}`" in text for row in rows)


def test_the_page_holds_the_reference_as_it_is_generated() -> None:
    page = (ROOT / "docs" / "personas.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("<!-- generated: personas -->\n")
    generated, end, _ = rest.partition("<!-- end -->")
    assert end
    assert generated.strip() == reference().strip()
