"""The octets of a header and of lines: what RFC 5322 forbids and no mail client writes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen, hard
from decnet_emailgen.audit.measures.bytes_parts import broken_words, head, is_field, rows
from decnet_emailgen.audit.measures.clocks_trace import domain
from decnet_emailgen.audit.report import Offender, Value

_ONCE = frozenset(
    (
        *("from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to"),
        *("references", "subject", "date", "mime-version", "content-type"),
        *("content-transfer-encoding", "thread-index", "thread-topic"),
    )
)
"""RFC 5322 section 3.6, RFC 2045 section 3, and what clients write once."""
_ESCAPED = re.compile(
    r"%0[da](?=%|[A-Za-z-]+:)|\\[rn](?=\\|[A-Za-z-]+:)|[\x00-\x08\x0b\x0c\x0e-\x1f]", re.I
)
_SMUGGLED = re.compile(
    rb"\s*(?:(?:MIME-Version|Content-Type|Message-ID|Received|Return-Path|Bcc|X-Mailer|User-Agent|"
    rb"In-Reply-To|References):[^\n]*\n)",
    re.IGNORECASE,
)
_MOST = 998
_END = re.compile(rb"\r?\n\r?\n")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"\s*([A-Za-z]{3}),")


class Octets(Measure):
    """Every copy's header and lines; a mail is counted once for each check."""

    checks = (
        *("fields-twice", "header-scraps", "header-8bit", "words-broken", "line-ends"),
        *("long-lines", "bcc-received", "weekday"),
    )

    def __init__(self) -> None:
        self._n = 0
        self._bad: dict[str, dict[str, Offender]] = {check: {} for check in self.checks}

    def add(self, seen: Seen) -> None:
        """Look at one copy."""
        if not careful(seen):
            return
        self._n += not seen.again
        for check, look in _LOOKS.items():
            why = look(seen)
            if why:
                self._bad[check].setdefault(seen.sample.key, seen.sample.offender(why))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Counts of mails."""
        for check, found in self._bad.items():
            yield hard(check, self._n, list(found.values()))


def careful(seen: Seen) -> bool:
    """Whether a mail has to be right: one by a person, or by a program of the house.

    Of strangers' programs some are always wrong (in SA, two of a hundred).
    """
    if seen.sample.role == "junk":
        return False
    return seen.sample.human or domain(seen.sample.sender) == domain(seen.entry.mailbox)


def _twice(seen: Seen) -> str:
    names = Counter(name.lower() for name, _ in seen.mail.headers)
    return ", ".join(sorted(name for name, n in names.items() if n > 1 and name in _ONCE))


def _scraps(seen: Seen) -> str:
    """Lines of a header that are no fields, smuggled line ends, fields that fell into the body."""
    header = head(seen.entry.content)
    for at, row in enumerate(rows(header)):
        if row.strip() and not is_field(row) and not (at == 0 and b"From " in row[:6]):
            return f"no field: {row[:40]!r}"
    for name, value in seen.mail.headers:
        if found := _ESCAPED.search(value):
            return f"{found[0]!r} in {name[:40]}"
    body = _END.search(seen.entry.content)
    if body and seen.mail.structure[0].startswith("text/"):
        found_field = _SMUGGLED.match(seen.entry.content, body.end())
        if found_field:
            return f"the body begins with {found_field[0].strip()[:40]!r}"
    return ""


def _eight_bit(seen: Seen) -> str:
    header = head(seen.entry.content)
    if header.isascii() or b"UTF8SMTP" in header:  # RFC 6531
        return ""
    row = next(row for row in header.split(b"\n") if not row.isascii())
    return repr(row[:40])


def _words(seen: Seen) -> str:
    for name, value in seen.mail.headers:
        if "=?" in value and (why := broken_words(value)):
            return f"{name}: {why}"
    return ""


def _ends(seen: Seen) -> str:
    content = seen.entry.content
    pairs, feeds = content.count(b"\r\n"), content.count(b"\n")
    if content.count(b"\r") > pairs:
        return "CR without LF"
    return "" if pairs in (0, feeds) else f"{pairs} lines end in CRLF, {feeds - pairs} in LF"


def _long(seen: Seen) -> str:
    rows = seen.entry.content.split(b"\n")
    if max(map(len, rows)) <= _MOST:
        return ""
    longest = max(len(row.rstrip(b"\r")) for row in rows)
    return f"a line of {longest} octets" if longest > _MOST else ""


def _bcc(seen: Seen) -> str:
    """Bcc in a copy that was delivered; RFC 5322 section 3.6.3 has it removed."""
    return "Bcc beside Received" if seen.mail.first("Bcc") and seen.mail.first("Received") else ""


def _weekday(seen: Seen) -> str:
    found = _DAY.match(seen.mail.first("Date"))
    if found is None or seen.mail.date is None or found[1].lower() not in _DAYS:
        return ""
    right = found[1].lower() == _DAYS[seen.mail.date.weekday()]
    return "" if right else seen.mail.first("Date")


_LOOKS: dict[str, Callable[[Seen], str]] = {
    "fields-twice": _twice,
    "header-scraps": _scraps,
    "header-8bit": _eight_bit,
    "words-broken": _words,
    "line-ends": _ends,
    "long-lines": _long,
    "bcc-received": _bcc,
    "weekday": _weekday,
}

MEASURES = (Octets,)
