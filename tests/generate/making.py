"""Picks made for tests: any beat of any story line, with facts, people and a thread."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from decnet_emailgen.generate.phrases import load
from decnet_emailgen.records import Author, Beat, Earlier, Fact, FactKind, Host, Kind, Party, Pick

STORIES = Path(__file__).parents[2] / "decnet_emailgen" / "pick" / "stories"
LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "nl")
TONES = ("formal", "direct", "casual", "technical")
CLIENTS = ("outlook", "apple-mail", "iphone", "thunderbird", "roundcube", "gmail", "k9")
NAMES = (
    "Anna Weiß", "Jean-Luc Moreau", "Marta Ruiz", "Tom Baker", "Giulia Conti", "Pieter de Vries",
    "Ana Souza", "Karl Huber", "Claire Dubois", "Sam Okafor", "Lena Brandt", "Paolo Riva",
)  # fmt: skip
DATES = {"meeting", "deadline", "start", "until", "due", "delivery", "past"}
WORDS = {
    "customer": ("Norvent GmbH", "Halden & Sons", "Rovira SL"),
    "supplier": ("Brecht Metall", "Kestrel Supplies", "Fontaine SARL"),
    "other_party": ("Arlen BV", "Tessera Spa", "Quill Partners"),
    "project": ("Atlas", "Falcon", "Delta 2", "Orchard", "Winterhafen"),
    "product": ("KX-200", "flange set B", "Model 7"),
    "invoice": ("RE-20417", "INV-88121", "2026/0345"),
    "order": ("PO-4411", "B-20933", "45001227"),
    "contract": ("C-2026-014", "V-118"),
    "shipment": ("SH-77120", "LS-30918"),
    "ticket": ("#48213", "INC-1092"),
    "server": ("srv-db02", "fs01", "app-prod-3"),
    "application": ("Navigo", "SAP", "Jira"),
    "version": ("4.2", "2026.3"),
    "room": ("B2.14", "Aquarium", "Room 301"),
    "document": ("Atlas_plan_v2.docx", "Budget 2027.xlsx"),
    "city": ("Lyon", "Porto", "Graz", "Leeds"),
    "quarter": ("Q3", "Q4"),
}
NUMBERS = {
    "days": (2, 12), "hours": (1, 5), "percent": (3, 40), "quantity": (4, 900),
    "headcount": (2, 9), "floor": (1, 5), "year": (2026, 2028),
}  # fmt: skip


@cache
def stories() -> dict[str, Any]:
    """All story lines by id."""
    loaded: list[Any] = [load(p.read_text("utf-8"), str(p)) for p in sorted(STORIES.glob("*.yaml"))]
    return {story["id"]: story for content in loaded for story in content}


def beats() -> Iterator[tuple[str, str]]:
    """Every story and beat of people; what systems send has words of its own."""
    systems: Any = load((STORIES / "systems.yaml").read_text("utf-8"), "systems.yaml")
    machines = {story["id"] for story in systems}
    for name, story in stories().items():
        if name in machines:
            continue
        yield from ((name, beat["id"]) for beat in story["beats"])


def fact(name: str, day: datetime, rng: Random) -> Fact:
    """A fact of this name as the simulation would draw it."""
    kind: FactKind = "text"
    if name in DATES:
        kind = "date"
        days = -rng.randint(1, 12) if name == "past" else rng.randint(1, 25)
        value = (day.date() + timedelta(days=days)).isoformat()
    elif name == "time":
        kind, value = "time", f"{rng.randint(8, 17):02d}:{rng.choice((0, 15, 30)):02d}"
    elif name in ("amount", "price", "budget"):
        kind = "money"
        value = f"{rng.randint(90, 90000)}.{rng.choice(('00', '00', '50'))} EUR"
    elif name in NUMBERS:
        kind, value = "number", str(rng.randint(*NUMBERS[name]))
    elif name in ("person", "newcomer", "candidate"):
        kind, value = "person", f"{rng.choice(NAMES)} <p{rng.randint(1, 99)}@corp.test>"
    else:
        value = rng.choice(WORDS[name])
    return Fact(name, kind, value)


def author(n: int, *, tone: str = "", client: str = "") -> Author:
    """The n-th person who writes."""
    rng = Random(f"author{n}")
    name = NAMES[n % len(NAMES)]
    return Author(
        name=name,
        email=f"person{n}@corp.test",
        role="Buyer",
        department="operations",
        organisation="Marlow Industries",
        tone=tone or rng.choice(TONES),
        client=client or rng.choice(CLIENTS),
        timezone="Europe/Madrid",
        signature=f"{name}\nMarlow Industries" if n % 3 == 0 else "",
    )


def pick(
    story: str,
    beat: str,
    *,
    language: str = "en",
    seed: int = 0,
    formal: bool = False,
    sender: Author | None = None,
    thread: tuple[Earlier, ...] = (),
    facts: tuple[Fact, ...] | None = None,
    when: datetime | None = None,
) -> Pick:
    """A pick of a beat; everything not given follows from the seed."""
    rng = Random(f"{story}{beat}{seed}")
    line = stories()[story]
    wanted = next(b for b in line["beats"] if b["id"] == beat)
    day = when or datetime.fromisoformat("2026-03-02T08:00:00+01:00") + timedelta(
        days=rng.randint(0, 20), minutes=rng.randint(0, 500)
    )
    if facts is None:
        facts = tuple(fact(name, day, rng) for name in line["facts"])
    first = line["beats"][0]["id"] == beat and story != "common"
    kind: Kind = wanted.get("kind", "new" if first else "reply")
    sender = sender or author(rng.randint(0, 40))
    other = author(rng.randint(41, 80))
    if kind != "new" and not thread:
        thread = (_opening(other, sender, day),)
    key = blake2b(f"{story}.{beat}.{language}.{seed}".encode(), digest_size=8).hexdigest()
    return Pick(
        id=key,
        run="test",
        hosts=(Host("1", "decky", ("imap",)),),
        thread_id=f"t{seed}",
        message_id=f"<{key}@corp.test>",
        date=day.isoformat(),
        kind=kind,
        sender=sender,
        to=(Party(other.name, other.email),),
        cc=(),
        bcc=(),
        language=language,
        topic=line["topic"],
        beat=Beat(
            story, beat, wanted["intent"], formal=formal, facts=facts, private="private" in line
        ),
        thread=thread,
    )


def _opening(sender: Author, to: Author, day: datetime) -> Earlier:
    return Earlier(
        "<x@y>", (day - timedelta(hours=2)).isoformat(), sender, (to,), (), "Subject", "Hello"
    )


def conversation(
    story: str, n: int, *, language: str = "en", formal: bool = False
) -> Generator[Pick, tuple[str, str], None]:
    """Picks of a whole thread; send each mail's text back to get the next one."""
    line = stories()[story]
    owner, peer, third = author(n % 37), author(37 + n % 23), author(60 + n % 11)
    first = pick(story, line["beats"][0]["id"], language=language, seed=n)
    chain: tuple[Earlier, ...] = ()
    subject = ""
    for step, beat in enumerate(line["beats"]):
        people = {"owner": (owner, peer), "peer": (peer, owner), "third": (third, owner)}
        sender, to = people[beat["by"]]
        made = pick(
            story, beat["id"], language=language, seed=n, formal=formal, sender=sender,
            thread=chain, facts=first.beat.facts, when=first.when + timedelta(hours=3 * step),
        )  # fmt: skip
        made = replace(made, to=(Party(to.name, to.email),))
        text, made_subject = yield made
        subject = made_subject or subject
        chain += (
            Earlier(made.message_id, made.date, sender, made.to, (), subject, text, made.kind),
        )
