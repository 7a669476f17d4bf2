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
