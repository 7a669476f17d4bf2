"""Fixtures: the real servers of `tests.servers`, each started only by a test that asks for it."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.servers.browser import Browser, start_browser
from tests.servers.dovecot import Dovecot
from tests.servers.scripted import Answer, Script, ScriptedServer
from tests.servers.small_model import SmallModel, start_small_model

if TYPE_CHECKING:
    from tests.servers.decky import Deckies
    from tests.servers.engine import Engine

# Where nothing may be skipped, the same commit has the same result: random worlds are explored
# by everybody else's runs. A slow machine is no failure anywhere.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("EMAILGEN_REQUIRE_SERVERS") == "1" else "here")


@pytest.fixture
def dovecot() -> Iterator[Callable[[Path], Dovecot]]:
    """`dovecot(root)` serves the Maildirs under `root` until the test ends."""
    with ExitStack() as running:
        yield lambda root: running.enter_context(Dovecot(root))


@pytest.fixture
def scripted_http() -> Iterator[Callable[[Script | Iterable[Answer]], ScriptedServer]]:
    """`scripted_http(script)` answers by script until the test ends."""
    with ExitStack() as running:
        yield lambda script: running.enter_context(ScriptedServer(script))


@pytest.fixture(scope="session")
def small_model() -> Iterator[SmallModel]:
    """A small language model behind Ollama's and OpenAI's protocols."""
    model = start_small_model()
    yield model
    model.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with start_browser() as started:
        yield started


@pytest.fixture(scope="session")
def docker_engine() -> "Iterator[Engine]":
    """A Docker Engine: the one that answers, else a private one."""
    from tests.servers.engine import start_engine

    engine = start_engine()
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def decky_image(docker_engine: "Engine") -> Iterator[str]:
    """The image that deckies run."""
    from tests.servers.decky import build_image

    client = docker_engine.client()
    image = build_image(client)
    yield image
    client.images.remove(image, force=True)


@pytest.fixture
def run_decky(docker_engine: "Engine", decky_image: str) -> "Iterator[Deckies]":
    """`run_decky(name, ...)` starts a decky; all are removed when the test ends."""
    from tests.servers.decky import Deckies

    started = Deckies(docker_engine.client(), decky_image)
    yield started
    started.remove()
