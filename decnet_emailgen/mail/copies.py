"""A copy of a mail as one mailbox holds it: what the steps after composing need to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Copy:
    r"""One copy of a mail, for one folder of one mailbox.

    ``mailbox`` is an address, ``folder`` an IMAP name ("INBOX", "Sent"), ``flags`` are IMAP
    flags and keywords ("\\Seen", "$Forwarded"), ``arrival`` is aware and is what becomes
    INTERNALDATE. ``content`` has CRLF line ends (RFC 5322 section 2.1). ``stem`` names files: the
    Message-ID without brackets, "@" written "_at_", safe as one component of a path.
    """

    message_id: str
    thread_id: str
    mailbox: str
    folder: str
    content: bytes
    flags: frozenset[str]
    arrival: datetime
    stem: str
