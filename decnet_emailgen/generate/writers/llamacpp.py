"""A model in this process: a GGUF file run by llama.cpp, without any server.

Needs the extra: ``pip install decnet-emailgen[llamacpp]``; its wheels bring llama.cpp ready-made.
The model is loaded when the first mail is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from decnet_emailgen.errors import SettingError, WriterError
from decnet_emailgen.generate import prompt
from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.writers import Setup
from decnet_emailgen.generate.writers.ollama import limits, whole_sentences

OPTIONS: dict[str, object] = {"temperature": 0.8, "top_p": 0.95}
QUIET = -1


class LlamaCpp:
    """A model from a GGUF file.

    Of ``options``, ``num_ctx`` (tokens a mail may take, prompt included), ``slots`` (mails at a
    time) and ``threads`` (of the processor; llama.cpp's choice if not given) are ours; the others
    go into each request.
    """

    name = "llamacpp"

    def __init__(self, path: Path, options: Mapping[str, object]) -> None:
        self.path = path
        self.options = {**OPTIONS, **options}
        self.num_ctx = int(str(self.options.pop("num_ctx", 4096)))
        self.slots = int(str(self.options.pop("slots", 1)))
        self.threads = int(str(self.options.pop("threads", 0)))
        for others in ("phrases", "timeout", "keep_alive"):
            self.options.pop(others, None)
        self._lock = Lock()
        self._server: Any = None

    @property
    def model(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    def write(self, brief: Brief, attempt: int = 0, complaint: str = "") -> str:
        """The model's answer."""
        limit = limits(brief, attempt)
        body = {
            "messages": prompt.messages(brief, complaint),
            "seed": limit["seed"],
            "max_tokens": limit["num_predict"],
            "cache_prompt": True,
            **self.options,
        }
        answer = self._open().handle_chat_completions(body)
        try:
            choice = answer["choices"][0]
            text = str(choice["message"]["content"])
        except (KeyError, IndexError, TypeError) as exc:
            raise WriterError(f"llamacpp: {self.path} gave no answer ({answer})") from exc
        return whole_sentences(text) if choice.get("finish_reason") == "length" else text

    def _open(self) -> Any:
        with self._lock:
            if self._server is None:
                self._server = self._load()
            return self._server

    def _load(self) -> Any:
        llama = import_module("xllamacpp")
        params = llama.CommonParams()
        params.model.path = str(self.path)
        params.n_parallel = self.slots
        params.n_ctx = self.num_ctx * self.slots
        if self.threads:
            params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self.threads
        params.verbosity = QUIET
        params.ui = False
        try:
            return llama.Server(params)
        except (RuntimeError, ValueError, OSError) as exc:
            raise WriterError(
                f"llamacpp: {self.path} cannot be loaded ({exc}); is it a whole GGUF file of a "
                "kind that this llama.cpp knows?"
            ) from exc


def open_(setup: Setup) -> LlamaCpp:
    """The writer with the GGUF file that ``model`` names.

    Raises :class:`SettingError` if the file or the extra is missing.
    """
    from importlib.util import find_spec

    path = Path(setup.model).expanduser()
    if not setup.model or not path.is_file():
        raise SettingError(
            f"writer llamacpp: no GGUF file {setup.model!r}; give its path as --model or "
            "writer.model"
        )
    if find_spec("xllamacpp") is None:
        raise SettingError(
            "writer llamacpp: not installed; run `pip install 'decnet-emailgen[llamacpp]'`"
        )
    return LlamaCpp(path, setup.options)
