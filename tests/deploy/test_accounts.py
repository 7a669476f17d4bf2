"""accounts.py: one account for each persona, whose password only its hash tells."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest

from tests.deploy.conftest import make_accounts

ROWS = [
    {"email": "Ana@corp.example", "department": "sales"},
    {"email": "ben@corp.example", "department": "it"},
    {"email": "cy@outside.example", "organisation": "Outside"},
    {"email": "a:b@corp.example", "department": "it"},
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


def _opens(line: str, password: str) -> bool:
    stored = base64.b64decode(line.split(":")[1].removeprefix("{SSHA512}"))
    return hashlib.sha512(password.encode() + stored[64:]).digest() == stored[:64]


def test_personas_have_accounts_and_outsiders_have_none(tmp_path: Path) -> None:
    """Addresses are in lower case; one that would break the file's format is left out."""
    file = tmp_path / "users"
    assert make_accounts(LINES, file, {"DECKY_PASSWORD": "s3cret"}).returncode == 0
    lines = file.read_text().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["ana@corp.example", "ben@corp.example"]
    assert all(_opens(line, "s3cret") and not _opens(line, "other") for line in lines)
    assert "s3cret" not in file.read_text()


@pytest.mark.parametrize(
    ("content", "opened"),
    [("one for all\n", [True, True]), ("ana@corp.example:one for all\n", [True, False])],
)
def test_passwords_come_from_a_file(tmp_path: Path, content: str, opened: list[bool]) -> None:
    """One line is everybody's password; lines with addresses are theirs, the rest stays closed."""
    (tmp_path / "passwords").write_text(content)
    file = tmp_path / "users"
    done = make_accounts(LINES, file, {"DECKY_PASSWORD_FILE": str(tmp_path / "passwords")})
    assert done.returncode == 0, done.stderr
    lines = file.read_text().splitlines()
    assert ["{SSHA512}" in line for line in lines] == opened
    assert all(_opens(line, "one for all") for line in lines if "{SSHA512}" in line)
    assert ("ben@corp.example" in done.stderr) == (not opened[1])


@pytest.mark.parametrize(
    ("rows", "env", "code"),
    [
        ("", {"DECKY_PASSWORD": "x"}, 65),
        (LINES, {}, 78),
        (LINES, {"DECKY_PASSWORD_FILE": "/nowhere/passwords"}, 78),
    ],
)
def test_what_is_missing_is_told_in_one_line(
    tmp_path: Path, rows: str, env: dict[str, str], code: int
) -> None:
    """No personas or no passwords: an exit code, one line, and no file."""
    done = make_accounts(rows, tmp_path / "users", env)
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "users").exists()
