r"""What a mailbox's owner has done with a mail by some instant, as IMAP flags (RFC 3501 2.3.2).

Mail is read after a while and some of it never; what was answered bears ``\Answered``, what was
passed on ``$Forwarded`` (RFC 5788), what is not to be forgotten ``\Flagged``. Flags only grow with
time. Some owners put some of what they have read into other folders (:mod:`.filing`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from statistics import NormalDist

from decnet_emailgen.mail.chance import number, share
from decnet_emailgen.mail.copies import Copy
from decnet_emailgen.mail.filing import KEPT, filing, flagged
from decnet_emailgen.records import Kind

LOOKED = timedelta(days=6)
"""What has not been looked at by then never is."""

SETTLED = LOOKED + KEPT
"""After so long nothing but an answer changes a mail any more."""

_MARKS = {"reply": frozenset({"\\Answered"}), "forward": frozenset({"$Forwarded"})}
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
    return copy.arrival + min(timedelta(minutes=0.5 + minutes), LOOKED)


def as_read(
    copy: Copy, now: datetime, reactions: Iterable[Reaction] = (), client: str = ""
) -> Copy:
    """The copy as its owner has left it at ``now`` (aware); only INBOX copies change.

    ``reactions`` are what answers or forwards it, ``client`` is the owner's mail client, which
    names folders.
    """
    if copy.folder != "INBOX":
        return copy
    flags = set(copy.flags)
    mine = [r.at for r in reactions if r.by == copy.mailbox and r.kind != "new"]
    for reaction in reactions:
        if reaction.by == copy.mailbox and reaction.at <= now and reaction.kind != "new":
            flags |= {"\\Seen"} | _MARKS.get(reaction.kind, frozenset())
    looked = seen_at(copy)
    if looked is not None and looked <= now:
        flags.add("\\Seen")
        if flagged(copy):
            flags.add("\\Flagged")
    move = filing(copy, looked, now, mine, client)
    return replace(copy, flags=frozenset(flags), filing=move)
