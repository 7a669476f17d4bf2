"""The files that go with a thread's mails: which, by what name, saved when and by whom.

Only decisions: :mod:`decnet_emailgen.mail.files` makes the bytes. A forward carries on what its
parent carried; replies carry nothing but what their beat adds. People who send a document again
send its next version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from math import log
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from decnet_emailgen.pick.company import Company, Thing
from decnet_emailgen.pick.keys import hexadecimal, rng, unit
from decnet_emailgen.pick.matters import initials
from decnet_emailgen.pick.stories import BeatLine
from decnet_emailgen.records import Attachment, Fact, Pick

PHONES = frozenset({"iphone", "k9"})
PRINTED = frozenset(
    {
        *("invoice", "quote", "licence-quote", "purchase-order", "order-confirmation"),
        *("delivery-note", "customs-invoice"),
    }
)
"""Papers that a program prints: numbered, in the look of their issuer."""

_NAMED: tuple[str, ...] = (
    *("order", "product", "quantity", "price", "delivery", "deadline", "contract"),
    *("application", "until"),
)
"""Facts of a thread that printed papers name."""

_UNFIT = re.compile(r'[\\/:*?"<>|#\x00-\x1f]+')
_VERSION = re.compile(r"(?<![A-Za-z0-9])([vV])(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Folder:
    """What the files of one thread are made from; ``people`` are the names of its people."""

    company: Company
    story: str
    language: str
    facts: tuple[Fact, ...]
    things: tuple[Thing, ...]
    people: tuple[str, ...]

    @property
    def values(self) -> dict[str, str]:
        """The thread's facts by name."""
        return {fact.name: fact.value for fact in self.facts}

    def attached(self, picks: Iterable[tuple[BeatLine, Pick, int | None]]) -> list[Pick]:
        """The picks with their files; each comes with its beat and its parent's place."""
        done: list[Pick] = []
        sent: list[Attachment] = []
        for line, pick, parent in picks:
            if line.kind == "forward" and parent is not None:
                found = done[parent].beat.attachments
            else:
                found = self._files(line, pick, sent)
                sent += found
            beat = replace(pick.beat, attachments=found) if found else pick.beat
            done.append(replace(pick, beat=beat) if found else pick)
        return done

    def _files(self, line: BeatLine, pick: Pick, sent: list[Attachment]) -> tuple[Attachment, ...]:
        """What this mail brings along: nothing new from a phone, unless that is its purpose."""
        on_phone = pick.sender.client in PHONES and line.often < 1
        if not line.attach or on_phone or unit(pick.id, "attach") >= line.often:
            return ()
        before = [found for found in sent if found.kind == line.attach]
        if before and line.attach not in PRINTED:
            return (self._next_version(before[-1], line, pick),)
        made = self._printed(line, pick) if line.attach in PRINTED else self._written(line, pick)
        return (made,)

    def _next_version(self, last: Attachment, line: BeatLine, pick: Pick) -> Attachment:
        """The same document again, with somebody's changes."""
        number = last.version + 1
        name = raised(last.name, number, pick.sender.name, final=line.id == "final")
        saved = _saved(pick, rng(pick.id, "saved"), datetime.fromisoformat(last.made))
        return replace(
            last, name=name, version=number, made=saved.isoformat(), author=pick.sender.name
        )

    def _written(self, line: BeatLine, pick: Pick) -> Attachment:
        """A file that somebody made: a text, a sheet, a scan."""
        kind, values = line.attach, self.values
        draw = rng(pick.id, "file")
        saved = _saved(pick, draw, None)
        company = self.company
        number = _number(values) or company.serial("contracts", "us", saved.date())
        name = values.get("document", "") if kind == "document" else ""
        issuer = pick.sender.organisation or company.name
        return Attachment(
            kind=kind,
            name=name or self._name(kind, pick.sender.email, number, saved, draw),
            key=hexadecimal(pick.thread_id, kind),
            made=saved.isoformat(),
            language=self.language,
            author=values.get("candidate", "") if kind == "cv" else pick.sender.name,
            issuer=issuer,
            addressee=self._other(pick, issuer),
            facts=self._told({"people": "; ".join(self.people), "number": number}),
        )

    def _printed(self, line: BeatLine, pick: Pick) -> Attachment:
        """A numbered paper with prices: an invoice is the same file wherever it comes up."""
        kind, company = line.attach.removeprefix("licence-"), self.company
        draw = rng(pick.id, "file")
        about, issuer, addressee, when = self._deal(kind, pick, draw)
        clock = timedelta(hours=7, seconds=draw.randrange(36_000))
        if kind == "invoice":
            draw = rng(company.key, "printed", issuer, about["number"])
            clock = timedelta(hours=7, seconds=draw.randrange(36_000))
        at = datetime.combine(when, datetime.min.time(), self._zone(issuer)) + clock
        limit = pick.when - timedelta(seconds=90 + draw.randrange(2000))
        at = min(at, limit)
        about["rate"] = company.tax(issuer if addressee == company.name else addressee)
        about |= {"home": company.home(issuer), "away": company.home(addressee)}
        about |= {"town": company.town(issuer), "other_town": company.town(addressee)}
        about["currency"] = company.currency
        about["issued"] = at.date().isoformat()
        return Attachment(
            kind=kind,
            name=self._name(kind, issuer, about["number"], at, draw, fixed=True),
            key=hexadecimal(company.key, kind, issuer, about["number"]),
            made=at.isoformat(),
            language=self.language,
            issuer=issuer,
            addressee=addressee,
            facts=tuple(Fact(name, "text", value) for name, value in about.items()),
        )

    def _deal(self, kind: str, pick: Pick, draw: Random) -> tuple[dict[str, str], str, str, date]:
        """What a printed paper says, who issues it to whom, and when."""
        company, values, today = self.company, self.values, pick.when.date()
        ours = pick.sender.organisation or company.name
        other = self._other(pick, ours)
        things = {thing.kind: thing for thing in reversed(self.things)}
        if kind == "invoice" and "invoice" in things:
            issuer, to, about = self._invoice(things["invoice"])
            return about, issuer, to, date.fromisoformat(things["invoice"].about["issued"])
        about = {name: values[name] for name in _NAMED if name in values}
        if "order" in things:
            about["net"] = things["order"].about["price"]
        if kind in ("delivery-note", "customs-invoice"):
            about.setdefault("product", company.products[0])
            about.setdefault("net", company.money(draw, log(4200), 0.8))
            if kind == "customs-invoice" and other == ours:
                other = company.organisations("customer")[0]
        about["number"] = self._serial(kind, ours, today, draw)
        return about, ours, other, today

    def _zone(self, organisation: str) -> ZoneInfo:
        """Where an organisation's clocks stand; those it does not know are at home."""
        people = (p for p in self.company.correspondents if p.organisation == organisation)
        found = next(iter((*people, *self.company.personas)), None)
        return ZoneInfo(found.timezone if found else "UTC")

    def _serial(self, kind: str, ours: str, today: date, draw: Random) -> str:
        """The number of a paper: that of the shipment or the order, or a new one of its issuer."""
        if kind in ("delivery-note", "customs-invoice"):
            return self.values["shipment"]
        if kind == "order-confirmation":
            return self.values["order"]
        numbers = "orders" if kind == "purchase-order" else "quotes"
        return self.company.serial(numbers, ours, today, draw.randrange(9))

    def _invoice(self, thing: Thing) -> tuple[str, str, dict[str, str]]:
        """Who issues an invoice to whom, and what it says."""
        about = {**thing.about, "number": thing.name}
        of, us = about.pop("of"), self.company.name
        about.pop("price")
        if of.startswith("us to "):
            return us, of.removeprefix("us to "), about
        return of, us, about

    def _other(self, pick: Pick, issuer: str) -> str:
        """The other organisation; our own if the matter stays within."""
        values, company = self.values, self.company
        for name in ("customer", "supplier", "other_party"):
            if values.get(name, issuer) != issuer:
                return values[name]
        if issuer != company.name:
            return company.name
        outside = {p.email: p.organisation for p in company.correspondents}
        found = (outside[p.email] for p in pick.recipients if outside.get(p.email))
        return next(found, company.name)

    def _told(self, more: dict[str, str]) -> tuple[Fact, ...]:
        known = {fact.name for fact in self.facts}
        added = (Fact(name, "text", text) for name, text in more.items() if name not in known)
        return (*self.facts, *added, Fact("currency", "text", self.company.currency))

    def _name(
        self,
        kind: str,
        whose: str,
        number: str,
        at: datetime,
        draw: Random,
        *,
        fixed: bool = False,
    ) -> str:
        """A file name as this person or program forms it; programs keep to one form."""
        forms = _forms(kind, self.language)
        place = unit(self.company.key, kind, whose) if fixed else draw.random()
        values = self.values
        first, _, last = values.get("candidate", "").partition(" ")
        other = _other_name(values) or self.company.organisations("customer")[0]
        stem = values.get("document", number).rpartition(".")[0]
        name = forms[int(place * len(forms))].format(
            number=number, project=values.get("project", ""), other=other.replace(".", ""),
            product=values.get("product", number), first=first, last=last, stem=stem,
            server=values.get("server", ""), ymd=at.date().isoformat(), y=at.year,
            m=f"{at.month:02d}", d=f"{at.day:02d}", clock=f"{at:%H%M%S}", scan=f"{at:%y%m%d%H%M}0",
        )  # fmt: skip
        return _UNFIT.sub("-", name).strip(" .-")


def raised(name: str, number: int, author: str, *, final: bool = False) -> str:
    """The name of the next version: ``v2`` becomes ``v3``; else somebody's way of saying so."""
    stem, dot, ending = name.rpartition(".")
    found = _VERSION.search(stem.replace("_", " "))
    if found is not None and not final:
        start, end = found.span()
        return f"{stem[:start]}{found[1]}{int(found[2]) + 1}{stem[end:]}{dot}{ending}"
    joint = "_" if "_" in stem else " "
    way = unit("version", author)
    if final:
        return f"{stem}{joint}final{dot}{ending}"
    mark = f"v{number}" if way < 0.6 else initials(author) if way < 0.85 else f"({number})"
    return f"{stem}{joint}{mark}{dot}{ending}"


def _saved(pick: Pick, draw: Random, after: datetime | None) -> datetime:
    """When the author last saved it: some minutes or hours before the mail."""
    when = pick.when
    delay = min(max(draw.lognormvariate(log(20), 1.3), 1.5), 2_000.0)
    before = after or (datetime.fromisoformat(pick.thread[-1].date) if pick.thread else None)
    if before is not None:
        delay = min(delay, (when - before).total_seconds() / 60 * 0.6)
    at = when - timedelta(minutes=delay)
    if not 7 <= at.hour < 20:
        at = when - timedelta(minutes=min(delay, 2 + draw.random() * 6))
    return at.replace(microsecond=0)


def _number(values: dict[str, str]) -> str:
    return values.get("contract") or values.get("shipment") or values.get("order") or ""


def _other_name(values: dict[str, str]) -> str:
    return next((values[n] for n in ("customer", "supplier", "other_party") if n in values), "")


@cache
def _material() -> dict[str, Any]:
    import yaml

    text = (files("decnet_emailgen.pick") / "data" / "papers.yaml").read_text("utf-8")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 (makes strings only)
    return loaded


def _forms(kind: str, language: str) -> list[str]:
    by_language: dict[str, list[str]] = _material()[kind]
    return by_language.get(language.partition("-")[0]) or by_language["en"]
