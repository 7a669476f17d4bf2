"""The facts of a thread: drawn from the company's world when the thread starts, and then fixed.

Dates are working days of the thread's owner. Those that lie ahead lie behind the thread's last
mail, so that no reply speaks of them as if they were still to come when they have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import log
from random import Random

from decnet_emailgen.pick import matters
from decnet_emailgen.pick.company import ORDERS, QUANTITIES, TICKETS, Company, Thing
from decnet_emailgen.pick.keys import rng, unit, weighted
from decnet_emailgen.records import Fact, FactKind
from decnet_emailgen.world.model import Correspondent, Person, Service

Workday = Callable[[date, int], date]

KINDS: dict[str, FactKind] = {
    **dict.fromkeys(("meeting", "deadline", "start", "until", "due", "delivery", "past"), "date"),
    **dict.fromkeys(("amount", "price", "budget"), "money"),
    **dict.fromkeys(
        ("days", "hours", "percent", "quantity", "headcount", "floor", "year"), "number"
    ),
    **dict.fromkeys(("person", "newcomer", "candidate"), "person"),
    "time": "time",
}
"""The kinds of facts by name; every other name is text."""


@dataclass(slots=True)
class Scene:
    """What facts depend on: who is in the thread, when it starts and when its last mail is sent.

    ``workday`` gives the n-th working day of the owner after (or, negative, before) a date;
    ``others`` are colleagues who are not in the thread; ``leave`` are the working days that the
    owner's next leave takes.
    """

    company: Company
    draw: Random
    story: str
    language: str
    owner: Person
    peer: Person
    others: tuple[Person, ...]
    starts: datetime
    ends: date
    workday: Workday
    leave: tuple[date, ...] = ()
    things: list[Thing] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The local date of the first mail."""
        return self.starts.date()

    @property
    def outsider(self) -> Correspondent | None:
        """The one of the two who is not of the organisation, if any."""
        for person in (self.peer, self.owner):
            if isinstance(person, Correspondent):
                return person
        return None


def facts(scene: Scene, names: Iterable[str]) -> tuple[Fact, ...]:
    """A value for each name, in the order asked for; things met on the way go to the scene."""
    wanted = tuple(names)
    for name in sorted(wanted, key=_rank):
        scene.known[name] = _MAKERS[name](scene)
        if name in _LASTING:
            scene.things.append(Thing(name, scene.known[name], {}))
    return tuple(Fact(name, KINDS.get(name, "text"), scene.known[name]) for name in wanted)


_LASTING = frozenset(
    {"customer", "supplier", "ticket", "room", "server", "application", "product", "contract"}
)
"""Facts that are things of the company's world, beside projects, invoices and orders."""

_FIRST = (
    *("customer", "supplier", "other_party", "project", "invoice", "order", "days", "start"),
    "delivery",
)


def _rank(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _organisation(scene: Scene, relation: str) -> str:
    outsider = scene.outsider
    if outsider is not None and outsider.organisation and outsider.relation == relation:
        return outsider.organisation
    names = scene.company.organisations(relation)
    return weighted(scene.draw, names, [1 / (rank + 1) for rank in range(len(names))])


def _party(scene: Scene) -> str:
    """The organisation that papers of this thread belong to."""
    for name in ("supplier", "customer", "other_party"):
        if name in scene.known:
            return scene.known[name]
    outsider = scene.outsider
    advises = outsider is not None and outsider.relation == "partner"
    if outsider is not None and outsider.organisation and not advises:
        return outsider.organisation
    return _organisation(scene, scene.draw.choice(("supplier", "customer")))


def _issuer(scene: Scene) -> str:
    """Who writes the invoices of this thread: we bill customers, everybody else bills us."""
    outsider = scene.outsider
    if "customer" in scene.known or (outsider is not None and outsider.relation == "customer"):
        return f"us to {_party(scene)}"
    return _party(scene)


def _invoice(scene: Scene) -> str:
    late = scene.story == "payment-reminder"
    around = scene.today - timedelta(days=75) if late else scene.today
    thing = scene.company.invoice(_issuer(scene), around, scene.draw.randrange(8))
    scene.things.append(thing)
    scene.known.setdefault("amount", thing.about["amount"])
    scene.known["price"] = thing.about["price"]
    scene.known["order"] = thing.about["order"]
    due = date.fromisoformat(thing.about["due"])
    if due > scene.ends:
        scene.known["due"] = due.isoformat()
    elif due < scene.today:
        scene.known["past"] = due.isoformat()
    return thing.name


def _order(scene: Scene) -> str:
    if "order" in scene.known:
        return scene.known["order"]
    party, today = _party(scene), scene.today
    if scene.story in _FRESH:
        orders = [scene.company.order(party, today, number) for number in range(ORDERS)]
        thing = scene.draw.choice(sorted(orders, key=lambda order: order.about["made"])[-3:])
    else:
        thing = scene.company.order(party, today, scene.draw.randrange(ORDERS))
    scene.things.append(thing)
    for name in ("product", "quantity"):
        scene.known[name] = thing.about[name]
    scene.known.setdefault("amount", thing.about["price"])
    return thing.name


_FRESH = frozenset({"notice-approval", "late-shipment"})
"""Stories of orders that were made a short time ago."""


def _money(centre: float, spread: float) -> Callable[[Scene], str]:
    """An amount about a median; some story lines have amounts of their own size."""

    def make(scene: Scene) -> str:
        middle, width = _SIZES.get(scene.story, (centre, spread))
        found = scene.company.money(scene.draw, log(middle), width)
        return _rounded(found) if scene.story in _ROUGH else found

    return make


_ROUGH = frozenset({"meeting-notes", "month-end-close"})
"""Story lines that speak of about so much."""


def _rounded(money: str) -> str:
    """An amount as people say it who don't know it exactly: two digits that count."""
    number, _, currency = money.partition(" ")
    whole = max(10, round(float(number)))
    return f"{round(whole, 2 - len(str(whole)))}.00 {currency}"


_SIZES = {
    "expense-receipt": (70.0, 0.8),
    "price-approval": (30_000.0, 0.8),
    "lost-deal": (45_000.0, 0.8),
    "forecast-update": (260_000.0, 0.5),
    "quote-request": (310.0, 0.9),
    "training": (950.0, 0.5),
    "month-end-close": (6_500.0, 0.8),
    "contract-review": (28_000.0, 0.9),
    "licence-renewal": (7_800.0, 0.6),
}
"""Medians and spreads of amounts that these story lines speak of."""


def _remembered(name: str, make: Callable[[Scene], str]) -> Callable[[Scene], str]:
    return lambda scene: scene.known.get(name) or make(scene)


def _ahead(low: int, high: int) -> Callable[[Scene], str]:
    def make(scene: Scene) -> str:
        base = max(scene.ends, scene.today)
        return scene.workday(base, scene.draw.randint(low, high)).isoformat()

    return make


def _meeting(scene: Scene) -> str:
    """A working day ahead; what people write after they have met lies behind it."""
    if scene.story == "candidate-interview":
        return scene.workday(scene.today, scene.draw.choice((2, 3, 3))).isoformat()
    return _ahead(1, 8)(scene)


def _start(scene: Scene) -> str:
    """A working day some way ahead; a leave begins when the calendar says so."""
    if scene.story in _LEAVES and scene.leave:
        return scene.leave[0].isoformat()
    return _ahead(3, 20)(scene)


_LEAVES = ("leave-request", "handover")


def _deadline(scene: Scene) -> str:
    """A working day in the next week, before what it prepares: a start or a delivery.

    Time sheets are due on the same weekday every week.
    """
    if scene.story == "notice-timesheet":
        due = 4 if unit(scene.company.key, "time sheets") < 0.6 else 0
        return (scene.today + timedelta(days=(due - scene.today.weekday() - 1) % 7 + 1)).isoformat()
    found = _ahead(1, 7)(scene)
    for name in ("start", "delivery"):
        if name in scene.known and found >= scene.known[name]:
            before = scene.workday(date.fromisoformat(scene.known[name]), -1)
            found = max(before, scene.workday(max(scene.ends, scene.today), 1)).isoformat()
    return found


def _past(scene: Scene) -> str:
    return scene.workday(scene.today, -scene.draw.randint(2, 9)).isoformat()


def _until(scene: Scene) -> str:
    if scene.story in _LEAVES and scene.leave:
        return scene.leave[-1].isoformat()
    start = scene.known.get("start")
    base = date.fromisoformat(start) if start else max(scene.ends, scene.today)
    short = scene.story == "trade-fair"
    spans = scene.draw.choice((1, 2, 2, 3) if short else (1, 2, 4, 4, 9, 9, 14))
    return scene.workday(base, max(1, spans)).isoformat()


def _days(scene: Scene) -> str:
    if scene.story == "leave-request" and scene.leave:
        return str(len(scene.leave))
    most = 15 if scene.story == "estimate" else 4
    return str(scene.draw.randint(2, most))


def _time(scene: Scene) -> str:
    """A clock time on the half hour; later the same day where the story means today."""
    draw, now = scene.draw, scene.starts
    if scene.story == "lunch":
        return draw.choice(("12:00", "12:15", "12:30", "12:30", "13:00"))
    if scene.story in {"outage", "heating"}:
        later = now + timedelta(minutes=draw.choice((45, 60, 90, 120)))
        return f"{later.hour:02d}:{later.minute // 30 * 30:02d}"
    if scene.story == "maintenance-window":
        return draw.choice(("18:00", "19:00", "20:00", "21:00", "22:00"))
    hour, minute = draw.choice((9, 9, 10, 10, 11, 13, 14, 14, 15, 16)), draw.choice((0, 0, 30, 15))
    return f"{hour:02d}:{minute:02d}"


def _person(scene: Scene) -> str:
    if not scene.others:
        return scene.company.newcomer(scene.language, scene.story, scene.today)
    other = _requester(scene) if scene.story == "notice-approval" else None
    other = other or scene.draw.choice(scene.others)
    return f"{other.name} <{other.email}>"


def _requester(scene: Scene) -> Person | None:
    """Who has asked for the order of a notice: always the same, and nobody above who approves."""
    key, order = scene.company.key, scene.known["order"]
    above = getattr(scene.peer, "manager", "")
    people = (person for person in scene.others if person.email != above)
    return max(people, key=lambda p: unit(key, "asks for", order, p.email), default=None)


def _invented(scene: Scene) -> str:
    return scene.company.newcomer(scene.language, scene.story, scene.today, scene.draw.random())


def _serial(kind: str) -> Callable[[Scene], str]:
    return lambda scene: scene.company.serial(
        kind, _party(scene), scene.today, scene.draw.randrange(9)
    )


def _ticket(scene: Scene) -> str:
    """Tickets are numbered as they come: by the time of day."""
    since = scene.starts.hour * 60 + scene.starts.minute - 7 * 60
    place = min(max(since, 0) // 10, TICKETS - 1)
    return scene.company.serial("tickets", "us", scene.today, place)


def _application(scene: Scene) -> str:
    return scene.draw.choice(scene.company.applications)


def _version(scene: Scene) -> str:
    application = scene.known.get("application") or scene.company.applications[0]
    return scene.company.version(application, scene.today)


def _percent(scene: Scene) -> str:
    if scene.story == "project-status":
        return str(scene.company.progress(scene.known["project"], scene.today))
    low, high, step = _PERCENT.get(scene.story, (2, 12, 1))
    return str(scene.draw.randrange(low, high + 1, step))


_PERCENT = {
    "backup-failed": (91, 99, 1),
    "campaign": (1, 6, 1),
    "stock-count": (1, 4, 1),
    "lost-deal": (4, 18, 1),
    "price-approval": (3, 15, 1),
}
"""What percentages mean in these story lines: lowest, highest, step."""


def _number(*options: int) -> Callable[[Scene], str]:
    return lambda scene: str(scene.draw.choice(options))


def _city(scene: Scene) -> str:
    """Where somebody travels that week; enquiries come from anywhere."""
    from decnet_emailgen.pick.company import material

    year, week, _ = scene.today.isocalendar()
    travels = rng(scene.company.key, "city", scene.owner.email, year, week)
    draw = scene.draw if isinstance(scene.owner, Service) else travels
    return str(draw.choice(material()["cities"]))


_MAKERS: dict[str, Callable[[Scene], str]] = {
    "customer": lambda scene: _organisation(scene, "customer"),
    "supplier": lambda scene: _organisation(scene, "supplier"),
    "other_party": _party,
    "project": matters.subject_of,
    "invoice": _invoice,
    "order": _order,
    "amount": _remembered("amount", _money(3_000.0, 1.2)),
    "price": _remembered("price", _money(1_350.0, 0.9)),
    "budget": _money(30_000.0, 0.8),
    "product": _remembered("product", lambda scene: scene.draw.choice(scene.company.products)),
    "quantity": _remembered("quantity", lambda scene: str(scene.draw.choice(QUANTITIES))),
    "due": _remembered("due", _ahead(3, 15)),
    "past": _remembered("past", _past),
    "deadline": _deadline,
    "meeting": _meeting,
    "delivery": _ahead(4, 14),
    "start": _start,
    "until": _until,
    "days": _days,
    "time": _time,
    "person": _person,
    "newcomer": _invented,
    "candidate": _invented,
    "contract": _serial("contracts"),
    "shipment": _serial("shipments"),
    "ticket": _ticket,
    "server": lambda scene: scene.draw.choice(scene.company.servers),
    "application": _application,
    "version": _version,
    "room": lambda scene: scene.draw.choice(scene.company.rooms),
    "document": matters.document,
    "city": _city,
    "quarter": matters.quarter,
    "year": lambda scene: str(scene.ends.year + (1 if scene.ends.month > 6 else 0)),
    "hours": _number(1, 2, 2, 3, 4),
    "percent": _percent,
    "headcount": _number(2, 3, 3, 4, 5, 6, 8),
    "floor": _number(1, 2, 3, 4),
}
