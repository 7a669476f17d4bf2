"""Models served by Ollama (its ``/api/chat``, ``/api/tags`` and ``/api/show``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decnet_emailgen.errors import SettingError, WriterError
from decnet_emailgen.generate import prompt
from decnet_emailgen.generate.brief import Brief, draw
from decnet_emailgen.generate.writers import Setup
from decnet_emailgen.generate.writers.servers import Refused, Servers

DEFAULT_URL = "http://127.0.0.1:11434"
SUGGESTED = "llama3.2"
OPTIONS = {"num_ctx": 4096, "temperature": 0.8, "top_p": 0.95, "repeat_penalty": 1.1}
_SCHEMA = {
    "type": "object",
    "properties": {"subject": {"type": "string"}, "body": {"type": "string"}},
    "required": ["subject", "body"],
}


class Ollama:
    """A model behind Ollama's chat interface.

    Of ``options``, ``keep_alive``, ``timeout``, ``patience`` and ``structured`` (ask for JSON) are
    ours; the others go to the model (``num_ctx``, ``temperature``, …).
    """

    name = "ollama"

    def __init__(self, servers: Servers, model: str, options: Mapping[str, object]) -> None:
        self.servers = servers
        self.options = {**OPTIONS, **options}
        self.keep_alive = self.options.pop("keep_alive", "30m")
        self.structured = bool(self.options.pop("structured", False))
        for others in ("timeout", "patience", "phrases"):
            self.options.pop(others, None)
        self._model = model

    @property
    def model(self) -> str:
        """The model's name: the one that was asked for, else the server's first."""
        if not self._model:
            self._model = self._first()
        return self._model

    def models(self) -> list[str]:
        """The models that the server holds."""
        listed = self._checked(lambda: self.servers.get("/api/tags"))
        models = listed.get("models") if isinstance(listed, dict) else None
        return [str(m.get("name", "")) for m in models or () if isinstance(m, dict)]

    def show(self) -> dict[str, Any]:
        """What the server tells about the model (``/api/show``)."""
        shown = self._checked(lambda: self.servers.post("/api/show", {"model": self.model}))
        return shown if isinstance(shown, dict) else {}

    def write(self, brief: Brief, attempt: int = 0, complaint: str = "") -> str:
        """The model's answer."""
        body = {
            "model": self.model,
            "messages": prompt.messages(brief, complaint),
            "stream": False,
            "keep_alive": self.keep_alive,
            "options": {**limits(brief, attempt), **self.options},
        }
        if self.structured and brief.wants_subject:
            body["format"] = _SCHEMA
        answer = self._checked(lambda: self.servers.post("/api/chat", body))
        try:
            text = str(answer["message"]["content"])
        except (KeyError, TypeError) as exc:
            raise WriterError(
                f"ollama at {', '.join(self.servers.urls)}: an answer without a message; is that "
                "Ollama's address?"
            ) from exc
        return whole_sentences(text) if answer.get("done_reason") == "length" else text

    def _first(self) -> str:
        models = self.models()
        if not models:
            raise WriterError(
                f"ollama at {', '.join(self.servers.urls)} has no model: "
                f"run `ollama pull {SUGGESTED}`"
            )
        return models[0]

    def _checked(self, ask: Any) -> Any:
        try:
            return ask()
        except Refused as exc:
            if exc.status == 404 and "model" in exc.body.lower():
                raise WriterError(
                    f"ollama at {exc.url} has no model {self._model}: "
                    f"run `ollama pull {self._model}`"
                ) from exc
            raise WriterError(f"ollama: {exc}; is that Ollama's address?") from exc


def limits(brief: Brief, attempt: int) -> dict[str, object]:
    """What depends on the mail: a seed of its own, and a ceiling of tokens."""
    return {
        "seed": int(draw(brief.pick.id, f"seed{attempt}") * 2**31),
        "num_predict": min(900, 80 + 4 * brief.words),
    }


def whole_sentences(text: str) -> str:
    """A text that was cut off, back to the end of its last sentence."""
    end = max(text.rfind(mark) for mark in (". ", ".\n", "? ", "?\n", "! ", "!\n"))
    return text[: end + 1] if end > len(text) // 2 else text


def url_of(address: str) -> str:
    """A base URL from what OLLAMA_HOST may hold: a host, host:port, :port, or a URL.

    Raises :class:`SettingError` for anything else.
    """
    from urllib.parse import urlsplit

    text = address.strip()
    scheme, has_scheme, rest = text.partition("://")
    if not has_scheme:
        scheme, rest = "http", text
    if rest.startswith(":") and not rest.startswith("::"):
        rest = f"127.0.0.1{rest}"
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port
    except ValueError as exc:
        raise SettingError(f"writer address {address!r}: {exc}; write host:port or a URL") from exc
    if scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(f"writer address {address!r}: write host:port, or http://host:port")
    host = "127.0.0.1" if parts.hostname in ("0.0.0.0", "::") else parts.hostname  # noqa: S104
    shown = f"[{host}]" if ":" in host else host
    if port is None:
        port = 11434 if not has_scheme else (443 if scheme == "https" else 80)
    return f"{scheme}://{shown}:{port}{parts.path.rstrip('/')}"


def open_(setup: Setup) -> Ollama:
    """The writer at the named addresses, OLLAMA_HOST's, or Ollama's usual one."""
    named = setup.urls or tuple(filter(None, (setup.environ.get("OLLAMA_HOST", ""),)))
    urls = tuple(url_of(url) for url in named) or (DEFAULT_URL,)
    servers = servers_for("ollama", urls, setup.options, {})
    return Ollama(servers, setup.model, setup.options)


def seconds(options: Mapping[str, object], name: str, usual: float) -> float:
    """An option of ours that is a time; raises :class:`SettingError` if it is none."""
    value = options.get(name, usual)
    try:
        return float(str(value))
    except ValueError as exc:
        raise SettingError(f"writer.options.{name}: {value!r} is no number of seconds") from exc


def servers_for(
    kind: str, urls: tuple[str, ...], options: Mapping[str, object], headers: dict[str, str]
) -> Servers:
    """The servers at these addresses, with the patience that the options ask for."""
    return Servers(
        kind,
        urls,
        headers,
        timeout=seconds(options, "timeout", 120),
        patience=seconds(options, "patience", 300),
    )
