"""Openers and closers: no author begins or ends many mails alike, in any run."""

from dataclasses import replace
from pathlib import Path

import pytest

from decnet_emailgen.cli.likeness import Known
from decnet_emailgen.generate.shingles import Memory
from decnet_emailgen.generate.step import generate
from decnet_emailgen.generate.wear import Wear, ends
from decnet_emailgen.generate.writers.scripted import Scripted
from decnet_emailgen.records import Draft, Pick
from decnet_emailgen.store import Store
from tests.generate.making import author, pick

THINGS = (
    "the valve on line two leaks again since the weekend", "your forklift blocks the gate of bay 4",
    "nobody has counted the gaskets in the back room yet", "a pallet of hinges came without papers",
    "our printer eats every second sheet of card", "some crates are labelled for the wrong dock",
)  # fmt: skip


def made(n: int) -> Pick:
    """A mail of the same author in a thread of its own."""
    return pick("quick-question", "answer", seed=n, sender=author(5, client="gmail"))


def said(n: int) -> str:
    """A mail that begins as all of them do, and ends in its own way."""
    return (
        f"Just a quick note from me. It says that {THINGS[n]}. I'll see to it by {n + 1} o'clock."
    )


def draft(n: int, answers: list[str], seen: Memory | Known, told: Pick | None = None) -> Draft:
    result = generate(told or made(n), Scripted(answers), seen=seen)
    assert isinstance(result, Draft)
    return result


def test_openers_and_closers_are_found_without_greeting_and_name() -> None:
    text = (
        "Hi Tom,\n\nThanks for the list you sent. It helps.\n\nLet me know by then.\n\nBest\nAnna"
    )
    assert list(ends(text)) == ["opens: thanks for the list", "closes: let me know by then"]
    assert list(ends("ok")) == []


def test_what_three_mails_began_with_is_refused_in_the_fourth() -> None:
    """The model is told, and says it otherwise."""
    seen = Memory()
    for n in range(3):
        assert draft(n, [said(n)], seen).rejections == ()
    other = f"Something else again: {THINGS[3]}. I'll see to it by noon."
    fourth = draft(3, [said(3), other], seen)
    assert [answer.reason for answer in fourth.rejections] == ["worn-phrase"]


def test_other_authors_may_begin_so() -> None:
    wear = Wear()
    for n in range(3):
        wear.add("anna@corp.test", said(n))
    assert wear.worn("anna@corp.test", said(4))
    assert not wear.worn("tom@corp.test", said(4))


def test_one_in_ten_of_many_mails_is_no_habit_of_a_machine() -> None:
    wear = Wear()
    for n in range(100):
        wear.add("a@corp.test", said(0) if n % 20 == 0 else f"Number {n} of them is fine. It is.")
    assert not wear.worn("a@corp.test", said(1))


def test_heavy_users_of_models_may_repeat_themselves() -> None:
    seen = Memory()
    for n in range(4):
        told = made(n)
        told = replace(told, sender=replace(told.sender, uses_llms_heavily=True))
        assert draft(n, [said(n)], seen, told).rejections == ()


@pytest.mark.parametrize("command", ["seed", "tick"])
def test_mails_of_earlier_runs_count(command: str, tmp_path: Path) -> None:
    """Whichever command wrote them."""
    db = tmp_path / "emailgen.db"
    for n in range(3):
        told = made(n)
        written = draft(n, [said(n)], Known(db), told)
        with Store.open(db) as store:
            store.plan(command, "", [((told,), ())])
            store.write([written])
    assert Known(db).wear.worn(made(0).sender.email, said(4))
