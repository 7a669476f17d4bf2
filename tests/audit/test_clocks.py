"""Trace fields as real servers write them, and places by their offsets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from decnet_emailgen.audit import Entry
from decnet_emailgen.audit.measures.clocks_trace import hops
from decnet_emailgen.mail.parse import read
from tests.audit.boxes import ANNA, MONDAY, entry, mail, measured
from tests.audit.letters import PLACES, changed, office

POSTFIX = (
    "from [192.168.168.12] (unknown [10.20.1.7])\n"
    "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
    "\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)\n"
    "\t(No client certificate requested)\n"
    "\t(Authenticated sender: anna)\n"
    "\tby mail.example.com (Postfix) with ESMTPSA id 5D3E61C0C1\n"
    "\tfor <bob@example.com>; Tue,  2 Jun 2026 09:12:31 +0200 (CEST)"
)
DOVECOT = (
    "from mail.example.com\n\tby mail.example.com with LMTP\n\tid /amGIRGoA2tpeQAAg+zDdQ\n"
    "\t(envelope-from <anna@example.com>)\n"
    "\tfor <bob@example.com>; Tue, 02 Jun 2026 09:12:31 +0200"
)
EXCHANGE = (
    "from DM4PR12MB5294.namprd12.prod.outlook.com ([fe80::1]) by\n"
    " DM4PR12MB5294.namprd12.prod.outlook.com ([fe80::1%3]) with mapi id\n"
    " 15.20.7741.033; Mon, 8 Jul 2024 13:20:12 +0000"
)
AMAVIS = (
    "from mail.example.com ([127.0.0.1]) by localhost (mail.example.com [127.0.0.1])\n"
    "\t(amavisd-new, port 10024) with LMTP id abcdefghijkl; Tue, 2 Jun 2026 09:12:31 +0200"
)


def test_fields_of_postfix_and_dovecot() -> None:
    """Hosts, ids, recipients and times are found in fields as they stand in real mail."""
    top, low = hops(read(f"Received: {DOVECOT}\nReceived: {POSTFIX}\n\n".encode()))
    assert (top.helo, top.by, top.id) == ("mail.example.com", "mail.example.com",
                                          "/amGIRGoA2tpeQAAg+zDdQ")  # fmt: skip
    assert (top.recipient, top.sender, top.lmtp) == ("bob@example.com", "anna@example.com", True)
    assert (low.helo, low.by, low.id) == ("[192.168.168.12]", "mail.example.com", "5D3E61C0C1")
    assert (low.postfix, low.lmtp, low.recipient) == (True, False, "bob@example.com")
    assert top.when == low.when


@pytest.mark.parametrize(
    ("field", "by", "identity"),
    [
        (EXCHANGE, "dm4pr12mb5294.namprd12.prod.outlook.com", "15.20.7741.033"),
        (AMAVIS, "localhost", "abcdefghijkl"),
        ("by xent.com (Postfix, from userid 501) id 2B; x", "xent.com", "2B"),
        ("; Tue, 2 Jun 2026 09:12:31 +0200", "", ""),
        ("nonsense", "", ""),
        ("", "", ""),
    ],
)
def test_fields_of_others(field: str, by: str, identity: str) -> None:
    """What another program wrote is no LMTP delivery, and nonsense is empty."""
    (hop,) = hops(read(f"Received: {field}\n\n".encode()))
    assert (hop.by, hop.id, hop.lmtp) == (by, identity, False)


def _away(days: int) -> list[Entry]:
    """Forty mails of Anna's, some of them from New York."""
    found = []
    for n in range(40):
        when = MONDAY + timedelta(days=n, minutes=n)
        if n < days:
            when = when.astimezone(ZoneInfo("America/New_York"))
        found.append(entry(mail(n, when)))
    return found


def test_nobody_has_to_stay_at_home() -> None:
    """The place is where most mail fits; a few mails from elsewhere are named."""
    finding = measured(lambda: _away(2), {ANNA: "DE"}).finding("offsets")
    assert (finding.n, len(finding.offenders)) == (40, 2)


def test_without_a_country_any_place_will_do() -> None:
    """An offset that never changes fits a country without summer time, but not Germany."""

    def fixed(one: Entry, n: int) -> Entry:
        return replace(one, content=one.content.replace(b" +0100\nMessage", b" +0200\nMessage"))

    assert measured(changed(fixed)).finding("offsets").verdict == "ok"
    assert measured(changed(fixed), PLACES).finding("offsets").verdict == "out"


def test_a_postfix_in_its_own_root_may_have_another_zone() -> None:
    """Two programs may show two offsets, if each keeps to its own."""

    def utc(one: Entry, n: int) -> Entry:
        content = one.content
        for old in (b"+0200 (CET)", b"+0100 (CET)"):
            content = content.replace(old, b"+0000 (UTC)")
        return replace(one, content=content)

    assert measured(changed(utc)).finding("received-zones").verdict == "ok"


def test_unknown_ids_are_not_judged() -> None:
    """An office of another server software has no queue or session ids to decode."""

    def other(one: Entry, n: int) -> Entry:
        content = one.content.replace(b"(Postfix)", b"(OtherMTA)").replace(
            b"with LMTP", b"with ESMTP"
        )
        return replace(one, content=content)

    report = measured(changed(other))
    for check in ("queue-id", "queue-kind", "lmtp-time", "lmtp-host", "lmtp-pid", "maildir-pid"):
        assert report.finding(check).verdict == "few", check
    assert measured(office).finding("queue-id").verdict == "ok"
