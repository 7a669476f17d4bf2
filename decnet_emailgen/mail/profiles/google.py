"""Gmail on the web and in its apps (Workspace included), and K-9 (Thunderbird) for Android."""

from __future__ import annotations

from decnet_emailgen.mail.body import Body, lines, prefix
from decnet_emailgen.mail.chance import rng
from decnet_emailgen.mail.encode import (
    base64_lines,
    is_foreign,
    is_plain_safe,
    quoted_printable,
    wrap,
)
from decnet_emailgen.mail.identifiers import boundary
from decnet_emailgen.mail.markup import document
from decnet_emailgen.mail.profiles.base import Content, Letter, Profile, marked_lines, multipart
from decnet_emailgen.mail.profiles.versions import android

_WIDTH = 78
_FEATURES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _gmail_extras(letter: Letter) -> dict[str, str]:
    if letter.pick.date < "2025-02":
        return {}
    draw = rng("features", letter.pick.message_id)
    return {"X-Gm-Features": "A" + "".join(draw.choices(_FEATURES, k=86))}


def wrapped(body: Body) -> str:
    """The plain part: hard lines of at most 78 characters, quote marks included."""
    rows = []
    for depth, text in lines(body):
        room = _WIDTH - (depth + 1 if depth else 0)
        rows.extend([prefix((depth, piece)) for piece in wrap(text, room)])
    return "\r\n".join(rows) + "\r\n"


def _part(kind: str, text: str) -> str:
    head = f'Content-Type: text/{kind}; charset="UTF-8"\r\n'
    if text.isascii() and is_plain_safe(text) and (kind == "plain" or _short(text)):
        return f"{head}\r\n{text}"
    if is_foreign(text):
        return f"{head}Content-Transfer-Encoding: base64\r\n\r\n{base64_lines(text)}\r\n"
    encoded = quoted_printable(text)
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}"


def _short(text: str) -> bool:
    return all(len(row) <= 500 for row in text.split("\r\n"))


def _gmail_content(letter: Letter) -> Content:
    text = wrapped(letter.body)
    if not letter.body.rich:
        kind = ("Content-Type", 'text/plain; charset="UTF-8"')
        if text.isascii() and is_plain_safe(text):
            return Content((kind,), text, text)
        field = ("Content-Transfer-Encoding", "quoted-printable")
        return Content((kind, field), quoted_printable(text), text)
    html = document(letter.body).replace("\n", "\r\n") + "\r\n"
    mark = boundary("gmail", letter.when, letter.pick.message_id)
    whole = multipart(mark, "", [_part("plain", text), _part("html", html)])
    return Content((("Content-Type", f'multipart/alternative; boundary="{mark}"'),), whole, text)


GMAIL_PROFILE = Profile(
    new=(
        "MIME-Version", "From", "Date", "X-Gm-Features", "Message-ID", "Subject", "To", "Cc",
        "Bcc", "Content-Type", "Content-Transfer-Encoding",
    ),
    reply=(
        "MIME-Version", "References", "In-Reply-To", "From", "Date", "X-Gm-Features",
        "Message-ID", "Subject", "To", "Cc", "Bcc", "Content-Type", "Content-Transfer-Encoding",
    ),
    content=_gmail_content,
    extras=_gmail_extras,
)  # fmt: skip


def _k9_extras(letter: Letter) -> dict[str, str]:
    return {"User-Agent": android(letter.when.date(), letter.pick.sender.email)}


def _k9_content(letter: Letter) -> Content:
    text = "\r\n".join(marked_lines(letter.body, ">", ">")) + "\r\n"
    kind = "text/plain;\r\n charset=utf-8"
    if not letter.body.rich:
        fields = (("Content-Type", kind), ("Content-Transfer-Encoding", "quoted-printable"))
        return Content(fields, quoted_printable(text, dots=True), text)
    html = document(letter.body).replace("\n", "\r\n") + "\r\n"
    parts = [
        f"Content-Type: text/{subtype};\r\n charset=utf-8\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{quoted_printable(source, dots=True)}"
        for subtype, source in (("plain", text), ("html", html))
    ]
    mark = boundary("k9", letter.when, letter.pick.message_id)
    fields = (
        ("Content-Type", f"multipart/alternative;\r\n boundary={mark}"),
        ("Content-Transfer-Encoding", "7bit"),
    )
    return Content(fields, multipart(mark, "", parts), text)


_K9_ORDER = (
    "Date", "From", "To", "CC", "BCC", "Subject", "User-Agent", "In-Reply-To", "References",
    "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip

K9_PROFILE = Profile(
    new=_K9_ORDER,
    reply=_K9_ORDER,
    content=_k9_content,
    extras=_k9_extras,
    encodes_long=True,
)
