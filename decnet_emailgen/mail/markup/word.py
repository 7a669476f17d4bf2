"""Outlook for Windows writes HTML with Word: MsoNormal paragraphs and bare attributes."""

from __future__ import annotations

from decnet_emailgen.mail.body import BLOCK, Body, Quote
from decnet_emailgen.mail.markup.base import Dialect, escape, spaced

BLANK = "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"

_LANG = {
    "en-US": "EN-US", "en-GB": "EN-GB", "es": "ES", "pt-BR": "PT-BR", "pt-PT": "PT", "fr": "FR",
    "de": "DE", "it": "IT", "nl": "NL", "ja": "JA", "zh": "ZH-CN",
}  # fmt: skip

_HEAD = """\
<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:w="urn:schemas-microsoft-com:office:word" \
xmlns:m="http://schemas.microsoft.com/office/2004/12/omml" \
xmlns="http://www.w3.org/TR/REC-html40"><head>\
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={charset}">\
<meta name=Generator content="Microsoft Word 15 (filtered medium)"><style><!--
/* Font Definitions */
@font-face
\t{{font-family:"Cambria Math";
\tpanose-1:2 4 5 3 5 4 6 3 2 4;}}
@font-face
\t{{font-family:{font};
\tpanose-1:{panose};}}
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal
\t{{margin:0{unit};
\tfont-size:11.0pt;
\tfont-family:"{font}",sans-serif;
\tmso-ligatures:standardcontextual;
\tmso-fareast-language:EN-US;}}
a:link, span.MsoHyperlink
\t{{mso-style-priority:99;
\tcolor:#0563C1;
\ttext-decoration:underline;}}
span.E-MailFormatvorlage{number}
\t{{mso-style-type:{kind};
\tfont-family:"{font}",sans-serif;
\tcolor:windowtext;}}
.MsoChpDefault
\t{{mso-style-type:export-only;
\tfont-size:10.0pt;}}
@page WordSection1
\t{{size:{paper};
\tmargin:{margins};}}
div.WordSection1
\t{{page:WordSection1;}}
--></style><!--[if gte mso 9]><xml>
<o:shapedefaults v:ext="edit" spidmax="1026" />
</xml><![endif]--><!--[if gte mso 9]><xml>
<o:shapelayout v:ext="edit">
<o:idmap v:ext="edit" data="1" />
</o:shapelayout></xml><![endif]--></head>\
<body lang={lang} link="#0563C1" vlink="#954F72" style='word-wrap:break-word'>\
<div class=WordSection1>"""
_STYLE_NAMES = {
    "en": "EmailStyle", "es": "EstiloCorreo", "pt": "EstiloDeEmail", "fr": "EmailStyle",
    "de": "E-MailFormatvorlage", "it": "StileMessaggioDiPostaElettronica", "nl": "E-mailStijl",
}  # fmt: skip


def _paragraph(html: str) -> str:
    return f"<p class=MsoNormal>{html}<o:p></o:p></p>" if html else BLANK


def _words(text: str, body: Body) -> str:
    return "".join([_paragraph(spaced(line)) for line in text.split("\n")])


def _closing(text: str, delimited: bool, phone: bool, body: Body) -> str:
    lines = ["-- ", *text.split("\n")] if delimited else text.split("\n")
    return BLANK + "".join([_paragraph(spaced(line)) for line in lines])


def _quote(quote: Quote, inner: str) -> str:
    unit = "in" if quote.locale == "en-US" else "cm"
    if quote.client in BLOCK:
        return (
            f"{BLANK}<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;"
            f"padding:3.0pt 0{unit} 0{unit} 0{unit}'><p class=MsoNormal>{_head(quote)}"
            f"<o:p></o:p></p></div></div>{BLANK}{inner}"
        )
    if quote.forward:
        block = "<br>".join(f"{escape(label)} {escape(value)}" for label, value in quote.head)
        return f"{BLANK}{_paragraph(escape(quote.title))}{_paragraph(block)}{BLANK}{inner}"
    style = (
        f"border:none;border-left:solid #CCCCCC 1.0pt;padding:0{unit} 0{unit} 0{unit} 6.0pt;"
        f"margin-left:4.8pt;margin-right:0{unit}"
        if quote.client in ("gmail", "k9")
        else "margin-top:5.0pt;margin-bottom:5.0pt"
    )
    line = _paragraph(escape(quote.attribution))
    return f"{BLANK}{line}<blockquote style='{style}'>{inner}</blockquote>"


def _head(quote: Quote) -> str:
    rows = [f"<b>{escape(label)}</b> {escape(value)}" for label, value in quote.head]
    return rows[0] + " <br>" + "<br>".join(rows[1:])


def _plain(lines: list[str]) -> str:
    return "".join([_paragraph(spaced(line)) for line in lines])


def _page(inner: str, body: Body) -> str:
    american = body.locale == "en-US"
    aptos = body.day >= "2024-02"
    head = _HEAD.format(
        charset="{charset}",
        font="Aptos" if aptos else "Calibri",
        panose="2 11 0 4 2 2 2 2 2 4" if aptos else "2 15 5 2 2 2 4 3 2 4",
        unit="in" if american else "cm",
        number="{number}",
        kind="personal-compose" if body.quote is None else "personal-reply",
        paper="8.5in 11.0in" if american else "612.0pt 792.0pt",
        margins="1.0in 1.0in 1.0in 1.0in" if american else "70.85pt 70.85pt 2.0cm 70.85pt",
        lang=_LANG[body.locale],
    )
    number = "17" if body.quote is None else "20"
    name = _STYLE_NAMES.get(body.locale[:2], "EmailStyle")
    head = head.replace("E-MailFormatvorlage{number}", name + number)
    return f"{head}{inner}</div></body></html>"


WORD = Dialect(_words, _closing, _quote, _plain, _page)
