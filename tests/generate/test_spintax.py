"""Templates: choices, pairs of address, slots."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate.spintax import always, combinations, expand, parse, render, slots_of

SLOTS = {"you": "Anna", "due_on": "on Monday"}


def words(source: str, seed: int = 0, formal: bool = False) -> str:
    return render(parse(source), SLOTS, formal, Random(seed))


def test_a_choice_takes_each_of_its_options() -> None:
    """Every option comes up, nothing else does."""
    assert {words("{a|b|{c|d}}", seed) for seed in range(60)} == {"a", "b", "c", "d"}


def test_an_empty_choice_leaves_no_double_blank() -> None:
    """What is left out takes its blank with it."""
    assert {words("Please {|really }send {|it } now.", s) for s in range(40)} == {
        "Please send now.",
        "Please really send now.",
        "Please send it now.",
        "Please really send it now.",
    }


def test_a_pair_follows_the_form_of_address() -> None:
    """The first for familiar mail, the second for formal mail."""
    assert words("Kannst [du|Sie]") == "Kannst du"
    assert words("Kannst [du|Sie]", formal=True) == "Kannst Sie"


def test_a_fact_that_ends_in_a_stop_ends_a_sentence_too() -> None:
    """No second stop after "B.V."."""
    template = parse("For $customer. And {more|more}.")
    put = render(template, {"customer": "Noord B.V."}, False, Random(1))
    assert put == "For Noord B.V. And more."


def test_a_slot_is_put_and_an_unknown_one_is_named() -> None:
    """A missing value is an error that says which."""
    assert words("$you, $due_on.") == "Anna, on Monday."
    with pytest.raises(KeyError, match="nobody"):
        words("$nobody")


@pytest.mark.parametrize("source", ["{a|b", "a}", "[a|b|c]", "[a]", "[a|b", "a|b", "$", "5 $ x"])
def test_a_mistake_is_named(source: str) -> None:
    """Braces that don't match and the like are told with the text they stand in."""
    with pytest.raises(SettingError) as caught:
        parse(source)
    assert source in str(caught.value)


def test_always_looks_at_every_path() -> None:
    """A fact counts only if no choice leaves it out."""
    names = frozenset({"due", "due_on"})
    assert always(parse("{x $due|$due_on}"), names)
    assert not always(parse("{x|$due}"), names)
    assert not always(parse("[$due|x]"), names)


def test_combinations_multiply_choices_and_add_options() -> None:
    """Two times (one plus two), for one form of address."""
    assert combinations(parse("{a|b} {c|{d|e}} [f|g]")) == 6


def test_expand_shows_every_option_at_least_once() -> None:
    """However small the limit, nothing stays unseen."""
    shown = " ".join(expand(parse("{a|b|c} {d|e}"), limit=3))
    assert all(letter in shown for letter in "abcde")


@given(st.text(st.characters(exclude_characters="{}[]|$", exclude_categories=["Cs"]), max_size=40))
def test_plain_text_stays_as_it_is(text: str) -> None:
    """Without marks nothing changes but runs of blanks."""
    template = parse(text)
    assert render(template, {}, False, Random(1)).split() == text.split()
    assert list(slots_of(template)) == []
