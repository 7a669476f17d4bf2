"""Measures over any mailbox, ours or not: mails in, findings out.

Pure: the caller reads files and sockets and knows the time. The audit knows nothing of how mail
was made; it reads what a stranger could read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.entry import Entry
from decnet_emailgen.audit.measures import classes
from decnet_emailgen.audit.measures.base import Seen
from decnet_emailgen.audit.reference import reference
from decnet_emailgen.audit.report import Finding, Offender, Report, Value
from decnet_emailgen.audit.sample import sample
from decnet_emailgen.mail.parse import read

__all__ = ["Entry", "Finding", "Offender", "Report", "audit", "reference"]


def audit(
    entries: Iterable[Entry], *, now: datetime, countries: Mapping[str, str] | None = None
) -> Report:
    """Measure a source against the reference.

    Every entry is read once and let go; what stays of it is small. ``now`` (aware) is the
    instant after which nothing may be dated; ``countries`` (ISO 3166 by address) tells where
    people work, for their public holidays.
    """
    corpus = Corpus(now, countries)
    measures = [made() for made in classes()]
    for entry in entries:
        mail = read(entry.content)
        made = sample(entry, mail)
        seen = Seen(entry, mail, made, again=corpus.add(entry, made))
        for measure in measures:
            measure.add(seen)
    values: dict[str, Value] = {}
    for measure in measures:
        values.update((value.check, value) for value in measure.values(corpus))
    return Report(
        findings=tuple(check.judge(values.get(check.id)) for check in reference().checks),
        mails=len(corpus.mails),
        copies=len(corpus.copies),
        human=len(corpus.human),
    )
