"""Who works with whom: groups by department and manager, pairs that differ strongly, languages."""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from itertools import combinations
from math import exp, log
from random import Random
from statistics import NormalDist
from zoneinfo import ZoneInfo

from decnet_emailgen.pick.keys import unit, weighted
from decnet_emailgen.pick.stories import StoryLine
from decnet_emailgen.world.fill import department_of
from decnet_emailgen.world.model import Cast, Correspondent, Person, Persona, Service
from decnet_emailgen.world.services import services

OUTSIDE = frozenset({"customer", "supplier", "partner", "other"})
PAIR_SPREAD = 1.1
"""Sigma of the log-normal by which pairs differ beyond what the chart of the firm explains."""

_NORMAL = NormalDist()


def log_normal(sigma: float, *key: object) -> float:
    """A log-normal factor with median 1 that belongs to this key for good."""
    return exp(sigma * _NORMAL.inv_cdf(min(max(unit(*key), 1e-9), 1 - 1e-9)))


def base_language(code: str) -> str:
    """``pt`` for ``pt-BR``: what two people need to share to understand each other."""
    return code.split("-")[0].lower()


def common_language(
    people: tuple[Person, ...], writable: frozenset[str] | None = None
) -> str | None:
    """The language that all can write and that stands highest in their lists; None if none.

    ``writable`` are the base languages that count; None for all.
    """
    first, rest = people[0], people[1:]
    ranks = [{base_language(code): rank for rank, code in enumerate(p.languages)} for p in rest]
    best, best_rank = None, 1_000
    for rank, code in enumerate(first.languages):
        base = base_language(code)
        if writable is not None and base not in writable:
            continue
        if all(base in theirs for theirs in ranks):
            total = rank + sum(theirs[base] for theirs in ranks)
            if total < best_rank:
                best, best_rank = code, total
    return best


def _means(word: str, person: Correspondent) -> bool:
    """Whether ``supplier``, or ``supplier/it`` (by what their role is about), is this person."""
    relation, _, trade = word.partition("/")
    if relation != person.relation:
        return False
    return not trade or department_of(f"{person.role} {person.organisation}") == trade


def _near(one: Person, other: Person) -> bool:
    """Whether two people can meet at noon: as far as the file tells, they live in one place."""
    same = one.timezone == other.timezone and one.country == other.country
    return same and one.subdivision == other.subdivision


@cache
def _offset(zone: str) -> float:
    """Hours east of UTC in winter: how far apart two people's days are."""
    shift = datetime(2026, 1, 15, tzinfo=ZoneInfo(zone)).utcoffset()
    return shift.total_seconds() / 3600 if shift else 0.0


def _can_talk(people: tuple[Person, ...], writable: frozenset[str] | None) -> bool:
    """Whether any two of them can: an office where only systems write would be no cover."""
    pairs = combinations(people, 2)
    return any(common_language(pair, writable) is not None for pair in pairs)


class Roster:
    """The people of a cast, by what story lines call them.

    ``key`` fixes the pairs' strength; ``writable`` are the languages that can be written at all
    (None for any): people who share no other don't write to each other.
    """

    def __init__(self, cast: Cast, key: str, writable: frozenset[str] | None = None) -> None:
        self.cast = cast
        self.key = key
        self.inside: tuple[Persona, ...] = cast.personas
        self.outside: tuple[Correspondent, ...] = cast.correspondents
        self.systems: tuple[Service, ...] = ()
        if cast.machine_mail and _can_talk((*self.inside, *self.outside), writable):
            self.systems = services(cast.organisation, cast.personas, cast.correspondents)
        everybody = (*self.inside, *self.outside, *self.systems)
        self.people: dict[str, Person] = {p.email: p for p in everybody}
        self.eligible = lru_cache(maxsize=None)(self._eligible)
        self.writable = writable
        self._common: dict[tuple[str, ...], str | None] = {}
        self.speakers = lru_cache(maxsize=None)(self._speakers)
        self.strength = lru_cache(maxsize=None)(self._strength)

    def common(self, people: tuple[Person, ...]) -> str | None:
        """The language these people write to each other in; None if there is none."""
        emails = tuple(person.email for person in people)
        if emails not in self._common:
            self._common[emails] = common_language(people, self.writable)
        return self._common[emails]

    def answers_to(self, person: Person, word: str) -> bool:
        """Whether a story line's word in ``starts`` means this person."""
        if isinstance(person, Correspondent):
            return _means(word, person)
        if isinstance(person, Service):
            return word == person.role
        assert isinstance(person, Persona)  # noqa: S101 (the only other kind)
        if word == "manager":
            return any(other.manager == person.email for other in self.inside)
        return word in ("any", person.department)

    def _eligible(self, email: str, word: str) -> tuple[Person, ...]:
        """The people a word of ``with`` or ``third`` means, seen from this person."""
        person = self.people[email]
        inside = tuple(p for p in self.inside if p.email != email)
        if not isinstance(person, Persona):
            if word.partition("/")[0] in OUTSIDE:
                return ()
            return inside if word in ("any", "colleague") else self._by_word(inside, word)
        if word in ("any", "colleague", "everyone"):
            return inside
        if word == "manager":
            return tuple(p for p in inside if p.email == person.manager)
        if word == "report":
            return tuple(p for p in inside if p.manager == email)
        if word == "team":
            return self._team(person, inside)
        if word.partition("/")[0] in OUTSIDE:
            return tuple(p for p in self.outside if _means(word, p))
        return self._by_word(inside, word)

    @staticmethod
    def _by_word(inside: tuple[Persona, ...], word: str) -> tuple[Person, ...]:
        return tuple(p for p in inside if p.department == word)

    @staticmethod
    def _team(person: Persona, inside: tuple[Persona, ...]) -> tuple[Person, ...]:
        reports = tuple(p for p in inside if p.manager == person.email)
        same = tuple(p for p in inside if p.department == person.department)
        peers = tuple(p for p in inside if person.manager and p.manager == person.manager)
        return reports if len(reports) > 1 else same or peers

    def _strength(self, one: str, other: str) -> float:
        """How much these two have to do with each other; the same both ways."""
        first, second = sorted((one, other))
        a, b = self.people[first], self.people[second]
        base = 1.0
        if isinstance(a, Persona) and isinstance(b, Persona):
            if first == b.manager or second == a.manager:
                base = 4.0
            elif a.department == b.department:
                base = 3.0
            spread = PAIR_SPREAD
        elif isinstance(a, Service) or isinstance(b, Service):
            person = b if isinstance(a, Service) else a
            busy = exp(0.6 * log(max(person.mails_per_day, 0.1)))
            return busy * log_normal(0.4, self.key, "hears from", first, second)
        else:
            spread = 1.5
        if base_language(a.language) == base_language(b.language):
            base *= 2.5 if isinstance(a, Persona) and isinstance(b, Persona) else 8.0
        distance = exp(-abs(_offset(a.timezone) - _offset(b.timezone)) / 1.1)
        return base * distance * log_normal(spread, self.key, "pair", first, second)

    def partner(
        self, owner: Person, line: StoryLine, draw: Random, wanted: str = ""
    ) -> tuple[Person, str] | None:
        """The other side of a story line for this owner, and the word that named them.

        With ``wanted`` (an address) it is that person, or None if the story line can't have them.
        """
        if wanted:
            return self._wanted(owner, line, wanted)
        words = [word for word in line.partners if self.speakers(owner.email, word, line.nearby)]
        if not words:
            return None
        word = words[int(draw.random() * len(words))]
        options = self.speakers(owner.email, word, line.nearby)
        weights = [self.strength(owner.email, other.email) for other in options]
        return weighted(draw, options, weights), word

    def _wanted(self, owner: Person, line: StoryLine, wanted: str) -> tuple[Person, str] | None:
        for word in line.partners:
            for other in self.speakers(owner.email, word, line.nearby):
                if other.email == wanted:
                    return other, word
        return None

    def _speakers(self, owner: str, word: str, nearby: bool = False) -> tuple[Person, ...]:
        """The people a word means who share a language (and a time zone) with the owner."""
        person = self.people[owner]
        return tuple(
            other
            for other in self.eligible(owner, word)
            if self.common((person, other)) is not None and (not nearby or _near(person, other))
        )

    def formal(self, one: Person, other: Person) -> bool:
        """Whether these two address each other formally: fixed for the pair."""
        if isinstance(one, Service):
            return unit(self.key, "formal", one.email) < 0.5
        first, second = sorted((one.email, other.email))
        outside = isinstance(one, Correspondent) or isinstance(other, Correspondent)
        chance = 0.72 if outside else 0.06
        if "formal" in (one.tone, other.tone):
            chance += 0.2
        if "casual" in (one.tone, other.tone):
            chance -= 0.25
        return unit(self.key, "formal", first, second) < chance

    def relation(self, one: Person, other: Person) -> str:
        """What the other is to the one: manager, report, colleague, or an outside relation."""
        if isinstance(one, Service):
            return "user"
        if isinstance(other, Correspondent):
            return other.relation
        if isinstance(one, Correspondent):
            return "customer" if one.relation == "supplier" else "supplier"
        assert isinstance(one, Persona)  # noqa: S101 (the only other kind)
        assert isinstance(other, Persona)  # noqa: S101 (the only other kind)
        if one.manager == other.email:
            return "manager"
        return "report" if other.manager == one.email else "colleague"
