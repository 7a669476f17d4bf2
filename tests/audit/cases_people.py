"""Mailboxes for the checks of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from decnet_emailgen.audit import Entry
from tests.audit.boxes import ANNA, BEN, MONDAY, Case, entry, mail

CARLA, DAN, EVE = "carla@firm.example", "dan@firm.example", "eve@firm.example"
PDF = "\n".join(
    (
        "--part",
        "Content-Type: text/plain",
        "",
        "see the file",
        "--part",
        'Content-Type: application/pdf; name="offer.pdf"',
        'Content-Disposition: attachment; filename="offer.pdf"',
        "",
        "%PDF-1.4",
        "--part--",
    )
)
MIXED = "multipart/mixed; boundary=part"


def addressed(
    to: Callable[[int], Sequence[str]], cc: Callable[[int], Sequence[str]]
) -> list[Entry]:
    """Mails to whom these say, by the mail's number."""
    return [entry(mail(n, MONDAY, to=to(n), cc=cc(n))) for n in range(400)]


def usual() -> list[Entry]:
    """Seven of ten to one person, a quarter with Cc, some to many."""

    def cc(number: int) -> Sequence[str]:
        if number % 20 == 0:
            return (CARLA, DAN, EVE)
        return (CARLA,) if number % 20 in (4, 8, 12, 16) else ()

    return addressed(lambda n: (BEN, DAN, EVE) if n % 20 in (3, 9) else (BEN,), cc)


def everyone() -> list[Entry]:
    """Every mail goes to everybody."""
    return addressed(lambda _: (BEN, DAN), lambda _: (CARLA, EVE))


def attached(share: int) -> Callable[[], list[Entry]]:
    """Mails, so many of a hundred with a file."""

    def one(number: int) -> bytes:
        if number % 100 < share:
            return mail(number, MONDAY, body=PDF, Content_Type=MIXED)
        return mail(number, MONDAY)

    return lambda: [entry(one(number)) for number in range(300)]


def written_with(*clients: str) -> Callable[[], list[Entry]]:
    """Mails of two people, whose clients take turns."""

    def box() -> list[Entry]:
        found = []
        for number in range(120):
            sender, to = (ANNA, BEN) if number % 2 else (BEN, ANNA)
            used = clients[number // 2 % len(clients)]
            sent = MONDAY + timedelta(hours=number)
            found.append(entry(mail(number, sent, sender, (to,), X_Mailer=used), to))
        return found

    return box


OUTLOOK, IPHONE, APPLE = "Microsoft Outlook 16.0", "iPhone Mail (23E246)", "Apple Mail (2.3864.1)"


def updated(*builds: str) -> Callable[[], list[Entry]]:
    """One person's phone, whose build changes."""

    def box() -> list[Entry]:
        return [
            entry(
                mail(
                    number,
                    MONDAY + timedelta(hours=number),
                    X_Mailer=f"iPhone Mail ({builds[number * len(builds) // 60]})",
                )
            )
            for number in range(60)
        ]

    return box


def answered_by(share: int) -> Callable[[], list[Entry]]:
    """Answers, so many of a hundred by phone."""

    def box() -> list[Entry]:
        found = []
        for number in range(200):
            used = IPHONE if number % 100 < share else OUTLOOK
            content = mail(
                number, MONDAY, subject="Re: Budget", answers=9000 + number, X_Mailer=used
            )
            found.append(entry(content))
        return found

    return box


def programs(share: int) -> Callable[[], list[Entry]]:
    """An inbox with so many of a hundred mails by programs."""

    def one(number: int) -> bytes:
        if number % 100 >= share:
            return mail(number, MONDAY)
        sender = "no-reply@shop.example"
        if number % 2:
            return mail(number, MONDAY, sender, List_Id="<news.shop.example>")
        return mail(number, MONDAY, sender, Auto_Submitted="auto-generated")

    return lambda: [entry(one(number)) for number in range(200)]


def answered(flagged: Callable[[int], bool], replied: Callable[[int], bool]) -> list[Entry]:
    """Ben's mailbox: which of a hundred mails bear \\Answered, and which have an answer."""
    found = []
    for number in range(100):
        flags = frozenset({"\\Seen", "\\Answered"} if flagged(number) else {"\\Seen"})
        found.append(entry(mail(number, MONDAY), BEN, "INBOX", flags=flags))
        if replied(number):
            sent = MONDAY + timedelta(hours=1)
            content = mail(1000 + number, sent, BEN, (ANNA,), subject="Re: Budget", answers=number)
            found.append(entry(content, BEN, "Sent"))
    return found


def true_flags() -> list[Entry]:
    """Every other mail is answered, and flagged so."""
    return answered(lambda n: n % 2 == 0, lambda n: n % 2 == 0)


CASES: dict[str, Case] = {
    "cc": Case(usual, everyone),
    "one-recipient": Case(usual, everyone),
    "far-recipients": Case(usual, everyone),
    "attachments": Case(attached(17), attached(2)),
    "clients": Case(written_with(OUTLOOK, IPHONE), written_with(OUTLOOK, IPHONE, APPLE)),
    "versions-rise": Case(updated("22G86", "23A341", "23E246"), updated("23E246", "22G86")),
    "phone-replies": Case(answered_by(20), answered_by(0)),
    "machine-share": Case(programs(40), programs(0)),
    "answered-flag": Case(true_flags, lambda: answered(lambda n: True, lambda n: n % 2 == 0)),
    "answered-reply": Case(true_flags, lambda: answered(lambda n: n % 3 == 0, lambda n: True)),
}
