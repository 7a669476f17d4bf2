"""Every command of the README does what it says, in the order in which it is read."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks() -> list[str]:
    """The shell blocks of the README."""
    return re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def run(script: str, folder: Path) -> str:
    """Run shell lines with this environment's emailgen first on PATH; they must all succeed."""
    binaries = Path(sys.executable).parent
    environment = {"PATH": f"{binaries}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_the_first_command_fills_mailboxes_with_fifty_mails(tmp_path: Path) -> None:
    """Its installation is what scripts and CI do; its work is done here, in an empty folder."""
    setup, install, seed, look = (part.strip() for part in blocks()[0].split("&&"))
    assert shlex.split(setup)[:3] == ["python3", "-m", "venv"]
    assert shlex.split(install) == [".venv/bin/pip", "install", "-q", "."]
    (tmp_path / "personas.example.yaml").write_bytes((ROOT / "personas.example.yaml").read_bytes())
    output = run(f"{seed} && {look}".replace(".venv/bin/", ""), tmp_path)
    assert "50 mails delivered" in output
    assert "look: emailgen threads ls" in output
    assert len(list((tmp_path / "mailboxes").glob("*@*/cur"))) > 5


def test_the_second_command_exists() -> None:
    assert (ROOT / blocks()[1].strip()).stat().st_mode & 0o111


def test_the_five_minutes_work_as_written(tmp_path: Path) -> None:
    tour, look, pipe = blocks()[2:5]
    run(f"{tour}\n{look}\n{pipe}", tmp_path)
    assert (
        (tmp_path / "decoy" / "page.html").read_text("utf-8").lower().startswith("<!doctype html>")
    )
    assert (tmp_path / "decoy" / "emailgen.db").stat().st_mode & 0o777 == 0o600


def test_documents_named_in_the_readme_exist() -> None:
    names = re.findall(r"\]\((docs/[\w.-]+)\)", README)
    assert names
    missing = [name for name in names if not (ROOT / name).exists()]
    assert not missing


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for name in re.findall(r"\]\(([\w./-]+\.md)\)", page.read_text("utf-8")):
        assert (page.parent / name).exists(), f"{page.name}: {name}"
