"""Where people put mail that they have done with: into an archive, into the bin, or nowhere.

Most leave nearly all of it in the inbox (a mean of thousands of mails, Whittaker and Sidner 1996;
Fisher and others 2006). Who archives or deletes, and which mails, belongs to address and
Message-ID, so the answer is the same whenever it is asked; only whether it has been done yet
depends on the time. Folder names are those that the owner's mail client makes on a server which
has no such folder (measured, see docs/realism.md, section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import exp
from statistics import NormalDist
from typing import Literal

from decnet_emailgen.mail.chance import number, share
from decnet_emailgen.mail.copies import Copy, Filing

KEPT = timedelta(days=9)
"""Whoever files a mail at all does it within so long after looking at it."""

_MEDIAN_HOURS, _SPREAD = 20.0, 1.3
_NORMAL = NormalDist()
_BINS = {"apple-mail": "Deleted Messages", "iphone": "Deleted Messages"}
_BINS |= {"outlook": "Deleted Items", "exchange": "Deleted Items"}

Way = Literal["archive", "bin"]


def _unit(*key: str) -> float:
    """A number between 0 and 1 that belongs to this key."""
    return (number(*key) + 0.5) / 2.0**64


def shares(mailbox: str) -> tuple[float, float]:
    """Which parts of what they have read an owner archives and deletes: people differ."""
    kind, much = _unit("tidy", mailbox), _unit("how tidy", mailbox)
    if kind < 0.5:  # the inbox is the archive
        return 0.0, 0.03 * much
    if kind < 0.75:
        return 0.1 + 0.3 * much, 0.02
    return 0.02, 0.06 + 0.12 * much


def flags_share(mailbox: str) -> float:
    """Which part of their mail an owner flags: a third of people none, others up to one in 20."""
    habit = _unit("flags", mailbox)
    return max(0.0, habit - 0.33) * 0.075


def way(copy: Copy) -> Way | None:
    """What its owner does with a mail in the end; a thread is archived as a whole or not."""
    archived, binned = shares(copy.mailbox)
    if share(binned, "binned", copy.mailbox, copy.message_id):
        return "bin"
    return "archive" if share(archived, "archived", copy.mailbox, copy.thread_id) else None


def flagged(copy: Copy) -> bool:
    """Whether its owner flags it, who does not throw away what they have flagged."""
    part = flags_share(copy.mailbox)
    return share(part, "flagged", copy.mailbox, copy.message_id) and way(copy) != "bin"


def folder(which: Way, client: str, when: datetime) -> str:
    """The name of the folder, as the owner's mail client has made it."""
    if which == "bin":
        return _BINS.get(client, "Trash")
    return f"Archives/{when.year}" if client == "thunderbird" else "Archive"


def filing(
    copy: Copy, looked: datetime | None, now: datetime, reactions: Sequence[datetime], client: str
) -> Filing | None:
    """Where the mail goes, and whether it is there at ``now``.

    ``looked`` is when its owner looks at it, ``reactions`` are when they answered it or passed it
    on: what somebody has dealt with they don't throw away.
    """
    which = way(copy)
    if which is None or looked is None:
        return None
    part = min(max(_unit("filed", copy.mailbox, copy.message_id), 1e-6), 1 - 1e-6)
    hours = _MEDIAN_HOURS * exp(_SPREAD * _NORMAL.inv_cdf(part))
    at = (looked + min(timedelta(hours=0.1 + hours), KEPT)).replace(microsecond=0)
    spared = which == "bin" and any(when <= at for when in reactions)
    year = copy.arrival.year
    names = {
        "bin": ("Trash", "Deleted Messages", "Deleted Items"),
        "archive": ("Archive", f"Archives/{year}"),
    }
    return Filing(folder(which, client, copy.arrival), at, at <= now and not spared, names[which])
