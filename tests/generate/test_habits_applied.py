"""What the gate allows a person is applied by seed and tick, not only in the gate's own tests."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.servers.obliging import NAME, STAFF, personas, text_for
from tests.servers.scripted import Answer, Request, Script, ScriptedServer, json_answer

Serve = Callable[[Script | Iterable[Answer]], ScriptedServer]
NOW = "2026-11-20T16:00:00+00:00"
LATER = "2026-11-24T16:00:00+00:00"


def chatty(request: Request) -> Answer:
    """A mail that begins like all others, with a stock phrase, and has an em dash."""
    head, gap, text = text_for(request.json).rpartition("\n\n")
    said = f"I hope this finds you well. Just a quick note \u2014 as agreed. {text}"
    return json_answer({"choices": [{"message": {"content": f"{head}{gap}{said}"}}]})


def heavy(count: int) -> str:
    """The personas, the first of whom use models heavily."""
    file = personas()
    for name, _, _ in STAFF[:count]:
        file = file.replace(f"{{name: {name},", f"{{name: {name}, uses_llms_heavily: true,")
    return file


def texts(folder: Path, command: str) -> list[str]:
    """What the model wrote for this command."""
    with closing(sqlite3.connect(folder / "emailgen.db")) as store:
        found = store.execute(
            "SELECT text FROM messages WHERE writer = 'openai' AND command = ?", [command]
        )
        return [text for (text,) in found]


def seed_and_tick(shell: Shell, url: str) -> None:
    """A history of forty mails, then four days of ticks."""
    by = ["--writer", "openai", "--model", NAME, "--url", f"{url}/v1", "-j", "2", "--seed", "1"]
    shell("seed", "--count", "40", "--days", "10", "--now", NOW, *by).ok()
    shell("tick", "--now", LATER, *by).ok()


@pytest.mark.parametrize("command", ["seed", "tick"])
def test_nobody_has_dashes_stock_phrases_or_one_opener(
    command: str, tmp_path: Path, scripted_http: Serve
) -> None:
    """Of people who write themselves; a mail in 25 may keep a stock phrase."""
    (tmp_path / "personas.yaml").write_text(personas(), "utf-8")
    seed_and_tick(Shell(tmp_path), scripted_http(chatty).url)
    found = texts(tmp_path, command)
    assert found
    assert not any("\u2014" in text for text in found)
    assert sum("finds you well" in text for text in found) <= 2
    assert sum("Just a quick note" in text for text in found) <= 3 * len(STAFF)


@pytest.mark.parametrize("command", ["seed", "tick"])
def test_heavy_users_of_models_have_them_all(
    command: str, tmp_path: Path, scripted_http: Serve
) -> None:
    (tmp_path / "personas.yaml").write_text(heavy(len(STAFF)), "utf-8")
    seed_and_tick(Shell(tmp_path), scripted_http(chatty).url)
    found = texts(tmp_path, command)
    assert found
    assert all("\u2014" in text for text in found)
    assert all("finds you well" in text for text in found)
