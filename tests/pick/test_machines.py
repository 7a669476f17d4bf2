"""What systems send: as much as the file asks for, when such systems run, to whom it concerns."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache

import pytest

from decnet_emailgen.records import Pick
from decnet_emailgen.world.model import World
from decnet_emailgen.world.services import services
from tests.pick.worlds import day, office, person, picks_of, threads_of, world

SINCE, UNTIL = "2026-03-02", "2026-06-01"
PEOPLE = [
    person(0, "role: Managing Director, languages: [es, en]"),
    person(1, "role: Sales Manager, languages: [es]"),
    person(2, "role: System Administrator, languages: [en, es]"),
    person(3, "role: Software Developer, languages: [en, de]"),
    *(person(number, "languages: [es, en]") for number in range(4, 12)),
]
OUTSIDE = [
    "name: Carla Ruiz, email: carla@cliente.example, role: Purchasing Manager, "
    "organisation: Cliente, languages: [es]",
]


def firm(share: float) -> World:
    """A firm of twelve in which systems write that share of the inboxes."""
    return world(PEOPLE, outside=OUTSIDE, extra=f"settings: {{machine_mail: {share}}}\n")


@cache
def everything(share: float) -> tuple[Pick, ...]:
    """All mail of the spring."""
    return tuple(picks_of(threads_of(office(firm(share)), SINCE, UNTIL)))


def is_notice(pick: Pick) -> bool:
    """Whether a system wrote it; what Sieve answers for people on leave is another matter."""
    return pick.sender.client.startswith("system/") and pick.sender.client != "system/vacation"


def notices(share: float) -> list[Pick]:
    """What systems send in it."""
    return [pick for pick in everything(share) if is_notice(pick)]


@pytest.mark.parametrize("share", [0.2, 0.4, 0.5])
def test_systems_write_the_share_of_the_inboxes_that_the_file_asks_for(share: float) -> None:
    copies = Counter(
        pick.sender.client.startswith("system/")
        for pick in everything(share)
        for party in pick.recipients
        if not party.outside
    )
    assert share - 0.08 < copies[True] / copies.total() < share + 0.08


def test_no_system_writes_where_the_file_wants_none() -> None:
    assert notices(0) == []
    assert office(firm(0)).roster.systems == ()


def test_notices_are_new_mail_to_one_person_of_the_firm_whom_they_concern() -> None:
    departments = {p.email: p.department for p in firm(0.4).personas}
    by_kind = defaultdict(set)
    for pick in notices(0.4):
        assert (pick.kind, len(pick.recipients)) == ("new", 1)
        by_kind[pick.sender.client].add(departments[pick.to[0].email])
    assert by_kind["system/monitoring"] == by_kind["system/backup"] == {"it"}
    assert by_kind["system/build"] == {"engineering"}
    assert len(by_kind["system/helpdesk"]) >= 4


def test_a_notice_is_in_a_language_of_its_reader() -> None:
    tongues = {p.email: set(p.languages) for p in firm(0.4).personas}
    for pick in notices(0.4):
        assert pick.language in tongues[pick.to[0].email]


def test_a_nightly_job_reports_every_night_in_the_same_minutes() -> None:
    nights = [pick.when for pick in notices(0.5) if pick.sender.client == "system/backup"]
    assert len(nights) >= 85
    changed = "2026-03-29"  # the hour from two to three is left out
    usual = [when for when in nights if when.date().isoformat() != changed]
    minutes = [when.hour * 60 + when.minute for when in usual]
    assert max(minutes) - min(minutes) <= 1
    assert len({when.second for when in nights}) > 15
    assert len({when.date() for when in nights}) == len(nights)


def test_an_issue_of_a_newsletter_reaches_its_readers_at_once_and_each_once() -> None:
    issues = defaultdict(list)
    for pick in notices(0.5):
        if pick.sender.client == "system/newsletter":
            issues[pick.when.date()].append(pick)
    assert 3 <= len(issues) <= 14
    for sent in issues.values():
        readers = [pick.to[0].email for pick in sent]
        assert len(set(readers)) == len(readers)
        assert max(p.when for p in sent) - min(p.when for p in sent) < timedelta(minutes=3)
        assert all(pick.sender.outside for pick in sent)


def test_systems_that_follow_people_rest_when_nobody_works() -> None:
    office_hours = [
        pick.when
        for pick in notices(0.4)
        if pick.sender.client in ("system/files", "system/phone", "system/scanner")
    ]
    weekend = sum(when.weekday() >= 5 for when in office_hours) / len(office_hours)
    assert weekend < 0.06
    alerts = [p.when for p in notices(0.4) if p.sender.client == "system/monitoring"]
    assert sum(when.hour < 6 for when in alerts) > len(alerts) * 0.1


def test_notices_do_not_depend_on_how_time_is_cut() -> None:
    since, until = day("2026-04-06"), day("2026-04-10")
    whole = {pick.id for pick in notices(0.4) if since <= pick.when.timestamp() < until}
    at_work = office(firm(0.4))
    parts = set()
    now = since
    while now < until:
        for thread in at_work.threads(at_work.starts(now, now + 900, 1.0)):
            parts |= {pick.id for pick in thread.picks if is_notice(pick)}
        now += 900
    assert whole == parts
    assert len(whole) > 10


def test_a_person_with_a_systems_address_keeps_it() -> None:
    them = firm(0.4)
    (cast,) = them.casts()
    taken = next(s for s in services(cast.organisation, cast.personas, ()))
    helper = f"name: Help, email: {taken.email}, role: Support"
    again = world([*PEOPLE, helper], extra="settings: {machine_mail: 0.4}\n")
    (cast,) = again.casts()
    assert taken.email not in {
        s.email for s in services(cast.organisation, cast.personas, cast.correspondents)
    }


def test_tickets_are_numbered_as_they_are_opened() -> None:
    tickets = [
        (pick.when, int("".join(filter(str.isdigit, fact.value))))
        for pick in notices(0.5)
        if pick.beat.story == "notice-ticket"
        for fact in pick.beat.facts
        if fact.name == "ticket" and 7 <= pick.when.hour < 19
    ]
    tickets.sort()
    numbers = [number for _, number in tickets]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 0.9 * len(numbers)


def away(number: int, more: str = "") -> str:
    """A persona on leave for all of April."""
    leave = "away: [{from: 2026-04-01, until: 2026-04-30}]"
    return person(number, f"languages: [es, en], {leave}{more}")


def automatic() -> list[tuple[Pick, Pick]]:
    """What servers answered in April for people on leave, and what it answers."""
    staff = [*PEOPLE[:4], *(away(number) for number in range(4, 12))]
    them = world(staff, outside=OUTSIDE, extra="settings: {machine_mail: 0.4}\n")
    threads = threads_of(office(them), "2026-04-01", "2026-05-01", 3.0)
    return [
        (pick, next(q for q in thread.picks if q.message_id == pick.references[-1]))
        for thread in threads
        for pick in thread.picks
        if pick.sender.client == "system/vacation"
    ]


def test_the_server_of_somebody_on_leave_answers_colleagues_within_minutes() -> None:
    found = automatic()
    assert len(found) > 5
    for pick, parent in found:
        assert pick.sender.email in {party.email for party in parent.to}
        assert [party.email for party in pick.to] == [parent.sender.email]
        assert not parent.sender.outside
        assert timedelta(seconds=3) < pick.when - parent.when < timedelta(minutes=2)
        back = next(fact.value for fact in pick.beat.facts if fact.name == "back")
        assert back > pick.date[:10]
        assert "2026-04-20" < back < "2026-05-20" or back <= "2026-04-30"


def test_nobody_answers_by_themselves_where_systems_write_nothing() -> None:
    staff = [*PEOPLE[:4], *(away(number) for number in range(4, 12))]
    them = world(staff, outside=OUTSIDE)
    picks = picks_of(threads_of(office(them), "2026-04-01", "2026-05-01", 2.0))
    assert not [pick for pick in picks if pick.sender.client.startswith("system/")]
