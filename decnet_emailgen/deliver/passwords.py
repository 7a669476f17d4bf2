"""Passwords of IMAP accounts: from the environment, a command or a private file.

``EMAILGEN_IMAP_PASSWORD`` is the password; ``EMAILGEN_IMAP_PASSWORD_COMMAND`` prints it (run
without a shell; EMAILGEN_IMAP_LOGIN and EMAILGEN_IMAP_HOST tell it whose); the file that
``EMAILGEN_IMAP_PASSWORD_FILE`` names holds it, or lines ``LOGIN:PASSWORD``, and is readable by its
owner only. The first that is set counts.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from decnet_emailgen.errors import SettingError

NAME = "EMAILGEN_IMAP_PASSWORD"


def password(environ: Mapping[str, str], login: str, host: str) -> str:
    """The password of a login; raises :class:`SettingError` if there is none to be had."""
    if NAME in environ:
        return environ[NAME]
    if command := environ.get(f"{NAME}_COMMAND"):
        return _ask(command, {**environ, "EMAILGEN_IMAP_LOGIN": login, "EMAILGEN_IMAP_HOST": host})
    if path := environ.get(f"{NAME}_FILE"):
        return _look_up(Path(path).expanduser(), login)
    raise SettingError(
        f"no password for {login} at {host}; set {NAME}, {NAME}_COMMAND or {NAME}_FILE"
    )


def _ask(command: str, environ: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            shlex.split(command),
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as exc:
        why = getattr(exc, "strerror", None) or type(exc).__name__
        if isinstance(exc, subprocess.CalledProcessError):
            why = f"exit code {exc.returncode}"
        raise SettingError(f"{NAME}_COMMAND: {why}; it has to print the password") from exc
    answer = done.stdout.partition("\n")[0].rstrip("\r")
    if not answer:
        raise SettingError(f"{NAME}_COMMAND printed nothing; it has to print the password")
    return answer


def _look_up(path: Path, login: str) -> str:
    try:
        mode = path.stat().st_mode
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingError(f"{NAME}_FILE: {path} cannot be read; check the path") from exc
    if mode & 0o077:
        raise SettingError(f"{NAME}_FILE: others may read {path}; chmod 600 {path}")
    for line in lines:
        if line.startswith(f"{login}:"):
            return line[len(login) + 1 :]
    if len(lines) == 1 and lines[0]:
        return lines[0]
    raise SettingError(f"{NAME}_FILE: {path} has no line {login}:PASSWORD; add it")
