"""One forced decision keeps every rule of the original worker, and mends what it got wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from decnet_emailgen.pick.decide import Known, Skip, Threads, decide
from decnet_emailgen.pick.keys import rng
from decnet_emailgen.pick.plan import Thread
from decnet_emailgen.pick.simulate import Office
from decnet_emailgen.records import Pick
from decnet_emailgen.world.load import read
from tests.pick.worlds import HEAD, mint, office, person, small, world

NOON = datetime(2026, 3, 3, 11, tzinfo=UTC)
LATER = NOON + timedelta(minutes=20)


def no_threads(one: str, other: str) -> list[list[Known]]:
    return []


def decided(
    at_work: Office,
    key: object,
    threads: Threads = no_threads,
    now: datetime = NOON,
    chance: float = 0.6,
) -> Pick:
    found = decide([at_work], threads, now, rng("test", key), chance)
    assert isinstance(found, Thread), found
    (pick,) = found.picks
    return pick


def written(pick: Pick, text: str = "Words.") -> Known:
    """A pick as the store gives it back once it has been written."""
    from decnet_emailgen.pick.plan import earlier

    return Known(pick, replace(earlier(pick), subject="About it", text=text))


def history(*picks: Pick) -> Threads:
    def threads(one: str, other: str) -> Sequence[Sequence[Known]]:
        pair = {one, other}
        return (
            [[written(pick) for pick in picks if {pick.sender.email, pick.to[0].email} == pair]]
            if any({p.sender.email, p.to[0].email} == pair for p in picks)
            else []
        )

    return threads


def test_a_decision_starts_a_thread_with_a_topic_when_the_pair_has_none() -> None:
    for key in range(60):
        pick = decided(office(small()), key)
        assert (pick.kind, pick.is_reply, pick.references) == ("new", False, ())
        assert pick.topic
        assert pick.description
        assert pick.sender.email not in {party.email for party in pick.recipients}


def test_a_decision_names_its_decky_with_id_and_services() -> None:
    host = decided(office(small()), 1).hosts[0]
    assert (host.id, host.name, host.services) == ("mail-01", "mail-01", ("imap", "pop3"))


def test_a_decision_is_dated_now_in_the_senders_zone() -> None:
    for key in range(30):
        pick = decided(office(small()), key)
        assert pick.when == NOON
        assert pick.date[-6:] in {"+01:00", "-05:00"}


def test_a_reply_has_the_parents_text_its_message_id_and_all_references() -> None:
    at_work = office(small())
    first = decided(at_work, 1)
    second = replace(
        first,
        id="second",
        message_id="<second@norsund.internal>",
        sender=replace(first.sender, email=first.to[0].email),
        to=(replace(first.to[0], email=first.sender.email),),
        kind="reply",
        thread=(written(first).mail,),
    )
    seen = 0
    for key in range(400):
        pick = decided(at_work, key, history(first, second), LATER)
        if not pick.is_reply:
            continue
        seen += 1
        assert pick.parent is not None
        assert pick.parent.text == "Words."
        assert pick.thread_id == first.thread_id
        if pick.parent.message_id == second.message_id:
            assert pick.references == (first.message_id, second.message_id)
    assert seen


def test_nobody_answers_their_own_mail_or_one_they_never_received() -> None:
    at_work = office(small())
    first = decided(at_work, 1)
    for key in range(400):
        pick = decided(at_work, key, history(first), LATER, chance=1.0)
        if pick.is_reply:
            assert pick.sender.email == first.to[0].email
            assert pick.to[0].email == first.sender.email


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.6, 1.0])
def test_a_pair_with_a_thread_goes_on_with_it_as_often_as_asked(chance: float) -> None:
    """Between two people who have one, a thread is continued with the given probability."""
    at_work = office(world([person(0), person(1)]))
    first = decided(at_work, 1)
    kinds = Counter(
        decided(at_work, key, history(first), LATER, chance=chance).is_reply for key in range(800)
    )
    assert kinds[True] / 800 == pytest.approx(chance, abs=0.05)


def test_a_pair_matches_in_both_directions() -> None:
    at_work = office(world([person(0), person(1)]))
    first = decided(at_work, 1)
    asked: list[tuple[str, str]] = []

    def threads(one: str, other: str) -> Sequence[Sequence[Known]]:
        asked.append((one, other))
        return history(first)(one, other)

    replies = [decided(at_work, key, threads, LATER, chance=1.0).is_reply for key in range(40)]
    assert len(set(asked)) == 2
    assert all(replies)


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ([person(0)], "fewer than two valid personas"),
        ([person(0), person(1, 'active_hours: "20:00-21:00"')], "fewer than two personas are in"),
        ([person(0, "languages: [de]"), person(1, "languages: [fr]")], "shares a language"),
    ],
)
def test_no_decision_gives_its_reason(people: list[str], reason: str) -> None:
    found = decide([office(world(people))], no_threads, NOON, rng(1))
    assert isinstance(found, Skip)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("clock", "works"),
    [("07:59", False), ("08:00", True), ("08:01", True), ("10:29", True), ("10:30", False)],
)
def test_hours_are_exact_to_the_minute_in_the_personas_zone_and_end_exclusive(
    clock: str, works: bool
) -> None:
    """09:00-11:30 in Madrid is 08:00-10:30 UTC in winter."""
    at_work = office(world([person(n, 'active_hours: "09:00-11:30"') for n in range(2)]))
    now = datetime.fromisoformat(f"2026-03-03T{clock}:00+00:00")
    assert isinstance(decide([at_work], no_threads, now, rng(1)), Thread if works else Skip)


def test_only_running_deckies_with_imap_or_pop3_decide() -> None:
    deckies = (
        "deckies:\n"
        "  - {name: web, services: [http]}\n"
        "  - {name: down, services: [imap], running: false}\n"
        "  - {name: post, services: [smtp, pop3]}\n"
    )
    them = world([person(0), person(1)], extra=deckies)
    (cast,) = them.casts()
    assert [decky.name for decky in cast.deckies] == ["post"]


def test_without_a_mail_host_there_is_no_decision() -> None:
    found = decide([], no_threads, NOON, rng(1))
    assert isinstance(found, Skip)
    assert "no running mail host" in found.reason


def test_the_deckys_default_language_fills_personas_without_one() -> None:
    text = HEAD + (
        "deckies:\n"
        "  - name: mail\n    services: [imap]\n    language_default: pt\n    personas:\n"
        f"      - {{{person(0)}}}\n      - {{{person(1)}}}\n"
    )
    (cast,) = read(text, source="x.yaml").world.casts()
    pick = decided(Office(cast, "s", mint), 1)
    assert pick.language == "pt"


def test_an_instant_and_a_key_determine_the_decision() -> None:
    at_work = office(small())
    assert decided(at_work, "k") == decided(office(small()), "k")
    assert len({decided(at_work, key).id for key in range(20)}) == 20


def test_colleagues_who_are_off_still_receive_mail() -> None:
    """A part-timer who works on Mondays only is written to on a Tuesday, and writes nothing."""
    people = [person(0), person(1), person(2, "workdays: [mon]")]
    picks = [decided(office(world(people)), key) for key in range(150)]
    assert "p2@norsund.internal" in {party.email for pick in picks for party in pick.to}
    assert "p2@norsund.internal" not in {pick.sender.email for pick in picks}


def test_at_most_two_mannerisms_travel_and_they_are_the_personas() -> None:
    habits = "mannerisms: [one, two, three, four]"
    at_work = office(world([person(n, habits) for n in range(2)]))
    sizes = Counter(len(decided(at_work, key).sender.mannerisms) for key in range(60))
    assert set(sizes) == {1, 2}


def test_nobody_answers_a_mail_in_the_second_it_was_written() -> None:
    at_work = office(world([person(0), person(1)]))
    first = decided(at_work, 1)
    for moment in (NOON, NOON + timedelta(seconds=60), NOON - timedelta(minutes=5)):
        for key in range(40):
            assert decided(at_work, key, history(first), moment, chance=1.0).kind == "new"
