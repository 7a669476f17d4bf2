"""The rooms of the house import only what the design allows them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "decnet_emailgen"

MAY_IMPORT: dict[str, set[str]] = {
    "records": {"errors"},
    "errors": set(),
    "world": {"records", "errors"},
    "pick": {"world", "records", "errors"},
    "mail": {"world", "records", "errors"},
    "generate": {"world", "mail", "records", "errors"},
    "deliver": {"mail", "records", "errors"},
    "store": {"records", "errors"},
    "audit": {"mail", "records", "errors"},
    "cli": {
        *("world", "pick", "mail", "generate", "deliver", "store", "audit", "records", "errors"),
    },
}
PURE = ("world", "pick", "mail", "audit")
IMPURE_MODULES = {
    *("os", "socket", "subprocess", "requests", "sqlite3", "sqlite_utils", "docker", "secrets"),
    *("tempfile", "shutil", "urllib", "http", "ssl", "imaplib", "threading", "time"),
}
IMPURE_CALLS = re.compile(
    r"\b(open\(|Path\(|datetime\.now\(|date\.today\(|time\.time\(|os\.environ|uuid4\(|"
    r"random\.(random|choice|randint|shuffle|sample|seed)\()"
)


def modules(room: str) -> list[Path]:
    single = PACKAGE / f"{room}.py"
    return [single] if single.exists() else sorted((PACKAGE / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module name imported anywhere in the file, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(path: Path) -> set[str]:
    """The rooms of ours that a file imports from."""
    found = set()
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "decnet_emailgen" and len(parts) > 1 and not parts[1].startswith("__"):
            found.add(parts[1])
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    for path in modules(room):
        foreign = rooms_of(path) - MAY_IMPORT[room] - {room}
        assert not foreign, f"{path.relative_to(PACKAGE)} imports {foreign}"


def test_every_module_belongs_to_a_room() -> None:
    top = {path.stem for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert top - {"py", "__init__", "__main__"} <= set(MAY_IMPORT)


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_has_no_door_to_the_outside(room: str) -> None:
    for path in modules(room):
        doors = {name.split(".")[0] for name in imported(path)} & IMPURE_MODULES
        assert not doors, f"{path.relative_to(PACKAGE)} imports {doors}"


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_reads_no_clock_file_or_global_randomness(room: str) -> None:
    for path in modules(room):
        source = re.sub(r'""".*?"""|#.*', "", path.read_text("utf-8"), flags=re.DOTALL)
        found = IMPURE_CALLS.search(source)
        assert found is None, f"{path.relative_to(PACKAGE)}: {found.group()}"


def test_the_command_is_quick_to_start_because_heavy_modules_load_late() -> None:
    """Neither --help nor its app may import what only some commands need."""
    import subprocess
    import sys

    heavy = ("docker", "requests", "sqlite_utils", "yaml", "holidays", "babel", "rich.table")
    code = (
        f"import sys, decnet_emailgen.cli.main; print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
