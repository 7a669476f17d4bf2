"""One test for each grammar a client leaves in its mail (docs/mail.md names the sources)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from decnet_emailgen.mail import clocks, mint, read, threadindex
from decnet_emailgen.mail.profiles import versions
from decnet_emailgen.mail.subjects import prefixed
from decnet_emailgen.records import Draft
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import START, author, draft, pick, thread

UUID = r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}"
IDS = {
    "outlook": r"<[0-9a-f]{12}\$[0-9a-f]{7}0\$[0-9a-f]{7}0\$@acme\.test>",
    "apple-mail": rf"<{UUID}@acme\.test>",
    "iphone": rf"<{UUID}@acme\.test>",
    "k9": rf"<{UUID}@acme\.test>",
    "thunderbird": rf"<{UUID.replace('A-F', 'a-f').replace('AB', 'ab')}@acme\.test>",
    "roundcube": r"<[0-9a-f]{32}@acme\.test>",
    "gmail": r"<CA[A-Za-z0-9+_=-]{48}[AQgw]@mail\.gmail\.com>",
    "exchange": r"<([A-Z]{2}\dPR\d\dMB\d{4})[0-9A-F]{25}@\1\.[a-z]{6}\d\d\.prod\.outlook\.com>",
}
BOUNDARIES = {
    "outlook": r'"----=_NextPart_000_[0-9A-F]{4}_01D[0-9A-F]{5}\.[0-9A-F]{7}0"',
    "apple-mail": r'"Apple-Mail=_[0-9A-F-]{36}"',
    "iphone": r"Apple-Mail-[0-9A-F-]{36}",
    "k9": r"----[0-9A-Z]{30}",
    "gmail": r'"0{12}[0-9a-f]{16}"',
    "exchange": r'"_000_[A-Z]{2}\dPR\d\dMB\d{4}[0-9A-F]{25}[A-Z]{2}\dPR\d\dMB\d{4}[a-z]{4}_"',
}
HEADS = {
    "outlook": "From To Cc References In-Reply-To Subject Date Message-ID MIME-Version "
    "Content-Type X-Mailer Thread-Index Content-Language",
    "apple-mail": "Content-Type Mime-Version Subject From In-Reply-To Date Cc Message-Id "
    "References To X-Mailer",
    "iphone": "Content-Type Content-Transfer-Encoding From Mime-Version Subject Date Message-Id "
    "References Cc In-Reply-To To X-Mailer",
    "roundcube": "MIME-Version Date From To Cc Subject In-Reply-To References Message-ID X-Sender "
    "Content-Type Content-Transfer-Encoding",
    "gmail": "MIME-Version References In-Reply-To From Date X-Gm-Features Message-ID Subject To "
    "Cc Content-Type",
    "k9": "Date From To CC Subject User-Agent In-Reply-To References Message-ID MIME-Version "
    "Content-Type Content-Transfer-Encoding",
}


def answer(client: str, language: str = "en", parent: str = "gmail") -> Draft:
    return thread((parent, client), language)[-1]


def head(mail: Draft) -> str:
    return mail.message.partition("\r\n\r\n")[0]


@pytest.mark.parametrize("client", CLIENTS)
def test_message_ids(client: str) -> None:
    """Each client's Message-ID has its grammar, depends on nothing but its arguments, is unique."""
    made = [mint(client, "acme.test", START, str(n), "a@acme.test") for n in range(500)]
    assert all(re.fullmatch(IDS[client], one) for one in made)
    assert len(set(made)) == 500
    assert made[7] == mint(client, "acme.test", START, "7", "a@acme.test")


def test_outlook_ids_tell_the_time_of_the_mail() -> None:
    """FILETIME lies 0 to 7 s after Date."""
    for n in range(200):
        stamp = clocks.read_outlook_id(mint("outlook", "a.test", START, str(n)))
        assert stamp is not None
        assert timedelta() < stamp.when - START < timedelta(seconds=7)


def test_outlook_counters_rise_through_the_day() -> None:
    """One person's counter never falls within a day."""
    day = [START + timedelta(minutes=20 * n) for n in range(20)]
    stamps = [clocks.read_outlook_id(mint("outlook", "a.test", w, str(w), "x@a.test")) for w in day]
    counters = [stamp.counter for stamp in stamps if stamp]
    assert counters == sorted(counters)


def test_gmail_ids_of_an_account_begin_alike() -> None:
    """The first seven characters belong to the account."""
    starts = {mint("gmail", "a.test", START, str(n), "x@a.test")[:8] for n in range(50)}
    assert len(starts) == 1


def test_exchange_ids_of_a_mailbox_name_one_server() -> None:
    """A mailbox lives on one server."""
    hosts = {mint("exchange", "a.de", START, str(n), "x@a.de").split("@")[1] for n in range(50)}
    assert len(hosts) == 1
    assert next(iter(hosts)).split(".")[1].startswith("eurprd")


@pytest.mark.parametrize("client", BOUNDARIES)
def test_boundaries(client: str) -> None:
    """Each client's boundary has its grammar and its quotes."""
    assert re.search(rf"boundary={BOUNDARIES[client]}\r\n", answer(client).message)


def test_outlook_boundary_is_the_id_in_local_time() -> None:
    """Boundary minus Message-ID is the offset of the Date; the counters are neighbours."""
    mail = answer("outlook", "es")
    found = re.search(r'boundary="([^"]+)"', mail.message)
    assert found
    edge = clocks.read_outlook_boundary(found[1])
    stamp = clocks.read_outlook_id(mail.pick.message_id)
    assert edge
    assert stamp
    assert edge.when - stamp.when == mail.pick.when.utcoffset()
    assert 0 < edge.counter - stamp.counter <= 3


def test_gmail_boundary_tells_the_time_of_the_mail() -> None:
    """Gmail builds the mail 4 to 19 s after Date."""
    mail = answer("gmail")
    found = re.search(r'boundary="([^"]+)"', mail.message)
    assert found
    when = clocks.read_gmail_boundary(found[1])
    assert when
    assert timedelta(seconds=3) < when - mail.pick.when < timedelta(seconds=20)


@pytest.mark.parametrize("client", HEADS)
def test_header_order_and_spelling(client: str) -> None:
    """An answer's fields stand in the client's order and spelling."""
    names = [name for name, _ in read(answer(client).message.encode()).headers]
    assert names == HEADS[client].split()


def test_thunderbird_order() -> None:
    """Thunderbird begins with Message-ID, and with Content-Type where it sends HTML."""
    heads = {head(thread((client, "thunderbird"))[-1]).split(":")[0] for client in CLIENTS}
    assert heads <= {"Message-ID", "Content-Type"}


def test_exchange_order() -> None:
    """Exchange spells CC, and ends with MIME-Version."""
    names = [name for name, _ in read(answer("exchange").message.encode()).headers]
    assert names[:6] == ["From", "To", "CC", "Subject", "Thread-Topic", "Thread-Index"]
    assert names[-1] == "MIME-Version"


@pytest.mark.parametrize("client", CLIENTS)
def test_dates(client: str) -> None:
    """Roundcube pads the day, Exchange writes UTC, all others the author's zone."""
    value = read(answer(client, "de").message.encode()).first("Date")
    expected = {
        "roundcube": "Mon, 05 Oct 2026 13:09:14 +0200",
        "exchange": "Mon, 5 Oct 2026 11:09:14 +0000",
    }
    assert value == expected.get(client, "Mon, 5 Oct 2026 13:09:14 +0200")


@pytest.mark.parametrize(
    ("client", "locale", "parent", "reply", "forward"),
    [
        ("gmail", "de", "Re: RE: x", "Re: x", "Fwd: Re: RE: x"),
        ("thunderbird", "es", "AW: x", "Re: AW: x", "Fwd: AW: x"),
        ("outlook", "de", "Re: x", "AW: Re: x", "WG: Re: x"),
        ("outlook", "de", "AW: x", "AW: x", "WG: x"),
        ("outlook", "en-GB", "Re: x", "RE: x", "FW: x"),
        ("outlook", "es", "RE: x", "RE: x", "RV: x"),
        ("outlook", "pt-BR", "RES: x", "RES: x", "ENC: x"),
        ("outlook", "fr", "x", "RE: x", "TR: x"),
        ("outlook", "it", "R: x", "R: x", "I: x"),
        ("outlook", "nl", "FW: x", "RE: x", "FW: x"),
        ("outlook", "zh", "答复: x", "答复: x", "转发: x"),
        ("exchange", "en-US", "RE: x", "Re: x", "Fw: x"),
        ("k9", "en-US", "re: x", "Re: x", "Fwd: re: x"),
    ],
)
def test_subject_prefixes(client: str, locale: str, parent: str, reply: str, forward: str) -> None:
    """A client takes off the prefixes it knows and puts its own; Re: never doubles."""
    assert prefixed(parent, client, locale, False) == reply
    assert prefixed(parent, client, locale, True) == forward


ATTRIBUTIONS = {
    ("thunderbird", "en"): "On 05/10/2026 09:02, Anna Müller wrote:",
    ("thunderbird", "es"): "El 5/10/26 a las 10:02, Anna Müller escribió:",
    ("thunderbird", "pt"): "Em 05/10/2026 05:02, Anna Müller escreveu:",
    ("thunderbird", "fr"): "Le 05/10/2026 à 10:02, Anna Müller a écrit :",
    ("thunderbird", "de"): "Am 05.10.26 um 10:02 schrieb Anna Müller:",
    ("thunderbird", "it"): "Il 05/10/26 10:02, Anna Müller ha scritto:",
    ("thunderbird", "nl"): "Op 05-10-2026 om 10:02 schreef Anna Müller:",
    ("roundcube", "en"): "On 2026-10-05 09:02, Anna Müller wrote:",
    ("roundcube", "de"): "Am 2026-10-05 10:02, schrieb Anna Müller:",
    ("roundcube", "nl"): "Anna Müller schreef op 2026-10-05 10:02:",
    ("gmail", "en"): "On Mon, 5 Oct 2026 at 09:02, Anna Müller <anna.mueller@acme.test> wrote:",
    ("gmail", "es"): "El lun, 5 oct 2026 a las 10:02, Anna Müller (<anna.mueller@acme.test>) "
    "escribió:",
    ("gmail", "pt"): "Em seg., 5 de out. de 2026 às 05:02, Anna Müller <anna.mueller@acme.test> "
    "escreveu:",
    ("gmail", "fr"): "Le lun. 5 oct. 2026 à 10:02, Anna Müller <anna.mueller@acme.test> a écrit :",
    ("gmail", "de"): "Am Mo., 5. Okt. 2026 um 10:02 Uhr schrieb Anna Müller "
    "<anna.mueller@acme.test>:",
    ("gmail", "it"): "Il giorno lun 5 ott 2026 alle ore 10:02 Anna Müller "
    "<anna.mueller@acme.test> ha scritto:",
    ("gmail", "nl"): "Op ma 5 okt. 2026 om 10:02 schreef Anna Müller <anna.mueller@acme.test>:",
    ("apple-mail", "en"): "On 5 Oct 2026, at 09:02, Anna Müller <anna.mueller@acme.test> wrote:",
    ("apple-mail", "de"): "Am 05.10.2026 um 10:02 schrieb Anna Müller <anna.mueller@acme.test>:",
    ("apple-mail", "es"): "El 5 oct 2026, a las 10:02, Anna Müller <anna.mueller@acme.test> "
    "escribió:",
    ("iphone", "fr"): "Le 5 oct. 2026 à 10:02, Anna Müller <anna.mueller@acme.test> a écrit :",
    ("iphone", "it"): "Il giorno 5 ott 2026, alle ore 10:02, Anna Müller "
    "<anna.mueller@acme.test> ha scritto:",
    ("iphone", "nl"): "Op 5 okt. 2026 om 10:02 heeft Anna Müller <anna.mueller@acme.test> het "
    "volgende geschreven:",
    ("iphone", "pt"): "Em 5 de out. de 2026, à(s) 05:02, Anna Müller <anna.mueller@acme.test> "
    "escreveu:",
    ("k9", "en"): "On 5 October 2026 09:02:03 BST, Anna Müller <anna.mueller@acme.test> wrote:",
    ("k9", "de"): "Am 5. Oktober 2026 10:02:03 MESZ schrieb Anna Müller <anna.mueller@acme.test>:",
}  # fmt: skip


@pytest.mark.parametrize(("client", "language"), ATTRIBUTIONS)
def test_attribution_lines(client: str, language: str) -> None:
    """The parent's Date in the replier's zone, in the client's words for that language."""
    text = read(answer(client, language).message.encode()).text
    rows = " ".join(row.lstrip("> ") for row in text.split("\n"))
    assert ATTRIBUTIONS[client, language] in rows


BLOCKS = {
    "en": "From: Anna Müller <anna.mueller@acme.test> \nSent: 05 October 2026 09:02\n"
    "To: O'Brien, Seán <sean.obrien@acme.test>\nSubject: Open invoice 2026-118",
    "es": "De: Anna Müller <anna.mueller@acme.test> \nEnviado el: lunes, 5 de octubre de 2026 "
    "10:02\nPara: O'Brien, Seán <sean.obrien@acme.test>\nAsunto: Factura pendiente 2026-118",
    "pt": "De: Anna Müller <anna.mueller@acme.test> \nEnviada em: segunda-feira, 5 de outubro de "
    "2026 05:02\nPara: O'Brien, Seán",
    "fr": "De\xa0: Anna Müller <anna.mueller@acme.test> \nEnvoyé\xa0: lundi 5 octobre 2026 10:02\n"
    "À\xa0: O'Brien, Seán",
    "de": "Von: Anna Müller <anna.mueller@acme.test> \nGesendet: Montag, 5. Oktober 2026 10:02\n"
    "An: O'Brien, Seán",
    "it": "Da: Anna Müller <anna.mueller@acme.test> \nInviato: lunedì 5 ottobre 2026 10:02\n"
    "A: O'Brien, Seán",
    "nl": "Van: Anna Müller <anna.mueller@acme.test> \nVerzonden: maandag 5 oktober 2026 10:02\n"
    "Aan: O'Brien, Seán",
}


@pytest.mark.parametrize("language", BLOCKS)
def test_outlook_header_blocks(language: str) -> None:
    """Outlook's block before the parent, in the language of its menus."""
    assert BLOCKS[language] in read(answer("outlook", language).message.encode()).text


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nVon: Anna Müller <anna.mueller@acme.test>\n"
    "Date: Mo., 5. Okt. 2026 um 10:02 Uhr\nSubject: Offene Rechnung 2026-118 für Müller\n"
    "To: O'Brien, Seán <sean.obrien@acme.test>\n\n",
    "thunderbird": "-------- Weitergeleitete Nachricht --------\nBetreff: Offene Rechnung 2026-118 "
    "für Müller\nDatum: Mon, 5 Oct 2026 10:02:03 +0200\nVon: Anna Müller "
    "<anna.mueller@acme.test>\nAn: O'Brien, Seán",
    "apple-mail": "> Anfang der weitergeleiteten Nachricht:\n> \n> Von: Anna Müller "
    "<anna.mueller@acme.test>\n> Betreff: Offene Rechnung 2026-118 für Müller\n"
    "> Datum: 5. Oktober 2026 um 10:02:03 MESZ\n> An: O'Brien, Seán",
    "exchange": "________________________________\nFrom: Anna Müller <anna.mueller@acme.test>\n"
    "Sent: Montag, 5. Oktober 2026 10:02\nTo: O'Brien, Seán",
    "k9": "-------- Ursprüngliche Nachricht --------\nVon: Anna Müller <anna.mueller@acme.test>\n"
    "Gesendet: 5. Oktober 2026 10:02:03 MESZ\nAn: O'Brien, Seán",
    "roundcube": "-------- Originalnachricht --------\nBetreff: Offene Rechnung 2026-118 für "
    "Müller\nDatum: 2026-10-05 10:02\nVon: Anna Müller",
}


@pytest.mark.parametrize("client", FORWARDS)
def test_forwards(client: str) -> None:
    """Each client's separator and fields before what it forwards."""
    mail = thread(("gmail", client), "de", "forward")[-1]
    assert FORWARDS[client] in read(mail.message.encode()).text
    assert mail.subject.startswith(("Fwd: ", "WG: "))


def test_american_gmail_and_apple_use_a_narrow_blank() -> None:
    """U+202F stands before AM and PM since 2023, and an ordinary blank before that."""
    from decnet_emailgen.mail.quoting import attribution

    anna = author("gmail")
    late, early = datetime(2026, 10, 5, 14, 2), datetime(2022, 10, 5, 14, 2)
    assert "Mon, Oct 5, 2026 at 2:02\u202fPM Anna" in attribution("gmail", "en-US", late, anna)
    assert "Oct 5, 2026, at 2:02\u202fPM, Anna" in attribution("iphone", "en-US", late, anna)
    assert "Oct 5, 2022, at 2:02 PM, Anna" in attribution("apple-mail", "en-US", early, anna)


def test_iphone_puts_a_mark_before_what_it_quotes() -> None:
    """U+FEFF begins the quoted text."""
    assert "\n> \n> \ufeffHi Seán," in read(answer("iphone").message.encode()).text


def test_delimiters_and_phone_lines() -> None:
    """Only Mozilla, Roundcube, K-9 and Gmail write the delimiter; iPhones have their line."""
    texts = {c: read(draft(pick(author(c)), "Hi\n\nAnna").message.encode()).text for c in CLIENTS}
    with_delimiter = {client for client, text in texts.items() if "\n-- \n" in text}
    assert with_delimiter == {"thunderbird", "roundcube", "gmail", "k9"}
    assert "Sent from my iPhone" in texts["iphone"]
    german = draft(pick(author("iphone", "de")), "Hallo\n\nAnna")
    assert "Von meinem iPhone gesendet" in read(german.message.encode()).text


def test_the_android_line_names_the_app_that_is_used() -> None:
    """K-9's line stands in mails of K-9, never in those of Thunderbird for Android."""
    agents, lines = set(), 0
    for number in range(40):
        sender = replace(author("k9", signature=False), email=f"a{number}@acme.test")
        mail = read(draft(pick(sender), "Hi\n\nAnna").message.encode())
        agents.add(mail.first("User-Agent"))
        if "with K-9 Mail" in mail.text:
            lines += 1
            assert mail.first("User-Agent") == "K-9 Mail for Android"
    assert agents == {"K-9 Mail for Android", "Thunderbird for Android"}
    assert lines


def test_exchange_serves_people_in_their_part_of_the_world() -> None:
    """The region follows the domain's country, else the sender's offset."""

    def region(domain: str, offset: int) -> str:
        when = START.astimezone(timezone(timedelta(hours=offset)))
        return mint("exchange", domain, when, "k", f"a@{domain}").split(".")[1][:6]

    assert region("firma.de", -5) == "eurprd"
    assert region("firma.com", 2) == "eurprd"
    assert region("firma.com", -5) == "namprd"
    assert region("firma.com", 9) == "apcprd"
    assert region("firma.com.br", -3) == "lamprd"


def test_thread_index_reproduces_the_thread() -> None:
    """In a thread of one client, the index tells when it began and when each answer was written."""
    for client in ("outlook", "exchange"):
        drafts = thread((client,) * 4)
        value = read(drafts[-1].message.encode()).first("Thread-Index")
        found = threadindex.read(value, drafts[-1].pick.when)
        assert found
        assert found.started
        assert timedelta() <= drafts[0].pick.when - found.started < timedelta(minutes=15)
        assert len(found.replies) == 3
        for mail, when in zip(drafts[1:], found.replies, strict=True):
            assert when
            assert timedelta(seconds=-2) < mail.pick.when - when < timedelta(minutes=15)


def test_thread_index_grows_from_mail_to_mail() -> None:
    """An answer's index begins with its parent's."""
    drafts = thread(("exchange", "outlook", "exchange"))
    values = [read(d.message.encode()).first("Thread-Index") for d in drafts]
    import base64

    raw = [base64.b64decode(value) for value in values]
    assert all(later.startswith(earlier) for earlier, later in pairwise(raw))


def test_thread_topic_is_the_first_subject() -> None:
    """Thread-Topic has no prefix and doesn't change."""
    mail = thread(("outlook", "gmail", "exchange"))[-1]
    assert read(mail.message.encode()).first("Thread-Topic") == "Open invoice 2026-118"


@pytest.mark.parametrize("client", CLIENTS)
def test_references_hold_the_whole_chain(client: str) -> None:
    """In-Reply-To is the parent; References begins with the root and ends with the parent."""
    drafts = thread(("gmail", "outlook", "thunderbird", client))
    mail = read(drafts[-1].message.encode())
    assert mail.references == tuple(d.pick.message_id for d in drafts[:-1])
    assert mail.in_reply_to == drafts[-2].pick.message_id


@pytest.mark.parametrize(
    "table", [versions.IPHONE, versions.APPLE_MAIL, versions.THUNDERBIRD, versions.ROUNDCUBE]
)
def test_versions_existed_and_only_rise(table: tuple[tuple[str, str], ...]) -> None:
    """Nobody has a version before its release, and nobody goes back to an older one."""
    days = {text: day for day, text in table}
    assert list(days.values()) == sorted(days.values())
    for owner in ("a@x", "b@x", "c@x"):
        seen = [
            versions.version(table, date(2019, 6, 1) + timedelta(days=9 * n), owner)
            for n in range(300)
        ]
        order = [text for _, text in table]
        assert [order.index(text) for text in seen] == sorted(order.index(text) for text in seen)
        for n, text in enumerate(seen):
            assert days[text] <= (date(2019, 6, 1) + timedelta(days=9 * n)).isoformat()


def test_bcc_stays_in_the_authors_copy() -> None:
    """Every client keeps Bcc in Sent."""
    from decnet_emailgen.records import Party

    for client in CLIENTS:
        what = pick(author(client), bcc=(Party("Hidden One", "hidden@acme.test"),))
        assert "hidden@acme.test" in head(draft(what, "Hi"))


def test_outlook_quotes_names_as_it_does() -> None:
    """Its owner's name always in quotes, names from a mail in apostrophes too."""
    first = head(draft(pick(author("outlook", at=2)), "Hi"))
    assert 'From: "Bob Smith" <bob.smith@acme.test>' in first
    assert 'To: "Bob Smith" <bob.smith@acme.test>' in first
    assert "\"'Claire Dubois'\" <claire@acme.test>" in head(answer("outlook"))
