"""A whole thread at once: its people, its beats, the moments they are written, its facts.

A thread is planned when it starts, from its key alone; what the plan holds beyond the present
waits in the store until its time has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from decnet_emailgen.pick import absent, shapes
from decnet_emailgen.pick.company import Company, Thing
from decnet_emailgen.pick.facts import Scene, facts
from decnet_emailgen.pick.keys import hexadecimal, rng, unit
from decnet_emailgen.pick.papers import Folder
from decnet_emailgen.pick.people import Roster
from decnet_emailgen.pick.players import Players, players
from decnet_emailgen.pick.steps import Step, Walk
from decnet_emailgen.pick.stories import StoryLine
from decnet_emailgen.records import Author, Beat, Earlier, Fact, Host, Party, Pick
from decnet_emailgen.world.calendar import Calendar
from decnet_emailgen.world.model import Correspondent, Person, Persona, Service

LEAVES = frozenset({"leave-request", "handover"})
"""Stories that a leave in the calendar gives rise to."""

Mint = Callable[[str, str, datetime, str, str], str]
"""Names a mail: (client profile, domain, Date, key, author's address) to a Message-ID."""


@dataclass(frozen=True, slots=True)
class Start:
    """A thread that begins: when (Unix time), by whom, under which key.

    ``mark`` is its place among all threads that could be: a history with rate r holds those
    whose mark is below r. ``peer`` is the address of the other side where that is settled.
    ``first`` is whether what comes up only now and then can begin here: once a day.
    """

    at: float
    mark: float
    email: str
    key: str
    peer: str = ""
    first: bool = True


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


@dataclass(frozen=True, slots=True)
class Sketch:
    """A thread before its facts: enough to count its mails, and to make them."""

    start: Start
    line: StoryLine
    cast: Players
    steps: tuple[Step, ...]
    draw: Random

    def before(self, instant: float) -> int:
        """How many of its mails are sent before an instant (Unix time)."""
        return sum(step.at < instant for step in self.steps)


@dataclass(slots=True)
class Planner:
    """Plans the threads of one cast.

    ``key`` is the installation's seed and the cast's name; ``load`` tells how busy somebody is on
    a day (1 is usual).
    """

    roster: Roster
    company: Company
    calendars: dict[str, Calendar]
    hosts: tuple[Host, ...]
    mint: Mint
    key: str
    load: Callable[[str, date], float]
    run: str = ""
    _authors: dict[tuple[str, bool], Author] = field(default_factory=dict)

    def sketch(self, start: Start, line: StoryLine, peer: str = "") -> Sketch | None:
        """The thread's people and steps without its facts and picks; None if nobody fits it.

        ``peer`` asks for that person (an address) as the other side.
        """
        draw = rng(start.key, "thread")
        cast = players(self.roster, self.roster.people[start.email], line, draw, peer)
        if cast is None:
            return None
        load = self.load(cast.peer.email, self._local_date(cast.peer, start.at))
        count = shapes.size(draw, line, cast.word, load)
        beats = shapes.steps(draw, line, count, cast.third is not None)
        deadline = self._noon(start) if line.id == "lunch" else None
        steps = Walk(self.roster, self.calendars, cast, draw, deadline).steps(beats, start.at)
        if self.roster.systems and not isinstance(cast.owner, Service):
            steps += absent.answers(steps, self.roster, self.calendars, start.key)
        return Sketch(start, line, cast, tuple(steps), draw)

    def thread(self, sketch: Sketch) -> Thread:
        """The whole thread of a sketch. A sketch makes one thread only: it uses up its chance."""
        cast, steps, line = sketch.cast, sketch.steps, sketch.line
        ends = self._local_date(cast.owner, max(step.at for step in steps))
        copied = tuple(email for step in steps for email in step.cc)
        scene = self._scene(sketch.start, line, cast, sketch.draw, ends, copied)
        found = facts(scene, line.facts)
        thread_id = hexadecimal(sketch.start.key, "id")
        picks = self._picks(thread_id, line, steps, cast, found, tuple(scene.things))
        return Thread(
            id=thread_id,
            story=line.id,
            topic=line.topic,
            language=cast.language,
            facts=found,
            picks=picks,
            things=tuple(scene.things),
        )

    def in_turn(self, email: str, line: StoryLine, today: date) -> bool:
        """Whether this story can come up that day: some happen to a person only now and then.

        ``once: 90`` leaves a person one working day in ninety for it, a day of their own; a leave
        is asked for on one of two days well before it, and work handed over in the days before.
        """
        day = today.toordinal()
        if line.id in LEAVES:
            leave = self.leave(email, today)
            ahead = leave[0].toordinal() - day if leave else 0
            if line.id == "handover":
                return 0 < ahead <= 6
            asked = 9 + int(unit(self.key, "asks", email, leave[0]) * 50) if leave else 0
            return 0 < asked - 2 < ahead <= asked
        if not line.once:
            return True
        period, into = divmod(day, line.once)
        late = into - int(unit(self.key, "turn", line.id, email, period) * (line.once - 1))
        if not 0 <= late < 4:
            return False
        works = self.calendars[email].usually_works
        return works(today) and not any(works(today - timedelta(days=n + 1)) for n in range(late))

    def leave(self, email: str, today: date) -> tuple[date, ...]:
        """The working days that the person's next leave takes, if it is one of some days.

        It begins after today, within four months.
        """
        calendar = self.calendars[email]
        found = [
            absence
            for absence in calendar.absences(today.year, today.year + 1)
            if 0 < (absence.first - today).days < 120 and (absence.last - absence.first).days > 1
        ]
        if not found:
            return ()
        leave = min(found, key=lambda absence: absence.first)
        days = (leave.first + timedelta(days=n) for n in range((leave.last - leave.first).days + 1))
        return tuple(day for day in days if calendar.usually_works(day))

    def _noon(self, start: Start) -> float:
        local = self.calendars[start.email].offset_date(start.at)
        return local.replace(hour=12, minute=5, second=0).timestamp()

    def _local_date(self, person: Person, at: float) -> date:
        return self.calendars[person.email].offset_date(at).date()

    def _scene(
        self,
        start: Start,
        line: StoryLine,
        cast: Players,
        draw: Random,
        ends: date,
        known: tuple[str, ...],
    ) -> Scene:
        owner, calendar = cast.owner, self.calendars[cast.owner.email]
        inside = {owner.email, *(person.email for person in cast.team), *known}
        others = tuple(p for p in self.roster.inside if p.email not in inside)
        return Scene(
            company=self.company,
            draw=draw,
            story=line.id,
            language=cast.language,
            owner=owner,
            peer=cast.peer,
            others=others,
            starts=calendar.offset_date(start.at),
            ends=ends,
            leave=self.leave(owner.email, self._local_date(owner, start.at)),
            workday=lambda day, count: workday(calendar, day, count),
        )

    def _picks(
        self,
        thread_id: str,
        line: StoryLine,
        steps: tuple[Step, ...],
        cast: Players,
        found: tuple[Fact, ...],
        things: tuple[Thing, ...],
    ) -> tuple[Pick, ...]:
        """The picks, each with the chain of mails that it stands on, and with its files."""
        chains: list[tuple[Earlier, ...]] = []
        picks = []
        for number, step in enumerate(steps):
            chain = () if step.parent is None else chains[step.parent]
            pick = self._pick(thread_id, line, steps, number, cast.language, found, chain)
            if step.beat.id == absent.STORY:
                pick = self._by_itself(pick, step.author)
            picks.append(pick)
            chains.append((*chain, earlier(pick)))
        if any(step.beat.attach for step in steps):
            people = tuple(dict.fromkeys(p.name for p in (cast.owner, cast.peer, *cast.team)))
            folder = Folder(self.company, line.id, cast.language, found, things, people)
            parents = (step.parent for step in steps)
            beats = (step.beat for step in steps)
            picks = folder.attached(zip(beats, picks, parents, strict=True))
        return tuple(sorted(picks, key=lambda pick: pick.when))

    def _pick(
        self,
        thread_id: str,
        line: StoryLine,
        steps: tuple[Step, ...],
        number: int,
        language: str,
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
        beat = Beat(
            story=line.id,
            beat=step.beat.id,
            intent=fill(step.beat.intent, found),
            step=number + 1,
            steps=len(steps),
            relation=self.roster.relation(author, reader),
            formal=self.roster.formal(author, reader),
            private=line.private,
            facts=found,
        )
        return Pick(
            id=pick_id,
            run=self.run,
            hosts=self.hosts,
            thread_id=thread_id,
            message_id=self.named(sender, when, pick_id),
            date=when.isoformat(),
            kind=kind,
            sender=sender,
            to=tuple(self.party(email) for email in step.to),
            cc=tuple(self.party(email) for email in step.cc),
            bcc=(),
            language=language,
            topic=line.topic,
            beat=beat,
            thread=chain,
            description=f"{kind}: {author.email} to {', '.join(step.to)}: {line.topic}",
        )

    def _by_itself(self, pick: Pick, person: Person) -> Pick:
        """The pick as the person's server sends it: in their language, with when they are back."""
        assert isinstance(person, Persona)  # noqa: S101 (only they have a mailbox here)
        sender = replace(pick.sender, client=absent.CLIENT, mannerisms=(), signature="")
        found = absent.facts(person, pick.when.date(), self.roster, self.calendars)
        tongue = absent.language(person) or pick.language
        return replace(
            pick,
            sender=sender,
            message_id=self.named(sender, pick.when, pick.id),
            language=tongue,
            beat=replace(pick.beat, story=absent.STORY, facts=found),
            description=f"out of office: {person.email} to {pick.to[0].email}",
        )

    def named(self, sender: Author, when: datetime, key: str) -> str:
        """The Message-ID of a mail."""
        domain = sender.email.partition("@")[2]
        return self.mint(sender.client, domain, when, key, sender.email)

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
    elif isinstance(person, Correspondent | Service):
        organisation = person.organisation
    return Author(
        name=person.name,
        email=person.email,
        role=person.role,
        outside=isinstance(person, Correspondent)
        or (isinstance(person, Service) and person.outside),
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
