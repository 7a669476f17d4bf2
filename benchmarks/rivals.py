"""What the audit finds in mailboxes as other generators make them, beside one of ours.

    python benchmarks/rivals.py [--markdown] [--keep DIR]

The imitations are made of published facts about those tools (features, issue threads, measured
output), not of their code: a drip that runs day and night in UTC; a data set with uniform reply
clocks; a data set with dates drawn at random. Ours is 2,000 mails of personas.example.yaml over
60 days by the builtin writer. Nothing here is sent anywhere.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from base64 import encodebytes
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from decnet_emailgen.audit import Report, audit, reference
from decnet_emailgen.cli import auditview, sources

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
COUNT = 2000
STAFF = ("Sarah Johnson", "Mike Chen", "Emily Davis", "Raj Patel", "Tom Baker", "Lisa Wong")
TOPICS = ("Q3 Budget Review", "Server Migration", "Vendor Contract", "Team Offsite", "New Hire")
TEXT = (
    "I hope this email finds you well. I wanted to reach out regarding the {topic} — it is a "
    "pivotal and comprehensive initiative for our team.",
    "Please find below the key points:\n\n- **Timeline**: two weeks\n- **Owner**: you",
    "Thank you for the update on the {topic}. I will review the details and circle back.",
    "Let me know if you have any questions.",
    "Could you confirm the numbers before the meeting? We should align with finance.",
)


@dataclass(frozen=True)
class Mail:
    """What a generator decides of one mail."""

    number: int
    when: datetime
    sender: str
    to: str
    subject: str
    body: str
    parent: Mail | None = None


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@acme-corp.example"


def body(dice: random.Random, topic: str, sender: str, to: str) -> str:
    said = "\n\n".join(part.format(topic=topic) for part in dice.sample(TEXT, dice.randint(1, 3)))
    close = "[Your Name]" if dice.random() < 0.02 else sender
    return f"Dear {to.split()[0]},\n\n{said}\n\nBest regards,\n{close}"


def decided(
    dice: random.Random, when: Callable[[int, Mail | None], datetime], share: float, own: float
) -> Iterator[Mail]:
    """Mails in turn; ``share`` are answers, of which ``own`` answer their author's own mail."""
    known: list[Mail] = []
    for number in range(COUNT):
        parent = dice.choice(known[-40:]) if known and dice.random() < share else None
        if parent is None:
            sender, to = dice.sample(STAFF, 2)
            topic = dice.choice(TOPICS)
        else:
            sender, to, topic = parent.to, parent.sender, parent.subject.removeprefix("Re: ")
            if dice.random() < own:
                sender, to = to, sender
        subject = topic if parent is None else f"Re: {topic}"
        text = body(dice, topic, sender, to)
        known.append(Mail(number, when(number, parent), sender, to, subject, text, parent))
        yield known[-1]


def drip(folder: Path) -> None:
    """A mail each ten minutes of every day: LF, -0000, one hop, base64, MIME-Version twice."""
    dice = random.Random(1)
    start = NOW.replace(hour=8) - timedelta(days=COUNT // 72 + 1)

    def when(number: int, parent: Mail | None) -> datetime:
        days, ticks = divmod(number, 72)
        return start + timedelta(days=days, minutes=10 * ticks, seconds=dice.randrange(5))

    for mail in decided(dice, when, 0.6, 0.55):
        rows = [
            f"Received: from worker by mail; {mail.when:%a, %d %b %Y %H:%M:%S} -0000",
            f"From: {mail.sender} <{address(mail.sender)}>",
            f"To: {mail.to} <{address(mail.to)}>",
            f"Subject: {mail.subject}",
            f"Date: {mail.when:%a, %d %b %Y %H:%M:%S} -0000",
            f"Message-ID: {identity(mail)}",
            "MIME-Version: 1.0",
            *answering(mail, depth=1),
            'Content-Type: text/plain; charset="utf-8"',
            "Content-Transfer-Encoding: base64",
            "MIME-Version: 1.0",
        ]
        text = encodebytes(mail.body.encode()).decode()
        save(folder, mail, "\n".join([*rows, "", text]))


def uniform(folder: Path) -> None:
    """Answers after 1 to 120 minutes at any hour, Message-IDs of a free provider."""
    dice = random.Random(2)
    start = NOW - timedelta(days=60)

    def when(number: int, parent: Mail | None) -> datetime:
        if parent is not None:
            return min(NOW, parent.when + timedelta(seconds=dice.randint(60, 7200)))
        return start + timedelta(seconds=dice.randrange(60 * 86_400))

    provider = ("gmail.com", "yahoo.com", "outlook.com")
    for mail in decided(dice, when, 0.45, 0.0):
        rows = [
            f"Message-ID: {identity(mail, provider[mail.number % 3])}",
            f"Date: {mail.when:%a, %d %b %Y %H:%M:%S} +0000",
            f"From: {address(mail.sender)}",
            f"To: {address(mail.to)}",
            f"Subject: {mail.subject}",
            *answering(mail, depth=99, domain=provider),
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        save(folder, mail, "\n".join([*rows, "", mail.body]))


def scattered(folder: Path) -> None:
    """Dates drawn at random, some before their parents'; no zone, a client drawn for each mail."""
    dice = random.Random(3)
    clients = ("Microsoft Outlook 16.0", "Apple Mail (2.3654.120)", "Mozilla Thunderbird 91.0")

    def when(number: int, parent: Mail | None) -> datetime:
        if parent is not None and dice.random() > 0.076:
            return min(NOW, parent.when + timedelta(hours=dice.uniform(0.5, 30)))
        return NOW - timedelta(days=dice.uniform(0, 90))

    for mail in decided(dice, when, 0.5, 0.2):
        rows = [
            f"From: {mail.sender} <{address(mail.sender)}>",
            f"To: {mail.to} <{address(mail.to)}>",
            f"Bcc: {address(dice.choice(STAFF))}",
            f"Subject: {mail.subject}",
            f"Date: {mail.when:%a, %d %b %Y %H:%M:%S}",
            f"Message-ID: {identity(mail)}",
            f"X-Mailer: {dice.choice(clients)}",
            *answering(mail, depth=99),
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        save(folder, mail, "\n".join([*rows, "", mail.body]))


def identity(mail: Mail, domain: str = "acme-corp.example") -> str:
    return f"<{random.Random(mail.number).getrandbits(64):016x}.{mail.number}@{domain}>"


def answering(mail: Mail, depth: int, domain: tuple[str, ...] = ()) -> list[str]:
    """In-Reply-To and References, no more of them than ``depth``."""

    def named(one: Mail) -> str:
        return identity(one, domain[one.number % len(domain)]) if domain else identity(one)

    chain: list[str] = []
    parent = mail.parent
    while parent is not None and len(chain) < depth:
        chain.insert(0, named(parent))
        parent = parent.parent
    if not chain:
        return []
    return [f"In-Reply-To: {chain[-1]}", f"References: {' '.join(chain)}"]


def save(folder: Path, mail: Mail, content: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{mail.number:05}.eml").write_text(content, "utf-8", newline="")


def ours(folder: Path) -> None:
    """The example's company, as a first user seeds it."""
    folder.mkdir(parents=True, exist_ok=True)
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (folder / "personas.yaml").write_text(example, "utf-8")
    command = ["seed", "--count", str(COUNT), "--days", "60", "--now", NOW.isoformat()]
    options = [
        "--resume",
        "--seed",
        "1",
        "--writer",
        "builtin",
        "--to",
        f"maildir:{folder / 'mailboxes'}",
    ]
    subprocess.run(
        [sys.executable, "-m", "decnet_emailgen", *command, *options],
        cwd=folder,
        check=True,
        capture_output=True,
    )


MAKERS: dict[str, Callable[[Path], None]] = {
    "drip": drip,
    "uniform clocks": uniform,
    "random dates": scattered,
    "emailgen": ours,
}


def main() -> int:
    """Make the mailboxes, measure them, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--markdown", action="store_true", help="as a table for docs/audit.md")
    parser.add_argument("--keep", type=Path, help="make the mailboxes here, and leave them")
    options = parser.parse_args()
    place = nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory()
    with place as root:
        reports = {}
        for name, make in MAKERS.items():
            folder = Path(root) / name.replace(" ", "-")
            make(folder)
            inbox = folder / "mailboxes" if name == "emailgen" else folder
            reports[name] = audit(sources.entries(str(inbox)), now=NOW)
    table(reports, "|" if options.markdown else "")
    return 0


def table(reports: dict[str, Report], mark: str) -> None:
    """Every check that is judged for at least one of them; what is out of range is in bold."""
    row(mark, "", "range", *reports)
    if mark:
        print("|---|---|" + "---|" * len(reports))
    scores = [report.score() for report in reports.values()]
    row(mark, "in range", "", *(f"{score or 0:.0f} %" for score in scores))
    row(mark, "hard tells", "none", *(str(len(report.tells)) for report in reports.values()))
    for check in reference().checks:
        found = [report.finding(check.id) for report in reports.values()]
        if all(finding.verdict in ("few", "told") for finding in found):
            continue
        if check.kind == "hard" and all(finding.verdict == "ok" for finding in found):
            continue
        cells = [
            ("too few", "ok", "bold")[("few", "ok", "out").index(finding.verdict)]
            for finding in found
        ]
        shown = [
            cell if cell == "too few" else auditview.shown(finding)
            for cell, finding in zip(cells, found, strict=True)
        ]
        bold = "**" if mark else "!"
        shown = [
            f"{bold}{text}{bold}" if cell == "bold" else text
            for text, cell in zip(shown, cells, strict=True)
        ]
        row(mark, check.name, auditview.span(check.low, check.high), *shown)


def row(mark: str, name: str, *cells: str) -> None:
    if mark:
        print(f"| {' | '.join((name, *cells))} |")
    else:
        print(f"{name[:60]:60}", *(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
