"""Threads: what answers what, and how long conversations are."""

from __future__ import annotations

from collections.abc import Iterable

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, rule, share
from decnet_emailgen.audit.report import Value
from decnet_emailgen.audit.sample import Sample


class Subjects(Measure):
    """Shares of answers, forwards and new mail."""

    checks = ("class-reply", "class-forward", "class-new")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """By the subjects' prefixes."""
        human = corpus.human
        yield share("class-reply", human, lambda mail: mail.kind == "reply")
        yield share("class-forward", human, lambda mail: mail.kind == "forward")
        yield share("class-new", human, lambda mail: mail.kind == "new")


class Conversations(Measure):
    """How many mails belong together."""

    checks = ("size-1", "size-2", "size-3", "size-4", "size-5")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Shares of conversations by size; the last is five and more."""
        sizes = [min(len(group), 5) for group in corpus.conversations]
        for wanted in range(1, 6):
            part = 100 * sizes.count(wanted) / len(sizes) if sizes else None
            yield Value(f"size-{wanted}", part, len(sizes))


class Headers(Measure):
    """In-Reply-To and References (RFC 5322 section 3.6.4)."""

    checks = ("in-reply-to", "references-end", "references-root")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Presence is a share, for some clients write none; order is a rule."""
        replies = [mail for mail in corpus.human if mail.kind == "reply"]
        lacking = [mail for mail in replies if not mail.in_reply_to]
        present = 100 * (len(replies) - len(lacking)) / len(replies) if replies else None
        yield Value("in-reply-to", present, len(replies), tuple(m.offender() for m in lacking))
        both = [mail for mail in replies if mail.in_reply_to and mail.references]
        bad = [
            mail.offender(f"ends with {mail.references[-1]}, answers {mail.in_reply_to}")
            for mail in both
            if mail.references[-1] != mail.in_reply_to
        ]
        yield rule("references-end", len(both), bad)
        pairs = [
            (mail, corpus.mails[mail.in_reply_to])
            for mail in both
            if mail.in_reply_to in corpus.mails
        ]
        strays = [
            mail.offender(f"begins with {mail.references[0]}, the thread with {_root(parent)}")
            for mail, parent in pairs
            if mail.references[0] != _root(parent)
        ]
        yield rule("references-root", len(pairs), strays)


def _root(parent: Sample) -> str:
    """What References of an answer have to begin with."""
    return next(iter((*parent.references, parent.in_reply_to or parent.key)))


MEASURES = (Subjects, Conversations, Headers)
