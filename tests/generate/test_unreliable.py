"""Servers that fail: tries, pauses, the breaker, and how several share the load."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from decnet_emailgen.errors import ExitCode, WriterError
from decnet_emailgen.generate.brief import brief
from decnet_emailgen.generate.writers.ollama import Ollama
from decnet_emailgen.generate.writers.servers import Servers
from tests.generate.making import pick
from tests.servers.scripted import Answer, Fault, Request, Script, ScriptedServer, json_answer

Serve = Callable[[Script | Iterable[Answer]], ScriptedServer]
TEXT = "Subject: Invoice\n\nCould you check it?"
GOOD = json_answer({"message": {"content": TEXT}})
FAULTS = {
    "500": json_answer({"error": "oops"}, 500),
    "503": json_answer({"error": "busy"}, 503),
    "reset": Answer(fault=Fault.RESET),
    "closed": Answer(fault=Fault.CLOSE),
    "half": Answer(GOOD.body, fault=Fault.HALF),
    "html": Answer(b"<html>hello</html>", content_type="text/html"),
    "not utf-8": Answer(b'{"message": {"content": "\xff\xfe"}}'),
    "huge": Answer(b'{"x": "' + b"a" * 5_000_000 + b'"}'),
    "empty": Answer(b""),
}


class Clock:
    """Time that passes only where somebody would wait for it; the pauses are noted."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def ollama(*urls: str, timeout: float = 5.0) -> tuple[Ollama, list[float]]:
    """A writer whose pauses are noted instead of waited for."""
    time = Clock()
    servers = Servers("ollama", urls, timeout=timeout, sleep=time.sleep, clock=lambda: time.now)
    return Ollama(servers, "m", {}), time.pauses


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_one_failure_is_tried_again(fault: Answer, scripted_http: Serve) -> None:
    """A hiccup costs a pause, no mail."""
    writer, pauses = ollama(scripted_http([fault, GOOD]).url)
    assert writer.write(brief(pick("invoice-mismatch", "ask"))) == TEXT
    assert len(pauses) == 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_failures_end_in_one_line_with_a_remedy(fault: Answer, scripted_http: Serve) -> None:
    """Exit 75 in bounded time, and the text says where and what to do."""
    server = scripted_http(lambda request: fault)
    writer, pauses = ollama(server.url)
    with pytest.raises(WriterError) as caught:
        writer.write(brief(pick("invoice-mismatch", "ask")))
    assert caught.value.exit_code is ExitCode.TEMPORARY
    assert server.url in str(caught.value)
    assert "emailgen doctor" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(server.requests) == 3
    assert pauses == sorted(pauses)


def test_a_server_that_hangs_is_given_up(scripted_http: Serve) -> None:
    """No answer in time is a failure like others."""
    slow = Answer(GOOD.body, delay=30)
    writer, _ = ollama(scripted_http(lambda request: slow).url, timeout=0.1)
    with pytest.raises(WriterError, match="no answer in time"):
        writer.write(brief(pick("invoice-mismatch", "ask")))


def test_a_server_that_is_away_says_so() -> None:
    """Connection refused, in words."""
    writer, _ = ollama("http://127.0.0.1:9")
    with pytest.raises(WriterError, match="connection refused"):
        writer.write(brief(pick("invoice-mismatch", "ask")))


def test_retry_after_is_honoured_up_to_a_limit(scripted_http: Serve) -> None:
    """RFC 9110 section 10.2.3, but nobody waits for an hour."""
    for asked, waited in (("3", 3.0), ("3600", 120.0)):
        busy = Answer(b"{}", 429, {"Retry-After": asked})
        writer, pauses = ollama(scripted_http([busy, GOOD]).url)
        assert writer.write(brief(pick("invoice-mismatch", "ask"))) == TEXT
        assert pauses == [waited]


def test_a_server_that_keeps_failing_is_asked_no_more(scripted_http: Serve) -> None:
    """The circuit breaker: a seed of thousands ends early, with a line that says how to go on."""
    server = scripted_http(lambda request: json_answer({}, 500))
    writer, _ = ollama(server.url)
    told = brief(pick("invoice-mismatch", "ask"))
    for _ in range(2):
        with pytest.raises(WriterError, match=r"emailgen doctor|--resume"):
            writer.write(told)
    with pytest.raises(WriterError, match="--resume"):
        writer.write(told)
    assert len(server.requests) == 6


def test_pauses_double_and_jitter_and_have_an_end(scripted_http: Serve) -> None:
    """A server that has answered is worth five tries; one that is back is asked as before."""
    answers = [GOOD, *[json_answer({}, 500)] * 4, GOOD, json_answer({}, 500), GOOD]
    writer, pauses = ollama(scripted_http(answers).url)
    for _ in range(3):
        assert writer.write(brief(pick("invoice-mismatch", "ask"))) == TEXT
    for pause, meant in zip(pauses, (0.5, 1, 2, 4, 0.5), strict=True):
        assert 0.7 * meant < pause < 1.3 * meant
    assert len(set(pauses)) == 5


def test_requests_that_fail_together_count_once(scripted_http: Serve) -> None:
    """A restart of the server with eight mails under way is no reason to end a seed."""
    meeting = threading.Barrier(8)
    numbers = count()

    def script(request: Request) -> Answer:
        return Answer(fault=Fault.RESET, delay=0.2) if next(numbers) < 8 else GOOD

    servers = Servers("ollama", (scripted_http(script).url,), timeout=20)
    writer = Ollama(servers, "m", {})

    def ask(n: int) -> str:
        meeting.wait(20)
        return writer.write(brief(pick("invoice-mismatch", "ask", seed=n)))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [TEXT] * 8


def test_a_rested_server_is_tried_again(scripted_http: Serve) -> None:
    """It takes its share of the load once it answers."""
    numbers = count()
    back = scripted_http(lambda r: json_answer({}, 500) if next(numbers) < 1 else GOOD)
    good = scripted_http(lambda r: GOOD)
    time = Clock()
    servers = Servers("ollama", (back.url, good.url), sleep=time.sleep, clock=lambda: time.now)
    writer = Ollama(servers, "m", {})
    for n in range(4):
        assert writer.write(brief(pick("invoice-mismatch", "ask", seed=n))) == TEXT
        time.now += 1
    assert len(back.requests) > 1
    assert not time.pauses


def test_several_servers_share_the_load_and_one_that_fails_rests(scripted_http: Serve) -> None:
    """The healthy one does the work; nobody waits for the other."""
    bad = scripted_http(lambda request: json_answer({}, 500))
    good = scripted_http(lambda request: GOOD)
    writer, _ = ollama(bad.url, good.url)
    for n in range(6):
        assert writer.write(brief(pick("invoice-mismatch", "ask", seed=n))) == TEXT
    assert len(bad.requests) == 1
    assert len(good.requests) == 6


def test_busy_servers_are_left_for_free_ones(scripted_http: Serve) -> None:
    """Two requests at once go to two servers."""
    servers = [scripted_http(lambda r: Answer(GOOD.body, delay=0.15)) for _ in range(2)]
    writer, _ = ollama(*(server.url for server in servers))
    told = brief(pick("invoice-mismatch", "ask"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: writer.write(told), range(2)))
    assert [len(server.requests) for server in servers] == [1, 1]
