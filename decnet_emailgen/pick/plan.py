"""A whole thread at once: its people, its beats, the moments they are written, its facts.

A thread is planned when it starts, from its key alone; what the plan holds beyond the present
waits in the store until its time has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from decnet_emailgen.pick import shapes, timing
from decnet_emailgen.pick.company import Company, Thing
from decnet_emailgen.pick.facts import Scene, facts
from decnet_emailgen.pick.keys import hexadecimal, rng, unit, weighted
from decnet_emailgen.pick.people import Roster, common_language
from decnet_emailgen.pick.stories import BeatLine, StoryLine
from decnet_emailgen.records import Author, Beat, Earlier, Fact, Host, Party, Pick
from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.model import Correspondent, Person, Persona

Mint = Callable[[str, str, datetime, str], str]
"""Names a mail: (client profile, domain, Date, key) to a Message-ID with its brackets."""


@dataclass(frozen=True, slots=True)
class Start:
    """A thread that begins: when (Unix time), by whom, under which key.

    ``mark`` is its place among all threads that could be: a history with rate r holds those
    whose mark is below r.
    """

    at: float
    mark: float
    email: str
    key: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A planned thread: its mails in order of their Dates, and the things it is about."""

    id: str
    story: str
    topic: str
    language: str
    facts: tuple[Fact, ...]
    picks: tuple[Pick, ...]
    things: tuple[Thing, ...] = ()


@dataclass(slots=True)
class _Step:
    """A beat with its time and people, before it becomes a pick."""

    beat: BeatLine
    author: Person
    at: float
    to: tuple[str, ...]
    cc: tuple[str, ...]
    parent: int | None
    phone: bool


@dataclass(slots=True)
class _Players:
    owner: Person
    peer: Person
    team: tuple[Person, ...]
    third: Person | None
    language: str
    word: str

    def by(self, actor: str) -> Person:
        """Who plays that part."""
        return {"owner": self.owner, "peer": self.peer, "third": self.third or self.peer}[actor]


@dataclass(slots=True)
class Planner:
    """Plans the threads of one cast. ``key`` is the installation's seed and the cast's name."""

    roster: Roster
    company: Company
    calendars: dict[str, Calendar]
    hosts: tuple[Host, ...]
    mint: Mint
    key: str
    run: str = ""
    _authors: dict[tuple[str, bool], Author] = field(default_factory=dict)

    def thread(self, start: Start, line: StoryLine, peer: str = "") -> Thread | None:
        """The thread that begins there with that story line; None if nobody fits it.

        ``peer`` asks for that person (an address) as the other side.
        """
        draw = rng(start.key, "thread")
        players = self._players(start, line, draw, peer)
        if players is None:
            return None
        count = shapes.size(draw, line, players.word)
        beats = shapes.steps(draw, line, count, players.third is not None)
        steps = self._timed(start, beats, players, draw)
        ends = self._local_date(players.owner, max(step.at for step in steps))
        scene = self._scene(start, line, players, draw, ends)
        found = facts(scene, line.facts)
        thread_id = hexadecimal(start.key, "id")
        picks = self._picks(thread_id, line, steps, players, found)
        return Thread(
            id=thread_id,
            story=line.id,
            topic=line.topic,
            language=players.language,
            facts=found,
            picks=picks,
            things=tuple(scene.things),
        )

    def _players(self, start: Start, line: StoryLine, draw: Random, wanted: str) -> _Players | None:
        owner = self.roster.people[start.email]
        found = self.roster.partner(owner, line, draw, wanted)
        if found is None:
            return None
        peer, word = found
        language = common_language((owner, peer))
        assert language is not None  # noqa: S101 (partner() looked)
        team: tuple[Person, ...] = (peer,)
        if word in ("team", "everyone"):
            team = self._team(owner, peer, word, line, draw)
        third = self._third(owner, peer, line, language, draw)
        return _Players(owner, peer, team, third, language, word)

    def _team(
        self, owner: Person, peer: Person, word: str, line: StoryLine, draw: Random
    ) -> tuple[Person, ...]:
        """The peer and the others a mail to the team or to everybody is addressed to."""
        language = common_language((owner, peer))
        pool = [
            other
            for other in self.roster.speakers(owner.email, word, line.nearby)
            if other is not peer and common_language((owner, peer, other)) == language
        ]
        if word == "team":
            pool = draw.sample(pool, min(len(pool), shapes.team_size(draw, len(pool) + 1) - 1))
        return (peer, *pool[:24])

    def _third(
        self, owner: Person, peer: Person, line: StoryLine, language: str, draw: Random
    ) -> Person | None:
        """Somebody of the organisation who may be drawn in, by the story line or by closeness."""
        inner = peer if isinstance(owner, Correspondent) else owner
        words = [*line.third, "team", "colleague"]
        for word in words:
            pool = [
                other
                for other in self.roster.eligible(inner.email, word)
                if other.email not in (owner.email, peer.email)
                and isinstance(other, Persona)
                and common_language((inner, other)) is not None
                and common_language((owner, peer, other)) == language
            ]
            if pool:
                weights = [self.roster.strength(inner.email, other.email) for other in pool]
                return weighted(draw, pool, weights)
        return None

    def _timed(
        self, start: Start, beats: list[BeatLine], players: _Players, draw: Random
    ) -> list[_Step]:
        """The beats with their moments; ends early where nobody would ever answer."""
        steps = [self._first(start, beats[0], players, draw)]
        for beat in beats[1:]:
            step = self._next(beat, steps, players, draw)
            if step is None:
                break
            steps.append(step)
        return steps

    def _first(self, start: Start, beat: BeatLine, players: _Players, draw: Random) -> _Step:
        owner = players.owner
        to = tuple(person.email for person in players.team)
        copied: list[str] = []
        if players.word not in ("everyone",):
            for _ in range(shapes.copies(draw)):
                other = self._bystander(players, (owner.email, *to, *copied), draw)
                if other is not None:
                    copied.append(other)
        phone = self._on_phone(owner, start.at, draw, 0.05)
        return _Step(beat, owner, start.at, to, tuple(copied), None, phone)

    def _bystander(self, players: _Players, taken: tuple[str, ...], draw: Random) -> str | None:
        """Somebody of the organisation to copy: a manager, the third, a colleague nearby."""
        inner = players.peer if isinstance(players.owner, Correspondent) else players.owner
        words = ("manager", "team") if draw.random() < 0.7 else ("team", "colleague")
        if players.third is not None and players.third.email not in taken and draw.random() < 0.3:
            return players.third.email
        for word in words:
            pool = [
                other
                for other in self.roster.eligible(inner.email, word)
                if other.email not in taken
                and common_language((players.owner, players.peer, other)) == players.language
            ]
            if pool:
                weights = [self.roster.strength(inner.email, other.email) for other in pool]
                return weighted(draw, pool, weights).email
        return None

    def _next(
        self, beat: BeatLine, steps: list[_Step], players: _Players, draw: Random
    ) -> _Step | None:
        """The step for one more beat, or None where the thread dies."""
        author = players.by(beat.by)
        parent = self._parent(beat, steps, players, author)
        if parent is None or (beat.kind == "forward" and isinstance(author, Correspondent)):
            return None
        before = steps[parent]
        phone = self._on_phone(author, None, draw, 0.2)
        at = self._moment(beat, before, steps, author, phone, draw)
        if at is None:
            return None
        to: tuple[str, ...]
        cc: tuple[str, ...] = ()
        if beat.kind == "forward":
            third = players.third
            if third is None:
                return None
            to = (third.email,)
        elif beat.kind == "followup":
            to, cc = before.to, before.cc
        else:
            taken = (before.author.email, before.to, before.cc)
            to, cc = shapes.reply_recipients(
                draw, author.email, taken, lambda: self._bystander(players, (author.email,), draw)
            )
        phone = phone or self._on_phone(author, at, draw, 0.0)
        return _Step(beat, author, at, to, cc, parent, phone)

    def _parent(
        self, beat: BeatLine, steps: list[_Step], players: _Players, author: Person
    ) -> int | None:
        """The latest mail this beat can answer: received by its author, or (follow-up) written."""
        wanted = players.by(beat.back).email if beat.back else None
        for index in range(len(steps) - 1, -1, -1):
            step = steps[index]
            mine = step.author.email == author.email
            received = author.email in step.to or author.email in step.cc
            if beat.kind == "followup":
                if mine and step.beat.kind != "forward":
                    return index
            elif received and not mine and wanted in (None, step.author.email):
                return index
        if beat.kind == "reply" and wanted is None:
            return self._own(steps, author)
        return None

    @staticmethod
    def _own(steps: list[_Step], author: Person) -> int | None:
        """The author's own latest mail, where a story goes on without an answer."""
        last = len(steps) - 1
        return last if steps[last].author.email == author.email else None

    def _moment(
        self,
        beat: BeatLine,
        before: _Step,
        steps: list[_Step],
        author: Person,
        phone: bool,
        draw: Random,
    ) -> float | None:
        calendar = self.calendars[author.email]
        after = max(before.at, steps[-1].at if steps[-1].author is author else before.at)
        if beat.id == "chase":
            at = timing.chase_time(calendar, after, draw)
        elif before.author.email == author.email:
            at = timing.reply_time(calendar, after + 1800, draw, phone=False)
        else:
            at = timing.reply_time(calendar, after, draw, phone)
        return at if at is not None and at >= after + 20 else None

    def _on_phone(self, person: Person, at: float | None, draw: Random, share: float) -> bool:
        """Whether this mail is written on a phone: more so out of hours."""
        if not isinstance(person, Persona) or not person.phone_client:
            return False
        lean = 0.3 + 1.4 * unit("phone", person.email)
        if at is not None and not self.calendars[person.email].is_active(at):
            return draw.random() < min(0.9, 0.45 + 0.4 * lean)
        return draw.random() < share * lean

    def _local_date(self, person: Person, at: float) -> date:
        return self.calendars[person.email].offset_date(at).date()

    def _scene(
        self, start: Start, line: StoryLine, players: _Players, draw: Random, ends: date
    ) -> Scene:
        owner, calendar = players.owner, self.calendars[players.owner.email]
        inside = {owner.email, *(person.email for person in players.team)}
        others = tuple(p for p in self.roster.inside if p.email not in inside)
        return Scene(
            company=self.company,
            draw=draw,
            story=line.id,
            language=players.language,
            owner=owner,
            peer=players.peer,
            others=others,
            starts=calendar.offset_date(start.at),
            ends=ends,
            workday=lambda day, count: workday(calendar, day, count),
        )

    def _picks(
        self,
        thread_id: str,
        line: StoryLine,
        steps: list[_Step],
        players: _Players,
        found: tuple[Fact, ...],
    ) -> tuple[Pick, ...]:
        """The picks, each with the chain of mails that it stands on."""
        chains: list[tuple[Earlier, ...]] = []
        picks = []
        for number, step in enumerate(steps):
            chain = () if step.parent is None else chains[step.parent]
            pick = self._pick(thread_id, line, steps, number, players, found, chain)
            picks.append(pick)
            chains.append((*chain, earlier(pick)))
        return tuple(sorted(picks, key=lambda pick: pick.when))

    def _pick(
        self,
        thread_id: str,
        line: StoryLine,
        steps: list[_Step],
        number: int,
        players: _Players,
        found: tuple[Fact, ...],
        chain: tuple[Earlier, ...],
    ) -> Pick:
        step = steps[number]
        author, calendar = step.author, self.calendars[step.author.email]
        when = calendar.offset_date(step.at)
        pick_id = hexadecimal(self.key, thread_id, number)
        sender = self.author(author, step.phone, pick_id)
        reader = self.roster.people[step.to[0]]
        kind = step.beat.kind
        if kind == "reply" and chain and chain[-1].sender.email == author.email:
            kind = "followup"
        beat = Beat(
            story=line.id,
            beat=step.beat.id,
            intent=fill(step.beat.intent, found),
            step=number + 1,
            steps=len(steps),
            relation=self.roster.relation(author, reader),
            formal=self.roster.formal(author, reader),
            facts=found,
        )
        return Pick(
            id=pick_id,
            run=self.run,
            hosts=self.hosts,
            thread_id=thread_id,
            message_id=self.mint(sender.client, author.email.partition("@")[2], when, pick_id),
            date=when.isoformat(),
            kind=kind,
            sender=sender,
            to=tuple(self.party(email) for email in step.to),
            cc=tuple(self.party(email) for email in step.cc),
            bcc=(),
            language=players.language,
            topic=line.topic,
            beat=beat,
            thread=chain,
            description=f"{kind}: {author.email} to {', '.join(step.to)}: {line.topic}",
        )

    def party(self, email: str) -> Party:
        """A person as a recipient."""
        person = self.roster.people[email]
        outside = isinstance(person, Correspondent)
        return Party(person.name, person.email, person.role, outside)

    def author(self, person: Person, phone: bool, key: str) -> Author:
        """A person as an author, with the mannerisms of this mail."""
        known = self._authors.get((person.email, phone))
        if known is None:
            known = self._authors[person.email, phone] = make_author(person, phone)
        if len(known.mannerisms) <= 1:
            return known
        draw = rng(key, "mannerisms")
        chosen = draw.sample(person.mannerisms, draw.randint(1, 2))
        return replace(known, mannerisms=tuple(chosen))


def workday(calendar: Calendar, day: date, count: int) -> date:
    """The count-th workday after (or, negative, before) a day; any day for who never works."""
    if count > 0:
        return calendar.workday_after(day, count) or day + timedelta(days=count)
    for _ in range(60):
        if count >= 0:
            break
        day -= timedelta(days=1)
        count += calendar.window(day) is not None
    return day


def make_author(person: Person, phone: bool) -> Author:
    """What of a person travels in a pick."""
    client, department, organisation = person.client, "", ""
    if isinstance(person, Persona):
        department = person.department
        client = person.phone_client if phone and person.phone_client else person.client
    elif isinstance(person, Correspondent):
        organisation = person.organisation
    return Author(
        name=person.name,
        email=person.email,
        role=person.role,
        outside=isinstance(person, Correspondent),
        department=department,
        organisation=organisation,
        tone=person.tone,
        tone_custom=person.tone_custom,
        mannerisms=person.mannerisms,
        signature=person.signature,
        uses_llms_heavily=person.uses_llms_heavily,
        timezone=person.timezone,
        client=client,
        ui_language=person.language,
    )


def earlier(pick: Pick) -> Earlier:
    """A planned mail as the next one in its thread will see it, still without words."""
    return Earlier(pick.message_id, pick.date, pick.sender, pick.to, pick.cc, kind=pick.kind)


def fill(intent: str, found: tuple[Fact, ...]) -> str:
    """The intent with the facts it names."""
    for fact in found:
        intent = intent.replace("{" + fact.name + "}", fact.value)
    return intent
