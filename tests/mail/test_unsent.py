"""Unfinished drafts: who leaves any, and that each is an earlier state of a mail that was sent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from decnet_emailgen.mail import Copy, copies, mint, read, server_for
from decnet_emailgen.mail.quoting import writes_plain
from decnet_emailgen.mail.unsent import DRAFTS, LONGEST, beginning, rate, saved_id
from decnet_emailgen.records import Author, Draft, Party
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import DOMAIN, LANGUAGES, START, TEXTS, author, draft, pick

SERVER = server_for(DOMAIN, "Europe/Berlin", "a")
BOB = Party("Bob Smith", f"bob.smith@{DOMAIN}")
CLAIRE = Party("Claire Dubois", f"claire@{DOMAIN}")
LATE = START.replace(minute=27, second=41)
"""Late in its half hour, so that there was time before."""


def person(client: str, plain: bool, language: str = "en") -> Author:
    """Somebody who leaves drafts, and writes plain text or HTML."""
    for number in range(500):
        one = replace(author(client, language), email=f"p{number}@{DOMAIN}")
        if rate(one.email) > 0.03 and writes_plain(one) == plain:
            return one
    raise AssertionError("nobody leaves drafts")


def mails(
    one: Author,
    count: int = 400,
    when: datetime = LATE,
    step: timedelta = timedelta(),
    **more: object,
) -> list[Draft]:
    text = TEXTS[one.ui_language].format(to="Bob", me="Anna")
    found = []
    for number in range(count):
        at = when + number * step
        what = pick(one, at, key=f"k{number}", language=one.ui_language, **more)  # type: ignore[arg-type]
        found.append(draft(what, text))
    return found


def left(some: list[Draft]) -> list[tuple[Draft, Copy]]:
    """The states that are left of these mails, each with its mail."""
    return [(one, c) for one in some for c in copies(one, SERVER) if c.folder == DRAFTS]


def answers(one: Author, after: timedelta) -> list[Draft]:
    """Answers to a mail that is so much older."""
    asked = draft(pick(author("apple-mail", at=2), LATE - after, key="asked"), TEXTS["en"])
    return mails(one, kind="reply", thread=(asked.as_earlier(),))


STATES = [
    *[pytest.param(left(mails(person("thunderbird", True, at))), id=at) for at in LANGUAGES],
    pytest.param(left(mails(person("thunderbird", False))), id="html"),
    pytest.param(left(mails(person("roundcube", True))), id="roundcube"),
    pytest.param(left(answers(person("thunderbird", True), timedelta(hours=5))), id="answers"),
]


@pytest.mark.parametrize("states", STATES)
def test_a_draft_is_the_beginning_of_its_mail(states: list[tuple[Draft, Copy]]) -> None:
    """Its words are the mail's first ones, cut before the sign-off; subject and people the same."""
    assert states
    for one, copy in states:
        mail, sent = read(copy.content), read(one.message.encode())
        own, whole = (re.sub(r"\s+", " ", text).strip() for text in (mail.own, one.text))
        assert own
        assert whole.startswith(own)
        assert len(own) < 0.9 * len(whole)
        assert not own.endswith("Anna")
        assert mail.subject == sent.subject
        assert mail.to == sent.to
        assert mail.sender == sent.sender
        assert mail.quoted == sent.quoted
        assert mail.signature.replace("\n", "") == sent.signature.replace("\n", "")
        assert mail.in_reply_to == sent.in_reply_to
        assert not mail.first("Received")


@pytest.mark.parametrize("states", STATES)
def test_a_draft_was_saved_minutes_before_under_a_name_of_its_own(
    states: list[tuple[Draft, Copy]],
) -> None:
    """One to 25 minutes before, not before the half hour; time enough to write the rest."""
    for one, copy in states:
        mail = read(copy.content)
        assert mail.date is not None
        gap = one.pick.when - mail.date
        assert timedelta(minutes=1) <= gap <= LONGEST
        assert mail.date.minute // 30 == LATE.minute // 30
        assert gap >= timedelta(minutes=(len(one.text.split()) - len(mail.own.split())) / 40)
        assert timedelta() <= copy.arrival - mail.date <= timedelta(seconds=3)
        assert mail.message_id == copy.message_id != one.pick.message_id
        assert copy.message_id == saved_id(one.pick.message_id, copy.mailbox)
        assert copy.stem == copy.message_id.strip("<>").replace("@", "_at_")
        assert copy.mailbox == one.pick.sender.email
        assert copy.process


def names(content: bytes) -> list[str]:
    return [name for name, _ in read(content).headers]


def test_thunderbirds_drafts_have_its_fields_in_their_places() -> None:
    """Draft-Info, identity and Fcc after From in an answer, before Content-Type in a new mail."""
    _, copy = left(answers(person("thunderbird", True), timedelta(hours=5)))[0]
    own = ["X-Mozilla-Draft-Info", "X-Identity-Key", "Fcc"]
    found = names(copy.content)
    at = found.index("From")
    assert found[at : at + 5] == ["From", *own, "In-Reply-To"]
    assert copy.flags == {"\\Draft", "\\Seen"}
    for plain in (True, False):
        one, copy = left(mails(person("thunderbird", plain)))[0]
        found = names(copy.content)
        assert found[-6:] == ["Subject", *own, "Content-Type", "Content-Transfer-Encoding"]
        mail = read(copy.content)
        assert re.fullmatch(
            r"internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0;\s+attachmentreminder=0; "
            "deliveryformat=0",
            mail.first("X-Mozilla-Draft-Info"),
        )
        assert mail.first("Fcc").startswith("imap://p")
        assert mail.first("Fcc").endswith(f"@{SERVER.hostname}/Sent")
        assert mail.first("Content-Type").startswith("text/plain" if plain else "text/html")
        assert not set(own) & set(names(one.message.encode()))


def test_roundcubes_drafts_look_like_its_mail() -> None:
    """No field more than what it sends, and no draft of an answer: that would name a UID."""
    one, copy = left(mails(person("roundcube", True)))[0]
    assert names(copy.content) == names(one.message.encode())
    assert copy.flags == {"\\Seen"}
    assert not left(answers(person("roundcube", True), timedelta(hours=5)))


@pytest.mark.parametrize("client", sorted(set(CLIENTS) - {"thunderbird", "roundcube"}))
def test_clients_whose_drafts_are_not_known_leave_none(client: str) -> None:
    one = replace(person("thunderbird", True), client=client)
    assert not left(mails(one))


def test_people_from_outside_forwards_and_old_thunderbirds_leave_none() -> None:
    one = person("thunderbird", True)
    assert not left(mails(replace(one, outside=True)))
    assert not left(mails(one, when=LATE.replace(year=2021)))
    asked = draft(pick(author("apple-mail", at=2), START, key="asked"), TEXTS["en"])
    assert not left(mails(one, kind="forward", thread=(asked.as_earlier(),)))


def test_nobody_answers_what_has_not_come() -> None:
    """An answer sent five minutes after its parent has no state from before it was read."""
    one = person("thunderbird", True)
    assert not left(answers(one, timedelta(minutes=3)))
    for mail, copy in left(answers(one, timedelta(minutes=20))):
        saved = read(copy.content).date
        assert saved is not None
        assert saved - (mail.pick.when - timedelta(minutes=20)) > timedelta(minutes=3)


def test_a_draft_is_the_same_with_and_without_the_thread_before_it() -> None:
    """A mail from the store has no thread with it, one from a pipe has: same bytes."""
    one = person("thunderbird", True)
    for mail, copy in left(answers(one, timedelta(hours=5))):
        bare = replace(mail, pick=replace(mail.pick, thread=()))
        assert copy == copies(bare, SERVER)[-1]


def test_few_mails_of_two_thirds_of_people_leave_a_draft() -> None:
    """None to some in a hundred; always the same ones."""
    rates = [rate(f"p{number}@{DOMAIN}") for number in range(600)]
    assert 0.6 < sum(each > 0 for each in rates) / len(rates) < 0.75
    assert max(rates) < 0.04
    some = mails(person("thunderbird", True))
    states = left(some)
    assert 1 <= len(states) <= 0.06 * len(some)
    assert states == left(some)


def test_where_a_text_is_cut() -> None:
    """After a word or a sentence, 15 to 85 % in, or after the greeting; short texts never."""
    text = TEXTS["en"].format(to="Bob", me="Anna")
    body = text.removesuffix("\n\nThanks\nAnna")
    cuts = {beginning(text, f"k{number}") for number in range(300)}
    assert "Hi Bob," in cuts
    assert any(cut.endswith((".", "?")) for cut in cuts)
    for cut in cuts - {"Hi Bob,"}:
        assert text.startswith(cut)
        assert text[len(cut)].isspace()
        assert 0.1 * len(body) < len(cut) <= 0.85 * len(body)
    assert beginning("Yes, fine for me.\n\nAnna", "k") == ""
    assert "Grüße" not in beginning("wort " * 20 + "\n\nViele Grüße\n\nAnna", "k")


def test_the_name_follows_from_the_mails() -> None:
    """Whoever knows mail and mailbox knows its draft's Message-ID, in the client's grammar."""
    for client, grammar in (("thunderbird", r"<[0-9a-f-]{36}@"), ("roundcube", r"<[0-9a-f]{32}@")):
        own = mint(client, DOMAIN, START, "k")
        assert re.match(grammar, saved_id(own, f"a@{DOMAIN}"))
        assert saved_id(own, f"a@{DOMAIN}") == saved_id(own, f"a@{DOMAIN}") != own


def test_copies_may_be_added_later() -> None:
    """Some states of a new mail don't have Cc yet, and To always."""
    one = person("thunderbird", True)
    found = [read(copy.content) for _, copy in left(mails(one, 1500, cc=(CLAIRE,)))]
    assert {bool(mail.cc) for mail in found} == {True, False}
    assert all(mail.to for mail in found)
