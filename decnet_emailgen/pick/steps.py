"""The steps of a thread: each beat with its author, its moment, its parent and its recipients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from random import Random

from decnet_emailgen.pick import shapes, timing
from decnet_emailgen.pick.keys import unit
from decnet_emailgen.pick.people import Roster
from decnet_emailgen.pick.players import Players, bystander
from decnet_emailgen.pick.stories import BeatLine
from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.model import Correspondent, Person, Persona, Service

STALE = 4 * 86_400.0
"""Seconds after which many a mail is no longer answered: whoever was on leave leaves it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A beat that happens: ``at`` is Unix time, ``parent`` the number of the step it answers."""

    beat: BeatLine
    author: Person
    at: float
    to: tuple[str, ...]
    cc: tuple[str, ...]
    parent: int | None
    phone: bool


@dataclass(slots=True)
class Walk:
    """One thread on its way through its beats; all chance is ``draw``.

    After the ``deadline`` (Unix time) nobody answers any more: lunch is over.
    """

    roster: Roster
    calendars: Mapping[str, Calendar]
    cast: Players
    draw: Random
    deadline: float | None = None

    def steps(self, beats: list[BeatLine], at: float) -> list[Step]:
        """The beats as steps; they end early where nobody would ever answer."""
        steps = [self._first(beats[0], at)]
        for beat in beats[1:]:
            step = self._next(beat, steps)
            if step is None:
                break
            steps.append(step)
        return steps

    def _first(self, beat: BeatLine, at: float) -> Step:
        owner = self.cast.owner
        to = tuple(person.email for person in self.cast.team)
        copied: list[str] = []
        if self.cast.word != "everyone" and not isinstance(owner, Service):
            for _ in range(shapes.copies(self.draw)):
                other = bystander(self.roster, self.cast, (owner.email, *to, *copied), self.draw)
                if other is not None:
                    copied.append(other)
        phone = self._on_phone(owner, at, 0.05)
        return Step(beat, owner, at, to, tuple(copied), None, phone)

    def _next(self, beat: BeatLine, steps: list[Step]) -> Step | None:
        """The step for one more beat, or None where the thread dies."""
        author = self.cast.by(beat.by)
        parent = self._parent(beat, steps, author)
        if parent is None or (beat.kind == "forward" and isinstance(author, Correspondent)):
            return None
        phone = self._on_phone(author, None, 0.27)
        at = self._moment(beat, steps[parent], steps, author, phone)
        addressed = self._recipients(beat, steps[parent], author)
        if at is None or addressed is None:
            return None
        phone = phone or self._on_phone(author, at, 0.0)
        return Step(beat, author, at, *addressed, parent, phone)

    def _recipients(
        self, beat: BeatLine, before: Step, author: Person
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        if beat.kind == "forward":
            third = self.cast.third
            known = (before.author.email, *before.to, *before.cc)
            return ((third.email,), ()) if third and third.email not in known else None
        if beat.kind == "followup":
            return before.to, before.cc
        return shapes.reply_recipients(
            self.draw,
            author.email,
            (before.author.email, before.to, before.cc),
            lambda: bystander(self.roster, self.cast, (author.email,), self.draw),
        )

    def _parent(self, beat: BeatLine, steps: list[Step], author: Person) -> int | None:
        """The latest mail this beat can answer: received by its author, or (follow-up) written."""
        wanted = self.cast.by(beat.back).email if beat.back else None
        for index in range(len(steps) - 1, -1, -1):
            step = steps[index]
            mine = step.author.email == author.email
            received = author.email in step.to or author.email in step.cc
            if beat.kind == "followup":
                if mine and step.beat.kind != "forward":
                    return index
            elif received and not mine and wanted in (None, step.author.email):
                return index
        return None

    def _moment(
        self, beat: BeatLine, before: Step, steps: list[Step], author: Person, phone: bool
    ) -> float | None:
        """When the author gets to it; never before they could have read what the story needs."""
        calendar = self.calendars[author.email]
        seen = (
            step.at
            for step in steps
            if beat.back or step.author is author or author.email in step.to
        )
        after = max(before.at, *seen)
        if beat.id == "chase":
            at = timing.chase_time(calendar, after, self.draw)
        elif before.author.email == author.email:
            at = timing.reply_time(calendar, after + 1800, self.draw, phone=False)
        else:
            at = timing.reply_time(calendar, after, self.draw, phone)
        if at is not None and beat.wait:
            at = calendar.next_open(max(at, before.at + beat.wait * 3600))
        if at is None or at == inf or at < after + 20:
            return None
        if at > after + STALE and beat.id != "chase" and self.draw.random() < 0.3:
            return None
        return None if self.deadline is not None and at > self.deadline else at

    def _on_phone(self, person: Person, at: float | None, share: float) -> bool:
        """Whether this mail is written on a phone: more so out of hours."""
        if not isinstance(person, Persona) or not person.phone_client:
            return False
        lean = 0.3 + 1.4 * unit("phone", person.email)
        if at is not None and not self.calendars[person.email].is_active(at):
            return self.draw.random() < min(0.9, 0.45 + 0.4 * lean)
        return self.draw.random() < share * lean
