r"""What a mailbox's owner has done with a mail by some instant, as IMAP flags (RFC 3501 2.3.2).

Mail is read after a while and some of it never; what was answered bears ``\Answered``, what was
passed on ``$Forwarded`` (RFC 5788). Flags only grow with time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from statistics import NormalDist

from decnet_emailgen.mail.chance import number, share
from decnet_emailgen.mail.copies import Copy
from decnet_emailgen.records import Kind

SETTLED = timedelta(days=6)
"""After so long nothing but an answer changes a mail's flags any more."""

_NEVER = 0.035
_NORMAL = NormalDist()
_MEDIAN_MINUTES, _SPREAD = 38.0, 1.75


@dataclass(frozen=True, slots=True)
class Reaction:
    """A mail that answers or forwards another: by whom (address), how, when (aware)."""

    by: str
    kind: Kind
    at: datetime


def seen_at(copy: Copy) -> datetime | None:
    """When the mailbox's owner looks at the mail; None if never."""
    if share(_NEVER, "ignored", copy.mailbox, copy.message_id):
        return None
    part = (number("looked", copy.mailbox, copy.message_id) + 0.5) / 2.0**64
    minutes = _MEDIAN_MINUTES * exp(_SPREAD * _NORMAL.inv_cdf(min(max(part, 1e-6), 1 - 1e-6)))
    return copy.arrival + min(timedelta(minutes=0.5 + minutes), SETTLED)


def as_read(copy: Copy, now: datetime, reactions: Iterable[Reaction] = ()) -> Copy:
    """The copy with the flags that it has at ``now`` (aware); only INBOX copies change."""
    if copy.folder != "INBOX":
        return copy
    flags = set(copy.flags)
    for reaction in reactions:
        if reaction.by == copy.mailbox and reaction.at <= now:
            flags.add("\\Seen")
            if reaction.kind == "reply":
                flags.add("\\Answered")
            elif reaction.kind == "forward":
                flags.add("$Forwarded")
    looked = seen_at(copy)
    if looked is not None and looked <= now:
        flags.add("\\Seen")
    return copy if flags == copy.flags else replace(copy, flags=frozenset(flags))
