"""Drafts on the command line: repaired and purged like other copies, and no mail of their own."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Shell


def seeded(shell: Shell) -> set[Path]:
    """A company that writes with Thunderbird; the drafts that its people left."""
    text = (shell.folder / "personas.yaml").read_text()
    text = re.sub(r"(?m)^ +(?:phone_)?client: .*\n", "", text)
    text = re.sub(r"(?m)^( +)(- )?email: .*$", _thunderbird, text)
    (shell.folder / "personas.yaml").write_text(text)
    shell.seed(1200, "--to", "maildir:mail")
    return drafts(shell)


def _thunderbird(found: re.Match[str]) -> str:
    indent = found[1] + "  " * bool(found[2])
    return f"{found[0]}\n{indent}client: thunderbird"


def drafts(shell: Shell) -> set[Path]:
    return set((shell.folder / "mail").glob("*/.Drafts/cur/*"))


def test_drafts_are_repaired_and_purged_and_are_no_mails(shell: Shell) -> None:
    """``--repair`` gives back the same bytes, ``purge`` leaves none, the page shows no Drafts."""
    before = {path: path.read_bytes() for path in seeded(shell)}
    assert before
    shell("threads", "export", "--all", "--format", "html", "-o", "page.html").ok()
    page = (shell.folder / "page.html").read_text()
    assert '"Sent"' in page
    assert '"Drafts"' not in page
    next(iter(before)).unlink()
    shell("deliver", "--pending", "--repair", "--to", "maildir:mail").ok()
    assert {path: path.read_bytes() for path in drafts(shell)} == before
    shell("purge", "--before", "2030-01-01T00:00:00Z").ok()
    assert not drafts(shell)
    assert not list((shell.folder / "mail").glob("*/.Sent/cur/*"))
