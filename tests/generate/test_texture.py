"""Slips: one a text, of several kinds, never in a fact and never against the meaning."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from random import Random

import pytest

from decnet_emailgen.generate.phrases import library
from decnet_emailgen.generate.texture import slip

SAID = (
    "I have asked for the numbers that you wanted and will not forget to send them before Monday."
)


def slips(text: str, keep: tuple[str, ...] = (), language: str = "en") -> list[str]:
    """Three hundred slips in that text."""
    found = library().language(language)
    assert found is not None
    typos = found.mail.typos
    return [slip(text, typos, keep, Random(n)) for n in range(300)]


def kind(before: str, after: str) -> str:
    """What happened to the words."""
    said, written = before.split(), after.split()
    if len(written) != len(said):
        return "left out" if len(written) < len(said) else "twice"
    (word, other), *more = [pair for pair in zip(said, written, strict=True) if pair[0] != pair[1]]
    assert not more
    if sorted(word) == sorted(other):
        return "swapped"
    return "shorter" if len(other) < len(word) else "longer"


def test_a_text_gets_one_slip_and_they_are_of_many_kinds() -> None:
    kinds = Counter(kind(SAID, after) for after in slips(SAID))
    assert set(kinds) == {"left out", "twice", "swapped", "shorter", "longer"}
    assert max(kinds.values()) < 0.65 * kinds.total()


def test_what_is_kept_is_kept() -> None:
    for after in slips(SAID, ("numbers that you wanted", "before Monday", "forget")):
        assert "numbers that you wanted" in after
        assert "before Monday" in after
        assert "forget" in after


@pytest.mark.parametrize(
    ("language", "text", "denial"),
    [
        ("nl", "Dat kan ik niet doen en ook geen ander van ons.", "niet"),
        ("pt", "Ainda não recebi nada e não sei quando chega.", "não"),
        ("de", "Das geht leider nicht und wird auch nicht anders.", "nicht"),
    ],
)
def test_a_denial_is_never_left_out(language: str, text: str, denial: str) -> None:
    for after in slips(text, (), language):
        assert len(after.split()) >= len(text.split()) or text.split().count(denial) == (
            after.split().count(denial)
        )
        assert SequenceMatcher(a=text, b=after).ratio() > 0.85
