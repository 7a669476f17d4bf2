"""The command line as a user runs it: in an empty folder, with an empty environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
NOW = "2026-11-20T16:00:00+01:00"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    def ok(self) -> Done:
        """This, which must have succeeded."""
        assert self.code == 0, (self.code, self.out[-2000:], self.err[-2000:])
        return self


@dataclass(frozen=True)
class Shell:
    """Runs emailgen in a folder."""

    folder: Path

    def __call__(
        self,
        *arguments: str,
        stdin: str | bytes | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Done:
        """Run ``emailgen ARGUMENTS``; without ``stdin`` it is empty."""
        command = [sys.executable, "-m", "decnet_emailgen", *arguments]
        given = stdin.encode() if isinstance(stdin, str) else (stdin or b"")
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment(self.folder, env),
            input=given,
            capture_output=True,
            check=False,
        )
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        assert "Traceback" not in err, err
        return Done(done.returncode, out, err, done.stdout)

    def seed(self, count: int, *more: str) -> Done:
        """A pinned seed of the example's company, which must succeed."""
        return self("seed", "--count", str(count), "--seed", "1", "--now", NOW, *more).ok()


def environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Nothing but what a program needs to run."""
    path = f"{Path(sys.executable).parent}:{os.defpath}"
    return {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", **(more or {})}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with the example's personas file in it."""
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (tmp_path / "personas.yaml").write_text(example, "utf-8")
    return Shell(tmp_path)


@pytest.fixture
def empty_shell(tmp_path: Path) -> Shell:
    """A folder without anything."""
    return Shell(tmp_path)


Seeded = Callable[..., Shell]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder in which sixty mails have been seeded; tests only look at it."""
    folder = tmp_path_factory.mktemp("seeded")
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (folder / "personas.yaml").write_text(example, "utf-8")
    shell = Shell(folder)
    shell.seed(60)
    return shell
