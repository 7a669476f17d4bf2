"""Outlook 16 for Windows over SMTP and IMAP."""

from __future__ import annotations

from decnet_emailgen.mail.body import BLOCK, Body, Line, lines
from decnet_emailgen.mail.conversation import thread_index
from decnet_emailgen.mail.encode import is_plain_safe, quoted_printable, wrap
from decnet_emailgen.mail.identifiers import boundary
from decnet_emailgen.mail.markup import document
from decnet_emailgen.mail.profiles.base import Content, Letter, Profile, multipart
from decnet_emailgen.mail.threads import chain_of

_WIDTH = 76
_LANGUAGE = {
    "en-US": "en-us", "en-GB": "en-gb", "es": "es", "pt-BR": "pt-br", "pt-PT": "pt", "fr": "fr",
    "de": "de", "it": "it", "nl": "nl", "ja": "ja", "zh": "zh-cn",
}  # fmt: skip


def _extras(letter: Letter) -> dict[str, str]:
    return {
        "X-Mailer": "Microsoft Outlook 16.0",
        "Thread-Index": thread_index(chain_of(letter.pick)),
        "Content-Language": _LANGUAGE[letter.locale],
    }


def plain(body: Body, rich: bool) -> str:
    """The plain part, as Outlook makes it from Word's paragraphs: a blank line after each."""
    rows = _rows(body) if rich else [text for _, text in lines(body)]
    text = "\r\n".join(rows)
    if text.isascii():
        text = "\r\n".join(
            [piece for row in rows for piece in (wrap(row, _WIDTH) if row else [""])]
        )
    return text + "\r\n"


def _rows(body: Body) -> list[str]:
    out: list[str] = []
    heads = _heads(body)
    for line in lines(body):
        text = line[1]
        if line in heads:
            out.append(text + " " if heads[line] else text)
            continue
        if out and out[-1]:
            out.append("")
        out.append(text or " ")
        out.append("")
    return out


def _heads(body: Body) -> dict[Line, bool]:
    """The lines of header blocks, which stay together; true for the first (it ends in a blank)."""
    found: dict[Line, bool] = {}
    quote = body.quote
    while quote is not None:
        if quote.client in BLOCK or quote.forward:
            found |= {
                (0, f"{label} {value}"): not at for at, (label, value) in enumerate(quote.head)
            }
        quote = quote.body.quote
    return found


def _content(letter: Letter) -> Content:
    body = letter.body
    text = plain(body, body.rich)
    if not body.rich:
        return _single(text)
    html = document(body)
    charset = "us-ascii" if text.isascii() and html.isascii() else "utf-8"
    html = html.replace("{charset}", charset, 1).replace("\n", "\r\n")
    mark = boundary("outlook", letter.when, letter.pick.message_id)
    parts = [_part("plain", charset, text), _part("html", charset, html)]
    whole = multipart(
        mark, "This is a multipart message in MIME format.\r\n\r\n", parts, "\r\n\r\n"
    )
    return Content(
        (("Content-Type", f'multipart/alternative;\r\n\tboundary="{mark}"'),), whole, text
    )


def _part(kind: str, charset: str, text: str) -> str:
    head = f'Content-Type: text/{kind};\r\n\tcharset="{charset}"\r\nContent-Transfer-Encoding: '
    if kind == "plain" and text.isascii() and is_plain_safe(text):
        return f"{head}7bit\r\n\r\n{text}\r\n"
    return f"{head}quoted-printable\r\n\r\n{quoted_printable(text, words=True)}\r\n"


def _single(text: str) -> Content:
    charset = "us-ascii" if text.isascii() else "utf-8"
    kind = ("Content-Type", f'text/plain;\r\n\tcharset="{charset}"')
    if text.isascii() and is_plain_safe(text):
        return Content((kind, ("Content-Transfer-Encoding", "7bit")), text, text)
    encoded = quoted_printable(text, words=True)
    return Content((kind, ("Content-Transfer-Encoding", "quoted-printable")), encoded, text)


_HEAD = ("From", "To", "Cc", "Bcc")
_TAIL = (
    "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    "X-Mailer", "Thread-Index", "Content-Language",
)  # fmt: skip

OUTLOOK = Profile(
    new=(*_HEAD, *_TAIL),
    reply=(*_HEAD, "References", "In-Reply-To", *_TAIL),
    content=_content,
    extras=_extras,
    charset="utf-8",
    indent="\t",
    quotes_names=True,
    apostrophes=True,
    q_extra="'",
)
