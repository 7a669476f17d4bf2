"""Thunderbird's HTML: paragraphs, moz-cite-prefix, source wrapped at 72 columns."""

from __future__ import annotations

from decnet_emailgen.mail.body import Body, Quote
from decnet_emailgen.mail.encode import wrap
from decnet_emailgen.mail.markup.base import Dialect, escape, linked, spaced


def _words(text: str, body: Body) -> str:
    out = []
    for paragraph in text.split("\n\n"):
        rows = "<br>\n".join([spaced(line) for line in paragraph.split("\n")])
        out.append(f"<p>{rows}</p>\n" if rows else "<p><br>\n</p>\n")
    return "".join(out)


def _closing(text: str, delimited: bool, phone: bool, body: Body) -> str:
    start = "-- <br>\n" if delimited else ""
    rows = "<br>\n".join([spaced(line) for line in text.split("\n")])
    return f'<div class="moz-signature">{start}{rows}</div>\n'


def _quote(quote: Quote, inner: str) -> str:
    if quote.forward:
        rows = "".join(
            f'<tr>\n<th valign="BASELINE" nowrap="nowrap" align="RIGHT">{escape(label)} </th>\n'
            f"<td>{_address(value, quote)}</td>\n</tr>\n"
            for label, value in quote.head
        )
        return (
            f'<div class="moz-forward-container"><br>\n<br>\n{escape(quote.title)}\n'
            '<table class="moz-email-headers-table" cellspacing="0" cellpadding="0" border="0">\n'
            f"<tbody>\n{rows}</tbody>\n</table>\n<br>\n<br>\n{inner}</div>\n"
        )
    cite = escape(quote.mail.message_id.strip("<>"))
    return (
        f'<div class="moz-cite-prefix">{escape(quote.attribution)}<br>\n</div>\n'
        f'<blockquote type="cite" cite="mid:{cite}">\n{inner}</blockquote>\n'
    )


def _address(value: str, quote: Quote) -> str:
    html = linked(escape(value), quote.mail.sender.email)
    return html.replace("<a href=", '<a class="moz-txt-link-rfc2396E" href=')


def _plain(lines: list[str]) -> str:
    rows = "\n".join([escape(line) for line in lines])
    return f'<pre wrap="" class="moz-quote-pre">{rows}\n</pre>\n'


def _page(inner: str, body: Body) -> str:
    out, verbatim = [], False
    for line in inner.split("\n"):
        verbatim = verbatim or line.startswith("<pre")
        out.extend([line] if verbatim else [f"    {row}" for row in wrap(line, 68)] if line else [])
        verbatim = verbatim and "</pre>" not in line
    source = "\n".join(out)
    return (
        '<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv="Content-Type" '
        'content="text/html; charset={charset}">\n  </head>\n  <body>\n'
        f"{source}\n  </body>\n</html>\n"
    )


MOZILLA = Dialect(_words, _closing, _quote, _plain, _page)
