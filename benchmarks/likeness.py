"""Measures the search for near-duplicates in a store of a million mails.

    python benchmarks/likeness.py [--mails 1000000]

Fills a store with synthetic mails of about forty words, marks them (what a run with a model does
once for the mails written since the last one), and prints seconds, megabytes and milliseconds.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from decnet_emailgen.cli.likeness import Known
from decnet_emailgen.generate.shingles import shingles
from decnet_emailgen.store import Store

VOCABULARY = 4000
COLUMNS = "id, run, command, thread_id, message_id, parent, sent, sender, kind, state, reason, "
COLUMNS += "subject, text, writer, model, repairs, pick"


def text(rng: random.Random) -> str:
    """Words by Zipf's law, as mails have them."""
    return " ".join(f"w{int(VOCABULARY ** rng.random())}" for _ in range(rng.randint(15, 70)))


def fill(db: Path, mails: int) -> None:
    """A store with that many mails, without what else belongs to them."""
    with Store.open(db) as store:
        store.db.conn.execute("PRAGMA foreign_keys=OFF")
        marks = ",".join("?" * 17)
        for start in range(0, mails, 10_000):
            rows = []
            for n in range(start, min(start + 10_000, mails)):
                said = text(random.Random(n))
                row = [f"{n:016x}", "r", "seed", "t", f"<{n}@x>", "", n, "a@x", "new", "delivered"]
                rows.append([*row, "", "s", said, "builtin", "", "[]", "{}"])
            with store.writing() as conn:
                conn.conn.executemany(f"INSERT INTO messages ({COLUMNS}) VALUES ({marks})", rows)


def main() -> int:
    """Fill, mark, search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="emailgen-likeness-") as name:
        db = Path(name) / "emailgen.db"
        fill(db, given.mails)
        before = db.stat().st_size
        started = time.perf_counter()
        known = Known(db)
        marking = time.perf_counter() - started
        size = db.stat().st_size - before
        started = time.perf_counter()
        known = Known(db)
        again = time.perf_counter() - started
        times, found = [], 0
        for n in range(400):  # every other one is new
            said = text(random.Random(n * 7919 % given.mails if n % 2 else f"new{n}"))
            marks = shingles(f"{said} one two")
            started = time.perf_counter()
            found += bool(known.alike(marks))
            times.append(1000 * (time.perf_counter() - started))
    times.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| mails | marked once, s | again, s | MB on disk | MB in memory | ms a search, p99 |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {given.mails} | {marking:.0f} | {again:.1f} | {size / 1e6:.0f} | {peak:.0f} "
        f"| {statistics.median(times):.2f}, {times[-4]:.2f} |"
    )
    print(f"{found} of 200 near-duplicates found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
