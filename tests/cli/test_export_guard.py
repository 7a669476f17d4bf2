"""An export writes over nothing that an export didn't make."""

from __future__ import annotations

from pathlib import Path

import pytest

from decnet_emailgen.errors import ExitCode
from tests.cli.conftest import Shell
from tests.cli.test_errors import one_line


@pytest.mark.parametrize("form", ["html", "mbox"])
def test_files_of_others_stay_as_they_are(shell: Shell, form: str) -> None:
    shell.seed(5)
    for name in ("emailgen.db", "personas.yaml"):
        before = (shell.folder / name).read_bytes()
        done = shell("threads", "export", "--all", "--format", form, "-o", name)
        one_line(done, ExitCode.USAGE, name, "name another file")
        assert (shell.folder / name).read_bytes() == before


@pytest.mark.parametrize("name", ["", ".", "-", "/dev/null"])
def test_what_is_no_file_is_refused(shell: Shell, name: str) -> None:
    shell.seed(5)
    done = shell("threads", "export", "--all", "--format", "html", "-o", name)
    one_line(done, ExitCode.USAGE, "--output")
    assert Path("/dev/null").is_char_device()


def test_an_earlier_export_is_made_anew(shell: Shell) -> None:
    shell.seed(5)
    for _ in range(2):
        shell("threads", "export", "--all", "--format", "html", "-o", "page.html").ok()
        shell("threads", "export", "--all", "--format", "mbox", "-o", "all.mbox").ok()


def test_no_number_is_no_threshold(shell: Shell) -> None:
    shell.seed(5)
    one_line(shell("audit", "--fail-under", "nan"), ExitCode.USAGE, "--fail-under")
