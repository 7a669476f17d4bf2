"""Exchange Online: Outlook on the web, new Outlook and desktop Outlook behind it."""

from __future__ import annotations

from decnet_emailgen.mail.body import lines
from decnet_emailgen.mail.conversation import thread_index
from decnet_emailgen.mail.encode import base64_lines, quoted_printable
from decnet_emailgen.mail.fields import subject
from decnet_emailgen.mail.identifiers import boundary, correlation_id, exchange_home, exchange_peer
from decnet_emailgen.mail.markup import document
from decnet_emailgen.mail.profiles.base import Content, Letter, Profile, multipart
from decnet_emailgen.mail.subjects import bare
from decnet_emailgen.mail.threads import chain_of

_LANGUAGE = {
    "en-US": "en-US", "en-GB": "en-GB", "es": "es-ES", "pt-BR": "pt-BR", "pt-PT": "pt-PT",
    "fr": "fr-FR", "de": "de-DE", "it": "it-IT", "nl": "nl-NL", "ja": "ja-JP", "zh": "zh-CN",
}  # fmt: skip


def _extras(letter: Letter) -> dict[str, str]:
    pick = letter.pick
    topic = bare(pick.thread[0].subject if pick.thread else letter.subject)
    language = _LANGUAGE[letter.locale]
    server = exchange_home(pick.message_id, pick.sender.email)
    name, peer = server.partition(".")[0], exchange_peer(pick.message_id, server)
    return {
        "Thread-Topic": subject(topic, "utf-8"),
        "Thread-Index": thread_index(chain_of(pick)),
        "Accept-Language": language if language == "en-US" else f"{language}, en-US",
        "Content-Language": language,
        "X-MS-Has-Attach": "yes" if letter.files else " ",
        "X-MS-TNEF-Correlator": " ",
        "msip_labels": " ",
        "x-ms-publictraffictype": "Email",
        "x-ms-traffictypediagnostic": f"{name}:EE_|{peer}:EE_",
        "x-ms-office365-filtering-correlation-id": correlation_id(pick.message_id),
        "x-ms-exchange-senderadcheck": "1",
        "x-ms-exchange-antispam-relay": "0",
    }


def _content(letter: Letter) -> Content:
    body = letter.body
    text = "\r\n".join([line for _, line in lines(body)]) + "\r\n"
    if not body.rich:
        charset = "us-ascii" if text.isascii() else "utf-8"
        encoding, encoded = _encoded(text)
        kind = ("Content-Type", f'text/plain; charset="{charset}"')
        return Content((kind, ("Content-Transfer-Encoding", encoding)), encoded, text)
    html = document(body)
    charset = "us-ascii" if text.isascii() and html.isascii() else "utf-8"
    meta = "iso-8859-1" if charset == "us-ascii" else charset
    html = html.replace("{charset}", meta, 1).replace("\n", "\r\n")
    mark = boundary("exchange", letter.when, letter.pick.message_id)
    parts = [_part("plain", charset, text), _part("html", charset, html)]
    whole = multipart(mark, "", parts)
    return Content(
        (("Content-Type", f'multipart/alternative;\r\n\tboundary="{mark}"'),), whole, text
    )


def _encoded(text: str) -> tuple[str, str]:
    if text.isascii():
        return "quoted-printable", quoted_printable(text)
    return "base64", base64_lines(text) + "\r\n"


def _part(kind: str, charset: str, text: str) -> str:
    if charset == "us-ascii":
        encoding, encoded = "quoted-printable", quoted_printable(text)
    else:
        encoding, encoded = "base64", base64_lines(text) + "\r\n"
    head = f'Content-Type: text/{kind}; charset="{charset}"\r\nContent-Transfer-Encoding: '
    return f"{head}{encoding}\r\n\r\n{encoded}"


_HEAD = ("From", "To", "CC", "BCC", "Subject", "Thread-Topic", "Thread-Index", "Date", "Message-ID")
_TAIL = (
    "Accept-Language", "Content-Language", "X-MS-Has-Attach", "X-MS-TNEF-Correlator",
    "msip_labels", "x-ms-publictraffictype", "x-ms-traffictypediagnostic",
    "x-ms-office365-filtering-correlation-id", "x-ms-exchange-senderadcheck",
    "x-ms-exchange-antispam-relay", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
)  # fmt: skip

EXCHANGE = Profile(
    new=(*_HEAD, *_TAIL),
    reply=(*_HEAD, "References", "In-Reply-To", *_TAIL),
    content=_content,
    extras=_extras,
    charset="utf-8",
    indent="\t",
    doubles_bare=True,
)
