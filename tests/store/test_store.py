"""The ledger: what is kept, in which state, and that nothing in it can be lost or doubled."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from decnet_emailgen.errors import StoreError
from decnet_emailgen.records import Delivery, Draft, Pick, Rejection
from decnet_emailgen.store import Run, Store
from decnet_emailgen.store.listing import Filter, match, threads
from decnet_emailgen.store.removal import forget, placed, removed
from decnet_emailgen.store.schema import migrations
from decnet_emailgen.store.store import Cursor
from decnet_emailgen.store.threads import (
    all_written,
    between,
    facts,
    find_thread,
    mails,
)
from tests.pick.worlds import office, small, threads_of

LATER = 2**40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "emailgen.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def planned(store: Store, run: str = "r") -> list[Pick]:
    """Keep a week of threads; answers their picks."""
    made = threads_of(office(small(), run=run), "2026-03-02", "2026-03-06")
    lot = [(t.picks, [(x.kind, x.name, x.about) for x in t.things]) for t in made]
    store.plan("seed", "", lot)
    return [pick for thread in made for pick in thread.picks]


def written(pick: Pick, text: str = "Some words here.") -> Draft:
    """A draft with little in it, and an eight-bit character."""
    return Draft(pick, f"About {pick.topic}", text, f"Subject: x\r\n\r\n{text} é\r\n", "test")


def write_all(store: Store) -> int:
    count = 0
    for thread in store.planned(LATER, commands=["seed"]):
        store.write([written(pick) for pick in thread])
        count += len(thread)
    return count


def delivered(mailbox: str = "a@x.test", state: str = "delivered", decky: str = "d") -> Delivery:
    return Delivery(decky, "maildir:m", mailbox, "INBOX", state, "place")  # type: ignore[arg-type]


def test_the_file_is_private_and_in_wal_mode(store: Store, path: Path) -> None:
    store.seed()
    for name in (path, path.with_name(path.name + "-wal")):
        assert stat.S_IMODE(name.stat().st_mode) == 0o600
    assert store.rows("PRAGMA journal_mode")[0]["journal_mode"] == "wal"


def test_the_seed_of_an_installation_is_made_once(path: Path) -> None:
    with Store.open(path) as first:
        made = first.seed()
    with Store.open(path) as second:
        assert second.seed() == made == second.seed("other")
    assert len(made) == 32


def test_a_wanted_seed_is_kept_in_a_new_store(store: Store) -> None:
    assert store.seed("7") == "7" == store.seed()


def test_planning_twice_doubles_nothing(store: Store) -> None:
    first = planned(store)
    assert planned(store) == first
    assert store.count("planned") == len(first)


def test_planned_threads_come_in_order_with_their_chains(store: Store) -> None:
    picks = {pick.id: pick for pick in planned(store)}
    seen = []
    for thread in store.planned(LATER, commands=["seed"]):
        assert len({pick.thread_id for pick in thread}) == 1
        for pick in thread:
            assert pick.references == picks[pick.id].references
            assert pick == replace(picks[pick.id], thread=pick.thread)
        seen += [pick.id for pick in thread]
    assert sorted(seen) == sorted(picks)


def test_only_what_is_due_of_the_asked_commands_is_planned(store: Store) -> None:
    picks = planned(store)
    noon = sorted(int(pick.when.timestamp()) for pick in picks)[len(picks) // 2]
    due = [p for thread in store.planned(noon, commands=["seed"]) for p in thread]
    assert {p.id for p in due} == {p.id for p in picks if p.when.timestamp() < noon}
    assert list(store.planned(LATER, commands=["pick"])) == []


def test_a_written_mail_is_kept_byte_for_byte_and_seen_by_the_next_in_its_thread(
    store: Store,
) -> None:
    planned(store)
    thread = max(store.planned(LATER, commands=["seed"]), key=len)
    draft = written(thread[0], "What was said.")
    store.write([draft])
    again = next(t for t in store.planned(LATER, commands=["seed"]) if t[0].id == thread[1].id)
    parent = again[0].thread[0]
    assert (parent.text, parent.subject) == ("What was said.", draft.subject)
    (kept,) = [m.draft for m in mails(store, thread[0].thread_id) if m.state == "written"]
    assert kept.message == draft.message


def test_what_answers_a_failed_mail_fails_and_the_others_go_on(store: Store) -> None:
    planned(store)
    thread = max(store.planned(LATER, commands=["seed"]), key=len)
    store.fail(thread[0].id, "refused", [Rejection("markdown", "a fence", "```")])
    again = list(store.planned(LATER, commands=["seed"]))
    assert thread[0].thread_id not in {pick.thread_id for t in again for pick in t}
    reasons = {m.reason for m in mails(store, thread[0].thread_id) if m.state == "failed"}
    assert reasons == {"refused", "the mail it answers was not written"}
    (rejection,) = mails(store, thread[0].thread_id)[0].draft.rejections
    assert (rejection.reason, rejection.text) == ("markdown", "```")


def test_a_run_is_retried_from_its_failures(store: Store) -> None:
    picks = planned(store, run="one")
    store.fail(picks[0].id, "refused")
    store.retry("other")
    assert store.count("failed") == 1
    store.retry("one")
    assert (store.count("failed"), store.count("planned")) == (0, len(picks))


def test_a_mail_is_delivered_when_no_copy_is_missing(store: Store) -> None:
    planned(store)
    count = write_all(store)
    first, second = next(store.undelivered())[:2]
    store.deliver(first.pick.id, [delivered(), delivered("b@x.test", "present")])
    store.deliver(second.pick.id, [delivered(), delivered("b@x.test", "failed")])
    assert store.count("delivered") == 1
    left = [draft.pick.id for lot in store.undelivered() for draft in lot]
    assert len(left) == count - 1
    assert second.pick.id in left
    store.deliver(second.pick.id, [delivered("b@x.test", "present")])
    assert store.count("delivered") == 2


def test_undelivered_mail_comes_by_time_each_once(store: Store) -> None:
    planned(store)
    count = write_all(store)
    dates = [draft.pick.when for lot in store.undelivered() for draft in lot]
    assert dates == sorted(dates)
    assert len(dates) == count > 100


def test_writing_again_does_not_undo_a_delivery(store: Store) -> None:
    planned(store)
    write_all(store)
    draft = next(store.undelivered())[0]
    store.deliver(draft.pick.id, [delivered()])
    store.write([written(draft.pick, "Other words.")])
    assert store.count("delivered") == 1
    found = store.message(draft.pick.id)
    assert found is not None
    assert found["text"] == "Some words here."


def test_an_error_inside_a_transaction_leaves_everything_as_it_was(store: Store) -> None:
    picks = planned(store)
    bad = replace(written(picks[0]), repairs=(object(),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        store.write([written(picks[1]), bad])
    assert store.count("written") == 0


def test_runs_and_cursors_are_remembered(store: Store) -> None:
    store.add_run(Run("1", "seed", "{}", "", "open", "then"))
    store.add_run(Run("1", "seed", "{}", "", "open", "again"))
    store.set_run("1", "complete")
    assert [(run.state, run.started) for run in store.runs("seed", "{}")] == [("complete", "then")]
    assert store.runs("seed", "[]") == []
    store.move_cursor(Cursor("", "", 5.0, 0.5))
    store.move_cursor(Cursor("", "", 9.0, 0.5))
    store.move_cursor(Cursor("", "x", 1.0, 1.5))
    assert store.cursors() == [Cursor("", "", 9.0, 0.5), Cursor("", "x", 1.0, 1.5)]


def test_pairs_match_in_both_directions_and_only_written_mail_counts(store: Store) -> None:
    picks = planned(store)
    pick = picks[0]
    one, other = pick.sender.email, pick.to[0].email
    assert between(store, one, other) == []
    store.write([written(pick)])
    assert [d.pick.id for thread in between(store, one, other) for d in thread] == [pick.id]
    assert between(store, one, other) == between(store, other, one)
    store.fail(pick.id, "taken back")
    assert between(store, one, other) == []


def test_search_finds_words_without_their_accents_and_takes_hostile_input(store: Store) -> None:
    picks = planned(store)
    store.write([written(picks[0], "El informe de la reunión está listo.")])
    found = threads(store, Filter(search="reunion inform"), limit=9)
    assert [line.id for line in found] == [picks[0].thread_id]
    for hostile in ('"', "a OR", "*", "NEAR(", "subject:x", "'; DROP TABLE messages; --", ""):
        list(threads(store, Filter(search=hostile), limit=9))
    assert match('say "x') == '"say" "x"*'


def test_a_list_of_threads_tells_sizes_states_and_people(store: Store) -> None:
    picks = planned(store)
    thread = [p for p in picks if p.thread_id == picks[0].thread_id]
    store.write([written(thread[0])])
    (line,) = [x for x in threads(store, Filter(), limit=999) if x.id == thread[0].thread_id]
    assert line.size == 1
    assert line.state == ("open" if len(thread) > 1 else "done")
    assert thread[0].sender.email in line.people
    assert facts(store, line.id) == thread[0].beat.facts


def test_a_thread_is_found_by_its_beginning_or_a_mail_of_it(store: Store) -> None:
    pick = planned(store)[0]
    for name in (pick.thread_id, pick.thread_id[:8], pick.id, pick.message_id):
        assert find_thread(store, name) == [pick.thread_id]
    assert find_thread(store, "nothing%") == []


def test_what_is_taken_out_is_purged_and_not_delivered_again(store: Store) -> None:
    planned(store)
    write_all(store)
    draft = next(store.undelivered())[0]
    store.deliver(draft.pick.id, [delivered(decky="one"), delivered(decky="two")])
    (lot,) = list(placed(store, decky="one"))
    removed(store, lot)
    assert (store.count("delivered"), store.count("purged")) == (1, 0)
    (lot,) = list(placed(store, thread=draft.pick.thread_id))
    removed(store, lot)
    assert (store.count("delivered"), store.count("purged")) == (0, 1)
    assert list(placed(store)) == []
    assert draft.pick.id not in [d.pick.id for one in store.undelivered() for d in one]


def test_a_forgotten_thread_leaves_no_row(store: Store) -> None:
    picks = planned(store)
    write_all(store)
    before = sum(len(lot) for lot in all_written(store))
    forget(store, picks[0].thread_id)
    assert find_thread(store, picks[0].thread_id) == []
    assert sum(len(lot) for lot in all_written(store)) < before
    assert store.rows("PRAGMA foreign_key_check") == []
    store.db.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_every_migration_applies_from_the_first_schema_on(path: Path) -> None:
    names = [migration.name for migration in migrations._migrations]
    for stop in names[1:]:
        old = path.with_name(f"{stop}.db")
        db = Database(sqlite3.connect(old))
        migrations.apply(db, stop_before=stop)
        db.close()
        Store.open(old).close()
    with Store.open(path) as store:
        assert [done.name for done in migrations.applied(store.db)] == names


def test_a_store_that_is_not_there_is_only_made_when_asked(path: Path) -> None:
    with pytest.raises(StoreError, match="no such store"):
        Store.open(path, create=False)
    assert not path.exists()
