"""Text files: logs of backup jobs and exports as CSV (RFC 4180, CRLF)."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from decnet_emailgen.mail.files.terms import chance, values_of
from decnet_emailgen.records import Attachment

_FOLDERS = ("etc", "home", "srv/data", "srv/share", "var/lib/mysql", "var/lib/postgresql",
            "var/www", "opt/app", "var/spool")  # fmt: skip


def log(attachment: Attachment) -> bytes:
    """The log of last night's backup, which ends with a full volume."""
    values, draw = values_of(attachment), chance(attachment, "log")
    server = values.get("server", "srv-01")
    made = datetime.fromisoformat(attachment.made)
    evening = made.replace(hour=22, minute=0, second=1) - timedelta(days=1)
    at, rows = evening, []

    def say(level: str, text: str) -> None:
        rows.append(f"{at:%Y-%m-%d %H:%M:%S} [{level}] {text}")

    job = f"{server}-{evening:%Y%m%d}"
    say("INFO", f"starting job {job}, pid {draw.randint(900, 31000)}")
    say("INFO", f"mounting /dev/mapper/backup-vol{draw.randint(1, 3)} on /mnt/backup")
    used = int(values.get("percent", "97"))
    say("WARN", f"/mnt/backup: {max(80, used - draw.randint(2, 6))}% used")
    for _ in range(draw.randint(90, 260)):
        at += timedelta(seconds=draw.lognormvariate(2.6, 1.0))
        say(*_step(draw))
    at += timedelta(seconds=draw.randint(40, 400))
    say("ERROR", f"write failed: No space left on device (/mnt/backup/{job}.tmp)")
    say("ERROR", f"/mnt/backup: {used}% used after removing {job}.tmp")
    say(
        "ERROR", f"job {job} failed, exit code {draw.choice((11, 12, 23))}, next run tomorrow 22:00"
    )
    return ("\n".join(rows) + "\n").encode()


def _step(draw: Random) -> tuple[str, str]:
    folder = draw.choice(_FOLDERS)
    size = draw.lognormvariate(3.0, 1.6)
    chance_of_noise = draw.random()
    if chance_of_noise < 0.04:
        return "WARN", f"/{folder}: file changed while reading, retried"
    if chance_of_noise < 0.06:
        return "WARN", f"/{folder}: permission denied: lock file skipped"
    return "INFO", f"/{folder}: chunk {draw.getrandbits(40):010x} {size:.1f} MiB ok"


def table(attachment: Attachment) -> bytes:
    """The first answers to a campaign, a line a day and segment, as spreadsheets read it."""
    values, draw = values_of(attachment), chance(attachment, "export")
    comma = "," if attachment.language.partition("-")[0] == "en" else ";"
    rate = int(values.get("percent", "3")) / 100
    last = datetime.fromisoformat(attachment.made).date()
    rows: list[tuple[str, ...]] = [
        ("date", "segment", "channel", "sent", "delivered", "opened", "clicked", "replied")
    ]
    for back in range(draw.randint(9, 16), 0, -1):
        for segment in ("A1", "A2", "B", "C"):
            sent = draw.randint(60, 420)
            delivered = sent - draw.randint(0, 9)
            opened = round(delivered * draw.uniform(0.18, 0.41))
            replied = round(delivered * rate * draw.uniform(0.7, 1.3))
            numbers = (sent, delivered, opened, min(opened, replied * 2 + 3), min(opened, replied))
            day = (last - timedelta(days=back)).isoformat()
            rows.append((day, segment, draw.choice(("mail", "mail", "web")), *map(str, numbers)))
    return "".join(comma.join(row) + "\r\n" for row in rows).encode()
