"""``emailgen personas new``: an invented cast."""

from __future__ import annotations

from typing import Annotated

import typer

from decnet_emailgen.errors import PersonasError, UsageError


def new(
    name: Annotated[str, typer.Option(help="The organisation's name.")],
    domain: Annotated[str, typer.Option(help="Its mail domain, one of yours.")],
    people: Annotated[int, typer.Option(min=2, max=500, help="How many people it has.")] = 12,
    language: Annotated[
        str,
        typer.Option(
            metavar="LANG[,LANG]",
            help="What they write, the usual one first: de en es fr it nl pt.",
        ),
    ] = "en",
    country: Annotated[
        str,
        typer.Option(
            metavar="CC", show_default="the language's", help="Where it is, ISO 3166: GB, DE, …"
        ),
    ] = "",
    seed: Annotated[
        int | None,
        typer.Option("--seed", show_default="by chance", help="Same seed, same people."),
    ] = None,
) -> None:
    """Invent an organisation and print its personas file: people, managers, firms outside."""
    from random import Random
    from secrets import randbelow

    from decnet_emailgen.cli.console import out
    from decnet_emailgen.world.inventing import HOMES, Asked, invent
    from decnet_emailgen.world.load import read

    languages = tuple(dict.fromkeys(part.strip().lower() for part in language.split(",")))
    unknown = [code for code in languages if code not in HOMES]
    if unknown:
        known = ", ".join(sorted(HOMES))
        raise UsageError(f"--language {unknown[0]}: no names of that language; choose of {known}")
    number = randbelow(10**9) if seed is None else seed
    place = (country or HOMES[languages[0]]).upper()
    made = _command(people, languages, place, domain, name, number)
    text = invent(Asked(people, languages, place, domain, name, made), Random(made))
    try:
        read(text, source="", strict=True)
    except PersonasError as exc:
        problem = exc.problems[0].partition(": ")[2]
        raise UsageError(problem or str(exc)) from exc
    out(text.rstrip("\n"))


def _command(
    people: int, languages: tuple[str, ...], country: str, domain: str, name: str, seed: int
) -> str:
    """The command that makes this cast, in one line."""
    from shlex import quote

    from decnet_emailgen.cli.console import one_line

    words = (
        *("emailgen", "personas", "new", "--people", str(people)),
        *("--language", ",".join(languages), "--country", country),
        *("--domain", domain, "--name", name, "--seed", str(seed)),
    )
    return one_line(" ".join(map(quote, words)))
