"""Lists and figures: columns kept by triggers and migrations say what the mails say."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from decnet_emailgen.records import Pick, Rejection
from decnet_emailgen.store import Store, leftovers
from decnet_emailgen.store.figures import Figures, Spread, figures, plain
from decnet_emailgen.store.listing import Filter, addresses, count, threads
from decnet_emailgen.store.removal import placed, removed
from decnet_emailgen.store.rows import to_json
from decnet_emailgen.store.schema import migrations
from tests.store.test_store import delivered, planned, write_all, written


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "emailgen.db") as opened:
        yield opened


def kept(store: Store) -> tuple[list[Any], list[Any], list[Any]]:
    """The columns that are kept beside the mails."""
    return (
        store.rows("SELECT id, size, last FROM threads ORDER BY id"),
        store.rows("SELECT id, shift, waited, length FROM messages ORDER BY id"),
        store.rows("SELECT * FROM members ORDER BY email, thread_id"),
    )


def counted(store: Store) -> list[Any]:
    """What size and last of every thread must be, from the mails alone."""
    return store.rows(
        "SELECT t.id, (SELECT count(*) FROM messages m WHERE m.thread_id = t.id AND state IN "
        "('written', 'delivered')) AS size, coalesce((SELECT max(sent) FROM messages m WHERE "
        "m.thread_id = t.id AND state IN ('written', 'delivered', 'purged')), started) AS last "
        "FROM threads t ORDER BY t.id"
    )


def lived(store: Store) -> list[Pick]:
    """A store in which everything has happened: written, delivered, failed, purged mail."""
    picks = planned(store)
    write_all(store)
    drafts = [draft for lot in store.undelivered() for draft in lot]
    for draft in drafts[::2]:
        store.deliver(draft.pick.id, [delivered()])
    for draft in drafts[1::20]:
        store.fail(draft.pick.id, "taken back", [Rejection("markdown", "a fence", "x")])
    (lot,) = placed(store, thread=drafts[0].pick.thread_id)
    removed(store, lot)
    return picks


def test_a_threads_size_and_last_mail_are_those_of_its_mails(store: Store) -> None:
    lived(store)
    assert kept(store)[0] == counted(store)
    assert {row["size"] for row in kept(store)[0]} > {0, 1, 2}


def test_a_store_of_the_first_schema_gets_the_same_columns(store: Store, tmp_path: Path) -> None:
    """What the migration works out from old rows is what new rows are written with."""
    lived(store)
    old = tmp_path / "old.db"
    db = Database(sqlite3.connect(old))
    migrations.apply(db, stop_before="0002_figures")
    db.execute("ATTACH ? AS new", [str(store.path)])
    for table in ("threads", "messages", "recipients", "rejections", "deliveries", "settings"):
        names = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
        db.execute(f"INSERT INTO main.{table} SELECT {names} FROM new.{table}")  # noqa: S608 (names of tables)
    db.conn.commit()
    db.close()
    with Store.open(old, read_only=True) as opened:
        assert kept(opened) == kept(store)
        opened.db.execute("SELECT count(*) FROM words WHERE words MATCH 'some'")
        assert opened.rows("PRAGMA integrity_check")[0]["integrity_check"] == "ok"


def test_figures_are_those_of_the_mails(store: Store) -> None:
    picks = {pick.id: pick for pick in lived(store)}
    state = {row["id"]: row["state"] for row in store.rows("SELECT id, state FROM messages")}
    there = [p for p in picks.values() if state[p.id] in ("written", "delivered")]
    found = figures(store, pairs=3)
    assert found.mails == len(there) > 50
    assert found.days == dict(sorted(Counter(p.when.date() for p in there).items()))
    hours = Counter((p.when.weekday(), p.when.hour) for p in there)
    assert all(found.hours[day][hour] == hours[day, hour] for day in range(7) for hour in range(24))
    waits = Counter(
        int((p.when - datetime.fromisoformat(p.parent.date)).total_seconds()) // 60
        for p in there
        if p.kind == "reply" and p.parent
    )
    assert found.replies.counts == waits
    sizes = Counter(Counter(p.thread_id for p in there).values())
    assert found.sizes.counts == sizes
    pairs = Counter((p.sender.email, r.email) for p in there for r in p.recipients)
    assert [n for *_, n in found.pairs] == [n for _, n in pairs.most_common(3)]
    assert all(pairs[one, other] == n for one, other, n in found.pairs)
    assert found.languages == dict(Counter(p.language for p in there).most_common())
    assert found.writers == {"test": len(there)}
    assert found.rejections == {"markdown": len([s for s in state.values() if s == "failed"])}
    assert found.lengths.counts == {3: len(there)}
    assert to_json(plain(found))


def test_figures_of_an_empty_store(store: Store) -> None:
    found = figures(store)
    assert isinstance(found, Figures)
    assert (found.mails, found.pairs, found.replies.quantile(0.5)) == (0, (), 0)


def test_quantiles_are_values_that_occur() -> None:
    spread = Spread({1: 5, 2: 3, 40: 2})
    assert [spread.quantile(share) for share in (0, 0.5, 0.51, 0.8, 0.81, 1)] == [
        1,
        1,
        2,
        2,
        40,
        40,
    ]
    assert (spread.total, spread.between(2, 40), spread.between(2, 41)) == (10, 3, 5)


def test_a_list_counts_what_it_lists_under_every_filter(store: Store) -> None:
    picks = lived(store)
    everything = list(threads(store, Filter(), limit=9999))
    middle = everything[len(everything) // 2].last
    for wanted in (
        Filter(),
        Filter(persona=picks[0].sender.email),
        Filter(decky=picks[0].hosts[0].name),
        Filter(decky="nowhere"),
        Filter(since=middle),
        Filter(before=middle),
        Filter(failed_only=True),
        Filter(open_only=True),
        Filter(search="some words"),
        Filter(search="some words", persona=picks[0].sender.email, since=middle),
        Filter(search="nothing of it"),
    ):
        listed = list(threads(store, wanted, limit=9999))
        assert count(store, wanted) == len(listed)
        assert {line.id for line in listed} <= {line.id for line in everything}
    assert count(store, Filter(search="some words")) > count(store, Filter(search="nothing of it"))


def test_what_occurs_often_is_listed_alike(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Walking along the threads finds what looking them up finds."""
    email = lived(store)[0].sender.email
    wanted = Filter(search="some", persona=email)
    looked_up = list(threads(store, wanted, limit=9999))
    monkeypatch.setattr("decnet_emailgen.store.listing.OFTEN", 0)
    assert list(threads(store, wanted, limit=9999)) == looked_up
    assert count(store, wanted) == len(looked_up) > 0


def test_a_big_list_is_found_by_an_index(store: Store) -> None:
    """No filterless list sorts, and no search by state reads the mails."""
    plan = store.rows("EXPLAIN QUERY PLAN SELECT id FROM threads ORDER BY last DESC, id LIMIT 50")
    assert [row["detail"] for row in plan] == ["SCAN threads USING COVERING INDEX threads_by_last"]
    plan = store.rows(
        "EXPLAIN QUERY PLAN SELECT (sent + shift) / 3600 AS hour, count(*) FROM messages WHERE "
        "state IN ('written', 'delivered') GROUP BY hour"
    )
    assert "COVERING INDEX messages_by_state" in plan[0]["detail"]


def test_addresses_are_found_by_any_part_in_any_case(store: Store) -> None:
    email = planned(store)[0].sender.email
    assert email in addresses(store, email.upper())
    assert addresses(store, "%") == []


def test_a_forgotten_pick_leaves_the_rest_of_its_thread(store: Store) -> None:
    picks = planned(store)
    store.db.execute("UPDATE messages SET command = 'pick' WHERE id = ?", [picks[0].id])
    when = datetime.fromtimestamp(picks[0].when.timestamp() + leftovers.KEPT + 1, UTC)
    assert leftovers.forget_picks(store, when) == 1
    assert leftovers.forget_picks(store, when) == 0
    assert store.message(picks[0].id) is None
    assert store.rows("PRAGMA foreign_key_check") == []
    again = written(picks[1])
    store.write([again])
    assert kept(store)[0] == counted(store)
