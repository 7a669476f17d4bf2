"""An invented organisation: people with names, positions and managers, and firms they deal with.

Names are common ones of each language, drawn at random; positions come in the order in which a
firm fills them, so that a cast of any size has managers. The tables are ``data/names.toml`` and
``data/positions.toml``. The firms outside have domains below ``.example``, which nobody can own
(RFC 2606 section 2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from decnet_emailgen.world.importing import dump
from decnet_emailgen.world.places import data_table

HOMES = {"en": "GB", "de": "DE", "es": "ES", "fr": "FR", "it": "IT", "nl": "NL", "pt": "PT"}
"""The languages that casts are invented in, each with a country that speaks it."""

_HEAD = """\
# yaml-language-server: $schema=personas.schema.json
#
# An invented cast, made by: {made}
# Read it as an intruder would, and change what doesn't fit the network you defend: the domains
# of the correspondents first. Then run: emailgen personas check

"""
_STYLES = {"{first}.{last}": 60, "{initial}.{last}": 25, "{initial}{last}": 15}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_OUTSIDE = {"customer": "buyer", "supplier": "seller", "partner": "legal"}
_MANNERISMS = (
    "answers in one line where one line will do",
    "numbers the questions",
    "asks for a date in nearly every mail",
    "puts the decision first and the reason after it",
    "thanks before asking for anything",
    "confirms every call in writing",
    "quotes amounts to the cent",
    "likes short bullet lists",
    "starts without small talk",
    "a word about the weekend on Mondays",
    "repeats the deadline at the end",
    "writes long sentences with several commas",
    "never uses exclamation marks",
    "now and then forgets the attachment",
    "separates facts from guesses",
    "apologises for chasing",
    "lower-case subjects",
    "signs with initials inside a thread",
    "asks whether a call would be quicker",
    "gives the reason before the question",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted: how many people, their languages (the usual one first), where, and who.

    ``made`` is the command that makes the same file again.
    """

    people: int
    languages: tuple[str, ...]
    country: str
    domain: str
    name: str
    made: str = ""


def invent(asked: Asked, draw: Random) -> str:
    """A whole personas file as YAML; the same for the same wishes and state of ``draw``."""
    taken = _Taken(draw, draw.choices(list(_STYLES), list(_STYLES.values()))[0])
    first = asked.languages[0]
    whole: dict[str, Any] = {
        "organisation": {
            "name": asked.name,
            "domain": asked.domain,
            "country": asked.country,
            "language_default": first,
        },
        "personas": list(_people(asked, taken)),
        "correspondents": list(_correspondents(asked, taken)),
        "deckies": [
            {"name": "mail-01", "services": ["imap", "pop3"], "deliver": "maildir:./mailboxes"}
        ],
    }
    return _HEAD.format(made=asked.made or "emailgen personas new") + dump(whole)


@dataclass(slots=True)
class _Taken:
    """Names and addresses are each given once."""

    draw: Random
    style: str
    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)

    def name(self, language: str) -> tuple[str, str, bool]:
        """A first and a family name, and whether a woman bears them."""
        table = data_table("names.toml")[language]
        while True:
            woman = self.draw.random() < 0.5
            first = self.draw.choice(table["women" if woman else "men"])
            last = self.draw.choice(table["family"])
            spare = len(self.names) > len(table["family"]) // 2
            if not {f"{first} {last}", *(() if spare else (first, last))} & self.names:
                self.names |= {f"{first} {last}", first, last}
                return first, last, woman

    def email(self, first: str, last: str, domain: str) -> str:
        """An address in the style of the house; a number tells namesakes apart."""
        given, family = _plain(first), _plain(last)
        base = self.style.format(first=given, initial=given[:1], last=family)
        number, email = 1, f"{base}@{domain}"
        while email in self.emails:
            number += 1
            email = f"{base}{number}@{domain}"
        self.emails.add(email)
        return email


def _plain(name: str) -> str:
    """A name as it stands in an address: ASCII letters only."""
    folded = unicodedata.normalize("NFKD", name.lower().translate(_UMLAUTS))
    return "".join(char for char in folded if char.isascii() and char.isalnum())


def _positions(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The positions that a firm of that size has, its managers before those they lead."""
    table = data_table("positions.toml")
    many = [name for name, one in table.items() if one.get("many")]
    for number, name in enumerate([*table, *many * (count // len(many) + 1)]):
        if number == count:
            return
        yield name, table[name]


def _people(asked: Asked, taken: _Taken) -> Iterator[dict[str, Any]]:
    holders: dict[str, str] = {}
    for number, (name, position) in enumerate(_positions(asked.people)):
        language = asked.languages[0] if number == 0 else _language(asked, taken.draw)
        first, last, woman = taken.name(language)
        email = taken.email(first, last, asked.domain)
        role = _title(position, language, woman)
        holders.setdefault(name, email)
        known: dict[str, Any] = {
            "name": f"{first} {last}",
            "email": email,
            "role": role,
            "department": position["department"],
            "manager": holders.get(position.get("over", ""), ""),
            "mannerisms": taken.draw.sample(_MANNERISMS, taken.draw.choice((1, 2, 2, 3))),
            "language": language,
            "languages": _languages(asked.languages, language),
            "signature": "",
        }
        if taken.draw.random() < 0.55:
            known["signature"] = f"{first} {last}\n{role}\n{asked.name}\n"
        yield {key: value for key, value in known.items() if value}


def _correspondents(asked: Asked, taken: _Taken) -> Iterator[dict[str, Any]]:
    for number in range(max(3, asked.people // 3)):
        relation = list(_OUTSIDE)[number % len(_OUTSIDE)]
        language = _language(asked, taken.draw)
        first, last, woman = taken.name(language)
        family, end = (taken.draw.choice(data_table("names.toml")[language][k]) for k in _FIRM)
        home = asked.country if language == asked.languages[0] else HOMES[language]
        role = _title(data_table("positions.toml")[_OUTSIDE[relation]], language, woman)
        domain = f"{_plain(family)}-{_plain(end.partition(' ')[2] or end)}.example"
        yield {
            "name": f"{first} {last}",
            "email": taken.email(first, last, domain),
            "role": role,
            "organisation": f"{family} {end}",
            "relation": relation,
            "country": home,
            "language": language,
            "languages": _languages(asked.languages, language),
        }


_FIRM = ("family", "firms")


def _language(asked: Asked, draw: Random) -> str:
    """Two in three speak the usual language first, the rest one of the others."""
    others = asked.languages[1:]
    return asked.languages[0] if not others or draw.random() < 0.65 else draw.choice(others)


def _languages(known: Sequence[str], own: str) -> list[str]:
    """One's own and the usual one, which everybody can write."""
    return list(dict.fromkeys((own, known[0])))


def _title(position: dict[str, Any], language: str, woman: bool) -> str:
    first, _, second = str(position[language]).partition("|")
    return first if woman or not second else second
