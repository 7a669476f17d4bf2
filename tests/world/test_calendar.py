"""Working time: hours, weekends, holidays, leave, clock changes, and arithmetic on them."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.model import Absence, Hours, Person

HOUR = 3600.0
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",
    "Pacific/Kiritimati",  # UTC+14
    "Pacific/Pago_Pago",  # UTC-11
    "Asia/Kathmandu",
    "Africa/Cairo",  # changes at midnight
    "America/Havana",
    "UTC",
)
PERSON = Person(
    "Ann", "ann@acme.internal", "Clerk", ("en",), "Europe/Berlin", "XX", "outlook", Hours(540, 1080)
)


def person(hours: str = "09:00-18:00", zone: str = "Europe/Berlin", country: str = "XX") -> Person:
    start, end = (int(t[:2]) * 60 + int(t[3:]) for t in hours.split("-"))
    return replace(PERSON, hours=Hours(start, end), timezone=zone, country=country)


def at(text: str, zone: str = "Europe/Berlin") -> float:
    """The Unix time of a local date and time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


minutes = st.integers(0, 1439)
people = st.builds(
    lambda start, end, zone, days, country: replace(
        PERSON, hours=Hours(start, end), timezone=zone, workdays=days, country=country
    ),
    minutes,
    minutes,
    st.sampled_from(ZONES),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(["XX", "DE", "US"]),
)
days = st.dates(date(2019, 1, 1), date(2029, 12, 31))
instants = st.integers(1_546_300_800, 1_861_920_000).map(float)


@pytest.mark.parametrize(
    ("hours", "moment", "active"),
    [
        ("09:00-18:00", "2026-03-02T09:00:00", True),
        ("09:00-18:00", "2026-03-02T08:59:59", False),
        ("09:00-18:00", "2026-03-02T17:59:59", True),
        ("09:00-18:00", "2026-03-02T18:00:00", False),
        ("09:30-18:00", "2026-03-02T09:29:59", False),
        ("22:00-06:00", "2026-03-02T22:00:00", True),
        ("22:00-06:00", "2026-03-03T05:59:59", True),
        ("22:00-06:00", "2026-03-03T06:00:00", False),
        ("22:00-06:00", "2026-03-07T05:00:00", True),  # Saturday, of Friday's shift
        ("22:00-06:00", "2026-03-07T22:30:00", False),
        ("22:00-06:00", "2026-03-02T05:00:00", False),  # Monday, of Sunday's shift
        ("09:00-09:00", "2026-03-02T03:00:00", True),
        ("00:00-00:00", "2026-03-02T23:59:59", True),
        ("00:00-00:00", "2026-03-07T12:00:00", False),
    ],
)
def test_hours_are_exact_to_the_minute_and_windows_belong_to_their_first_day(
    hours: str, moment: str, active: bool
) -> None:
    assert Calendar(person(hours)).is_active(at(moment)) is active


@pytest.mark.parametrize(
    ("day", "hours", "length"),
    [
        ("2026-03-28", "22:00-06:00", 7),  # clocks jump from 02:00 to 03:00
        ("2026-10-24", "22:00-06:00", 9),  # and back from 03:00 to 02:00
        ("2026-03-29", "00:00-00:00", 23),
        ("2026-10-25", "00:00-00:00", 25),
        ("2026-03-29", "09:00-18:00", 9),
        ("2026-03-29", "02:30-04:00", 1),
        ("2026-03-29", "02:10-02:50", None),
        ("2026-10-25", "01:00-02:30", 1.5),
        ("2026-10-25", "02:30-04:00", 1.5),
        ("2026-10-25", "02:10-02:40", 0.5),
    ],
)
def test_windows_have_the_length_that_clocks_give_them(
    day: str, hours: str, length: float | None
) -> None:
    somebody = replace(person(hours), workdays=frozenset(range(7)))
    window = Calendar(somebody).window(date.fromisoformat(day))
    assert (window and (window[1] - window[0]) / HOUR) == length


def test_a_day_that_a_country_skipped_has_no_window() -> None:
    """Samoa crossed the date line: 30 December 2011 didn't happen there."""
    samoan = replace(person("00:00-00:00", "Pacific/Apia"), workdays=frozenset(range(7)))
    calendar = Calendar(samoan)
    assert calendar.window(date(2011, 12, 30)) is None
    before, after = calendar.window(date(2011, 12, 29)), calendar.window(date(2011, 12, 31))
    assert before is not None
    assert after is not None
    assert before[1] == after[0]


def test_both_sides_of_the_date_line_have_their_own_monday() -> None:
    east = Calendar(person(zone="Pacific/Kiritimati"))
    west = Calendar(person(zone="Pacific/Pago_Pago"))
    monday = date(2026, 3, 2)
    first, second = east.window(monday), west.window(monday)
    assert first is not None
    assert second is not None
    assert second[0] - first[0] == 25 * HOUR
    assert not west.is_active(first[0])


@given(people, instants)
def test_active_instants_are_inside_the_hours_of_the_wall_clock(
    somebody: Person, instant: float
) -> None:
    """DECNET's rule on the local clock holds wherever the calendar says at work."""
    calendar = Calendar(somebody)
    if not calendar.is_active(instant):
        return
    local = calendar.offset_date(instant)
    minute, hours = local.hour * 60 + local.minute, somebody.hours
    if hours.start < hours.end:
        assert hours.start <= minute < hours.end
    elif hours.start > hours.end:
        assert minute >= hours.start or minute < hours.end
    tail = hours.end < hours.start and minute < hours.end
    assert calendar.works(local.date() - timedelta(days=tail))


@given(people, instants)
def test_wall_clock_hours_on_workdays_are_active_unless_clocks_change(
    somebody: Person, instant: float
) -> None:
    calendar = Calendar(somebody)
    local = calendar.offset_date(instant)
    near = (local + timedelta(days=d) for d in (-2, 0, 2))
    assume(len({moment.replace(fold=0).utcoffset() for moment in near}) == 1)
    minute, hours = local.hour * 60 + local.minute, somebody.hours
    if hours.start == hours.end:
        expected = calendar.works(local.date())
    elif hours.start < hours.end:
        expected = hours.start <= minute < hours.end and calendar.works(local.date())
    elif minute >= hours.start:
        expected = calendar.works(local.date())
    else:
        expected = minute < hours.end and calendar.works(local.date() - timedelta(days=1))
    assert calendar.is_active(instant) is expected


@given(people, days)
def test_windows_follow_each_other_without_overlap(somebody: Person, day: date) -> None:
    calendar = Calendar(somebody)
    windows = [w for n in range(5) if (w := calendar.window(day + timedelta(days=n)))]
    for start, end in windows:
        assert start < end
        assert end - start <= 25 * HOUR
    for first, second in itertools.pairwise(windows):
        assert first[1] <= second[0]


@given(people, instants, st.integers(0, 400_000).map(float))
def test_add_and_between_are_inverse(somebody: Person, instant: float, seconds: float) -> None:
    """After so much working time there is exactly that much working time between."""
    calendar = Calendar(somebody)
    later = calendar.add(instant, seconds)
    assert later >= instant
    assert calendar.is_active(later)
    assert calendar.between(instant, later) == seconds


@given(people, instants, st.integers(0, 200_000), st.integers(0, 200_000))
def test_adding_twice_is_adding_the_sum(
    somebody: Person, instant: float, first: int, second: int
) -> None:
    calendar = Calendar(somebody)
    assert calendar.add(calendar.add(instant, first), second) == calendar.add(
        instant, first + second
    )


@given(people, instants, st.integers(0, 2_000_000))
def test_between_is_what_counting_minutes_gives(
    somebody: Person, instant: float, seconds: int
) -> None:
    calendar = Calendar(somebody)
    first, second = instant // 60 * 60, (instant + seconds) // 60 * 60
    sample = range(int(first), int(second), 600)
    assume(len(sample) > 0)
    step = [calendar.between(t, min(t + 600, second)) for t in sample]
    assert calendar.between(first, second) == sum(step)
    assert all(length == 0 for t, length in zip(sample, step, strict=True) if not _any(calendar, t))


def _any(calendar: Calendar, start: int) -> bool:
    return any(calendar.is_active(t) for t in range(start, start + 600, 60))


@given(people, instants)
def test_next_open_is_now_or_the_start_of_a_window(somebody: Person, instant: float) -> None:
    calendar = Calendar(somebody)
    opening = calendar.next_open(instant)
    if calendar.is_active(instant):
        assert opening == instant
    else:
        days = (calendar.offset_date(opening).date() + timedelta(days=d) for d in (-1, 0))
        assert opening in {w[0] for d in days if (w := calendar.window(d))}
        assert calendar.between(instant, opening) == 0


def test_between_of_instants_in_the_wrong_order_is_nothing() -> None:
    calendar = Calendar(person())
    assert calendar.between(at("2026-03-02T12:00"), at("2026-03-02T10:00")) == 0


def test_a_reply_after_hours_waits_for_monday() -> None:
    calendar = Calendar(person())
    friday = at("2026-03-06T17:30")
    assert calendar.add(friday, HOUR) == at("2026-03-09T09:30")
    assert calendar.add(friday, 0.5 * HOUR) == at("2026-03-09T09:00")


@pytest.mark.parametrize(
    "never",
    [
        replace(PERSON, workdays=frozenset()),
        replace(PERSON, away=(Absence(date(2020, 1, 1), date(2040, 1, 1)),)),
    ],
)
def test_who_never_works_is_never_reached(never: Person) -> None:
    """The answer is infinity or None, at once, and no exception."""
    calendar = Calendar(never)
    now = at("2026-03-02T12:00")
    assert calendar.add(now, 60) == math.inf
    assert calendar.next_open(now) == math.inf
    assert calendar.add(math.inf, 60) == math.inf
    assert calendar.between(now, now + 1e7) == 0
    assert calendar.workday_after(date(2026, 3, 2), 1) is None
    assert calendar.window(date(2026, 3, 2)) is None


def test_a_long_leave_is_waited_out() -> None:
    leave = Absence(date(2026, 3, 3), date(2027, 3, 2))
    calendar = Calendar(person(), lambda year: (leave,))
    assert calendar.add(at("2026-03-02T17:00"), 2 * HOUR) == at("2027-03-03T10:00")
    assert calendar.is_away(date(2027, 3, 2))
    assert not calendar.is_away(date(2027, 3, 3))


def test_overlapping_leave_is_one_leave() -> None:
    calendar = Calendar(
        replace(PERSON, away=(Absence(date(2026, 3, 2), date(2026, 3, 5)),)),
        lambda year: [Absence(date(2026, 3, 4), date(2026, 3, 6))],
    )
    assert calendar.workday_after(date(2026, 3, 1), 1) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "holiday"),
    [
        ("DE", "", "2026-12-25", True),
        ("DE", "", "2026-01-06", False),
        ("DE", "BY", "2026-01-06", True),
        ("ES", "", "2026-12-08", True),
        ("FR", "", "2026-07-14", True),
        ("US", "", "2026-11-26", True),
        ("GB", "", "2026-12-28", True),  # Boxing Day is a Saturday that year
        ("BR", "SP", "2026-07-09", True),
        ("SA", "", "2026-09-23", True),
        ("XX", "", "2026-12-25", False),
        ("DE", "nowhere", "2026-12-25", True),
    ],
)
def test_public_holidays_are_off(country: str, subdivision: str, day: str, holiday: bool) -> None:
    calendar = Calendar(replace(PERSON, country=country, subdivision=subdivision))
    moment = date.fromisoformat(day)
    assert calendar.is_holiday(moment) is holiday
    assert bool(calendar.holiday_name(moment)) is holiday
    assert calendar.works(moment) is (not holiday and moment.weekday() < 5)
    assert (calendar.window(moment) is None) is not calendar.works(moment)


def test_workdays_are_counted_over_weekends_and_holidays() -> None:
    calendar = Calendar(person(country="DE"))
    assert calendar.workday_after(date(2026, 12, 23), 1) == date(2026, 12, 24)
    assert calendar.workday_after(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert calendar.workday_after(date(2026, 12, 24), 5) == date(2027, 1, 4)


def test_friday_and_saturday_weekends_exist() -> None:
    calendar = Calendar(
        replace(PERSON, country="SA", timezone="Asia/Riyadh", workdays=frozenset({6, 0, 1, 2, 3}))
    )
    assert calendar.works(date(2026, 3, 1))  # a Sunday
    assert not calendar.works(date(2026, 3, 6))
    assert calendar.workday_after(date(2026, 3, 5), 1) == date(2026, 3, 8)


def test_dates_bear_the_offset_of_their_season_and_whole_seconds() -> None:
    calendar = Calendar(person())
    winter, summer = calendar.offset_date(at("2026-01-05T10:00") + 0.9), at("2026-07-06T10:00")
    assert winter.isoformat() == "2026-01-05T10:00:00+01:00"
    assert calendar.offset_date(summer).isoformat() == "2026-07-06T10:00:00+02:00"
    assert calendar.offset_date(summer).astimezone(UTC).hour == 8
