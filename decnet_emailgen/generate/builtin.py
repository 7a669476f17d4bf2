"""The builtin writer: mails put together from phrases, in the habits of each author.

It needs no model and no network, and the same pick always gives the same words. A mail says what
its beat has to say, and more only as far as its length allows; no sentence comes twice in a
thread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate.attached import claim, notes, unfounded
from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.forms import Slots
from decnet_emailgen.generate.habits import Habits, habits
from decnet_emailgen.generate.lexicon import lexicon
from decnet_emailgen.generate.opening import closing, greeting
from decnet_emailgen.generate.phrases import Group, Library, Lines, Phrases, library
from decnet_emailgen.generate.spintax import Template, render
from decnet_emailgen.generate.texture import lower_first, slip, spell_out

SHORT = 12
"""Up to so many words a greeting may stand in the same line."""
TERSE = 7
"""Answers meant to be no longer than this are short whole mails; others say all there is."""
POINT = 15
"""Words that a point of a list may have."""
AIRY = 70
"""Words up to which some people give every sentence a paragraph of its own."""
ASIDE = 0.15
"""Share of long mails among colleagues that end with something else."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Words:
    """A mail in words; ``subject`` is empty unless the mail starts a thread."""

    subject: str
    text: str


def write(brief: Brief, phrases: str = "", variant: int = 0) -> Words:
    """The mail of a brief, with the packaged phrases or those of a folder.

    Another ``variant`` says the same in other words.
    Raises :class:`SettingError` where there are no phrases for the language, the story or one of
    its slots.
    """
    found = require(brief, library(phrases))
    return _Mail(brief, found, variant).write()


def require(brief: Brief, shelf: Library) -> Phrases:
    """The phrases of the brief's language, or an error that says what to do."""
    found = shelf.language(brief.language)
    if found is None:
        raise SettingError(
            f"the builtin writer has no phrases for language {brief.language}: use a model "
            f"(--writer ollama), or give the persona one of {', '.join(shelf.languages)}"
        )
    return found


def subject(brief: Brief, phrases: str = "") -> str:
    """A subject for a new thread, from the facts it is about; empty where there are no words."""
    found = library(phrases).language(brief.language)
    return _Mail(brief, found).subject() if found else ""


class _Mail:
    """One mail in the making."""

    def __init__(self, brief: Brief, phrases: Phrases, variant: int = 0) -> None:
        self.brief = brief
        self.phrases = phrases
        self.habits: Habits = habits(brief.pick.sender)
        self.rng = Random(f"{brief.pick.id}:words:{variant}")
        self.slots: Slots = brief.slots(phrases.mail.dates)
        self.formal = brief.pick.beat.formal and not brief.pick.beat.private
        self.target = max(1, round(brief.words * self.habits.length))
        self.said = [mail.text for mail in brief.pick.thread if mail.text]
        self.names = [f.value for f in brief.pick.beat.facts if f.kind == "text"]

    def write(self) -> Words:
        subject = self.subject() if self.brief.wants_subject else ""
        paragraphs = self._paragraphs()
        body = self._texture("\n\n".join(paragraphs))
        return Words(subject, self._courtesies(body))

    def subject(self) -> str:
        """One of the story's subjects; the last resort is the topic."""
        story = self.phrases.story(self.brief.pick.beat.story)
        if story is None or not story.subjects:
            return ""
        options = story.subjects
        text = self._put(options[int(self.rng.random() * len(options))])
        return text[:1].upper() + text[1:] if self._may_capital(text) else text

    def _paragraphs(self) -> list[str]:
        lines = self._lines()
        short = self._short(lines)
        if short:
            return [" ".join(self._enclosing([self._fresh(short)]))]
        say = [*self._opener(), *(self._fresh(group) for group in lines.say)]
        say = self._enclosing(say)
        left = self.target - _count(say)
        more = self._more(lines, left)
        left -= _count(more)
        return [*self._arrange(say, self._listed(more)), *self._asides(left)]

    @property
    def common(self) -> Lines:
        """The words that the beat would have in any story."""
        return self.phrases.lines("common", self.brief.pick.beat.beat) or Lines()

    def _opener(self) -> list[str]:
        """A first sentence that says nothing yet: a habit of the author's, or a rare one."""
        own, rng = self.habits.opener, self.rng
        if own and rng.random() < 0.4:
            return [own if own[-1] in ".!?:" else f"{own}."]
        openers = self.phrases.mail.openers
        if openers and self.brief.wants_subject and self.target > 40 and rng.random() < 0.07:
            return [self._fresh(openers)]
        return []

    def _lines(self) -> Lines:
        beat = self.brief.pick.beat
        lines = self.phrases.lines(beat.story, beat.beat)
        if lines is None or not (lines.say or lines.short):
            raise SettingError(
                f"no {self.phrases.language} phrases for beat {beat.story}.{beat.beat}: "
                "scripts/check-phrases lists what is missing"
            )
        return lines

    def _short(self, lines: Lines) -> Group:
        """Whole short mails to choose from, if a short one will do."""
        limit = TERSE if self.brief.pick.kind != "new" else SHORT + 2
        if self.target > limit and lines.say:
            return ()
        passed_on = self.brief.pick.beat.beat == "loop-in"  # other forwards ask for something
        if passed_on and (self.target <= 5 or self.rng.random() < 0.4):
            return self.phrases.mail.forwards.of(self.formal) or lines.short
        return lines.short

    def _more(self, lines: Lines, left: int) -> list[str]:
        """Further groups, in their order, while there is room for half of another.

        A group of few texts is often left out, and more often where any story may use it: its
        sentences would stand in too many threads.
        """
        groups, chosen = lines.more, {}
        enough = 40 if lines is self.common else 12
        for number in _sample(self.rng, len(groups), len(groups)):
            if left < 8:
                break
            if self.rng.random() * enough >= lines.richness[number]:
                continue
            text = self._fresh(groups[number])
            size = _count([text])
            if size <= 2 * left:
                chosen[number] = text
                left -= size
        return [chosen[number] for number in sorted(chosen)]

    def _asides(self, left: int) -> list[str]:
        """A sentence about something else, in some long mails; outsiders are told none."""
        pick = self.brief.pick
        outside = pick.sender.outside or any(party.outside for party in pick.recipients)
        if left < 14 or pick.beat.private or outside or self.rng.random() > ASIDE:
            return []
        groups = self.phrases.mail.asides
        return [self._fresh(groups[int(self.rng.random() * len(groups))])] if groups else []

    def _listed(self, more: list[str]) -> list[str]:
        """What there is to add as points below each other, from those who like lists."""
        points = len(more) > 2 and all(text.count(" ") < POINT for text in more)
        if not points or self.formal or self.rng.random() >= self.habits.lists:
            return more
        return ["\n".join(f"{self.habits.bullet}{text.rstrip('.')}" for text in more)]

    def _arrange(self, say: list[str], more: list[str]) -> list[str]:
        """Sentences into paragraphs, as the author is used to."""
        style = self.habits.paragraphs
        if style == "airy" and _count(say) + _count(more) > AIRY:
            pairs = (more[n : n + 2] for n in range(0, len(more), 2))
            return [" ".join(part) for part in (say, *pairs) if part]
        if style == "airy":
            return [*say, *more]
        if style == "block" and _count(say) + _count(more) < 90:
            return [" ".join(say + more)]
        return [" ".join(part) for part in (say, more) if part]

    def _fresh(self, group: Group) -> str:
        """A text of the group that says nothing the thread has said before, if there is one."""
        text = ""
        for _ in range(10):
            text = self._sentence(group[int(self.rng.random() * len(group))])
            if not self._was_said(text) and not unfounded(text, self.brief):
                break
        return text

    def _enclosing(self, say: list[str]) -> list[str]:
        """What is said, with a word about the file that goes with it where nothing tells of it."""
        pick = self.brief.pick
        if not pick.beat.attachments or pick.kind == "forward" or self.rng.random() > 0.75:
            return say
        words = notes(self.brief.language, self.formal)
        if not words or any(claim(text, self.brief.language) for text in say):
            return say
        return [*say, words[int(self.rng.random() * len(words))]]

    def _was_said(self, text: str) -> bool:
        if not self.said:
            return False
        sentences = [part for part in _SENTENCE.split(text) if part.count(" ") > 1]
        return any(part in earlier for part in sentences for earlier in self.said)

    def _sentence(self, template: Template) -> str:
        text = self._put(template)
        if self.habits.spells_out and self.phrases.language == "en":
            text = spell_out(text)
        return text[:1].upper() + text[1:] if self._may_capital(text) else text

    def _may_capital(self, text: str) -> bool:
        return text[:1].islower() and not text.startswith(tuple(self.names))

    def _put(self, template: Template) -> str:
        try:
            return render(template, self.slots, self.formal, self.rng)
        except KeyError as exc:
            beat = self.brief.pick.beat
            raise SettingError(
                f"{self.phrases.language} phrases of {beat.story}.{beat.beat} use ${exc.args[0]}, "
                "which the thread has no fact for: scripts/check-phrases tells where"
            ) from exc

    def _texture(self, body: str) -> str:
        """Slips, missing stops and the like, at the author's rates."""
        habits, rng = self.habits, self.rng
        if rng.random() < habits.typos:
            body = slip(body, self.phrases.mail.typos, self._untouchable(), rng)
        if body.endswith(".") and not body.endswith(".."):
            among = self.brief.pick.beat.relation in ("colleague", "manager", "report")
            if among and not self.formal and rng.random() < habits.smiles:
                body = body[:-1] + (" :)" if rng.random() < 0.8 else " ;)")
            elif not self.formal and rng.random() < habits.exclaims and self._is_thanks(body):
                body = body[:-1] + "!"
            elif rng.random() < habits.no_stop * (2 if self.brief.device == "phone" else 1):
                body = body[:-1]
        if habits.lower_start and not self.formal:
            body = "\n\n".join(lower_first(p, self.brief.language) for p in body.split("\n\n"))
        if habits.double_space:
            body = re.sub(r"(?<=[a-z][.!?]) (?=[A-Z])", "  ", body)
        return body

    def _is_thanks(self, body: str) -> bool:
        last = _SENTENCE.split(body)[-1]
        return lexicon(self.brief.language).thanks.match(last) is not None

    def _untouchable(self) -> list[str]:
        return [*self.slots.values(), self.brief.pick.sender.name]

    def _courtesies(self, body: str) -> str:
        brief, mail = self.brief, self.phrases.mail
        size = body.count(" ") + 1
        template = greeting(brief, self.habits, mail, size, self.rng)
        bye = closing(brief, self.habits, mail, body, self.slots, self.rng)
        if template:
            hello = render(template, self.slots, self.formal, self.rng)
            body = self._greet(hello, body, size)
        return f"{body}\n\n{bye}" if bye and not self.habits.tight else f"{body}\n{bye}".rstrip()

    def _greet(self, hello: str, body: str, size: int) -> str:
        language = self.brief.language
        if hello.endswith(",") and size <= SHORT and not self.formal and self.rng.random() < 0.5:
            return f"{hello} {lower_first(body, language)}"
        if hello.endswith(",") and self.phrases.language in ("de", "it") and self._follows():
            body = lower_first(body, language)
        return f"{hello}\n{body}" if self.habits.tight else f"{hello}\n\n{body}"

    def _follows(self) -> bool:
        """Whether the author goes on with a small letter after the greeting's comma (Duden)."""
        share = 0.9 if self.phrases.language == "de" else 0.4
        return self.brief.device != "phone" and self.habits.closing[0] < share


def _sample(rng: Random, size: int, count: int) -> list[int]:
    """Different numbers below ``size``, in random order; cheaper than ``Random.sample``."""
    chosen: list[int] = []
    while len(chosen) < count:
        number = int(rng.random() * size)
        if number not in chosen:
            chosen.append(number)
    return chosen


def _count(texts: list[str]) -> int:
    return sum(text.count(" ") + 1 for text in texts)


_LEFT = re.compile(r"\$[a-z]|[{}|\x00-\x08\x0b-\x1f\x7f]")


def faulty(words: Words) -> str:
    """What is wrong with a mail by rules that need no model of language, or nothing."""
    if not words.text.strip():
        return "no words"
    if "\n" in words.subject:
        return "a subject of two lines"
    found = _LEFT.search(words.text) or _LEFT.search(words.subject)
    return f"left over: {found[0]!r}" if found else ""
