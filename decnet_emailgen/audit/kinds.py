"""What kind of mail it is: by a person or a program; new, an answer or a forward.

Programs tell by their headers (RFC 3834 section 5, RFC 2919, RFC 2369) and by addresses nobody
reads. Prefixes are those of mail clients in their languages; see docs/mail.md.
"""

from __future__ import annotations

import re
from typing import Literal

from decnet_emailgen.mail.parse import Mail

Kind = Literal["new", "reply", "forward"]

_REPLY = r"re|aw|antw|res|sv|odp|ynt|rif|ref|r|回复|答复|返信"
_FORWARD = r"fwd?|wg|rv|enc|tr|doorst|i|vs|vb|vl|pd|ilt|i̇lt|videresend|转发|転送"
_PREFIX = re.compile(
    rf"(?:(?P<reply>{_REPLY})|(?P<forward>{_FORWARD}))\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:^|[._-])(?:no-?_?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?|notifications?|"
    r"alerts?|newsletter|automailer|root|cron|daemon)(?:[+._-]|$)",
    re.IGNORECASE,
)
_LISTED = ("list-id", "list-unsubscribe", "x-auto-response-suppress", "feedback-id")
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_PROGRAMS = frozenset({"text/calendar", "multipart/report", "message/delivery-status"})


def is_machine(mail: Mail) -> bool:
    """Whether a program made the mail: notification, newsletter, invitation, bounce, absence.

    What people write to a list that takes mail (List-Post, RFC 2369 section 3.4) is people's.
    """
    open_list = "mailto:" in mail.first("List-Post").lower()
    for name, value in mail.headers:
        lowered = name.lower()
        if lowered == "auto-submitted" and not value.strip().lower().startswith("no"):
            return True
        bulk = lowered == "precedence" and value.strip().lower() in _BULK
        if (bulk or lowered in _LISTED) and not open_list:
            return True
        if lowered == "return-path" and value.strip() == "<>":
            return True
    if not _PROGRAMS.isdisjoint(mail.structure):
        return True
    return bool(_NOBODY.search(mail.sender.email.partition("@")[0]))


_EXCHANGE = re.compile(r"@[^@>]*\.(?:outlook\.com|exchangelabs\.com)>?$", re.IGNORECASE)


def is_zoned(mail: Mail) -> bool:
    """Whether the Date has its author's own offset; Exchange Online writes ``+0000`` for all."""
    return not _EXCHANGE.search(mail.message_id)


def kind(mail: Mail) -> Kind:
    """New, reply or forward: by the first prefix, without one by In-Reply-To."""
    found = _PREFIX.match(mail.subject.strip())
    if found is not None:
        return "reply" if found["reply"] else "forward"
    return "reply" if mail.in_reply_to else "new"


def topic(subject: str) -> str:
    """The subject without any prefix, in one case and with single blanks."""
    rest = subject.strip()
    while found := _PREFIX.match(rest):
        rest = rest[found.end() :]
    return " ".join(rest.split()).casefold()
