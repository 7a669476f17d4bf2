"""Writers: whoever puts a brief into words, behind one small interface.

A writer returns what came out of it, raw; the gate judges it. Names resolve when one is opened, so
that a writer that isn't used isn't imported; packages add others through the entry-point group
``decnet_emailgen.writers``, each a callable that takes a :class:`Setup`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, runtime_checkable

from decnet_emailgen.errors import SettingError, WriterError
from decnet_emailgen.generate.brief import Brief

GROUP = "decnet_emailgen.writers"
NAMES = ("auto", "builtin", "llamacpp", "ollama", "openai")


class Unanswered(WriterError):  # noqa: N818 - an outcome of one mail, which a run survives
    """One request failed again and again while others were answered: it is to blame, not they."""


@runtime_checkable
class Writer(Protocol):
    """Puts briefs into words; must be safe to call from several threads at once."""

    @property
    def name(self) -> str:
        """What kind of writer it is."""

    @property
    def model(self) -> str:
        """The model behind it, or nothing."""

    def write(self, brief: Brief, attempt: int = 0, complaint: str = "") -> str:
        """The raw answer to a brief.

        ``attempt`` counts from 0 and changes the seed; ``complaint`` says why the last answer was
        refused. Raises :class:`decnet_emailgen.errors.WriterError` if the writer cannot be
        reached or does not answer.
        """


@dataclass(frozen=True, slots=True)
class Setup:
    """What a writer is opened with."""

    urls: tuple[str, ...] = ()
    model: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)


def open_writer(
    name: str = "auto",
    *,
    urls: tuple[str, ...] = (),
    model: str = "",
    options: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Writer:
    """The writer of a name, ready to write.

    ``auto`` is the model server that ``urls`` or the environment name (``EMAILGEN_WRITER_URL``,
    then ``OLLAMA_HOST``), and the builtin writer if none is named.
    Raises :class:`SettingError` for a name nobody offers and for settings a writer cannot use.
    """
    environ = environ or {}
    if not urls and environ.get("EMAILGEN_WRITER_URL"):
        urls = tuple(environ["EMAILGEN_WRITER_URL"].split(","))
    setup = Setup(urls, model or environ.get("EMAILGEN_MODEL", ""), options or {}, environ)
    if name == "auto":
        name = _automatic(setup)
    if name in NAMES:
        opened: Writer = import_module(f"{__name__}.{name}").open_(setup)
        return opened
    return _strange(name, setup)


def _automatic(setup: Setup) -> str:
    if setup.urls:
        return "openai" if "/v1" in setup.urls[0] else "ollama"
    if setup.model.endswith(".gguf"):
        return "llamacpp"
    return "ollama" if setup.environ.get("OLLAMA_HOST") else "builtin"


def _strange(name: str, setup: Setup) -> Writer:
    from importlib.metadata import entry_points

    offered = entry_points(group=GROUP)
    if name not in offered.names:
        known = ", ".join(sorted({*NAMES, *offered.names}))
        raise SettingError(f"writer {name}: no such writer; choose one of {known}")
    opened: Writer = offered[name].load()(setup)
    return opened
