"""The way of a mail from outside: its own provider's hops, up to the organisation's door.

The door is the organisation's firewall, which hides all outside addresses behind its own (source
NAT, or a container's bridge): a server that can't see who connects checks neither SPF nor DKIM
and so writes no results, and no public address of anybody has to appear. Mail of Exchange Online
shows the hops inside Microsoft's network, Gmail's shows Google's ids and clock. Signatures (DKIM,
ARC) are left out: one that doesn't verify says more than none. See docs/mail.md.
"""

from __future__ import annotations

import base64
import uuid
from datetime import datetime, timedelta

from decnet_emailgen.mail import dates, google
from decnet_emailgen.mail.chance import number, octets
from decnet_emailgen.mail.clientside import Submission, submission
from decnet_emailgen.mail.encode import wrap
from decnet_emailgen.mail.identifiers import (
    correlation_id,
    exchange_home,
    exchange_peer,
    gmail_delay,
)
from decnet_emailgen.mail.profiles.versions import exchange_build
from decnet_emailgen.mail.received import later, submitted
from decnet_emailgen.mail.server import Server, server_for
from decnet_emailgen.mail.systems import is_system
from decnet_emailgen.records import Pick

_TLS12 = "using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"


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
    login = "" if is_system(pick.sender.client) else email
    trace = submitted(theirs, who, login, recipients, when)
    arrival = later(when, 400, 3500, "our door", pick.message_id)
    tls = "using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n" + (
        "key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"
    )
    return trace, _knock(theirs.hostname, server, tls), arrival


def _microsoft(pick: Pick, start: datetime, server: Server) -> tuple[str, Submission, datetime]:
    email = pick.sender.email
    home = exchange_home(pick.message_id, email)
    region = home.partition(".")[2]
    draw = number("hop", pick.message_id)
    peer = f"{exchange_peer(pick.message_id, home)}.{region}"
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
    trace = _folded(
        f"Received: from {home} ({outer}) by {peer} ({other}) with Microsoft SMTP Server "
        f"(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id {build}; {_utc(second)}"
    ) + _folded(
        f"Received: from {home} ([{inner}]) by {home} ([{inner}%{1 + draw % 7}]) "
        f"with mapi id {local_build}; {_utc(first)}"
    )
    relay = _relay(home, draw)
    return trace, _knock(relay, server, _TLS12), later(second, 300, 2600, "door", pick.message_id)


def stamped(pick: Pick, when: datetime) -> str:
    """What Exchange Online adds below the author's fields when a mail leaves its tenant.

    The arrival time has four decimals; the network id is the filtering correlation id.
    """
    if pick.sender.client != "exchange":
        return ""
    email = pick.sender.email
    domain = email.rpartition("@")[2]
    home = exchange_home(pick.message_id, email)
    tenant = uuid.UUID(bytes=octets(16, "tenant id", domain), version=4)
    arrived = later(released(pick, when), 200, 1200, "mapi", pick.message_id)
    moment = arrived.astimezone(dates.zone("UTC"))
    cross = "X-MS-Exchange-CrossTenant-"
    fields = {
        "X-OriginatorOrg": domain,
        f"{cross}AuthAs": "Internal",
        f"{cross}AuthSource": home,
        f"{cross}Network-Message-Id": correlation_id(pick.message_id),
        f"{cross}originalarrivaltime": f"{moment:%d %b %Y %H:%M:%S}."
        f"{moment.microsecond // 100:04d} (UTC)",
        f"{cross}fromentityheader": "Hosted",
        f"{cross}id": str(tenant),
        f"{cross}mailboxtype": "HOSTED",
        f"{cross}userprincipalname": base64.b64encode(octets(64, "name", email)).decode(),
        "X-MS-Exchange-Transport-CrossTenantHeadersStamped": exchange_peer(pick.message_id, home),
    }
    return "".join(f"{label}: {value}\r\n" for label, value in fields.items())


def _folded(text: str) -> str:
    return "\r\n ".join(wrap(text, 77)) + "\r\n"


def _relay(home: str, draw: int) -> str:
    area = {"eur": "EUR", "nam": "NAM", "lam": "LAM", "apc": "APC"}[home.split(".")[1][:3]]
    site = home[:2]
    return (
        f"{area}{home.split('PR')[1][:2]}-{site}{draw % 9 + 1}-obe.outbound.protection.outlook.com"
    )


def _utc(when: datetime) -> str:
    return dates.date_field(when.astimezone(dates.zone("UTC")))


def _google(pick: Pick, start: datetime, server: Server) -> tuple[str, Submission, datetime]:
    zone = pick.sender.timezone
    sent = later(start, 100, 700, "google out", pick.message_id)
    people = tuple(party.email for party in pick.recipients)
    to = people[0] if len(people) == 1 else ""
    trace = google.fields(pick.message_id, zone, to, start, sent)
    door = later(sent, 5000, 15000, "door", pick.message_id)
    return trace, _knock(google.host(pick.message_id, zone), server, _tls13()), door


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
