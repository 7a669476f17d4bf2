"""Where IMAP passwords come from."""

from pathlib import Path

import pytest

from decnet_emailgen.deliver.passwords import password
from decnet_emailgen.errors import SettingError


def test_the_environment_comes_first(tmp_path: Path) -> None:
    """EMAILGEN_IMAP_PASSWORD counts before a command or a file."""
    environ = {"EMAILGEN_IMAP_PASSWORD": "a b", "EMAILGEN_IMAP_PASSWORD_COMMAND": "false"}
    assert password(environ, "anna", "h") == "a b"


def test_a_command_prints_it(tmp_path: Path) -> None:
    """It is told whose password is wanted, and no shell reads it."""
    script = tmp_path / "ask"
    script.write_text('#!/bin/sh\necho "$1 $EMAILGEN_IMAP_LOGIN $EMAILGEN_IMAP_HOST"\necho more\n')
    script.chmod(0o700)
    environ = {"EMAILGEN_IMAP_PASSWORD_COMMAND": f"{script} '$HOME;x'"}
    assert password(environ, "anna@corp.example", "h") == "$HOME;x anna@corp.example h"


@pytest.mark.parametrize("command", ["false", "true", "/no/such/program", "'open"])
def test_a_command_that_gives_none_is_an_error(command: str) -> None:
    """One line names the variable."""
    with pytest.raises(SettingError, match="EMAILGEN_IMAP_PASSWORD_COMMAND"):
        password({"EMAILGEN_IMAP_PASSWORD_COMMAND": command}, "anna", "h")


def test_a_private_file_holds_one_or_many(tmp_path: Path) -> None:
    """A file of lines LOGIN:PASSWORD, or of one password."""
    path = tmp_path / "passwords"
    path.touch(0o600)
    environ = {"EMAILGEN_IMAP_PASSWORD_FILE": str(path)}
    path.write_text("anna:one:1\nbob:two\n")
    assert password(environ, "anna", "h") == "one:1"
    assert password(environ, "bob", "h") == "two"
    with pytest.raises(SettingError, match="zoe:PASSWORD"):
        password(environ, "zoe", "h")
    path.write_text("all\n")
    assert password(environ, "zoe", "h") == "all"


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """The message says how to close it."""
    path = tmp_path / "passwords"
    path.write_text("x\n")
    path.chmod(0o640)
    with pytest.raises(SettingError, match="chmod 600"):
        password({"EMAILGEN_IMAP_PASSWORD_FILE": str(path)}, "anna", "h")


def test_no_password_at_all_names_the_ways(tmp_path: Path) -> None:
    """All three are named; a file that is missing is named too."""
    with pytest.raises(SettingError, match="EMAILGEN_IMAP_PASSWORD_FILE"):
        password({}, "anna", "h")
    with pytest.raises(SettingError, match="missing"):
        password({"EMAILGEN_IMAP_PASSWORD_FILE": str(tmp_path / "missing")}, "anna", "h")
