"""Which Thread-Index each mail of a thread carries (see :mod:`.threadindex` for the layout)."""

from __future__ import annotations

from datetime import datetime, timedelta

from decnet_emailgen.mail import threadindex
from decnet_emailgen.mail.chance import number, octets, share
from decnet_emailgen.mail.quoting import parse_date
from decnet_emailgen.records import Earlier


def thread_index(chain: tuple[Earlier, ...]) -> str:
    """The value for the last mail of the chain, empty where its client writes none."""
    index = _index(chain)
    return threadindex.encode(index) if index else ""


def _index(chain: tuple[Earlier, ...]) -> bytes | None:
    mail = chain[-1]
    client = mail.sender.client
    if client not in ("outlook", "exchange"):
        return None
    when = parse_date(mail.date)
    salt = number("thread index", mail.message_id)
    if len(chain) == 1:
        guid = octets(16, "conversation", mail.message_id)
        if client == "exchange" and not share(0.5, "desktop", mail.sender.email):
            return threadindex.modern(when - timedelta(seconds=1 + salt % 40), guid)
        return threadindex.classic(when - timedelta(seconds=25 + salt % 420), guid)
    earlier = parse_date(chain[-2].date)
    parent = _index(chain[:-1])
    if parent is None:
        parent = _made_up(chain, client)
    return threadindex.child(parent, _written(client, when, earlier, salt), salt >> 32)


def _made_up(chain: tuple[Earlier, ...], client: str) -> bytes:
    """An index for a parent that came without one: Outlook's by hashes, Exchange's by time."""
    root = chain[0]
    if client == "outlook":
        return threadindex.synthetic(tuple(mail.message_id for mail in chain[:-1]))
    started = parse_date(root.date) - timedelta(seconds=1)
    return threadindex.modern(started, octets(16, "conversation", root.message_id))


def _written(client: str, when: datetime, earlier: datetime, salt: int) -> datetime:
    """When the reply window was opened (Outlook), or the reply stamped (Exchange)."""
    if client == "exchange":
        return when - timedelta(seconds=salt % 9)
    opened = when - timedelta(seconds=16 + salt % 560)
    return max(opened, min(earlier + timedelta(seconds=3 + salt % 9), when))
