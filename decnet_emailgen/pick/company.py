"""The invented company's world: what its threads can be about, and how those things hang together.

A :class:`Company` is a pure function of its key and of the personas file. An invoice of a supplier
in a month is the same invoice, with the same amount and due date, in whatever thread it comes up;
numbers of invoices, orders and tickets rise with time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from random import Random
from typing import Any

from decnet_emailgen.pick.keys import digest, rng, unit
from decnet_emailgen.world.model import Correspondent, Persona

TICKETS = 72
"""Tickets a day: one every ten minutes from seven to seven."""

ORDERS = 8
"""Orders a month with each organisation."""

QUANTITIES = (2, 4, 6, 8, 10, 12, 15, 20, 24, 25, 30, 40, 50, 60, 80, 120)
NAMED_LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "nl")


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of the world state: its kind, its name, and what is known of it."""

    kind: str
    name: str
    about: dict[str, str]


@cache
def material() -> dict[str, Any]:
    """The packaged raw material."""
    import yaml

    text = (files("decnet_emailgen.pick") / "data" / "company.yaml").read_text("utf-8")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 (makes strings only)
    return loaded


class Company:
    """The world state of one cast. ``key`` is the installation's seed and the cast's name."""

    def __init__(
        self,
        key: str,
        personas: tuple[Persona, ...],
        correspondents: tuple[Correspondent, ...],
        currency: str = "EUR",
        country: str = "",
        name: str = "",
    ) -> None:
        self.key = key
        self.country = country
        self.name = name
        self.personas = personas
        self.correspondents = correspondents
        self.currency = currency
        self._data = material()
        self._order_days = lru_cache(maxsize=64)(self._days_of_orders)

    def _one(self, *parts: object, of: str) -> str:
        options = self._data[of]
        return str(options[int(unit(self.key, of, *parts) * len(options))])

    def _pool(self, of: str, size: int) -> tuple[str, ...]:
        options: list[str] = self._data[of]
        return tuple(rng(self.key, of).sample(options, min(size, len(options))))

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """Names of projects that come and go over the years."""
        return self._pool("projects", 8 + len(self.personas) // 2)

    @cached_property
    def _partners(self) -> tuple[str, ...]:
        """Every organisation that orders are made with."""
        known = (p.organisation for p in self.correspondents if p.organisation)
        trade = (*self.organisations("customer"), *self.organisations("supplier"))
        return tuple(dict.fromkeys((*trade, *known)))

    @cached_property
    def applications(self) -> tuple[str, ...]:
        """The software this company uses."""
        return self._pool("applications", 6)

    @cached_property
    def rooms(self) -> tuple[str, ...]:
        """Room names by the building's one scheme."""
        draw, form = rng(self.key, "rooms"), self._one(of="rooms")
        rooms = {
            form.format(floor=draw.randint(1, 4), n=draw.randint(1, 18), wing=draw.choice("ABC"))
            for _ in range(9)
        }
        return tuple(sorted(rooms))

    @cached_property
    def products(self) -> tuple[str, ...]:
        """Product names: letters and numbers, alike in every language."""
        draw, form = rng(self.key, "products"), self._one(of="products")
        letters = "".join(draw.sample("ABDEFGHKLMNPRSTVX", 2))
        made = (
            form.format(letters=letters, n=draw.randint(11, 48), letter=draw.choice("ABX"))
            for _ in range(6)
        )
        return tuple(dict.fromkeys(made))

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """Host names by one naming scheme."""
        draw, form = rng(self.key, "servers"), self._one(of="servers")
        city3 = draw.choice(self._data["cities"])[:3].lower().replace("ö", "o")
        roles = draw.sample(self._data["server_roles"], 7)
        return tuple(
            form.format(role=role, role_up=role.upper(), n=draw.randint(1, 6), city3=city3)
            for role in roles
        )

    def organisations(self, relation: str) -> tuple[str, ...]:
        """Customers or suppliers: those of the correspondents, then invented ones."""
        known = dict.fromkeys(
            person.organisation
            for person in self.correspondents
            if person.relation == relation and person.organisation
        )
        invented = (self._organisation(relation, number) for number in range(7))
        return tuple(dict.fromkeys((*known, *invented)))

    def _organisation(self, relation: str, number: int) -> str:
        draw = rng(self.key, "organisation", relation, number)
        data = self._data
        name = draw.choice(data["stems"]) + draw.choice(data["endings"])
        return f"{name}{draw.choice(data['forms'])}"

    def newcomer(self, language: str, *parts: object) -> str:
        """The full name of somebody not in the personas file, native to the language."""
        draw = rng(self.key, "name", language, *parts)
        base = language.split("-")[0]
        tongue = base if base in NAMED_LANGUAGES else "en"
        first = draw.choice(self._data["first_names"][tongue])
        return f"{first} {draw.choice(self._data['last_names'][tongue])}"

    def active_projects(self, when: date) -> tuple[str, ...]:
        """Projects under way in that quarter: about half of them, with overlap over time."""
        quarter = when.year * 4 + (when.month - 1) // 3
        names = self.projects
        half = max(3, len(names) // 2)
        return tuple(names[(quarter + step) % len(names)] for step in range(half))

    def matters(self, department: str, when: date) -> tuple[str, ...]:
        """What a department is busy with beside projects, by half-years."""
        names = rng(self.key, "matters", department).sample(
            found := self._data["matters"].get(department, self._data["matters"]["operations"]),
            len(found),
        )
        half = when.year * 2 + (when.month > 6)
        return tuple(names[(half + step) % len(names)] for step in range(3))

    def progress(self, project: str, when: date) -> int:
        """How far a project is, in percent: it only ever rises while the project is under way."""
        quarters = when.year * 4 + (when.month - 1) // 3
        names = self.projects
        half = max(3, len(names) // 2)
        place = (names.index(project) - quarters) % len(names)
        into = half - 1 - place + ((when.month - 1) % 3 + when.day / 31) / 3
        return 5 + min(90, round(into / half * 90 / 5) * 5)

    def version(self, application: str, when: date) -> str:
        """The version an application has reached: it only ever rises."""
        births = digest(self.key, application)
        major, pace = births[0] % 6 + 1, 20 + births[1] % 50
        steps = (when - date(2018, 1, 1)).days // pace
        return f"{major + steps // 24}.{steps % 24 // 3}.{steps % 3}"

    def serial(self, kind: str, owner: str, when: date, ahead: int = 0) -> str:
        """A number of that kind by the owner's scheme; it rises with time."""
        form = self._one(owner, of=kind)
        spread = digest(self.key, kind, owner, size=4)
        base, pace = 100 + spread[0] * 13, 1 + spread[1] % 9
        if kind == "tickets":
            pace = TICKETS
        if "{year" in form:
            count = (when - date(when.year, 1, 1)).days * pace + ahead % pace + 11
        else:
            count = base * 10 + (when - date(2019, 1, 1)).days * pace + ahead % pace
        return form.format(n=count, year=when.year, year2=f"{when.year % 100:02d}")

    def invoice(self, owner: str, when: date, number: int) -> Thing:
        """One of the few invoices of an organisation in the weeks before ``when``."""
        month = when.replace(day=1) - timedelta(days=1)
        draw = rng(self.key, "invoice", owner, month.year, month.month, number)
        issued = month.replace(day=draw.randint(3, 26))
        order = self.order(owner, issued, number)
        net = self.money(draw, 7.6, 1.1)
        rate = self.tax(owner)
        due = issued + timedelta(days=draw.choice((30, 30, 30, 45, 60)))
        due += timedelta(days=7 - due.weekday() if due.weekday() > 4 else 0)
        name = self.serial("invoices", owner, issued, number)
        about = {
            "of": owner,
            "order": order.name,
            "issued": issued.isoformat(),
            "net": net,
            "rate": rate,
            "amount": self._taxed(net, rate),
            "due": due.isoformat(),
            "price": self._taxed(self._less(draw, net), rate),
            "product": order.about["product"],
            "quantity": order.about["quantity"],
        }
        return Thing("invoice", name, about)

    def home(self, organisation: str) -> str:
        """The country of an organisation: its people's, else this company's own."""
        for person in self.correspondents:
            if person.organisation == organisation:
                return person.country
        return self.country

    def town(self, organisation: str) -> str:
        """Where an organisation says that it is, in somebody's signature; or nothing."""
        for person in (*self.personas, *self.correspondents):
            for line in person.signature.splitlines():
                _, found, rest = line.partition(organisation)
                rest = rest.strip(" ·|,-–—/")
                if found and rest.replace(" ", "").isalpha() and len(rest) < 25:
                    return rest
        return ""

    def tax(self, owner: str) -> str:
        """VAT in percent on a paper between this company and another; 0 across a border."""
        other = owner.removeprefix("us to ")
        rates: dict[str, str] = self._data["vat"]
        return rates.get(self.country, "0") if self.home(other) == self.country else "0"

    def _taxed(self, net: str, rate: str) -> str:
        value = Decimal(net.split()[0]) * (100 + Decimal(rate)) / 100
        return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP)} {self.currency}"

    def order(self, owner: str, when: date, number: int) -> Thing:
        """One of the few orders with an organisation around ``when``, of that month or the last."""
        owner = owner.removeprefix("us to ")
        days, draw = self._ordered(owner, when.year, when.month, number)
        day = when.replace(day=1) + timedelta(days=days)
        if day > when:
            return self.order(owner, when.replace(day=1) - timedelta(days=1), number)
        about = {
            "with": owner,
            "made": day.isoformat(),
            "product": draw.choice(self.products),
            "quantity": str(draw.choice(QUANTITIES)),
            "price": self.money(draw, 7.6, 1.0),
        }
        return Thing("order", self._order_number(owner, day, number), about)

    def _order_number(self, owner: str, day: date, number: int) -> str:
        """Orders are numbered through the month in the order of their days, none twice."""
        form, month = self._one("us", of="orders"), self._order_days(day.year, day.month)
        mine = (owner, number)
        place = sum((at, key) < (day.day - 1, mine) for key, at in month.items())
        months = day.month - 1 + (0 if "{year" in form else 12 * (day.year - 2015))
        count = months * (len(month) + 3 * ORDERS) + place + 11
        return form.format(n=count, year=day.year, year2=f"{day.year % 100:02d}")

    def _ordered(self, owner: str, year: int, month: int, number: int) -> tuple[int, Random]:
        """On which day of the month an order is made, from 0, and the chance for the rest of it."""
        draw = rng(self.key, "order", owner, year, month, number)
        return draw.randint(0, 20), draw

    def _days_of_orders(self, year: int, month: int) -> dict[tuple[str, int], int]:
        """On which day of a month each of its orders is made, counted from 0."""
        return {
            (name, n): self._ordered(name, year, month, n)[0]
            for name in self._partners
            for n in range(ORDERS)
        }

    def money(self, draw: Any, centre: float, spread: float) -> str:
        """A log-normal amount, rounded as bills are; ``centre`` is the log of the median."""
        value = min(draw.lognormvariate(centre, spread), 480_000.0)
        cents = draw.choice((0, 0, 50, 90)) if value < 4000 else 0
        step = 1 if value < 500 else 5 if value < 5000 else 50
        return f"{int(value // step * step) + cents / 100:.2f} {self.currency}"

    def _less(self, draw: Any, amount: str) -> str:
        value = float(amount.split()[0])
        return f"{value * draw.choice((0.9, 0.92, 0.95, 0.8)):.2f} {self.currency}"
