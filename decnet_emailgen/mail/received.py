"""Received fields (RFC 5321 section 4.4) as Postfix and Dovecot write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from decnet_emailgen.mail import dates
from decnet_emailgen.mail.chance import number
from decnet_emailgen.mail.clientside import Submission
from decnet_emailgen.mail.clocks import lmtp_id, long_queue_id, short_queue_id
from decnet_emailgen.mail.server import Server, process_id


def local(server: Server, when: datetime) -> datetime:
    """The time as the server's clock shows it."""
    return when.astimezone(dates.zone(server.timezone if server.local_zone else "UTC"))


def queue_id(server: Server, when: datetime) -> str:
    """Postfix's id of a mail queued at this microsecond."""
    inode = server.inode + number("queue file", server.key, when.isoformat()) % 4096
    return long_queue_id(when, inode) if server.long_ids else short_queue_id(when, inode)


def submitted(
    server: Server, client: Submission, login: str, recipients: tuple[str, ...], when: datetime
) -> str:
    """Postfix's field for a mail from a client or another server.

    ``login`` is empty for mail from outside. The recipient is named only if there is one.
    """
    lines = [f"from {client.helo} ({client.name} [{client.address}])"]
    if server.tls_line and client.tls:
        session, _, exchange = client.tls.partition("\n")
        lines.append(f"({session}" + ("" if exchange else ")"))
        lines += [f" {exchange})"] if exchange else []
        lines.append("(No client certificate requested)")
    if server.auth_line and login:
        lines.append(f"(Authenticated sender: {login})")
    protocol = client.protocol
    lines.append(f"by {server.hostname} (Postfix) with {protocol} id {queue_id(server, when)}")
    shown = local(server, when)
    stamp = dates.received(shown, True, shown.tzname() or "")
    if len(recipients) == 1:
        lines.append(f"for <{recipients[0]}>; {stamp}")
    else:
        lines[-1] += ";"
        lines.append(stamp)
    return "Received: " + "\r\n\t".join(lines) + "\r\n"


def picked_up(server: Server, when: datetime) -> str:
    """Postfix's field for a mail that a local program handed to its sendmail command."""
    account = 1000 + number("vmail", server.key) % 4 * 1000
    shown = local(server, when)
    stamp = dates.received(shown, True, shown.tzname() or "")
    return (
        f"Received: by {server.hostname} (Postfix, from userid {account})\r\n"
        f"\tid {queue_id(server, when)}; {stamp}\r\n"
    )


def delivered(server: Server, sender: str, recipient: str, when: datetime) -> str:
    """Dovecot's LMTP field; ``recipient`` is empty where one session took several."""
    pid = process_id(server, when, "lmtp" + recipient)
    identifier = lmtp_id(when, pid, server.host_hash)
    shown = dates.received(local(server, when), False)
    lines = [f"from {server.hostname}", f"by {server.hostname} with LMTP", f"id {identifier}"]
    lines.append(f"(envelope-from <{sender}>)")
    if recipient:
        lines.append(f"for <{recipient}>; {shown}")
    else:
        lines[-1] += f"; {shown}"
    return "Received: " + "\r\n\t".join(lines) + "\r\n"


def later(when: datetime, low: int, high: int, *key: str) -> datetime:
    """``when`` plus ``low`` to ``high`` milliseconds and a few microseconds, by key."""
    draw = number(*key)
    spread = low + draw % max(1, high - low)
    return when + timedelta(milliseconds=spread, microseconds=(draw >> 32) % 1000)
