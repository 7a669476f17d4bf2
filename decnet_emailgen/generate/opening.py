"""Greetings and closings: whether, which, and with what name.

Greetings stand in most new mails and in few replies, and get rarer the deeper a thread is
(measured, see docs/realism.md, section 2).
"""

from __future__ import annotations

from random import Random

from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.forms import Slots, first_name, spoken_name
from decnet_emailgen.generate.habits import Habits
from decnet_emailgen.generate.lexicon import lexicon
from decnet_emailgen.generate.phrases import Group, Mail
from decnet_emailgen.generate.spintax import Template, expand, parse, render

COMMONER = 1.8
"""Lists begin with what most people write; the power draws choices towards the beginning."""


def greeting(brief: Brief, habits: Habits, mail: Mail, size: int, rng: Random) -> Template:
    """The greeting of this mail, or an empty template; ``size`` is the body's words."""
    if rng.random() >= _greets(brief, habits, size):
        return ()
    formal = brief.pick.beat.formal
    if len(brief.pick.to) > 1 or brief.pick.beat.relation in ("team", "everyone"):
        return _usual(_of(mail, "team", formal), habits.greeting, rng)
    if habits.own_greeting and not formal:
        return _own(habits.own_greeting)
    hour = brief.when.hour + brief.when.minute / 60
    time_of_day = "morning" if hour < 11.5 else "afternoon" if 12 <= hour < 18 else ""
    if time_of_day and rng.random() < habits.time_of_day:
        return _usual(_of(mail, time_of_day, formal), habits.greeting, rng)
    return _usual(_of(mail, "any", formal), habits.greeting, rng)


def closing(brief: Brief, habits: Habits, mail: Mail, body: str, slots: Slots, rng: Random) -> str:
    """The closing lines: a phrase, a name, both or neither."""
    size = body.count(" ") + 1
    pick = brief.pick
    formal = pick.beat.formal
    phrase = ""
    if rng.random() < _closes(brief, habits, size):
        if habits.own_closing:
            phrase = habits.own_closing
        else:
            options = _usual(_fitting(brief, mail.closings.of(formal)), habits.closing, rng)
            phrase = render(options, slots, formal, rng) if options else ""
            if phrase.rstrip(",.! ").lower() in body[-60:].lower():
                phrase = ""
    elif size <= 12 or rng.random() < 0.6:
        return ""
    name = _name(brief, habits, rng)
    if not name:
        return phrase.rstrip(",")
    return f"{phrase}\n{name}" if phrase else name


def _fitting(brief: Brief, closings: Group) -> Group:
    """Closings without words for one person, where several are spoken to."""
    if not brief.many:
        return closings
    personal = lexicon(brief.language).familiar
    return tuple(c for c in closings if not any(personal.search(text) for text in expand(c)))


def _greets(brief: Brief, habits: Habits, size: int) -> float:
    share = habits.greets_reply if brief.pick.thread else habits.greets_new
    if brief.pick.kind == "followup":
        share *= 0.7
    if brief.device == "phone":
        share *= 0.35
    if size <= 12:
        share *= 0.35
    if len(brief.pick.thread) > 2 and not brief.pick.beat.formal:
        share *= 0.4
    if brief.pick.beat.formal:
        share = share * 0.6 + 0.35
    return share


def _closes(brief: Brief, habits: Habits, size: int) -> float:
    share = habits.closes_reply if brief.pick.thread else habits.closes_new
    if brief.device == "phone":
        share *= 0.4
    if size <= 12:
        share *= 0.4
    if len(brief.pick.thread) > 2 and not brief.pick.beat.formal:
        share *= 0.6
    return share * 0.6 + 0.35 if brief.pick.beat.formal else share


def _of(mail: Mail, name: str, formal: bool) -> Group:
    courtesy = mail.greetings.get(name) or mail.greetings["any"]
    return courtesy.of(formal)


def _usual(options: Group, favourites: tuple[float, float], rng: Random) -> Template:
    """One of the two forms that the author is used to, the first much more often."""
    if not options:
        return ()
    return options[int(favourites[rng.random() < 0.18] ** COMMONER * len(options))]


def _own(phrase: str) -> Template:
    plain = "".join(c for c in phrase if c not in "{}[]|$")
    return parse(plain) if plain[-1:] in ",!." else parse(f"{plain} $you,")


def _name(brief: Brief, habits: Habits, rng: Random) -> str:
    sender = brief.pick.sender
    sign = habits.sign
    if brief.pick.beat.formal and not sender.signature:
        sign = "full"
    elif sender.signature and (sign == "full" or brief.pick.beat.formal):
        sign = "none" if sign != "first" or rng.random() < 0.3 else "first"
    match sign:
        case "first":
            name = first_name(sender.name)
        case "full":
            name = spoken_name(sender.name)
        case "initials":
            name = "".join(word[0] for word in spoken_name(sender.name).split()).upper()
        case _:
            return ""
    return name.lower() if habits.lower_start and not brief.pick.beat.formal else name
