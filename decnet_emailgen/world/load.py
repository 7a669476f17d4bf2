"""A personas file, from text to :class:`~decnet_emailgen.world.model.World`.

Every problem is found in one reading. A mistake inside a persona leaves that persona out; any
other mistake is an error, after which nothing is used.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from decnet_emailgen.world import fill, people, values
from decnet_emailgen.world.fields import (
    CORRESPONDENT,
    DECKY,
    FILE,
    ORGANISATION,
    PERSONA,
    SETTINGS,
    WRITER,
)
from decnet_emailgen.world.model import (
    Decky,
    Organisation,
    Persona,
    Settings,
    World,
    WriterSetting,
)
from decnet_emailgen.world.people import People
from decnet_emailgen.world.problems import Place, Problem, Report, Severity, near
from decnet_emailgen.world.tree import Item, from_yaml
from decnet_emailgen.world.values import Values
from decnet_emailgen.world.words import is_provider

DEFAULT_DECKY = Decky("mail-01", "mail-01", ("imap", "pop3"), ("maildir:./mailboxes",))

_NOBODY = Organisation("Nobody", "nobody.invalid")
_START = "start from personas.example.yaml, or run: emailgen init"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's world, and what there is to say about the file (warnings, personas left out)."""

    world: World
    problems: tuple[Problem, ...] = ()


def read(text: str, *, source: str, strict: bool = False) -> Loaded:
    """The world that a personas file describes.

    ``source`` is the file's name as problems show it; with ``strict``, a persona with a mistake
    is an error as any other. Raises :class:`PersonasError`, carrying every problem found, if
    there is an error among them.
    """
    report = Report(source)
    root = Place(report)
    item = from_yaml(text, root)
    if item is None and not report.problems:
        root.wrong(1, "nothing in it", _START)
    if item is not None:
        _check_shape(item, root)
    report.raise_errors()
    assert item is not None  # noqa: S101 - an empty file was raised as an error
    world = _Reader(root, strict).world(item)
    report.raise_errors()
    return Loaded(world, report.sorted())


def decode(content: bytes, *, source: str) -> str:
    """The text of a file, which must be UTF-8. Raises :class:`PersonasError` naming the line."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as exc:
        report = Report(source)
        line = content.count(b"\n", 0, exc.start) + 1
        byte = f"the byte 0x{content[exc.start]:02X} is no UTF-8"
        Place(report).wrong(line, byte, "save the file as UTF-8")
        report.raise_errors()
        raise  # unreachable: an error was recorded


def _check_shape(item: Item, root: Place) -> None:
    """Tell a list of personas from something else where a mapping should be."""
    if item.kind == "map":
        return
    if item.kind == "list" and all(part.kind == "map" for part in item.items):
        what = "a bare list of personas, as DECNET keeps them"
        root.wrong(item.line, what, "convert it: emailgen personas import FILE > personas.yaml")
    else:
        root.wrong(item.line, f"is {item.noun}, not a mapping with organisation:", _START)


class _Reader:
    """Reads the sections in the order in which they depend on each other."""

    def __init__(self, root: Place, strict: bool) -> None:
        self.root = root
        self.strict = strict
        self.house = _NOBODY
        self.settings = Settings()

    def world(self, item: Item) -> World:
        """The world of a whole file; what is wrong with it is in the report."""
        values.section(item, FILE, self.root)
        found = {key: part for key, part in item.entries.items() if part.kind != "empty"}
        self.settings = self._settings(found.get("settings"))
        writer = self._writer(found.get("writer"))
        if "organisation" in found:
            self.house = self._organisation(found["organisation"])
        shared = self._people(found.get("personas"), self.root.at("personas"))
        personas = self._personas(shared, self.house.language_default)
        others = self._others(found.get("correspondents"))
        outside = tuple(fill.correspondent(entry.values, self.house) for entry in others.entries)
        deckies = self._deckies(found.get("deckies"), shared, personas)
        if "personas" not in found and not any(decky.personas for decky in deckies):
            self.root.wrong(item.line, "no personas", "list two at least under personas:")
        world = World(self.house, personas, outside, deckies, writer, self.settings)
        check_outside(others, world)
        if all(problem.severity != "error" for problem in self.root.report.problems):
            check_casts(world, self.root, found)
        return world

    def _settings(self, item: Item | None) -> Settings:
        found = values.section(item, SETTINGS, self.root.at("settings")) if item else None
        return Settings(**(found or {}))

    def _writer(self, item: Item | None) -> WriterSetting:
        found = (values.section(item, WRITER, self.root.at("writer")) if item else None) or {}
        return WriterSetting(urls=found.pop("url", ()), **found)

    def _organisation(self, item: Item) -> Organisation:
        place = self.root.at("organisation")
        found = values.section(item, ORGANISATION, place)
        if found is None:
            return _NOBODY
        domain = found["domain"]
        if is_provider(domain) and domain not in self.settings.allow_domains:
            line = item.entries["domain"].line
            place.at("domain").wrong(line, *people.provider_problem(domain))
        if "timezone" not in found and "country" not in found:
            remedy = "give timezone, such as Europe/Madrid"
            place.warn(item.line, "neither timezone nor country: everybody lives in UTC", remedy)
        return fill.organisation(found)

    def _people(self, item: Item | None, place: Place) -> People:
        """The valid entries of a list of personas."""
        if item is None:
            return People()
        severity: Severity = "error" if self.strict else "dropped"
        found = people.read_people(item, PERSONA, Place(place.report, place.where, severity))
        domain = "" if self.house is _NOBODY else self.house.domain
        people.check_domains(found, domain, self.settings)
        people.check_managers(found)
        return found

    def _personas(self, found: People, language: str) -> tuple[Persona, ...]:
        filled = tuple(fill.persona(entry.values, self.house, language) for entry in found.entries)
        writers = Counter(tongue for person in filled for tongue in person.languages)
        for entry, person in zip(found.entries, filled, strict=True):
            if len(filled) > 1 and all(writers[tongue] == 1 for tongue in person.languages):
                what = f"writes {', '.join(person.languages)}, and nobody else here does"
                remedy = "give languages that another persona writes too"
                entry.place.warn(entry.line("language"), what, remedy)
        return filled

    def _others(self, item: Item | None) -> People:
        """The valid entries of the list of correspondents."""
        if item is None:
            return People()
        return people.read_people(item, CORRESPONDENT, self.root.at("correspondents"))

    def _deckies(
        self, item: Item | None, shared: People, personas: tuple[Persona, ...]
    ) -> tuple[Decky, ...]:
        place = self.root.at("deckies")
        if item is None:
            return (DEFAULT_DECKY,)
        if item.kind != "list":
            place.wrong(item.line, f"is {item.noun}, not a list", "write a list: '- name: …'")
        lines: dict[str, int] = {}
        deckies = []
        for number, part in enumerate(item.items):
            here = place.at(number)
            found = values.section(part, DECKY, here)
            if found is None:
                continue
            if found["name"] in lines:
                what = f"a second decky named {found['name']}"
                here.wrong(part.line, what, f"the first is in line {lines[found['name']]}")
            lines.setdefault(found["name"], part.line)
            deckies.append(self._decky(found, here, shared))
        return tuple(deckies)

    def _decky(self, found: Values, place: Place, shared: People) -> Decky:
        language = found.pop("language_default", self.house.language_default)
        residents = shared
        own: tuple[Persona, ...] = ()
        if "personas" in found:
            residents = self._people(found["personas"], place.at("personas"))
            own = self._personas(residents, language)
        mailboxes = found.pop("mailboxes", ())
        addresses = _resolve_mailboxes(mailboxes, residents, place.at("mailboxes"))
        found["personas"], found["mailboxes"] = own, addresses if mailboxes else None
        return Decky(**{"id": found["name"], **found})


def _resolve_mailboxes(
    mailboxes: tuple[tuple[str, int], ...], residents: People, place: Place
) -> tuple[str, ...]:
    """Mailboxes as their owners' entries spell them; owners must be of the decky's cast."""
    known = {entry.email: str(entry.values["email"]) for entry in residents.entries}
    for mailbox, line in mailboxes:
        if mailbox.lower() in residents.left_out:
            place.warn(line, f"{mailbox} was left out", "mend that persona")
        elif mailbox.lower() not in known:
            remedy = near(mailbox, known.values(), "name personas of this decky's list")
            place.wrong(line, f"nobody here has the address {mailbox}", remedy)
    return tuple(known[m.lower()] for m, _ in mailboxes if m.lower() in known)


def check_outside(others: People, world: World) -> None:
    """Nobody is both inside and outside."""
    inside = {persona.email.lower() for cast in world.casts() for persona in cast.personas}
    for entry in others.entries:
        place, line = entry.place.at("email"), entry.line("email")
        if entry.email in inside:
            place.wrong(line, f"{entry.email} is a persona's address", "give them another one")
        elif entry.email.endswith(f"@{world.organisation.domain}"):
            remedy = "list them under personas, or give them an address elsewhere"
            place.warn(line, "an outside person at the organisation's own domain", remedy)


def check_casts(world: World, root: Place, sections: dict[str, Item]) -> None:
    """Say where no mail will be written at all."""
    lines = {key: item.line for key, item in sections.items()}
    if not any(decky.is_mail_host for decky in world.deckies):
        what = "no decky that runs imap or pop3"
        root.warn(lines.get("deckies", 1), what, "add one with services: [imap, pop3]")
    for cast in world.casts():
        if len(cast.personas) < 2:
            names = ", ".join(decky.name for decky in cast.deckies)
            what = f"valid personas on {names}: {len(cast.personas)}"
            line = lines.get("personas", lines.get("deckies", 1))
            root.warn(line, what, "no mail is written between fewer than two")
