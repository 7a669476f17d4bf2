"""Write the generated pages of docs/; with --check, only tell whether they are up to date.

python scripts/docs.py [--check]
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["COLUMNS"] = "100"
os.environ["TERM"] = "dumb"

from typer.testing import CliRunner

from decnet_emailgen.cli.main import app
from decnet_emailgen.errors import EmailgenError, ExitCode

DOCS = Path(__file__).parent.parent / "docs"
COMMANDS = (
    *(["seed"], ["tick"], ["pick"], ["generate"], ["deliver"]),
    *(["threads"], ["threads", "ls"], ["threads", "show"], ["threads", "tree"]),
    *(["threads", "export"], ["stats"]),
    *(["threads", "rm"], ["purge"]),
    *(
        ["personas"],
        ["personas", "check"],
        ["personas", "new"],
        ["personas", "import"],
        ["personas", "schema"],
    ),
    *(["audit"], ["init"], ["doctor"]),
)


def commands() -> str:
    """The command line reference: every --help, as it is printed."""
    parts = [""]
    for command in ([], *COMMANDS):
        result = CliRunner().invoke(app, [*command, "--help"], prog_name="emailgen")
        assert result.exit_code == 0, result.output
        name = " ".join(["emailgen", *command])
        parts.append(f"## {name}\n\n```text\n{_tidy(result.output)}\n```\n")
    return "\n".join(parts)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def exit_codes() -> str:
    """The exit codes and the errors that have them."""
    lines = ["", "| code | name | errors |", "|---|---|---|"]
    for code in ExitCode:
        names = sorted(error.__name__ for error in _errors() if error.exit_code == code)
        lines.append(f"| {code.value} | {code.name} | {', '.join(names) or 'none'} |")
    return "\n".join([*lines, ""])


def _errors(base: type[EmailgenError] = EmailgenError) -> Iterator[type[EmailgenError]]:
    yield base
    for error in base.__subclasses__():
        yield from _errors(error)


def personas() -> str:
    """The keys of a personas file."""
    from decnet_emailgen.world.schema import reference

    return reference()


def audit() -> str:
    """Every check of the audit."""
    from decnet_emailgen.audit import reference
    from decnet_emailgen.cli.auditview import span

    known = reference()
    lines: list[str] = []
    for group in known.groups:
        lines += [f"### {group}", "", "| check | what | range | least n | source |"]
        lines += ["|---|---|---|---|---|"]
        for check in known.checks:
            if check.group == group:
                unit = "" if check.low is None and check.high is None else f" {check.unit}"
                limits = "hard: 0" if check.kind == "hard" else span(check.low, check.high) + unit
                cells = (f"`{check.id}`", check.name, limits, str(check.least), check.source)
                lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "commands.md": ("commands", commands),
    "exit-codes.md": ("exit codes", exit_codes),
    "personas.md": ("personas", personas),
    "audit.md": ("audit", audit),
}


def renewed(page: str, name: str, text: str) -> str:
    """A page with its generated part made anew."""
    begin, end = f"<!-- generated: {name} -->", "<!-- end -->"
    pattern = re.compile(f"({re.escape(begin)}).*?({re.escape(end)})", re.DOTALL)
    assert pattern.search(page), f"no {begin} in the page"
    return pattern.sub(lambda found: f"{begin}\n\n{text.strip()}\n\n{end}", page)


def main() -> int:
    """Write or check; 1 if a page was out of date."""
    stale = []
    for name, (mark, make) in PAGES.items():
        path = DOCS / name
        page = path.read_text("utf-8")
        fresh = renewed(page, mark, make())
        if fresh != page:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(fresh, "utf-8")
    for name in stale:
        print(f"docs/{name} {'is out of date' if '--check' in sys.argv else 'written'}")
    if stale and "--check" in sys.argv:
        print("run: python scripts/docs.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
