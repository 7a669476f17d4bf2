"""What ``emailgen personas check`` shows of a file: its people as they were filled in."""

from __future__ import annotations

from decnet_emailgen.world.model import Cast, Correspondent, Hours, Persona, World
from decnet_emailgen.world.words import DAYS


def persona_rows(cast: Cast) -> tuple[dict[str, str], ...]:
    """The personas of a cast, one mapping of short texts each, ready for a table."""
    return tuple(_row(person) | _inside(person) for person in cast.personas)


def correspondent_rows(world: World) -> tuple[dict[str, str], ...]:
    """The correspondents, one mapping of short texts each, ready for a table."""
    return tuple(_row(person) | _outside(person) for person in world.correspondents)


def _row(person: Persona | Correspondent) -> dict[str, str]:
    return {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "languages": ", ".join(person.languages),
        "zone": person.timezone,
        "hours": hours_text(person.hours),
        "workdays": workdays_text(person.workdays),
        "client": person.client,
        "mails a day": f"{person.mails_per_day:g}",
        "tone": person.tone,
        "replies": person.reply_latency,
    }


def _inside(person: Persona) -> dict[str, str]:
    return {
        "department": person.department,
        "manager": person.manager,
        "phone": person.phone_client,
    }


def _outside(person: Correspondent) -> dict[str, str]:
    return {"organisation": person.organisation, "relation": person.relation}


def hours_text(hours: Hours) -> str:
    """Hours as the file has them: ``09:00-18:00``."""
    return "-".join(f"{m // 60:02}:{m % 60:02}" for m in (hours.start, hours.end))


def workdays_text(workdays: frozenset[int]) -> str:
    """Workdays as the file has them: ``mon-fri`` where they follow each other, else a list."""
    from decnet_emailgen.world.leave import first_workday

    first = first_workday(workdays)
    row = [(first + n) % 7 for n in range(len(workdays))]
    if len(row) > 2 and set(row) == workdays:
        return f"{DAYS[row[0]]}-{DAYS[row[-1]]}"
    return ", ".join(DAYS[day] for day in sorted(workdays))
