"""Received fields (RFC 5321 section 4.4) taken apart: hosts, protocol, id, time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from decnet_emailgen.mail.parse import Mail

_FROM = re.compile(r"\s*from\s+(\S+)(?:\s+\(([^()]*(?:\([^()]*\)[^()]*)*)\))?", re.IGNORECASE)
_BY = re.compile(r"\sby\s+([^\s;()]+)", re.IGNORECASE)
_WITH = re.compile(r"\swith\s+([A-Za-z0-9]+)", re.IGNORECASE)
_ID = re.compile(r"\sid\s+<?([^\s;<>]+)", re.IGNORECASE)
_FOR = re.compile(r"\sfor\s+<([^<>\s]+)>", re.IGNORECASE)
_ENVELOPE = re.compile(r"\(envelope-from\s+<([^<>\s]*)>\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received field; names in lower case, ``when`` aware or None."""

    helo: str
    names: str
    by: str
    protocol: str
    id: str
    recipient: str
    sender: str | None
    when: datetime | None
    postfix: bool
    pickup: bool
    amavis: bool

    @property
    def program(self) -> str:
        """What wrote it, as far as it tells; pickup is the one that isn't in Postfix's own root."""
        return "pickup" if self.pickup else "postfix" if self.postfix else self.protocol

    @property
    def lmtp(self) -> bool:
        """Whether a mail store wrote it as it took the mail."""
        return self.protocol == "lmtp" and not self.postfix and not self.amavis


def hops(mail: Mail) -> tuple[Hop, ...]:
    """The way of a mail, the last hop first."""
    return tuple(_hop(value) for value in mail.all("Received"))


@lru_cache(maxsize=64)
def _hop(value: str) -> Hop:
    """Measures ask for the same fields in turn."""
    text, _, stamp = value.rpartition(";")
    source, by = _FROM.match(text), _BY.search(" " + text)
    helo, names = (source[1], source[2] or "") if source else ("", "")
    tail = text[by.start() :] if by else text
    kind, number, to = _WITH.search(tail), _ID.search(tail), _FOR.search(tail)
    envelope = _ENVELOPE.search(text)
    return Hop(
        helo=helo.lower(),
        names=names.lower(),
        by=by[1].lower().rstrip(".") if by else "",
        protocol=kind[1].lower() if kind else "",
        id=number[1] if number else "",
        recipient=to[1].lower() if to else "",
        sender=envelope[1].lower() if envelope else None,
        when=_time(stamp),
        postfix="(Postfix" in text,
        pickup="(Postfix, from userid" in text,
        amavis="amavis" in text,
    )


def _time(stamp: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(stamp.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else None


def domain(address: str) -> str:
    """The part after the @, in lower case."""
    return address.rpartition("@")[2].lower()


def of_house(hop: Hop, house: str) -> bool:
    """Whether a hop's server is in a domain."""
    return bool(house) and (hop.by == house or hop.by.endswith(f".{house}"))
