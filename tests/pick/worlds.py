"""Invented worlds for the tests of pick, from a few lines to wild ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from decnet_emailgen.pick.plan import Thread
from decnet_emailgen.pick.simulate import Office
from decnet_emailgen.records import Pick
from decnet_emailgen.world.load import read
from decnet_emailgen.world.model import World

HEAD = "organisation: {name: Norsund, domain: norsund.internal, timezone: Europe/Madrid}\n"


def mint(client: str, domain: str, when: datetime, key: str, author: str) -> str:
    """A Message-ID good enough to tell mails apart."""
    return f"<{client}.{key}@{domain}>"


def world(people: Sequence[str], *, outside: Sequence[str] = (), extra: str = "") -> World:
    """A world of people given as the inside of YAML mappings."""
    lines = [HEAD, "personas:\n", *(f"  - {{{person}}}\n" for person in people)]
    if outside:
        lines += ["correspondents:\n", *(f"  - {{{person}}}\n" for person in outside)]
    settings = "" if "settings:" in extra else "settings: {machine_mail: 0}\n"
    return read("".join(lines) + extra + settings, source="test.yaml").world


def person(number: int, more: str = "") -> str:
    """A persona's mapping; ``more`` adds keys, and may give another role."""
    base = f"name: Ana Vidal {'abcdefghijklmnop'[number]}, email: p{number}@norsund.internal"
    role = "" if "role:" in more else ", role: Accountant"
    return f"{base}{role}{', ' + more if more else ''}"


def office(world: World, seed: str = "s", run: str = "r", stream: str = "") -> Office:
    """The first cast of a world at work."""
    return Office(world.casts()[0], seed, mint, run=run, stream=stream)


def small() -> World:
    """Six people in two zones and languages, two outside."""
    return world(
        [
            person(0, "role: Managing Director, languages: [en, es]"),
            person(1, "role: Sales Manager, manager: p0@norsund.internal, languages: [es, en]"),
            person(2, "role: System Administrator, manager: p0@norsund.internal, languages: [en]"),
            person(3, "timezone: America/New_York, country: US, languages: [en]"),
            person(4, "manager: p1@norsund.internal, languages: [es]"),
            person(5, "manager: p1@norsund.internal, languages: [es, en]"),
        ],
        outside=[
            "name: Carla Ruiz, email: carla@cliente.example, role: Purchasing Manager, "
            "organisation: Cliente, languages: [es]",
            "name: Tom Ellis, email: tom@supplier.example, role: Key Account Manager, "
            "organisation: Supplier, languages: [en]",
        ],
    )


def day(text: str) -> float:
    """Midnight UTC of a date as Unix time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def threads_of(office: Office, since: str, until: str, rate: float = 1.0) -> list[Thread]:
    """The threads of an interval."""
    return list(office.threads(office.starts(day(since), day(until), rate)))


def picks_of(threads: Sequence[Thread]) -> list[Pick]:
    """Their mails."""
    return [pick for thread in threads for pick in thread.picks]
