"""Mail that lies in its targets already: dealt with by its owners, or gone and filled again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from decnet_emailgen.errors import TargetError
from decnet_emailgen.records import Delivery, Draft, Receipt
from decnet_emailgen.store import ledger

if TYPE_CHECKING:
    from decnet_emailgen.cli.context import Routes
    from decnet_emailgen.cli.steps import Host
    from decnet_emailgen.deliver import Target
    from decnet_emailgen.mail import Copy

Lot = list[tuple[Draft, "Copy", Delivery]]
"""Copies, each with its mail and with what the ledger says of it."""

Miss = Callable[[TargetError], None]


def settle(host: Host, routes: Routes, last: datetime) -> None:
    """Let owners have read, answered, passed on and filed their mail since the last time.

    Nothing is put where it is not: what somebody has deleted stays deleted. A target that cannot
    be used is told of by the delivery; all of it is tried again by the next tick.
    """
    from decnet_emailgen.mail.reading import SETTLED

    last = min(ledger.settled(host.store) or last, last)
    since, until = int((last - SETTLED).timestamp()), int(host.now.timestamp()) + 1
    whole = True
    for drafts in host.store.unsettled(since, int(last.timestamp()), until):
        there = ledger.lying(host.store, [draft.pick.id for draft in drafts])
        lots: dict[str, Lot] = {}
        pairs = zip(drafts, host.copies(drafts, last), host.copies(drafts), strict=True)
        for draft, before, after in pairs:
            changed = [new for old, new in zip(before, after, strict=True) if old != new]
            for copy, delivery in _matched(changed, there.get(draft.pick.id, [])):
                lots.setdefault(delivery.target, []).append((draft, copy, delivery))
        for address, lot in lots.items():
            if _in_use(routes, address):
                whole = _touch(host, routes.target(address), lot) and whole
    if whole:
        ledger.set_settled(host.store, host.now)


def _touch(host: Host, target: Target, lot: Lot) -> bool:
    """Change the mails that are there; whether the target could be used."""
    from decnet_emailgen.deliver import missing

    try:
        gone = {id(copy) for copy in missing(target, [copy for _, copy, _ in lot])}
        here = [part for part in lot if id(part[1]) not in gone]
        outcomes = target.put([copy for _, copy, _ in here])
    except TargetError:
        return False
    ledger.note(
        host.store,
        [
            (draft.pick.id, replace(delivery, place=one.place))
            for (draft, _, delivery), one in zip(here, outcomes, strict=True)
            if one.place != delivery.place and one.state == "present"
        ],
    )
    return True


def _matched(
    copies: Sequence[Copy], deliveries: Sequence[Delivery]
) -> Iterator[tuple[Copy, Delivery]]:
    """Copies with the deliveries of theirs."""
    for copy in copies:
        for one in deliveries:
            if (one.mailbox, one.folder) == (copy.mailbox, copy.folder):
                yield copy, one


def _in_use(routes: Routes, address: str) -> bool:
    """Whether mail still goes to a target, by the personas file or by ``--to``."""
    if routes.override:
        return address in routes.override
    return any(address in decky.deliver for decky in routes.world.deckies)


@dataclass(slots=True)
class Loss:
    """What became of the mail of one target: how many copies it held, how many are gone."""

    target: str
    held: int = 0
    gone: int = 0

    def line(self) -> str:
        """What a person is told."""
        return f"{self.gone} of {self.held} delivered mails are gone from {self.target}"


def losses(host: Host, routes: Routes, miss: Miss) -> Iterator[Loss]:
    """How much of the delivered mail each target has lost; nothing is changed."""
    from decnet_emailgen.deliver import missing

    for address in ledger.targets(host.store):
        if not _in_use(routes, address):
            continue
        loss = Loss(address)
        try:
            for lot in _lots(host, address):
                loss.held += len(lot)
                loss.gone += len(missing(routes.target(address), [copy for _, copy, _ in lot]))
        except TargetError as exc:
            miss(exc)
            continue
        yield loss


def _lots(host: Host, address: str) -> Iterator[Lot]:
    """The copies that a target is said to hold, by time."""
    for chunk in ledger.held(host.store, address):
        made = host.copies([draft for draft, _ in chunk])
        yield [
            (draft, copy, delivery)
            for (draft, deliveries), copies in zip(chunk, made, strict=True)
            for copy, delivery in _matched(copies, deliveries)
        ]


def repair(
    host: Host, routes: Routes, miss: Miss, told: Callable[[Loss], None], *, verify: bool = False
) -> Iterator[Receipt]:
    """Fill up every target with what the ledger says is there; a receipt for each mail that was
    gone. ``told`` is called for each target that has lost something.
    """
    for address in ledger.targets(host.store):
        if not _in_use(routes, address):
            continue
        loss = Loss(address)
        try:
            for lot in _lots(host, address):
                found = _fill(host, routes.target(address), lot, verify=verify)
                loss.held += len(lot)
                loss.gone += sum(len(receipt.deliveries) for receipt in found)
                yield from found
        except TargetError as exc:
            miss(exc)
        if loss.gone:
            told(loss)


def _fill(host: Host, target: Target, lot: Lot, *, verify: bool) -> list[Receipt]:
    """Put in what is missing, and keep what became of it; receipts of that alone."""
    from decnet_emailgen.deliver import verify as look

    copies = [copy for _, copy, _ in lot]
    outcomes = target.put(copies)
    verdicts = look(target, copies, outcomes) if verify else [None] * len(lot)
    news: list[tuple[Draft, Delivery]] = []
    moved: list[tuple[str, Delivery]] = []
    for (draft, _, old), one, verdict in zip(lot, outcomes, verdicts, strict=True):
        if one.state in ("delivered", "failed"):
            why = one.reason or (verdict.reason if verdict else "")
            seen = verdict.verified if verdict else None
            new = replace(old, state=one.state, place=one.place, reason=why, verified=seen)
            news.append((draft, new))
        elif one.place and one.place != old.place:
            moved.append((draft.pick.id, replace(old, place=one.place)))
    ledger.note(host.store, [*moved, *((draft.pick.id, new) for draft, new in news)])
    drafts = {draft.pick.id: draft for draft, _ in news}
    return [
        Receipt(draft, tuple(new for other, new in news if other is draft))
        for draft in drafts.values()
    ]
