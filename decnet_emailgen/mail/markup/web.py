"""Gmail's HTML, and K-9's, which borrows its class names."""

from __future__ import annotations

from decnet_emailgen.mail.body import Body, Quote
from decnet_emailgen.mail.markup.base import Dialect, escape, linked, spaced

_GMAIL_BAR = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
_K9_BAR = "margin: 0pt 0pt 0pt 0.8ex; border-left: 1px solid rgb(204, 204, 204); padding-left: 1ex;"


def _gmail_rows(text: str) -> str:
    first, *rest = text.split("\n")
    return spaced(first) + "".join([f"<div>{spaced(line) or '<br>'}</div>" for line in rest])


def _gmail_words(text: str, body: Body) -> str:
    return f'<div dir="ltr">{_gmail_rows(text)}</div>'


def _gmail_closing(text: str, delimited: bool, phone: bool, body: Body) -> str:
    return (
        '<br clear="all"><br><span class="gmail_signature_prefix">-- </span><br>'
        '<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">'
        f'<div dir="ltr">{_gmail_rows(text)}</div></div>'
    )


def _gmail_quote(quote: Quote, inner: str) -> str:
    kind = "gmail_quote gmail_quote_container" if quote.when.year >= 2025 else "gmail_quote"
    email = quote.mail.sender.email
    if quote.forward:
        rows = [_forwarded(label, value, quote) for label, value in quote.head]
        return (
            f'<br><div class="{kind}"><div dir="ltr" class="gmail_attr">{escape(quote.title)}<br>'
            + "<br>".join(rows)
            + f"<br></div><br><br>{inner}</div>"
        )
    line = linked(escape(quote.attribution), email)
    return (
        f'<br><div class="{kind}"><div dir="ltr" class="gmail_attr">{line}<br></div>'
        f'<blockquote class="gmail_quote" style="{_GMAIL_BAR}">{inner}</blockquote></div>'
    )


def _forwarded(label: str, value: str, quote: Quote) -> str:
    html = linked(escape(value), quote.mail.sender.email)
    for party in (*quote.mail.to, *quote.mail.cc):
        html = linked(html, party.email)
    if (label, value) == quote.head[0]:
        name, _, rest = html.partition("&lt;")
        strong = f'<strong class="gmail_sendername" dir="auto">{name.strip()}</strong>'
        html = f'{strong} <span dir="auto">&lt;{rest}</span>' if rest else html
    return f"{escape(label)} {html}"


def _gmail_plain(lines: list[str]) -> str:
    return "".join([f"{spaced(line)}<br>\n" for line in lines])


def _gmail_page(inner: str, body: Body) -> str:
    return inner


GMAIL = Dialect(_gmail_words, _gmail_closing, _gmail_quote, _gmail_plain, _gmail_page)


def _k9_words(text: str, body: Body) -> str:
    return '<div dir="auto">' + "<br>".join([spaced(line) for line in text.split("\n")]) + "</div>"


def _k9_closing(text: str, delimited: bool, phone: bool, body: Body) -> str:
    rows = "<br>".join([spaced(line) for line in text.split("\n")])
    start = "<div class='k9mail-signature'>-- <br>" if delimited else "<div>"
    return f"{start}{rows}</div>"


def _k9_quote(quote: Quote, inner: str) -> str:
    if quote.forward:
        rows = "".join([f"<b>{escape(label)}</b> {escape(v)}<br>\r\n" for label, v in quote.head])
        style = 'font-size:10.0pt;font-family:"Tahoma","sans-serif";padding:3.0pt 0in 0in 0in'
        rule = "<hr style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        title = f"{escape(quote.title)}<br>\r\n"
        return f"<br><br><div style='{style}'>\r\n{rule}\r\n{title}{rows}</div>\r\n<br>\r\n{inner}"
    line = escape(quote.attribution)
    return (
        f'<br><br><div class="gmail_quote"><div dir="auto">{line}</div>'
        f'<blockquote class="gmail_quote" style="{_K9_BAR}">\r\n{inner}</blockquote></div>'
    )


def _k9_plain(lines: list[str]) -> str:
    return '<pre dir="auto" class="k9mail">' + "<br>".join([escape(x) for x in lines]) + "</pre>"


def _k9_page(inner: str, body: Body) -> str:
    return f"<!DOCTYPE html><html><body>{inner}</body></html>"


K9 = Dialect(_k9_words, _k9_closing, _k9_quote, _k9_plain, _k9_page)
