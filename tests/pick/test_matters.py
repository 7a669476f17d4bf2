"""What everyday threads are about: not projects alone, and told the same way in the file names."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from decnet_emailgen.pick.matters import short
from decnet_emailgen.pick.plan import LEAVES
from decnet_emailgen.pick.stories import story_lines
from tests.pick.test_machines import firm
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


def test_no_order_number_belongs_to_two_orders_and_they_rise_with_time() -> None:
    """An order is the same in every mail: number, other side, price and who asked for it."""
    at_work = office(firm(0.4))
    known: dict[str, dict[str, str]] = {}
    askers: dict[str, set[str]] = {}
    for thread in threads_of(at_work, "2026-01-12", "2026-06-30"):
        told = {fact.name: fact.value for fact in thread.facts}
        for thing in thread.things:
            if thing.kind == "order":
                assert known.setdefault(thing.name, thing.about) == thing.about
                if thread.story == "notice-approval":
                    assert told["amount"] == thing.about["price"]
                    askers.setdefault(thing.name, set()).add(told["person"])
    assert len(known) > 20
    assert askers
    company = at_work.company
    owner = company.organisations("supplier")[0]
    for number in range(3):
        names = [company.order(owner, date(2026, month, 25), number).name for month in range(1, 13)]
        assert len(set(names)) == 12
        assert names == sorted(names)


def test_time_sheets_of_a_week_are_due_on_one_day() -> None:
    found = threads_of(office(firm(0.4)), "2026-01-12", "2026-06-30")
    sheets = [thread for thread in found if thread.story == "notice-timesheet"]
    due = [
        (thread.picks[0].when.date(), date.fromisoformat(thread.facts[0].value))
        for thread in sheets
    ]
    assert len(due) > 20
    assert len({day.weekday() for _, day in due}) == 1
    assert all(0 < (day - sent).days <= 7 for sent, day in due)
