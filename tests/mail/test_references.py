"""References of an answer are its parent's and the parent's id (RFC 5322 section 3.6.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from decnet_emailgen.mail.parse import read
from decnet_emailgen.mail.threads import STARTS_ANEW
from decnet_emailgen.records import Party
from tests.mail.samples import START, author, draft, pick, thread

CLIENTS = ("outlook", "apple-mail", "iphone", "thunderbird", "roundcube", "gmail", "k9")


@pytest.mark.parametrize("answerer", CLIENTS)
@pytest.mark.parametrize("forwarder", CLIENTS)
def test_an_answer_to_a_forward_continues_what_the_forward_says(
    forwarder: str, answerer: str
) -> None:
    mails = thread(("outlook", "thunderbird", forwarder), last="forward")
    past = tuple(mail.as_earlier() for mail in mails)
    back = mails[-1].pick.sender
    reply = draft(
        pick(
            replace(author(answerer, at=5), email="third@acme.test"),
            START + timedelta(days=1),
            key=f"{forwarder}{answerer}",
            kind="reply",
            thread=past,
            to=(Party(back.name, back.email),),
        ),
        "Thanks.",
    )
    parent, answer = read(mails[-1].message.encode()), read(reply.message.encode())
    assert answer.in_reply_to == parent.message_id
    assert answer.references == (*parent.references, parent.message_id)
    assert (parent.references == ()) is (forwarder in STARTS_ANEW)
