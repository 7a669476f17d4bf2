"""Whatever a user can get wrong ends as one clear line and the right exit code; nothing is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from decnet_emailgen.errors import (
    EmailgenError,
    ExitCode,
    InputError,
    PersonasError,
    SettingError,
    StoreError,
    TargetError,
    TemporaryError,
    UsageError,
    WriterError,
)
from tests.cli.conftest import NOW, Done, Shell
from tests.servers.require import require_root


def one_line(done: Done, code: ExitCode, *words: str) -> None:
    """One line on stderr with these words, nothing on stdout, and that exit code."""
    assert done.code == code, (done.code, done.err)
    (line,) = done.err.splitlines()
    assert line.startswith("emailgen: ")
    for word in words:
        assert word in line
    assert done.out == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EmailgenError, 1),
        (UsageError, 2),
        (InputError, 65),
        (TemporaryError, 75),
        (WriterError, 75),
        (TargetError, 75),
        (SettingError, 78),
        (PersonasError, 78),
        (StoreError, 78),
    ],
)
def test_each_error_has_its_documented_exit_code(error: type[EmailgenError], code: int) -> None:
    assert error("x").exit_code == code


def test_exit_codes_are_those_of_the_documents() -> None:
    found = {code.name: code.value for code in ExitCode}
    assert found == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "DATA": 65,
        "TEMPORARY": 75,
        "CONFIG": 78,
        "INTERRUPTED": 130,
    }


def test_no_personas_file(empty_shell: Shell) -> None:
    done = empty_shell("seed", "--count", "5")
    one_line(done, ExitCode.CONFIG, "personas.yaml", "emailgen init")


def test_a_personas_file_with_mistakes_tells_them_all(shell: Shell) -> None:
    (shell.folder / "personas.yaml").write_text(
        "organisation: {name: X, domain: not a domain, timezone: Mars/Base}\n"
        "personas: []\nsettings: {reply_probability: 3}\n"
    )
    done = shell("personas", "check")
    assert done.code == ExitCode.CONFIG
    for word in ("domain", "Mars/Base", "reply_probability", "personas.yaml:1"):
        assert word in done.err


def test_an_invalid_persona_is_left_out_and_the_run_goes_on(shell: Shell) -> None:
    path = shell.folder / "personas.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("email: margaret.halden@", "email: margaret halden@"), "utf-8")
    done = shell("seed", "--count", "5", "--seed", "1", "--now", NOW)
    assert done.code == 0
    assert "margaret halden" in done.err
    strict = shell("seed", "--count", "5", "--strict", "--db", "other.db")
    assert strict.code == ExitCode.CONFIG


def test_empty_standard_input_is_nothing_to_do(shell: Shell) -> None:
    for command in ("generate", "deliver"):
        done = shell(command, stdin="")
        assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"record": "pick", "ver', "line 1"),
        ("[1, 2]", "not a pick record"),
        ('{"record": "draft", "version": 1}', "a draft record"),
        ('{"record": "pick", "version": 99}', "upgrade"),
        ('{"record": "pick", "version": 1}', "damaged"),
        ('{"hello": 1}', "no record of emailgen"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_go_on(
    shell: Shell, line: str, words: str
) -> None:
    good = shell("pick", "--now", NOW, "--seed", "3").ok().out
    done = shell("generate", stdin=f"{line}\n{good}")
    assert done.code == ExitCode.DATA
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert len(done.lines) == 1


def test_bytes_that_are_no_text_are_told(shell: Shell) -> None:
    one_line(shell("generate", stdin=b"\xff\xfe{}\n"), ExitCode.DATA, "line 1", "UTF-8")


def test_a_terminal_on_standard_input_means_that_help_is_needed(shell: Shell) -> None:
    import pty
    import sys

    from tests.cli.conftest import environment

    parent, child = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "decnet_emailgen", "generate"],
        stdin=child,
        cwd=shell.folder,
        env=environment(shell.folder),
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(parent)
    os.close(child)
    assert done.returncode == ExitCode.USAGE
    assert "pipe Pick records in" in done.stderr


def test_a_pick_whose_decky_is_gone(shell: Shell) -> None:
    pick = shell("pick", "--now", NOW, "--seed", "3").ok().out
    draft = shell("generate", stdin=pick).ok().out.replace('"name":"mail-01"', '"name":"gone-07"')
    done = shell("deliver", stdin=draft)
    assert done.code == ExitCode.FAILED
    assert "gone-07" in done.err
    assert done.lines[0]["deliveries"][0]["state"] == "failed"
    assert len(done.err.splitlines()) == 1


def test_nothing_to_pick_is_no_error(shell: Shell) -> None:
    (shell.folder / "personas.yaml").write_text(
        "organisation: {name: X, domain: x.internal}\n"
        "personas:\n  - {name: A B, email: a@x.internal, role: Clerk}\n"
    )
    done = shell("pick", "--now", NOW)
    assert (done.code, done.out) == (0, "")
    assert "fewer than two valid personas" in done.err


def test_a_store_of_a_newer_schema(shell: Shell) -> None:
    shell.seed(3)
    with sqlite3.connect(shell.folder / "emailgen.db") as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('emailgen', '9999_future', '2030-01-01')"
        )
    db.close()
    one_line(shell("threads", "ls"), ExitCode.CONFIG, "newer emailgen", "9999_future")


def test_a_store_that_is_no_database(shell: Shell) -> None:
    (shell.folder / "emailgen.db").write_text("what is this? " * 99)
    one_line(shell("threads", "ls"), ExitCode.CONFIG, "not an emailgen store")


def test_a_store_that_is_a_folder_or_has_none(shell: Shell) -> None:
    (shell.folder / "dir").mkdir()
    one_line(shell("pick", "--db", "dir"), ExitCode.CONFIG, "dir", "--db")
    one_line(shell("pick", "--db", "no/such/place.db"), ExitCode.CONFIG, "--db")


def test_a_store_that_is_not_there_is_not_made_by_looking(shell: Shell) -> None:
    one_line(shell("threads", "ls"), ExitCode.CONFIG, "no such store")
    assert not (shell.folder / "emailgen.db").exists()


@contextmanager
def small_disk(folder: Path, size: str, *, read_only: bool = False) -> Iterator[Path]:
    """A tmpfs of that size at a folder."""
    require_root("mounting a small disk")
    folder.mkdir(exist_ok=True)
    options = f"size={size},mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_store(shell: Shell, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        shell("pick", "--now", NOW, "--db", str(disk / "a.db")).ok()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = shell("pick", "--now", NOW, "--db", str(disk / "a.db"))
        assert done.code == ExitCode.CONFIG
        assert "a.db" in done.err
        assert len(done.err.splitlines()) == 1


def test_a_full_disk_at_the_target_loses_nothing(shell: Shell, tmp_path: Path) -> None:
    """What doesn't fit is reported and kept; with room again, --pending brings it."""
    with small_disk(tmp_path / "disk", "160k") as disk:
        arguments = ["seed", "--count", "80", "--seed", "1", "--now", NOW]
        done = shell(*arguments, "--to", f"maildir:{disk}/boxes")
        assert done.code in (ExitCode.FAILED, ExitCode.TEMPORARY)
        assert "No space left" in done.err
        partial = [path for path in disk.rglob("*") if path.is_file() and path.stat().st_size == 0]
        assert not [path for path in partial if path.parent.name in ("cur", "new")]
        subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
        shell("deliver", "--pending", "--to", f"maildir:{disk}/boxes").ok()
        rows = shell("threads", "ls", "--json", "--limit", "999").ok().lines
        assert sum(row["states"].get("delivered", 0) for row in rows) == 80


def test_a_full_disk_at_the_store(shell: Shell, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "300k") as disk:
        db = str(disk / "a.db")
        done = shell("seed", "--count", "3000", "--seed", "1", "--now", NOW, "--db", db)
        assert done.code == ExitCode.TEMPORARY
        assert "full" in done.err
        assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["seed", "--count", "5", "--to", "ftp:x"], "spool:"),
        (["seed", "--count", "5", "--to", "imap://user:secret@127.0.0.1"], "password"),
        (["seed", "--count", "5", "--writer", "nobody"], "nobody"),
    ],
)
def test_a_wrong_setting(shell: Shell, arguments: list[str], words: str) -> None:
    done = shell(*arguments)
    one_line(done, ExitCode.CONFIG, words)
    assert "secret" not in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["seed", "--count", "5", "--days", "3", "--since", "2026-01-01"], "--since"),
        (["seed", "--count", "5", "--until", "2098-01-01"], "future"),
        (["seed", "--count", "5", "--since", "2026-02-01", "--until", "2026-01-01"], "before"),
        (["pick", "--now", "yesterday"], "--now"),
        (["generate", "--on-reject", "cry"], "--on-reject"),
        (["threads", "show", "beef"], "no thread"),
    ],
)
def test_a_wrong_command_line(seeded: Shell, arguments: list[str], words: str) -> None:
    one_line(seeded(*arguments), ExitCode.USAGE, words)


def test_unknown_options_and_missing_ones_are_usage_errors(shell: Shell) -> None:
    assert shell("seed").code == ExitCode.USAGE
    assert shell("seed", "--count", "0").code == ExitCode.USAGE
    assert shell("nonsense").code == ExitCode.USAGE


def test_a_named_model_server_that_is_away_is_no_silent_fallback(shell: Shell) -> None:
    environment = {"OLLAMA_HOST": "127.0.0.1:9"}
    done = shell("seed", "--count", "5", "--seed", "1", "--now", NOW, env=environment)
    one_line(done, ExitCode.TEMPORARY, "127.0.0.1:9")
    shell("seed", "--count", "5", "--seed", "1", "--now", NOW, "--resume").ok()


def test_hostile_text_reaches_no_terminal(shell: Shell) -> None:
    """An escape sequence in a pick is stripped wherever it is shown."""
    pick = shell("pick", "--now", NOW, "--seed", "3").ok().lines[0]
    pick["hosts"][0]["name"] = "evil\x1b]0;owned\x07\u202e"
    draft = shell("generate", stdin=json.dumps(pick)).ok().out
    done = shell("deliver", stdin=draft)
    assert done.code == ExitCode.FAILED
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err


def test_personas_schema_and_import_print_data(shell: Shell) -> None:
    assert json.loads(shell("personas", "schema").ok().out)["type"] == "object"
    people = [
        {"name": f"Ana {n}", "email": f"a{n}@corp.internal", "role": "Clerk", "tone": "direct"}
        for n in "xyz"
    ]
    text = shell("personas", "import", "-", stdin=json.dumps(people)).ok().out
    (shell.folder / "made.yaml").write_text(text)
    shell("personas", "check", "-p", "made.yaml").ok()
    bad = shell("personas", "import", "-", stdin="{}")
    assert bad.code == ExitCode.CONFIG


def test_init_changes_nothing_that_is_there(shell: Shell) -> None:
    before = (shell.folder / "personas.yaml").read_text("utf-8")
    one_line(shell("init"), ExitCode.USAGE, "exists already")
    assert (shell.folder / "personas.yaml").read_text("utf-8") == before


def test_doctor_is_well_with_the_example_and_names_what_is_not(shell: Shell) -> None:
    well = shell("doctor").ok()
    assert "PROBLEM" not in well.out
    ill = shell("doctor", "--to", "docker://no-such-container", "--writer", "nobody")
    assert ill.code == ExitCode.FAILED
    assert ill.out.count("PROBLEM") >= 2


def test_output_is_utf_8_whatever_the_locale_says(shell: Shell) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = shell("personas", "check", env=ascii_only).ok()
    assert "Núria" in done.out


def test_nobody_writes_and_nobody_hangs(shell: Shell) -> None:
    (shell.folder / "personas.yaml").write_text(
        "organisation: {name: X, domain: x.internal}\npersonas:\n"
        "  - {name: A B, email: a@x.internal, role: Clerk, mails_per_day: 0}\n"
        "  - {name: C D, email: c@x.internal, role: Clerk, mails_per_day: 0}\n"
    )
    done = shell("seed", "--count", "5", "--now", NOW)
    assert done.code == ExitCode.CONFIG
    assert "mails_per_day" in done.err


def test_people_without_a_common_language_are_said_to_be_the_reason(shell: Shell) -> None:
    (shell.folder / "personas.yaml").write_text(
        "organisation: {name: X, domain: x.internal}\npersonas:\n"
        "  - {name: A B, email: a@x.internal, role: Clerk, languages: [de]}\n"
        "  - {name: C D, email: c@x.internal, role: Clerk, languages: [fr]}\n"
    )
    done = shell("seed", "--count", "5", "--now", NOW)
    assert done.code == ExitCode.USAGE
    assert "share a language" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["purge", "--run", "bogus"], ExitCode.USAGE, "no run bogus"),
        (["purge", "--decky", "nosuch"], ExitCode.USAGE, "nosuch"),
        (["pick", "--now", "0001-01-01"], ExitCode.USAGE, "1995"),
        (["seed", "--count", "2", "--model", "no:8b"], ExitCode.CONFIG, "no model server"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    seeded: Shell, arguments: list[str], code: ExitCode, words: str
) -> None:
    one_line(seeded(*arguments), code, words)


def test_a_dead_model_server_is_a_problem_for_doctor(shell: Shell) -> None:
    dead = ["--writer", "ollama", "--model", "x", "--url", "http://127.0.0.1:1"]
    done = shell("doctor", *dead)
    assert done.code == ExitCode.FAILED
    assert "PROBLEM  writer" in done.out


def test_a_target_that_serves_none_of_the_mailboxes_is_a_failure(shell: Shell) -> None:
    done = shell("seed", "--count", "2", "--now", NOW, "--to", "imap://user@127.0.0.1:9")
    assert done.code == ExitCode.FAILED
    assert "mailbox" in done.err
