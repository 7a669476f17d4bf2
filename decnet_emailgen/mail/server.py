"""The organisation's mail server: what is the same about every mail it handles.

Habits are picked once for each server from its key: a real Postfix doesn't change the length of
its queue ids between two mails, and a real Dovecot always has the same host hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from decnet_emailgen.mail.chance import choice, number, share
from decnet_emailgen.mail.clocks import host_hash

_GATEWAYS = ("_gateway", "unknown", "gateway", "unknown")


@dataclass(frozen=True, slots=True)
class Server:
    """A Postfix and Dovecot host.

    ``hostname`` is its full name, ``domain`` the mail domain, ``timezone`` the organisation's IANA
    zone, ``key`` the seed of this installation. The rest are habits: ``long_ids`` and ``tls_line``
    and ``auth_line`` are Postfix's enable_long_queue_ids, smtpd_tls_received_header and
    smtpd_sasl_authenticated_header; ``one_each`` is lmtp_destination_recipient_limit = 1;
    ``local_zone`` whether its clock shows the organisation's zone or UTC; ``container`` whether
    process ids are those of a container; ``tls`` the TLS session words, ``network`` the first
    two octets of the LAN, ``gateway`` name and address of the NAT that all traffic from outside
    comes through; ``host_hash`` Dovecot's. ``clients`` are the mail clients that its mailboxes'
    owners use, by address: they name the folders.
    """

    hostname: str
    domain: str
    timezone: str
    key: str
    kind: str = "postfix-dovecot"
    long_ids: bool = True
    tls_line: bool = False
    auth_line: bool = False
    one_each: bool = True
    local_zone: bool = True
    container: bool = False
    network: str = "10.20"
    gateway: tuple[str, str] = ("unknown", "10.20.0.1")
    host_hash: int = 0
    inode: int = 131072
    login: str = "local"
    delay: int = 90
    clients: Mapping[str, str] = field(default_factory=dict)


def server_for(
    domain: str, timezone: str, key: str, clients: Mapping[str, str] | None = None
) -> Server:
    """The server of an organisation; always the same for the same domain and key."""
    seed = (key, domain)
    container = share(0.4, "container", *seed)
    network = choice(("10.0", "10.1", "10.10", "10.20", "192.168", "172.16"), "network", *seed)
    inside = f"172.{18 + number('bridge', *seed) % 4}.0.1" if container else f"{network}.0.1"
    name = choice(("mail", "mail", "mx", "mail01", "imap", "mx1"), "host", *seed)
    return Server(
        hostname=f"{name}.{domain}",
        domain=domain,
        timezone=timezone,
        key=key,
        long_ids=share(0.5, "long ids", *seed),
        tls_line=share(0.45, "tls line", *seed),
        auth_line=share(0.35, "auth line", *seed),
        one_each=share(0.5, "one each", *seed),
        local_zone=not container or share(0.2, "zone", *seed),
        container=container,
        network=network,
        gateway=(choice(_GATEWAYS, "gateway", *seed), inside),
        host_hash=host_hash(f"{name}.{domain}"),
        inode=(30_000 if container else 120_000) + number("inode", *seed) % 900_000,
        login=choice(("local", "address"), "login", *seed),
        delay=40 + number("delay", *seed) % 160,
        clients=dict(clients or {}),
    )


def process_id(server: Server, when: datetime, purpose: str) -> int:
    """A process id that rises with time between the server's restarts.

    A container counts from small numbers and restarts every few weeks; a host forks a few
    processes a minute and wraps at 4194304 (``pid_max`` of 64-bit Linux).
    """
    boot_no, since = _boot(server, when)
    minutes = since.total_seconds() / 60
    rate = _rate(server.key, server.domain, server.container)
    start = 40 if server.container else 700
    start += number("boot", server.key, server.domain, str(boot_no)) % 900
    jitter = number("pid", server.key, purpose) % 2
    return (start + int(minutes * rate) + jitter) % 4_194_000 + 2


def session_process(server: Server, mailbox: str, when: datetime) -> int:
    """The process of a mail client's IMAP session: it began up to a few hours before.

    A client keeps its connection until it sleeps or the network changes. All processes of a host
    are counted together, so this one is below those of mail that has come in since.
    """
    hours = 1 + number("session", server.key, mailbox) % 5
    shift = timedelta(minutes=number("connect", server.key, mailbox) % (hours * 60))
    _, up = _boot(server, when)
    age = (up - shift) % timedelta(hours=hours)
    return process_id(server, when - min(age, up), f"imap {mailbox}")


def _boot(server: Server, when: datetime) -> tuple[int, timedelta]:
    """Which start of the server it runs since, and for how long."""
    span = timedelta(days=21 if server.container else 60)
    return divmod(when - datetime(2019, 1, 1, tzinfo=when.tzinfo), span)


@lru_cache(maxsize=256)
def _rate(key: str, domain: str, container: bool) -> float:
    """New processes a minute."""
    draw = number("forks", key, domain)
    return 0.4 + draw % 100 / 60 if container else 2 + draw % 100 / 12
