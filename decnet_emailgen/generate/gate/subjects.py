"""Separating the subject from the body, and deciding whether a subject will do."""

from __future__ import annotations

import re

from decnet_emailgen.generate.gate.clean import BODY_LABEL, HEADER_LINE, SUBJECT_LINE
from decnet_emailgen.generate.gate.leaks import PLACEHOLDER
from decnet_emailgen.generate.lexicon import listed

MAX_SUBJECT = 120
_PREFIX = re.compile(
    r"^(?:\s*(?:re|fw|fwd|aw|wg|rv|tr|enc|res|r|i|antw|sv|vs)\s?:)+\s*", re.IGNORECASE
)
_USELESS = re.compile(
    rf"^\W*(?:(?:no |empty )?(?:{listed('subject_labels')})|{listed('body_labels')}|e-?mail|mail"
    r"|hello|hi|untitled|none|null|n/?a|body|test)?\W*$",
    re.IGNORECASE,
)


def split(text: str) -> tuple[str, str, list[str]]:
    """Subject, body, and the repairs it took: header lines, a body label, a second mail."""
    subject, repairs = "", []
    lines = text.split("\n")
    while lines:
        line = lines[0]
        if (found := SUBJECT_LINE.match(line)) is not None:
            if subject and found[1].strip():
                repairs.append("doubled-subject")
            subject = subject or found[1].strip()
        elif HEADER_LINE.match(line) or BODY_LABEL.match(line):
            repairs.append("headers")
        elif line.strip():
            break
        lines.pop(0)
    for n, line in enumerate(lines):
        found = SUBJECT_LINE.match(line) if n else None
        if found and (not lines[n - 1].strip() or not found[1]):
            repairs.append("second-mail")
            lines = lines[:n]
            break
    return subject, "\n".join(lines).strip(), list(dict.fromkeys(repairs))


def usable(subject: str) -> str:
    """The subject on one line, without marks and reply prefixes; empty if it will not do.

    RFC 5322 section 2.1.1 limits a header line; nobody writes over 120 characters.
    """
    subject = " ".join(subject.split()).strip("\"'“”«»*_`# ")
    while (found := SUBJECT_LINE.match(subject)) is not None and found[1] != subject:
        subject = found[1]
    subject = _PREFIX.sub("", subject)
    if len(subject) > MAX_SUBJECT or _USELESS.match(subject) or PLACEHOLDER.search(subject):
        return ""
    if subject.endswith(".") and not subject.endswith(".."):
        subject = subject[:-1]
    return subject
