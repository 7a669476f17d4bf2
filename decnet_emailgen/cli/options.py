"""Options that several commands share, spelt once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Personas = Annotated[
    Path | None,
    typer.Option(
        "--personas",
        "-p",
        envvar="EMAILGEN_PERSONAS",
        show_default="./personas.yaml, else the user's config folder",
        help="The personas file.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="An invalid persona is an error, not left out.")
]
Db = Annotated[Path, typer.Option("--db", envvar="EMAILGEN_DB", help="The store, an SQLite file.")]
Now = Annotated[
    str | None,
    typer.Option(
        "--now",
        envvar="EMAILGEN_NOW",
        metavar="ISO8601",
        show_default="the clock",
        help="Take this as the present instant.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        envvar="EMAILGEN_SEED",
        show_default="the store's own",
        help="Pin randomness: same seed, same picks.",
    ),
]
Writer = Annotated[
    str | None,
    typer.Option(
        "--writer",
        envvar="EMAILGEN_WRITER",
        show_default="auto",
        help="auto, builtin, ollama, openai, or an installed one.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option("--model", envvar="EMAILGEN_MODEL", help="The model, as its server names it."),
]
Url = Annotated[
    list[str] | None,
    typer.Option("--url", envvar="EMAILGEN_WRITER_URL", help="The model server; may be repeated."),
]
Jobs = Annotated[
    int, typer.Option("-j", "--jobs", min=1, max=256, help="Mails to write at the same time.")
]
OnReject = Annotated[
    str,
    typer.Option(
        "--on-reject",
        envvar="EMAILGEN_ON_REJECT",
        help="When a writer's answers are all rejected: builtin, skip or fail.",
    ),
]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="TARGET",
        envvar="EMAILGEN_TO",
        show_default="what each decky says",
        help="Where copies go: spool:DIR, maildir:DIR, mbox:FILE, docker://CONTAINER, "
        "imap[s]://USER@HOST; may be repeated.",
    ),
]
Verify = Annotated[
    bool, typer.Option("--verify", help="Read every copy back through the target's own door.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON Lines.")]
