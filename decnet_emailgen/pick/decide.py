"""One decision now: the tick of the original worker, with its rules.

A decision takes one mail host, a sender at work, a recipient who is somebody else; with some
probability it answers a thread that the two have there, else it starts one. A parent is always a
mail that the author received.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from decnet_emailgen.pick import absent
from decnet_emailgen.pick.keys import hexadecimal, weighted
from decnet_emailgen.pick.people import base_language
from decnet_emailgen.pick.plan import Start, Thread, fill
from decnet_emailgen.pick.simulate import Office
from decnet_emailgen.pick.stories import BeatLine, common_beat, story_lines
from decnet_emailgen.records import Beat, Earlier, Pick
from decnet_emailgen.world.model import Person


@dataclass(frozen=True, slots=True)
class Known:
    """A mail that has been written, as the store gives it: the pick, and how it reads."""

    pick: Pick
    mail: Earlier


READING = timedelta(seconds=90)
"""Nobody answers sooner than this."""

Threads = Callable[[str, str], Sequence[Sequence[Known]]]
"""The threads in which two addresses have written to each other, newest last; failed mails and
mails without words are not among them."""


@dataclass(frozen=True, slots=True)
class Skip:
    """No decision, and why."""

    reason: str


def decide(
    offices: Sequence[Office],
    threads: Threads,
    now: datetime,
    draw: Random,
    reply_probability: float = 0.6,
) -> Thread | Skip:
    """One mail for now, as a thread of one pick; or the reason why there is none.

    ``offices`` are those of running mail hosts; ``now`` is aware; all randomness is ``draw``.
    """
    if not offices:
        return Skip("no running mail host: no decky has imap or pop3 among its services")
    office = offices[int(draw.random() * len(offices))]
    people = office.roster.inside
    host = office.cast.deckies[0].name
    if len(people) < 2:
        return Skip(f"{host}: fewer than two valid personas")
    instant = now.timestamp()
    active = [p for p in people if office.calendars[p.email].is_active(instant)]
    if len(active) < 2:
        return Skip(f"{host}: fewer than two personas are in their active hours")
    sender = weighted(draw, active, [p.mails_per_day for p in active])
    others = [p for p in office.roster.speakers(sender.email, "any") if p.email != sender.email]
    if not others:
        return Skip(f"{host}: {sender.email} shares a language with nobody")
    weights = [office.roster.strength(sender.email, other.email) for other in others]
    recipient = weighted(draw, others, weights)
    known = threads(sender.email, recipient.email)
    if known and draw.random() < reply_probability:
        answer = _answer(office, known, sender, recipient, now, draw)
        if answer is not None:
            return answer
    return _begin(office, sender, recipient, now, draw)


def _answer(
    office: Office,
    threads: Sequence[Sequence[Known]],
    sender: Person,
    recipient: Person,
    now: datetime,
    draw: Random,
) -> Thread | None:
    """An answer within one of the pair's threads, by whichever of them has one to give."""
    order = list(threads)
    draw.shuffle(order)
    for author, other in ((sender, recipient), (recipient, sender)):
        if not office.calendars[author.email].is_active(now.timestamp()):
            continue
        for thread in order:
            parent = _latest(thread, author.email, other.email, now)
            if parent is not None:
                return _reply(office, thread, parent, author, now, draw)
    return None


def _latest(thread: Sequence[Known], author: str, other: str, now: datetime) -> Known | None:
    """The latest mail of the thread that the author received from the other, and could read."""
    for known in reversed(thread):
        received = any(party.email == author for party in known.pick.recipients)
        read = known.pick.when + READING <= now and known.pick.sender.client != absent.CLIENT
        if known.pick.sender.email == other and received and read:
            return known
    return None


def _reply(
    office: Office,
    thread: Sequence[Known],
    parent: Known,
    author: Person,
    now: datetime,
    draw: Random,
) -> Thread:
    first, before = thread[0].pick, parent.pick
    by_id = {known.pick.message_id: known.mail for known in thread}
    chain = (*(by_id.get(mail.message_id, mail) for mail in before.thread), parent.mail)
    line = _next_beat(first, before, author.email, thread)
    key = hexadecimal(office.key, "decide", before.id, now.isoformat(), draw.random())
    sender = office.planner.author(author, False, key)
    when = now.astimezone(office.calendars[author.email].zone).replace(microsecond=0)
    other = office.roster.people.get(before.sender.email, author)
    to = (office.planner.party(before.sender.email),)
    pick = Pick(
        id=key,
        run=office.planner.run,
        hosts=office.planner.hosts,
        thread_id=before.thread_id,
        message_id=office.planner.named(sender, when, key),
        date=when.isoformat(),
        kind="reply",
        sender=sender,
        to=to,
        cc=(),
        bcc=(),
        language=before.language,
        topic=before.topic,
        beat=Beat(
            story=before.beat.story,
            beat=line.id,
            intent=fill(line.intent, before.beat.facts),
            step=len(thread) + 1,
            steps=max(len(thread) + 1, before.beat.steps),
            relation=office.roster.relation(author, other),
            formal=before.beat.formal,
            private=before.beat.private,
            facts=before.beat.facts,
        ),
        thread=chain,
        description=f"reply: {author.email} to {to[0].email}: {before.topic}",
    )
    return Thread(
        before.thread_id,
        before.beat.story,
        before.topic,
        before.language,
        before.beat.facts,
        (pick,),
    )


def _next_beat(first: Pick, before: Pick, author: str, thread: Sequence[Known]) -> BeatLine:
    """The story's next step for this author, or a common one where the story has none."""
    actor = "owner" if first.sender.email == author else "peer"
    used = {known.pick.beat.beat for known in thread}
    line = story_lines().get(before.beat.story)
    beats = line.beats if line is not None else ()
    ids = [beat.id for beat in beats]
    start = ids.index(before.beat.beat) + 1 if before.beat.beat in ids else len(ids)
    for beat in beats[start:]:
        if beat.by == actor and beat.kind == "reply" and beat.id not in used:
            return beat
    return common_beat("detail" if before.beat.beat == "question" else "ack")


def _begin(
    office: Office, sender: Person, recipient: Person, now: datetime, draw: Random
) -> Thread | Skip:
    """The first mail of a thread between the two, planned like any other and cut after it."""
    instant = float(int(now.timestamp()))
    for attempt in range(40):
        key = hexadecimal(office.key, "decide", sender.email, instant, draw.random(), attempt)
        planned = office.plan(Start(instant, 0.0, sender.email, key), recipient.email)
        if planned is not None:
            pick = planned.picks[0]
            single = replace(pick, beat=replace(pick.beat, steps=1))
            return replace(planned, picks=(single,))
    tongue = base_language(sender.language)
    return Skip(f"{sender.email} has nothing to write to {recipient.email} about ({tongue})")
