"""What texts say, as blocks that Word files and PDF pages are made from.

Every text speaks of its thread's facts; a later version of a document is the earlier one with a
paragraph changed or added, never another document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from decnet_emailgen.mail.files.terms import (
    chance,
    day_of,
    first_name,
    long_date,
    short_date,
    shown,
    terms,
    values_of,
)
from decnet_emailgen.records import Attachment


@dataclass(frozen=True, slots=True)
class Title:
    """The document's title, and what stands below it."""

    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``bold`` begins it."""

    text: str
    bold: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first being the heads."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Where two parties sign; ``by`` are names signed with, empty in a draft."""

    parties: tuple[str, str]
    place: str
    by: tuple[str, str] = ("", "")


Block = Title | Heading | Paragraph | Points | Table | Signatures


def blocks(attachment: Attachment) -> tuple[Block, ...]:
    """The blocks of a text."""
    name = attachment.name.lower()
    if attachment.kind in ("contract", "signed") or name.startswith("nda"):
        return tuple(_contract(attachment, private="nda" in name or attachment.kind == "signed"))
    maker = {
        "minutes": _minutes, "agenda": _agenda, "cv": _cv, "course": _course,
        "handover": _handover,
    }.get(attachment.kind, _report)  # fmt: skip
    return tuple(maker(attachment))


class _Pool:
    """Texts of which each is used once."""

    def __init__(self, texts: list[str], draw: Random) -> None:
        self.left = list(texts)
        draw.shuffle(self.left)

    def take(self, count: int) -> list[str]:
        taken, self.left = self.left[:count], self.left[count:]
        return taken


def _people(values: dict[str, str]) -> list[str]:
    names = [name for name in values.get("people", "").split("; ") if name]
    return names or ["?"]


def _minutes(attachment: Attachment) -> list[Block]:
    values, words = values_of(attachment), terms(attachment.language)
    draw, made = chance(attachment, "minutes"), datetime.fromisoformat(attachment.made)
    labels, heads = words["labels"], words["minutes"]
    people = _people(values)
    points = _Pool(words["points"], draw)
    out: list[Block] = [Title(f"{heads[0]} {values.get('project', '')}".strip())]
    date = f"{labels['date']}: {long_date(made.date(), attachment.language)}"
    out += [Paragraph(date), Paragraph(", ".join(people), f"{words['people']}: ")]
    agreed = [*points.take(draw.randint(1, 3)), *_errands(people, words, draw)]
    draw.shuffle(agreed)
    out += [Heading(heads[1]), Points(tuple(agreed))]
    out += [Heading(heads[2]), _actions(attachment, draw.randint(3, 5))]
    rest = points.take(draw.randint(1, 3) + attachment.version - 1)
    out += [Heading(heads[3]), Points((*_told(values, words, attachment.language), *rest))]
    return out


def _errands(people: list[str], words: dict[str, Any], draw: Random) -> list[str]:
    """Who does what, as people jot it down: each their own way."""
    way = draw.randrange(3)
    found = []
    for task in draw.sample(words["tasks"], draw.randint(0, 3)):
        who, state = first_name(draw.choice(people)), draw.choice(words["states"])
        found.append((f"{task}: {who}", f"{who}: {task}", f"{task} ({who}, {state})")[way])
    return found


def _told(values: dict[str, str], words: dict[str, Any], language: str) -> tuple[str, ...]:
    """The thread's own facts as points: who has the open one, and what it all costs."""
    found = []
    if person := values.get("person", ""):
        found.append(f"{shown(person, language)}: {words['sections'][2]}")
    if amount := values.get("amount", ""):
        found.append(f"{words['sections'][3]}: {shown(amount, language)}")
    return tuple(found)


def _actions(attachment: Attachment, count: int) -> Table:
    values, words = values_of(attachment), terms(attachment.language)
    draw, language = chance(attachment, "actions"), attachment.language
    people = _people(values)
    last = day_of(values.get("deadline") or values.get("until") or "")
    made = datetime.fromisoformat(attachment.made).date()
    rows = [tuple(words["action"])]
    tasks = _Pool(words["tasks"], draw)
    for place, task in enumerate(tasks.take(count)):
        due = last if last and place == 0 else made + timedelta(days=draw.randint(2, 12))
        due = min(due, last) if last else due
        state = draw.choice(words["states"])
        who = people[0] if draw.random() < 0.4 else draw.choice(people)
        rows.append((task, first_name(who), short_date(due, language), state))
    return Table(tuple(rows))


def _handover(attachment: Attachment) -> list[Block]:
    values, words, language = values_of(attachment), terms(attachment.language), attachment.language
    span = " - ".join(shown(values[n], language) for n in ("start", "until") if n in values)
    draw = chance(attachment, "handover")
    out: list[Block] = [Title(attachment.name.rpartition(".")[0], span)]
    for name in ("project", "customer", "document"):
        if name in values:
            texts = [text for text in words["points"] if "{" not in text]
            out += [Heading(values[name]), Points(tuple(draw.sample(texts, draw.randint(1, 3))))]
    return [*out, _actions(attachment, draw.randint(3, 6))]


def _agenda(attachment: Attachment) -> list[Block]:
    values, words = values_of(attachment), terms(attachment.language)
    draw, items = chance(attachment, "agenda"), words["agenda"]
    start = datetime.strptime(values.get("time", "09:00"), "%H:%M")
    rows, clock = [], start
    topics = [
        items[1],
        *sorted(draw.sample(items[2:-1], draw.randint(3, 5)), key=items.index),
        items[-1],
    ]
    for topic in topics:
        rows.append((f"{clock:%H:%M}", topic))
        clock += timedelta(minutes=draw.choice((15, 30, 30, 45, 60)))
    where = " · ".join(
        shown(values[n], attachment.language) for n in ("meeting", "time", "room") if n in values
    )
    head = f"{items[0]} {attachment.addressee}"
    return [Title(head, where), Table(((words["labels"]["date"], ""), *rows)[1:])]


def _contract(attachment: Attachment, *, private: bool) -> list[Block]:
    """A framework agreement, or (``private``) an agreement to keep secrets."""
    values, words = values_of(attachment), terms(attachment.language)
    draw, about = chance(attachment, "contract"), words["contract"]
    one, other = attachment.issuer, attachment.addressee
    if one == other:
        other = values.get("project", other)
    kept = {0, 4, 5, 7, 9} if private else set(range(10)) - {draw.choice((3, 7, 8))}
    number = "" if private else f" {values.get('contract', values.get('number', ''))}"
    amount = shown(values.get("amount", ""), attachment.language)
    out: list[Block] = [Title(f"{about[1 if private else 0]}{number}")]
    out.append(Paragraph(f"{about[2]} {one} {about[3]} {other}"))
    chosen = [clause for place, clause in enumerate(words["clauses"]) if place in kept]
    for number_, (head, text) in enumerate(chosen, 1):
        out.append(Heading(f"{number_}. {head}"))
        filled = text.format(issuer=one, addressee=other, amount=amount or "-")
        if attachment.version > 1 and number_ == 2:
            filled = _changed(filled)
        out.append(Paragraph(filled))
    signed = attachment.kind == "signed"
    by = (_people(values)[0], f"{attachment.author}, {other}") if signed else ("", "")
    out.append(Signatures((one, other), words["labels"]["place"], by))
    return out


def _changed(text: str) -> str:
    """The clause that was argued about, with its last sentence taken out."""
    first, dot, _ = text.rpartition(". ")
    return first + dot.strip() if first else text


def _cv(attachment: Attachment) -> list[Block]:
    values, words = values_of(attachment), terms(attachment.language)
    draw, heads = chance(attachment, "cv"), words["cv"]
    name = shown(values.get("candidate", attachment.author), attachment.language)
    year = datetime.fromisoformat(attachment.made).year
    jobs, duties = _Pool(words["jobs"], draw), _Pool(words["duties"], draw)
    out: list[Block] = [Title(name, heads[0]), Heading(heads[1])]
    until, place = year, 0
    for job in jobs.take(draw.randint(2, 4)):
        since = until - draw.randint(2, 5)
        span = f"{since} - {until}" if place else f"{heads[5]} {since}"
        out += [Paragraph(job, f"{span}  "), Points(tuple(duties.take(2)))]
        until, place = since, place + 1
    out.append(Heading(heads[2]))
    degree = draw.choice(words["degrees"])
    out.append(Paragraph(f"{degree}", f"{until - draw.randint(3, 5)} - {until}  "))
    out += [Heading(heads[3]), Paragraph(", ".join(draw.sample(words["skills"], 4)))]
    return [*out, Heading(heads[4]), Paragraph(", ".join(words["tongues"][: draw.randint(2, 4)]))]


def _course(attachment: Attachment) -> list[Block]:
    values, words, language = values_of(attachment), terms(attachment.language), attachment.language
    draw, about = chance(attachment, "course"), words["course"]
    where = " · ".join(
        shown(values[n], language) for n in ("city", "start", "price") if n in values
    )
    out: list[Block] = [Title(about[0], where)]
    for day in range(1, min(6, int(values.get("days", "2"))) + 1):
        topics = draw.sample(about[2:7], draw.randint(2, 4))
        out += [Heading(f"{about[1]} {day}"), Points(tuple(topics))]
    return [*out, Paragraph(about[7])]


def _report(attachment: Attachment) -> list[Block]:
    """Any other text: some sections of some paragraphs, a table of what is to be done."""
    values, words = values_of(attachment), terms(attachment.language)
    draw, language = chance(attachment, "report"), attachment.language
    project = values.get("project") or values.get("product") or attachment.issuer
    title = re.sub(r"[_]+", " ", attachment.name.rpartition(".")[0])
    title = re.sub(r"\b(v\d+|final|\(\d\)|\d{4}-\d\d)\b", "", title).strip(" -_")
    stamp = datetime.fromisoformat(attachment.made).date()
    out: list[Block] = [Title(title, f"{attachment.author}, {long_date(stamp, language)}")]
    texts, heads = _Pool(words["texts"], draw), list(words["sections"])
    count = draw.randint(3, 6)
    picked = sorted(draw.sample(range(len(heads)), count))
    for place, head in enumerate(picked):
        paragraphs = texts.take(draw.randint(1, 3))
        if place == 1 and attachment.version > 1:
            paragraphs += texts.take(1)
        if not paragraphs:
            break
        out.append(Heading(heads[head]))
        out += [Paragraph(text.format(project=project)) for text in paragraphs]
        if place == count // 2 and draw.random() < 0.6:
            out.append(_actions(attachment, draw.randint(3, 6)))
    facts: list[Any] = [n for n in ("quarter", "percent", "budget", "deadline") if n in values]
    if facts:
        told = ", ".join(
            f"{shown(values[n], language)}{' %' if n == 'percent' else ''}" for n in facts
        )
        out.insert(1, Paragraph(told))
    return out
