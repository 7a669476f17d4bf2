"""Hard tells: what no person writes and no working mail client sends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.lexicon import MOST, tells
from decnet_emailgen.audit.measures.base import Measure, Seen, hard
from decnet_emailgen.audit.report import Offender, Value

AHEAD = timedelta(minutes=10)
"""So far a clock may be ahead of the audit's."""

BACKWARDS = timedelta(minutes=1)
"""So far an answer may be dated before its parent: the clocks of two people differ."""

_TEXTS = {
    "placeholder": "placeholders",
    "markdown": "markdown",
    "refusal": "refusals",
    "prompt-echo": "echoes",
}


class Leaks(Measure):
    """Gaps to fill in, markup, refusals and prompt echoes in what people are said to write."""

    checks = tuple(_TEXTS)

    def __init__(self) -> None:
        self._n = 0
        self._found: dict[str, list[Offender]] = {check: [] for check in _TEXTS}

    def add(self, seen: Seen) -> None:
        """Look at the author's own words and the subject."""
        if seen.again or not seen.sample.human:
            return
        self._n += 1
        text = f"{seen.mail.own[:MOST]}\n\n{seen.mail.subject}"
        for check, name in _TEXTS.items():
            found = tells(name).search(text)
            if found is not None:
                self._found[check].append(seen.sample.offender(found[0].strip()[:80]))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """One count for each list."""
        for check, found in self._found.items():
            yield hard(check, self._n, found)


class Impossible(Measure):
    """Dates that cannot be, and one Message-ID on two mails (RFC 5322 section 3.6.4)."""

    checks = ("future", "reply-before-parent", "id-twice", "no-date")

    def __init__(self) -> None:
        self._digests: dict[str, bytes] = {}
        self._twice: list[Offender] = []

    def add(self, seen: Seen) -> None:
        """Compare a copy with the first of its Message-ID."""
        first = self._digests.setdefault(seen.sample.key, seen.sample.digest)
        if first != seen.sample.digest and seen.sample.role != "drafts":
            self._twice.append(seen.sample.offender("its Message-ID is another mail's too"))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Counts over all mail, by whomever."""
        mails = list(corpus.mails.values())
        dated = [(mail, mail.date) for mail in mails if mail.date is not None]
        ahead = [
            mail.offender(f"{when:%Y-%m-%d %H:%M:%S %z}")
            for mail, when in dated
            if when > corpus.now + AHEAD
        ]
        yield hard("future", len(dated), ahead)
        pairs = [
            (mail, when, parent.date)
            for mail, when in dated
            if mail.kind == "reply" and mail.parents
            if (parent := corpus.parent(mail)) is not None and parent.date is not None
        ]
        early = [
            mail.offender(f"{when:%Y-%m-%d %H:%M:%S %z}, its parent {before:%Y-%m-%d %H:%M:%S %z}")
            for mail, when, before in pairs
            if when < before - BACKWARDS
        ]
        yield hard("reply-before-parent", len(pairs), early)
        yield hard("id-twice", len(corpus.copies), self._twice)
        undated = [m.offender() for m in mails if m.date is None and m.role != "drafts"]
        yield hard("no-date", len(mails), undated)


MEASURES = (Leaks, Impossible)
