"""Looking at the corpus: lists, threads, trees, figures; nothing hostile reaches a terminal."""

from __future__ import annotations

import itertools
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from decnet_emailgen.cli.console import MOST, clipped, counted, harmless, one_line
from decnet_emailgen.errors import ExitCode
from tests.cli.conftest import NOW, Done, Shell, environment
from tests.cli.test_errors import one_line as is_one_line
from tests.cli.test_errors import small_disk

EVIL = (
    "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\u200e\u061c\x00\x08\x7f"
    "\u200b\u2060\ufeff\U000e0041\ud800 a\u0301\u0301\u0301\u0301\u0301\u0301\u0301 x\r y"
)
HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)


def rows(shell: Shell, *options: str) -> list[dict[str, Any]]:
    return shell("threads", "ls", "--json", "--limit", "9999", *options).ok().lines


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A store that took in hostile mail through the pipe."""
    folder = tmp_path_factory.mktemp("evil")
    example = Path(__file__).parent.parent.parent / "personas.example.yaml"
    (folder / "personas.yaml").write_text(example.read_text("utf-8"), "utf-8")
    shell = Shell(folder)
    pick = shell("pick", "--now", NOW, "--seed", "3").ok().out
    draft = shell("generate", stdin=pick).ok().lines[0]
    clean = EVIL.replace("\ud800", "")
    chosen = draft["pick"]
    chosen["id"], chosen["thread_id"], chosen["message_id"] = "e" * 16, "e" * 16, "<e@x.internal>"
    chosen["topic"] = f"topic{clean}"
    chosen["sender"]["name"] = f"name{clean}"
    chosen["sender"]["email"] = f"evil{clean}@x.internal"
    chosen["beat"]["facts"] = [{"name": f"f{clean}", "kind": "text", "value": clean}]
    chosen["hosts"][0]["name"] = f"host{clean}"
    draft["subject"] = f"subject{clean}"
    draft["text"] = f"text {clean}"
    draft["writer"] = f"writer{clean}"
    body = f"<script>alert(1)</script>{clean}" + "ooo" * 200_000 + "\n> quoted\x1b[0m\n"
    draft["message"] = (
        f"From: {clean}\r\nSubject: subject{clean}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: text/plain; charset="no-such\x1b"\r\nContent-Transfer-Encoding: 8bit\r\n'
        f"\r\n{body}"
    )
    draft["rejections"] = [{"reason": f"r{clean}", "detail": clean, "text": clean}]
    assert shell("deliver", stdin=json.dumps(draft)).code == ExitCode.FAILED
    return shell


SHOWN = (
    ["threads", "ls"],
    ["threads", "ls", "--json"],
    ["threads", "show", "e" * 16],
    ["threads", "show", "e" * 16, "--quotes", "--rejections", "--receipts"],
    ["threads", "show", "e" * 16, "--raw"],
    ["threads", "show", "e" * 16, "--json"],
    ["threads", "tree", "e" * 16],
    ["threads", "tree"],
    ["stats"],
    ["stats", "--json"],
    ["doctor"],
)


@pytest.mark.parametrize("command", SHOWN, ids=" ".join)
def test_hostile_mail_is_shown_on_a_terminal_as_harmless_text(
    evil: Shell, command: list[str]
) -> None:
    """Whatever a command prints to a terminal holds rich's colours and nothing else that acts."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "decnet_emailgen", *command],
        cwd=evil.folder,
        env=environment(evil.folder, {"NO_COLOR": "1", "TERM": "dumb"}),
        stdin=subprocess.DEVNULL,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    seen = b""
    while True:
        try:
            block = os.read(parent, 65536)
        except OSError:
            break
        if not block:
            break
        seen += block
    os.close(parent)
    assert process.wait() in (0, 1)
    text = seen.decode("utf-8").replace("\r\n", "\n")
    assert text.strip()
    assert "Traceback" not in text
    assert HOSTILE.findall(text) == []


@pytest.mark.parametrize("command", SHOWN[2:3] + SHOWN[6:9], ids=" ".join)
def test_hostile_mail_is_shown_in_a_pipe_as_harmless_text(evil: Shell, command: list[str]) -> None:
    done = evil(*command).ok()
    assert HOSTILE.findall(done.out + done.err) == []


def test_a_long_body_is_cut_and_said_to_be(evil: Shell) -> None:
    shown = evil("threads", "show", "e" * 16).ok().out
    assert "more characters; --raw" in shown
    assert len(shown) < 2 * MOST
    assert "<script>alert(1)</script>" in shown
    assert len(evil("threads", "show", "e" * 16, "--raw").ok().raw) > 600_000


def test_an_error_that_quotes_hostile_text_is_one_harmless_line(evil: Shell) -> None:
    """Line feeds in what a user or a file says don't make a second line."""
    done = evil("threads", "show", "no\n\x1b[2Jsuch\u202e")
    is_one_line(done, ExitCode.USAGE, "no thread")
    assert HOSTILE.findall(done.err) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("a\x9b31mb\x85c", "a31mb\nc"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("a\u200b\u200b\u2060b\ufeff", "ab"),
        ("tab\tline\r\nnext\rlast\u2028end", "tab\tline\nnext\nlast\nend"),
        ("a" + "\u0301" * 99, "a" + "\u0301" * 4),
        ("👩\u200d👧", "👩\u200d👧"),
        ("x" + "\u200d" * 50 + "y", "x\u200dy"),
        ("\ud83d", "\ufffd"),
        ("Grüße, Núria – “ja”", "Grüße, Núria – “ja”"),
    ],
)
def test_harmless_takes_out_what_acts_and_leaves_what_is_written(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_one_line_clipped_and_counted() -> None:
    assert one_line(" a\n b\x1b ") == "a b"
    assert len(one_line("x" * 9000)) == 2000
    assert clipped("abc", 5) == "abc"
    assert clipped("abcdefgh", 5).startswith("abcde\n[… 3 more")
    assert [counted(n, "copy", "copies") for n in (0, 1, 2)] == ["0 copies", "1 copy", "2 copies"]


def test_ls_is_sorted_by_the_last_mail_and_says_how_many_there_are(seeded: Shell) -> None:
    found = rows(seeded)
    assert [row["last"] for row in found] == sorted((row["last"] for row in found), reverse=True)
    assert any(a["started"] < b["started"] for a, b in itertools.pairwise(found))
    done = seeded("threads", "ls", "--limit", "7", "--page", "2").ok()
    assert len(done.out.splitlines()) == 8
    assert f"{len(found)} threads in all; the next: --page 3" in done.err
    paged = [
        row["id"]
        for page in range(1, len(found) // 7 + 2)
        for row in seeded("threads", "ls", "--json", "--limit", "7", "--page", str(page)).ok().lines
    ]
    assert paged == [row["id"] for row in found]


def test_a_persona_is_found_literally_in_any_case(seeded: Shell) -> None:
    assert rows(seeded, "--persona", "MARGARET.halden")
    for pattern in ("%", "_", "margaret_halden", "m%n", "*", "'"):
        assert rows(seeded, "--persona", pattern) == []


def test_before_and_since_part_the_list(seeded: Shell) -> None:
    early = rows(seeded, "--before", "2026-11-10")
    late = rows(seeded, "--since", "2026-11-10")
    assert early
    assert late
    assert {r["id"] for r in early} | {r["id"] for r in late} == {r["id"] for r in rows(seeded)}
    assert not {r["id"] for r in early} & {r["id"] for r in late}


@pytest.mark.parametrize(
    "words", ['"', "a OR", "NEAR(", "*", "sub:x", "^", "-x", "_", "²", "\\", "a AND NOT", "{x}"]
)
def test_what_people_search_for_is_never_a_syntax_error(seeded: Shell, words: str) -> None:
    assert seeded("threads", "ls", "--search", words).code == 0


def test_show_folds_what_is_quoted_and_tells_the_local_time(seeded: Shell) -> None:
    reply = max(rows(seeded), key=lambda row: row["size"])
    folded = seeded("threads", "show", reply["id"]).ok().out
    assert re.search(r"\[\d+ quoted lines?: --quotes\]", folded)
    assert re.search(r"Date: +\w{3}, \d\d \w{3} 2026 \d\d:\d\d:\d\d [+-]\d{4}", folded)
    whole = seeded("threads", "show", reply["id"], "--quotes").ok().out
    assert "quoted line" not in whole
    assert len(whole) > len(folded)


def test_a_tree_hangs_each_answer_under_what_it_answers(seeded: Shell) -> None:
    longest = max(rows(seeded), key=lambda row: row["size"])
    mails = seeded("threads", "show", longest["id"], "--json").ok().lines
    drawn = seeded("threads", "tree", longest["id"]).ok().out
    assert longest["id"] in drawn
    heads = [line for line in drawn.splitlines() if re.search("[├└]── ", line)]
    assert len(heads) == len(mails)
    depth = {mail["pick"]["message_id"]: len(mail["pick"]["thread"]) for mail in mails}
    shown = sorted(re.search("[├└]", line).start() // 4 for line in heads)  # type: ignore[union-attr]
    assert shown == sorted(depth.values())


def test_a_tree_without_id_draws_the_latest_threads(seeded: Shell) -> None:
    drawn = seeded("threads", "tree", "--limit", "3").ok().out
    assert all(row["id"] in drawn for row in rows(seeded)[:3])
    assert rows(seeded)[3]["id"] not in drawn


def test_stats_agree_with_the_mails(seeded: Shell) -> None:
    found = json.loads(seeded("stats", "--json").ok().out)
    listed = rows(seeded)
    assert found["mails"] == sum(row["size"] for row in listed) == 60
    assert sum(found["days"].values()) == 60
    assert sum(map(sum, found["hours_by_weekday"])) == 60
    assert found["thread_sizes"]["total"] == sum(row["size"] > 0 for row in listed)
    assert found["writers"] == {"builtin": 60}
    assert sum(found["languages"].values()) == 60
    shown = seeded("stats").ok().out
    for heading in ("calendar", "hours by weekday", "time to a reply", "languages", "writes to"):
        assert heading in shown


def test_stats_of_a_store_without_mail(shell: Shell) -> None:
    shell("pick", "--now", NOW).ok()
    done = shell("stats").ok()
    assert "no written mail" in done.err
    assert json.loads(shell("stats", "--json").ok().out)["mails"] == 0


def test_looking_writes_nothing(shell: Shell) -> None:
    """Neither the store nor a file beside it changes, as on a disk that can't be written."""
    shell.seed(12)
    before = {path.name: path.read_bytes() for path in shell.folder.glob("emailgen.db*")}
    thread = rows(shell)[0]["id"]
    for command in (["ls", "--search", "the"], ["show", thread], ["tree"], ["export", "--all"]):
        shell("threads", *command).ok()
    shell("stats").ok()
    after = {path.name: path.read_bytes() for path in shell.folder.glob("emailgen.db*")}
    assert after["emailgen.db"] == before["emailgen.db"]
    assert all(not after[name] for name in after if name.endswith("-wal"))


def test_a_store_on_a_read_only_disk_can_be_looked_at(shell: Shell, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        db = str(disk / "a.db")
        shell.seed(9, "--db", db)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert sum(row["size"] for row in rows(shell, "--db", db)) == 9
        shell("stats", "--db", db).ok()


@pytest.mark.parametrize(
    ("name", "words"),
    [("/dev/null", "a device or pipe"), ("empty.db", "an empty file"), ("other.db", "another")],
)
def test_what_is_no_store_is_told_and_left_alone(shell: Shell, name: str, words: str) -> None:
    (shell.folder / "empty.db").touch()
    with sqlite3.connect(shell.folder / "other.db") as db:
        db.execute("CREATE TABLE notes (text)")
    db.close()
    before = (shell.folder / "other.db").read_bytes()
    is_one_line(shell("threads", "ls", "--db", name), ExitCode.CONFIG, words)
    if name != "empty.db":
        is_one_line(shell("pick", "--db", name), ExitCode.CONFIG, words)
    assert (shell.folder / "other.db").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["seed"], ("seed: ", "--count", "see emailgen seed --help")),
        (["seed", "--count", "0"], ("--count", "see emailgen seed --help")),
        (["threads", "ls", "--limit", "x"], ("threads ls: ", "--limit")),
        (["threads", "show"], ("threads show: ", "ID")),
        (["pick", "--nowx"], ("--nowx", "--now")),
        (["nonsense"], ("nonsense", "see emailgen --help")),
        (["--nonsense"], ("--nonsense", "see emailgen --help")),
    ],
)
def test_a_command_line_that_cannot_be_read_is_one_line(
    shell: Shell, arguments: list[str], words: tuple[str, ...]
) -> None:
    is_one_line(shell(*arguments), ExitCode.USAGE, *words)


def test_a_command_without_arguments_is_explained(shell: Shell) -> None:
    done: Done = shell("threads")
    assert "Commands:" in done.out + done.err
