"""Message-IDs and MIME boundaries in each client's grammar (measured; see docs/mail.md).

The sender's address, where known, ties together what real clients keep the same for one account:
the beginning of Gmail's ids, the server of an Exchange mailbox, Outlook's counter.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from decnet_emailgen.mail.chance import number, octets, rng
from decnet_emailgen.mail.clocks import (
    gmail_boundary,
    outlook_boundary,
    outlook_id,
    read_outlook_id,
)
from decnet_emailgen.mail.systems import is_system, system_id

_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_GMAIL = _ALNUM + "-_" + "=+"
_REGIONS = {
    "eur": (("AM", "AS", "DB", "DU", "GV", "PA", "VI"), "eurprd"),
    "nam": (("BN", "BY", "CH", "DM", "MN", "PH", "SJ", "SN"), "namprd"),
    "lam": (("CP", "RO", "SC"), "lamprd"),
    "apc": (("SG", "SE", "TY", "PU"), "apcprd"),
}
_AMERICAS = ("br", "mx", "ar", "cl", "co", "pe")
_EUROPE = ("de", "fr", "es", "it", "nl", "pt", "eu", "uk", "be", "at", "ch", "se", "pl", "ie", "dk")
_ASIA = ("jp", "cn", "in", "sg", "hk", "au", "kr")


def mint(client: str, domain: str, when: datetime, key: str, author: str = "") -> str:
    """The Message-ID, in angle brackets, as ``client`` writes it for a mail of this time.

    ``domain`` is the sender's, ``when`` the aware Date of the mail, ``key`` the only source of
    randomness. Clients that put the clock or the account into the id do so: with ``author`` (the
    sender's address) ids of one account look alike as they do in reality.
    """
    if is_system(client):
        return system_id(author, client, when, key)
    maker = _MAKERS.get(client, _thunderbird)
    return maker(_ascii(domain), when, key, author or domain)


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return "localhost.localdomain"


def _uuid(key: str) -> str:
    return str(uuid.UUID(bytes=octets(16, "id", key), version=4))


def _outlook(domain: str, when: datetime, key: str, author: str) -> str:
    draw = number("outlook", key)
    late = 20 + draw % 900 if draw >> 60 > 3 else 1000 + draw % 5500
    moment = when.replace(microsecond=0) + timedelta(milliseconds=late)
    day = when.date().isoformat()
    counter = number("counter", author, day) % 0x180 + (when.hour * 60 + when.minute) // 4
    return outlook_id(moment, counter, (draw >> 8) & 0xFFFF_FFF0, domain)


def _upper(domain: str, when: datetime, key: str, author: str) -> str:
    return f"<{_uuid(key).upper()}@{domain}>"


def _thunderbird(domain: str, when: datetime, key: str, author: str) -> str:
    return f"<{_uuid(key)}@{domain}>"


def _roundcube(domain: str, when: datetime, key: str, author: str) -> str:
    return f"<{octets(16, 'id', key).hex()}@{domain}>"


def _gmail(domain: str, when: datetime, key: str, author: str) -> str:
    account = rng("gmail account", author)
    start = account.choice("ABCDEFGHIJKLMNOP") + "".join(account.choices(_GMAIL, k=4))
    rest = "".join(rng("gmail", key).choices(_GMAIL, k=43)) + "AQgw"[number("end", key) % 4]
    return f"<CA{start}{rest}@mail.gmail.com>"


def exchange_server(author: str, domain: str, when: datetime | None = None) -> str:
    """The host of somebody's mailbox in Exchange Online, ``DU0PR02MB9942.eurprd02.prod.…``.

    The region follows the country of the domain, else the offset of ``when``.
    """
    area = _area(domain.rsplit(".", 1)[-1], when)
    sites, region = _REGIONS[area]
    tenant, mailbox = number("tenant", domain), number("mailbox", author)
    forest = f"{1 + tenant % 22:02d}" if area != "lam" else "80"
    site = sites[(tenant >> 8) % len(sites)]
    name = f"{site}{mailbox % 10}PR{forest}MB{1000 + (mailbox >> 8) % 9000}"
    return f"{name}.{region}{forest}.prod.outlook.com"


def _area(ending: str, when: datetime | None) -> str:
    for area, endings in (("lam", _AMERICAS), ("eur", _EUROPE), ("apc", _ASIA)):
        if ending in endings:
            return area
    offset = when.utcoffset() if when else None
    if offset is None or not timedelta(hours=-2) < offset:
        return "nam"
    return "eur" if offset < timedelta(hours=5) else "apc"


def exchange_peer(message_id: str, home: str) -> str:
    """Another server of the same forest, through which this mail left: its short name."""
    return f"{home.partition('.')[0][:-4]}{1000 + number('peer', message_id) % 9000}"


def exchange_home(message_id: str, author: str) -> str:
    """The server that made this Message-ID; that of the author's mailbox for another's id."""
    host = message_id.strip("<>").rpartition("@")[2]
    if host.endswith(".prod.outlook.com"):
        return host
    return exchange_server(author, author.rpartition("@")[2])


def correlation_id(message_id: str) -> str:
    """Exchange's network id of a mail, a UUID that several of its fields repeat."""
    return str(uuid.UUID(bytes=octets(16, "correlation", message_id), version=4))


def _exchange(domain: str, when: datetime, key: str, author: str) -> str:
    host = exchange_server(author, domain, when)
    tail = octets(13, "exchange", key).hex().upper()[:25]
    return f"<{host.partition('.')[0]}{tail}@{host}>"


_MAKERS = {
    "outlook": _outlook,
    "apple-mail": _upper,
    "iphone": _upper,
    "k9": _upper,
    "thunderbird": _thunderbird,
    "roundcube": _roundcube,
    "gmail": _gmail,
    "exchange": _exchange,
}


def boundary(client: str, when: datetime, message_id: str, modern: bool = True) -> str:
    """The boundary of the multipart/alternative of this mail, without quotes.

    ``modern`` is false for a Thunderbird before 102, which wrote 24 hexadecimal digits.
    """
    if client == "outlook":
        return _outlook_boundary(when, message_id)
    if client == "gmail":
        return gmail_boundary(when + gmail_delay(message_id), number("salt", message_id))
    if client == "exchange":
        local, _, host = message_id.strip("<>").partition("@")
        return f"_000_{local}{host.replace('.', '')[:17]}_"
    if client in ("apple-mail", "iphone"):
        return _apple_boundary(client, message_id)
    if client == "roundcube":
        return f"=_{octets(16, 'boundary', message_id).hex()}"
    if client == "k9":
        return "----" + "".join(
            rng("boundary", message_id).choices(_ALNUM[:26] + _ALNUM[52:], k=30)
        )
    if not modern:
        return "------------" + octets(12, "boundary", message_id).hex().upper()
    return "------------" + "".join(rng("boundary", message_id).choices(_ALNUM, k=24))


def gmail_delay(message_id: str) -> timedelta:
    """How long after Date Gmail builds the mail: 4 to 19 s (measured 5 to 22)."""
    return timedelta(milliseconds=4000 + number("boundary", message_id) % 15000)


def _apple_boundary(client: str, message_id: str) -> str:
    name = _uuid("boundary" + message_id).upper()
    return f"Apple-Mail=_{name}" if client == "apple-mail" else f"Apple-Mail-{name}"


def _outlook_boundary(when: datetime, message_id: str) -> str:
    stamp = read_outlook_id(message_id)
    draw = number("boundary", message_id)
    if stamp is None:
        return outlook_boundary(when.replace(microsecond=0), draw)
    counter = stamp.counter + 1 + draw % 2
    return outlook_boundary(stamp.when.astimezone(when.tzinfo), counter)
