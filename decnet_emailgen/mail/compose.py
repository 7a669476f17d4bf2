"""From a decision and its words to the mail as the author's client stores it in Sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decnet_emailgen.mail import dates, words
from decnet_emailgen.mail.body import Body
from decnet_emailgen.mail.encode import clean_field, clean_text
from decnet_emailgen.mail.fields import address, folded, mailbox, phrase, references, subject
from decnet_emailgen.mail.files import file_of
from decnet_emailgen.mail.profiles.apple import APPLE_MAIL_PROFILE, IPHONE_PROFILE
from decnet_emailgen.mail.profiles.base import Letter, Profile
from decnet_emailgen.mail.profiles.enclosures import enclosed
from decnet_emailgen.mail.profiles.exchange import EXCHANGE
from decnet_emailgen.mail.profiles.google import GMAIL_PROFILE, K9_PROFILE
from decnet_emailgen.mail.profiles.mozilla import (
    ROUNDCUBE_PROFILE,
    THUNDERBIRD_PROFILE,
    unconverted,
)
from decnet_emailgen.mail.profiles.outlook import OUTLOOK
from decnet_emailgen.mail.profiles.system import notice
from decnet_emailgen.mail.quoting import body_of, known, parse_date
from decnet_emailgen.mail.subjects import prefixed
from decnet_emailgen.mail.systems import is_system
from decnet_emailgen.mail.threads import STARTS_ANEW, chain_ids, chain_of
from decnet_emailgen.records import Party, Pick

PROFILES: dict[str, Profile] = {
    "outlook": OUTLOOK,
    "apple-mail": APPLE_MAIL_PROFILE,
    "iphone": IPHONE_PROFILE,
    "thunderbird": THUNDERBIRD_PROFILE,
    "roundcube": ROUNDCUBE_PROFILE,
    "gmail": GMAIL_PROFILE,
    "k9": K9_PROFILE,
    "exchange": EXCHANGE,
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished mail: its Subject with prefix, its octets (CRLF), and its plain text decoded."""

    subject: str
    message: bytes
    plain: str


def compose(pick: Pick, subject: str, text: str, *, html: bool = True) -> Composed:
    """The mail as the author's client stores it in Sent: Bcc kept, CRLF, no trace fields.

    ``subject`` is the bare subject of a new thread; answers and forwards take theirs from the
    parent. ``text`` is what the author wrote, greeting and sign-off included: paragraphs
    separated by blank lines. Signature, phone line and quotation are the client's. ``html=False``
    keeps to plain text. An unknown client writes like Thunderbird.
    """
    if is_system(pick.sender.client):
        title = clean_field(subject)
        return Composed(title, notice(pick, title, clean_text(text)), text)
    client = known(pick.sender.client)
    profile = PROFILES[client]
    locale = words.locale(pick.sender.ui_language, pick.sender.timezone)
    title = _title(pick, subject, client, locale)
    body = body_of(chain_of(pick, title, text), html)
    files = tuple(file_of(attachment) for attachment in pick.beat.attachments)
    letter = Letter(pick, title, body, parse_date(pick.date), locale, files)
    content = profile.content(letter)
    if files:
        content = enclosed(client, letter, content)
    values = _values(profile, letter) | profile.extras(letter) | dict(content.fields)
    order = profile.reply if pick.thread else profile.new
    if client == "thunderbird" and (body.rich or files):
        order = ("Content-Type", *order)
    head = _header(order, values)
    return Composed(title, f"{head}\r\n{content.text}".encode(), content.plain)


def saved(pick: Pick, subject: str, body: Body, more: Mapping[str, str]) -> bytes:
    """A new mail that is still being written, as Thunderbird or Roundcube keeps it as a draft.

    ``more`` are the fields that only drafts have, which stand before those of the content.
    """
    client = known(pick.sender.client)
    profile = PROFILES[client]
    locale = words.locale(pick.sender.ui_language, pick.sender.timezone)
    letter = Letter(pick, clean_field(subject), body, parse_date(pick.date), locale)
    content = unconverted(letter) if body.rich else profile.content(letter)
    values = _values(profile, letter) | profile.extras(letter) | dict(content.fields) | dict(more)
    at = profile.new.index("Content-Type")
    head = _header((*profile.new[:at], *more, *profile.new[at:]), values)
    return f"{head}\r\n{content.text}".encode()


def _title(pick: Pick, text: str, client: str, locale: str) -> str:
    if pick.parent is None:
        return clean_field(text)
    return prefixed(clean_field(pick.parent.subject), client, locale, pick.kind == "forward")


def _header(order: Iterable[str], values: dict[str, str]) -> str:
    written, out = set(), []
    for name in order:
        value = values.get(name, "")
        if value and name not in written:
            out.append(f"{name}: {value}\r\n" if value != " " else f"{name}:\r\n")
            written.add(name)
    return "".join(out)


def _values(profile: Profile, letter: Letter) -> dict[str, str]:
    pick = letter.pick
    when = letter.when.astimezone(dates.zone("UTC")) if profile.doubles_bare else letter.when
    cc, bcc = ("CC", "BCC") if "CC" in profile.new else ("Cc", "Bcc")
    identifier = "Message-Id" if "Message-Id" in profile.new else "Message-ID"
    sender = phrase(pick.sender.name, profile.charset, profile.quotes_names)
    values = {
        "From": address(sender, pick.sender.email),
        "To": _people(profile, "To", pick.to, bool(pick.thread)),
        cc: _people(profile, cc, pick.cc, bool(pick.thread)),
        bcc: _people(profile, bcc, pick.bcc, bool(pick.thread)),
        "Subject": subject(letter.subject, profile.charset, profile.q_extra, profile.encodes_long),
        "Date": dates.date_field(when, profile.padded_day),
        identifier: pick.message_id,
        "MIME-Version": profile.mime_version,
    }
    return values | _threading(profile, pick)


def _threading(profile: Profile, pick: Pick) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322 section 3.6.4), as the client sets them."""
    parent = pick.parent
    if parent is None:
        return {}
    client = known(pick.sender.client)
    if pick.kind == "forward":
        if client in STARTS_ANEW:
            return {}
        if client == "thunderbird":
            chain = references(chain_ids(pick))
            return {"References": chain, "X-Forwarded-Message-Id": parent.message_id}
    chain = references(chain_ids(pick), profile.indent, profile.each)
    return {"In-Reply-To": parent.message_id, "References": chain}


def _people(profile: Profile, name: str, parties: tuple[Party, ...], answered: bool) -> str:
    shown = []
    for party in parties:
        text = clean_field(party.name)
        if profile.doubles_bare and not text:
            text = mailbox(party.email)
        known = profile.apostrophes and answered
        quoted = profile.quotes_names or (profile.doubles_bare and "@" in text)
        shown.append(address(phrase(text, profile.charset, quoted, known), party.email))
    return folded(shown, len(name) + 2, ", ", profile.indent, profile.each)
