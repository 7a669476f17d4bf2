"""Letters for tests of the page: small ones, and hostile ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from decnet_emailgen.cli.page.letters import Copy, Corpus, File, Letter, Person

ANA = Person("Ana Ruiz", "ana@house.example")
BEN = Person("Ben Ødegård", "ben@house.example")
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)

PLAIN = Letter(
    id="1",
    thread="t1",
    message_id="<1@house.example>",
    parent="",
    kind="new",
    when=MONDAY,
    sender=ANA,
    to=(BEN,),
    cc=(),
    bcc=(),
    subject="Invoice 17",
    own="Hello Ben,\n\nplease see the invoice.\n\nAna",
    signature="",
    quoted="",
    words=7,
    language="en",
    writer="builtin",
    copies=(Copy(ANA.email, "Sent"), Copy(BEN.email, "INBOX", unread=True)),
)

SCRIPT = "</script><script>window.hacked = 1</script>"
IMAGE = "<img src=https://evil.example/pixel onerror=window.hacked=2>"
STYLE = "<style>@import url(https://evil.example/x.css); body{display:none}</style>"
BIDI = "invoice\u202egpj.exe"
ESCAPE = "\x1b]0;title\x07\x1b[31mred"


def hostile() -> Letter:
    """A mail in which every field wants to be something else than text."""
    evil = Person(f"Eve {SCRIPT}", 'eve"><svg/onload=window.hacked=3>@evil.example')
    return replace(
        PLAIN,
        id="2",
        thread="t2",
        message_id=f"<2{SCRIPT}>",
        when=MONDAY + timedelta(hours=1),
        sender=evil,
        to=(BEN, evil),
        subject=f"<!--<script> {SCRIPT} {IMAGE} {{{{script}}}} {BIDI}",
        own=f"{SCRIPT}\n{IMAGE}\n{STYLE}\n{ESCAPE}\n{BIDI}\njavascript:alert(1)\n\ud800 &lt;b&gt;",
        signature=IMAGE,
        quoted=f"> {SCRIPT}",
        files=(File(f"{BIDI}{SCRIPT}", "text/html", 10),),
        writer=SCRIPT,
        rejected=((SCRIPT, IMAGE),),
        copies=(Copy(BEN.email, "INBOX"), Copy(BEN.email, f"Spam{SCRIPT}")),
    )


def answered() -> tuple[Letter, ...]:
    """Two mails of one conversation, the second with a quotation and a file."""
    answer = replace(
        PLAIN,
        id="3",
        message_id="<3@house.example>",
        parent=PLAIN.message_id,
        kind="reply",
        when=MONDAY + timedelta(hours=2),
        sender=BEN,
        to=(ANA,),
        subject="Re: Invoice 17",
        own="Thanks!",
        quoted="On Monday, Ana Ruiz wrote:\n> please see the invoice.",
        words=1,
        files=(File("paid.pdf", "application/pdf", 48_213),),
        copies=(Copy(BEN.email, "Sent"), Copy(ANA.email, "INBOX")),
    )
    return (PLAIN, answer)


def corpus(*letters: Letter) -> Corpus:
    """A corpus of the house of Ana and Ben."""
    zones = {ANA.email: "Europe/Madrid", BEN.email: "Europe/Oslo"}
    names = {ANA.email: ANA.name, BEN.email: BEN.name}
    return Corpus(letters, zones, names, {}, "House & Co")
