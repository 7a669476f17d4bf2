"""The systems of an office that send mail by themselves: help desk, monitoring, scanner and so on.

A third to a half of what lies in a working inbox was written by nobody (Mimecast's and SaneBox's
surveys; docs/realism.md), so a mailbox without notices is as odd as one without people. Which
systems there are follows from ``data/services.toml``; their addresses are the organisation's, and
those of outsiders' newsletters are at their own domains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from decnet_emailgen.world import places
from decnet_emailgen.world.fill import Choice
from decnet_emailgen.world.model import (
    Correspondent,
    Hours,
    Organisation,
    Persona,
    Service,
)

_DAY = Hours(7 * 60 + 15, 18 * 60 + 30)
_LETTERS = 4
"""Outside organisations whose newsletters somebody reads, at most."""


def services(
    house: Organisation, people: Sequence[Persona], outside: Sequence[Correspondent]
) -> tuple[Service, ...]:
    """The systems that write to these people, always the same for the same organisation.

    A system whose address a person has, or that nobody of these would hear from, is left out.
    """
    taken = {person.email.lower() for person in (*people, *outside)}
    found = (_system(house, name, row, people) for name, row in _table().items())
    systems = [system for system in found if system is not None]
    systems += _newsletters(house, outside)
    return tuple(system for system in systems if system.email.lower() not in taken)


def languages() -> frozenset[str]:
    """The base languages in which systems can write."""
    return frozenset(_table()["helpdesk"]["names"])


def _table() -> dict[str, Any]:
    return places.data_table("services.toml")


def _system(
    house: Organisation, name: str, row: dict[str, Any], people: Sequence[Persona]
) -> Service | None:
    heard = [p for p in people if "any" in row["to"] or p.department in row["to"]]
    if not heard:
        return None
    choice = Choice(house, f"system {name}")
    language = _language(house, row)
    spoken = sorted({code for p in heard for code in p.languages if code[:2] in row["names"]})
    number = int(choice.share("kind") * len(row["local"]))
    labels = row["names"][language]
    return Service(
        name=labels[number % len(labels)],
        email=f"{row['local'][number]}@{house.domain}",
        role=f"system/{name}",
        languages=tuple(dict.fromkeys((language, *spoken))),
        timezone=house.timezone,
        country=house.country,
        client=f"system/{name}",
        hours=_DAY,
        workdays=places.workdays_of(house.country),
        mails_per_day=row["each"] * len(heard),
        to=tuple(row["to"]),
        rhythm=row["rhythm"],
        minute=int(choice.share("minute") * 240),
    )


def _language(house: Organisation, row: dict[str, Any]) -> str:
    """The organisation's language where the system knows it, else English."""
    code = house.language_default.partition("-")[0]
    return house.language_default if code in row["names"] else "en"


def _newsletters(house: Organisation, outside: Iterable[Correspondent]) -> list[Service]:
    """The newsletters of some outside organisations."""
    by_domain = {person.email.rpartition("@")[2]: person for person in outside}
    senders = [person for person in by_domain.values() if person.organisation][:_LETTERS]
    return [_newsletter(house, person) for person in senders]


def _newsletter(house: Organisation, person: Correspondent) -> Service:
    domain = person.email.rpartition("@")[2]
    known = languages()
    own = person.language.partition("-")[0]
    choice = Choice(house, f"newsletter {domain}")
    local = ("newsletter", "news", "info", "marketing")[int(choice.share("local") * 4)]
    return Service(
        name=person.organisation,
        email=f"{local}@{domain}",
        role="system/newsletter",
        languages=(person.language if own in known else "en",),
        timezone=person.timezone,
        country=person.country,
        client="system/newsletter",
        hours=_DAY,
        workdays=places.workdays_of(person.country),
        mails_per_day=0.6 * (1 + choice.share("volume")),
        rhythm="letter",
        minute=int(choice.share("minute") * 300),
        organisation=person.organisation,
        outside=True,
    )
