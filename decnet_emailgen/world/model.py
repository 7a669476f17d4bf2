"""What the operator wrote: an organisation, its people, outside correspondents and deckies.

These are values after validation and filling: every field has its final value, zones and
languages exist, addresses are well formed, and a client is chosen for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Tone = Literal["formal", "direct", "casual", "technical", "custom"]
Latency = Literal["fast", "normal", "slow"]

MAIL_SERVICES = frozenset({"imap", "pop3"})


@dataclass(frozen=True, slots=True)
class Hours:
    """A daily window in minutes after local midnight, start inclusive, end exclusive.

    An end before the start reaches into the next day; equal ends are the whole day (the rule of
    DECNET's ``active_hours``).
    """

    start: int
    end: int

    @property
    def length(self) -> int:
        """The window's length in minutes (1 to 1440)."""
        return (self.end - self.start) % 1440 or 1440


@dataclass(frozen=True, slots=True)
class Absence:
    """Days off, both ends inclusive, as local calendar dates."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Organisation:
    """The invented organisation; ``mail_server`` names the server whose headers its mail bears."""

    name: str
    domain: str
    timezone: str = "UTC"
    country: str = "US"
    language_default: str = "en"
    mail_server: str = "postfix-dovecot"


@dataclass(frozen=True, slots=True)
class Person:
    """What personas and correspondents have in common.

    ``languages`` are all that the person can write, the preferred one first. ``client`` is a
    mail-client profile, ``ui_language`` the language of its menus.
    """

    name: str
    email: str
    role: str
    languages: tuple[str, ...]
    timezone: str
    country: str
    client: str
    hours: Hours = Hours(540, 1080)
    workdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    subdivision: str = ""
    tone: Tone = "direct"
    tone_custom: str = ""
    mannerisms: tuple[str, ...] = ()
    signature: str = ""
    reply_latency: Latency = "normal"
    uses_llms_heavily: bool = False
    away: tuple[Absence, ...] = ()
    mails_per_day: float = 4.0

    @property
    def language(self) -> str:
        """The language the person prefers."""
        return self.languages[0]

    @property
    def ui_language(self) -> str:
        """The language of the menus of the person's mail client."""
        return self.languages[0]


@dataclass(frozen=True, slots=True)
class Persona(Person):
    """Somebody of the organisation, with a mailbox on its server.

    ``department`` is one of :data:`DEPARTMENTS`; ``manager`` is an address or empty;
    ``phone_client`` is a profile or empty for people who write no mail on a phone.
    """

    department: str = "operations"
    manager: str = ""
    phone_client: str = ""


@dataclass(frozen=True, slots=True)
class Correspondent(Person):
    """Somebody outside; ``relation`` is what they are to the organisation."""

    organisation: str = ""
    relation: Literal["customer", "supplier", "partner", "other"] = "partner"


Rhythm = Literal["office", "clock", "night", "dawn", "letter"]


@dataclass(frozen=True, slots=True)
class Service(Person):
    """A system that sends mail by itself; nobody answers it, and it has no mailbox here.

    Its ``role`` is ``system/`` and its kind, as story lines name it; ``to`` are the departments
    that hear from it, or ``any``. ``rhythm``: in working hours, round the clock, at the same
    ``minute`` of every night or dawn, or every few weeks. ``outside`` is true for the newsletters
    of others, sent by ``organisation``.
    """

    to: tuple[str, ...] = ("any",)
    rhythm: Rhythm = "office"
    minute: int = 0
    organisation: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Decky:
    """A decoy host. ``mailboxes`` is None for everybody of its cast.

    ``deliver`` holds target addresses. ``personas`` is empty where the decky shares the
    organisation's list.
    """

    id: str
    name: str
    services: tuple[str, ...]
    deliver: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] | None = None
    personas: tuple[Persona, ...] = ()
    running: bool = True

    @property
    def is_mail_host(self) -> bool:
        """Whether the decky runs IMAP or POP3."""
        return self.running and not MAIL_SERVICES.isdisjoint(self.services)


@dataclass(frozen=True, slots=True)
class WriterSetting:
    """The ``writer:`` block: which writer, where, with which model and options."""

    name: str = "auto"
    urls: tuple[str, ...] = ()
    model: str = ""
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The ``settings:`` block."""

    reply_probability: float = 0.6
    machine_mail: float = 0.33
    allow_hosts: tuple[str, ...] = ()
    allow_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    """People who write to each other, and the deckies that hold their mailboxes.

    Deckies that share a persona list share one cast, so that a person has the same mail on all
    of them. ``name`` is stable for the same file; it keys everything random about the cast.
    ``machine_mail`` is the share of their inboxes that systems write.
    """

    name: str
    organisation: Organisation
    personas: tuple[Persona, ...]
    correspondents: tuple[Correspondent, ...]
    deckies: tuple[Decky, ...]
    machine_mail: float = 0.0


@dataclass(frozen=True, slots=True)
class World:
    """A whole personas file, checked and filled."""

    organisation: Organisation
    personas: tuple[Persona, ...]
    correspondents: tuple[Correspondent, ...] = ()
    deckies: tuple[Decky, ...] = ()
    writer: WriterSetting = field(default_factory=WriterSetting)
    settings: Settings = field(default_factory=Settings)

    def casts(self) -> tuple[Cast, ...]:
        """The casts of the file's mail hosts, in the order of the file."""
        shared = tuple(d for d in self.deckies if d.is_mail_host and not d.personas)
        casts = []
        for decky in self.deckies:
            if not decky.is_mail_host:
                continue
            if decky.personas:
                casts.append(self._cast(decky.name, decky.personas, (decky,)))
            elif decky is shared[0]:
                casts.append(self._cast("", self.personas, shared))
        return tuple(casts)

    def _cast(self, name: str, personas: tuple[Persona, ...], deckies: tuple[Decky, ...]) -> Cast:
        share = self.settings.machine_mail
        return Cast(name, self.organisation, personas, self.correspondents, deckies, share)


DEPARTMENTS = (
    "management",
    "finance",
    "sales",
    "marketing",
    "it",
    "engineering",
    "hr",
    "legal",
    "logistics",
    "facilities",
    "operations",
    "support",
)

CLIENTS = (
    "outlook",
    "apple-mail",
    "iphone",
    "thunderbird",
    "roundcube",
    "gmail",
    "k9",
    "exchange",
)
"""Mail-client profiles; ``exchange`` is for correspondents only (realism.md section 4)."""
