"""Who plays in a thread: its owner, the other side, the team, somebody who may be drawn in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from decnet_emailgen.pick import shapes
from decnet_emailgen.pick.keys import weighted
from decnet_emailgen.pick.people import Roster
from decnet_emailgen.pick.stories import StoryLine
from decnet_emailgen.world.model import Person, Persona, Service


@dataclass(frozen=True, slots=True)
class Players:
    """The people of a thread and its language; ``word`` is how the story line named the peer."""

    owner: Person
    peer: Person
    team: tuple[Person, ...]
    third: Person | None
    language: str
    word: str

    def by(self, actor: str) -> Person:
        """Who plays that part."""
        return {"owner": self.owner, "peer": self.peer, "third": self.third or self.peer}[actor]

    @property
    def inner(self) -> Person:
        """The one of the two who is of the organisation; the owner if both are."""
        return self.owner if isinstance(self.owner, Persona) else self.peer


def players(
    roster: Roster, owner: Person, line: StoryLine, draw: Random, wanted: str = ""
) -> Players | None:
    """The people for a story line; None if nobody fits. ``wanted`` asks for that peer."""
    found = roster.partner(owner, line, draw, wanted)
    if found is None:
        return None
    peer, word = found
    language = roster.common((owner, peer))
    assert language is not None  # noqa: S101 (partner() looked)
    team = _team(roster, owner, peer, word, line, draw)
    alone = Players(owner, peer, team, None, language, word)
    if isinstance(owner, Service):
        return alone
    third = _nearest(roster, alone, [*line.third, "team", "colleague"], team, draw)
    return Players(owner, peer, team, third, language, word)


def bystander(roster: Roster, cast: Players, taken: Iterable[str], draw: Random) -> str | None:
    """Somebody of the organisation to copy, by address: a manager, or a colleague nearby."""
    words = ["manager", "team"] if draw.random() < 0.7 else ["team", "colleague"]
    away = {*taken, *([cast.third.email] if cast.third is not None else [])}
    found = _nearest(roster, cast, words, (), draw, away)
    return found.email if found is not None else None


def _team(
    roster: Roster, owner: Person, peer: Person, word: str, line: StoryLine, draw: Random
) -> tuple[Person, ...]:
    """The peer and the others a mail to the team or to everybody is addressed to."""
    if word not in ("team", "everyone"):
        return (peer,)
    language = roster.common((owner, peer))
    pool = [
        other
        for other in roster.speakers(owner.email, word, line.nearby)
        if other is not peer and roster.common((owner, peer, other)) == language
    ]
    if word == "team":
        pool = draw.sample(pool, min(len(pool), shapes.team_size(draw, len(pool) + 1) - 1))
    return (peer, *pool[:24])


def _nearest(
    roster: Roster,
    cast: Players,
    words: Iterable[str],
    people: Iterable[Person],
    draw: Random,
    away: Iterable[str] = (),
) -> Persona | None:
    """Somebody of the organisation whom the first fitting word means, by closeness.

    Neither the two who talk, nor ``people``, nor those at the addresses in ``away``.
    """
    taken = {cast.owner.email, cast.peer.email, *(p.email for p in people), *away}
    for word in words:
        pool = [
            other
            for other in roster.eligible(cast.inner.email, word)
            if other.email not in taken
            and isinstance(other, Persona)
            and roster.common((cast.owner, cast.peer, other)) == cast.language
        ]
        if pool:
            weights = [roster.strength(cast.inner.email, other.email) for other in pool]
            return weighted(draw, pool, weights)
    return None
