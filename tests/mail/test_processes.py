"""Process ids of one host come from one counter, whoever started the process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from decnet_emailgen.mail import server_for
from decnet_emailgen.mail.server import process_id, session_process

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5", "6"])
def test_a_session_is_older_than_mail_of_its_time_but_not_by_much(key: str) -> None:
    """Its process lies between LMTP's of up to five hours before and LMTP's of now."""
    server = server_for("corp.example", "Europe/Madrid", key)
    jitter = 20  # processes of one minute
    for step in range(400):
        now = START + timedelta(minutes=step * 97)
        found = session_process(server, "ana@corp.example", now)
        newest = process_id(server, now, "lmtp")
        oldest = process_id(server, now - timedelta(hours=5), "lmtp")
        if oldest < newest:  # else the server was started anew in between
            assert oldest - jitter <= found <= newest + jitter
        else:
            assert found <= newest + jitter


def test_mails_of_one_session_have_one_process() -> None:
    """Within an hour most of what somebody sends goes through the same connection."""
    server = server_for("corp.example", "Europe/Madrid", "1")
    sent = [
        session_process(server, "ana@corp.example", START + timedelta(minutes=m)) for m in range(60)
    ]
    assert len(set(sent)) <= 2
    assert sent == sorted(sent)
