"""The steps as several commands run them: plan into the store, deliver what is written.

Every step writes the store before anything is said or printed, so that an interruption loses
nothing and a repetition doubles nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar, cast

from decnet_emailgen.errors import EmailgenError, TargetError
from decnet_emailgen.records import Delivery, Draft, Kind, Receipt

if TYPE_CHECKING:
    from decnet_emailgen.cli.console import Progress
    from decnet_emailgen.cli.context import Routes
    from decnet_emailgen.mail import Copy, Server
    from decnet_emailgen.pick.plan import Thread
    from decnet_emailgen.store import Store

T = TypeVar("T")

THREADS = 100
"""How many threads are planned in one transaction."""


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most that size."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def plan(store: Store, command: str, cast: str, threads: Iterable[Thread]) -> int:
    """Keep planned threads; answers how many mails they have."""
    count = 0
    for chunk in chunks(threads, THREADS):
        store.plan(
            command,
            cast,
            (
                (thread.picks, ((thing.kind, thing.name, thing.about) for thing in thread.things))
                for thread in chunk
            ),
        )
        count += sum(len(thread.picks) for thread in chunk)
    return count


@dataclass(slots=True)
class Delivered:
    """What delivering came to: mails and copies, and each distinct reason for a failure."""

    mails: int = 0
    copies: int = 0
    failed: int = 0
    mailboxes: set[str] = field(default_factory=set)
    targets: dict[str, None] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, deliveries: Sequence[Delivery]) -> None:
        """Count one mail's copies; the mail itself where none of them is missing."""
        self.mails += all(delivery.state != "failed" for delivery in deliveries)
        for delivery in deliveries:
            if delivery.state == "failed":
                self.failed += 1
                why = f"{delivery.target}: {delivery.reason}"
                self.reasons[why] = self.reasons.get(why, 0) + 1
            else:
                self.copies += 1
                self.mailboxes.add(delivery.mailbox)
                self.targets[delivery.target] = None


@dataclass(frozen=True, slots=True)
class Host:
    """The mail host as it stands: its server, the store that knows the answers, the instant."""

    store: Store
    server: Server
    now: datetime

    def copies(self, drafts: Sequence[Draft], now: datetime | None = None) -> list[list[Copy]]:
        """Each draft's copies, as their owners have left them by ``now``."""
        from decnet_emailgen.mail import Reaction, as_read, copies

        reactions: dict[str, list[Reaction]] = {}
        for parent, by, kind, sent in self.store.answers([d.pick.message_id for d in drafts]):
            at = datetime.fromtimestamp(sent, UTC)
            reactions.setdefault(parent, []).append(Reaction(by, cast("Kind", kind), at))
        return [
            [
                as_read(
                    copy,
                    now or self.now,
                    reactions.get(draft.pick.message_id, ()),
                    self.server.clients.get(copy.mailbox, ""),
                )
                for copy in copies(draft, self.server)
            ]
            for draft in drafts
        ]


def deliver_drafts(
    drafts: Sequence[Draft],
    routes: Routes,
    host: Host,
    *,
    verify: bool = False,
    pending: bool = False,
) -> list[Receipt]:
    """Put every copy of these mails where it belongs, one call a target; one receipt a draft.

    With ``pending`` copies that were purged stay out.
    """
    from decnet_emailgen.store import ledger

    out = ledger.purged(host.store, [d.pick.id for d in drafts]) if pending else frozenset()
    found: dict[str, list[Delivery]] = {draft.pick.id: [] for draft in drafts}
    lots: dict[tuple[str, str], list[tuple[str, Copy]]] = {}
    for draft, made in zip(drafts, host.copies(drafts), strict=True):
        for decky, address in _stops(draft, routes, found):
            lot = lots.setdefault((decky, address), [])
            lot.extend(
                (draft.pick.id, copy)
                for copy in made
                if routes.holds(decky, copy.mailbox)
                and (draft.pick.id, address, copy.mailbox, copy.folder) not in out
            )
    for (decky, address), lot in lots.items():
        for (pick_id, _), delivery in zip(
            lot, _put(decky, address, [copy for _, copy in lot], routes, verify), strict=True
        ):
            if delivery.state != "skipped":
                found[pick_id].append(delivery)
    return [Receipt(draft, tuple(found[draft.pick.id])) for draft in drafts]


def _stops(
    draft: Draft, routes: Routes, found: dict[str, list[Delivery]]
) -> Iterator[tuple[str, str]]:
    """The deckies and targets of a mail, each target once; a decky that is gone is a failure."""
    seen = set()
    for host in draft.pick.hosts:
        try:
            addresses = routes.addresses(host.name)
        except EmailgenError as exc:
            sender = draft.pick.sender.email
            lost = Delivery(host.name, "", sender, "", "failed", reason=str(exc))
            found[draft.pick.id].append(lost)
            continue
        for address in addresses:
            if address not in seen:
                seen.add(address)
                yield host.name, address


def _put(decky: str, address: str, lot: list[Copy], routes: Routes, verify: bool) -> list[Delivery]:
    try:
        target = routes.target(address)
        outcomes = target.put(lot)
        verdicts = _verified(target, lot, outcomes) if verify else {}
    except TargetError as exc:
        return [
            Delivery(decky, address, copy.mailbox, copy.folder, "failed", reason=str(exc))
            for copy in lot
        ]
    if lot and all(outcome.state == "skipped" for outcome in outcomes):
        reason = "none of these mails belongs to a mailbox that it serves; see docs/delivery.md"
        return [
            Delivery(decky, address, copy.mailbox, copy.folder, "failed", reason=reason)
            for copy in lot
        ]
    return [
        Delivery(
            decky=decky,
            target=target.address,
            mailbox=outcome.mailbox,
            folder=outcome.folder,
            state=outcome.state,
            place=outcome.place,
            reason=outcome.reason or verdicts.get(number, (None, ""))[1],
            verified=verdicts.get(number, (None, ""))[0],
        )
        for number, outcome in enumerate(outcomes)
    ]


def _verified(
    target: object, lot: list[Copy], outcomes: Sequence[object]
) -> dict[int, tuple[bool | None, str]]:
    """Each copy's verdict by its number: whether it was read back whole, and if not why."""
    from decnet_emailgen.deliver import verify

    verdicts = verify(target, lot, outcomes)  # type: ignore[arg-type]
    return {number: (verdict.verified, verdict.reason) for number, verdict in enumerate(verdicts)}


def deliver_pending(
    host: Host, routes: Routes, done: Progress, *, verify: bool = False, run: str | None = None
) -> Delivered:
    """Deliver every written mail (of a run) that a target still lacks, by time."""
    delivered = Delivered()
    for chunk in host.store.undelivered(run=run):
        receipts = deliver_drafts(chunk, routes, host, verify=verify, pending=True)
        host.store.deliver_many([(r.draft.pick.id, r.deliveries) for r in receipts])
        for receipt in receipts:
            delivered.add(receipt.deliveries)
        done(len(chunk))
    return delivered
