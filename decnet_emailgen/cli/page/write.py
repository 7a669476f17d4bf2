"""``emailgen threads export --format html``: the store's mail as one file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from decnet_emailgen.errors import TargetError

if TYPE_CHECKING:
    from decnet_emailgen.cli.page.build import Drawn
    from decnet_emailgen.cli.page.letters import Corpus
    from decnet_emailgen.store import Store

INSTALL = "pip install 'decnet-emailgen[html]'"


def write(store: Store, path: Path, thread: str = "") -> int:
    """Write the page of a thread, or of all mail; returns how many mails are in it.

    Raises :class:`TargetError` where the file can't be written.
    """
    from decnet_emailgen.cli.console import say
    from decnet_emailgen.cli.page.build import build
    from decnet_emailgen.cli.page.gather import gather

    corpus = gather(store, thread)
    drawn, note = _charts(corpus)
    if note and not thread:
        say(f"{path}: {note}")
    _replace(path, build(corpus, drawn, note))
    return len(corpus.letters)


def _charts(corpus: Corpus) -> tuple[list[Drawn], str]:
    """The charts of a corpus, or why there are none."""
    from decnet_emailgen.cli.page import svg
    from decnet_emailgen.cli.page.charts import charts
    from decnet_emailgen.cli.page.figures import LEAST, figures

    counted = figures(corpus)
    if counted.mails < LEAST:
        return [], f"no charts of fewer than {LEAST} mails"
    if not svg.can_draw():
        return [], f"no charts without the extra html; to install it: {INSTALL}"
    made = charts(counted)
    return [(chart, svg.draw(chart.spec, chart.name) if chart.spec else "") for chart in made], ""


def _replace(path: Path, text: str) -> None:
    """Write a file for its owner's eyes; it is there as a whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
                out.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise TargetError(
            f"{path}: {exc.strerror}; name a file that can be written with --output"
        ) from exc
