"""Sentences that vary: ``{a|b}`` takes one, ``[du|Sie]`` goes by the form of address.

``$x`` puts a fact. Each string is parsed once into nested tuples (:data:`Template`); putting one
into words is then a walk over it with a ``random.Random`` and the values of the slots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from random import Random

from decnet_emailgen.errors import SettingError

_PIECE = re.compile(r"[{}\[\]|]|\$[a-z][a-z_]*|[^{}\[\]|$]+|\$")
_LOOSE = re.compile(" {2,}")
_STRAY = re.compile(r" +(?=[.,](?:\s|$))")
_CLOSERS = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a fact."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several texts, each as likely as the others."""

    options: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Two texts: for mail between familiar people, and for formal mail."""

    familiar: Template
    formal: Template


Part = str | Slot | Choice | Address
Template = tuple[Part, ...]


def parse(source: str) -> Template:
    """The template that ``source`` spells.

    Raises :class:`SettingError` for braces or brackets that don't match, a pair that is not
    exactly two, and a ``$`` that no name follows.
    """
    pieces = _PIECE.findall(source)
    pieces.reverse()
    options = _options(pieces, "", source)
    if len(options) > 1:
        raise SettingError(f"a bar outside braces in {source!r}: write {{a|b}}")
    return options[0]


def _options(pieces: list[str], closer: str, source: str) -> list[Template]:
    """The texts between bars, up to ``closer`` (or to the end, for an empty one)."""
    options: list[Template] = []
    parts: list[Part] = []
    while pieces:
        piece = pieces.pop()
        if piece == closer:
            return [*options, tuple(parts)]
        if piece == "|":
            options.append(tuple(parts))
            parts = []
        else:
            parts.append(_part(piece, pieces, source))
    if closer:
        raise SettingError(f"no closing {closer} in {source!r}")
    return [*options, tuple(parts)]


def _part(piece: str, pieces: list[str], source: str) -> Part:
    if piece in _CLOSERS:
        options = _options(pieces, _CLOSERS[piece], source)
        if piece == "{":
            return Choice(tuple(options))
        if len(options) != 2:
            raise SettingError(f"a pair of {len(options)} in {source!r}: write [familiar|formal]")
        return Address(*options)
    if piece in "}]":
        raise SettingError(f"a {piece} that nothing opened in {source!r}")
    if piece[0] == "$":
        if piece == "$":
            raise SettingError(f"a $ without a name in {source!r}: write $amount, or the currency")
        return Slot(piece[1:])
    return piece


def render(template: Template, slots: Mapping[str, str], formal: bool, rng: Random) -> str:
    """The template in words; a ``KeyError`` names a slot that has no value."""
    out: list[str] = []
    _render(template, slots, formal, rng, out)
    text = "".join(out)
    if "  " in text or " ." in text or " ," in text:
        text = _LOOSE.sub(" ", _STRAY.sub("", text))
    return text.strip()


def _render(
    template: Template, slots: Mapping[str, str], formal: bool, rng: Random, out: list[str]
) -> None:
    for part in template:
        if type(part) is str:
            after_stop = part[0] == "." and bool(out) and out[-1].endswith(".")
            out.append(part[1:] if after_stop else part)  # one stop after "Zuivel Noord B.V."
        elif type(part) is Slot:
            out.append(slots[part.name])
        elif type(part) is Choice:
            options = part.options
            _render(options[int(rng.random() * len(options))], slots, formal, rng, out)
        elif type(part) is Address:
            _render(part.formal if formal else part.familiar, slots, formal, rng, out)


def slots_of(template: Template) -> Iterator[str]:
    """Every slot's name, as often as it stands there."""
    for part in template:
        if isinstance(part, Slot):
            yield part.name
        elif isinstance(part, Choice):
            for option in part.options:
                yield from slots_of(option)
        elif isinstance(part, Address):
            yield from slots_of(part.familiar)
            yield from slots_of(part.formal)


def always(template: Template, names: frozenset[str]) -> bool:
    """Whether one of the slots is put whatever is chosen."""
    return any(_part_always(part, names) for part in template)


def _part_always(part: Part, names: frozenset[str]) -> bool:
    if isinstance(part, Slot):
        return part.name in names
    if isinstance(part, Choice):
        return all(always(option, names) for option in part.options)
    if isinstance(part, Address):
        return always(part.familiar, names) and always(part.formal, names)
    return False


def has_address(template: Template) -> bool:
    """Whether the form of address changes anything."""
    return any(
        isinstance(part, Address)
        or (isinstance(part, Choice) and any(has_address(option) for option in part.options))
        for part in template
    )


def combinations(template: Template) -> int:
    """How many texts the template can become for one form of address."""
    count = 1
    for part in template:
        if isinstance(part, Choice):
            count *= sum(combinations(option) for option in part.options)
        elif isinstance(part, Address):
            count *= max(combinations(part.familiar), combinations(part.formal))
    return count


def expand(template: Template, formal: bool = False, limit: int = 64) -> Iterator[str]:
    """Texts of the template, with ``$name`` for the slots: every option, then some mixtures.

    About ``limit`` texts at most, and never fewer than it takes to show each option once.
    """
    sides = [list(_part_texts(part, formal, limit)) for part in template]
    options = max(map(len, sides), default=0)
    for n in range(options):
        yield "".join(side[n % len(side)] for side in sides)
    for texts in islice(product(*sides), max(0, limit - options)):
        yield "".join(texts)


def _part_texts(part: Part, formal: bool, limit: int) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Slot):
        yield f"${part.name}"
    elif isinstance(part, Choice):
        for option in part.options:
            yield from expand(option, formal, limit)
    else:
        yield from expand(part.formal if formal else part.familiar, formal, limit)
