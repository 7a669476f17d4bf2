"""Looking afterwards: whether each copy is in its target, byte for byte, for its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from decnet_emailgen.deliver.target import Found, Outcome, Target
from decnet_emailgen.mail.copies import Copy


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a copy was found as it should be; ``reason`` says why not."""

    message_id: str
    mailbox: str
    folder: str
    verified: bool
    reason: str = ""


def verify(target: Target, copies: Sequence[Copy], outcomes: Sequence[Outcome]) -> list[Verdict]:
    """Read the copies back through the target's own door, one verdict a copy, in their order.

    ``outcomes`` are those of :meth:`Target.put` for the same copies. A copy that the target
    skipped is verified by the copy it kept; one that failed is not looked for.
    """
    placed = {one.place for one in outcomes if one.state != "failed"}
    found: dict[tuple[str, str, str], Found] = {}
    for mail in target.read(copies):
        found[mail.mailbox, mail.folder, mail.message_id] = mail
    kept = {
        (one.message_id, one.place): copy
        for one, copy in zip(outcomes, copies, strict=True)
        if one.state != "skipped"
    }

    def judge(copy: Copy, one: Outcome) -> Verdict:
        if one.state == "failed":
            return _verdict(copy, one.reason)
        if one.place not in placed:
            return _verdict(copy, "it was not delivered")
        mail = found.get((copy.mailbox, copy.folder, copy.message_id))
        mail = mail or found.get(("", "", copy.message_id))
        if mail is None:
            return _verdict(
                copy, f"{one.place or copy.message_id} is not there, or its readers may not read it"
            )
        if mail.content != kept.get((one.message_id, one.place), copy).content:
            return _verdict(copy, f"{mail.place} holds other bytes than were delivered")
        return _verdict(copy, "")

    return [judge(copy, one) for copy, one in zip(copies, outcomes, strict=True)]


def _verdict(copy: Copy, reason: str) -> Verdict:
    return Verdict(copy.message_id, copy.mailbox, copy.folder, not reason, reason)
