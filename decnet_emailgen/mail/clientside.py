"""What a mail client shows the server it submits to: the name in HELO and the address.

Names and private addresses belong to the person, so they are the same in all their mails.
"""

from __future__ import annotations

from dataclasses import dataclass

from decnet_emailgen.mail.chance import number, octets, share
from decnet_emailgen.mail.server import Server
from decnet_emailgen.mail.systems import is_system, sender_of

_PHONES = frozenset({"iphone", "k9"})
_COMPUTER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Submission:
    """HELO name, name by reverse lookup, address, and the TLS session."""

    helo: str
    name: str
    address: str
    tls: str
    protocol: str = "ESMTPSA"


_RSA = "key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"
_ECDSA = "key-exchange X25519 server-signature ECDSA (P-256) server-digest SHA256"


def submission(client: str, email: str, server: Server, message_id: str) -> Submission:
    """How this person's client appears at its own server for this mail."""
    if is_system(client):
        return _application(email, client, server)
    lan = _lan_address(email, client, server)
    if client == "roundcube":
        return Submission("localhost", "localhost", "127.0.0.1", "", "ESMTPA")
    if client in _PHONES and share(0.6, "on the road", message_id):
        lan, name = server.gateway[1], server.gateway[0]
    else:
        name = "unknown"
    if server.container:
        name, lan = server.gateway
    return Submission(_helo(client, email, server), name, lan, _tls(client, server))


def _application(email: str, client: str, server: Server) -> Submission:
    """A program on a host of the organisation's, which the server knows by name and trusts."""
    host = sender_of(email, client).host
    address = f"{server.network}.0.{10 + number('app address', host, server.key) % 60}"
    if server.container:
        return Submission(host, *server.gateway, "", "ESMTP")
    return Submission(host, host, address, "", "ESMTP")


def _lan_address(email: str, client: str, server: Server) -> str:
    """The address of somebody's computer, or of their phone."""
    machine = "phone" if client in _PHONES else "computer"
    draw = octets(2, "lan", machine, email, server.key)
    return f"{server.network}.{1 + draw[0] % 6}.{20 + draw[1] % 210}"


def _helo(client: str, email: str, server: Server) -> str:
    if client in ("apple-mail", "iphone"):
        return "smtpclient.apple"
    if client == "k9":
        return "[127.0.0.1]"
    if client == "outlook":
        return computer_name(email, server.key)
    return f"[{_lan_address(email, client, server)}]"


def computer_name(email: str, key: str) -> str:
    """A Windows computer's name: Windows' own choice, or a scheme of the organisation's."""
    draw = number("computer", email, key)
    scheme = number("scheme", email.rpartition("@")[2], key) % 3
    tail = "".join(_COMPUTER[(draw >> (6 * at)) % 36] for at in range(7))
    if scheme == 0:
        return f"DESKTOP-{tail}"
    if scheme == 1:
        return f"LAPTOP-{tail[:6]}{draw % 10}" if draw % 3 else f"DESKTOP-{tail}"
    company = email.rpartition("@")[2].partition(".")[0][:4].upper()
    return f"{company}-{'PC' if draw % 2 else 'NB'}{draw % 900 + 100:04d}"


def _tls(client: str, server: Server) -> str:
    if client == "outlook":
        return "using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"
    cipher = "TLS_AES_128_GCM_SHA256 (128/128 bits)" if client in ("thunderbird", "k9") else ""
    return _tls13(server, cipher)


def _tls13(server: Server, cipher: str = "") -> str:
    words = _ECDSA if share(0.3, "certificate", server.key, server.domain) else _RSA
    return f"using TLSv1.3 with cipher {cipher or 'TLS_AES_256_GCM_SHA384 (256/256 bits)'}\n{words}"
