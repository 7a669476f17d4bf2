"""What a client's language leaves in mail: subject prefixes and the words above quotations.

A client's language doesn't change from mail to mail, so one person's mails from one client have
one prefix and one kind of attribution. Only Outlook and Exchange have prefixes in other languages
than English; docs/realism.md, sections 3.5 and 3.6.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from decnet_emailgen.audit.clients import client
from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen, rule
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.audit.sample import Sample

_PREFIX = re.compile(r"([^\W\d_]{1,10}\.?)\s?(?:\[\d+\]|\(\d+\))?\s?[:：]")
_OPENING = re.compile(
    r"[>\s\ufeff]*(?:(?P<label>[^\W\d]+)\s?[:：]"
    r"|(?P<word>On|El|Em|No|Às|A|Le|Am|Il|Op|Den|W|在|于) )"
)
_ENGLISH = frozenset({"Re", "RE", "re", "Fwd", "FWD", "Fw", "FW", "fwd", "fw"})
_ONE_LANGUAGE = frozenset({"thunderbird", "roundcube", "apple-mail", "iphone", "k9", "gmail"})
_LEAST = 3

Habit = dict[tuple[str, str], list[tuple[str, Sample]]]
"""What was seen and where, by author and client."""


class Language(Measure):
    """Prefixes and attributions by author and client."""

    checks = ("prefix", "prefix-client", "quote-language")

    def __init__(self) -> None:
        self._prefixes: Habit = {}
        self._openings: Habit = {}
        self._n = 0
        self._bad: list[Offender] = []

    def add(self, seen: Seen) -> None:
        """Note the prefix of an answer and how its quotation begins."""
        sample = seen.sample
        if seen.again or not sample.human or sample.kind != "reply" or not sample.in_reply_to:
            return
        found = client(seen.mail)
        if found is None:
            return
        who = (sample.sender, found.family)
        prefix = _PREFIX.match(seen.mail.subject)
        if prefix is not None:
            self._prefixes.setdefault(who, []).append((prefix[1], sample))
            self._judge(prefix[1], found.family, sample)
        opening = _OPENING.match(seen.mail.quoted[:200])
        if opening is not None:
            text = opening["label"] or opening["word"]
            self._openings.setdefault(who, []).append((text, sample))

    def _judge(self, prefix: str, family: str, sample: Sample) -> None:
        if family not in _ONE_LANGUAGE:
            return
        self._n += 1
        if prefix not in _ENGLISH:
            self._bad.append(sample.offender(f"{prefix}: by {family}"))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """How many are as the same person's client has them otherwise."""
        yield _constant("prefix", self._prefixes)
        yield rule("prefix-client", self._n, self._bad)
        yield _constant("quote-language", self._openings)


def _constant(check: str, habits: Habit) -> Value:
    n = 0
    odd: list[Offender] = []
    for (author, family), cases in habits.items():
        if len(cases) < _LEAST:
            continue
        n += len(cases)
        usual = Counter(text for text, _ in cases).most_common(1)[0][0]
        odd += [
            sample.offender(f"{text}, where {author} has {usual} in {family}")
            for text, sample in cases
            if text != usual
        ]
    return Value(check, 100 * (n - len(odd)) / n if n else None, n, tuple(odd))


MEASURES = (Language,)
