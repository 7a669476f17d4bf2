"""What the file leaves out, filled sensibly and always the same way for the same file.

Choices hang on a hash of the organisation, the person's address and what is chosen, so that
another person in the file changes nobody's client, and two organisations differ. The tables are
in ``data/roles.toml``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

from decnet_emailgen.world import places
from decnet_emailgen.world.model import Correspondent, Hours, Organisation, Persona

Values = dict[str, Any]

_WORD = re.compile(r"[\w&]+")
_PHONE_SHARE = 0.6


def organisation(values: Values) -> Organisation:
    """The organisation; zone and country follow from each other where one is given."""
    values = dict(values)
    if "timezone" in values:
        values.setdefault("country", places.country_of(values["timezone"]) or "US")
    elif "country" in values:
        values["timezone"] = places.zone_of(values["country"])
    return Organisation(**values)


def persona(values: Values, house: Organisation, language_default: str) -> Persona:
    """A persona with every field filled. ``language_default`` is that of the decky or the house."""
    choice = Choice(house, values["email"])
    person = _person(values, house)
    department = values.get("department") or department_of(values["role"])
    person["department"] = department
    person["languages"] = _languages(values, language_default, house.language_default)
    person.setdefault("client", _client(choice, department))
    phone = values.get("phone_client") or _phone(choice, person["client"])
    person["phone_client"] = "" if phone == "none" else phone
    _habits(person, choice, department, _load(choice, department, values["role"]))
    return Persona(**person)


def correspondent(values: Values, house: Organisation) -> Correspondent:
    """A correspondent with every field filled."""
    choice = Choice(house, values["email"])
    person = _person(values, house)
    country = person["country"]
    native = places.language_of(country) if country != house.country else ""
    person["languages"] = _languages(
        values, native or house.language_default, house.language_default
    )
    person.setdefault("role", "")
    person.setdefault("relation", _best("relation", person["role"]) or "partner")
    if "client" not in person:
        domain = Choice(house, values["email"].rpartition("@")[2])
        mixes = places.data_table("roles.toml")["outside"]
        person["client"] = choice.weighed(
            "client", mixes[str(int(domain.share("client") * len(mixes)))]
        )
    _habits(person, choice, department_of(person["role"]), 0.8 * choice.spread("volume", 0.7))
    return Correspondent(**person)


class Choice:
    """Choices that hang on an organisation and one name in it, and on nothing else."""

    def __init__(self, house: Organisation, name: str) -> None:
        self.house = Choice(house, "") if name else self
        self.key = f"{house.name}\n{house.domain}\n{name.lower()}"

    def share(self, what: str) -> float:
        """A number from 0 up to 1, the same for the same choice."""
        digest = blake2b(f"{self.key}\n{what}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64

    def weighed(self, what: str, weights: Mapping[str, float]) -> str:
        """One of the keys, by weight."""
        left = self.share(what) * sum(weights.values())
        for name, weight in weights.items():
            left -= weight
            if left < 0:
                return name
        return list(weights)[-1]

    def spread(self, what: str, sigma: float) -> float:
        """A log-normal factor of median 1."""
        radius = math.sqrt(-2 * math.log(1 - self.share(f"{what} radius")))
        return math.exp(sigma * radius * math.cos(2 * math.pi * self.share(f"{what} angle")))


def department_of(role: str) -> str:
    """The department a role belongs to, ``operations`` if it says nothing."""
    return _best("department", role) or "operations"


def _person(values: Values, house: Organisation) -> Values:
    """The fields that need no choice: place and time, and what the file gives."""
    person = {k: v for k, v in values.items() if k not in ("language", "active_hours")}
    if "timezone" in values:
        country = places.country_of(values["timezone"])
        if values["timezone"] == house.timezone:
            country = house.country
        person.setdefault("country", country or house.country)
    elif values.get("country", house.country) == house.country:
        person["timezone"], person["country"] = house.timezone, house.country
    else:
        person["timezone"] = places.zone_of(values["country"])
    person.setdefault("workdays", places.workdays_of(person["country"]))
    if "active_hours" in values:
        person["hours"] = values["active_hours"]
    return person


def _languages(values: Values, preferred: str, house: str) -> tuple[str, ...]:
    """All that somebody writes, the preferred first; the house's too unless the file says all."""
    given: tuple[str, ...] = values.get("languages", ())
    first = values.get("language") or (given[0] if given else preferred)
    return tuple(dict.fromkeys((first, *(given or (house,)))))


def _habits(person: Values, choice: Choice, department: str, load: float) -> None:
    """Tone, latency, hours and volume, where they aren't given."""
    table = places.data_table("roles.toml")
    person.setdefault("tone", choice.weighed("tone", table["tone"][department]))
    person.setdefault("reply_latency", choice.weighed("latency", table["latency"]))
    if "hours" not in person:
        short = _best("seniority", person["role"]) != "senior" and choice.share("part time") < 0.06
        person["hours"] = _hours(choice, table["early"].get(department, 0), short)
    if "mails_per_day" not in person:
        share = len(person["workdays"]) * person["hours"].length / (5 * 540)
        person["mails_per_day"] = round(min(max(load * min(share, 1), 0.2), 45), 1)


def _hours(choice: Choice, early: int, short: bool) -> Hours:
    begin = choice.weighed("start", places.data_table("roles.toml")["start"])
    start = int(begin[:2]) * 60 + int(begin[3:]) - 30 * early
    half_hours = (9 if short else 17) + int(choice.share("length") * 3)
    return Hours(start, start + 30 * half_hours)


def _client(choice: Choice, department: str) -> str:
    mixes = places.data_table("roles.toml")["clients"]
    number = int(choice.house.share("client mix") * (len(mixes) - 1))
    technical = department in ("it", "engineering") and choice.share("technical") < 0.6
    return choice.weighed("client", mixes["technical" if technical else str(number)])


def _phone(choice: Choice, client: str) -> str:
    if choice.share("phone") >= _PHONE_SHARE:
        return "none"
    apple = 0.92 if client == "apple-mail" else 0.55
    return "iphone" if choice.share("phone client") < apple else "k9"


def _load(choice: Choice, department: str, role: str) -> float:
    rank = {"senior": 1.4, "junior": 0.6}.get(_best("seniority", role), 1.0)
    middle: float = places.data_table("roles.toml")["mails"][department]
    return middle * rank * choice.spread("volume", 0.6)


@cache
def _keywords(table: str) -> tuple[tuple[str, str], ...]:
    """What to look for in a role and what it means, the longest first."""
    found = []
    for meaning, keywords in places.data_table("roles.toml")[table].items():
        for keyword in keywords:
            found.append((f" {keyword}".removesuffix("*") + " " * (keyword[-1] != "*"), meaning))
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


@cache
def _best(table: str, role: str) -> str:
    """What the longest keyword of a table that stands in a role means; empty for none."""
    plain = unicodedata.normalize("NFKD", role.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    padded = " ".join(["", *_WORD.findall(plain), ""])
    return next((meaning for word, meaning in _keywords(table) if word in padded), "")
