"""The chain of mails that a pick stands in, with the mail to be written at its end."""

from __future__ import annotations

from decnet_emailgen.records import Earlier, Pick


def chain_of(pick: Pick, subject: str = "", text: str = "") -> tuple[Earlier, ...]:
    """The thread so far and this mail, oldest first."""
    here = Earlier(
        message_id=pick.message_id,
        date=pick.date,
        sender=pick.sender,
        to=pick.to,
        cc=pick.cc,
        subject=subject,
        text=text,
        kind=pick.kind,
    )
    return (*pick.thread, here)


STARTS_ANEW = frozenset({"apple-mail", "iphone", "roundcube", "k9"})
"""Clients whose forwards bear neither In-Reply-To nor References: for readers a thread of its own
begins there (measured; docs/mail.md)."""


def chain_ids(pick: Pick) -> tuple[str, ...]:
    """The ids that References can hold: the parent's References and its id (RFC 5322 3.6.4).

    Nobody who answers such a forward knows of what was before it.
    """
    start = 0
    for place, mail in enumerate(pick.thread):
        if mail.kind == "forward" and mail.sender.client in STARTS_ANEW:
            start = place
    return pick.references[start:]
