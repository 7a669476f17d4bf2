"""Any octets are mail to the audit: it neither stops nor keeps them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decnet_emailgen.audit import Entry, audit
from tests.audit.boxes import MONDAY, NOW, mail
from tests.servers.require import require

_of_python = find_spec("test")
DATA = Path((_of_python and _of_python.origin) or "none").parent / "test_email" / "data"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=4))
def test_any_octets_are_measured(contents: list[bytes]) -> None:
    assert audit((Entry("", "", each) for each in contents), now=NOW).copies == len(contents)


@settings(deadline=None)
@given(
    name=st.sampled_from(
        ["Date", "From", "To", "Message-ID", "References", "Subject", "Content-Type", "Received"]
    ),
    value=st.text(max_size=120),
)
def test_any_header_is_measured(name: str, value: str) -> None:
    content = f"{name}: ".encode() + value.encode("utf-8", "surrogateescape") + b"\n" + mail(1)
    assert audit([Entry("", "", content)], now=NOW).copies == 1


def test_pythons_own_test_mails_are_measured() -> None:
    """CPython's collection of broken mail goes through."""
    require(DATA.is_dir(), "this Python comes without its tests' data")
    mails = [path.read_bytes() for path in sorted(DATA.glob("msg_*.txt"))]
    assert len(mails) > 30
    report = audit((Entry("", "", each, place=str(n)) for n, each in enumerate(mails)), now=NOW)
    assert report.copies == len(mails)


@pytest.mark.parametrize(
    "body",
    [
        "a" * 2_000_000,
        "* " * 500_000,
        "**" + "x*" * 500_000,
        "[" * 300_000,
        "<" * 300_000 + ">",
        "> " * 400_000,
        "Hi " * 400_000,
        "I hope this " * 100_000,
        "\n" * 1_000_000,
        "| a " * 300_000,
        "| a |\n" * 200_000,
        "{{" * 300_000,
        "-" * 1_000_000,
    ],
    ids=lambda body: body[:6].strip() or "blank",
)
def test_a_huge_text_is_measured(body: str) -> None:
    """No pattern takes more than a moment on what was made to hold it up."""
    report = audit([Entry("", "", mail(1, body=body))], now=NOW)
    assert report.copies == 1


def test_memory_does_not_grow_with_the_mail() -> None:
    """Of four megabytes of mail little is left behind."""

    def mails(count: int) -> Iterator[Entry]:
        for number in range(count):
            body = f"{number} and more, on and on, as newsletters go. " * 2_000
            yield Entry("anna", "INBOX", mail(number, MONDAY, body=body))

    audit(mails(1), now=NOW)  # what is read once and kept
    tracemalloc.start()
    try:
        report = audit(mails(40), now=NOW)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.mails == 40
    assert kept < 1_000_000
