"""What the checks of octets must not miss, and what they must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from decnet_emailgen.audit import Entry
from decnet_emailgen.audit.measures import bytes_grammar, bytes_mime, bytes_parts, bytes_versions
from tests.audit import cases_bytes
from tests.audit.boxes import ANNA, BEN, MONDAY, entry, mail, measured
from tests.audit.letters import changed

HEAD = b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: "
MIXED = HEAD + b'multipart/mixed; boundary="x"\r\n\r\n'


def test_a_mail_in_order_has_no_fault() -> None:
    shape = bytes_parts.shape(MIXED + b"--x\r\n\r\nHi\r\n--x--\r\n")
    assert shape.faults == ()
    assert shape.boundaries == ("x",)
    assert shape.text("plain") == "Hi"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (MIXED + b"--x\r\n\r\nHi\r\n", "no closing boundary"),
        (MIXED + b"Hi\r\n", "multipart without its parts"),
        (MIXED + b"--xyz\r\n\r\nHi\r\n--xyz--\r\n", "multipart without its parts"),
        (HEAD + b"multipart/mixed\r\n\r\n--x\r\n", "multipart without a boundary"),
        (HEAD + b"text/plain; charset=utf-9\r\n\r\nHi", "unknown charset 'utf-9'"),
        (HEAD + b"text/plain; charset=a\x00b\r\n\r\nHi", "unknown charset 'a\\x00b'"),
        (HEAD + b"text/plain\r\n\r\n\xe4", "8-bit octets in a 7bit part"),
        (
            HEAD + b"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xe4",
            "text that is not utf-8",
        ),
        (
            HEAD + b"text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nSGk\r\n",
            "base64 that ends in the middle",
        ),
        (
            HEAD + b"text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nHi there!\r\n",
            "garbage in base64",
        ),
        (
            HEAD + b"text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n1=2\r\n",
            "stray = in quoted-printable",
        ),
        (
            HEAD + b"text/plain\r\nContent-Transfer-Encoding: rot13\r\n\r\nHi\r\n",
            "unknown transfer encoding 'rot13'",
        ),
    ],
)
def test_broken_mime_is_named(content: bytes, fault: str) -> None:
    assert fault in bytes_parts.shape(content).faults


def test_parts_within_parts_are_found() -> None:
    """The inner boundary begins with the outer one, as some clients write them."""
    inner = b'Content-Type: multipart/alternative; boundary="x1"\r\n\r\n'
    inner += b"--x1\r\n\r\none\r\n--x1\r\nContent-Type: text/html\r\n\r\ntwo\r\n--x1--\r\n"
    shape = bytes_parts.shape(MIXED + b"--x\r\n" + inner + b"--x\r\n\r\nthree\r\n--x--\r\n")
    assert shape.faults == ()
    assert [part.body for part in shape.leaves] == [b"one", b"two", b"three"]


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ("=?utf-8?Q?M=C3=BCller?= <m@x>", False),
        ("=?iso-8859-1*de?B?TfxsbGVy?=", False),
        ("what =? is this", False),
        ("=?utf-8?Q?M=FCller?=", True),
        ("=?utf-8?Q?100=?=", True),
        ("=?utf-8?B?!?=", True),
        ("=?utf-8?X?a?=", True),
        ("=?no-such?Q?a?=", True),
        ("=?utf-8?Q?a=0D=0ABcc:_b?=", True),
    ],
)
def test_encoded_words(value: str, broken: bool) -> None:
    assert bool(bytes_parts.broken_words(value)) is broken


@pytest.mark.parametrize("change", [cases_bytes.lone_returns, cases_bytes.half_and_half])
def test_line_ends_of_one_mail_are_enough(change: Callable[[Entry, int], Entry]) -> None:
    assert measured(changed(change)).finding("line-ends").value == 1


@pytest.mark.parametrize(
    "field",
    [
        {"X_Note": "hello%0d%0aBcc: x@y.example"},
        {"X_Note": "hello\\r\\nBcc: x@y.example"},
        {"X_Note": "ring\x07"},
        {"body": "MIME-Version: 1.0\nContent-Type: text/plain\n\nHi"},
        {"body": "\nBcc: x@y.example\n\nHi"},
    ],
)
def test_scraps_of_injected_headers(field: dict[str, str]) -> None:
    finding = measured(lambda: [entry(mail(1, **field))]).finding("header-scraps")  # type: ignore[arg-type]
    assert finding.verdict == "out"


@pytest.mark.parametrize(
    "body", ["From: is a word\n", "Subject to change: all of it.\n", "To: Ben\n\nall right?\n"]
)
def test_bodies_that_only_look_like_headers(body: str) -> None:
    assert measured(lambda: [entry(mail(1, body=body))]).finding("header-scraps").verdict == "ok"


def test_mboxes_may_keep_their_separator() -> None:
    """A From_ line before the header is the file's, not the mail's."""
    content = b"From anna@firm.example Mon Sep  7 09:00:00 2026\r\n" + mail(1)
    assert measured(lambda: [entry(content)]).finding("header-scraps").verdict == "ok"


def test_utf8_headers_are_right_over_smtputf8() -> None:
    """RFC 6531: the Received field says so."""
    hop = "from a by b with UTF8SMTPSA id 1; Mon, 7 Sep 2026 09:00:00 +0200"
    good = measured(lambda: [entry(mail(1, subject="Grüße", Received=hop))])
    assert good.finding("header-8bit").verdict == "ok"
    assert measured(lambda: [entry(mail(1, subject="Grüße"))]).finding("header-8bit").value == 1


@pytest.mark.parametrize(
    ("identity", "named"),
    [
        ("<001301d66a3a$75ac6c90$610545b0$@xen.org>", "outlook"),
        (f"<DU0PR02MB9942{'5B' * 12}1@DU0PR02MB9942.eurprd02.prod.outlook.com>", "exchange"),
        (f"<CA{'x' * 49}@mail.gmail.com>", "gmail"),
        (f"<CA{'x' * 40}@mail.gmail.com>", ""),
        ("<1B9B7E4C-0AAE-4A9B-8C0E-7A0B4C1D2E3F@firm.example>", "apple"),
        ("<1b9b7e4c-0aae-4a9b-8c0e-7a0b4c1d2e3f@firm.example>", "thunderbird"),
        ("<0123456789abcdef0123456789abcdef@firm.example>", "roundcube"),
        ("<Z_3D0PZWolXUdXnK@fedora>", "mutt"),
        ("<20020906180223.GA18250@cthulhu.gerg.ca>", "mutt"),
        ("<whatever@firm.example>", ""),
    ],
)  # fmt: skip
def test_grammars_of_message_ids(identity: str, named: str) -> None:
    assert bytes_grammar.grammar(identity) == named


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ("iPhone Mail (23E246)", date(2026, 3, 24)),
        ("iPhone Mail (22D70)", date(2025, 1, 27)),  # between two that are known
        ("iPhone Mail (99A1)", None),
        ("iPhone Mail (8A293)", None),
        ("Apple Mail (2.3774.600.62)", date(2024, 5, 13)),
        ("Apple Mail (2.1085)", None),
        ("Mozilla/5.0 (X11; rv:102.0) Gecko/20100101 Thunderbird/102.5.0", date(2022, 11, 15)),
        ("Mozilla Thunderbird", date(2022, 6, 28)),
        ("Roundcube Webmail/1.6.11", date(2025, 6, 1)),
        ("Roundcube Webmail/1.9.0", None),
        ("Microsoft Outlook 16.0", date(2015, 7, 9)),
        ("The Bat! (v1.53d)", None),
    ],
)
def test_days_of_versions(said: str, since: date | None) -> None:
    """What is newer or older than its table, or not in any, isn't judged."""
    assert bytes_versions.available(said) == since


def test_alike_forgives_markup_and_links() -> None:
    plain = "See <https://firm.example/a?b=c> and mail me.\n\n> Dear Ben\n"
    marked = '<style>p{}</style><p>See <a href="https://x">and</a> mail <b>m</b>e.</p>Dear&nbsp;Ben'
    assert bytes_mime.alike(plain, marked) == 1
    assert (
        bytes_mime.alike("one two three four five six", "<p>six other words stand here now") < 0.5
    )


def test_a_reply_without_its_direct_parent_is_left_out() -> None:
    """A quotation is held against the mail in In-Reply-To, not against one further up."""
    box = [
        entry(mail(1)),
        *(
            entry(mail(n, MONDAY, BEN, (ANNA,), body="> one two three four five six seven\n\nNo.",
                       subject="Re: Budget", answers=0, root=1), ANNA)
            for n in range(2, 60)
        ),
    ]  # fmt: skip
    assert measured(lambda: box).finding("quote-text").n == 0
