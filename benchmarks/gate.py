"""Measures the gate on the labelled mails: what it catches, what it refuses wrongly, how fast.

    python benchmarks/gate.py [--missed]

Prints the table of docs/writers.md, then what is caught by kind, and milliseconds a mail.
``--missed`` names the mails that went wrong, but for those that nobody tunes the gate on.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.generate.corpora import bad, good, report


def main() -> int:
    """Print the tables."""
    print("\n".join(report()))
    cases = list(bad())
    caught = Counter(case.reason for case in cases if case.caught)
    print("\n| kind | bad answers | caught |\n|---|---|---|")
    for reason, number in Counter(case.reason for case in cases).items():
        print(f"| {reason} | {number} | {caught[reason]} |")
    everything = [*cases, *good()]
    started = time.perf_counter()
    for case in everything:
        case.verdict()
    spent = time.perf_counter() - started
    print(f"\n{1000 * spent / len(everything):.2f} ms a mail")
    if "--missed" in sys.argv:
        for case in everything:
            if not case.held_out and case.caught != bool(case.reason):
                print(f"{case.reason or 'good'}: {case.verdict().rejection} {case.text!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
