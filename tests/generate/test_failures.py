"""A seed whose model server fails, through the command line: bounded, plain, and nothing lost."""

import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Shell, environment
from tests.servers.obliging import NAME, oblige, personas
from tests.servers.scripted import Answer, Fault, Request, Script, ScriptedServer, json_answer

Serve = Callable[[Script | Iterable[Answer]], ScriptedServer]
NOW = "2026-11-20T16:00:00+00:00"
MAILS = 24
FAULTS = {
    "500": json_answer({"error": "oops"}, 500),
    "429": Answer(b"{}", 429, {"Retry-After": "0.1"}),
    "503 with a pause": Answer(b"{}", 503, {"Retry-After": "0.1"}),
    "reset": Answer(fault=Fault.RESET),
    "closed": Answer(fault=Fault.CLOSE),
    "half": Answer(b'{"choices": [{"message": {"content": "Half a', fault=Fault.HALF),
    "html": Answer(b"<html>hello</html>", content_type="text/html"),
    "no json": Answer(b"hello", content_type="text/plain"),
    "not utf-8": Answer(b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'),
    "5 MB": Answer(b'{"x": "' + b"a" * 5_000_000 + b'"}'),
    "hangs": Answer(b"{}", delay=20),
    "drips": Answer(b"{" + b" " * 400, fault=Fault.DRIP),
}
LASTING = {name: fault for name, fault in FAULTS.items() if fault.status != 429}
"""A server that only asks for patience is given five minutes of it: too long for a test."""


@pytest.fixture(scope="session")
def paid(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many mails of the seed a model writes; the others are notices of systems."""
    folder = tmp_path_factory.mktemp("paid")
    (folder / "personas.yaml").write_text(personas(), "utf-8")
    with ScriptedServer(oblige) as server:
        Shell(folder)(*arguments(server.url)).ok()
        assert len(server.requests) > 10
        return len(server.requests)


@pytest.fixture
def house(tmp_path: Path) -> Shell:
    """An English company whose model server may be silent for three seconds, and talk for four."""
    (tmp_path / "personas.yaml").write_text(personas("timeout: 3, patience: 4"), "utf-8")
    return Shell(tmp_path)


def arguments(url: str, *more: str) -> list[str]:
    """A pinned seed through a server's OpenAI protocol."""
    asked = ["seed", "--count", str(MAILS), "--seed", "1", "--now", NOW, "--writer", "openai"]
    return [*asked, "--model", NAME, "--url", f"{url}/v1", *more]


def written(folder: Path, by: str = "openai") -> int:
    """How many mails of the store this writer wrote."""
    with closing(sqlite3.connect(folder / "emailgen.db")) as store:
        found = store.execute("SELECT count(*) FROM messages WHERE writer = ?", [by])
        return int(found.fetchone()[0])


def stopped(done: Done, *words: str) -> None:
    """It ended with 75 and one line that holds these words and says how to go on."""
    assert done.code == 75, done.err
    (line,) = done.err.splitlines()
    for word in (*words, "--resume", f"of {MAILS} mails"):
        assert word in line


def failing(answer: Answer, calls: Callable[[int], bool]) -> Script:
    """A server that gives this answer to some of the calls, by their number, and else a mail."""
    numbers = count()
    return lambda request: answer if calls(next(numbers)) else oblige(request)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_that_passes_costs_no_mail(
    fault: Answer, house: Shell, scripted_http: Serve, paid: int
) -> None:
    """Whatever goes wrong now and then: the model writes every mail in the end."""
    server = scripted_http(failing(fault, lambda n: n == 1))
    done = house(*arguments(server.url, "-j", "2")).ok()
    assert f"{MAILS} mails delivered" in done.err
    assert written(house.folder) == paid, done.err
    assert len(server.requests) == paid + 1


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
def test_a_fault_that_stays_ends_the_seed_and_resume_finishes_it(
    fault: Answer, house: Shell, scripted_http: Serve, paid: int
) -> None:
    """A few tries, one line, exit 75; nobody else writes; then what is missing is asked for."""
    server = scripted_http(lambda request: fault)
    stopped(house(*arguments(server.url)), server.url)
    assert len(server.requests) in (2, 3)
    assert written(house.folder) == 0
    mended = scripted_http(oblige)
    house(*arguments(mended.url, "--resume")).ok()
    assert written(house.folder) == len(mended.requests) == paid


def test_a_server_that_is_away_is_one_line(house: Shell) -> None:
    stopped(house(*arguments("http://127.0.0.1:9")), "connection refused")


def test_a_server_that_dies_on_the_way_loses_nothing(
    house: Shell, scripted_http: Serve, paid: int
) -> None:
    """What it answered is kept and is not asked for again."""
    server = scripted_http(failing(Answer(fault=Fault.RESET), lambda n: n >= 5))
    stopped(house(*arguments(server.url)))
    assert written(house.folder) == 5
    assert 5 + 2 <= len(server.requests) <= 5 + 5
    mended = scripted_http(oblige)
    house(*arguments(mended.url, "--resume")).ok()
    assert len(mended.requests) == paid - 5
    assert written(house.folder) == paid


def test_one_mail_that_no_server_can_bear_does_not_stop_the_others(
    house: Shell, scripted_http: Serve, paid: int
) -> None:
    """It goes the way of mails whose answers are refused, and its record says why."""
    poison: list[bytes] = []
    lock = threading.Lock()

    def script(request: Request) -> Answer:
        with lock:
            if not poison:
                poison.append(request.body)
        if request.body in poison:
            return json_answer({"error": "assertion failed"}, 500)
        return Answer(oblige(request).body, delay=0.4)

    done = house(*arguments(scripted_http(script).url, "-j", "3")).ok()
    assert "1 unanswered" in done.err
    assert written(house.folder) == paid - 1


def test_a_model_that_only_refuses_is_given_up(house: Shell, scripted_http: Serve) -> None:
    """After twenty mails in vain, not after thousands; its reasons are told."""
    refusal = {"message": {"content": "I'm sorry, but I can't assist with that request."}}
    server = scripted_http(lambda request: json_answer({"choices": [refusal]}))
    done = house(*(part if part != str(MAILS) else "60" for part in arguments(server.url)))
    assert done.code == 75
    (line,) = done.err.splitlines()
    for words in (
        "declined to write the last 20 mails",
        "60 answers: refusal",
        "--model",
        "--resume",
    ):
        assert words in line
    assert len(server.requests) == 60


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("jobs", ["1", "4"])
def test_an_interrupted_seed_ends_at_once_and_pays_nothing_twice(
    name: str, jobs: str, house: Shell, scripted_http: Serve, paid: int
) -> None:
    """The server hangs from its ninth request on; all that it answered is kept."""
    reached = threading.Event()
    numbers = count()
    refused = json_answer({"choices": [{"message": {"content": "Hi [Name],\n\nsee [date]."}}]})

    def script(request: Request) -> Answer:
        number = next(numbers)
        if number >= 8:
            reached.set()
            return Answer(oblige(request).body, delay=20)
        return refused if number % 4 == 3 else oblige(request)

    server = scripted_http(script)
    (house.folder / "personas.yaml").write_text(personas("timeout: 60"), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "decnet_emailgen", *arguments(server.url, "-j", jobs)],
        cwd=house.folder,
        env=environment(house.folder),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reached.wait(60)
    process.send_signal(getattr(signal, name))
    _, told = process.communicate(timeout=10)
    assert process.returncode == 130
    (line,) = told.splitlines()
    assert re.search(rf"interrupted; \d+ of {MAILS} mails are written .* --resume", line)
    assert written(house.folder) == 6
    mended = scripted_http(oblige)
    house(*arguments(mended.url, "--resume")).ok()
    assert len(mended.requests) == paid - 6
    assert written(house.folder) == paid
    with closing(sqlite3.connect(house.folder / "emailgen.db")) as store:
        assert store.execute("SELECT count(*) FROM rejections").fetchone() == (2,)
