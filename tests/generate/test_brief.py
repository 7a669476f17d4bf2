"""The brief: length, facts, device."""

from dataclasses import replace
from statistics import median

import pytest

from decnet_emailgen.generate import prompt
from decnet_emailgen.generate.brief import (
    NEW,
    REPLIES,
    brief,
    marked_intent,
    needed_facts,
    quantile,
)
from tests.generate.making import author, pick, stories


def test_quantiles_meet_their_points_and_rise() -> None:
    """The table is what was measured; between its points it only rises."""
    for table in (NEW, REPLIES):
        for share, value in table[:-1]:
            assert abs(quantile(table, share) - value) < 1e-6
        values = [quantile(table, n / 200) for n in range(200)]
        assert values == sorted(values)


def test_lengths_follow_the_reference_distribution() -> None:
    """Replies have a median near 43 words, and some are one word (docs/realism.md, section 2):
    two in three of the usual kind, one in three that means to be brief.
    """
    sender = author(1, client="outlook")
    kinds = [
        ("invoice-mismatch", "clarify"),
        ("quote-request", "haggle"),
        ("order-status", "thank"),
    ]
    lengths = [brief(pick(*kinds[n % 3], seed=n, sender=sender)).words for n in range(900)]
    assert 30 <= median(lengths) <= 52
    assert min(lengths) <= 2
    assert max(lengths) > 200


def test_phones_write_half_as_much() -> None:
    """The same mail from a phone is shorter."""
    desk = brief(pick("invoice-mismatch", "clarify", sender=author(1, client="outlook")))
    hand = brief(pick("invoice-mismatch", "clarify", sender=author(1, client="iphone")))
    assert hand.device == "phone"
    assert hand.words == max(1, round(desk.words / 2)) or abs(hand.words * 2 - desk.words) <= 1


def test_a_brief_intent_makes_a_brief_mail() -> None:
    """ "In a line" is meant so."""
    words = [brief(pick("quick-question", "answer", seed=n)).words for n in range(200)]
    assert max(words) <= 45


def test_facts_of_the_intent_are_needed_one_by_one_or_as_alternatives() -> None:
    """An "or" in the intent makes either enough."""
    assert brief(pick("invoice-mismatch", "ask")).needed == (
        ("invoice",),
        ("amount",),
        ("order",),
        ("price",),
    )
    assert brief(pick("badge", "ask")).needed == (("room", "meeting"),)


def test_the_same_pick_gives_the_same_brief_and_another_id_another_length() -> None:
    """Everything random about a mail hangs on the pick's id."""
    one = pick("invoice-mismatch", "clarify")
    assert brief(one) == brief(one)
    lengths = {brief(replace(one, id=f"{n:016x}")).words for n in range(20)}
    assert len(lengths) > 10


@pytest.mark.parametrize("story", ["invoice-mismatch", "project-status", "access-request"])
def test_facts_are_found_in_an_intent_that_has_been_filled_in(story: str) -> None:
    """Picks spell the facts out, for people who read them; what has to appear is the same."""
    beat = stories()[story]["beats"][0]["id"]
    marked = pick(story, beat)
    text = marked.beat.intent
    for fact in marked.beat.facts:
        text = text.replace(f"{{{fact.name}}}", fact.value)
    filled = replace(marked, beat=replace(marked.beat, intent=text))
    assert text != marked.beat.intent
    assert needed_facts(filled) == needed_facts(marked) != ()
    assert marked_intent(filled) == marked.beat.intent
    assert prompt.intent(brief(filled)) == prompt.intent(brief(marked))
