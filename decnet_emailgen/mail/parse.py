"""Reading any mail, ours or not: what the audit measures and what people are shown.

Tolerant by design: garbage in gives an empty field, never an exception. Text is decoded, unflowed
(RFC 3676) and split into what the author wrote, their signature, and what they quoted.
"""

from __future__ import annotations

import email
import email.errors
import email.header
import email.utils
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from html.parser import HTMLParser

from decnet_emailgen.mail.split import Split, split

MOST, MOST_HTML = 1_000_000, 400_000
"""Characters; nobody writes more, and what is longer was sent to keep its reader busy."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name (decoded) and an address; either may be empty."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is a file: its name (decoded), MIME type and size in octets."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as read.

    ``date`` is aware or None; ``references`` are Message-IDs, oldest first; ``text`` is the plain
    part decoded, or the HTML part's text where there is none; ``own`` is what the author wrote,
    without ``signature`` (after ``-- ``) and without ``quoted``. ``headers`` are all fields in
    order, unfolded but not decoded. ``structure`` names the MIME types, depth first. Of a text of
    more than :data:`MOST` characters only the beginning is divided, of long HTML only that read.
    """

    message_id: str
    date: datetime | None
    sender: Mailbox
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    in_reply_to: str
    references: tuple[str, ...]
    text: str
    html: str
    own: str
    signature: str
    quoted: str
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]
    structure: tuple[str, ...]
    size: int

    def all(self, name: str) -> tuple[str, ...]:
        """Values of all fields of this name, top to bottom."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def first(self, name: str) -> str:
        """The value of the topmost field of this name, or an empty string."""
        return next(iter(self.all(name)), "")


def read(content: bytes) -> Mail:
    """The mail in these octets; never raises."""
    message = email.message_from_bytes(content)
    headers = tuple((name, _unfolded(value)) for name, value in message.items())
    fields = {name.lower(): value for name, value in reversed(headers)}
    parts = [part for part in message.walk() if not part.is_multipart()]
    plain = _first_text(parts, "plain")
    html = _first_text(parts, "html")
    text = plain if plain or not html else html_text(html[:MOST_HTML])
    found = split(text[:MOST]) if text else Split("", "", "")
    return Mail(
        message_id=next(iter(_identifiers(fields.get("message-id", ""))), ""),
        date=_date(fields.get("date", "")),
        sender=next(iter(_people(fields.get("from", ""))), Mailbox("", "")),
        to=_people(fields.get("to", "")),
        cc=_people(fields.get("cc", "")),
        subject=_decoded(fields.get("subject", "")),
        in_reply_to=next(iter(_identifiers(fields.get("in-reply-to", ""))), ""),
        references=_identifiers(fields.get("references", "")),
        text=text,
        html=html,
        own=found.own,
        signature=found.signature,
        quoted=found.quoted,
        attachments=_attachments(parts),
        headers=headers,
        structure=tuple(part.get_content_type() for part in message.walk()),
        size=len(content),
    )


def _unfolded(value: object) -> str:
    text = str(value)
    return "".join(text.splitlines()).strip() if "\n" in text or "\r" in text else text.strip()


def _identifiers(value: str) -> tuple[str, ...]:
    found, rest = [], value
    while "<" in rest:
        _, _, rest = rest.partition("<")
        inner, closed, rest = rest.partition(">")
        if closed:
            found.append(f"<{''.join(inner.split())}>")
    return tuple(found) or ((value.strip(),) if value.strip() else ())


def _date(value: str) -> datetime | None:
    try:
        when = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _decoded(value: str) -> str:
    """Encoded words decoded (RFC 2047); what can't be decoded stays as it is."""
    if "=?" not in value:
        return value
    out = []
    try:
        for piece, charset in email.header.decode_header(value):
            if isinstance(piece, str):
                out.append(piece)
                continue
            out.append(_characters(piece, charset or "ascii"))
    except (ValueError, email.errors.HeaderParseError):
        return value
    return "".join(out)


def _characters(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset, "replace")
    except (LookupError, ValueError):
        return octets.decode("utf-8", "replace")


def _people(value: str) -> tuple[Mailbox, ...]:
    try:
        pairs = email.utils.getaddresses([value])
    except (ValueError, TypeError, IndexError):
        return ()
    return tuple(Mailbox(_decoded(name), address) for name, address in pairs if name or address)


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _first_text(parts: list[Message], subtype: str) -> str:
    for part in parts:
        if part.get_content_type() == f"text/{subtype}" and not _is_file(part):
            return _text(part)
    return ""


def _text(part: Message) -> str:
    payload = _payload(part)
    text = _characters(payload, str(part.get_content_charset() or "utf-8"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        return unflow(text, str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def unflow(text: str, delsp: bool = False) -> str:
    """Logical lines of format=flowed text, quote marks in front (RFC 3676 section 4.4)."""
    out: list[str] = []
    open_depth = -1
    for row in text.split("\n"):
        rest = row.lstrip(">")
        depth = len(row) - len(rest)
        rest = rest[1:] if rest[:1] == " " else rest
        soft = rest.endswith(" ") and rest != "-- "
        piece = rest[:-1] if soft and delsp else rest
        if open_depth == depth:
            out[-1] += piece
        else:
            mark = ">" * depth
            out.append(f"{mark} {piece}" if depth and piece else mark + piece)
        open_depth = depth if soft else -1
    return "\n".join(out)


def _attachments(parts: list[Message]) -> tuple[Attachment, ...]:
    found = []
    for part in parts:
        if _is_file(part):
            name = _decoded(str(part.get_filename() or ""))
            found.append(Attachment(name, part.get_content_type(), len(_payload(part))))
    return tuple(found)


# --- HTML to text ----------------------------------------------------------------------------

_BREAKS = frozenset({"br", "p", "div", "tr", "li", "pre", "blockquote", "hr", "h1", "h2", "h3"})
_HIDDEN = frozenset({"style", "script", "head", "title"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.depth = 0
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        if tag in _BREAKS:
            self.out.append("\n")
        if tag == "blockquote":
            self.depth += 1
        if tag in _BREAKS and self.depth:
            self.out.append(">" * self.depth + " ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        if tag == "blockquote":
            self.depth = max(0, self.depth - 1)
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(" ".join(data.split("\n")) if self.out else data.lstrip())


def html_text(html: str) -> str:
    """The words of an HTML part, a line a block, quotations marked; no layout."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (ValueError, AssertionError):
        return ""
    rows = [row.strip().replace("\xa0", " ") for row in "".join(reader.out).split("\n")]
    return "\n".join(row for row in rows if row.strip("> "))
