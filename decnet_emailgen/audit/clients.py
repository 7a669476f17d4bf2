"""Which mail client wrote a mail: by X-Mailer or User-Agent, else by its Message-ID's form.

The forms are those of docs/mail.md; what none of them fits is left unnamed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from decnet_emailgen.mail.parse import Mail

_NAMED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("iphone", re.compile(r"(?:iPhone|iPad) Mail \((?P<version>[0-9A-Za-z]+)\)")),
    ("apple-mail", re.compile(r"Apple Mail \((?:2\.)?(?P<version>[\d.]+)\)")),
    ("outlook-mac", re.compile(r"Microsoft-MacOutlook/(?P<version>[\d.]+)")),
    ("outlook-phone", re.compile(r"Outlook(?:-iOS| for iOS|-Android| for Android)/?(?P<version>)")),
    ("outlook", re.compile(r"Microsoft (?:Office )?Outlook,? ?(?:Build )?(?P<version>[\d.]*)")),
    ("k9", re.compile(r"(?:K-9 Mail|Thunderbird) for Android(?:/(?P<version>[\d.]+))?|K-9 Mail")),
    ("thunderbird", re.compile(r"(?:Mozilla )?Thunderbird(?:[ /](?P<version>[\d.]+))?")),
    ("roundcube", re.compile(r"Roundcube Webmail(?:/(?P<version>[\d.]+))?", re.IGNORECASE)),
    ("mutt", re.compile(r"Mutt/(?P<version>[\d.]+)")),
    ("evolution", re.compile(r"Evolution (?P<version>[\d.]+)")),
)
_IDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("gmail", re.compile(r"<CA[\w+=-]{20,}@mail\.gmail\.com>")),
    ("exchange", re.compile(r"@[^@>]*\.(?:outlook\.com|exchangelabs\.com)>$", re.IGNORECASE)),
    ("outlook", re.compile(r"<[0-9a-f]{12}\$[0-9a-f]{8}\$[0-9a-f]{8}\$@", re.IGNORECASE)),
    ("mutt", re.compile(r"<(?:[\w-]{16}|\d{14}\.G[A-Z]\d+)@")),
)
_PHONES = frozenset({"iphone", "k9", "outlook-phone"})


@dataclass(frozen=True, slots=True)
class Client:
    """A mail client's family, and the parts of its version that can be compared, in order."""

    family: str
    version: tuple[tuple[int, str], ...] = ()

    @property
    def phone(self) -> bool:
        """Whether it runs on a phone or a tablet."""
        return self.family in _PHONES


def client(mail: Mail) -> Client | None:
    """The client that wrote a mail; None where nothing tells."""
    said = mail.first("X-Mailer") or mail.first("User-Agent")
    for family, pattern in _NAMED if said else ():
        if found := pattern.search(said[:200]):
            return Client(family, _version(found.groupdict().get("version") or ""))
    if said:
        return Client(re.split(r"[\s/(;]", said.strip().lower(), maxsplit=1)[0][:40])
    for family, pattern in _IDS:
        if pattern.search(mail.message_id):
            return Client(family)
    if mail.first("X-Sender") and re.match(r"<[0-9a-f]{32}@", mail.message_id):
        return Client("roundcube")
    return None


def _version(text: str) -> tuple[tuple[int, str], ...]:
    """Numbers compare as such, a letter between them by the alphabet (iOS builds: 23E246)."""
    return tuple(
        (int(number or 0), letter)
        for number, letter in re.findall(r"(\d{0,9})([A-Za-z]?)\.?", text)
    )[:-1]
