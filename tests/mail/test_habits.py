"""What people do with their clients: where they answer, what they cut, what stays consistent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from decnet_emailgen.mail import compose, copies, read, server_for
from decnet_emailgen.records import Draft, Party
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import DOMAIN, START, author, draft, pick, thread

QUESTIONS = "Hi Bob,\n\ntwo things.\n\nIs it paid?\n\nWhen do the pallets come?\n\nThanks\nAnna"
ANSWERS = "Hi Anna,\n\nyes, on Monday.\n\nThursday, says the warehouse.\n\nBest\nBob"


def answers(client: str, text: str = ANSWERS) -> list[Draft]:
    """The same answer by twelve people."""
    asked = draft(pick(author("roundcube")), QUESTIONS).as_earlier()
    found = []
    for number in range(12):
        sender = replace(author(client, at=2), email=f"b{number}@{DOMAIN}")
        what = pick(
            sender, START + timedelta(hours=1), kind="reply", thread=(asked,), key=f"r{number}"
        )
        found.append(draft(what, text))
    return found


def test_some_people_answer_between_the_questions() -> None:
    """Answers stand under their questions, the rest of the parent is cut, own words stay whole."""
    texts = [read(mail.message.encode()) for mail in answers("thunderbird")]
    between = [mail for mail in texts if "> Is it paid?\n\nyes, on Monday." in mail.text]
    assert 0 < len(between) < len(texts)
    for mail in between:
        assert mail.own.split() == ANSWERS.split()
        assert "two things" not in mail.text
        assert "> When do the pallets come?\n\nThursday, says the warehouse." in mail.text


def test_nobody_answers_between_without_enough_answers() -> None:
    """One paragraph for two questions goes above or below the quotation."""
    for mail in answers("thunderbird", "Hi Anna,\n\nyes and Thursday.\n\nBest\nBob"):
        assert "> two things." in mail.message


def test_outlook_never_answers_between() -> None:
    """People with Outlook write on top."""
    for mail in answers("outlook"):
        assert read(mail.message.encode()).text.startswith("Hi Anna,")


def test_plain_text_people_answer_above_or_below() -> None:
    """Where a person's answer stands is their habit."""
    places = {
        number: read(mail.message.encode()).text.startswith("Hi Anna,")
        for number, mail in enumerate(answers("roundcube", "Hi Anna,\n\nyes.\n\nBest\nBob"))
    }
    assert set(places.values()) == {True, False}


@pytest.mark.parametrize("client", CLIENTS)
def test_long_threads_stay_small(client: str) -> None:
    """A thread of thirty mails doesn't grow without end, and stays valid."""
    drafts = thread((client, "outlook", "gmail") * 6)
    sizes = [len(mail.message) for mail in drafts]
    assert max(sizes) < 150_000
    mail = read(drafts[-1].message.encode())
    assert mail.references[0] == drafts[0].pick.message_id
    assert mail.references[-1] == drafts[-2].pick.message_id


def test_a_mail_is_quoted_as_it_was_sent() -> None:
    """What a later mail quotes of an earlier one is that mail's own text, nested quotes too."""
    drafts = thread(("roundcube", "thunderbird", "roundcube", "gmail"))
    sent = [read(mail.message.encode()).text for mail in drafts]
    quoted = read(drafts[-1].message.encode()).quoted
    parent = sent[-2].partition("\n-- \n")[0].split()
    flat = " ".join(quoted.replace(">", " ").split())
    assert " ".join(word for word in parent if set(word) != {">"}) in flat


def test_mail_is_deterministic() -> None:
    """The same pick gives the same octets."""
    what = thread(("gmail", "outlook"))[-1].pick
    assert compose(what, "", "Hi") == compose(what, "", "Hi")


def test_an_unknown_client_writes_like_thunderbird() -> None:
    """A client this room doesn't know does no harm, as author or as parent."""
    first = draft(pick(author("pine")), "Hi\n\nAnna")
    assert "User-Agent: Mozilla Thunderbird" in first.message
    past = first.as_earlier()
    later = draft(pick(author("gmail", at=1), kind="reply", thread=(past,)), "Hi\n\nSeán")
    assert "> Hi" in read(later.message.encode()).text


def test_k9_encodes_long_subjects() -> None:
    """K-9 writes an ASCII subject that doesn't fit on a line in encoded words; here on one line."""
    title = "The minutes of the meeting about the new warehouse and what follows from them"
    made = compose(pick(author("k9")), title, "Hi")
    line = next(x for x in made.message.decode().split("\r\n") if x.startswith("Subject"))
    assert line.startswith("Subject: =?US-ASCII?Q?The_minutes_of")
    assert read(made.message).subject == title


@pytest.mark.parametrize("client", ["iphone", "apple-mail", "gmail", "exchange"])
def test_scripts_beyond_latin_go_in_base64(client: str) -> None:
    """Apple, Gmail and Exchange choose base64 for Japanese."""
    text = "田中様\n\n先週の請求書をご確認ください。よろしくお願いいたします。\n\n鈴木"
    made = compose(pick(author(client, signature=False)), "請求書", text, html=False)
    if client != "gmail":
        assert b"Content-Transfer-Encoding: base64" in made.message
    assert read(made.message).text.startswith(text)


def test_html_can_be_refused() -> None:
    """With html=False every client writes plain text alone."""
    for client in CLIENTS:
        made = compose(pick(author(client)), "x", "Hi\n\nAnna", html=False)
        assert read(made.message).structure == ("text/plain",)
        assert made.plain.startswith("Hi\r\n\r\nAnna")


def test_nobody_is_told_twice() -> None:
    """Somebody in To and Bcc gets one copy."""
    bob = Party("Bob", f"bob.smith@{DOMAIN}")
    mail = draft(pick(author("gmail"), to=(bob,), bcc=(bob,)), "Hi")
    found = copies(mail, server_for(DOMAIN, "UTC", "k"))
    assert [copy.folder for copy in found] == ["Sent", "INBOX"]
