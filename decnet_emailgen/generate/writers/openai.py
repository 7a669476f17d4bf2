"""Models behind the chat completions interface that OpenAI made common.

vLLM, llama.cpp's server, LM Studio and gateways speak it. The key comes from the environment
(``EMAILGEN_API_KEY``, else ``OPENAI_API_KEY``), never from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decnet_emailgen.errors import SettingError, WriterError
from decnet_emailgen.generate import prompt
from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.writers import Setup
from decnet_emailgen.generate.writers.ollama import limits, servers_for, url_of, whole_sentences
from decnet_emailgen.generate.writers.servers import Refused, Servers

OPTIONS: dict[str, object] = {"temperature": 0.8, "top_p": 0.95}


class OpenAI:
    """A model behind ``/v1/chat/completions``; ``options`` go into the request as they are."""

    name = "openai"

    def __init__(self, servers: Servers, model: str, options: Mapping[str, object]) -> None:
        self.servers = servers
        self.options = {**OPTIONS, **options}
        for ours in ("timeout", "patience", "phrases"):
            self.options.pop(ours, None)
        self._model = model

    @property
    def model(self) -> str:
        """The model's name: the one that was asked for, else the server's first."""
        if not self._model:
            models = self.models()
            if not models:
                raise WriterError(f"openai at {self._where} offers no model: name one (--model)")
            self._model = models[0]
        return self._model

    @property
    def _where(self) -> str:
        return ", ".join(self.servers.urls)

    def models(self) -> list[str]:
        """The models that the server offers."""
        listed = self._checked(lambda: self.servers.get("/models"))
        data = listed.get("data") if isinstance(listed, dict) else None
        return [str(m.get("id", "")) for m in data or () if isinstance(m, dict)]

    def write(self, brief: Brief, attempt: int = 0, complaint: str = "") -> str:
        """The model's answer."""
        limit = limits(brief, attempt)
        body = {
            "model": self.model,
            "messages": prompt.messages(brief, complaint),
            "seed": limit["seed"],
            "max_tokens": limit["num_predict"],
            **self.options,
        }
        answer = self._checked(lambda: self.servers.post("/chat/completions", body))
        try:
            choice = answer["choices"][0]
            text = choice["message"]["content"] or ""
        except (KeyError, IndexError, TypeError) as exc:
            raise WriterError(
                f"openai at {self._where}: an answer without choices; is that the address of a "
                "chat completions server?"
            ) from exc
        return whole_sentences(text) if choice.get("finish_reason") == "length" else str(text)

    def _checked(self, ask: Any) -> Any:
        try:
            return ask()
        except Refused as exc:
            hint = "is that the right address?"
            if exc.status in (401, 403):
                hint = "set EMAILGEN_API_KEY or OPENAI_API_KEY to a key that it accepts"
            elif "model" in exc.body.lower():
                hint = f"does it serve the model {self._model}? GET /v1/models lists them"
            raise WriterError(f"openai: {exc}; {hint}") from exc


def open_(setup: Setup) -> OpenAI:
    """The writer at the named addresses, with the key of the environment, if any."""
    if not setup.urls:
        raise SettingError(
            "writer openai: no address; give --url, writer.url in the personas file, or "
            "EMAILGEN_WRITER_URL"
        )
    urls = tuple(_with_version(url_of(url)) for url in setup.urls)
    key = setup.environ.get("EMAILGEN_API_KEY") or setup.environ.get("OPENAI_API_KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    servers = servers_for("openai", urls, setup.options, headers)
    return OpenAI(servers, setup.model, setup.options)


def _with_version(url: str) -> str:
    return url if "/v1" in url else f"{url}/v1"
