"""``emailgen personas``: check a personas file, make one, describe its format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from decnet_emailgen.cli import invent, options
from decnet_emailgen.errors import ExitCode, SettingError, UsageError

_SHOWN = ("name", "email", "role", "languages", "zone", "hours", "client", "mails a day")
"""What the table shows of a person; ``--json`` shows all."""

app = typer.Typer(
    no_args_is_help=True, help="Check, make and import personas files.", rich_markup_mode=None
)

Source = Annotated[Path, typer.Argument(metavar="FILE", help="DECNET's JSON list; - for a pipe.")]


@app.command("check")
def check(
    personas: options.Personas = None,
    strict: options.Strict = False,
    json: options.Json = False,
) -> None:
    """Tell every problem of a personas file at once; show what the file amounts to."""
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.console import counted, out, say, table
    from decnet_emailgen.store.rows import to_json
    from decnet_emailgen.world.check import correspondent_rows, persona_rows
    from decnet_emailgen.world.load import read

    path = context.personas_path(personas)
    loaded = read(context.read_text(path), source=str(path), strict=strict)
    for problem in loaded.problems:
        say(f"{problem.severity}: {problem}")
    rows = [row for cast in loaded.world.casts() for row in persona_rows(cast)]
    outside = list(correspondent_rows(loaded.world))
    if json:
        for row in (*rows, *outside):
            out(to_json(row))
    else:
        for found in (rows, outside):
            if found:
                table(_SHOWN, (tuple(row[name] for name in _SHOWN) for row in found))
                out("")
    dropped = len({_whose(one.where) for one in loaded.problems if one.severity == "dropped"})
    say(
        f"{path}: {counted(len(rows), 'persona')}, {counted(len(outside), 'correspondent')}, "
        f"{dropped} left out"
    )
    if dropped:
        raise typer.Exit(ExitCode.FAILED)


def _whose(where: str) -> str:
    """The person in the file that a place such as ``personas[3].client`` belongs to."""
    import re

    found = re.match(r".*?(?:personas|correspondents)\[\d+\]", where)
    return found.group() if found else where


@app.command("schema")
def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here instead of stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of personas files, for editors."""
    import json

    from decnet_emailgen.cli.console import out
    from decnet_emailgen.world.schema import schema as described

    text = json.dumps(described(), indent=2, ensure_ascii=False)
    if output is None:
        out(text)
    else:
        write_new(output, text + "\n", replace=True)


@app.command("import")
def import_(
    source: Source,
    organisation: Annotated[str, typer.Option(help="The organisation's name.")] = "",
    domain: Annotated[str, typer.Option(help="The organisation's mail domain.")] = "",
    timezone: Annotated[str, typer.Option(help="Its IANA time zone.")] = "",
    country: Annotated[str, typer.Option(help="Its country, ISO 3166.")] = "",
    language: Annotated[str, typer.Option(help="Its usual language, ISO 639-1.")] = "",
) -> None:
    """Turn DECNET's JSON list of personas into a personas file on stdout."""
    from decnet_emailgen.cli.console import out, say
    from decnet_emailgen.cli.context import read_text
    from decnet_emailgen.world.importing import to_yaml

    piped = str(source) == "-"
    if piped and sys.stdin.isatty():
        raise UsageError("nothing to read: pipe DECNET's JSON list in, or name a file")
    text = sys.stdin.read() if piped else read_text(source)
    name = "standard input" if piped else str(source)
    given = {
        "name": organisation,
        "domain": domain,
        "timezone": timezone,
        "country": country,
        "language_default": language,
    }
    imported = to_yaml(text, source=name, organisation=given)
    for problem in imported.problems:
        say(f"{problem.severity}: {problem}")
    out(imported.text.rstrip("\n"))
    if any(problem.severity == "dropped" for problem in imported.problems):
        raise typer.Exit(ExitCode.FAILED)


app.command("new")(invent.new)


def write_new(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a file of the operator's; an existing one is only replaced where that is meant."""
    if path.exists() and not replace:
        raise UsageError(f"{path}: exists already; remove it first, or choose another folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as exc:
        raise SettingError(f"{path}: {exc.strerror}; choose a place you may write to") from exc
