"""Mail that systems send: JavaMail, Django, PHPMailer and s-nail, each in its own order and ids.

All of it bears ``Auto-Submitted`` (RFC 3834) but newsletters, which have ``List-Unsubscribe``
(RFC 8058). JavaMail's boundaries hold its clock like its Message-IDs.
"""

from __future__ import annotations

from html import escape

from decnet_emailgen.mail import dates
from decnet_emailgen.mail.chance import choice, number, octets
from decnet_emailgen.mail.encode import quoted_printable
from decnet_emailgen.mail.fields import address, folded, mailbox, phrase, references, subject
from decnet_emailgen.mail.profiles.base import multipart
from decnet_emailgen.mail.systems import Sender, millis, sender_of, unique
from decnet_emailgen.mail.threads import chain_ids
from decnet_emailgen.records import Pick

_RICH = frozenset({"newsletter", "files", "crm"})
_PHPMAILER = ("6.8.0", "6.8.1", "6.9.1", "6.9.3")


def notice(pick: Pick, title: str, text: str) -> bytes:
    """The whole mail of a system, CRLF."""
    sent = sender_of(pick.sender.email, pick.sender.client)
    kind, encoding, body = _content(pick, sent, text)
    values = {
        "Date": dates.date_field(pick.when),
        "From": address(phrase(pick.sender.name, "UTF-8", False), pick.sender.email),
        "To": folded([mailbox(party.email) for party in pick.to], 4, ", "),
        "Message-ID": pick.message_id,
        "Subject": subject(title, "utf-8" if sent.program != "java" else "UTF-8"),
        "MIME-Version": "1.0",
        "Content-Type": kind,
        "Content-Transfer-Encoding": encoding,
        **_marks(pick, sent),
    }
    order = dict.fromkeys((*_ORDER[sent.program], *values))
    head = "".join(f"{name}: {values[name]}\r\n" for name in order if values.get(name))
    return f"{head}\r\n{body}".encode()


_ORDER = {
    "java": (
        *("Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type"),
        *("Content-Transfer-Encoding",),
    ),
    "python": (
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To"),
        *("Date", "Message-ID"),
    ),
    "php": (
        *("Date", "To", "From", "Subject", "Message-ID", "X-Mailer", "List-Id"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "Precedence", "Auto-Submitted"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    ),
    "sieve": (
        *("X-Sieve", "Message-ID", "Date", "From", "To", "Subject", "In-Reply-To", "References"),
        *("Auto-Submitted", "Precedence", "MIME-Version", "Content-Type"),
        *("Content-Transfer-Encoding",),
    ),
    "shell": (
        *("Date", "From", "To", "Subject", "Message-ID", "User-Agent", "Auto-Submitted"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    ),
}


def _marks(pick: Pick, sent: Sender) -> dict[str, str]:
    """What tells people's mail programs that nobody wrote this."""
    domain = pick.sender.email.rpartition("@")[2]
    marks = {"Auto-Submitted": "auto-generated"}
    if sent.program == "sieve":
        return {
            "X-Sieve": "Pigeonhole Sieve 0.5.19 (4eae2f79)",
            "In-Reply-To": pick.references[-1],
            "References": references(chain_ids(pick)),
            "Auto-Submitted": "auto-replied (vacation)",
            "Precedence": "bulk",
        }
    if sent.kind == "newsletter":
        reader = octets(10, "reader", pick.to[0].email, domain).hex()
        link = f"<https://www.{domain}/newsletter/unsubscribe/{reader}>"
        marks = {
            "List-Id": f"<newsletter.{domain}>",
            "List-Unsubscribe": f"{link},\r\n <mailto:unsubscribe@{domain}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Precedence": "bulk",
        }
    if sent.program == "php":
        version = choice(_PHPMAILER, "phpmailer", pick.sender.email)
        link = "https://github.com/PHPMailer/PHPMailer"
        marks["X-Mailer"] = f"PHPMailer {version} ({link})"
    if sent.program == "shell":
        marks["User-Agent"] = "s-nail v14.9.24"
    elif sent.kind == "helpdesk":
        marks["X-Auto-Response-Suppress"] = "All"
    return marks


def _content(pick: Pick, sent: Sender, text: str) -> tuple[str, str, str]:
    """Content-Type, Content-Transfer-Encoding and the encoded body."""
    plain = text.replace("\n", "\r\n") + "\r\n"
    if sent.kind not in _RICH:
        return _part(sent, "plain", plain)
    html = _page(text).replace("\n", "\r\n")
    parts = []
    for kind, content in (("plain", plain), ("html", html)):
        field, encoding, body = _part(sent, kind, content)
        parts.append(
            f"Content-Type: {field}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
            + body.removesuffix("\r\n")
        )
    mark = _boundary(pick, sent)
    field = f'multipart/alternative;\r\n boundary="{mark}"'
    preamble = (
        "This is a multi-part message in MIME format.\r\n\r\n" if sent.program == "php" else ""
    )
    return field, "", multipart(mark, preamble, parts)


def _part(sent: Sender, kind: str, text: str) -> tuple[str, str, str]:
    quotes = '"' if sent.program == "python" else ""
    name = {"java": "UTF-8", "shell": "utf-8"}.get(sent.program, "utf-8")
    long = any(len(line) > 990 for line in text.split("\r\n"))
    if text.isascii() and not long:
        plain = "us-ascii" if sent.program in ("java", "shell") else name
        return f"text/{kind}; charset={quotes}{plain}{quotes}", "7bit", text
    if sent.program == "sieve" or (sent.program in ("python", "shell") and not long):
        return f"text/{kind}; charset={quotes}{name}{quotes}", "8bit", text
    return (
        f"text/{kind}; charset={quotes}{name}{quotes}",
        "quoted-printable",
        quoted_printable(text),
    )


def _boundary(pick: Pick, sent: Sender) -> str:
    draw = number("system boundary", pick.id)
    if sent.program == "java":
        return f"----=_Part_{draw % 9000}_{draw >> 34}.{millis(pick.when, pick.id)}"
    if sent.program == "python":
        return f"==============={draw % 10**19:019d}=="
    return f"b1={unique(pick.id)}"


def _page(text: str) -> str:
    """The same words as HTML, plain as such templates are."""
    blocks = []
    for block in text.split("\n\n"):
        rows = "<br>\n".join(escape(line, quote=False) for line in block.split("\n"))
        blocks.append(f'<p style="margin:0 0 14px 0;">{rows}</p>')
    style = "font-family:Arial,Helvetica,sans-serif;font-size:14px;color:#333333;"
    inner = "\n".join(blocks)
    return (
        "<!DOCTYPE html>\n<html>\n<head>\n"
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n</head>\n'
        '<body style="margin:0;padding:0;background-color:#f4f4f4;">\n'
        '<table width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center">\n'
        '<table width="600" cellpadding="24" cellspacing="0" border="0" '
        f'style="background-color:#ffffff;"><tr><td style="{style}">\n'
        f"{inner}\n</td></tr></table>\n</td></tr></table>\n</body>\n</html>\n"
    )
