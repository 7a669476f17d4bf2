"""Measures the command line: how fast it starts, how fast it seeds, how much memory it takes.

    python benchmarks/speed.py [--large 20000] [--repeat 7]

Prints a table with ratios: start-up against ``python -c pass`` and ``sqlite-utils --version``,
seeding in mails a second end to end (plan, words, bytes, store, Maildirs), planning alone, and
``pick`` on a large store against a small one. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from decnet_emailgen.store import Store

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "personas.example.yaml"
NOW = "2026-11-20T16:00:00+01:00"
EMAILGEN = [sys.executable, "-m", "decnet_emailgen"]


def seconds(command: Sequence[str], folder: Path, repeat: int) -> float:
    """The median wall time of a command."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def starts(folder: Path, repeat: int) -> list[tuple[str, str, str]]:
    """Start-up, against the interpreter and against a neighbour."""
    scripts = Path(sys.executable).parent
    bare = seconds([sys.executable, "-c", "pass"], folder, repeat)
    neighbour = seconds([str(scripts / "sqlite-utils"), "--version"], folder, repeat)
    rows = []
    commands = {
        "sqlite-utils --version": [str(scripts / "sqlite-utils"), "--version"],
        "emailgen --help": [str(scripts / "emailgen"), "--help"],
        "emailgen pick": [str(scripts / "emailgen"), "pick", "-p", str(EXAMPLE), "--now", NOW],
    }
    for name, command in commands.items():
        took = seconds(command, folder, repeat)
        rows.append(
            (
                name,
                f"{took * 1000:.0f} ms",
                f"{took / bare:.1f} x python, {took / neighbour:.2f} x sqlite-utils",
            )
        )
    return rows


def seeded(count: int, days: int, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory (MB) of a seed with the builtin writer into Maildirs."""
    command = [*EMAILGEN, "seed", "-p", str(EXAMPLE), "--count", str(count), "--days", str(days)]
    start = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--seed", "1", "--now", NOW], cwd=folder, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    if status:
        raise SystemExit(f"seed of {count} failed")
    return took, usage.ru_maxrss / 1024


def planned(count: int) -> float:
    """Seconds to plan a history, without words."""
    from datetime import datetime, timedelta

    from decnet_emailgen.mail import mint
    from decnet_emailgen.pick.history import history
    from decnet_emailgen.pick.simulate import Office
    from decnet_emailgen.world.load import read

    world = read(EXAMPLE.read_text("utf-8"), source="example").world
    offices = [Office(cast, "1", mint) for cast in world.casts()]
    until = datetime.fromisoformat(NOW)
    start = time.perf_counter()
    found = history(offices, until - timedelta(days=365), until, count)
    made = sum(len(thread.picks) for thread in found.threads)
    if made < count:
        raise SystemExit(f"planned {made} of {count}")
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--million", action="store_true", help="1,000,000 mails too")
    options = parser.parse_args()
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows += starts(folder, options.repeat)
        small = 0.0
        for count, days in ((1000, 30), (options.large, 365)):
            place = folder / str(count)
            place.mkdir()
            took, memory = seeded(count, days, place)
            rate = count / took
            small = small or memory
            rows.append(
                (
                    f"seed {count}",
                    f"{rate:.0f} mails/s",
                    f"{memory:.0f} MB peak, {memory / small:.2f} x the first",
                )
            )
            shutil.copy(place / "emailgen.db", folder / f"{count}.db")
        took = planned(100_000)
        rows.append(("plan 100000", f"{100_000 / took:.0f} mails/s", f"{took:.1f} s"))
        rows.append(pick_on_large(folder, options.large, options.repeat))
        if options.million:
            inflate(folder / f"{options.large}.db", folder / "1000000.db", 1_000_000)
            rows.append(pick_on_large(folder, 1_000_000, options.repeat))
            for large in ("1000", "1000000"):
                rows += looks(folder / f"{large}.db", options.repeat)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for first, second, third in rows:
        print(f"{first:28}{second:>16}   {third}")
    print(f"(this process: {own:.0f} MB peak)")


SHIFTED = {
    "id": "id || :k",
    "thread_id": "thread_id || :k",
    "message": "message || :k",
    "message_id": "replace(message_id, '@', :k || '@')",
    "parent": "replace(parent, '@', :k || '@')",
    "sent": "sent + CAST(:k AS INTEGER) * 86400 * 7",
    "started": "started + CAST(:k AS INTEGER) * 86400 * 7",
    "last": "last + CAST(:k AS INTEGER) * 86400 * 7",
    "content": "substr(content, 1, 200)",
}


def inflate(source: Path, store: Path, count: int) -> None:
    """A store of so many mails: copies of one's threads, each a week earlier, bytes shortened.

    The rows that are copied lie in temporary tables, so that no round reads the growing ones.
    """
    Store.open(source).close()  # brings its schema up to date
    shutil.copy(source, store)
    db = sqlite3.connect(store)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -1000000")
    tables = ("threads", "messages", "recipients", "members")
    inserts = []
    for table in tables:
        names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        columns = ", ".join(SHIFTED.get(name, name) for name in names)
        db.execute(f"CREATE TEMP TABLE {table}_once AS SELECT * FROM main.{table}")
        inserts.append(f"INSERT INTO main.{table} SELECT {columns} FROM {table}_once")
    db.execute("DELETE FROM messages_once WHERE state = 'planned'")
    db.execute("DELETE FROM recipients_once WHERE message NOT IN (SELECT id FROM messages_once)")
    (have,) = db.execute("SELECT count(*) FROM messages_once").fetchone()
    for number in range(1, (count - 1) // have + 1):
        for insert in inserts:
            db.execute(insert, {"k": f"-{number}"})
        db.commit()
    db.execute("INSERT INTO words (words) VALUES ('rebuild')")
    db.commit()
    db.close()


def looks(store: Path, repeat: int) -> list[tuple[str, str, str]]:
    """The commands that look at a store, and a tick with nothing due."""
    with Store.open(store, read_only=True) as opened:
        (row,) = opened.rows("SELECT id FROM threads ORDER BY size DESC LIMIT 1")
    commands = {
        "tick, nothing due": ["tick", "-p", str(EXAMPLE), "--now", NOW],
        "threads ls": ["threads", "ls"],
        "threads ls --page 1000": ["threads", "ls", "--page", "1000"],
        "threads ls --persona": ["threads", "ls", "--persona", "margaret"],
        "threads ls --search, rare": ["threads", "ls", "--search", "xylophone"],
        "threads ls --search, common": ["threads", "ls", "--search", "invoice"],
        "threads show": ["threads", "show", str(row["id"])],
        "threads tree": ["threads", "tree", str(row["id"])],
        "stats": ["stats"],
    }
    rows = []
    for name, command in commands.items():
        took = seconds([*EMAILGEN, *command, "--db", str(store)], store.parent, repeat)
        rows.append((f"{name} on {store.stem}", f"{took * 1000:.0f} ms", ""))
    return rows


def pick_on_large(folder: Path, large: int, repeat: int) -> tuple[str, str, str]:
    """``pick`` on the large store against the small one."""
    pick = [*EMAILGEN, "pick", "-p", str(EXAMPLE), "--now", NOW, "--db"]
    little = seconds([*pick, str(folder / "1000.db")], folder, repeat)
    much = seconds([*pick, str(folder / f"{large}.db")], folder, repeat)
    return f"pick on {large}", f"{much * 1000:.0f} ms", f"{much / little:.2f} x on 1000"


if __name__ == "__main__":
    main()
