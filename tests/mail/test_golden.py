"""Golden mails: what a person can open and judge, held byte for byte."""

from __future__ import annotations

import email
import email.policy

import pytest

from tests.mail.golden import FOLDER, mails

GOLDEN = dict(mails())


@pytest.mark.parametrize("name", GOLDEN)
def test_mail_is_the_golden_one(name: str) -> None:
    """The bytes of each client in each language don't change unnoticed."""
    assert GOLDEN[name] == (FOLDER / name).read_bytes(), "see tests/mail/golden.py"


def test_no_golden_mail_is_left_over() -> None:
    """Every file in the folder belongs to a client and a language."""
    assert {path.name for path in FOLDER.glob("*.eml")} == set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_python_finds_no_defect(name: str) -> None:
    """The strict parser of the standard library has nothing to complain about."""
    message = email.message_from_bytes(GOLDEN[name], policy=email.policy.default)
    for part in message.walk():
        assert not part.defects
        assert not [value for value in part.values() if value.defects]
