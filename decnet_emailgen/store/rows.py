"""Records as rows and rows as records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from decnet_emailgen.records import Delivery, Draft, Earlier, Pick, Rejection, encode

Row = dict[str, Any]

_decode_pick = msgspec.json.Decoder(Pick).decode


def to_json(value: object) -> str:
    """Anything of ours as JSON text."""
    text: bytes = msgspec.json.encode(value)
    return text.decode()


def from_json(text: str) -> Any:
    """JSON text as plain values."""
    return msgspec.json.decode(text)


def message_row(pick: Pick, command: str) -> Row:
    """A planned mail. The chain it stands on isn't kept twice: it is read from its ancestors."""
    return {
        "id": pick.id,
        "run": pick.run,
        "command": command,
        "thread_id": pick.thread_id,
        "message_id": pick.message_id,
        "parent": pick.parent.message_id if pick.parent else "",
        "sent": int(pick.when.timestamp()),
        "sender": pick.sender.email,
        "kind": pick.kind,
        "shift": int((pick.when.utcoffset() or timedelta()).total_seconds()),
        "waited": _waited(pick),
        "pick": encode(replace(pick, thread=())),
    }


def _waited(pick: Pick) -> int | None:
    """How many seconds after its parent's Date an answer is dated; None for other mail."""
    if pick.kind != "reply" or pick.parent is None:
        return None
    return int((pick.when - datetime.fromisoformat(pick.parent.date)).total_seconds())


def member_rows(pick: Pick) -> Iterable[tuple[str, str]]:
    """One row for each who takes part: email, thread."""
    emails = (pick.sender.email, *(party.email for party in pick.recipients))
    return ((email, pick.thread_id) for email in dict.fromkeys(emails))


def recipient_rows(pick: Pick) -> Iterable[tuple[str, str, str, str, int]]:
    """One row a recipient: message, field, email, sender, sent."""
    sent = int(pick.when.timestamp())
    for field, parties in (("to", pick.to), ("cc", pick.cc), ("bcc", pick.bcc)):
        for party in parties:
            yield pick.id, field, party.email, pick.sender.email, sent


def bare_pick(row: Row) -> Pick:
    """The pick of a row without the chain it stands on."""
    pick: Pick = _decode_pick(row["pick"])
    return pick


def earlier(row: Row, pick: Pick) -> Earlier:
    """A mail of the store as the next in its thread sees it."""
    return Earlier(
        message_id=pick.message_id,
        date=pick.date,
        sender=pick.sender,
        to=pick.to,
        cc=pick.cc,
        subject=row["subject"],
        text=row["text"],
        kind=pick.kind,
    )


def chained(rows: Iterable[Row]) -> list[tuple[Row, Pick]]:
    """The mails of one thread, by time, each pick with the chain that it stands on."""
    chains: dict[str, tuple[Earlier, ...]] = {}
    found = []
    for row in rows:
        pick = bare_pick(row)
        chain = chains.get(row["parent"], ()) if row["parent"] else ()
        chains[pick.message_id] = (*chain, earlier(row, pick))
        found.append((row, replace(pick, thread=chain)))
    return found


def draft(row: Row, pick: Pick, rejections: tuple[Rejection, ...] = ()) -> Draft:
    """A written mail."""
    return Draft(
        pick=pick,
        subject=row["subject"],
        text=row["text"],
        message=bytes(row["content"] or b"").decode("utf-8", "surrogateescape"),
        writer=row["writer"],
        model=row["model"],
        repairs=tuple(from_json(row["repairs"])),
        rejections=rejections,
    )


def delivery_row(message: str, delivery: Delivery) -> tuple[Any, ...]:
    """A delivery as the columns of its table, in order."""
    verified = None if delivery.verified is None else int(delivery.verified)
    return (
        message,
        delivery.decky,
        delivery.target,
        delivery.mailbox,
        delivery.folder,
        delivery.state,
        delivery.place,
        delivery.reason,
        verified,
    )


def delivery(row: Row) -> Delivery:
    """A row of the deliveries."""
    verified = None if row["verified"] is None else bool(row["verified"])
    return Delivery(
        decky=row["decky"],
        target=row["target"],
        mailbox=row["mailbox"],
        folder=row["folder"],
        state=row["state"],
        place=row["place"],
        reason=row["reason"],
        verified=verified,
    )
