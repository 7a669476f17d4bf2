"""The HTML part: each client's dialect, applied to the tree of a mail's text.

A quoted parent keeps the HTML of its own client, changed as the client that quotes it changes
it; Outlook alone rewrites everything in Word's style.
"""

from __future__ import annotations

from decnet_emailgen.mail.body import Body, Quote, Words, lines, prefix
from decnet_emailgen.mail.markup.apple import APPLE, IPHONE
from decnet_emailgen.mail.markup.base import Dialect
from decnet_emailgen.mail.markup.moz import MOZILLA
from decnet_emailgen.mail.markup.owa import OWA
from decnet_emailgen.mail.markup.web import GMAIL, K9
from decnet_emailgen.mail.markup.word import WORD

DIALECTS: dict[str, Dialect] = {
    "outlook": WORD,
    "exchange": OWA,
    "gmail": GMAIL,
    "k9": K9,
    "apple-mail": APPLE,
    "iphone": IPHONE,
    "thunderbird": MOZILLA,
    "roundcube": MOZILLA,
}


def document(body: Body) -> str:
    """The HTML part of a mail; ``{charset}`` stands where the document names its charset.

    Lines end in LF.
    """
    dialect = DIALECTS[body.client]
    html = dialect.page(_fragment(body, body.client, body.client == "outlook"), body)
    return html.replace("\r\n", "\n")


def _fragment(body: Body, reader: str, word: bool) -> str:
    """The inside of a mail's HTML as ``reader`` (its own client, or one that quotes it) has it."""
    if not body.rich:
        return DIALECTS["outlook" if word else reader].plain(_as_read(body))
    dialect = WORD if word else DIALECTS[body.client]
    out = []
    for part in body.parts:
        if isinstance(part, Quote):
            out.append(dialect.quote(part, _fragment(part.body, part.client, word)))
        elif isinstance(part, Words):
            out.append(dialect.words(part.text, body))
        else:
            phone = part.__class__.__name__ == "PhoneLine"
            out.append(dialect.closing(part.text, part.delimited, phone, body))
    html = "".join(out)
    return html if reader == body.client else _adapted(html, body.client, reader)


def _as_read(body: Body) -> list[str]:
    """A plain mail's lines with the quote marks its own client wrote."""
    blank = ">" if body.client == "k9" else "> "
    return [prefix(line, blank) for line in lines(body)]


def _adapted(html: str, client: str, reader: str) -> str:
    """What a client changes in another one's HTML when it quotes it."""
    if client == "outlook" and reader != "exchange":
        empty = "<u></u>" if reader == "gmail" else ""
        html = html.replace("<o:p>&nbsp;</o:p>", f"{empty}&nbsp;{empty}")
        html = html.replace("<o:p></o:p>", empty * 2)
        html = html.replace("<p class=MsoNormal>", '<p class="MsoNormal">')
    return html
