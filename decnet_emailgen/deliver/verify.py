"""Looking afterwards: whether each copy is in its target, byte for byte, for its readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from decnet_emailgen.deliver.target import Found, Lists, Outcome, Target
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
    skipped is verified by the copy it kept, if there is such; one that failed is not looked for.
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
        if one.state == "skipped" and not one.place:
            return _verdict(copy, "")
        if one.place not in placed:
            return _verdict(copy, "it was not delivered")
        mail = _look(found, copy)
        if mail is None:
            return _verdict(
                copy, f"{one.place or copy.message_id} is not there, or its readers may not read it"
            )
        if mail.content != kept.get((one.message_id, one.place), copy).content:
            return _verdict(copy, f"{mail.place} holds other bytes than were delivered")
        return _verdict(copy, "")

    return [judge(copy, one) for copy, one in zip(copies, outcomes, strict=True)]


def missing(target: Target, copies: Sequence[Copy]) -> list[Copy]:
    """Those of the copies that are not in the target any more, in their order.

    Copies that the target skips by its nature are not to be asked for. Raises
    :class:`~decnet_emailgen.errors.TargetError`.
    """
    if isinstance(target, Lists):
        return target.lacks(copies)
    found = {(mail.mailbox, mail.folder, mail.message_id): mail for mail in target.read(copies)}
    return [copy for copy in copies if _look(found, copy) is None]


def _look(found: Mapping[tuple[str, str, str], Found], copy: Copy) -> Found | None:
    """The mail in any folder that it may be in, or in a target without mailboxes."""
    keys = [(copy.mailbox, folder, copy.message_id) for folder in (copy.where, *copy.elsewhere)]
    for key in (*keys, ("", "", copy.message_id)):
        if key in found:
            return found[key]
    return None


def _verdict(copy: Copy, reason: str) -> Verdict:
    return Verdict(copy.message_id, copy.mailbox, copy.folder, not reason, reason)
