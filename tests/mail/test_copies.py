"""Two sides of a mail: Sent and the mailboxes, with what the server adds."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

import pytest

from decnet_emailgen.mail import Copy, Server, clocks, copies, mint, read, server_for
from decnet_emailgen.records import Draft, Party
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import DOMAIN, START, author, draft, localised, pick

ANNA = Party("Anna Müller", f"anna.mueller@{DOMAIN}")
BOB = Party("Bob Smith", f"bob.smith@{DOMAIN}")
CLAIRE = Party("Claire Dubois", f"claire@{DOMAIN}")
HIDDEN = Party("Hidden One", f"hidden@{DOMAIN}")
OUTSIDER = Party("Max Outside", "max@partner.test", outside=True)
SERVERS = [server_for(DOMAIN, "Europe/Berlin", key) for key in "abcdefgh"]


def sent(
    client: str = "thunderbird",
    *,
    to: tuple[Party, ...] = (BOB,),
    cc: tuple[Party, ...] = (),
    bcc: tuple[Party, ...] = (),
    outside: bool = False,
    when: datetime = START,
    key: str = "k",
) -> Draft:
    sender = author(client)
    if outside:
        sender = replace(sender, email="max@partner.test", name="Max Outside", outside=True)
    what = pick(sender, when, to=to, cc=cc, bcc=bcc, key=key)
    return draft(localised(what), "Hi Bob,\n\njust a test.\n\nAnna")


def inboxes(mail: Draft, server: Server) -> list[Copy]:
    return [copy for copy in copies(mail, server) if copy.folder == "INBOX"]


def shared(content: bytes) -> bytes:
    """What stands below LMTP's Received field: the same for everybody."""
    first = content.index(b"Received: from")
    return content[content.index(b"\r\nReceived: from", first) :]


def times(content: bytes) -> list[datetime]:
    """Dates of the Received fields, bottom to top, after the mail's own."""
    mail = read(content)
    assert mail.date
    found = [parsedate_to_datetime(v.rpartition(";")[2].strip()) for v in mail.all("Received")]
    return [mail.date, *reversed(found)]


@pytest.mark.parametrize("client", CLIENTS)
def test_the_authors_copy(client: str) -> None:
    """Sent is seen, keeps Bcc, has no trace fields, and is stored 0 to 3 s after Date."""
    copy = copies(sent(client, bcc=(HIDDEN,)), SERVERS[0])[0]
    mail = read(copy.content)
    assert (copy.mailbox, copy.folder) == (ANNA.email, "Sent")
    assert copy.flags == frozenset({"\\Seen"})
    assert not {"received", "return-path", "delivered-to"} & {n.lower() for n, _ in mail.headers}
    assert HIDDEN.email in mail.first("Bcc")
    assert timedelta() <= copy.arrival - START <= timedelta(seconds=3)


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.key)
@pytest.mark.parametrize("client", CLIENTS)
def test_recipients_copies_differ_only_in_delivery(client: str, server: Server) -> None:
    """To, Cc and Bcc get the same octets but for Return-Path, Delivered-To, LMTP's Received."""
    mail = sent(client, to=(BOB, OUTSIDER), cc=(CLAIRE,), bcc=(HIDDEN,))
    found = inboxes(mail, server)
    assert [copy.mailbox for copy in found] == [BOB.email, CLAIRE.email, HIDDEN.email]
    assert len({shared(copy.content) for copy in found}) == 1
    assert b"hidden@" not in shared(found[0].content)
    for copy in found:
        if copy.mailbox != HIDDEN.email:
            assert b"hidden@" not in copy.content
        assert read(copy.content).first("Return-Path") == f"<{ANNA.email}>"
        assert read(copy.content).message_id == mail.pick.message_id


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.key)
@pytest.mark.parametrize("outside", [False, True], ids=["inside", "outside"])
@pytest.mark.parametrize("client", CLIENTS)
def test_clocks_of_the_way_agree(client: str, outside: bool, server: Server) -> None:
    """Hops rise from Date to arrival within seconds; ids decode to the seconds beside them."""
    for number in range(6):
        mail = sent(client, to=(BOB, CLAIRE), outside=outside, key=f"k{number}")
        for copy in inboxes(mail, server):
            hops = times(copy.content)
            assert hops == sorted(hops)
            assert hops[-1] - hops[0] < timedelta(seconds=110)
            assert timedelta() <= copy.arrival - hops[-1] < timedelta(seconds=1)
            ids_agree(copy, server)


def ids_agree(copy: Copy, server: Server) -> None:
    for value in read(copy.content).all("Received"):
        when = parsedate_to_datetime(value.rpartition(";")[2].strip())
        if found := re.search(r"with LMTP\s*id (\S+)", value):
            lmtp = clocks.read_lmtp_id(found[1])
            assert lmtp
            assert lmtp.when.replace(microsecond=0) == when
            assert lmtp.host == server.host_hash == clocks.host_hash(server.hostname)
            assert 2 <= lmtp.pid < 2**22
        if found := re.search(r"\(Postfix\) with \S+ id (\w+)", value):
            queue = clocks.read_queue_id(found[1])
            assert queue
            assert queue.when is None or queue.when.replace(microsecond=0) == when


def test_queue_ids_are_of_one_kind_on_a_server() -> None:
    """Long or short, never both; TLS and login lines always or never."""
    for server in SERVERS:
        kinds = set()
        for number in range(30):
            mail = sent("outlook", when=START + timedelta(hours=number), key=f"k{number}")
            for value in read(inboxes(mail, server)[0].content).all("Received")[1:]:
                found = re.search(r"id (\w+)", value)
                queue = clocks.read_queue_id(found[1]) if found else None
                assert queue
                kinds.add((bool(queue.when), "cipher" in value, "Authenticated" in value))
        assert kinds == {(server.long_ids, server.tls_line, server.auth_line)}


def test_servers_differ_and_stay() -> None:
    """The same key gives the same server; keys give all habits."""
    assert server_for(DOMAIN, "Europe/Berlin", "a") == SERVERS[0]
    many = [server_for(DOMAIN, "UTC", str(n)) for n in range(60)]
    for habit in ("long_ids", "tls_line", "auth_line", "one_each", "container", "local_zone"):
        assert {getattr(server, habit) for server in many} == {True, False}


def test_one_session_for_several_names_nobody() -> None:
    """Without a recipient limit of 1, Dovecot writes no Delivered-To and no "for" for several."""
    server = next(server for server in SERVERS if not server.one_each)
    several = inboxes(sent(to=(BOB, CLAIRE)), server)
    assert several[0].content == several[1].content
    assert not read(several[0].content).first("Delivered-To")
    alone = inboxes(sent(to=(BOB,)), server)[0]
    assert read(alone.content).first("Delivered-To") == BOB.email
    assert f"for <{BOB.email}>" in read(alone.content).all("Received")[0]


def test_process_ids_rise_through_a_week() -> None:
    """LMTP's processes have rising numbers while the server is up."""
    server = next(server for server in SERVERS if not server.container)
    start = datetime.fromisoformat("2026-10-05T08:00:00+02:00")
    pids = []
    for number in range(40):
        mail = sent(when=start + timedelta(hours=3 * number), key=f"k{number}")
        value = read(inboxes(mail, server)[0].content).all("Received")[0]
        found = re.search(r"id (\S+)", value)
        lmtp = clocks.read_lmtp_id(found[1]) if found else None
        assert lmtp
        pids.append(lmtp.pid)
    assert sum(later > earlier for earlier, later in pairwise(pids)) >= 38


HELO = {
    "thunderbird": r"from \[(?:\d+\.){3}\d+\] \(\S+ \[(?:\d+\.){3}\d+\]\)",
    "apple-mail": r"from smtpclient\.apple \(",
    "iphone": r"from smtpclient\.apple \(",
    "outlook": r"from (?:DESKTOP-\w{7}|LAPTOP-\w+|ACME-(?:PC|NB)\d{4}) \(",
    "k9": r"from \[127\.0\.0\.1\] \(",
    "roundcube": r"from localhost \(localhost \[127\.0\.0\.1\]\)",
    "gmail": r"from mail-\w+-f\d\d\.google\.com \(",
}


@pytest.mark.parametrize("client", HELO)
def test_clients_say_helo_as_they_do(client: str) -> None:
    """Each client's habit, and the same computer and address in all mails of a person."""
    seen = set()
    for number in range(12):
        value = read(inboxes(sent(client, key=f"k{number}"), SERVERS[1])[0].content).all(
            "Received"
        )[1]
        assert re.match(HELO[client], value)
        seen.add(re.split(r"\s(?:by|\(using) ", value)[0])
    assert len(seen) == 1 or client in ("iphone", "k9", "gmail")


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.key)
@pytest.mark.parametrize("client", CLIENTS)
def test_nothing_contradicts_the_server(client: str, server: Server) -> None:
    """No field of an Exchange organisation, no signature or result, no public IPv4 address."""
    for outside in (False, True):
        content = inboxes(sent(client, outside=outside), server)[0].content
        text = content.partition(b"\r\n\r\n")[0].decode()
        lower = text.lower()
        for forbidden in (
            "x-ms-exchange-organization",
            "dkim-signature",
            "arc-seal",
            "authentication-results",
            "received-spf",
            "x-original-to",
        ):
            assert forbidden not in lower
        for found in re.findall(r"\[((?:\d+\.){3}\d+)\]", text):
            address = ipaddress.ip_address(found)
            assert address.is_private
            assert address not in ipaddress.ip_network("192.0.2.0/24")
            assert address not in ipaddress.ip_network("198.51.100.0/24")
            assert address not in ipaddress.ip_network("203.0.113.0/24")


def test_mail_from_outside_leaves_no_sent_copy() -> None:
    """Their copy is on their server."""
    assert [c.folder for c in copies(sent("exchange", outside=True), SERVERS[0])] == ["INBOX"]


def test_mail_to_outside_leaves_only_a_sent_copy() -> None:
    """What leaves the house leaves a copy in Sent and nothing else."""
    assert [c.folder for c in copies(sent(to=(OUTSIDER,)), SERVERS[0])] == ["Sent"]


def test_exchange_and_google_show_their_hops() -> None:
    """Microsoft's mapi and SMTP hops in UTC; Google's milliseconds agree with its date."""
    mail = read(inboxes(sent("exchange", outside=True), SERVERS[0])[0].content)
    chain = mail.all("Received")
    assert len(chain) == 4
    assert "outbound.protection.outlook.com" in chain[1]
    assert "Microsoft SMTP Server (version=TLS1_2" in chain[2]
    assert "with mapi id 15.20." in chain[3]
    home = mail.message_id.strip("<>").rpartition("@")[2]
    assert chain[3].startswith(f"from {home}")
    assert mail.first("X-MS-Exchange-CrossTenant-AuthSource") == home
    peer = mail.first("X-MS-Exchange-Transport-CrossTenantHeadersStamped")
    assert f"by {peer}." in chain[2]
    assert f"|{peer}:EE_" in mail.first("x-ms-traffictypediagnostic")
    correlation = mail.first("x-ms-office365-filtering-correlation-id")
    assert mail.first("X-MS-Exchange-CrossTenant-Network-Message-Id") == correlation
    mail = read(inboxes(sent("gmail", outside=True), SERVERS[0])[0].content)
    value = mail.first("X-Received")
    when = clocks.read_gmail_received(value)
    assert when
    shown = value.rpartition(";")[2].partition("(")[0].strip()
    assert when.replace(microsecond=0) == parsedate_to_datetime(shown)


def test_copies_are_deterministic() -> None:
    """The same draft and server give the same copies."""
    assert copies(sent(), SERVERS[0]) == copies(sent(), SERVERS[0])


@pytest.mark.parametrize("client", CLIENTS)
def test_stems_are_the_servers_file_names(client: str) -> None:
    """Message-ID without brackets, "@" as "_at_", one component of a path."""
    identifier = mint(client, DOMAIN, START, "k")
    stem = copies(sent(client), SERVERS[0])[0].stem
    assert "/" not in stem
    assert not stem.startswith(".")
    assert stem == copies(sent(client), SERVERS[0])[0].message_id.strip("<>").replace("@", "_at_")
    assert identifier.count("@") == 1


def test_hostile_message_ids_give_safe_stems() -> None:
    """A Message-ID from elsewhere can't climb out of a folder."""
    from decnet_emailgen.mail.copies import stem

    assert stem("<../../etc/passwd@x>") == "_.._etc_passwd_at_x"
    assert stem("<\x00/@\n>") == "___at__"
    assert stem("<>") == "mail"
