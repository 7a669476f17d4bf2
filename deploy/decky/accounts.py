#!/usr/bin/env python3
"""Makes the decky's accounts: a Dovecot passwd-file with one line for each persona.

    emailgen personas check --json | deploy/decky/accounts.py FILE

The passwords are those of DECKY_PASSWORD_FILE: one for all, or lines ``ADDRESS:PASSWORD``; or
DECKY_PASSWORD, one for all. A persona without a password gets an account that no password opens.
Only salted hashes (Dovecot's scheme SSHA512) are written; FILE is replaced at once as a whole.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Read persona rows from stdin and write the file; the exit code."""
    if len(arguments) != 1:
        return complain("usage: emailgen personas check --json | accounts.py FILE", 2)
    try:
        passwords = Passwords(environ)
    except (OSError, ValueError) as exc:
        return complain(f"accounts: {exc}", 78)
    found = list(addresses(sys.stdin))
    if not found:
        return complain("accounts: no persona on standard input; see emailgen personas check", 65)
    closed = [address for address in found if not passwords.of(address)]
    write(Path(arguments[0]), [line(address, passwords.of(address)) for address in found])
    complain(f"accounts: {len(found)} in {arguments[0]}")
    if closed:
        complain(f"accounts: without a password, so closed: {', '.join(closed)}")
    return 0


class Passwords:
    """One password for all, or one for each address."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._each: dict[str, str] = {}
        self._all = environ.get("DECKY_PASSWORD", "")
        name = environ.get("DECKY_PASSWORD_FILE")
        if name:
            self._read([text for text in Path(name).read_text("utf-8").splitlines() if text])
        if not self._all and not self._each:
            raise ValueError("no passwords; set DECKY_PASSWORD_FILE or DECKY_PASSWORD")

    def _read(self, lines: list[str]) -> None:
        pairs = [text.partition(":") for text in lines]
        if pairs and all(ADDRESS.fullmatch(address) and given for address, given, _ in pairs):
            self._each = {address.lower(): password for address, _, password in pairs}
        elif len(lines) == 1:
            self._all = lines[0]
        else:
            raise ValueError("DECKY_PASSWORD_FILE: neither one password nor lines ADDRESS:PASSWORD")

    def of(self, address: str) -> str:
        """The address's password, or "" if it has none."""
        return self._each.get(address, self._all)


def addresses(lines: Iterable[str]) -> Iterable[str]:
    """The in-house addresses among rows of ``emailgen personas check --json``, each once."""
    rows = (json.loads(text) for text in lines)
    inside = (row["email"].lower() for row in rows if "department" in row)
    return (one for one in dict.fromkeys(inside) if ADDRESS.fullmatch(one))


def line(address: str, password: str) -> str:
    """A line of a passwd-file; the password "" makes one that nothing opens."""
    if not password:
        return f"{address}:!::::::\n"
    salt = secrets.token_bytes(16)
    digest = hashlib.sha512(password.encode() + salt).digest()
    return f"{address}:{{SSHA512}}{base64.b64encode(digest + salt).decode()}::::::\n"


def write(path: Path, lines: list[str]) -> None:
    """Replace the file at once; whoever reads it sees the old one or the new one."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text("".join(lines), "utf-8")
    temporary.chmod(0o644)
    temporary.replace(path)


def complain(text: str, code: int = 0) -> int:
    """Tell a person; the exit code that was given."""
    sys.stderr.write(text + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
