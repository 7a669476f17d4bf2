"""What all dialects of HTML share: escaping, links, and the interface."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from decnet_emailgen.mail.body import Body, Quote
from decnet_emailgen.mail.fields import mailbox

_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one client writes HTML.

    ``words`` makes the author's own text, ``closing`` a signature or phone line (text, delimited,
    phone), ``quote`` wraps the parent's HTML, ``plain`` shows the lines of a mail that came
    without HTML, ``page`` makes the whole document.
    """

    words: Callable[[str, Body], str]
    closing: Callable[[str, bool, bool, Body], str]
    quote: Callable[[Quote, str], str]
    plain: Callable[[list[str]], str]
    page: Callable[[str, Body], str]


def escape(text: str) -> str:
    """Text for an element or a quoted attribute."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if '"' in text else text


def spaced(text: str) -> str:
    """Escaped text in which runs of blanks keep their width, with links where text names them."""
    html = escape(text)
    if "  " in html or html[:1] == " ":
        html = html.replace("  ", "&nbsp; ")
        html = "&nbsp;" + html[1:] if html[:1] == " " else html
    return _URL.sub(_link, html) if "://" in html else html


def _link(match: re.Match[str]) -> str:
    return f'<a href="{match[0]}">{match[0]}</a>'


def linked(html: str, email: str) -> str:
    """Escaped text with this address made a link."""
    address = escape(mailbox(email))
    return html.replace(f"&lt;{address}&gt;", f'&lt;<a href="mailto:{address}">{address}</a>&gt;')
