"""Each server that the other tests rely on does what they rely on."""

import http.client
import imaplib
import io
import json
import mailbox
import ssl
import tarfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.servers.dovecot import Dovecot
from tests.servers.require import require
from tests.servers.scripted import Answer, Fault, Request, Script, ScriptedServer, json_answer
from tests.servers.small_model import SmallModel

if TYPE_CHECKING:
    from tests.servers.decky import Deckies
    from tests.servers.engine import Engine

ANNA = "anna@acme.example"
MAIL = b"From: ben@acme.example\r\nSubject: Lunch\r\n\r\nAt noon?\r\n"

Scripted = Callable[[Script | Iterable[Answer]], ScriptedServer]


def test_what_is_absent_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAILGEN_REQUIRE_SERVERS", raising=False)
    require(True, "unused")
    with pytest.raises(pytest.skip.Exception, match="no frobber; to install: apt install it"):
        require(None, "no frobber", "apt install it")


def test_what_is_absent_fails_where_servers_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAILGEN_REQUIRE_SERVERS", "1")
    with pytest.raises(pytest.fail.Exception, match="no frobber"):
        require(None, "no frobber")


def test_dovecot_serves_a_maildir_over_imap_and_pop3(
    dovecot: Callable[[Path], Dovecot], tmp_path: Path
) -> None:
    root = tmp_path / "mailboxes"
    root.mkdir()
    mailbox.Maildir(root / ANNA).add(MAIL.replace(b"\r\n", b"\n"))
    server = dovecot(root)
    with server.imap(ANNA) as imap:
        assert imap.select() == ("OK", [b"1"])
        _, data = imap.fetch("1", "(RFC822)")
        assert isinstance(data[0], tuple)
        assert data[0][1] == MAIL
    pop3 = server.pop3(ANNA)
    assert b"\r\n".join([*pop3.retr(1)[1], b""]) == MAIL
    pop3.quit()


def test_dovecot_takes_mail_into_a_mailbox_that_did_not_exist(
    dovecot: Callable[[Path], Dovecot], tmp_path: Path
) -> None:
    server = dovecot(tmp_path)
    with server.imap(ANNA, master=True) as imap:
        assert imap.append("Sent", "\\Seen", "", MAIL)[0] == "OK"
    [sent] = mailbox.Maildir(tmp_path / ANNA / ".Sent", create=False)
    assert sent["Subject"] == "Lunch"


def test_dovecot_serves_tls(tmp_path: Path) -> None:
    with Dovecot(tmp_path, tls=True) as server:
        trust = ssl.create_default_context(cafile=server.ca_file)
        with imaplib.IMAP4_SSL(server.host, server.imaps_port, ssl_context=trust) as imap:
            assert imap.login(ANNA, server.password)[0] == "OK"


def test_a_decky_runs_as_the_uid_of_the_real_ones(run_decky: "Deckies") -> None:
    decky = run_decky("mail-01", services=("imap", "pop3"))
    for service in ("imap", "pop3"):
        assert decky.run(service, "id", "-u").strip() == "999"
    labels = decky.containers["pop3"].labels
    assert labels["decnet.fleet.decky"] == "mail-01"
    assert labels["decnet.fleet.service_name"] == "pop3"


def test_a_decky_takes_an_archive_and_gives_the_file_back(run_decky: "Deckies") -> None:
    decky = run_decky("mail-02", volume="emailgen-test-spool")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("t1/a.eml")
        entry.size, entry.mode = len(MAIL), 0o644
        tar.addfile(entry, io.BytesIO(MAIL))
    spool = "/var/spool/decnet-emails"
    assert decky.containers["imap"].put_archive(spool, archive.getvalue())
    assert decky.files("imap") == [f"{spool}/t1/a.eml"]
    assert decky.read("imap", f"{spool}/t1/a.eml") == MAIL


@pytest.mark.parametrize("read_only", [False, True])
def test_a_decky_may_write_to_a_tmpfs_spool(run_decky: "Deckies", read_only: bool) -> None:
    spool = "/var/spool/decnet-emails"
    tmpfs = {spool: "uid=999,gid=999,mode=755"}
    decky = run_decky("mail-03", read_only=read_only, tmpfs=tmpfs)
    decky.run("imap", "touch", f"{spool}/a.eml")
    assert decky.files("imap") == [f"{spool}/a.eml"]


def test_deckies_are_gone_when_removed(run_decky: "Deckies", docker_engine: "Engine") -> None:
    run_decky("mail-04", volume="emailgen-test-gone")
    run_decky.remove()
    left = docker_engine.client().containers.list(all=True)
    assert [container.name for container in left if container.name == "mail-04-imap"] == []


def test_the_small_model_speaks_ollama(small_model: SmallModel) -> None:
    tags = requests.get(f"{small_model.ollama_url}/api/tags", timeout=30).json()
    assert small_model.model in [model["name"] for model in tags["models"]]
    answer = requests.post(
        f"{small_model.ollama_url}/api/chat", json=_question(small_model.model), timeout=120
    ).json()
    assert answer["done"]
    assert answer["message"]["content"].strip()


def test_the_small_model_speaks_openai(small_model: SmallModel) -> None:
    answer = requests.post(
        f"{small_model.openai_url}/chat/completions",
        json=_question(small_model.openai_model),
        timeout=120,
    ).json()
    assert answer["choices"][0]["message"]["content"].strip()


def test_the_script_answers_in_turn_and_records(scripted_http: Scripted) -> None:
    server = scripted_http([json_answer({"n": 1}), json_answer({"n": 2}, status=503)])
    first = requests.post(f"{server.url}/api/chat", json={"model": "m"}, timeout=5)
    second = requests.get(f"{server.url}/api/tags", headers={"X-Try": "2"}, timeout=5)
    assert (first.status_code, first.json()) == (200, {"n": 1})
    assert (second.status_code, second.json()) == (503, {"n": 2})
    assert requests.get(server.url, timeout=5).status_code == 500
    chat, tags, _ = server.requests
    assert (chat.method, chat.path, chat.json) == ("POST", "/api/chat", {"model": "m"})
    assert (tags.method, tags.headers["x-try"]) == ("GET", "2")


def test_the_script_may_be_a_function(scripted_http: Scripted) -> None:
    def echo(request: Request) -> Answer:
        return Answer(request.path.encode(), headers={"Retry-After": "7"}, content_type="text/html")

    server = scripted_http(echo)
    answer = requests.get(f"{server.url}/x", timeout=5)
    assert (answer.content, answer.headers["Retry-After"]) == (b"/x", "7")
    assert answer.headers["Content-Type"] == "text/html"


def test_a_reset_connection_is_reset(scripted_http: Scripted) -> None:
    with pytest.raises(ConnectionResetError):
        _get(scripted_http([Answer(fault=Fault.RESET)]))


def test_a_closed_connection_gives_no_answer(scripted_http: Scripted) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        _get(scripted_http([Answer(fault=Fault.CLOSE)]))


def test_half_a_body_is_half(scripted_http: Scripted) -> None:
    body = json.dumps({"message": "long enough"}).encode()
    with pytest.raises(http.client.IncompleteRead) as error:
        _get(scripted_http([Answer(body, fault=Fault.HALF)]))
    assert error.value.partial == body[: len(body) // 2]


def test_a_delayed_answer_is_late_and_never_holds_up_the_end() -> None:
    begin = time.monotonic()
    with ScriptedServer([json_answer({}, delay=30)]) as server, pytest.raises(TimeoutError):
        _get(server, timeout=0.2)
    assert time.monotonic() - begin < 5


def _get(server: ScriptedServer, timeout: float = 5) -> bytes:
    """GET without a library's retries or translation of errors."""
    host = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=timeout)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


def _question(model: str) -> dict[str, object]:
    messages = [{"role": "user", "content": "Write one sentence about lunch."}]
    limits = {"options": {"num_predict": 24}, "max_tokens": 24}
    return {"model": model, "messages": messages, "stream": False, **limits}
