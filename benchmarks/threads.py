"""Compares one call a mail with one call a thread: what passes the gate, and how long it takes.

    nice python benchmarks/threads.py [--threads 6] [--model FILE.gguf] [--tokens 700]

Takes the first mails of some story lines, asks a model for them one by one and all at once, and
prints how many passed at the first attempt, and seconds a mail that passed. Without ``--model`` it
is the small one of scripts/install-servers.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from decnet_emailgen.generate import prompt
from decnet_emailgen.generate.brief import brief
from decnet_emailgen.generate.gate import judge
from decnet_emailgen.generate.writers.llamacpp import LlamaCpp
from decnet_emailgen.records import Earlier, Pick
from tests.generate.making import conversation
from tests.servers.small_model import find_gguf

STORIES = ("invoice-mismatch", "quick-question", "project-status", "access-request", "fyi")
MAILS = 3
_MARK = re.compile(r"^\W*mail (\d)\b.*$", re.IGNORECASE | re.MULTILINE)


def picks(story: str, n: int) -> list[Pick]:
    """The first mails of a story."""
    talk = conversation(story, n)
    found = [next(talk)]
    while len(found) < MAILS:
        try:
            found.append(talk.send(("", "")))
        except StopIteration:
            break
    return found


def judged(thread: list[Pick], answers: Callable[[int, Pick], str]) -> int:
    """How many answers pass, each judged with the thread as it has become."""
    chain: tuple[Earlier, ...] = ()
    passed = 0
    for n, made in enumerate(thread):
        told = replace(made, thread=chain)
        found = judge(answers(n, told), brief(told))
        passed += found.rejection is None
        subject = found.subject or (chain[0].subject if chain else "")
        chain += (
            Earlier(made.message_id, made.date, made.sender, made.to, (), subject, found.text),
        )
    return passed


def at_once(writer: LlamaCpp, thread: list[Pick], tokens: int) -> list[str]:
    """The thread's mails from one call."""
    tasks = [f"Write the whole conversation: {len(thread)} mails. Begin each with a line `Mail N`."]
    for n, made in enumerate(thread, 1):
        told = brief(made)
        tasks.append(f"\nMail {n}, from {made.sender.name}, {made.sender.role}:")
        tasks += [line for line in prompt.user(told).split("\n") if "wrote:" not in line]
    messages = [
        {"role": "system", "content": prompt.system(brief(thread[0]))},
        {"role": "user", "content": "\n".join(tasks)},
    ]
    answer: Any = writer._open().handle_chat_completions(
        {"messages": messages, "max_tokens": tokens, "seed": 1, **writer.options}
    )
    parts = _MARK.split(str(answer["choices"][0]["message"]["content"]))
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return [found.get(str(n), "") for n in range(1, len(thread) + 1)]


def main() -> int:
    """Ask both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=6)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--tokens", type=int, default=700)
    given = parser.parse_args()
    writer = LlamaCpp(given.model or find_gguf(), {"threads": 1})
    threads = [picks(STORIES[n % len(STORIES)], n) for n in range(given.threads)]
    mails = sum(map(len, threads))
    writer.write(brief(threads[0][0]))  # load the model
    print("| way | calls | mails asked for | came | passed | s a mail that passed |")
    print("|---|---|---|---|---|---|")
    started = time.monotonic()
    passed = sum(judged(thread, lambda n, told: writer.write(brief(told))) for thread in threads)
    spent = time.monotonic() - started
    print(
        f"| a call a mail | {mails} | {mails} | {mails} | {passed} | {spent / max(1, passed):.1f} |"
    )
    started, passed, came = time.monotonic(), 0, 0
    for thread in threads:
        texts = at_once(writer, thread, given.tokens)
        came += sum(map(bool, texts))
        passed += judged(thread, lambda n, told, texts=texts: texts[n])  # type: ignore[misc]
    spent = time.monotonic() - started
    print(
        f"| a call a thread | {len(threads)} | {mails} | {came} | {passed} "
        f"| {spent / max(1, passed):.1f} |"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
