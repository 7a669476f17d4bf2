"""Mailboxes for the checks of threads, and for dates and identifiers that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from decnet_emailgen.audit import Entry
from tests.audit.boxes import ANNA, BEN, MONDAY, NOW, Case, entry, mail


def threads(sizes: Sequence[int]) -> list[Entry]:
    """Conversations of these sizes: each mail answers the one before."""
    found = []
    number = 0
    for size in sizes:
        root = number
        for step in range(size):
            sender, to = (BEN, ANNA) if step % 2 else (ANNA, BEN)
            sent = MONDAY + timedelta(minutes=11 * number)
            answers = number - 1 if step else None
            subject = f"{'Re: ' if step else ''}Item {root}"
            content = mail(number, sent, sender, (to,), subject=subject, answers=answers, root=root)
            found.append(entry(content, to))
            number += 1
    return found


def usual() -> list[Entry]:
    """Conversations as in real mail, with a hundred forwards and some answers typed by hand."""
    found = threads([1] * 210 + [2] * 45 + [3] * 18 + [4] * 9 + [5] * 9 + [7] * 6)
    found += by_hand(4)
    start = 10_000
    for number in range(start, start + 60):
        content = mail(number, MONDAY, subject=f"Fwd: Item {number}")
        found.append(entry(content))
    return found


def by_hand(count: int) -> list[Entry]:
    """Answers without any header that says so."""
    numbers = range(20_000, 20_000 + count)
    return [entry(mail(number, MONDAY, subject=f"Re: Item {number}")) for number in numbers]


def of_size(size: int) -> Callable[[], list[Entry]]:
    """Only conversations of one size."""
    return lambda: threads([size] * 250)


def forwards() -> list[Entry]:
    """Every other mail is a forward."""
    subjects = ("Fw: Plan", "Plan", "WG: Plan", "Plan")
    return [entry(mail(n, MONDAY, subject=subjects[n % 4])) for n in range(300)]


def misquoted(references: str) -> Callable[[], list[Entry]]:
    """Answers with References of this form; {parent} and {root} are there to be used."""

    def box() -> list[Entry]:
        found = []
        for number in range(0, 90, 3):
            ids = [f"<{number + step:08x}@firm.example>" for step in range(3)]
            found.append(entry(mail(number, MONDAY)))
            found.append(entry(mail(number + 1, MONDAY, BEN, (ANNA,), answers=number), ANNA))
            shown = references.format(root=ids[0], parent=ids[1])
            content = mail(
                number + 2,
                MONDAY + timedelta(hours=1),
                subject="Re: Budget",
                In_Reply_To=ids[1],
                References=shown,
            )
            found.append(entry(content))
        return found

    return box


def backwards() -> list[Entry]:
    """An answer an hour before its parent."""
    return [
        entry(mail(1, MONDAY)),
        entry(mail(2, MONDAY - timedelta(hours=1), BEN, (ANNA,), subject="Re: Budget", answers=1)),
    ]


def ahead() -> list[Entry]:
    """A mail of tomorrow."""
    return [entry(mail(1, NOW + timedelta(days=1)))]


def twins() -> list[Entry]:
    """Two different mails of one Message-ID."""
    return [entry(mail(1)), entry(mail(1, body="Something else."), ANNA, "Sent")]


def undated() -> list[Entry]:
    """A mail whose Date is no date."""
    content = mail(1).replace(b"\r\nDate: ", b"\r\nDate: around ")
    return [entry(content)]


def too_many() -> list[Entry]:
    """A mail and nine answers, again and again: half of all mail is answers."""
    return threads([10] * 40)


CASES: dict[str, Case] = {
    "class-reply": Case(usual, too_many),
    "class-forward": Case(usual, forwards),
    "size-1": Case(usual, of_size(2)),
    "size-2": Case(usual, of_size(2)),
    "size-3": Case(usual, of_size(3)),
    "size-4": Case(usual, of_size(4)),
    "size-5": Case(usual, of_size(6)),
    "in-reply-to": Case(lambda: [*threads([3] * 200), *by_hand(8)], of_size(3)),
    "references-end": Case(misquoted("{root} {parent}"), misquoted("{parent} {root}")),
    "references-root": Case(misquoted("{root} {parent}"), misquoted("{parent}")),
    "reply-before-parent": Case(usual, backwards),
    "id-twice": Case(usual, twins),
    "future": Case(usual, ahead),
    "no-date": Case(usual, undated),
}
