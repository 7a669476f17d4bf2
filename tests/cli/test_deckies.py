"""Several deckies: shared and own personas, mailboxes, one that is down and catches up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Shell

PEOPLE = """
organisation: {name: Norsund, domain: norsund.internal, timezone: Europe/Madrid}
personas:
  - {name: Ana Vidal, email: ana@norsund.internal, role: Accountant}
  - {name: Ben Shaw, email: ben@norsund.internal, role: Sales Manager}
  - {name: Eva Roth, email: eva@norsund.internal, role: System Administrator}
"""
SEED = ["seed", "--count", "40", "--seed", "1", "--now", NOW]


def names(folder: Path) -> set[str]:
    """Every mail's place under a folder."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name in ("cur", "new")
    }


def with_deckies(shell: Shell, deckies: str) -> None:
    (shell.folder / "personas.yaml").write_text(PEOPLE + "deckies:\n" + deckies, "utf-8")


def up_and_down(shell: Shell) -> Path:
    """Two deckies, one of which can't be delivered to until this obstacle is gone."""
    with_deckies(
        shell,
        "  - {name: up, services: [imap], deliver: 'maildir:up'}\n"
        "  - {name: down, services: [imap], deliver: 'maildir:down'}\n",
    )
    obstacle = shell.folder / "down"
    obstacle.write_text("no folder")
    return obstacle


def test_deckies_that_share_personas_hold_the_same_mail(empty_shell: Shell) -> None:
    with_deckies(
        empty_shell,
        "  - {name: one, services: [imap], deliver: 'maildir:one'}\n"
        "  - {name: two, services: [pop3], deliver: ['maildir:two', 'spool:spool']}\n"
        "  - {name: web, services: [http], deliver: 'maildir:web'}\n",
    )
    empty_shell(*SEED).ok()
    one, two = names(empty_shell.folder / "one"), names(empty_shell.folder / "two")
    assert one == two
    assert len(one) > 40
    assert len(list((empty_shell.folder / "spool").glob("*/*.eml"))) == 40
    assert not (empty_shell.folder / "web").exists()


def test_a_decky_holds_only_the_mailboxes_it_names(empty_shell: Shell) -> None:
    with_deckies(
        empty_shell,
        "  - {name: one, services: [imap], deliver: 'maildir:one', "
        "mailboxes: [ana@norsund.internal]}\n"
        "  - {name: two, services: [imap], deliver: 'maildir:two', "
        "mailboxes: [ben@norsund.internal, eva@norsund.internal]}\n",
    )
    empty_shell(*SEED).ok()
    boxes = {
        name: {path.name for path in (empty_shell.folder / name).iterdir()}
        for name in ("one", "two")
    }
    assert boxes == {
        "one": {"ana@norsund.internal"},
        "two": {"ben@norsund.internal", "eva@norsund.internal"},
    }


def test_a_decky_with_personas_of_its_own_has_a_world_of_its_own(empty_shell: Shell) -> None:
    with_deckies(
        empty_shell,
        "  - {name: one, services: [imap], deliver: 'maildir:one'}\n"
        "  - name: two\n    services: [imap]\n    deliver: maildir:two\n    personas:\n"
        "      - {name: Uwe Graf, email: uwe@norsund.internal, role: Clerk}\n"
        "      - {name: Ina Beck, email: ina@norsund.internal, role: Clerk}\n",
    )
    empty_shell(*SEED).ok()
    rows = empty_shell("threads", "ls", "--json", "--limit", "99").ok().lines
    assert sum(row["size"] for row in rows) == 40
    assert {tuple(row["deckies"]) for row in rows} == {("one",), ("two",)}
    two = {path.name for path in (empty_shell.folder / "two").iterdir()}
    assert two == {"uwe@norsund.internal", "ina@norsund.internal"}


@pytest.mark.parametrize("catch_up", [["tick", "--now", NOW], ["deliver", "--pending"]])
def test_a_decky_that_is_down_is_told_and_caught_up_later(
    empty_shell: Shell, catch_up: list[str]
) -> None:
    obstacle = up_and_down(empty_shell)
    done = empty_shell(*SEED)
    assert done.code == 1
    assert "maildir:down" in done.err
    assert len(names(empty_shell.folder / "up")) > 40
    obstacle.unlink()
    empty_shell(*catch_up).ok()
    assert names(obstacle) == names(empty_shell.folder / "up")


def test_a_purge_of_one_decky_leaves_the_others_and_foreign_mail(empty_shell: Shell) -> None:
    with_deckies(
        empty_shell,
        "  - {name: one, services: [imap], deliver: 'maildir:one'}\n"
        "  - {name: two, services: [imap], deliver: 'maildir:two'}\n",
    )
    empty_shell(*SEED).ok()
    foreign = empty_shell.folder / "two" / "ana@norsund.internal" / "cur" / "1.M1P1.other:2,S"
    foreign.write_text("Subject: not ours\n\nHello\n")
    before = names(empty_shell.folder / "one")
    assert "copies taken out" in empty_shell("purge", "--decky", "two").ok().err
    assert names(empty_shell.folder / "two") == {"ana@norsund.internal/cur/1.M1P1.other:2,S"}
    assert names(empty_shell.folder / "one") == before
    assert empty_shell("purge", "--decky", "two").ok().err.startswith("0 copies")
    empty_shell("deliver", "--pending").ok()
    assert len(names(empty_shell.folder / "two")) == 1


def test_a_run_and_a_time_can_be_purged_and_a_thread_removed(empty_shell: Shell) -> None:
    with_deckies(empty_shell, "  - {name: one, services: [imap], deliver: 'maildir:one'}\n")
    run = empty_shell(*SEED).ok().err.rpartition("--run ")[2].strip()
    folder = empty_shell.folder / "one"
    first = empty_shell("threads", "ls", "--json").ok().lines[0]["id"]
    whole = names(folder)
    empty_shell("threads", "rm", first).ok()
    less = names(folder)
    assert less < whole
    assert empty_shell("threads", "show", first).code == 2
    empty_shell("purge", "--before", "2026-11-05").ok()
    assert names(folder) < less
    empty_shell("purge", "--run", run).ok()
    assert names(folder) == set()
    assert empty_shell("purge").code == 2


@pytest.mark.parametrize("kind", ["eml", "mbox", "maildir", "json"])
def test_the_corpus_is_exported_whole(seeded: Shell, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    done = seeded("threads", "export", "--all", "--format", kind, "-o", str(out)).ok()
    if kind == "eml":
        assert len(list(out.rglob("*.eml"))) == 60
    elif kind == "mbox":
        assert len(re.findall(rb"^From \S+", out.read_bytes(), re.MULTILINE)) == 60
    elif kind == "maildir":
        assert len(names(out)) > 60
    else:
        assert len(done.lines) == 60


def test_one_thread_is_exported(seeded: Shell, tmp_path: Path) -> None:
    rows = seeded("threads", "ls", "--json", "--limit", "99").ok().lines
    longest = max(rows, key=lambda row: row["size"])
    out = tmp_path / "out"
    seeded("threads", "export", longest["id"], "-o", str(out)).ok()
    assert len(list(out.rglob("*.eml"))) == longest["size"]
    assert seeded("threads", "export").code == 2


@pytest.mark.parametrize(
    ("purge", "caught_up"),
    [(["--decky", "up"], True), (["--before", NOW], False)],
    ids=["the decky", "the time"],
)
def test_a_purge_leaves_what_another_decky_waits_for_unless_it_means_that_too(
    empty_shell: Shell, purge: list[str], caught_up: bool
) -> None:
    obstacle = up_and_down(empty_shell)
    assert empty_shell(*SEED).code == 1
    everything = names(empty_shell.folder / "up")
    empty_shell("purge", *purge).ok()
    obstacle.unlink()
    empty_shell("deliver", "--pending").ok()
    assert names(empty_shell.folder / "up") == set()
    assert names(obstacle) == (everything if caught_up else set())


def test_a_seed_that_no_one_can_fill_leaves_no_run_behind(empty_shell: Shell) -> None:
    """Two people at least; with a second one the same command goes through."""
    alone = PEOPLE[: PEOPLE.index("  - {name: Ben")]
    (empty_shell.folder / "personas.yaml").write_text(alone, "utf-8")
    for _ in range(2):
        done = empty_shell(*SEED)
        assert done.code == 78
        assert "mail needs two people at least" in done.err.splitlines()[-1]
    (empty_shell.folder / "personas.yaml").write_text(PEOPLE, "utf-8")
    empty_shell(*SEED).ok()
