"""``emailgen init``: a folder to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from decnet_emailgen.errors import UsageError


def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to put it.")] = Path(),
) -> None:
    """Write a personas file to edit, and its schema for editors."""
    import json
    from shlex import quote

    from decnet_emailgen.cli.console import say
    from decnet_emailgen.cli.personas import write_new
    from decnet_emailgen.world.schema import schema

    personas = folder / "personas.yaml"
    if personas.exists():
        raise UsageError(f"{personas}: exists already; nothing was changed")
    write_new(personas, example())
    write_new(
        folder / "personas.schema.json",
        json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        replace=True,
    )
    cd = "" if folder == Path() else f"cd {quote(str(folder))} && "
    say(f"{personas} written: an invented company; make it your own, then")
    say(f"  {cd}emailgen personas check")
    say(f"  {cd}emailgen seed --count 50")


def example() -> str:
    """The packaged example of a personas file."""
    return (files("decnet_emailgen.world") / "data" / "personas.example.yaml").read_text("utf-8")
