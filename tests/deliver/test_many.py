"""Ten thousand mails in one go, into every kind of target."""

from collections import Counter
from datetime import timedelta

import pytest

from decnet_emailgen.deliver import missing
from tests.deliver.conftest import LOCAL, Subject
from tests.deliver.corpus import corpus

COUNT = 10_000


@pytest.mark.parametrize(
    "subject", [*LOCAL, "imap", "docker", "docker-tmpfs", "docker-maildir"], indirect=True
)
def test_ten_thousand_mails(subject: Subject) -> None:
    """All are there, each once, and doing it again finds them all present."""
    copies = corpus(COUNT, large=False)
    kept = 2 * COUNT if subject.whole else COUNT
    states = Counter(one.state for one in subject.target.put(copies))
    assert states == Counter(delivered=kept, skipped=2 * COUNT - kept)
    some = [copy for copy in copies if copy.folder == "INBOX"]
    assert missing(subject.reopen(), some) == []
    again = Counter(one.state for one in subject.reopen().put(copies))
    assert again == Counter(present=kept, skipped=2 * COUNT - kept)
    latest = some[0].arrival - timedelta(days=2)
    sample = [copy for copy in some if copy.arrival > latest]
    found = {mail.message_id: mail.content for mail in subject.target.read(sample)}
    assert found == {copy.message_id: copy.content for copy in sample}
