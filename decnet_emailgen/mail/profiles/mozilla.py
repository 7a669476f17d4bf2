"""Thunderbird and Roundcube: format=flowed, and HTML where Thunderbird's owner likes it."""

from __future__ import annotations

from datetime import date

from decnet_emailgen.mail.body import Body, lines
from decnet_emailgen.mail.chance import choice, share
from decnet_emailgen.mail.encode import flow, is_plain_safe, quoted_printable
from decnet_emailgen.mail.identifiers import boundary
from decnet_emailgen.mail.markup import document
from decnet_emailgen.mail.profiles.base import Content, Letter, Profile, multipart
from decnet_emailgen.mail.profiles.versions import ROUNDCUBE, THUNDERBIRD, version

_SYSTEMS = (
    "Windows NT 10.0; Win64; x64", "Windows NT 10.0; Win64; x64", "X11; Linux x86_64",
    "Macintosh; Intel Mac OS X 10.15",
)  # fmt: skip
_LANGUAGE = {"pt-BR": "pt-BR", "pt-PT": "pt-PT", "zh": "zh-CN"}


def _release(letter: Letter) -> str:
    return version(THUNDERBIRD, letter.when.date(), letter.pick.sender.email)


def modern_on(day: date, email: str) -> bool:
    """Whether somebody's Thunderbird is 102 or later on that day."""
    release = version(THUNDERBIRD, day, email)
    return not release or int(release.partition(".")[0]) >= 102


def is_modern(letter: Letter) -> bool:
    """Whether the author's Thunderbird is 102 or later, which changed its boundaries."""
    return modern_on(letter.when.date(), letter.pick.sender.email)


def _thunderbird_extras(letter: Letter) -> dict[str, str]:
    release = _release(letter)
    agent = "Mozilla Thunderbird"
    if release:
        system = choice(_SYSTEMS, "system", letter.pick.sender.email)
        engine = release.partition(".")[0]
        agent = f"Mozilla/5.0 ({system}; rv:{engine}.0) Gecko/20100101\r\n Thunderbird/{release}"
    return {"User-Agent": agent, "Content-Language": _LANGUAGE.get(letter.locale, letter.locale)}


def flowed(body: Body) -> str:
    """The body as format=flowed (RFC 3676)."""
    rows = [row for depth, text in lines(body) for row in flow(text, depth)]
    return "\r\n".join(rows) + "\r\n"


def _encoding(text: str) -> str:
    if not is_plain_safe(text):
        return "quoted-printable"
    return "7bit" if text.isascii() else "8bit"


def _encoded(text: str, encoding: str) -> str:
    return quoted_printable(text) if encoding == "quoted-printable" else text


def _thunderbird_content(letter: Letter) -> Content:
    text = flowed(letter.body)
    encoding = _encoding(text)
    if not letter.body.rich:
        kind = ("Content-Type", "text/plain; charset=UTF-8; format=flowed")
        fields = (kind, ("Content-Transfer-Encoding", encoding))
        return Content(fields, _encoded(text, encoding), text)
    html = document(letter.body).replace("{charset}", "UTF-8", 1)
    html = html.replace("\n", "\r\n")
    parts = []
    for subtype, source in (
        ("plain; charset=UTF-8; format=flowed", text),
        ("html; charset=UTF-8", html),
    ):
        encoding = _encoding(source)
        head = f"Content-Type: text/{subtype}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        parts.append(head + _encoded(source, encoding))
    mark = boundary("thunderbird", letter.when, letter.pick.message_id, is_modern(letter))
    whole = multipart(mark, "This is a multi-part message in MIME format.\r\n", parts)
    kind_field = ("Content-Type", f'multipart/alternative;\r\n boundary="{mark}"')
    return Content((kind_field,), whole, text)


def unconverted(letter: Letter) -> Content:
    """HTML alone, as Thunderbird saves a new mail that is being written in its HTML editor.

    The head differs from that of an answer (public mail of Thunderbird 52 and 115).
    """
    html = document(letter.body).replace("{charset}", "UTF-8", 1)
    html = html.replace(
        '    <meta http-equiv="Content-Type"', '\n    <meta http-equiv="content-type"', 1
    )
    html = html.replace("\n", "\r\n")
    encoding = _encoding(html)
    fields = (
        ("Content-Type", "text/html; charset=UTF-8"),
        ("Content-Transfer-Encoding", encoding),
    )
    return Content(fields, _encoded(html, encoding), flowed(letter.body))


def _roundcube_extras(letter: Letter) -> dict[str, str]:
    email = letter.pick.sender.email
    domain = email.rpartition("@")[2]
    release = version(ROUNDCUBE, letter.when.date(), domain, 120)
    shown = release < "1.6" or share(0.3, "user agent", domain)
    agent = f"Roundcube Webmail/{release}" if shown else ""
    return {"User-Agent": agent, "X-Sender": email}


def _roundcube_content(letter: Letter) -> Content:
    text = flowed(letter.body)
    encoding = _encoding(text)
    charset = "US-ASCII" if text.isascii() else "UTF-8"
    kind = ("Content-Type", f"text/plain; charset={charset};\r\n format=flowed")
    fields = (kind, ("Content-Transfer-Encoding", encoding))
    return Content(fields, _encoded(text, encoding), text)


_THUNDERBIRD = ("Message-ID", "Date", "MIME-Version", "User-Agent")

THUNDERBIRD_PROFILE = Profile(
    new=(
        *_THUNDERBIRD, "Content-Language", "To", "Cc", "Bcc", "From", "Subject", "Content-Type",
        "Content-Transfer-Encoding",
    ),
    reply=(
        *_THUNDERBIRD, "Subject", "Content-Language", "To", "Cc", "Bcc", "References", "From",
        "In-Reply-To", "X-Forwarded-Message-Id", "Content-Type", "Content-Transfer-Encoding",
    ),
    content=_thunderbird_content,
    extras=_thunderbird_extras,
)  # fmt: skip

_ROUNDCUBE = (
    "MIME-Version", "Date", "From", "To", "Cc", "Bcc", "Subject", "In-Reply-To", "References",
    "User-Agent", "Message-ID", "X-Sender", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip

ROUNDCUBE_PROFILE = Profile(
    new=_ROUNDCUBE,
    reply=_ROUNDCUBE,
    content=_roundcube_content,
    extras=_roundcube_extras,
    padded_day=True,
)
