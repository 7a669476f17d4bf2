"""Apple Mail's and iOS Mail's HTML: bare divs, blockquote type="cite"."""

from __future__ import annotations

from decnet_emailgen.mail.body import Body, Quote
from decnet_emailgen.mail.markup.base import Dialect, escape, spaced

_HEAD = '<html><head><meta http-equiv="content-type" content="text/html; charset={charset}"></head>'
_BODY = "overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;"


def _rows(text: str) -> str:
    first, *rest = text.split("\n")
    return spaced(first) + "".join([f"<div>{spaced(line) or '<br>'}</div>" for line in rest])


def _words(text: str, body: Body) -> str:
    return _rows(text)


def _mac_closing(text: str, delimited: bool, phone: bool, body: Body) -> str:
    rows = "".join([f"<div>{spaced(line) or '<br>'}</div>" for line in text.split("\n")])
    inner = f'<div dir="auto" style="text-align: start; {_BODY}">{rows}</div>'
    return f"<div><br><div>\n{inner}\n</div>\n</div>"


def _phone_closing(text: str, delimited: bool, phone: bool, body: Body) -> str:
    rows = "".join([f'<div dir="ltr">{spaced(line) or "<br>"}</div>' for line in text.split("\n")])
    mark = ' id="lineBreakAtBeginningOfSignature"' if body.day >= "2023-09-18" else ""
    return f"<br{mark}>{rows}"


def _fields(quote: Quote) -> str:
    span = 'style="font-family: -webkit-system-font, Helvetica Neue, Helvetica, sans-serif;'
    rows = [
        f'<div style="margin: 0px;"><span {span} color:rgba(0, 0, 0, 1.0);"><b>{escape(label)} </b>'
        f'</span><span {span}">{escape(value)}<br></span></div>'
        for label, value in quote.head
    ]
    return "".join(rows)


def _mac_quote(quote: Quote, inner: str) -> str:
    if quote.forward:
        return (
            f'<div><br><blockquote type="cite"><div>{escape(quote.title)}</div>'
            f'<br class="Apple-interchange-newline">{_fields(quote)}<br>'
            f"<div>{inner}</div></blockquote></div><br>"
        )
    return (
        f'<div><br><blockquote type="cite"><div>{escape(quote.attribution)}'
        f'</div><br class="Apple-interchange-newline"><div>{inner}</div></blockquote></div><br>'
    )


def _phone_quote(quote: Quote, inner: str) -> str:
    if quote.forward:
        rows = "<br>".join([f"<b>{escape(label)}</b> {escape(v)}" for label, v in quote.head])
        return (
            f'<div dir="ltr"><br>{escape(quote.title)}<br><br></div>'
            f'<blockquote type="cite"><div dir="ltr">{rows}<br><br></div></blockquote>'
            f'<blockquote type="cite"><div dir="ltr">\ufeff{inner}</div></blockquote>'
        )
    return (
        f'<div dir="ltr"><br><blockquote type="cite">{escape(quote.attribution)}<br><br>'
        f'</blockquote></div><blockquote type="cite">'
        f'<div dir="ltr">\ufeff{inner}</div></blockquote>'
    )


def _plain(lines: list[str]) -> str:
    rows = "<br>".join([spaced(line) for line in lines])
    return f"<div><div>{rows}<br></div></div>"


def _phone_plain(lines: list[str]) -> str:
    return "".join([f"<span>{spaced(line)}</span><br>" for line in lines])


def _mac_page(inner: str, body: Body) -> str:
    return f'{_HEAD}<body style="{_BODY}">{inner}</body></html>'


def _phone_page(inner: str, body: Body) -> str:
    return f'{_HEAD}<body dir="auto">{inner}</body></html>'


APPLE = Dialect(_words, _mac_closing, _mac_quote, _plain, _mac_page)
IPHONE = Dialect(_words, _phone_closing, _phone_quote, _phone_plain, _phone_page)
