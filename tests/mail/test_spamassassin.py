"""SpamAssassin finds nothing forged in our mail.

A mail of each client in each language here; ``SPAMASSASSIN_MAILS=300`` asks for more.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

from decnet_emailgen.mail import copies, mint, server_for
from decnet_emailgen.records import Draft, Kind
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import DOMAIN, LANGUAGES, draft, thread
from tests.servers.require import require

HARMLESS = {
    "ALL_TRUSTED",  # the way in crosses private addresses only
    "HTML_MESSAGE",
    "LOTS_OF_MONEY",  # "1250.00 EUR"
    "MONEY_NOHTML",
}
_RULE = re.compile(r"^ *-?\d+\.\d+ ([A-Z][A-Z0-9_]{3,}) ", re.MULTILINE)


def mails(count: int) -> list[bytes]:
    """INBOX copies: new mails, answers and forwards, from inside and outside."""
    found: list[bytes] = []
    number = 0
    while len(found) < count:
        client = CLIENTS[number % len(CLIENTS)]
        language = LANGUAGES[number // len(CLIENTS) % len(LANGUAGES)]
        parents = (CLIENTS[number * 5 % 8], CLIENTS[number * 3 % 8])[: number % 3]
        kind: Kind = "forward" if number % 5 == 4 else "reply"
        last = thread((*parents, client), language, kind)[-1]
        if client == "exchange" or number % 4 == 1:
            last = outside(last, number)
        server = server_for(DOMAIN, "Europe/Berlin", str(number % 7))
        found.append(next(c.content for c in copies(last, server) if c.folder == "INBOX"))
        number += 1
    return found


def outside(last: Draft, number: int) -> Draft:
    """The same mail by somebody outside."""
    sender = replace(last.pick.sender, email=f"max@partner{number % 5}.test", outside=True)
    domain = sender.email.rpartition("@")[2]
    identifier = mint(sender.client, domain, last.pick.when, str(number), sender.email)
    return draft(replace(last.pick, sender=sender, message_id=identifier), last.text, last.subject)


def test_spamassassin_finds_nothing_forged(tmp_path: Path) -> None:
    """No rule about forged mailers, Message-IDs, MIME or dates fires."""
    require(shutil.which("spamassassin"), "SpamAssassin isn't installed")
    count = int(os.environ.get("SPAMASSASSIN_MAILS", "40"))
    for number, content in enumerate(mails(count)):
        (tmp_path / f"{number:03d}.eml").write_bytes(content)
    files = sorted(str(path) for path in tmp_path.glob("*.eml"))
    run = subprocess.run(
        ["spamassassin", "--local", "--test-mode", *files],
        capture_output=True,
        check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    report = run.stdout.decode(errors="replace")
    assert report.count("Content analysis details:") == count
    fired = Counter(_RULE.findall(report))
    assert set(fired) <= HARMLESS, fired
