"""Every key of a personas file, once: reading, the JSON Schema and the reference come from here.

The limits of a persona's fields are those of DECNET's own persona list.
"""

from __future__ import annotations

from dataclasses import dataclass

from decnet_emailgen.world.model import CLIENTS, DEPARTMENTS


@dataclass(frozen=True, slots=True)
class Field:
    """A key: how its value is read (``kind``, see :mod:`.values`), its bounds, its meaning.

    ``least`` and ``most`` bound the length of a text, the number of a list's items or the size
    of a number. ``filled`` says in words what stands in for a value that isn't given.
    """

    name: str
    kind: str
    text: str
    required: bool = False
    filled: str = ""
    least: float = 0
    most: float = 256
    choices: tuple[str, ...] = ()
    example: str = ""


TONES = ("formal", "direct", "casual", "technical", "custom")
LATENCIES = ("fast", "normal", "slow")
RELATIONS = ("customer", "supplier", "partner", "other")
PHONES = ("iphone", "k9", "gmail", "none")
SCHEMES = ("spool", "maildir", "mbox", "docker", "imap", "imaps")

ORGANISATION = (
    Field("name", "line", "The organisation's name.", True, least=1, most=128),
    Field(
        "domain",
        "domain",
        "The domain of its mailboxes. One that nobody can own is safest while you try things out.",
        True,
        most=253,
        example="acme.internal",
    ),
    Field("timezone", "zone", "Where its people are.", filled="that of the country, else UTC"),
    Field("country", "country", "Whose public holidays they keep.", filled="that of the zone"),
    Field("language_default", "language", "What they write to each other.", filled="en", most=8),
    Field(
        "mail_server",
        "choice",
        "The server whose trace headers the mail bears.",
        filled="postfix-dovecot",
        choices=("postfix-dovecot",),
    ),
)

_WHO = (
    Field("name", "line", "The name in From and To.", True, least=1, most=128),
    Field("email", "address", "The mailbox, once in the file.", True, least=3, most=255),
)
_VOICE = (
    Field(
        "tone", "choice", "How this person sounds.", filled="by department and hash", choices=TONES
    ),
    Field("tone_custom", "line", "The tone in words, with `tone: custom`.", least=1, most=256),
    Field("mannerisms", "lines", "Habits of writing; a mail shows two at most.", most=12),
    Field("language", "language", "The preferred language.", filled="language_default", most=8),
    Field(
        "languages",
        "languages",
        "All that this person can write.",
        filled="`language`, and the organisation's",
        least=1,
        most=12,
    ),
    Field("signature", "text", "Written below each mail, exactly so.", most=512),
)
_TIME = (
    Field(
        "active_hours",
        "hours",
        "Working hours in the person's own zone. An end before the start is across midnight, "
        "equal ends are the whole day.",
        filled="by department and hash",
        example="09:00-18:00",
    ),
    Field("reply_latency", "choice", "How fast they answer.", filled="by hash", choices=LATENCIES),
    Field("timezone", "zone", "Where this person is.", filled="by country, else the organisation"),
    Field("country", "country", "Whose holidays they keep.", filled="by zone, else organisation"),
    Field(
        "subdivision",
        "subdivision",
        "State or region with holidays of its own; needs country.",
        most=20,
    ),
    Field("workdays", "workdays", "Days of work.", filled="by country", example="mon-fri"),
    Field("mails_per_day", "number", "Mails written on a working day.", filled="by role", most=200),
    Field("away", "absences", "Days off, besides a few invented ones.", most=100),
)

PERSONA = (
    *_WHO,
    Field("role", "line", "What this person does; much is guessed from it.", True, "", 1, 128),
    *_VOICE,
    Field("uses_llms_heavily", "flag", "Writes with a chatbot, and it shows.", filled="false"),
    *_TIME,
    Field("department", "choice", "Where they belong.", filled="by role", choices=DEPARTMENTS),
    Field("manager", "address", "The address of another persona of the list.", least=3, most=255),
    Field(
        "client",
        "choice",
        "The mail program at the desk.",
        filled="the organisation's mix",
        choices=tuple(c for c in CLIENTS if c != "exchange"),
    ),
    Field(
        "phone_client",
        "choice",
        "The mail program on the phone.",
        filled="60 % have one",
        choices=PHONES,
    ),
)

CORRESPONDENT = (
    *_WHO,
    Field("role", "line", "What this person does.", most=128),
    Field("organisation", "line", "Whom they work for.", most=128),
    Field("relation", "choice", "What they are to you.", filled="by role", choices=RELATIONS),
    *_VOICE,
    *_TIME,
    Field("client", "choice", "Their mail program.", filled="one mix per domain", choices=CLIENTS),
)

DECKY = (
    Field("name", "host", "The decky's name.", True, least=1, most=128),
    Field("services", "names", "What it runs; `imap` and `pop3` make it a mail host.", True),
    Field("id", "name", "DECNET's id of it.", filled="its name", least=1, most=128),
    Field("deliver", "targets", "Where its mail is put.", example="maildir:./mailboxes", most=16),
    Field("mailboxes", "mailboxes", "`all`, or whose mailboxes it has.", filled="all", most=10000),
    Field("personas", "personas", "A list of its own, in place of the shared one.", most=10000),
    Field("language_default", "language", "For its own personas.", filled="organisation", most=8),
    Field("running", "flag", "Whether it is up; what is down gets no mail.", filled="true"),
)

WRITER = (
    Field("name", "name", "Who writes: auto, builtin, ollama, openai, llamacpp.", filled="auto"),
    Field("url", "urls", "Its address, or a list of them.", most=32),
    Field("model", "line", "The model's name.", most=256),
    Field("options", "options", "Passed on to the model.", most=64),
)

SETTINGS = (
    Field("reply_probability", "number", "How often `pick` replies.", filled="0.6", most=1),
    Field(
        "machine_mail",
        "number",
        "The part of an inbox that systems write: tickets, alerts, scans, newsletters.",
        filled="0.33",
        most=0.7,
    ),
    Field("allow_hosts", "lines", "Public IMAP servers that you own.", most=256),
    Field("allow_domains", "domains", "Domains of mail providers that you may use.", most=256),
)

ABSENCE = (
    Field("from", "date", "First day off.", True, example="2026-08-03"),
    Field("until", "date", "Last day off.", filled="the same day", example="2026-08-21"),
)

FILE = (
    Field("organisation", "section", "Who they all work for.", True),
    Field("personas", "personas", "The people with mailboxes.", most=10000),
    Field("correspondents", "correspondents", "People outside.", most=10000),
    Field("deckies", "deckies", "The decoy hosts.", filled="one, `mail-01`", most=10000),
    Field("writer", "section", "The model server."),
    Field("settings", "section", "The rest."),
)

SECTIONS: dict[str, tuple[Field, ...]] = {
    "organisation": ORGANISATION,
    "personas": PERSONA,
    "correspondents": CORRESPONDENT,
    "deckies": DECKY,
    "writer": WRITER,
    "settings": SETTINGS,
    "away": ABSENCE,
}
"""The tables of the file's sections, by the key under which they stand."""
