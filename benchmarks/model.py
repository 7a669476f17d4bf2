"""Measures what comes of a real small model: how much of it passes the gate, how fast, how cached.

    nice python benchmarks/model.py [--count 300] [--by openai ollama llamacpp] [--show FILE]

Seeds a history through each interface (SmolLM2 with 135 million parameters, see
scripts/install-servers), then judges every stored mail of the model's once more. Prints the table
of rejections by reason, mails a minute, the share of prompt tokens that llama.cpp found cached, and
the hard rules that stored mails break (none should). ``--show`` writes the mails to a file to read.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from decnet_emailgen.cli.main import app
from decnet_emailgen.generate.writers import llamacpp
from decnet_emailgen.generate.writers.servers import Servers
from tests.servers.obliging import personas
from tests.servers.small_model import SmallModel, start_small_model

NOW = "2026-11-20T16:00:00+00:00"
EMBEDDED = "slots: 2, threads: 1, num_ctx: 2048"
HARD = {
    "placeholder": re.compile(r"\[[^\]\n]+\]|\{\w+\}|<[a-z ]+>|\$\w{3,}|_{3,}|\bXX+\b", re.I),
    "markup": re.compile(r"\*\*|```|^#+ |^\s*\|.*\|", re.M),
    "refusal": re.compile(r"language model|\bas an ai\b|i cannot (?:assist|help with)", re.I),
    "subject in the text": re.compile(r"^\s*subject\s*:", re.I | re.M),
    "thoughts": re.compile(r"</?think", re.I),
    "em dash": re.compile("—"),
    "control characters": re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e]"),
    "invented address": re.compile(r"https?://|www\.|\S+@(?!harrowmoor)\S+"),
}


@dataclass
class Counts:
    """What llama.cpp said of its answers."""

    prompt: int = 0
    cached: int = 0
    calls: int = 0
    words: list[int] = field(default_factory=list)

    def add(self, answer: Any) -> None:
        """Count one answer; Ollama's protocol does not carry the cached tokens."""
        self.calls += 1
        timings = answer.get("timings", {}) if isinstance(answer, dict) else {}
        self.prompt += timings.get("prompt_n", 0) + timings.get("cache_n", 0)
        self.cached += timings.get("cache_n", 0)


@contextmanager
def counted() -> Iterator[Counts]:
    """Counts of every answer while this lasts."""
    counts = Counts()
    post, load = Servers.post, llamacpp.LlamaCpp._load

    def counting(self: Servers, path: str, body: object) -> Any:
        answer = post(self, path, body)
        counts.add(answer)
        return answer

    class Counting:
        def __init__(self, server: Any) -> None:
            self.server = server

        def handle_chat_completions(self, body: Any) -> Any:
            answer = self.server.handle_chat_completions(body)
            counts.add(answer)
            return answer

    Servers.post = counting  # type: ignore[method-assign]
    llamacpp.LlamaCpp._load = lambda self: Counting(load(self))  # type: ignore[method-assign]
    try:
        yield counts
    finally:
        Servers.post, llamacpp.LlamaCpp._load = post, load  # type: ignore[method-assign]


def seed(by: str, count: int, model: SmallModel, folder: Path) -> tuple[float, Counts]:
    """Seed through one interface; answers seconds and counts."""
    options = {
        "openai": ["--url", model.openai_url, "--model", model.openai_model],
        "ollama": ["--url", model.ollama_url, "--model", model.model],
        "llamacpp": ["--model", str(model.gguf)],
    }[by]
    arguments = ["seed", "--count", str(count), "--seed", "1", "--now", NOW, "--writer", by]
    db = folder / f"{by}.db"
    arguments += [*options, "-j", "2", "--db", str(db), "--to", f"maildir:{folder / by}"]
    os.chdir(folder)
    started = time.monotonic()
    with counted() as counts:
        code = app(arguments, standalone_mode=False)
    if code:
        sys.exit(f"{by}: the seed ended with {code}")
    return time.monotonic() - started, counts


def report(by: str, db: Path, seconds: float, counts: Counts, show: Any) -> int:
    """Print one interface's figures; answers how many hard rules were broken."""
    with closing(sqlite3.connect(db)) as store:
        mails = store.execute("SELECT id, writer, subject, text, repairs, pick FROM messages")
        stored = mails.fetchall()
        reasons = Counter(r for (r,) in store.execute("SELECT reason FROM rejections"))
    own = [mail for mail in stored if mail[1] == by]
    first = sum(json.loads(mail[4]) == [] for mail in own)
    share = f"{counts.cached / counts.prompt:.0%}" if counts.prompt else "not told"
    print(f"\n## {by}: {len(stored)} mails, {counts.calls} answers, {seconds / 60:.1f} min")
    print(
        f"passed {len(own) / counts.calls:.0%} of answers, {len(own)} mails ({first} unrepaired),"
    )
    print(f"{len(stored) - len(own)} by the builtin writer; {60 * len(stored) / seconds:.1f} mails")
    print(f"and {60 * counts.calls / seconds:.1f} answers a minute; cached prompt tokens {share}")
    print("\n| reason | refused answers | share |\n|---|---|---|")
    for reason, number in reasons.most_common():
        print(f"| `{reason}` | {number} | {number / counts.calls:.1%} |")
    broken = 0
    for mail_id, _, subject, text, repairs, pick in own:
        for rule, pattern in HARD.items():
            if pattern.search(f"{subject}\n{text}"):
                print(f"BROKEN {rule}: {mail_id} {text[:300]!r}")
                broken += 1
        if show:
            print(f"=== {by} {mail_id} {repairs}", file=show)
            beat = json.loads(pick)["beat"]
            print(f"({beat['story']}/{beat['beat']}: {beat['intent']})", file=show)
            print(f"{subject}\n\n{text}\n", file=show)
    print(f"hard rules broken in the store: {broken}")
    return broken


def main() -> int:
    """Seed and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--by", nargs="+", default=["openai", "ollama", "llamacpp"])
    parser.add_argument("--show", type=argparse.FileType("w"))
    given = parser.parse_args()
    model = start_small_model()
    broken = 0
    try:
        with tempfile.TemporaryDirectory(prefix="emailgen-model-") as name:
            folder = Path(name)
            for by in given.by:
                options = EMBEDDED if by == "llamacpp" else ""
                (folder / "personas.yaml").write_text(personas(options), "utf-8")
                seconds, counts = seed(by, given.count, model, folder)
                broken += report(by, folder / f"{by}.db", seconds, counts, given.show)
                sys.stdout.flush()
    finally:
        model.stop()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
