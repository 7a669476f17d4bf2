"""Quotations: whether they are their parent's text, and dated as it is.

What is kept of a text are digests of its groups of three words, so that rewrapping, quote marks
and punctuation don't matter (Broder 1997). A quotation need not be whole: what it has must be the
parent's. An attribution line or header block shows the parent's time on its author's clock.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from decnet_emailgen.audit.clients import client
from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample
from decnet_emailgen.mail.parse import Mail

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"<?(?:https?|mailto|tel):[^\s>]*>?|\[cid:[^\]]*\]", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![\d:.])(\d{1,2})[:.h](\d\d)(?![\d.])(?::\d\d)?[\s\u202f\xa0]*([AaPp]\.?[Mm]\b)?"
)
_NUMBER = re.compile(r"\d+")
_HALVES = ("上午", "下午")
_MOST, _LEAST, _READ = 1500, 5, 60
_ALIKE = 0.6
_OWN_CLOCK = frozenset(
    {"outlook", "exchange", "gmail", "apple-mail", "iphone", "thunderbird", "roundcube", "k9"}
)
_ROWS = 6
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Quoted:
    """Digests of a quotation's beginning, and the time (minutes of a day) and numbers above it."""

    parts: array[int]
    minutes: int
    numbers: frozenset[int]
    modern: bool


class Quotes(Measure):
    """Answers that quote, beside the mails that they answer."""

    checks = ("quote-text", "quote-time")

    def __init__(self) -> None:
        self._texts: dict[str, array[int]] = {}
        self._quoted: dict[str, Quoted] = {}

    def add(self, seen: Seen) -> None:
        """Keep the digests of a text that may be quoted, and of what it quotes."""
        sample = seen.sample
        if seen.again or not sample.human:
            return
        self._texts[sample.key] = shingles(seen.mail.text, _MOST)
        if sample.kind == "reply" and seen.mail.quoted:
            above, text = _taken_apart(seen.mail.quoted)
            found = _TIME.search(above)
            self._quoted[sample.key] = Quoted(
                shingles(text, _READ),
                _minutes(found, above) if found else -1,
                frozenset(int(n) for n in _NUMBER.findall(above) if len(n) < 5),
                _shows_own_clock(seen.mail),
            )

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """The share of quotations that are right."""
        texts, times = [0, 0], [0, 0]
        strange: list[Offender] = []
        late: list[Offender] = []
        for mail, parent in corpus.replies:
            quoted = self._quoted.get(mail.key)
            direct = parent.key in (mail.in_reply_to, *mail.references[-1:]) or not mail.parents
            if quoted is None or not direct or parent.key not in self._texts:
                continue
            if len(quoted.parts) >= _LEAST:
                part = _common(quoted.parts, self._texts[parent.key])
                texts[0] += 1
                texts[1] += part >= _ALIKE
                if part < _ALIKE:
                    strange.append(mail.offender(f"{part:.0%} of the quotation is the parent's"))
            right = _same_time(quoted, mail, parent)
            if right is not None:
                times[0] += 1
                times[1] += right
                if not right:
                    late.append(mail.offender(f"{_clock(quoted.minutes)}, parent {parent.date}"))
        yield Value("quote-text", _percent(texts), texts[0], tuple(strange))
        yield Value("quote-time", _percent(times), times[0], tuple(late))


def _percent(counted: list[int]) -> float | None:
    return 100 * counted[1] / counted[0] if counted[0] else None


def shingles(text: str, most: int) -> array[int]:
    """Digests of the groups of three words at the beginning of a text."""
    if len(text) > 40 * most:
        text = text[: 40 * most]
    words = _WORD.findall(_LINK.sub(" ", text).casefold())[: most + 2]
    groups = zip(words, words[1:], words[2:], strict=False)
    return array("I", {crc32(" ".join(group).encode()) for group in groups})


def _common(quoted: array[int], parent: array[int]) -> float:
    known = set(parent)
    return sum(part in known for part in quoted) / len(quoted)


def _taken_apart(quoted: str) -> tuple[str, str]:
    """What stands above the quoted text, and that text without quote marks."""
    rows = [row.lstrip("\ufeff ") for row in quoted.split("\n")]
    first = next((at for at, row in enumerate(rows) if row.startswith(">")), None)
    if first is None:
        blank = next((at for at, row in enumerate(rows) if not row and at), len(rows))
        return "\n".join(rows[:blank]), "\n".join(rows[blank:])
    above = rows[max(0, first - _ROWS) : first]
    marked = [row for row in rows[first:] if row.startswith(">")]
    blank = next((at for at, row in enumerate(marked) if not row.strip("> ") and at), 0)
    if not any(row.strip() for row in above) and marked[blank - 1].rstrip().endswith((":", "：")):
        # Apple Mail marks its own line too
        return "\n".join(marked[:blank]), "\n".join(row.lstrip("> ") for row in marked[blank:])
    return "\n".join(above), "\n".join(row.lstrip("> ") for row in marked)


def _minutes(found: re.Match[str], above: str) -> int:
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half or any(word in above for word in _HALVES):
        hour = hour % 12 + (12 if half.startswith("p") or _HALVES[1] in above else 0)
    return hour * 60 + minute


def _same_time(quoted: Quoted, mail: Sample, parent: Sample) -> bool | None:
    """Whether the time above a quotation is the parent's; None if that can't be told.

    The replier's offset may be another on the parent's day; Exchange's Dates don't show it, so
    there any quarter of an hour may be it. Old Outlooks round to the minute.
    """
    if quoted.minutes < 0 or mail.date is None or parent.date is None:
        return None
    local = parent.date.astimezone(mail.date.tzinfo)
    off = _apart(quoted.minutes, local)
    if not mail.zoned:
        return off % 15 == 0
    if not quoted.modern and _apart(quoted.minutes, parent.date) == 0:
        return True
    right = min(off % 60, -off % 60) <= 1 and min(off, _DAY - off) <= 61
    return right and _has_day(quoted, local)


def _apart(minutes: int, when: datetime) -> int:
    return (minutes - when.hour * 60 - when.minute) % _DAY


def _shows_own_clock(mail: Mail) -> bool:
    """Whether its client is known to show the parent's time on its user's own clock.

    mutt and others show it as it stands in the parent's Date.
    """
    found = client(mail)
    return found is not None and found.family in _OWN_CLOCK


def _has_day(quoted: Quoted, local: datetime) -> bool:
    return not quoted.numbers or local.day in quoted.numbers or bool(local.hour in (0, 23))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


MEASURES = (Quotes,)
