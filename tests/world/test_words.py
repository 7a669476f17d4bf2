"""Single values, and text of any kind: the outcome is a value or a problem, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decnet_emailgen.errors import PersonasError
from decnet_emailgen.world import words
from decnet_emailgen.world.importing import to_yaml
from decnet_emailgen.world.load import read
from decnet_emailgen.world.model import Hours
from decnet_emailgen.world.problems import near, shown

EXAMPLE = (Path(__file__).parents[2] / "personas.example.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ("sat", {5}),
        ("Mon, wed-thu", {0, 2, 3}),
        ("fri-mon", {4, 5, 6, 0}),
    ],
)
def test_workdays(text: str, days: set[int]) -> None:
    assert words.workdays(text) == days


@pytest.mark.parametrize(
    ("text", "language"),
    [("en", "en"), ("PT-br", "pt-BR"), ("pt_BR", "pt-BR"), ("EN-gb", "en-GB"), ("no", "no")],
)
def test_languages_have_one_spelling(text: str, language: str) -> None:
    assert words.language(text) == language


@pytest.mark.parametrize(
    "address",
    ["a@b", "o'brien@acme.internal", "first.last+tag@a-b.c1.test", "1@x.test", "a_b-c=d@e.f"],
)
def test_ordinary_addresses_pass(address: str) -> None:
    assert words.address(address) == address


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", True),
        ("mail.gmail.com", True),
        ("yahoo.co.uk", True),
        ("gmx.de", True),
        ("gmx.internal", False),
        ("live.example", False),
        ("acme.com", False),
        ("notgmail.com", False),
        ("live.acme.com.au", False),
        ("de", False),
    ],
)
def test_providers_are_known_by_their_domains(domain: str, provider: bool) -> None:
    assert words.is_provider(domain) is provider


@pytest.mark.parametrize(
    "target",
    ["spool:/var/x", "maildir:./m", "docker://web-imap/var?layout=spool", "imaps://u@h:993"],
)
def test_targets_of_known_kinds_pass(target: str) -> None:
    schemes = ("spool", "maildir", "docker", "imaps")
    assert words.target(target, schemes) == target


def test_hours_are_minutes_after_midnight() -> None:
    assert words.hours("22:15-06:00") == Hours(1335, 360)


def test_shown_text_is_one_short_printable_line() -> None:
    assert shown("a\x1b[2J\n\u202eb") == "a\\x1b[2J\\n\\u202eb"
    assert len(shown("x" * 1000)) == 61


def test_the_nearest_word_is_proposed_whatever_its_capitals() -> None:
    assert near("TIMEZON", ["timezone", "name"], "no") == "did you mean timezone?"
    assert near("qqq", ["timezone", "name"], "no") == "no"


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    for attempt in (read, to_yaml):
        with pytest.raises(PersonasError) as caught:
            attempt(text, source="f")
        assert str(caught.value)
        assert "\n" not in str(caught.value)


@given(st.data())
def test_no_slip_of_the_pen_crashes_the_reader(data: st.DataObject) -> None:
    """The example with a piece cut out or put in gives a world or a list of printable problems."""
    start = data.draw(st.integers(0, len(EXAMPLE)))
    cut = data.draw(st.integers(0, 40))
    piece = data.draw(st.text("[]{}:-,'\"#&*!|>%@`\n\t a0é\x7f", max_size=6))
    text = EXAMPLE[:start] + piece + EXAMPLE[start + cut :]
    try:
        found = [str(problem) for problem in read(text, source="f").problems]
    except PersonasError as exc:
        found = list(exc.problems)
        assert found
    assert all(line.isprintable() and line.startswith("f:") for line in found)


def test_a_word_of_the_file_that_is_offered_as_a_remedy_is_printable() -> None:
    """An address with a tab in it is near to the right one, and is named without the tab."""
    known = "manager: margaret.halden@"
    assert known in EXAMPLE
    text = EXAMPLE.replace("email: margaret.halden@", "email: m\targaret.halden@", 1)
    found = [str(problem) for problem in read(text, source="f").problems]
    assert any("did you mean m\\targaret" in line for line in found)
    assert all(line.isprintable() for line in found)
