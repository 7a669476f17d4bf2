"""What a run leaves behind: counts of its own, unfinished seeds, forgotten picks, warnings."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from decnet_emailgen.errors import ExitCode
from tests.cli.conftest import NOW, Shell
from tests.cli.test_errors import one_line

TWO_DAYS_LATER = "2026-11-22T16:00:00+01:00"


def states(shell: Shell) -> dict[str, int]:
    """How many mails are in each state."""
    db = sqlite3.connect(shell.folder / "emailgen.db")
    found = dict(db.execute("SELECT state, count(*) FROM messages GROUP BY state"))
    db.close()
    return found


def test_a_seed_counts_and_delivers_its_own_mail_only(shell: Shell) -> None:
    picks = shell("pick", "-n", "3", "--now", NOW, "--seed", "3").ok()
    shell("generate", stdin=picks.out).ok()
    assert "10 mails delivered" in shell.seed(10).err
    assert states(shell)["written"] == 3
    assert len(shell("deliver", "--pending").ok().lines) == 3


def test_a_mail_that_failed_is_not_counted_as_delivered(shell: Shell) -> None:
    blocked = shell.folder / "mailboxes"
    blocked.write_text("a file where a folder should be")
    done = shell("seed", "--count", "5", "--seed", "1", "--now", NOW)
    assert done.code != ExitCode.OK
    assert "5 mails delivered" not in done.err


def test_one_mail_is_no_mails(shell: Shell) -> None:
    assert "1 mail delivered as" in shell.seed(1).err
    thread = shell("threads", "ls", "--json").ok().lines[0]["id"]
    assert "1 mail exported to export" in shell("threads", "export", thread).ok().err


def test_hints_can_be_pasted_into_a_shell(shell: Shell) -> None:
    folder = shell.folder / "my decoy's"
    folder.mkdir()
    told = shell.seed(3, "--db", str(folder / "a.db"), "--to", f"maildir:{folder}").err
    assert "--db '" in told
    script = next(line for line in told.splitlines() if "threads ls" in line).partition(": ")[2]
    import shlex

    assert shell(*shlex.split(script)[1:]).code == 0
    assert "cd 'a b' &&" in shell("init", "a b").ok().err


def test_doctor_tells_of_an_unfinished_seed_and_how_to_finish_it(shell: Shell) -> None:
    """The command that it names finishes the seed; then nothing more is told."""
    import shlex

    blocked = shell.folder / "mailboxes"
    blocked.write_text("a file where a folder should be")
    span = ["--since", "2026-11-01", "--until", "2026-11-20T16:00:00+01:00"]
    shell("seed", "--count", "6", "--seed", "1", *span)
    (told,) = [line for line in shell("doctor").out.splitlines() if "unfinished" in line]
    assert told.startswith("warning")
    assert "6 mails missing" in told
    blocked.unlink()
    command = shlex.split(told.partition("finish it with: ")[2])
    assert "6 mails delivered" in shell(*command[1:]).ok().err
    assert "unfinished" not in shell("doctor").out


def test_a_seed_that_others_finish_is_complete(shell: Shell) -> None:
    blocked = shell.folder / "mailboxes"
    blocked.write_text("a file where a folder should be")
    shell("seed", "--count", "6", "--seed", "1", "--now", NOW)
    blocked.unlink()
    shell("deliver", "--pending").ok()
    assert "unfinished" not in shell("doctor").out
    shell("tick", "--now", NOW).ok()
    again = shell("seed", "--count", "6", "--seed", "1", "--now", NOW, "--resume").ok()
    assert "nothing to do" in again.err


@pytest.mark.parametrize("command", ["pick", "tick"])
def test_a_pick_that_nobody_wrote_is_forgotten_and_can_still_be_written(
    shell: Shell, command: str
) -> None:
    picks = shell("pick", "-n", "4", "--now", NOW, "--seed", "3").ok()
    shell("generate", stdin=picks.out.splitlines()[0]).ok()
    shell("pick", "--now", NOW, "--seed", "4").ok()
    assert states(shell) == {"planned": 4, "written": 1}
    shell(command, "--now", TWO_DAYS_LATER, "--seed", "5").ok()
    rows = shell("threads", "ls", "--json", "--limit", "999").ok().lines
    ids = {json.loads(line)["thread_id"] for line in picks.out.splitlines()[1:]}
    assert not ids & {row["id"] for row in rows}
    shell("generate", stdin=picks.out).ok()
    rows = shell("threads", "ls", "--json", "--limit", "999").ok().lines
    assert ids <= {row["id"] for row in rows}


def test_tick_says_what_is_odd_about_a_file_once_for_each_state_of_it(shell: Shell) -> None:
    path = shell.folder / "personas.yaml"
    text = path.read_text("utf-8").replace("email: margaret.halden@", "email: margaret halden@", 1)
    path.write_text(text, "utf-8")
    tick = ["tick", "--now", NOW, "--seed", "1"]
    assert "margaret halden" in shell(*tick).ok().err
    assert shell(*tick).ok().err == ""
    path.write_text(text + "\n# changed\n", "utf-8")
    assert "margaret halden" in shell(*tick).ok().err
    assert shell(*tick).ok().err == ""


def test_doctor_looks_at_every_target_and_at_the_store_of_a_broken_file(shell: Shell) -> None:
    done = shell("doctor", "--to", "ftp:x", "--to", "http:z", "--to", "gopher:y")
    assert done.code == ExitCode.FAILED
    for word in ("ftp:x", "http:z", "gopher:y"):
        assert any("PROBLEM" in line and word in line for line in done.out.splitlines())
    (shell.folder / "personas.yaml").write_text("organisation: 5\n")
    broken = shell("doctor").out
    assert "PROBLEM" in broken
    assert "store: emailgen.db" in broken


def test_check_counts_people_and_not_problems(shell: Shell) -> None:
    path = shell.folder / "personas.yaml"
    text = path.read_text("utf-8")
    bad = "role: Managing Director\n    active_hours: noon\n    reply_latency: never"
    path.write_text(text.replace("role: Managing Director", bad, 1), "utf-8")
    done = shell("personas", "check")
    assert done.err.count("dropped: ") > 1
    assert ", 1 left out" in done.err


NEW = ["personas", "new", "--domain", "x.internal", "--name", "X & Y: Söhne", "--seed", "5"]


@pytest.mark.parametrize("languages", ["en", "de", "es", "fr", "it", "nl", "pt", "de,en,fr"])
@pytest.mark.parametrize("people", [2, 9, 60])
def test_an_invented_cast_passes_the_check_without_a_word(
    empty_shell: Shell, languages: str, people: int
) -> None:
    made = empty_shell(*NEW, "--language", languages, "--people", str(people)).ok()
    assert made.err == ""
    (empty_shell.folder / "personas.yaml").write_text(made.out, "utf-8")
    done = empty_shell("personas", "check", "--json").ok()
    assert done.err.splitlines() == [done.err.strip()]
    rows = [row for row in done.lines if "department" in row]
    assert len(rows) == people
    emails = {row["email"] for row in rows}
    assert len(emails) == people
    assert all(row["manager"] in emails for row in rows[1:])
    assert {lang for row in rows for lang in row["languages"].split(", ")} <= set(
        languages.split(",")
    )


def test_an_invented_cast_is_the_same_for_the_same_seed_and_says_how_it_was_made(
    empty_shell: Shell,
) -> None:
    import shlex

    first = empty_shell(*NEW[:-2], "--people", "8").ok().out
    command = next(line for line in first.splitlines() if "made by: " in line)
    again = empty_shell(*shlex.split(command.partition("made by: ")[2])[1:]).ok().out
    assert again == first
    assert empty_shell(*NEW, "--people", "8").ok().out != first


def test_an_invented_cast_writes(empty_shell: Shell) -> None:
    made = empty_shell(*NEW, "--language", "es,en", "--country", "MX").ok().out
    (empty_shell.folder / "personas.yaml").write_text(made, "utf-8")
    assert "20 mails delivered" in empty_shell.seed(20).err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--language", "xx"], "xx"),
        (["--domain", "not a domain"], "not a domain"),
        (["--domain", "gmail.com"], "gmail.com"),
        (["--country", "Atlantis"], "ATLANTIS"),
        (["--people", "1"], "--people"),
    ],
)
def test_a_cast_that_cannot_be_is_one_line(
    empty_shell: Shell, options: list[str], words: str
) -> None:
    one_line(empty_shell(*NEW, *options), ExitCode.USAGE, words)


def test_export_holds_few_mails_in_memory(shell: Shell, tmp_path: Path) -> None:
    """Four times the mails take hardly more memory."""
    import subprocess
    import sys

    from tests.cli.conftest import environment

    peaks = []
    for count in (600, 2400):
        shell.seed(count, "--db", f"{count}.db", "--to", f"mbox:{count}.mbox")
        code = (
            "import resource, sys; from decnet_emailgen.cli.main import app\n"
            f"try: app(['threads', 'export', '--all', '--format', 'mbox', '--db', '{count}.db', "
            f"'-o', 'o{count}.mbox'])\n"
            "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=shell.folder,
            env=environment(shell.folder),
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]))
    assert peaks[1] < 1.25 * peaks[0]
