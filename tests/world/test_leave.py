"""Invented leave: the same for the same key, in season, in whole weeks."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decnet_emailgen.world.leave import first_workday, invented_absences
from decnet_emailgen.world.model import Absence, Person

PERSON = Person("A", "a@x.test", "x", ("en",), "Europe/Berlin", "DE", "outlook")


def length(absence: Absence) -> int:
    return (absence.last - absence.first).days + 1


@given(st.text(max_size=8), st.integers(2000, 2100), st.frozensets(st.integers(0, 6), min_size=1))
def test_leave_is_sorted_apart_and_in_whole_weeks_or_single_workdays(
    key: str, year: int, workdays: frozenset[int]
) -> None:
    person = replace(PERSON, workdays=workdays)
    found = invented_absences(person, year, key)
    assert found == invented_absences(person, year, key)
    assert 2 <= len(found) <= 6
    for absence in found:
        assert absence.first.year in (year, year + 1)
        assert absence.first.weekday() in workdays
        assert length(absence) in (1, 7, 14, 21)
        if length(absence) > 1:
            assert absence.first.weekday() == first_workday(workdays)
    for first, second in itertools.pairwise(found):
        assert first.last < second.first


def test_one_long_leave_a_year_mostly_in_the_local_summer() -> None:
    for zone, summer in (("Europe/Berlin", {7, 8}), ("America/Sao_Paulo", {12, 1, 2})):
        months = []
        for n in range(300):
            person = replace(PERSON, email=f"p{n}@x.test", timezone=zone)
            longest = max(invented_absences(person, 2026, "k"), key=length)
            months.append(longest.first.month)
        assert 0.6 < sum(month in summer for month in months) / 300 < 0.95


def test_everybody_has_some_weeks_off_but_not_too_many() -> None:
    days = []
    for n in range(300):
        found = invented_absences(replace(PERSON, email=f"p{n}@x.test"), 2026, "k")
        days.append(sum(length(a) * 5 // 7 or 1 for a in found))
    assert 14 < sum(days) / 300 < 24
    assert min(days) >= 7
    assert max(days) <= 26


def test_other_keys_people_and_years_differ() -> None:
    base = invented_absences(PERSON, 2026, "k")
    assert invented_absences(PERSON, 2026, "l") != base
    assert invented_absences(PERSON, 2027, "k") != base
    assert invented_absences(replace(PERSON, email="b@x.test"), 2026, "k") != base


def test_leave_that_the_file_gives_takes_the_place_of_invented_weeks() -> None:
    away = (Absence(date(2025, 12, 29), date(2026, 1, 9)),)
    person = replace(PERSON, away=away)
    assert all(length(a) == 1 for a in invented_absences(person, 2026, "k"))
    assert any(length(a) > 1 for a in invented_absences(person, 2025, "k"))


@pytest.mark.parametrize(
    ("workdays", "first"),
    [
        ({0, 1, 2, 3, 4}, 0),
        ({6, 0, 1, 2, 3}, 6),
        ({1, 3}, 1),
        (set(range(7)), 0),
        ({0, 1, 2, 3, 4, 6}, 6),
        (set(), 0),
    ],
)
def test_a_week_begins_after_its_weekend(workdays: set[int], first: int) -> None:
    assert first_workday(frozenset(workdays)) == first


def test_single_days_often_make_a_weekend_longer() -> None:
    singles = [
        absence.first
        for n in range(200)
        for absence in invented_absences(replace(PERSON, email=f"p{n}@x.test"), 2026, "k")
        if length(absence) == 1
    ]
    beside = sum((day + timedelta(days=1)).weekday() == 5 or day.weekday() == 0 for day in singles)
    assert 0.6 < beside / len(singles) < 0.9
