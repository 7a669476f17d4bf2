"""What systems write: always in the same form for the same system, with other particulars.

All choices (``{a|b}``) of as many options fall alike in one notice, in its subject and its text,
so that both can speak of the same trouble; the form itself is chosen once for each system. Beside
the facts there are slots that every notice may put: :data:`SLOTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import blake2b
from random import Random

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.builtin import Words, require
from decnet_emailgen.generate.forms import Slots, locale_of
from decnet_emailgen.generate.phrases import Group, library
from decnet_emailgen.generate.spintax import Choice, Slot, Template

Fall = Callable[[int], int]
"""Which of so many options is taken."""

SLOTS = frozenset(
    {
        *("clock", "stamp", "digits", "day", "n", "minutes", "size", "code", "serial"),
        *("extension", "subject"),
    }
)
"""Time just before the mail (``14:29``, ``2026-11-20 14:29:58``, the same in 14 digits) and its
day, small and large numbers, a hash of seven digits, an extension, the subject of the mail that is
answered."""


def write(brief: Brief, phrases: str = "") -> Words:
    """The notice of a brief.

    Raises :class:`SettingError` where there are no phrases for the language or the notice.
    """
    found = require(brief, library(phrases))
    pick = brief.pick
    beat = pick.beat
    story = found.story(beat.story)
    lines = found.lines(beat.story, beat.beat)
    if story is None or lines is None or not lines.say or not story.subjects:
        raise SettingError(
            f"no {found.language} phrases for {beat.story}.{beat.beat}: "
            "scripts/check-phrases lists what is missing"
        )
    form = pick.sender.email
    slots = brief.slots(found.mail.dates)
    slots.update(_particulars(brief))
    subject = _put(_of(story.subjects, form), slots, brief)
    return Words(subject, _put(_of(lines.say[0], form), slots, brief))


def _of(group: Group, form: str) -> Template:
    return group[_number(form) % len(group)]


def _put(template: Template, slots: Slots, brief: Brief) -> str:
    try:
        return "".join(_walk(template, slots, brief.pick.beat.formal, _fall(brief))).strip()
    except KeyError as exc:
        beat = brief.pick.beat
        raise SettingError(
            f"phrases of {beat.story}.{beat.beat} use ${exc.args[0]}, which the notice has no fact "
            "for: scripts/check-phrases tells where"
        ) from exc


def _walk(template: Template, slots: Slots, formal: bool, fall: Fall) -> Iterator[str]:
    """The pieces of a template; each choice falls as all others of as many options do."""
    for part in template:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Slot):
            yield slots[part.name]
        elif isinstance(part, Choice):
            yield from _walk(part.options[fall(len(part.options))], slots, formal, fall)
        else:
            yield from _walk(part.formal if formal else part.familiar, slots, formal, fall)


def _fall(brief: Brief) -> Fall:
    """Which of so many options a notice takes.

    An issue of a newsletter is the same for all its readers, and the options go round from day to
    day; anything else falls by itself.
    """
    pick = brief.pick
    if pick.sender.client == "system/newsletter":
        day = brief.when.toordinal()
        return lambda count: (_number(f"{pick.sender.email}:{count}") + day) % count
    return lambda count: _number(f"{pick.id}:{count}") % count


def _number(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=6).digest())


def _particulars(brief: Brief) -> dict[str, str]:
    """Values for :data:`SLOTS`, by the mail's own chance and clock."""
    from babel.dates import format_date

    chance = Random(f"{brief.pick.id}:particulars")
    facts = brief.pick.beat.facts
    caller = next((fact.value for fact in facts if fact.kind == "person"), "")
    locale = locale_of(brief.pick.language)
    if locale == "en" and not brief.pick.sender.timezone.startswith("America/"):
        locale = "en_GB"
    dates = {
        fact.name: format_date(date.fromisoformat(fact.value), "medium", locale)
        for fact in facts
        if fact.kind == "date"
    }
    then = brief.when - timedelta(seconds=chance.randint(2, 55))
    return {
        "clock": f"{then:%H:%M}",
        "stamp": f"{then:%Y-%m-%d %H:%M:%S}",
        "digits": f"{then:%Y%m%d%H%M%S}",
        "day": f"{then:%Y-%m-%d}",
        "n": str(chance.randint(2, 9)),
        "minutes": str(chance.randint(11, 58)),
        "size": str(chance.randint(110, 989)),
        "code": f"{chance.getrandbits(28):07x}",
        "serial": str(chance.randint(10_000, 99_999)),
        "extension": str(200 + _number(f"extension {caller}") % 300),
        "subject": brief.pick.parent.subject if brief.pick.parent else "",
        **dates,
    }
