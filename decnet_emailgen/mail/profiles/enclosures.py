"""How each client puts files into a mail: multipart/mixed, or Apple's mixed within alternative.

Boundaries, the order of a part's fields and the way of writing names are the client's own; where
they hold a clock (Outlook, Gmail) it tells the time of this mail. See docs/mail.md.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from functools import lru_cache

from decnet_emailgen.mail import dates
from decnet_emailgen.mail.chance import number
from decnet_emailgen.mail.clocks import gmail_boundary, outlook_boundary, read_outlook_boundary
from decnet_emailgen.mail.encode import encoded_words
from decnet_emailgen.mail.filenames import extended, plain, quoted
from decnet_emailgen.mail.files import File
from decnet_emailgen.mail.identifiers import boundary, gmail_delay
from decnet_emailgen.mail.profiles.base import Content, Letter, multipart
from decnet_emailgen.mail.profiles.mozilla import is_modern

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=64)
def _base64(content: bytes, width: int = 76) -> str:
    """Base64 in lines of that many characters, without a line end at the end."""
    text = base64.b64encode(content).decode()
    return "\r\n".join([text[at : at + width] for at in range(0, len(text), width)])


def _inner(content: Content, glue: str = "") -> str:
    """What the mail would have been, as the first part of a greater one."""
    head = "".join(f"{name}: {value}\r\n" for name, value in content.fields)
    return f"{head}\r\n{glue}{content.text}"


def _without_preamble(content: Content, mark: str) -> Content:
    """A multipart inside another, which begins with its delimiter."""
    at = content.text.find(f"--{mark}")
    text = content.text[at:].rstrip("\r\n") + "\r\n" if at >= 0 else content.text
    return Content(content.fields, text, content.plain)


def _mark(content: Content) -> str:
    """The boundary of a content, or nothing."""
    _, _, rest = content.fields[0][1].partition("boundary=")
    return rest.strip('"')


def _renamed(content: Content, old: str, new: str) -> Content:
    fields = tuple((name, value.replace(old, new)) for name, value in content.fields)
    return Content(fields, content.text.replace(old, new), content.plain)


# --- Outlook and Exchange ----------------------------------------------------------------------

_REGISTERED = {"csv": "application/vnd.ms-excel", "log": "application/octet-stream"}
"""What Windows with Office says of files whose type is nothing to do with Office."""


def outlook(letter: Letter, content: Content) -> Content:
    """The alternative moves into a part ``_001_``, its counter one on."""
    outer = boundary("outlook", letter.when, letter.pick.message_id)
    if mark := _mark(content):
        inside = _next_part(outer)
        content = _renamed(_without_preamble(content, mark), mark, inside)
        content = Content(content.fields, f"\r\n{content.text}\r\n", content.plain)
    parts = [_inner(content)]
    for file in letter.files:
        kind = _REGISTERED.get(file.ending, file.kind)
        parts.append(
            f"Content-Type: {kind};\r\n\t{quoted('name', file.name, 'utf-8')}\r\n"
            "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n\t"
            f"{quoted('filename', file.name, 'utf-8')}\r\n\r\n{_base64(file.content)}\r\n"
        )
    preamble = "This is a multipart message in MIME format.\r\n\r\n"
    whole = multipart(outer, preamble, parts, "\r\n\r\n")
    return Content(_field(f'multipart/mixed;\r\n\tboundary="{outer}"'), whole, content.plain)


def _next_part(outer: str) -> str:
    stamp = read_outlook_boundary(outer)
    assert stamp is not None, outer  # noqa: S101 (it has just been made)
    return outlook_boundary(stamp.when, stamp.counter + 1, 1)


def exchange(letter: Letter, content: Content) -> Content:
    """``_004_`` around an alternative, ``_002_`` around a single text."""
    pick = letter.pick
    plain_mark = boundary("exchange", letter.when, pick.message_id)
    mark = _mark(content)
    outer = plain_mark.replace("_000_", "_004_" if mark else "_002_", 1)
    parts = [_inner(_without_preamble(content, mark) if mark else content)]
    for place, file in enumerate(letter.files):
        ago = 20 + number("attached", pick.message_id, str(place)) % 400
        stamp, sent = _stamp(letter.when - timedelta(seconds=ago)), _stamp(letter.when)
        name = plain(file.name)
        told = name if name.isascii() else "\r\n ".join(encoded_words(name, "utf-8"))
        kind = _REGISTERED.get(file.ending, file.kind)
        glue = " " if len(kind) + len(name) < 50 else "\r\n\t"
        parts.append(
            f"Content-Type: {kind};{glue}{quoted('name', name, 'utf-8')}\r\n"
            f"Content-Description: {told}\r\n"
            f"Content-Disposition: attachment;\r\n\t{quoted('filename', name, 'utf-8')}; "
            f'size={len(file.content)};\r\n\tcreation-date="{stamp}";\r\n\t'
            f'modification-date="{sent}"\r\n'
            f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(file.content)}\r\n"
        )
    whole = multipart(outer, "", parts)
    return Content(_field(f'multipart/mixed;\r\n\tboundary="{outer}"'), whole, content.plain)


def _stamp(when: datetime) -> str:
    """``Tue, 02 Jun 2026 09:12:00 GMT``, as Exchange dates files."""
    return dates.date_field(when.astimezone(dates.zone("UTC")), True).replace("+0000", "GMT")


# --- Gmail -------------------------------------------------------------------------------------


def gmail(letter: Letter, content: Content) -> Content:
    """Files have an id that holds the Unix milliseconds at which they were attached, in base 36."""
    pick = letter.pick
    built = letter.when + gmail_delay(pick.message_id)
    salt = number("salt", pick.message_id)
    outer = gmail_boundary(built + timedelta(milliseconds=140), salt + 2)
    parts = [_inner(content)]
    for place, file in enumerate(letter.files):
        ago = timedelta(milliseconds=9_000 + number("attached", pick.message_id) % 300_000)
        mark = f"f_{_in_base36(int((letter.when - ago).timestamp() * 1000))}{place}"
        kind = 'text/csv; charset="US-ASCII"' if file.ending == "csv" else file.kind
        kind = "application/octet-stream" if file.ending == "log" else kind
        glue = " " if len(kind) + len(file.name) < 52 else " \r\n\t"
        parts.append(
            f"Content-Type: {kind};{glue}{quoted('name', file.name)}\r\n"
            f"Content-Disposition: attachment; {quoted('filename', file.name)}\r\n"
            f"Content-Transfer-Encoding: base64\r\nContent-ID: <{mark}>\r\n"
            f"X-Attachment-Id: {mark}\r\n\r\n{_base64(file.content)}"
        )
    whole = multipart(outer, "", parts)
    return Content(_field(f'multipart/mixed; boundary="{outer}"'), whole, content.plain)


def _in_base36(value: int) -> str:
    digits = ""
    while value:
        value, rest = divmod(value, 36)
        digits = _BASE36[rest] + digits
    return digits


# --- Apple -------------------------------------------------------------------------------------

_EMPTY_HTML = (
    '<html><head><meta http-equiv="content-type" content="text/html; charset=us-ascii"></head>'
    '<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: '
    'after-white-space;"></body></html>'
)


def apple_mail(letter: Letter, content: Content) -> Content:
    """Rich text and files make a mixed part inside the alternative; plain text stands beside."""
    files = [_apple_part(file) for file in letter.files]
    mark = _mark(content)
    second = f"Apple-Mail=_{_other_uuid(letter)}"
    if not mark:
        whole = multipart(second, "\r\n", [_inner(content), *files])
        return Content(_field(f'multipart/mixed;\r\n\tboundary="{second}"'), whole, content.plain)
    head, _, rest = content.text.partition(f"\r\n--{mark}\r\n")[2].partition(f"\r\n--{mark}\r\n")
    rich = rest.rpartition(f"\r\n--{mark}--")[0]
    last = (
        "Content-Transfer-Encoding: 7bit\r\nContent-Type: text/html;\r\n\tcharset=us-ascii\r\n\r\n"
        f"{_EMPTY_HTML}"
    )
    mixed = multipart(second, "", [rich, *files, last])
    inside = f'Content-Type: multipart/mixed;\r\n\tboundary="{second}"\r\n\r\n\r\n{mixed}'
    return Content(content.fields, multipart(mark, "\r\n", [head, inside]), content.plain)


def _apple_part(file: File) -> str:
    name = plain(file.name)
    if name.isascii():
        quotes = name if "." in name and " " not in name and "(" not in name else f'"{name}"'
        disposition = f"filename={quotes}"
    else:
        disposition = extended("filename", name, "\r\n\t", lower=True)
    shown = name if name.isascii() else " ".join(encoded_words(name, "utf-8"))
    shown = shown.replace(".", "=2E") if "?Q?" in shown else shown
    way = "inline" if file.ending == "pdf" else "attachment"
    return (
        f"Content-Disposition: {way};\r\n\t{disposition}\r\nContent-Type: {file.kind};\r\n\t"
        f'x-unix-mode=0644;\r\n\tname="{shown}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{_base64(file.content)}"
    )


def _other_uuid(letter: Letter) -> str:
    return boundary("apple-mail", letter.when, f"{letter.pick.message_id}mixed")[12:]


def iphone(letter: Letter, content: Content) -> Content:
    """Text, files, and the empty text that iOS puts behind them."""
    mark = f"Apple-Mail-{_other_uuid(letter)}"
    parts = [_inner(content)]
    for file in letter.files:
        name = plain(file.name)
        if name.isascii():
            label = quoted("name", name, token=True)
            disposition = quoted("filename", name, token=True)
        else:
            label = quoted("name", name, "utf-8")
            disposition = extended("filename", name, "\r\n\t", lower=True)
        parts.append(
            f"Content-Type: {file.kind};\r\n\t{label}\r\nContent-Disposition: attachment;\r\n\t"
            f"{disposition}\r\nContent-Transfer-Encoding: base64\r\n\r\n{_base64(file.content)}"
        )
    parts.append(
        "Content-Type: text/plain;\r\n\tcharset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n"
        "\r\n\r\n"
    )
    fields = (
        ("Content-Type", f"multipart/mixed; boundary={mark}"),
        ("Content-Transfer-Encoding", "7bit"),
    )
    return Content(fields, multipart(mark, "\r\n", parts), content.plain)


# --- Thunderbird, Roundcube, K-9 ---------------------------------------------------------------


def thunderbird(letter: Letter, content: Content) -> Content:
    """RFC 2231 names, base64 in lines of 72 [R: mimeEncoder.sys.mjs]."""
    mark = _mark(content)
    outer = boundary(
        "thunderbird", letter.when, f"{letter.pick.message_id}mixed", is_modern(letter)
    )
    parts = [_inner(_without_preamble(content, mark) if mark else content)]
    for file in letter.files:
        name = plain(file.name)
        label = quoted("name", name)
        kind = {"csv": "text/csv; charset=UTF-8", "log": "text/x-log; charset=UTF-8"}.get(
            file.ending, file.kind
        )
        glue = " " if len(kind) + len(label) < 58 else "\r\n "
        room = extended("filename", name, "\r\n ", room=60)
        fold = " " if len(room) < 44 else "\r\n "
        parts.append(
            f"Content-Type: {kind};{glue}{label}\r\nContent-Disposition: attachment;{fold}"
            f"{room}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            f"{_base64(file.content, 72)}\r\n"
        )
    preamble = "This is a multi-part message in MIME format.\r\n"
    whole = multipart(outer, preamble, parts)
    return Content(_field(f'multipart/mixed;\r\n boundary="{outer}"'), whole, content.plain)


def roundcube(letter: Letter, content: Content) -> Content:
    """PEAR's Mail_Mime: transfer encoding first, the size in the disposition."""
    outer = boundary("roundcube", letter.when, letter.pick.message_id)
    fields = tuple(sorted(content.fields, key=lambda pair: pair[0], reverse=True))
    parts = [_inner(Content(fields, content.text, content.plain))]
    for file in letter.files:
        name = plain(file.name)
        label = quoted("name", name, token=True)
        told = quoted("filename", name, token=True)
        if not name.isascii():
            told = extended("filename", name, "\r\n ", room=60)
        kind = {"csv": "text/csv", "log": "text/plain"}.get(file.ending, file.kind)
        parts.append(
            f"Content-Transfer-Encoding: base64\r\nContent-Type: {kind};\r\n {label}\r\n"
            f"Content-Disposition: attachment;\r\n {told};\r\n size={len(file.content)}\r\n\r\n"
            f"{_base64(file.content)}"
        )
    whole = multipart(outer, "", parts)
    return Content(_field(f'multipart/mixed;\r\n boundary="{outer}"'), whole, content.plain)


def k9(letter: Letter, content: Content) -> Content:
    """RFC 2231 names and sizes [R: MessageBuilder.java]."""
    outer = boundary("k9", letter.when, f"{letter.pick.message_id}mixed")
    parts = [_inner(content)]
    for file in letter.files:
        name = plain(file.name)
        parts.append(
            f"Content-Type: {file.kind};\r\n {quoted('name', name)}\r\n"
            "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n "
            f"{extended('filename', name, chr(13) + chr(10) + ' ', room=60)};\r\n"
            f" size={len(file.content)}\r\n\r\n{_base64(file.content)}\r\n"
        )
    fields = (
        ("Content-Type", f"multipart/mixed;\r\n boundary={outer}"),
        ("Content-Transfer-Encoding", "7bit"),
    )
    return Content(fields, multipart(outer, "", parts), content.plain)


def _field(kind: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", kind),)


ENCLOSED = {
    "outlook": outlook,
    "exchange": exchange,
    "gmail": gmail,
    "apple-mail": apple_mail,
    "iphone": iphone,
    "thunderbird": thunderbird,
    "roundcube": roundcube,
    "k9": k9,
}


def enclosed(client: str, letter: Letter, content: Content) -> Content:
    """The content with the letter's files, as that client puts them together."""
    return ENCLOSED[client](letter, content)
