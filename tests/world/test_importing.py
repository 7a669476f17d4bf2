"""DECNET's JSON list becomes a personas file that reads without problems."""

from __future__ import annotations

import json

import pytest

from decnet_emailgen.errors import PersonasError
from decnet_emailgen.world.importing import to_yaml
from decnet_emailgen.world.load import read

DECNET = [
    {
        "name": "Ann 😀 Lee",
        "email": "ann@corp.test",
        "role": "IT/Ops",
        "tone": "custom",
        "tone_custom": "dry: very",
        "mannerisms": ["uses: colons", "007", "# hash"],
        "language": "no",
        "signature": "Ann\nOps",
        "active_hours": "09:00-18:00",
        "reply_latency": "fast",
        "uses_llms_heavily": True,
    },
    {
        "name": "Bo",
        "email": "bo@corp.test",
        "role": "CFO",
        "tone_custom": None,
        "signature": "",
        "mannerisms": [],
    },
]


def test_every_field_survives() -> None:
    made = to_yaml(json.dumps(DECNET), source="f", organisation={"timezone": "Europe/Oslo"})
    assert made.problems == ()
    found = read(made.text, source="g")
    assert found.problems == ()
    ann, bo = found.world.personas
    assert (ann.name, ann.tone, ann.tone_custom) == ("Ann 😀 Lee", "custom", "dry: very")
    assert ann.mannerisms == ("uses: colons", "007", "# hash")
    assert (ann.signature, ann.languages) == ("Ann\nOps", ("no", "en"))
    assert (ann.hours.start, ann.reply_latency, ann.uses_llms_heavily) == (540, "fast", True)
    assert (bo.signature, bo.mannerisms) == ("", ())
    assert (found.world.organisation.name, found.world.organisation.domain) == ("Corp", "corp.test")
    assert made.text.startswith("# yaml-language-server: $schema=personas.schema.json\n")


def test_what_is_given_for_the_organisation_wins() -> None:
    given = {"name": "Acme AS", "domain": "corp.test", "language_default": "nb", "country": ""}
    text = to_yaml(json.dumps(DECNET), source="f", organisation=given).text
    house = read(text, source="g").world.organisation
    assert (house.name, house.domain, house.language_default) == ("Acme AS", "corp.test", "nb")
    with pytest.raises(PersonasError, match=r"organisation.timezone: unknown time zone 'Oslos'"):
        to_yaml(json.dumps(DECNET), source="f", organisation={"timezone": "Oslos"})


def test_problems_name_the_line_in_the_json() -> None:
    text = """[
  {"name": "Ann", "email": "ann@corp.test", "role": "x",
   "future": 1},
\t{"name": "Bo",
\t "email": "b o@corp.test", "role": "x",
   "active_hours": "9-5"},
  {"name": "C\\r\\nBcc: x", "email": "c@corp.test", "role": "x"},
  {"name": "D", "email": "ANN@corp.test", "role": "x"},
  5,
  {"name": "E", "email": "e@corp.test", "role": "x", "tone": "rude"}
]"""
    made = to_yaml(text, source="f")
    assert [(p.line, p.severity) for p in made.problems] == [
        (3, "warning"),
        (5, "dropped"),
        (6, "dropped"),
        (7, "dropped"),
        (8, "dropped"),
        (9, "dropped"),
        (10, "dropped"),
    ]
    assert str(made.problems[1]).startswith("f:5: [1].email: 'b o' can't stand before the @")
    assert "future" not in made.text
    assert [p.name for p in read(made.text, source="g").world.personas] == ["Ann"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "f:1: not JSON: Expecting value; give the JSON list"),
        ("[\n{]", "f:2: not JSON: Expecting property name"),
        ('{"personas": []}', "f:1: not a list"),
        ("[]", "f:1: no valid persona in the list"),
        ("[" * 100_000, "f:1: not JSON: nested too deeply"),
    ],
)
def test_another_file_gets_one_clear_line(text: str, line: str) -> None:
    with pytest.raises(PersonasError) as caught:
        to_yaml(text, source="f")
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(line)


def test_a_provider_is_refused_unless_allowed() -> None:
    """Real people's mailboxes don't come in by the back door."""
    text = json.dumps(DECNET).replace("corp.test", "gmail.com")
    with pytest.raises(PersonasError, match="f: 3 problems"):
        to_yaml(text, source="f")
    made = to_yaml(text, source="f", allow_domains=("gmail.com",))
    assert len(read(made.text, source="g").world.personas) == 2
