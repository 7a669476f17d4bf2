"""``emailgen stats``: the picture of the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from decnet_emailgen.cli import options


def stats(
    db: options.Db = Path("emailgen.db"),
    pairs: Annotated[int, typer.Option(min=0, max=10_000, help="How many pairs to name.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print when people write, how soon they answer, to whom, how much and in which languages."""
    from decnet_emailgen.cli import statsview
    from decnet_emailgen.cli.console import out
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.figures import figures, plain
    from decnet_emailgen.store.rows import to_json

    with Store.open(db, read_only=True) as store:
        found = figures(store, pairs=pairs)
    if json:
        out(to_json(plain(found)))
    else:
        statsview.show(found)
