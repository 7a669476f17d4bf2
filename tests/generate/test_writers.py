"""One contract for all writers, the real small model included; and servers that fail."""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from decnet_emailgen.errors import SettingError, WriterError
from decnet_emailgen.generate.brief import brief
from decnet_emailgen.generate.writers import Writer, open_writer
from decnet_emailgen.generate.writers.ollama import limits, url_of
from decnet_emailgen.generate.writers.openai import OpenAI
from decnet_emailgen.generate.writers.scripted import Scripted
from decnet_emailgen.generate.writers.servers import Servers
from tests.generate.making import pick
from tests.servers.scripted import Answer, Request, Script, ScriptedServer, json_answer
from tests.servers.small_model import SmallModel

Serve = Callable[[Script | Iterable[Answer]], ScriptedServer]
TEXT = "Subject: Invoice\n\nCould you check it?"


def chat(request: Request) -> Answer:
    """A server that speaks both protocols and always says the same."""
    if request.path == "/api/tags":
        return json_answer({"models": [{"name": "tiny:latest"}]})
    if request.path == "/v1/models":
        return json_answer({"data": [{"id": "tiny"}]})
    if request.path == "/api/chat":
        return json_answer({"message": {"content": TEXT}, "done_reason": "stop"})
    return json_answer({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}]})


@pytest.fixture(
    params=[
        "builtin",
        "scripted",
        "ollama",
        "openai",
        "ollama-model",
        "openai-model",
        "llamacpp",
    ],
)
def writer(request: pytest.FixtureRequest, scripted_http: Serve) -> Iterator[Writer]:
    """Every writer there is, the last two with a real model behind them."""
    kind = request.param
    if kind.endswith("-model"):
        model: SmallModel = request.getfixturevalue("small_model")
        url = model.ollama_url if kind == "ollama-model" else model.openai_url
        name = model.model if kind == "ollama-model" else model.openai_model
        few = {"num_predict": 16} if kind == "ollama-model" else {"max_tokens": 16}
        yield open_writer(kind.removesuffix("-model"), urls=(url,), model=name, options=few)
    elif kind == "llamacpp":
        file = request.getfixturevalue("small_model").gguf
        yield open_writer("llamacpp", model=str(file), options={"max_tokens": 16, "num_ctx": 2048})
    elif kind == "scripted":
        yield Scripted(lambda told, attempt, complaint: TEXT)
    elif kind == "builtin":
        yield open_writer("builtin")
    else:
        yield open_writer(kind, urls=(scripted_http(chat).url,))


def test_every_writer_answers_a_brief_with_text(writer: Writer) -> None:
    """The interface: a name, a model, and an answer that is text."""
    assert isinstance(writer, Writer)
    told = brief(pick("quick-question", "answer"))
    assert writer.write(told).strip()
    assert writer.write(told, 1, "too long").strip()
    assert writer.name
    assert isinstance(writer.model, str)


def test_every_writer_serves_several_threads(writer: Writer) -> None:
    """``seed -j N`` asks from N threads at once."""
    told = [brief(pick("quick-question", "answer", seed=n)) for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert all(text.strip() for text in pool.map(writer.write, told))


def test_ollama_is_asked_as_its_interface_wants(scripted_http: Serve) -> None:
    """Model, messages, no stream, keep_alive, and options with a seed that is the mail's."""
    server = scripted_http(chat)
    told = brief(pick("invoice-mismatch", "ask"))
    writer = open_writer("ollama", urls=(server.url,), model="m", options={"num_ctx": 2048})
    assert writer.write(told) == TEXT
    body = server.requests[-1].json
    assert server.requests[-1].path == "/api/chat"
    assert body["model"] == "m"
    assert body["stream"] is False
    assert body["keep_alive"]
    assert body["options"]["num_ctx"] == 2048
    assert body["options"]["seed"] == limits(told, 0)["seed"]
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert "format" not in body


def test_another_attempt_has_another_seed() -> None:
    """The same answer again would be refused again."""
    told = brief(pick("invoice-mismatch", "ask"))
    assert len({limits(told, attempt)["seed"] for attempt in range(3)}) == 3


def test_structured_output_is_asked_for_where_the_operator_wants_it(scripted_http: Serve) -> None:
    """A JSON schema in ``format``, for new mails only: a reply is its text."""
    server = scripted_http(chat)
    writer = open_writer("ollama", urls=(server.url,), model="m", options={"structured": True})
    writer.write(brief(pick("invoice-mismatch", "ask")))
    writer.write(brief(pick("invoice-mismatch", "clarify")))
    first, second = (request.json for request in server.requests)
    assert first["format"]["required"] == ["subject", "body"]
    assert "format" not in second


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_without_a_model_the_servers_first_is_taken(kind: str, scripted_http: Serve) -> None:
    """Nobody has to know the name of the only model there is."""
    writer = open_writer(kind, urls=(scripted_http(chat).url,))
    assert writer.model.startswith("tiny")


def test_a_missing_model_says_how_to_pull_it(scripted_http: Serve) -> None:
    """The remedy is a command to paste."""
    answer = json_answer({"error": "model 'm' not found"}, 404)
    writer = open_writer("ollama", urls=(scripted_http([answer]).url,), model="m")
    with pytest.raises(WriterError, match="ollama pull m"):
        writer.write(brief(pick("invoice-mismatch", "ask")))


def test_an_empty_server_says_how_to_pull_one(scripted_http: Serve) -> None:
    """Freshly installed, Ollama holds nothing."""
    server = scripted_http([json_answer({"models": []})])
    with pytest.raises(WriterError, match="ollama pull"):
        _ = open_writer("ollama", urls=(server.url,)).model


def test_the_key_goes_into_the_header_and_nowhere_else(scripted_http: Serve) -> None:
    """From the environment; ours before OpenAI's."""
    server = scripted_http(chat)
    environ = {"OPENAI_API_KEY": "theirs", "EMAILGEN_API_KEY": "ours"}
    writer = open_writer("openai", urls=(server.url,), model="m", environ=environ)
    writer.write(brief(pick("invoice-mismatch", "ask")))
    request = server.requests[-1]
    assert request.headers["authorization"] == "Bearer ours"
    assert request.path == "/v1/chat/completions"
    assert b"ours" not in request.body


def test_a_refused_key_says_where_it_comes_from(scripted_http: Serve) -> None:
    """401 is a matter of the key."""
    server = scripted_http([json_answer({"error": "no"}, 401)])
    writer = open_writer("openai", urls=(server.url,), model="m")
    with pytest.raises(WriterError, match="EMAILGEN_API_KEY"):
        writer.write(brief(pick("invoice-mismatch", "ask")))


def test_an_answer_that_was_cut_ends_with_its_last_sentence(scripted_http: Serve) -> None:
    """No mail stops in the middle of a word because the model ran out of tokens."""
    cut = {
        "message": {"content": "Please check it. We need it. And then the"},
        "done_reason": "length",
    }
    writer = open_writer("ollama", urls=(scripted_http([json_answer(cut)]).url,), model="m")
    assert writer.write(brief(pick("invoice-mismatch", "ask"))) == "Please check it. We need it."


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("localhost", "http://localhost:11434"),
        ("10.0.0.5:9000", "http://10.0.0.5:9000"),
        (":9000", "http://127.0.0.1:9000"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:9000", "http://127.0.0.1:9000"),
        ("http://gpu", "http://gpu:80"),
        ("https://gpu/base/", "https://gpu:443/base"),
        ("[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_ollama_host_in_all_its_forms(address: str, url: str) -> None:
    """Whatever Ollama itself takes."""
    assert url_of(address) == url


@pytest.mark.parametrize("address", ["", "ftp://x", "http://", "host:port", "http://[::1"])
def test_an_address_that_cannot_be_is_a_setting_error(address: str) -> None:
    """With the address in the line."""
    with pytest.raises(SettingError, match=re.escape(repr(address))):
        url_of(address)


@pytest.mark.parametrize(
    ("urls", "environ", "kind"),
    [
        ((), {}, "builtin"),
        ((), {"OLLAMA_HOST": "gpu:11434"}, "ollama"),
        ((), {"EMAILGEN_WRITER_URL": "http://gpu:8000/v1"}, "openai"),
        (("http://gpu:11434",), {}, "ollama"),
        (("http://gpu/v1",), {"OLLAMA_HOST": "other"}, "openai"),
    ],
)
def test_auto_takes_what_is_named_and_else_the_builtin_writer(
    urls: tuple[str, ...], environ: dict[str, str], kind: str
) -> None:
    """The file before the environment; nothing named: no model."""
    assert open_writer("auto", urls=urls, environ=environ).name == kind


def test_an_unknown_writer_is_told_with_those_there_are() -> None:
    """A typing mistake is a setting error."""
    with pytest.raises(SettingError, match="builtin"):
        open_writer("olama")


def test_openai_without_an_address_says_what_to_give() -> None:
    """There is no usual address to guess."""
    with pytest.raises(SettingError, match="--url"):
        open_writer("openai")


@pytest.mark.parametrize("model", ["", "/nowhere/model.gguf"])
def test_llamacpp_without_its_file_says_what_to_give(model: str) -> None:
    """A path, not a name."""
    with pytest.raises(SettingError, match="--model"):
        open_writer("llamacpp", model=model)


def test_a_damaged_model_file_is_one_line(tmp_path: Path) -> None:
    """No traceback of a foreign library."""
    pytest.importorskip("xllamacpp")
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF but not really")
    with pytest.raises(WriterError, match="cannot be loaded"):
        open_writer("auto", model=str(file)).write(brief(pick("invoice-mismatch", "ask")))


def test_writers_of_other_packages_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point of the group ``decnet_emailgen.writers`` is a writer like ours."""
    from importlib.metadata import EntryPoint, EntryPoints

    point = EntryPoint("mine", "tests.generate.test_writers:mine", "decnet_emailgen.writers")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: EntryPoints([point]))
    assert open_writer("mine", model="x").model == "x"


def mine(setup: object) -> Writer:
    """A stranger's writer."""
    model = getattr(setup, "model", "")
    return OpenAI(Servers("mine", ("http://127.0.0.1:9",)), model, {})


def test_a_script_that_has_ended_is_like_a_server_that_went_away() -> None:
    """The fake fails as the real ones do."""
    with pytest.raises(WriterError, match="script has ended"):
        Scripted([]).write(brief(pick("invoice-mismatch", "ask")))
