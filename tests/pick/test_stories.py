"""The packaged story lines are sound: every word in them means something to the program."""

from __future__ import annotations

import re

import pytest

from decnet_emailgen.pick.facts import _MAKERS
from decnet_emailgen.pick.people import OUTSIDE
from decnet_emailgen.pick.stories import StoryLine, startable, story_lines
from decnet_emailgen.world import places
from decnet_emailgen.world.model import DEPARTMENTS

WORDS = {"any", "colleague", "team", "manager", "report", "everyone", *DEPARTMENTS, *OUTSIDE}
SEASONS = {
    *("monday", "friday", "month-end", "quarter-end", "year-end", "december"),
    *("spring", "summer", "autumn", "winter"),
}


def every(line: StoryLine) -> str:
    return line.id


def is_notice(line: StoryLine) -> bool:
    """Whether a system sends it."""
    return line.starts[0].startswith("system/")


def test_there_are_at_least_forty_story_lines_of_two_to_seven_beats() -> None:
    stories = [line for line in startable() if not is_notice(line)]
    assert len(stories) >= 40
    assert {len(line.beats) for line in stories} <= {2, 3, 4, 5, 6, 7}


def test_a_notice_is_one_mail_of_one_system_that_nobody_answers() -> None:
    notices = [line for line in startable() if is_notice(line)]
    assert len(notices) >= 15
    for line in notices:
        assert len(line.beats) == 1
        assert not line.asks
        assert not line.answered
        assert len(line.starts) == 1


def test_every_system_has_notices_to_send() -> None:
    kinds = {line.starts[0].partition("/")[2] for line in startable() if is_notice(line)}
    assert kinds == {*places.data_table("services.toml"), "newsletter", "vacation"}


@pytest.mark.parametrize("line", startable(), ids=every)
def test_the_words_facts_and_actors_of_a_story_line_are_known(line: StoryLine) -> None:
    words = {*line.starts, *line.partners, *line.third}
    systems = {word for word in words if word.startswith("system/")}
    assert {part for word in words - systems for part in word.split("/")} <= WORDS
    assert set(line.season) <= SEASONS
    assert set(line.facts) <= {*_MAKERS, "back"}
    assert len({beat.id for beat in line.beats}) == len(line.beats)
    for beat in line.beats:
        assert isinstance(beat.id, str)
        assert beat.by in ("owner", "peer", "third")
        assert beat.kind in ("new", "reply", "forward", "followup")
        assert set(re.findall(r"{(\w+)}", beat.intent)) <= set(line.facts)
        assert beat.by != "third" or any(b.to == "third" for b in line.beats)
    assert [beat.kind for beat in line.beats].count("new") == 1
    assert (line.beats[0].kind, line.beats[0].by) == ("new", "owner")


def test_the_common_beats_need_no_facts() -> None:
    for beat in story_lines()["common"].beats:
        assert "{" not in beat.intent
