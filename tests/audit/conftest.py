"""The command line as tests/cli runs it."""

from tests.cli.conftest import empty_shell, seeded, shell

__all__ = ["empty_shell", "seeded", "shell"]
