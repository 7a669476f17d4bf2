"""Which mail client a mail claims to be from, and which one its identifiers are from.

Claims are X-Mailer, User-Agent and what Apple writes into MIME-Version. Grammars are those of
docs/realism.md, section 3.2. What neither claims nor fits anything known isn't judged.
"""

from __future__ import annotations

import re

from decnet_emailgen.mail.parse import Mail

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
GRAMMARS: dict[str, re.Pattern[str]] = {
    "outlook": re.compile(r"<[0-9a-f]{12}\$[0-9a-f]{8}\$[0-9a-f]{8}\$?@[^@>]+>"),
    "exchange": re.compile(r"<[A-Z]{2,5}\d[A-Z0-9]*PR\d\d[A-Z]{2}\d+[0-9A-F]{25}@[^@>]+>"),
    "gmail": re.compile(r"<CA[\w+=-]{49}@mail\.gmail\.com>", re.ASCII),
    "apple": re.compile(f"<{_UUID.replace('a-f', 'A-F')}@[^@>]+>"),
    "thunderbird": re.compile(rf"<(?:{_UUID}|[0-9A-F]{{8}}\.\d{{4,12}})@[^@>]+>"),
    "roundcube": re.compile(r"<[0-9a-f]{32}@[^@>]+>"),
    "mutt": re.compile(r"<(?:\d{14}\.[A-Z]{1,2}\d+|[\w-]{16})@[^@>]+>", re.ASCII),
}
"""Message-IDs; ``apple`` is also that of K-9 and Outlook for Mac."""

_CLAIMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("k9", re.compile(r"K-9 Mail for Android|Thunderbird for Android")),
    ("outlook", re.compile(r"Microsoft Outlook (?:1[2-9]|2\d)\.\d")),
    ("mac-outlook", re.compile(r"Microsoft-MacOutlook/")),
    ("iphone", re.compile(r"i(?:Phone|Pad) Mail \(")),
    ("apple-mail", re.compile(r"Apple Mail \(")),
    ("thunderbird", re.compile(r"Thunderbird")),
    ("roundcube", re.compile(r"Roundcube Webmail")),
    ("mutt", re.compile(r"Mutt/[1-9]")),
)
_GRAMMAR_OF = {
    "outlook": "outlook",
    "iphone": "apple",
    "apple-mail": "apple",
    "mac-outlook": "apple",
    "k9": "apple",
    "thunderbird": "thunderbird",
    "roundcube": "roundcube",
    "mutt": "mutt",
}
OWN_DOMAIN = frozenset({"outlook", "apple", "thunderbird", "roundcube"})
"""Grammars whose host is the sender's own domain."""


def agent(mail: Mail) -> str:
    """What the mail says it was written with: X-Mailer, or User-Agent."""
    return mail.first("X-Mailer") or mail.first("User-Agent")


def claimed(mail: Mail) -> str:
    """The client that the mail names; empty if it names none that is known."""
    said = agent(mail)
    if said:
        return next((client for client, pattern in _CLAIMS if pattern.search(said)), "")
    return "apple-mail" if "Mac OS X Mail" in mail.first("MIME-Version") else ""


def expected(client: str) -> str:
    """The grammar of a client's Message-IDs; empty if it isn't known."""
    return _GRAMMAR_OF.get(client, "")


def grammar(message_id: str) -> str:
    """The grammar that a Message-ID is of; empty if of none that is known."""
    return next((name for name, form in GRAMMARS.items() if form.fullmatch(message_id)), "")
