"""How many mails a second one core renders: a 60-word answer with quotation and HTML.

Run by hand: ``python benchmarks/render.py [seconds]``. Prints a line for each client and the ratio
to the slowest, and how long the copies of one mail take a server.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from decnet_emailgen.mail import compose, copies, server_for
from decnet_emailgen.records import Author, Beat, Draft, Earlier, Party, Pick
from decnet_emailgen.world.model import CLIENTS

TEXT = (
    "Hi Anna,\n\n"
    "thanks for the quick answer. I have checked the figures for October against the list that "
    "the warehouse sent last week, and two positions are still missing. Could you ask Peter "
    "whether the pallets were booked twice? If so I can correct the invoice today, otherwise we "
    "have to wait for the credit note, which may take until Friday.\n\n"
    "Best\nMarek"
)
PARENT = (
    "Hi Marek,\n\nplease find the numbers for October below. Let me know by Thursday if "
    "something is wrong, the auditors want them on Friday morning.\n\n- 1250.00 EUR net\n"
    "- 19 pallets\n\nThanks\nAnna"
)


def picks(client: str, count: int) -> list[Pick]:
    anna = Author("Anna Müller", "anna@acme.test", client=client, timezone="Europe/Berlin")
    marek = Author(
        "Marek Nowak",
        "marek@acme.test",
        client=client,
        timezone="Europe/Berlin",
        signature="Marek Nowak\nLogistics | ACME GmbH\n+49 30 555 0101",
    )
    found = []
    for at in range(count):
        parent = Earlier(
            f"<{at:032x}@acme.test>",
            "2026-10-05T10:02:03+02:00",
            anna,
            (Party(marek.name, marek.email),),
            subject="Figures for October",
            text=PARENT,
        )
        found.append(
            Pick(
                id=f"{at:x}",
                run="bench",
                hosts=(),
                thread_id="t",
                message_id=f"<{at + 1:032x}.r@acme.test>",
                date="2026-10-05T11:40:13+02:00",
                kind="reply",
                sender=marek,
                to=(Party(anna.name, anna.email),),
                cc=(Party("Claire O'Brien", "claire@acme.test"),),
                bcc=(),
                language="en",
                topic="figures",
                beat=Beat("s", "b", "i"),
                thread=(parent,),
            )
        )
    return found


def rate(work: Callable[[Pick], object], items: list[Pick], seconds: float) -> float:
    for item in items[:20]:
        work(item)
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        work(items[done % len(items)])
        done += 1
    return done / spent


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rates = {
        client: rate(lambda pick: compose(pick, "", TEXT), picks(client, 500), seconds)
        for client in CLIENTS
    }
    slowest = min(rates.values())
    for client, value in rates.items():
        print(f"{client:12} {value:8.0f} mails/s  x{value / slowest:.2f}")
    mean = len(rates) / sum(1 / value for value in rates.values())
    print(f"{'all clients':12} {mean:8.0f} mails/s  (harmonic mean)")
    server = server_for("acme.test", "Europe/Berlin", "bench")
    drafts = {}
    for pick in picks("outlook", 500):
        made = compose(pick, "", TEXT)
        drafts[pick.id] = Draft(pick, made.subject, TEXT, made.message.decode(), "bench")
    value = rate(lambda p: copies(drafts[p.id], server), picks("outlook", 500), seconds)
    print(f"{'copies':12} {value:8.0f} mails/s  (Sent and two mailboxes)")


if __name__ == "__main__":
    main()
