"""Whatever Unicode people and models write, valid mail comes out and the text comes back."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decnet_emailgen.mail import compose, copies, read, server_for
from decnet_emailgen.mail.encode import (
    clean_field,
    clean_text,
    encoded_words,
    flow,
    quoted_printable,
)
from decnet_emailgen.mail.parse import unflow
from decnet_emailgen.records import Draft, Party
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import DOMAIN, author, pick, thread

EXACT = ("thunderbird", "roundcube", "apple-mail", "iphone", "k9", "exchange")
HARD = st.sampled_from(
    ["", ".", "..", "From me", "> no quote", " .x", "-- ", "=?utf-8?Q?x?=", "=20", "a" * 1200,
     "漢" * 500, ". " * 60, "x " * 300, "é" * 80 + ".", "{charset}", "Subject: x", "\t.", "🙂" * 90]
)  # fmt: skip
LINES = st.one_of(st.text(max_size=120), HARD)
TEXTS = st.lists(LINES, min_size=1, max_size=8).map("\n".join)
NAMES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "O'Brien, Seán",
            'Ann "Bo" Lee',
            "名前 太郎",
            "דוד כהן",
            "😀 Smiley",
            "a@b",
            "\\",
            "",
            "=?x?=",
        ]
    ),
)
SUBJECTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["x" * 1500, "ü" * 400, "a\r\nBcc: x@y.z", "Re: Re: x", "=?utf-8?q?x?=", "😀" * 99]
    ),
)


def parsed(content: bytes) -> EmailMessage:
    """The mail as the strict parser reads it, after the checks that hold for every mail."""
    for line in content.split(b"\r\n"):
        assert len(line) <= 998
        assert b"\n" not in line
        assert b"\r" not in line
        assert not line.startswith(b".")
    head = content.split(b"\r\n\r\n", 1)[0]
    assert head.isascii()
    assert head.lower().count(b"\r\nmime-version:") + head.lower().startswith(b"mime-version:") == 1
    content.decode("utf-8")
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        assert not part.defects
        assert not [value for value in part.values() if value.defects]
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("client", CLIENTS)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS, name=NAMES, subject=SUBJECTS, html=st.booleans())
def test_text_names_and_subject_come_back(
    client: str, text: str, name: str, subject: str, html: bool
) -> None:
    """Subject on one line, names and text recovered; nothing in them makes a new field."""
    sender = replace(author(client, signature=False), name=name)
    what = pick(sender, to=(Party(name, f"bob.smith@{DOMAIN}"), Party("", f"x@{DOMAIN}")))
    made = compose(what, subject, text, html=html)
    message = parsed(made.message)
    assert {key.lower() for key in message} <= KNOWN_FIELDS
    mail = read(made.message)
    title = clean_field(subject)
    got = str(message["subject"] or "")
    assert got == title or (len(title) > 60 and title.startswith(got))
    for field in ("from", "to"):
        shown = mail.sender if field == "from" else mail.to[0]
        expected = clean_field(name) or ("bob.smith@" + DOMAIN if client == "exchange" else "")
        if field == "to" or clean_field(name):
            assert shown.name == expected
    assert message["to"].addresses[0].addr_spec == f"bob.smith@{DOMAIN}"
    plain = mail.text
    wanted = clean_text(text)
    if client in EXACT:
        assert plain.startswith(wanted)
    else:
        assert "".join(plain.split()).startswith("".join(wanted.split()))


KNOWN_FIELDS = {
    "from", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type",
    "content-transfer-encoding", "x-mailer", "user-agent", "thread-index", "thread-topic",
    "content-language", "accept-language", "x-ms-has-attach", "x-ms-tnef-correlator",
    "msip_labels", "x-ms-publictraffictype", "x-ms-traffictypediagnostic",
    "x-ms-office365-filtering-correlation-id", "x-ms-exchange-senderadcheck",
    "x-ms-exchange-antispam-relay", "x-sender", "x-gm-features",
}  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS)
@settings(max_examples=25, deadline=None)
@given(text=TEXTS, name=NAMES, subject=SUBJECTS, parent=st.sampled_from(CLIENTS))
def test_answers_to_anything_are_valid(
    client: str, text: str, name: str, subject: str, parent: str
) -> None:
    """A hostile parent (its text, name and subject) is quoted without harm, and copies too."""
    past = replace(
        thread((parent,))[0].as_earlier(),
        text=text,
        subject=subject,
        sender=replace(author(parent), name=name),
    )
    what = pick(
        author(client, at=1), kind="reply", thread=(past,), cc=(Party(name, f"c@{DOMAIN}"),)
    )
    made = compose(what, "", "Fine.\n\nAnna")
    parsed(made.message)
    draft = Draft(what, made.subject, "Fine.", made.message.decode(), "test")
    for copy in copies(draft, server_for(DOMAIN, "Europe/Berlin", "k")):
        parsed(copy.content)


@given(text=st.text(max_size=300).map(clean_text), depth=st.integers(0, 3))
def test_flowed_lines_come_back_whole(text: str, depth: int) -> None:
    """RFC 3676: unflowing gives the logical lines again, whatever they begin with."""
    logical = text.split("\n")
    rows = [row for line in logical for row in flow(line, depth)]
    mark = ">" * depth
    back = unflow("\n".join(rows)).split("\n")
    assert back == [(f"{mark} {line}" if depth and line else mark + line) for line in logical]


@given(text=st.text(max_size=400).map(clean_text), words=st.booleans(), dots=st.booleans())
def test_quoted_printable_comes_back(text: str, words: bool, dots: bool) -> None:
    """Lines of at most 76 characters that decode to the same octets, none starting with a dot."""
    import quopri

    source = text.replace("\n", "\r\n")
    encoded = quoted_printable(source, words=words, dots=dots)
    for line in encoded.split("\r\n"):
        assert len(line) <= 76
        assert not line.startswith(".")
        assert line.isascii()
    assert quopri.decodestring(encoded.replace("\r\n", "\n").encode()) == text.encode()


@given(text=st.text(min_size=1, max_size=200).map(clean_field).filter(bool))
def test_encoded_words_come_back(text: str) -> None:
    """Each encoded word has at most 75 characters and whole characters in it (RFC 2047)."""
    from email.header import decode_header, make_header

    found = encoded_words(text)
    assert all(len(word) <= 75 for word in found)
    assert "".join(str(make_header(decode_header(word))) for word in found) == text
