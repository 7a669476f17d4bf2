"""Killed at any instant and run again, each mail is in each mailbox exactly once, in order."""

import os
import random
import signal
import time
from collections import Counter

import pytest

from tests.deliver.conftest import LOCAL, Subject
from tests.deliver.corpus import PEOPLE, corpus
from tests.deliver.test_filing import as_filed

TRIALS = 5
KILLS = 5  # in each trial, before the run that may finish

CRASHED = (*LOCAL, "imap", "docker", "docker-tmpfs", "docker-maildir")
pytestmark = pytest.mark.parametrize("subject", CRASHED, indirect=True)


def _deliver(subject: Subject, count: int) -> None:
    """What runs do: batches in the order of time; later, owners have filed some of the mail."""
    copies = corpus(count, large=False)[::-1]
    for done in (False, True):
        stage = as_filed(copies, done=done)
        for start in range(0, len(stage), 40):
            subject.reopen().put(stage[start : start + 40])


def _run_until_killed(subject: Subject, count: int, seconds: float) -> float:
    """Deliver in a process of its own, and kill it after so long; how long it lived."""
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            _deliver(subject, count)
        finally:
            os._exit(0)
    while time.monotonic() - begin < seconds:
        if os.waitpid(child, os.WNOHANG)[0]:
            return time.monotonic() - begin
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return seconds


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_killed_runs_leave_each_mail_once(subject: Subject) -> None:
    """After every kill no mail is torn; after the run that finishes none is missing or double."""
    seed = int(os.environ.get("EMAILGEN_CRASH_SEED", "0"))
    draw = random.Random(f"{seed}{subject.name}")
    count = 80
    copies = as_filed(corpus(count, large=False)[::-1], done=True)
    contents = {copy.content for copy in copies}
    whole = _run_until_killed(subject, count, 60)
    for _ in range(TRIALS):
        subject.target.remove([mail.ref for mail in subject.all(copies)])
        for _ in range(KILLS):
            _run_until_killed(subject, count, draw.uniform(0, whole / 2))
            assert all(mail.content in contents for mail in subject.all(copies))
        _deliver(subject, count)
        found = subject.all(copies)
        counts = Counter((mail.mailbox, mail.folder == "Sent", mail.message_id) for mail in found)
        assert set(counts.values()) == {1}
        assert len(found) == (2 * count if subject.whole else count)
        if subject.name == "imap":
            for mailbox in PEOPLE:  # read back in the order of UIDs
                inbox = [m.arrival for m in found if (m.mailbox, m.folder) == (mailbox, "INBOX")]
                assert inbox == sorted(inbox)
