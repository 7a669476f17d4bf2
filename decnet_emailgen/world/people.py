"""Lists of people: what must hold between the fields of one person, and between the people."""

from __future__ import annotations

from dataclasses import dataclass, field

from decnet_emailgen.world import values
from decnet_emailgen.world.fields import Field
from decnet_emailgen.world.model import Settings
from decnet_emailgen.world.problems import Place, near
from decnet_emailgen.world.tree import Item
from decnet_emailgen.world.values import Values
from decnet_emailgen.world.words import is_provider

_LONG_NIGHT = 12 * 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One valid person of a list: the values that the file gives, and where they stand."""

    item: Item
    place: Place
    values: Values

    @property
    def email(self) -> str:
        """The address, in the form by which people are told apart."""
        return str(self.values["email"]).lower()

    def line(self, key: str) -> int:
        """The line of a key, or of the person if it isn't given."""
        return self.item.entries.get(key, self.item).line


@dataclass(slots=True)
class People:
    """The valid people of one list, and the addresses (lower case) of those left out."""

    entries: list[Entry] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def drop(self, entry: Entry) -> None:
        """Leave somebody out after all."""
        self.entries.remove(entry)
        self.left_out.add(entry.email)


def read_people(item: Item, fields: tuple[Field, ...], place: Place) -> People:
    """The valid people of a list; what is wrong with the others is recorded at their places."""
    people = People()
    lines: dict[str, int] = {}
    if item.kind != "list":
        Place(place.report, place.where).wrong(
            item.line, f"is {item.noun}, not a list", "write a list: one '- name: …' each"
        )
        return people
    for number, part in enumerate(item.items):
        here = place.at(number)
        before = place.report.wrongs
        found = values.section(part, fields, here)
        if found is not None:
            entry = Entry(part, here, found)
            _check_person(entry)
            _check_twice(entry, lines)
            if place.report.wrongs == before:
                people.entries.append(entry)
                continue
        address = part.entries.get("email")
        if address:
            people.left_out.add(address.text.strip().lower())
    people.left_out -= {entry.email for entry in people.entries}
    return people


def _check_person(entry: Entry) -> None:
    """What must hold between the fields of one person."""
    found, place = entry.values, entry.place
    tone = found.get("tone")
    if tone == "custom" and "tone_custom" not in found:
        place.at("tone").wrong(entry.line("tone"), "custom without words", "give tone_custom too")
    if "tone_custom" in found and tone not in ("custom", None):
        remedy = "write tone: custom, or take it out"
        place.at("tone_custom").warn(
            entry.line("tone_custom"), f"not used with tone: {tone}", remedy
        )
    if "tone_custom" in found and tone is None:
        found["tone"] = "custom"
    hours = found.get("active_hours")
    if hours and hours.end < hours.start and hours.length > _LONG_NIGHT:
        length = f"{hours.length / 60:g}"
        place.at("active_hours").warn(
            entry.line("active_hours"),
            f"{length} hours across midnight",
            "swap start and end if a day shift was meant",
        )
    if found.get("subdivision"):
        _check_subdivision(entry)


def _check_subdivision(entry: Entry) -> None:
    """A state or region must be one whose holidays are known, where those of its country are."""
    import holidays

    from decnet_emailgen.world.calendar import import_countries_one_by_one

    import_countries_one_by_one()
    country = entry.values.get("country")
    place, line = entry.place.at("subdivision"), entry.line("subdivision")
    if country is None:
        place.wrong(line, "a subdivision without its country", "give country too")
        return
    try:
        known = holidays.country_holidays(country).subdivisions
    except NotImplementedError:
        return
    name = entry.values["subdivision"]
    spelt = {code.upper(): code for code in known}
    if name in spelt:
        entry.values["subdivision"] = spelt[name]
    else:
        some = ", ".join(known) or "none"
        place.wrong(line, f"unknown subdivision {name!r} of {country}", f"known: {some}")


def _check_twice(entry: Entry, lines: dict[str, int]) -> None:
    first = lines.setdefault(entry.email, entry.line("email"))
    if first != entry.line("email"):
        what = f"{entry.values['email']} stands twice"
        remedy = f"the first is in line {first}; give each person an own address"
        entry.place.at("email").wrong(entry.line("email"), what, remedy)


def check_domains(people: People, domain: str, settings: Settings) -> None:
    """Personas live at the organisation's domain, never at a provider's unless that is allowed."""
    for entry in list(people.entries):
        at = entry.values["email"].rpartition("@")[2]
        place, line = entry.place.at("email"), entry.line("email")
        if is_provider(at) and at not in settings.allow_domains:
            place.wrong(line, *provider_problem(at))
            people.drop(entry)
        elif domain and at != domain and not at.endswith(f".{domain}"):
            remedy = f"give an address at {domain}, or list who is outside under correspondents"
            place.warn(line, f"not at the organisation's domain {domain}", remedy)


def provider_problem(domain: str) -> tuple[str, str]:
    """What is said about a provider's domain."""
    what = f"{domain} is a mail provider's domain, where addresses belong to real people"
    return what, f"use a domain of your own, or list {domain} in settings.allow_domains"


def check_managers(people: People) -> None:
    """A manager is another persona of the list, and nobody is above themselves."""
    known = {entry.email for entry in people.entries} | people.left_out
    for entry in list(people.entries):
        above = entry.values.get("manager", "").lower()
        if not above or (above in known and above != entry.email):
            continue
        place, line = entry.place.at("manager"), entry.line("manager")
        if above == entry.email:
            place.wrong(line, "is their own manager", "name another persona, or nobody")
        else:
            remedy = near(above, known, "name a persona of the same list, or nobody")
            place.wrong(line, f"nobody here has the address {above}", remedy)
        people.drop(entry)
    _resolve_managers(people)
    _check_cycles(people)


def _resolve_managers(people: People) -> None:
    """Managers as their own entries spell them; nobody where the manager was left out."""
    known = {entry.email: entry.values["email"] for entry in people.entries}
    for entry in people.entries:
        above = entry.values.pop("manager", "").lower()
        if above in known:
            entry.values["manager"] = known[above]
        elif above:
            place = entry.place.at("manager")
            place.warn(entry.line("manager"), f"{above} was left out", "mend that persona")


def _check_cycles(people: People) -> None:
    above = {e.email: e.values.get("manager", "").lower() for e in people.entries}
    seen: set[str] = set()
    for entry in people.entries:
        path: list[str] = []
        email = entry.email
        while email and email not in seen:
            seen.add(email)
            path.append(email)
            email = above[email]
        if email not in path:
            continue
        ring = path[path.index(email) :]
        first = next(e for e in people.entries if e.email in ring)
        Place(first.place.report, f"{first.place.where}.manager").wrong(
            first.line("manager"),
            f"managers in a circle: {' > '.join([*ring, ring[0]])}",
            "take one manager out",
        )
