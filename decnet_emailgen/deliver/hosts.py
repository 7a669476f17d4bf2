"""Which hosts may be given mail: this machine and private networks; others by permission only.

Everything a name resolves to has to be permitted before anything is sent, and so has the address
at the other end of the connection, because a name may resolve differently the second time.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from decnet_emailgen.errors import SettingError, TargetError

_NEAR = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",  # loopback, RFC 1122 section 3.2.1.3
        "10.0.0.0/8",  # private use, RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",  # link local, RFC 3927
        "::1/128",  # loopback, RFC 4291
        "fc00::/7",  # unique local, RFC 4193
        "fe80::/10",  # link local, RFC 4291
    )
)


def is_near(address: str) -> bool:
    """Whether an IP address is loopback, private or link local (IPv4 in IPv6 counts as IPv4)."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    candidate = mapped or parsed
    return any(candidate in network for network in _NEAR if network.version == candidate.version)


def permit(host: str, addresses: Sequence[str], allow_hosts: Sequence[str]) -> None:
    """Refuse a host unless each address is near, or the operator allows the name or address.

    ``allow_hosts`` holds host names, IP addresses and networks (``192.0.2.0/24``). Raises
    :class:`SettingError`.
    """
    if host.lower().rstrip(".") in {name.lower().rstrip(".") for name in allow_hosts}:
        return
    for address in addresses:
        if not is_near(address) and not any(_covers(entry, address) for entry in allow_hosts):
            raise SettingError(
                f"{host} is {address}, a public address; emailgen delivers to decoys of your own: "
                "if it is yours, add it to allow_hosts under settings in the personas file"
            )


def _covers(entry: str, address: str) -> bool:
    try:
        network = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return parsed.version == network.version and parsed in network


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host; raises :class:`TargetError` if there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as exc:
        raise TargetError(
            f"{host} cannot be resolved ({exc.strerror or exc}); check the name, or the DNS"
        ) from exc
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
