"""Outlook on the web and the new Outlook: a div a line, and the header block of divRplyFwdMsg."""

from __future__ import annotations

from decnet_emailgen.mail.body import Body, Quote
from decnet_emailgen.mail.markup.base import Dialect, escape, spaced

_OLD_FONT = "Calibri, Arial, Helvetica, sans-serif"
_NEW_FONT = "Aptos, Aptos_EmbeddedFont, Aptos_MSFontService, Calibri, Helvetica, sans-serif"


def _style(body: Body) -> str:
    font = _NEW_FONT if body.day >= "2023-10" else _OLD_FONT
    return f"font-family: {font}; font-size: 12pt; color: rgb(0, 0, 0);"


def _words(text: str, body: Body) -> str:
    start = f'<div class="elementToProof" style="{_style(body)}">\n'
    return "".join([f"{start}{spaced(line) or '<br>'}</div>\n" for line in text.split("\n")])


def _closing(text: str, delimited: bool, phone: bool, body: Body) -> str:
    style = _style(body)
    rows = "".join([f"{spaced(line) or '<br>'}</div>\n<div>" for line in text.split("\n")])
    rows = rows.removesuffix("<div>")
    return (
        f'<div class="elementToProof" style="{style}">\n<br>\n</div>\n'
        f'<div id="Signature" class="elementToProof" style="{style}">\n<div>{rows}</div>\n'
    )


def _quote(quote: Quote, inner: str) -> str:
    rows = "<br>\n".join(f"<b>{escape(label)}</b> {escape(value)}" for label, value in quote.head)
    return (
        '<div id="appendonsend"></div>\n<hr style="display:inline-block;width:98%" tabindex="-1">\n'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" '
        f'style="font-size:11pt" color="#000000">{rows}</font>\n<div>&nbsp;</div>\n</div>\n'
        f"<div>{inner}</div>\n"
    )


def _plain(lines: list[str]) -> str:
    rows = "<br>\n".join([spaced(line) for line in lines])
    return (
        '<div class="BodyFragment"><font size="2"><span style="font-size:11pt;">'
        f'<div class="PlainText">{rows}<br>\n</div>\n</span></font></div>\n'
    )


def _page(inner: str, body: Body) -> str:
    return (
        "<html>\n<head>\n"
        '<meta http-equiv="Content-Type" content="text/html; charset={charset}">\n'
        '<style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>\n'
        f'</head>\n<body dir="ltr">\n{inner}</body>\n</html>\n'
    )


OWA = Dialect(_words, _closing, _quote, _plain, _page)
