"""The way of a mail from outside: its own provider's hops, up to the organisation's door.

The door is the organisation's firewall, which hides all outside addresses behind its own (source
NAT, or a container's bridge): a server that can't see who connects checks neither SPF nor DKIM
and so writes no results, and no public address of anybody has to appear. Mail of Exchange Online
shows the hops inside Microsoft's network, Gmail's shows Google's ids and clock. Signatures (DKIM,
ARC) are left out: one that doesn't verify says more than none. See docs/mail.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from decnet_emailgen.mail import dates
from decnet_emailgen.mail.chance import number, octets, rng
from decnet_emailgen.mail.clientside import Submission, google_host, submission
from decnet_emailgen.mail.clocks import microseconds
from decnet_emailgen.mail.identifiers import exchange_server
from decnet_emailgen.mail.profiles.versions import exchange_build
from decnet_emailgen.mail.received import later, submitted
from decnet_emailgen.mail.server import Server, server_for
from decnet_emailgen.records import Pick

_TLS12 = "using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"
_MS_TLS = "(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)"
_TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


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
    outer = f"2603:10{'a6' if region.startswith('eur') else 'b6'}:{draw >> 40 & 0xFFF:x}:{draw >> 8 & 0xFFF:x}::{draw >> 20 & 0x3F:x}"
    local_build = ".".join([*build.split(".")[:3], f"{int(build.rsplit('.', 1)[1]):03d}"])
    trace = (
        f"Received: from {home} ({outer})\r\n by {peer} ({outer[:-2]}{draw & 0xF:x}) with\r\n"
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
    pacific = dates.zone("America/Los_Angeles")
    draw = rng("google", pick.message_id)
    host = google_host(pick.message_id)
    first = later(start, 9000, 16000, "x-received", pick.message_id)
    second = later(first, 100, 900, "google out", pick.message_id)
    state = "AOJu0Y" + draw.choice("wxyz") + "".join(draw.choices(_TOKEN + "+/", k=57))
    more = "".join(draw.choices(_TOKEN + "+/", k=43)) + "="
    source = "AGHT+I" + draw.choice("EFGH") + "".join(draw.choices(_TOKEN + "+/", k=80)) + "="
    node = octets(8, "node", pick.message_id).hex()
    mark = f"{draw.choice('abcdefghijklmnopqrs')}{draw.randrange(1, 29)}-2002{node[:12]}"
    size, tail = (
        draw.randrange(1_000_000, 99_999_999),
        draw.choice(("wma", "edc", "lfg", "ejc", "qkb")),
    )
    milliseconds = microseconds(first) // 1000
    when = first.astimezone(pacific)
    shown = f"{dates.received(when, False)} ({when.tzname()})"
    out = second.astimezone(pacific)
    trace = (
        f"Received: by {host} with SMTP id {mark}so{size}{tail}.{draw.randrange(4)}\r\n"
        f"        for <{pick.recipients[0].email}>; {dates.received(out, False)} ({out.tzname()})\r\n"
        f"X-Gm-Message-State: {state}\r\n\t{more}\r\n"
        f"X-Google-Smtp-Source: {source}\r\n"
        f"X-Received: by 2002:a{node[0]}{node[1]}:{node[2:6]}:{node[6:9]}:b0:{node[9:12]}:{node[12:16]} with SMTP id\r\n"
        f" {mark}mr{size}{tail}.{draw.randrange(1, 50)}.{milliseconds};\r\n        {shown}\r\n"
    )
    return trace, _knock(host, server, _tls13()), later(second, 300, 1500, "door", pick.message_id)


def _tls13() -> str:
    words = "key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"
    return f"using TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits)\n{words}"


def released(pick: Pick, when: datetime) -> datetime:
    """When the client hands the mail over: seconds after Date; Outlook waits longer now and then."""
    draw = number("released", pick.message_id)
    extra = 2 + draw % 7 if pick.sender.client == "outlook" and draw >> 59 else 0
    extra = 20 + draw % 60 if pick.sender.client == "outlook" and draw >> 60 == 1 else extra
    return when + timedelta(seconds=extra, milliseconds=300 + draw % 1900, microseconds=draw % 997)
