"""Measures how busy ``seed -j N`` keeps a model server's slots.

    python benchmarks/slots.py [--count 500] [--jobs 8] [--median 1.0] [--sigma 0.6] [--urls 1]

A server of this process answers after a log-normal time; ``emailgen seed`` runs beside it. Prints
a table: busy slot time / (slots x wall time), where the wall time runs from the first request to
the last answer. Threads are written side by side, each in its own order, so a seed can't end before
its longest thread: see that ``median`` times its length stays far below the wall time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import log
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.servers.obliging import NAME, oblige, personas
from tests.servers.scripted import Answer, Request, ScriptedServer

NOW = "2026-11-20T16:00:00+00:00"


@dataclass
class Slots:
    """Answers after log-normal times, and remembers when it was at work."""

    median: float
    sigma: float
    busy: list[tuple[float, float]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Answer:
        """The answer to one request."""
        if request.method == "GET":
            return oblige(request)
        rng = random.Random(request.body)
        delay = rng.lognormvariate(log(self.median), self.sigma)
        with self._lock:
            start = time.monotonic()
            self.busy.append((start, start + delay))
        return oblige(request, delay)

    @property
    def span(self) -> tuple[float, float]:
        """From the first request to the last answer."""
        return min(start for start, _ in self.busy), max(end for _, end in self.busy)


def seed(folder: Path, urls: list[str], count: int, jobs: int) -> float:
    """Seed with these servers; answers the seconds of the whole command."""
    (folder / "personas.yaml").write_text(personas(), "utf-8")
    command = [
        sys.executable,
        "-m",
        "decnet_emailgen",
        "seed",
        "--count",
        str(count),
        "--seed",
        "1",
    ]
    command += ["--seed", "1", "--now", NOW, "--writer", "openai", "--model", NAME, "-j", str(jobs)]
    command += [part for url in urls for part in ("--url", f"{url}/v1")]
    started = time.monotonic()
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    subprocess.run(command, cwd=folder, check=True, env=env)
    return time.monotonic() - started


def main() -> int:
    """Seed once and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--median", type=float, default=1.0)
    parser.add_argument("--sigma", type=float, default=0.6)
    parser.add_argument("--urls", type=int, default=1)
    given = parser.parse_args()
    scripts = [Slots(given.median, given.sigma) for _ in range(given.urls)]
    with tempfile.TemporaryDirectory(prefix="emailgen-slots-") as name, ExitStack() as running:
        urls = [running.enter_context(ScriptedServer(script)).url for script in scripts]
        whole = seed(Path(name), urls, given.count, given.jobs)
    asked = [len(script.busy) for script in scripts]
    busy = sum(end - start for script in scripts for start, end in script.busy)
    spans = [script.span for script in scripts if script.busy]
    wall = max(end for _, end in spans) - min(start for start, _ in spans)
    share = busy / (given.jobs * wall)
    print("| mails | answers | slots | busy s | wall s | busy / (slots x wall) | command s |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {given.count} | {json.dumps(asked)} | {given.jobs} | {busy:.1f} | {wall:.1f} "
        f"| {share:.3f} | {whole:.1f} |"
    )
    return 0 if share >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main())
