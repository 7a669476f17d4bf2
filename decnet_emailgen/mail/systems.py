"""The programs that send mail by themselves: on which host they run, how they name their mails.

JavaMail puts the clock in milliseconds into its Message-IDs, Python's ``make_msgid`` hundredths of
a second, s-nail the UTC time in digits, Dovecot's Sieve seconds and microseconds (their sources);
PHPMailer's ids are random.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from decnet_emailgen.mail.chance import choice, number, octets, rng

_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
VACATION = "system/vacation"
"""The client of an answer that Sieve sends for somebody on leave (RFC 5230)."""

_SHELL = frozenset({"backup", "monitoring"})
_HOSTS = {
    "backup": ("backup01", "srv-backup", "bkp"),
    "monitoring": ("mon01", "monitor", "srv-mon"),
    "build": ("ci", "build01", "runner"),
    "scanner": ("mfp02", "print01", "kmc250i"),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """A program on a host: ``program`` is java, python, php or shell."""

    program: str
    host: str
    kind: str


def is_system(client: str) -> bool:
    """Whether a mail was sent by a system: its client is ``system/`` and a kind."""
    return client.startswith("system/")


def sender_of(email: str, client: str) -> Sender:
    """What sends this system's mail: always the same for the same address."""
    kind = client.partition("/")[2]
    domain = email.rpartition("@")[2]
    if client == VACATION:
        return Sender("sieve", domain, kind)
    name = choice(_HOSTS.get(kind, ("app01", "app02", "srv-app", "web01")), "app host", email)
    program = "shell" if kind in _SHELL else choice(("java", "python", "php"), "program", email)
    if kind in ("newsletter", "files"):
        program = choice(("php", "python"), "program", email)
    return Sender(program, f"{name}.{domain}", kind)


def system_id(email: str, client: str, when: datetime, key: str) -> str:
    """The Message-ID as the program writes it."""
    sent = sender_of(email, client)
    draw = number("system id", key)
    if sent.program == "sieve":
        second = int(when.timestamp())
        return f"<dovecot-sieve-{second}-{draw % 999_000}-0@{sent.host}>"
    if sent.program == "java":
        return f"<{draw % 2_000_000_000}.{draw >> 50}.{millis(when, key)}@{sent.host}>"
    if sent.program == "python":
        ticks = int(when.timestamp()) * 100 + draw % 40
        return f"<{ticks}.{200 + (draw >> 44) % 31_000}.{number('random', key)}@{sent.host}>"
    if sent.program == "php":
        return f"<{unique(key)}@{sent.host}>"
    tail = "".join(rng("s-nail", key).choices(_ALNUM, k=5))
    account = email.partition("@")[0]
    return f"<{when.astimezone(UTC):%Y%m%d%H%M%S}.{tail}%{account}@{sent.host}>"


def millis(when: datetime, key: str) -> int:
    """Java's clock when it made the mail: some moment of that second, in ms since 1970."""
    return int(when.timestamp()) * 1000 + number("millis", key) % 280


def unique(key: str) -> str:
    """What PHPMailer calls a unique id: 32 octets in base64, without its signs."""
    text = base64.b64encode(octets(32, "unique", key)).decode()
    return text.translate({ord(char): None for char in "=+/"})
