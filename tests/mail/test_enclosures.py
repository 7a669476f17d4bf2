"""Mails with files: each client's own MIME, read by parsers that aren't ours."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import mailparser
import pytest

from decnet_emailgen.mail import compose, copies, read, server_for
from decnet_emailgen.mail.clocks import read_gmail_boundary, read_outlook_boundary
from decnet_emailgen.mail.files import file_of
from decnet_emailgen.records import Draft
from decnet_emailgen.world.model import CLIENTS
from tests.mail.attached import attachment, with_files
from tests.mail.samples import DOMAIN, TEXTS, author, localised, pick, thread
from tests.servers.dovecot import Dovecot

LONG = "Übersicht – Zählliste für die große Inventur im Außenlager Süd 2026.xlsx"
FILES = (
    (attachment("invoice"),),
    (attachment("stock-list", name=LONG), attachment("minutes")),
    (attachment("log"), attachment("figures")),
)


def mail(client: str, files: int = 0, signature: bool = True) -> bytes:
    """A mail of this client with one of the sets of files."""
    what = pick(author(client, "de", signature=signature), key=f"{client}{files}", language="de")
    what = with_files(localised(what), *FILES[files])
    text = TEXTS["de"].format(to="Bob", me="Anna")
    return compose(what, "Rechnung", text).message


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


@pytest.mark.parametrize("signature", [True, False])
@pytest.mark.parametrize("files", range(len(FILES)))
@pytest.mark.parametrize("client", CLIENTS)
def test_every_parser_gets_the_files_back(client: str, files: int, signature: bool) -> None:
    """Python's strict parser and mail-parser: no defects, the names, and every octet."""
    content = mail(client, files, signature)
    wanted = [file_of(one) for one in FILES[files]]
    message = parsed(content)
    found = [part for part in message.walk() if part.get_filename()]
    assert not [defect for part in message.walk() for defect in part.defects]
    assert [part.get_filename() for part in found] == [file.name for file in wanted]
    assert [part.get_payload(decode=True) for part in found] == [file.content for file in wanted]
    other: Any = mailparser.parse_from_bytes(content)
    assert not other.has_defects
    assert [one["filename"] for one in other.attachments] == [file.name for file in wanted]
    assert [one.name for one in read(content).attachments] == [file.name for file in wanted]


@pytest.mark.parametrize("client", CLIENTS)
def test_the_text_is_the_same_with_files_as_without(client: str) -> None:
    with_file = read(mail(client))
    what = localised(pick(author(client, "de"), key=f"{client}0", language="de"))
    without = read(compose(what, "Rechnung", TEXTS["de"].format(to="Bob", me="Anna")).message)
    assert with_file.text.split() == without.text.split()


@pytest.mark.parametrize("client", CLIENTS)
def test_no_line_is_too_long_or_begins_with_a_full_stop(client: str) -> None:
    for files in range(len(FILES)):
        lines = mail(client, files).split(b"\r\n")
        assert max(map(len, lines)) <= 998
        assert not [line for line in lines if line.startswith(b".")]


STRUCTURE = {
    "outlook": "multipart/mixed multipart/alternative text/plain text/html application/pdf",
    "exchange": "multipart/mixed multipart/alternative text/plain text/html application/pdf",
    "gmail": "multipart/mixed multipart/alternative text/plain text/html application/pdf",
    "apple-mail": "multipart/alternative text/plain multipart/mixed text/html application/pdf "
    "text/html",
    "roundcube": "multipart/mixed text/plain application/pdf",
}


@pytest.mark.parametrize("client", STRUCTURE)
def test_parts_nest_as_the_client_nests_them(client: str) -> None:
    kinds = [part.get_content_type() for part in parsed(mail(client)).walk()]
    assert kinds == STRUCTURE[client].split()


def test_outlooks_boundaries_count_on_at_the_same_moment() -> None:
    marks = re.findall(r'boundary="([^"]+)"', mail("outlook").decode())
    outer, inner = (read_outlook_boundary(mark) for mark in marks)
    assert outer is not None
    assert inner is not None
    assert (inner.counter, inner.when) == (outer.counter + 1, outer.when)
    assert "_NextPart_000_" in marks[0]
    assert "_NextPart_001_" in marks[1]


def test_exchange_says_that_there_are_files_and_dates_them() -> None:
    content = mail("exchange").decode()
    assert "\r\nX-MS-Has-Attach: yes\r\n" in content
    assert re.findall(r"boundary=\"_(\d{3})_", content) == ["004", "000"]
    size = len(file_of(FILES[0][0]).content)
    assert f"size={size};" in content
    assert 'modification-date="Mon, 05 Oct 2026 08:02:03 GMT"' in content


def test_gmails_clocks_agree() -> None:
    """Boundaries tell the same second, file ids (base 36) a moment before the Date."""
    content = mail("gmail", 1).decode()
    outer, inner = (read_gmail_boundary(m) for m in re.findall(r'boundary="([^"]+)"', content))
    assert outer is not None
    assert inner is not None
    assert abs((outer - inner).total_seconds()) < 1
    marks = re.findall(r"X-Attachment-Id: f_(\w{8})(\d)\r\n", content)
    assert [place for _, place in marks] == ["0", "1"]
    sent = parsed(content.encode())["date"].datetime.timestamp()
    for mark, _ in marks:
        assert 0 < sent - int(mark, 36) / 1000 < 600
    assert content.count("Content-ID: <f_") == 2


def test_a_forwarded_file_is_the_same_octet_by_octet() -> None:
    """Whoever passes a file on with whatever client passes on the same file."""
    payloads = set()
    for client in CLIENTS:
        last = thread(("gmail", client), "de", "forward")[-1].pick
        made = compose(with_files(last, *FILES[0]), "x", "FYI").message
        part = next(part for part in parsed(made).walk() if part.get_filename())
        payloads.add(part.get_payload(decode=True))
    assert len(payloads) == 1


def test_copies_in_mailboxes_keep_the_files() -> None:
    what = with_files(localised(pick(author("thunderbird", "de"), language="de")), *FILES[0])
    made = compose(what, "Rechnung", "Anbei.")
    draft = Draft(what, made.subject, "Anbei.", made.message.decode(), "test")
    found = copies(draft, server_for(DOMAIN, "Europe/Berlin", "files"))
    assert len(found) == 2
    for copy in found:
        assert [file.name for file in read(copy.content).attachments] == [FILES[0][0].name]


def test_names_from_outside_break_no_header() -> None:
    """Whatever a name holds, it stays one parameter of one header."""
    evil = 'a"; filename="b\r\nBcc: x@y.test\r\n\r\n../../é\x00.pdf'
    for client in CLIENTS:
        what = with_files(localised(pick(author(client))), attachment("invoice", name=evil))
        message = parsed(compose(what, "x", "y").message)
        assert message["bcc"] is None
        names = [part.get_filename() or "" for part in message.walk() if part.get_filename()]
        assert len(names) == 1
        assert "/" not in names[0]
        assert "\r" not in names[0]


def test_dovecot_sees_the_files(dovecot: Callable[[Path], Dovecot], tmp_path: Path) -> None:
    """BODYSTRUCTURE of every client's mail names the file and its disposition."""
    user = f"bob.smith@{DOMAIN}"
    for folder in ("cur", "new", "tmp"):
        (tmp_path / user / folder).mkdir(parents=True)
    for number, client in enumerate(CLIENTS):
        path = tmp_path / user / "cur" / f"{1795400000 + number}.M{number}P1.host:2,S"
        path.write_bytes(mail(client).replace(b"\r\n", b"\n"))
    with dovecot(tmp_path).imap(user) as imap:
        imap.select("INBOX")
        status, rows = imap.fetch("1:*", "(BODYSTRUCTURE)")
    assert status == "OK"
    found = [row.decode() for row in rows if isinstance(row, bytes)]
    assert len(found) == len(CLIENTS)
    for row in found:
        assert '("filename" "Rechnung_2026-0417.pdf"' in row.lower().replace("rechnung", "Rechnung")
        assert re.search(r'"(?:attachment|inline)"', row)
