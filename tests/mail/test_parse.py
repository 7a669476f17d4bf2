"""Reading mail: ours comes back as it was written, and garbage is survived."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decnet_emailgen.mail import read
from decnet_emailgen.mail.parse import MOST, html_text
from decnet_emailgen.records import Kind
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import LANGUAGES, SUBJECTS, draft, thread


@pytest.mark.parametrize("kind", ["reply", "forward"])
@pytest.mark.parametrize("language", [*LANGUAGES])
@pytest.mark.parametrize("client", CLIENTS)
def test_own_words_are_told_from_the_quotation(client: str, language: str, kind: Kind) -> None:
    """Whatever the client, language and parent: own words whole, the parent's elsewhere."""
    for parent in CLIENTS:
        first, last = thread((parent, client), language, kind)
        mail = read(last.message.encode())
        own, wanted = mail.own.split(), last.text.split()
        assert own[: len(wanted)] == wanted
        assert len(own) <= len(wanted) + 8  # an undelimited signature or phone line
        quoted = mail.quoted.replace(">", " ").replace("\ufeff", "").split()
        assert " ".join(first.text.split()) in " ".join(quoted)


@pytest.mark.parametrize("client", CLIENTS)
def test_fields_come_back(client: str) -> None:
    """Names, addresses, subject, date, threading and structure."""
    first, last = thread(("outlook", client), "fr")
    mail = read(last.message.encode())
    assert mail.message_id == last.pick.message_id
    assert mail.in_reply_to == first.pick.message_id
    assert mail.date == last.pick.when
    assert (mail.sender.name, mail.sender.email) == ("O'Brien, Seán", "sean.obrien@acme.test")
    name = mail.to[0].name.strip("'")
    assert (name, mail.to[0].email) == ("Bob Smith", "bob.smith@acme.test")
    assert mail.cc[0].email == "claire@acme.test"
    assert mail.subject.endswith(SUBJECTS["fr"])
    assert mail.attachments == ()
    rich = ["multipart/alternative", "text/plain", "text/html"]
    assert list(mail.structure) in (rich, ["text/plain"])
    assert mail.size == len(last.message.encode())


@pytest.mark.parametrize("client", ["outlook", "gmail", "apple-mail", "iphone", "k9", "exchange"])
@pytest.mark.parametrize("parent", CLIENTS)
@pytest.mark.parametrize("kind", ["reply", "forward"])
def test_both_parts_say_the_same(client: str, parent: str, kind: Kind) -> None:
    """The words of the HTML part are those of the plain part, in the same order."""
    mail = read(thread(("gmail", parent, client), "de", kind)[-1].message.encode())
    if mail.html:
        assert words(html_text(mail.html)) == words(mail.text)


def test_thunderbird_says_the_same_twice() -> None:
    """Thunderbird's two parts agree where its owner sends HTML."""
    rich = 0
    for language in LANGUAGES:
        for local in ("ada", "ben", "cleo", "dan"):
            last = thread(("gmail", "thunderbird"), language)[-1]
            sender = replace(last.pick.sender, email=f"{local}@acme.test")
            made = draft(replace(last.pick, sender=sender), last.text)
            mail = read(made.message.encode())
            if mail.html:
                rich += 1
                assert words(html_text(mail.html)) == words(mail.text)
    assert rich


def words(text: str) -> list[str]:
    """What a reader sees: letters and digits, without quote marks, rules and blanks."""
    kept = "".join(c if c.isalnum() else " " for c in text.replace("\ufeff", ""))
    return kept.split()


@given(st.binary(max_size=400))
def test_garbage_never_raises(content: bytes) -> None:
    """Any octets give a mail with empty fields at worst."""
    mail = read(content)
    assert mail.size == len(content)
    assert mail.date is None or isinstance(mail.date, datetime)


FIELDS = st.sampled_from(
    [b"From", b"To", b"Date", b"Subject", b"References", b"Content-Type", b"Message-ID",
     b"Content-Transfer-Encoding", b"Content-Disposition"]
)  # fmt: skip
VALUES = st.one_of(
    st.binary(max_size=60).map(lambda v: v.replace(b"\n", b" ").replace(b"\r", b" ")),
    st.sampled_from(
        [b"=?utf-8?B?####?=", b"=?x-none?Q?=FF?=", b"multipart/mixed; boundary=x", b"<<>><a@b",
         b"Mon, 99 Foo 2026 99:99:99 +9999", b"text/plain; charset=nonsense; format=flowed",
         b"base64", b"quoted-printable", b"attachment; filename*=utf-8''%ff", b"\xff\xfe", b"((("]
    ),
)  # fmt: skip


@given(st.lists(st.tuples(FIELDS, VALUES), max_size=9), st.binary(max_size=80))
def test_broken_fields_never_raise(fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Fields full of nonsense are read as far as they make sense."""
    head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    mail = read(head + b"\r\n" + body)
    assert len(mail.headers) <= len(fields)


def test_a_mail_without_plain_part_is_read_from_html() -> None:
    """The text of an HTML mail, quotations marked."""
    mail = read(
        b"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<html><head><style>p {}</style></head><body><p>Hi <b>Bob</b>,</p><p>caf\xc3\xa9</p>"
        b"<blockquote>old</blockquote></body></html>"
    )
    assert mail.text == "Hi Bob,\ncafé\n> old"
    assert mail.own == "Hi Bob,\ncafé"
    assert mail.quoted == "> old"


def test_attachments_are_listed_and_not_read_as_text() -> None:
    """Name (RFC 2231), type and size of files."""
    mail = read(
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee file.\r\n"
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment;\r\n"
        b" filename*=utf-8''%C3%BCber.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"aGVsbG8=\r\n--b--"
    )
    assert mail.text.strip() == "See file."
    assert [(a.name, a.kind, a.size) for a in mail.attachments] == [("über.txt", "text/plain", 5)]


@pytest.mark.parametrize(
    ("kind", "body"),
    [("html", b"<" * 3_000_000), ("plain", b"> q\n" * 500_000), ("plain", b"word " * 600_000)],
)
def test_floods_are_read_as_far_as_anybody_writes(kind: str, body: bytes) -> None:
    head = f"Subject: x\r\nContent-Type: text/{kind}\r\n\r\n".encode()
    mail = read(head + body)
    assert mail.subject == "x"
    assert mail.size == len(head) + len(body)
    assert len(mail.own) + len(mail.quoted) <= MOST
