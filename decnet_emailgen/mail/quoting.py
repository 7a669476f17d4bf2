"""Building the tree of a mail and of the thread under it.

Every decision about a mail's text (is it rich, where does the reply stand, what is cut away) is
keyed by its Message-ID and its author, so a mail looks the same in its own copy and in every
quotation of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from decnet_emailgen.mail import dates, words
from decnet_emailgen.mail.body import BLOCK, Body, Part, PhoneLine, Quote, Signature, Words
from decnet_emailgen.mail.chance import number, share
from decnet_emailgen.mail.encode import clean_field, clean_text
from decnet_emailgen.mail.fields import mailbox, plain_address
from decnet_emailgen.mail.profiles.versions import android
from decnet_emailgen.records import Author, Earlier, Party
from decnet_emailgen.world.model import CLIENTS

_DELIMITED = frozenset({"thunderbird", "roundcube", "k9", "gmail"})
_CUTS_SIGNATURES = frozenset({"thunderbird", "roundcube", "k9"})
_RICH = frozenset({"outlook", "exchange", "gmail"})
_DEEPEST = 12


def known(client: str) -> str:
    """The client, or Thunderbird for one that this room doesn't know."""
    return client if client in CLIENTS else "thunderbird"


def body_of(chain: tuple[Earlier, ...], html: bool = True, levels: int = _DEEPEST) -> Body:
    """The body of the last mail of the chain, with those before it quoted."""
    mail = chain[-1]
    author = mail.sender
    locale = words.locale(author.ui_language, author.timezone)
    quote = _quote_of(chain, html, levels, locale) if len(chain) > 1 and levels else None
    rich = html and _is_rich(mail, quote)
    parts = _arranged(mail, locale, quote)
    return Body(known(author.client), locale, rich, parts, mail.date[:10])


def writes_plain(author: Author) -> bool:
    """Whether somebody has told Thunderbird to write plain text; it writes HTML otherwise."""
    return share(0.5, "plain text only", author.email)


def _is_rich(mail: Earlier, quote: Quote | None) -> bool:
    client = known(mail.sender.client)
    if client in _RICH:
        return True
    if client == "roundcube":
        return False
    if client == "thunderbird" and writes_plain(mail.sender):
        return False
    if quote is not None:
        return quote.body.rich
    return (client == "apple-mail" and bool(mail.sender.signature.strip())) or (
        client == "iphone" and share(0.5, "rich", mail.message_id)
    )


def _arranged(mail: Earlier, locale: str, quote: Quote | None) -> tuple[Part, ...]:
    """Own words, sign-off blocks and quote in the order in which this person's client puts them."""
    client, person = known(mail.sender.client), mail.sender.email
    own: list[Part] = [Words(clean_text(mail.text) or " ")]
    closing = _closing(mail, locale)
    if quote is None:
        return (*own, *closing)
    if quote.forward:
        return (*own, *closing, quote)
    if answers := _interleaved(mail, quote):
        return (*answers, *closing)
    if client in ("thunderbird", "roundcube") and share(0.3, "below the quote", person):
        return (quote, *own, *closing)
    if client == "k9" or (client in ("thunderbird", "gmail") and share(0.4, "sign last", person)):
        return (*own, quote, *closing)
    return (*own, *closing, quote)


def _interleaved(mail: Earlier, quote: Quote) -> tuple[Part, ...]:
    """Answers between the parent's questions, as some people in plain text write them.

    Only where the parent asks as many questions as there are paragraphs between greeting and
    sign-off; everything else of the parent is cut away.
    """
    if known(mail.sender.client) not in ("thunderbird", "roundcube", "k9") or quote.body.rich:
        return ()
    if not share(0.6, "interleaves", mail.sender.email):
        return ()
    asked = [p for p in clean_text(quote.mail.text).split("\n\n") if p.endswith("?")]
    greeting, *answers = clean_text(mail.text).split("\n\n")
    if len(asked) < 2 or len(answers) != len(asked) + 1 or len(greeting) > 60:
        return ()
    parts: list[Part] = [Words(greeting)]
    for at, (question, reply) in enumerate(zip(asked, answers, strict=False)):
        excerpt = replace(quote.body, parts=(Words(question),))
        line = "" if at else quote.attribution
        parts += [replace(quote, body=excerpt, attribution=line), Words(reply)]
    return (*parts, Words(answers[-1]))


def _closing(mail: Earlier, locale: str) -> tuple[Part, ...]:
    author, client = mail.sender, known(mail.sender.client)
    text = clean_text(author.signature)
    if client == "iphone" and share(0.85, "phone line", author.email):
        return (PhoneLine(words.IPHONE_LINE[locale]),)
    agent = android(parse_date(mail.date).date(), author.email) if client == "k9" else ""
    if agent.startswith("K-9") and share(0.6, "phone line", author.email):
        return (PhoneLine(words.K9_LINE[locale], True),)
    if not text:
        return ()
    delimited = client in _DELIMITED
    if delimited:
        lines = text.split("\n")
        text = "\n".join(lines[1:] if lines[0].rstrip() == "--" else lines).strip("\n")
    return (Signature(text, delimited),) if text else ()


def _levels(mail: Earlier) -> int:
    """How many mails of the past this author leaves in a reply; most people never cut."""
    client, person = known(mail.sender.client), mail.sender.email
    if client in ("thunderbird", "roundcube", "k9") and share(0.4, "cuts", person):
        return 1 + number("cut", mail.message_id) % 2
    if share(0.04, "cut short", mail.message_id):
        return 1 + number("cut", mail.message_id) % 3
    return _DEEPEST


def _quote_of(chain: tuple[Earlier, ...], html: bool, levels: int, locale: str) -> Quote:
    mail, parent = chain[-1], chain[-2]
    client = known(mail.sender.client)
    forward = mail.kind == "forward"
    body = body_of(chain[:-1], html, min(levels, _DEEPEST if forward else _levels(mail)) - 1)
    if client in _CUTS_SIGNATURES and not forward:
        kept = tuple(
            p for p in body.parts if not (isinstance(p, Signature | PhoneLine) and p.delimited)
        )
        body = replace(body, parts=kept)
    when = parse_date(parent.date).astimezone(dates.zone(mail.sender.timezone))
    quote = Quote(client, locale, forward, parent, when, body)
    if forward or client in BLOCK:
        title, head = _block(quote)
        return replace(quote, title=title, head=head)
    return replace(quote, attribution=attribution(client, locale, when, parent.sender))


def parse_date(text: str) -> datetime:
    """An ISO 8601 time; UTC where it has no offset."""
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


# --- attribution lines -----------------------------------------------------------------------

_NAME_ONLY = {
    "thunderbird": {
        "en-US": "On {0} {1}, {2} wrote:",
        "en-GB": "On {0} {1}, {2} wrote:",
        "es": "El {0} a las {1}, {2} escribió:",
        "pt-BR": "Em {0} {1}, {2} escreveu:",
        "pt-PT": "Às {1} de {0}, {2} escreveu:",
        "fr": "Le {0} à {1}, {2} a écrit :",
        "de": "Am {0} um {1} schrieb {2}:",
        "it": "Il {0} {1}, {2} ha scritto:",
        "nl": "Op {0} om {1} schreef {2}:",
        "ja": "On {0} {1}, {2} wrote:",
        "zh": "在 {0} {1}, {2} 写道:",
    },
    "roundcube": {
        "en-US": "On {0}, {2} wrote:",
        "en-GB": "On {0}, {2} wrote:",
        "es": "El {0}, {2} escribió:",
        "pt-BR": "Em {0}, {2} escreveu:",
        "pt-PT": "A {0}, {2} escreveu:",
        "fr": "Le {0}, {2} a écrit :",
        "de": "Am {0}, schrieb {2}:",
        "it": "Il {0} {2} ha scritto:",
        "nl": "{2} schreef op {0}:",
        "ja": "{0} に {2} さんは書きました:",
        "zh": "在 {0}，{2} 写道：",
    },
}
_WITH_ADDRESS = {
    "gmail": {
        "en-US": "On {0} {1} wrote:",
        "en-GB": "On {0}, {1} wrote:",
        "es": "El {0}, {2} (<{3}>) escribió:",
        "pt-BR": "Em {0}, {1} escreveu:",
        "pt-PT": "{1} escreveu ({0}):",
        "fr": "Le {0}, {1} a écrit :",
        "de": "Am {0} schrieb {1}:",
        "it": "Il giorno {0} {1} ha scritto:",
        "nl": "Op {0} schreef {1}:",
        "ja": "{0} {1}:",
        "zh": "{1} 于{0}写道：",
    },
    "apple": {
        "en-US": "On {0}, {1} wrote:",
        "en-GB": "On {0}, {1} wrote:",
        "es": "El {0}, {1} escribió:",
        "pt-BR": "Em {0}, {1} escreveu:",
        "pt-PT": "No dia {0}, {1} escreveu:",
        "fr": "Le {0}, {1} a écrit :",
        "de": "Am {0} schrieb {1}:",
        "it": "Il giorno {0}, {1} ha scritto:",
        "nl": "Op {0} heeft {1} het volgende geschreven:",
        "ja": "{0}、{1}のメール:",
        "zh": "在 {0}，{1} 写道：",
    },
    "k9": {
        "en-US": "On {0}, {1} wrote:",
        "en-GB": "On {0}, {1} wrote:",
        "es": "El {0}, {1} escribió:",
        "pt-BR": "Em {0}, {1} escreveu:",
        "pt-PT": "Em {0}, {1} escreveu:",
        "fr": "Le {0}, {1} a écrit :",
        "de": "Am {0} schrieb {1}:",
        "it": "Il {0}, {1} ha scritto:",
        "nl": "{1} schreef op {0}:",
        "ja": "{0}、{1} より:",
        "zh": "于 {0}，{1} 写道：",
    },
}


def attribution(client: str, locale: str, when: datetime, sender: Party) -> str:
    """The line before a quotation, in the replier's client, language and zone."""
    name = clean_field(sender.name) or mailbox(sender.email)
    if client == "thunderbird":
        day, time = dates.thunderbird(when, locale)
        return _NAME_ONLY["thunderbird"][locale].format(day, time, name)
    if client == "roundcube":
        moment = f"{when:%Y-%m-%d %H:%M}"
        return _NAME_ONLY["roundcube"][locale].format(moment, "", name)
    form = {"gmail": dates.gmail, "k9": dates.k9}.get(client, dates.apple)
    table = _WITH_ADDRESS.get(client, _WITH_ADDRESS["apple"])
    whole = plain_address(sender)
    return table[locale].format(form(when, locale), whole, name, mailbox(sender.email))


# --- header blocks ---------------------------------------------------------------------------

_UNDERSCORES = "_" * 32


def _block(quote: Quote) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Separator and fields before an Outlook reply or anybody's forward."""
    client, locale, mail, when = quote.client, quote.locale, quote.mail, quote.when
    sender = plain_address(mail.sender)
    subject = clean_field(mail.subject)
    if client in BLOCK:
        glue = "; "
        labels = words.OUTLOOK_LABELS[locale]
        if client == "exchange":
            labels = words.OWA_LABELS["en-US" if quote.forward else locale]
        date = dates.outlook(when, locale)
        fields = [(labels.sender, sender), (labels.date, date), (labels.to, _people(mail.to, glue))]
        fields += [(labels.cc, _people(mail.cc, glue))] if mail.cc else []
        title = _UNDERSCORES if client == "exchange" else ""
        return title, (*fields, (labels.subject, subject))
    return _forward_block(client, locale, mail, when, sender, subject)


def _forward_block(
    client: str, locale: str, mail: Earlier, when: datetime, sender: str, subject: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    to, cc = _people(mail.to), _people(mail.cc)
    if client == "gmail":
        return _gmail_block(locale, mail, when, sender, subject)
    if client in ("apple-mail", "iphone"):
        labels, title = words.APPLE_LABELS[locale], words.APPLE_FORWARD[locale]
        date = dates.apple_forward(when, locale)
        if client == "iphone" and locale == "fr":
            title = "Début du message transféré :"
        order = "sender date to cc subject" if client == "iphone" else "sender subject date to cc"
    elif client == "k9":
        labels, title = words.K9_LABELS[locale], f"-------- {words.K9_FORWARD[locale]} --------"
        date, order = dates.k9(when, locale), "sender date to cc subject"
    elif client == "roundcube":
        labels = words.ROUNDCUBE_LABELS[locale]
        title = f"-------- {words.ROUNDCUBE_FORWARD[locale]} --------"
        date, order = f"{when:%Y-%m-%d %H:%M}", "subject date sender to cc"
    else:
        labels = words.THUNDERBIRD_LABELS[locale]
        title = f"-------- {words.THUNDERBIRD_FORWARD[locale]} --------"
        date, order = dates.date_field(when), "subject date sender to cc"
    values = {"sender": sender, "date": date, "to": to, "cc": cc, "subject": subject}
    rows = [(getattr(labels, name), values[name]) for name in order.split()]
    return title, tuple(row for row in rows if row[1] or row[0] != labels.cc)


def _gmail_block(
    locale: str, mail: Earlier, when: datetime, sender: str, subject: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Gmail's: English in all languages but for the sender's label and the date."""
    rows = [
        (words.GMAIL_FROM[locale], sender),
        ("Date:", dates.gmail(when, locale)),
        ("Subject:", subject),
        ("To:", _people(mail.to, brackets=True)),
    ]
    rows += [("Cc:", _people(mail.cc, brackets=True))] if mail.cc else []
    return "---------- Forwarded message ---------", tuple(rows)


def _people(parties: tuple[Party, ...], glue: str = ", ", brackets: bool = False) -> str:
    shown = []
    for party in parties:
        text = plain_address(party)
        shown.append(f"<{text}>" if brackets and "<" not in text else text)
    return glue.join(shown)
