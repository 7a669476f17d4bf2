"""What must hold of every thread the simulation makes, whatever the world and the seed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decnet_emailgen.pick.history import history
from decnet_emailgen.pick.plan import Thread
from decnet_emailgen.pick.stories import story_lines
from decnet_emailgen.pick.timing import EVENING, FREE_DAY
from decnet_emailgen.records import Pick
from tests.pick.worlds import day, mint, office, person, picks_of, small, threads_of, world

ZONES = (
    "Europe/Madrid",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kolkata",
)
HOURS = ("09:00-17:00", "08:30-16:45", "22:00-06:00", "00:00-00:00", "13:00-21:00")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[object, str]:
    """A world of two to seven people of any zone, hours and workdays, and a seed."""
    people = []
    for number in range(draw(st.integers(2, 7))):
        more = [
            f"timezone: {draw(st.sampled_from(ZONES))}",
            f'active_hours: "{draw(st.sampled_from(HOURS))}"',
            f"workdays: {draw(st.sampled_from(['mon-fri', '[sun, mon, tue]', 'mon-sat']))}",
            f"reply_latency: {draw(st.sampled_from(['fast', 'normal', 'slow']))}",
            f"mails_per_day: {draw(st.integers(1, 30))}",
        ]
        if draw(st.booleans()):
            more.append("away: [{from: 2026-03-10, until: 2026-03-24}]")
        people.append(person(number, ", ".join(more)))
    return world(people), str(draw(st.integers(0, 10**6)))


def received(pick: Pick) -> set[str]:
    return {party.email for party in pick.recipients}


def check_thread(thread: Thread) -> None:
    """The rules of one thread."""
    by_id = {pick.message_id: pick for pick in thread.picks}
    assert len(by_id) == len(thread.picks)
    for pick in thread.picks:
        assert pick.sender.email not in received(pick)
        assert len(pick.recipients) == len(received(pick)) > 0
        assert pick.thread_id == thread.id
        assert (pick.parent is None) == (pick.kind == "new")
        if pick.parent is None:
            continue
        parent = by_id[pick.parent.message_id]
        assert pick.when > parent.when
        assert pick.references == (*parent.references, parent.message_id)
        if pick.kind == "followup":
            assert parent.sender.email == pick.sender.email
        else:
            assert pick.sender.email in received(parent)
        if pick.kind == "reply":
            assert parent.sender.email in received(pick)


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_every_thread_of_any_world_keeps_the_rules(drawn: tuple[object, str]) -> None:
    at_work = office(drawn[0], drawn[1])  # type: ignore[arg-type]
    for thread in threads_of(at_work, "2026-03-02", "2026-04-06", 0.25):
        check_thread(thread)


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_nobody_writes_on_leave_or_at_impossible_hours(drawn: tuple[object, str]) -> None:
    at_work = office(drawn[0], drawn[1])  # type: ignore[arg-type]
    for pick in picks_of(threads_of(at_work, "2026-03-02", "2026-04-06", 0.25)):
        calendar = at_work.calendars[pick.sender.email]
        instant = pick.when.timestamp()
        if calendar.is_active(instant):
            continue
        local = pick.when
        assert not calendar.is_away(local.date()), "on leave"
        minute = local.hour * 60 + local.minute
        low, high = EVENING if calendar.window(local.date()) else FREE_DAY
        assert low <= minute <= high, f"{local} is neither at work nor a free hour"


@settings(max_examples=15, deadline=None)
@given(worlds())
def test_the_date_header_has_the_offset_of_the_authors_zone_then(
    drawn: tuple[object, str],
) -> None:
    at_work = office(drawn[0], drawn[1])  # type: ignore[arg-type]
    for pick in picks_of(threads_of(at_work, "2026-03-02", "2026-04-06", 0.25)):
        zone = ZoneInfo(pick.sender.timezone)
        assert pick.when.utcoffset() == pick.when.astimezone(zone).utcoffset()
        assert pick.when.microsecond == 0


def test_the_offset_changes_with_the_clocks() -> None:
    """Madrid is at +01:00 before the last Sunday of March and at +02:00 after it."""
    picks = picks_of(threads_of(office(small()), "2026-03-16", "2026-04-10"))
    madrid = [pick for pick in picks if pick.sender.timezone == "Europe/Madrid"]
    change = datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("UTC"))
    before = {pick.date[-6:] for pick in madrid if pick.when < change}
    after = {pick.date[-6:] for pick in madrid if pick.when > change}
    assert (before, after) == ({"+01:00"}, {"+02:00"})


@pytest.mark.parametrize("count", [1, 2, 7, 50, 333, 1200])
@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_history_holds_exactly_the_count_between_its_instants(count: int, seed: str) -> None:
    since, until = (
        datetime.fromisoformat("2026-03-02T00:00Z"),
        datetime.fromisoformat("2026-03-30T15:00Z"),
    )
    found = history([office(small(), seed)], since, until, count)
    picks = picks_of(list(found.threads))
    inside = [pick for pick in picks if pick.when < until]
    assert len(inside) == count
    assert min(pick.when for pick in picks) >= since
    assert len({pick.message_id for pick in picks}) == len(picks)


def test_the_same_seed_gives_the_same_picks_and_another_gives_others() -> None:
    def made(seed: str) -> list[Pick]:
        return picks_of(threads_of(office(small(), seed), "2026-03-02", "2026-03-09"))

    assert made("a") == made("a")
    assert {pick.id for pick in made("a")}.isdisjoint(pick.id for pick in made("b"))


@pytest.mark.parametrize("minutes", [5, 360, 5000])
def test_an_interval_cut_into_ticks_holds_the_same_threads(minutes: int) -> None:
    at_work = office(small())
    since, until = day("2026-03-02"), day("2026-03-12")
    whole = {start.key for start in at_work.starts(since, until, 0.7)}
    cut: list[str] = []
    now = since
    while now < until:
        cut += [start.key for start in at_work.starts(now, min(now + minutes * 60, until), 0.7)]
        now += minutes * 60
    assert len(cut) == len(set(cut))
    assert set(cut) == whole


def test_a_lower_rate_holds_a_part_of_what_a_higher_rate_holds() -> None:
    at_work = office(small())
    few = {start.key for start in at_work.starts(day("2026-03-02"), day("2026-03-30"), 0.2)}
    many = {start.key for start in at_work.starts(day("2026-03-02"), day("2026-03-30"), 1.7)}
    assert few < many
    assert 4 < len(many) / len(few) < 14


def test_starts_come_in_the_order_of_time() -> None:
    times = [s.at for s in office(small()).starts(day("2026-03-02"), day("2026-03-30"), 2.0)]
    assert times == sorted(times)


def test_a_thread_is_in_a_language_that_its_people_can_write() -> None:
    them = small()
    known = {p.email: set(p.languages) for p in (*them.personas, *them.correspondents)}
    picks = picks_of(threads_of(office(them), "2026-03-02", "2026-03-30"))
    assert {pick.language for pick in picks} == {"en", "es"}
    for pick in picks:
        assert pick.language in known[pick.sender.email]
        assert all(pick.language in known[party.email] for party in pick.to)


def test_dates_of_facts_are_working_days_of_the_owner_and_later_than_the_thread() -> None:
    at_work = office(small())
    ahead = {"meeting", "deadline", "delivery", "start", "until", "due"}
    seen = 0
    apart = ("candidate-interview", "leave-request", "handover")  # held by tests of their own
    for thread in threads_of(at_work, "2026-03-02", "2026-04-30"):
        if thread.story in apart:
            continue
        calendar = at_work.calendars[thread.picks[0].sender.email]
        last = max(pick.when for pick in thread.picks).astimezone(calendar.zone).date()
        for fact in thread.facts:
            if fact.kind != "date" or fact.name not in ahead or "invoice" in _names(thread):
                continue
            seen += 1
            found = datetime.fromisoformat(fact.value).date()
            assert found >= last
            assert calendar.works(found), f"{thread.story} {fact}"
    assert seen > 100


def test_nobody_judges_a_candidate_before_the_talk() -> None:
    hr = person(0, "role: HR Manager, languages: [en, es], mails_per_day: 30")
    them = world([hr, *(person(n, "languages: [en]") for n in range(1, 6))])
    judged = 0
    for thread in threads_of(office(them), "2026-01-12", "2026-12-20", 3.0):
        if thread.story == "candidate-interview":
            talk = next(fact.value for fact in thread.facts if fact.name == "meeting")
            assert talk > thread.picks[0].date[:10]
            verdicts = [p.date[:10] for p in thread.picks if p.beat.beat == "verdict"]
            assert all(day >= talk for day in verdicts)
            judged += len(verdicts)
    assert judged


def _names(thread: Thread) -> set[str]:
    return {fact.name for fact in thread.facts}


def test_two_threads_about_one_invoice_agree() -> None:
    found: dict[str, set[str]] = {}
    for thread in threads_of(office(small()), "2026-03-02", "2026-05-30"):
        facts = {fact.name: fact.value for fact in thread.facts}
        if "invoice" in facts:
            found.setdefault(facts["invoice"], set()).add(facts["amount"])
    assert len(found) > 20
    assert all(len(amounts) == 1 for amounts in found.values())


def test_numbers_of_tickets_rise_with_time() -> None:
    company = office(small()).company
    days = [datetime(2026, month, 1).date() for month in range(1, 13)]
    numbers = [company.serial("tickets", "us", when) for when in days]
    assert sorted(numbers) == numbers
    assert len(set(numbers)) == 12


@cache
def busy() -> list[Pick]:
    """Three months of a small office."""
    return picks_of(threads_of(office(small()), "2026-02-02", "2026-04-30"))


def test_hardly_anybody_writes_on_a_public_holiday() -> None:
    """3 April 2026 is Good Friday in Spain: at most 15 % of a usual Friday's mail."""
    spain = [p for p in busy() if p.sender.timezone == "Europe/Madrid"]
    usual = sum(p.date.startswith("2026-03-27") for p in spain)
    assert usual > 5
    assert sum(p.date.startswith("2026-04-03") for p in spain) <= 0.15 * usual + 1


def test_people_at_their_phones_write_more_out_of_hours() -> None:
    mails = [p for p in busy() if not p.sender.outside]
    at_work = office(small())

    def phone_share(active: bool) -> float:
        chosen = [
            p
            for p in mails
            if at_work.calendars[p.sender.email].is_active(p.when.timestamp()) is active
        ]
        return sum(p.sender.client in ("iphone", "k9") for p in chosen) / max(1, len(chosen))

    assert phone_share(active=False) > 2 * phone_share(active=True)


@pytest.mark.parametrize(
    "people",
    [
        [person(0), person(1)],
        [person(0)],
        [person(0, "workdays: [sun]"), person(1, "workdays: [sun]")],
        [person(n, "away: [{from: 2026-01-01, until: 2026-12-31}]") for n in range(3)],
        [person(0, "languages: [de]"), person(1, "languages: [fr]")],
    ],
    ids=["two", "one", "sundays", "all away", "no common language"],
)
def test_a_world_in_which_little_happens_is_no_failure(people: list[str]) -> None:
    found = threads_of(office(world(people)), "2026-03-02", "2026-03-16")
    for thread in found:
        check_thread(thread)
    if len(people) == 1 or "away" in people[0] or "[de]" in people[0]:
        assert found == []
    elif "sun" in people[0]:
        assert {thread.picks[0].when.weekday() for thread in found} <= {5, 6, 0, 1, 2, 3, 4}


def test_message_ids_are_made_by_the_given_mint() -> None:
    pick = picks_of(threads_of(office(small()), "2026-03-02", "2026-03-04"))[0]
    domain = pick.sender.email.partition("@")[2]
    assert pick.message_id == mint(pick.sender.client, domain, pick.when, pick.id, "")


def test_private_chat_is_marked_stays_inside_and_is_never_forwarded_or_chased() -> None:
    private = [
        t
        for t in threads_of(office(small()), "2026-02-02", "2026-04-30")
        if t.picks[0].beat.private
    ]
    assert {thread.story for thread in private} >= {"lunch", "weekend-chat"}
    for pick in picks_of(private):
        assert not pick.sender.outside
        assert not any(party.outside for party in pick.recipients)
        assert pick.kind in ("new", "reply")
        assert pick.beat.beat != "chase"


def test_busy_readers_answer_a_smaller_share() -> None:
    at_work = office(small())
    shares = {True: [0, 0], False: [0, 0]}
    for thread in threads_of(at_work, "2026-01-12", "2026-06-30", 6.0):
        first = thread.picks[0]
        load = at_work.load(first.to[0].email, first.when.date())
        if 0.7 < load < 1.7:
            continue
        shares[load > 1][len(thread.picks) > 1] += 1
    busy, idle = (shares[key][1] / sum(shares[key]) for key in (True, False))
    assert busy < 0.95 * idle


def test_leave_that_mails_speak_of_is_the_leave_of_the_calendar() -> None:
    at_work = office(small())
    seen = 0
    for thread in threads_of(at_work, "2026-01-12", "2026-12-20", 4.0):
        owner, day = thread.picks[0].sender.email, thread.picks[0].when.date()
        if thread.story not in ("leave-request", "handover"):
            continue
        seen += 1
        told = {fact.name: fact.value for fact in thread.facts}
        first, last = date.fromisoformat(told["start"]), date.fromisoformat(told["until"])
        calendar = at_work.calendars[owner]
        assert day < first <= last
        assert calendar.is_away(first)
        assert calendar.is_away(last)
        assert first.weekday() in calendar.person.workdays
        if "days" in told:
            span = (first + timedelta(days=n) for n in range((last - first).days + 1))
            assert int(told["days"]) == sum(calendar.usually_works(d) for d in span)
    assert seen >= 5


def test_who_asks_a_third_person_waits_for_the_answer_before_going_on() -> None:
    seen = 0
    for thread in threads_of(office(small()), "2026-01-12", "2026-12-20", 3.0):
        order = [beat.id for beat in story_lines()[thread.story].beats]
        told = [pick.beat.beat for pick in thread.picks if pick.beat.beat in order]
        if any(beat.back for beat in story_lines()[thread.story].beats) and len(told) > 3:
            seen += 1
            assert told == sorted(told, key=order.index), thread.story
    assert seen > 20
