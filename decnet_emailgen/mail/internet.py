"""The way of a mail from outside: its own provider's hops, up to the organisation's door.

The door is the organisation's firewall, which hides all outside addresses behind its own (source
NAT, or a container's bridge): a server that can't see who connects checks neither SPF nor DKIM
and so writes no results, and no public address of anybody has to appear. Mail of Exchange Online
shows the hops inside Microsoft's network, Gmail's shows Google's ids and clock. Signatures (DKIM,
ARC) are left out: one that doesn't verify says more than none. See docs/mail.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from decnet_emailgen.mail import dates
from decnet_emailgen.mail.chance import number, octets, rng
from decnet_emailgen.mail.clientside import Submission, google_host, submission
from decnet_emailgen.mail.clocks import microseconds
from decnet_emailgen.mail.identifiers import exchange_server, gmail_delay
from decnet_emailgen.mail.profiles.versions import exchange_build
from decnet_emailgen.mail.received import later, submitted
from decnet_emailgen.mail.server import Server, server_for
from decnet_emailgen.records import Pick

_TLS12 = "using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"
_MS_TLS = "(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)"
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def journey(pick: Pick, start: datetime, server: Server) -> tuple[str, Submission, datetime]:
    """Fields of the hops before the organisation's server, who knocks there, and when.

    ``start`` is when the author's client let go of the mail.
    """
    client = pick.sender.client
    if client == "exchange":
        return _microsoft(pick, start, server)
    if client == "gmail":
        return _google(pick, start, server)
    return _own_provider(pick, start, server)


def _knock(helo: str, server: Server, tls: str) -> Submission:
    return Submission(helo, *server.gateway, tls, "ESMTPS")


def _own_provider(pick: Pick, start: datetime, server: Server) -> tuple[str, Submission, datetime]:
    """A correspondent with a Postfix of their own: one hop, from their LAN."""
    email = pick.sender.email
    domain = email.rpartition("@")[2]
    theirs = server_for(domain, pick.sender.timezone, "elsewhere")
    when = later(start, 300, 2500, "their hop", pick.message_id)
    recipients = tuple(party.email for party in pick.recipients)
    who = submission(pick.sender.client, email, theirs, pick.message_id)
    trace = submitted(theirs, who, email, recipients, when)
    arrival = later(when, 400, 3500, "our door", pick.message_id)
    tls = "using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n" + (
        "key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"
    )
    return trace, _knock(theirs.hostname, server, tls), arrival


def _microsoft(pick: Pick, start: datetime, server: Server) -> tuple[str, Submission, datetime]:
    email = pick.sender.email
    home = exchange_server(email, email.rpartition("@")[2])
    name, _, region = home.partition(".")
    draw = number("hop", pick.message_id)
    peer = f"{name[:-4]}{1000 + draw % 9000}.{region}"
    build = exchange_build(start.date())
    first = later(start, 200, 1200, "mapi", pick.message_id)
    second = later(first, 300, 2200, "smtp", pick.message_id)
    inner = (
        f"fe80::{draw >> 48:x}:{draw >> 32 & 0xFFFF:x}:{draw >> 16 & 0xFFFF:x}:{draw & 0xFFFF:x}"
    )
    net = "a6" if region.startswith("eur") else "b6"
    outer = f"2603:10{net}:{draw >> 40 & 0xFFF:x}:{draw >> 8 & 0xFFF:x}::{16 + draw % 48:x}"
    other = f"2603:10{net}:{draw >> 30 & 0xFFF:x}:{draw >> 18 & 0xFFF:x}::{2 + draw % 14:x}"
    local_build = ".".join([*build.split(".")[:3], f"{int(build.rsplit('.', 1)[1]):03d}"])
    trace = (
        f"Received: from {home} ({outer})\r\n by {peer} ({other}) with\r\n"
        f" Microsoft SMTP Server {_MS_TLS} id\r\n {build}; {_utc(second)}\r\n"
        f"Received: from {home}\r\n ([{inner}]) by {home}\r\n"
        f" ([{inner}%{1 + draw % 7}]) with mapi id {local_build}; {_utc(first)}\r\n"
    )
    relay = _relay(home, draw)
    return trace, _knock(relay, server, _TLS12), later(second, 300, 2600, "door", pick.message_id)


def _relay(home: str, draw: int) -> str:
    area = {"eur": "EUR", "nam": "NAM", "lam": "LAM", "apc": "APC"}[home.split(".")[1][:3]]
    site = home[:2]
    return (
        f"{area}{home.split('PR')[1][:2]}-{site}{draw % 9 + 1}-obe.outbound.protection.outlook.com"
    )


def _utc(when: datetime) -> str:
    return dates.date_field(when.astimezone(dates.zone("UTC")))


def _google(pick: Pick, start: datetime, server: Server) -> tuple[str, Submission, datetime]:
    """Google's own fields: the id ends in the Unix milliseconds at which Gmail took the mail."""
    pacific = dates.zone("America/Los_Angeles")
    host = google_host(pick.message_id)
    draw = rng("google", pick.message_id)
    first = start
    second = later(first, 100, 700, "google out", pick.message_id)
    node = octets(8, "node", pick.message_id).hex()
    serial = f"{draw.choice('abcdefghijklmnopqrs')}{draw.randrange(1, 29)}-2002{node[:12]}"
    cell = draw.choice(("wma", "edc", "lfg", "ejc", "qkb"))
    size = draw.randrange(1_000_000, 99_999_999)
    people = tuple(party.email for party in pick.recipients)
    to = f"\r\n        for <{people[0]}>" if len(people) == 1 else ""
    source = f"2002:a{node[:2]}:{node[2:6]}:{node[6:9]}:b0:{node[9:12]}:{node[12:16]}"
    trace = (
        f"Received: by {host} with SMTP id {serial}so{size}{cell}.{draw.randrange(4)}{to};\r\n"
        f"        {_pacific(second, pacific)}\r\n"
        f"X-Gm-Message-State: AOJu0Y{draw.choice('wxyz')}{_token(draw, 57)}\r\n"
        f"\t{_token(draw, 43)}=\r\n"
        f"X-Google-Smtp-Source: AGHT+I{draw.choice('EFGH')}{_token(draw, 80)}=\r\n"
        f"X-Received: by {source} with SMTP id\r\n"
        f" {serial}mr{size}{cell}.{draw.randrange(1, 50)}.{microseconds(first) // 1000};\r\n"
        f"        {_pacific(first, pacific)}\r\n"
    )
    door = later(second, 5000, 15000, "door", pick.message_id)
    return trace, _knock(host, server, _tls13()), door


def _pacific(when: datetime, zone: ZoneInfo) -> str:
    shown = when.astimezone(zone)
    return dates.received(shown, False, shown.tzname() or "")


def _token(draw: Random, length: int) -> str:
    return "".join(draw.choices(_ALNUM + "+/", k=length))


def _tls13() -> str:
    words = "key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"
    return f"using TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits)\n{words}"


def released(pick: Pick, when: datetime) -> datetime:
    """When the client hands the mail over: seconds after Date, Outlook longer now and then."""
    draw = number("released", pick.message_id)
    if pick.sender.client == "gmail":
        when += gmail_delay(pick.message_id)
    extra = 2 + draw % 7 if pick.sender.client == "outlook" and draw >> 59 else 0
    extra = 20 + draw % 60 if pick.sender.client == "outlook" and draw >> 60 == 1 else extra
    return when + timedelta(seconds=extra, milliseconds=300 + draw % 1900, microseconds=draw % 997)
