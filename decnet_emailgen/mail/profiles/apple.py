"""Apple Mail on macOS, and Mail on iPhone."""

from __future__ import annotations

from decnet_emailgen.mail.encode import base64_lines, is_foreign, is_plain_safe, quoted_printable
from decnet_emailgen.mail.identifiers import boundary
from decnet_emailgen.mail.markup import document
from decnet_emailgen.mail.profiles.base import Content, Letter, Profile, marked_lines, multipart
from decnet_emailgen.mail.profiles.versions import APPLE_MAIL, IPHONE, version

_SHORT = 76


def _release(letter: Letter) -> tuple[str, str]:
    found = version(APPLE_MAIL, letter.when.date(), letter.pick.sender.email, 60)
    mail, _, build = found.partition(" ")
    return mail, build


def _mac_extras(letter: Letter) -> dict[str, str]:
    mail, build = _release(letter)
    return {
        "Mime-Version": f"1.0 (Mac OS X Mail {mail} \\({build}\\))",
        "X-Mailer": f"Apple Mail (2.{build})",
    }


def _phone_extras(letter: Letter) -> dict[str, str]:
    build = version(IPHONE, letter.when.date(), letter.pick.sender.email, 30)
    return {"Mime-Version": "1.0 (1.0)", "X-Mailer": f"iPhone Mail ({build})"}


def _encoded(text: str, hard: bool) -> tuple[str, str, str]:
    """Charset, transfer encoding and encoded text."""
    charset = "us-ascii" if text.isascii() else "utf-8"
    rows = text.split("\r\n")
    if (
        text.isascii()
        and is_plain_safe(text)
        and all(len(row) <= _SHORT and row[-1:] != " " for row in rows)
    ):
        return charset, "7bit", text
    if is_foreign(text):
        return charset, "base64", base64_lines(text) + "\r\n"
    return charset, "quoted-printable", quoted_printable(text, words=not hard)


def _text(letter: Letter) -> str:
    return "\r\n".join(marked_lines(letter.body, "> ", "> ")) + "\r\n"


def _mac_content(letter: Letter) -> Content:
    text = _text(letter)
    if not letter.body.rich:
        charset, encoding, encoded = _encoded(text, False)
        kind = ("Content-Type", f"text/plain;\r\n\tcharset={charset}")
        return Content((kind, ("Content-Transfer-Encoding", encoding)), encoded, text)
    parts = []
    for subtype, source in (("plain", text), ("html", _html(letter, text))):
        charset, encoding, encoded = _encoded(source, False)
        head = f"Content-Transfer-Encoding: {encoding}\r\nContent-Type: text/{subtype};\r\n\t"
        parts.append(f"{head}charset={charset}\r\n\r\n{encoded}")
    mark = boundary("apple-mail", letter.when, letter.pick.message_id)
    kind = ("Content-Type", f'multipart/alternative;\r\n\tboundary="{mark}"')
    return Content((kind,), multipart(mark, "\r\n", parts), text)


def _html(letter: Letter, text: str) -> str:
    html = document(letter.body)
    charset = "us-ascii" if html.isascii() else "utf-8"
    return html.replace("{charset}", charset, 1).replace("\n", "\r\n")


def _phone_content(letter: Letter) -> Content:
    text = _text(letter)
    if not letter.body.rich:
        charset, encoding, encoded = _encoded(text, True)
        kind = ("Content-Type", f"text/plain; charset={charset}")
        return Content((kind, ("Content-Transfer-Encoding", encoding)), encoded, text)
    parts = []
    for subtype, source in (("plain", text), ("html", _html(letter, text))):
        charset, encoding, encoded = _encoded(source, True)
        head = (
            f"Content-Type: text/{subtype};\r\n\tcharset={charset}\r\nContent-Transfer-Encoding: "
        )
        parts.append(f"{head}{encoding}\r\n\r\n{encoded}")
    mark = boundary("iphone", letter.when, letter.pick.message_id)
    kind = ("Content-Type", f"multipart/alternative; boundary={mark}")
    return Content(
        (kind, ("Content-Transfer-Encoding", "7bit")), multipart(mark, "\r\n", parts), text
    )


APPLE_MAIL_PROFILE = Profile(
    new=(
        "From", "Content-Type", "Content-Transfer-Encoding", "Mime-Version", "Subject",
        "Message-Id", "Date", "Cc", "Bcc", "To", "X-Mailer",
    ),
    reply=(
        "Content-Type", "Mime-Version", "Subject", "From", "In-Reply-To", "Date", "Cc", "Bcc",
        "Content-Transfer-Encoding", "Message-Id", "References", "To", "X-Mailer",
    ),
    content=_mac_content,
    extras=_mac_extras,
    charset="utf-8",
    each=True,
)  # fmt: skip

IPHONE_PROFILE = Profile(
    new=(
        "Content-Type", "Content-Transfer-Encoding", "From", "Mime-Version", "Date", "Subject",
        "Message-Id", "Cc", "Bcc", "To", "X-Mailer",
    ),
    reply=(
        "Content-Type", "Content-Transfer-Encoding", "From", "Mime-Version", "Subject", "Date",
        "Message-Id", "References", "Cc", "Bcc", "In-Reply-To", "To", "X-Mailer",
    ),
    content=_phone_content,
    extras=_phone_extras,
    charset="utf-8",
)  # fmt: skip
