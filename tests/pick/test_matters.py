"""What everyday threads are about: not projects alone, and told the same way in the file names."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from decnet_emailgen.pick.matters import short
from decnet_emailgen.pick.plan import LEAVES
from decnet_emailgen.pick.stories import story_lines
from tests.pick.worlds import office, small, threads_of


@pytest.mark.parametrize(
    ("organisation", "called"),
    [
        ("Sensori Lombardi S.r.l.", "Sensori Lombardi"),
        ("Palton GmbH", "Palton"),
        ("Jorstad & Co", "Jorstad"),
        ("Aguas del Ebro Medio", "Aguas del Ebro Medio"),
        ("GmbH", "GmbH"),
    ],
)
def test_an_organisation_is_called_by_its_name_without_its_form(
    organisation: str, called: str
) -> None:
    assert short(organisation) == called


def test_everyday_threads_are_about_more_than_projects() -> None:
    found = threads_of(office(small()), "2026-01-12", "2026-06-30", 3.0)
    kinds = Counter(thread.things[0].kind for thread in found if thread.story == "quick-question")
    assert {"project", "matter", "customer"} <= set(kinds)
    assert 0.3 < kinds["project"] / kinds.total() < 0.75


def test_status_reports_and_builds_are_of_projects() -> None:
    at_work = office(small())
    for thread in threads_of(at_work, "2026-01-12", "2026-06-30", 3.0):
        told = {fact.name: fact.value for fact in thread.facts}
        if thread.story in ("project-status", "notice-build", "estimate"):
            assert told["project"] in at_work.company.projects
        if thread.story == "document-review":
            spelled = told["document"].replace("_", " ")
            assert told["project"].replace("_", " ") in spelled
            assert "/" not in told["document"]


def test_a_department_keeps_its_matters_for_half_a_year() -> None:
    company = office(small()).company
    assert company.matters("it", date(2026, 1, 7)) == company.matters("it", date(2026, 6, 30))
    assert company.matters("it", date(2026, 1, 7)) != company.matters("it", date(2026, 7, 1))
    assert company.matters("unheard-of", date(2026, 1, 7))


def test_what_comes_up_seldom_comes_up_once_in_its_time() -> None:
    """Nobody's laptop fails twice in the weeks that a story line leaves between."""
    at_work = office(small())
    seldom = {line.id: line.once for line in story_lines().values() if line.once}
    seen: Counter[tuple[str, str, int]] = Counter()
    for thread in threads_of(at_work, "2026-01-12", "2026-12-20", 4.0):
        first = thread.picks[0]
        if thread.story in seldom and thread.story not in LEAVES:
            period = first.when.date().toordinal() // seldom[thread.story]
            seen[first.sender.email, thread.story, period] += not thread.story.startswith("notice")
    assert len({story for _, story, _ in seen}) > 15
    assert set(seen.values()) <= {0, 1}
