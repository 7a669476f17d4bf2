"""Header fields: addresses, folding, identifiers (RFC 5322 sections 2.2.3 and 3.4, RFC 2047)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from decnet_emailgen.mail.encode import clean_field, encoded_words, needs_words
from decnet_emailgen.records import Party

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_SUBJECT_ROOM = 900


def field(name: str, value: str) -> str:
    """One field with its line end."""
    return f"{name}: {value}\r\n"


@lru_cache(maxsize=4096)
def mailbox(email: str) -> str:
    """The address as it may stand in a header: ASCII only, no blanks, brackets or controls."""
    email = clean_field(email)
    if email.isascii() and not set(email) & set('<>" ,;:\\()'):
        return email
    local, _, domain = email.rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = _fold_ascii(domain)
    return f"{_fold_ascii(local) or 'x'}@{_fold_ascii(domain) or 'localhost'}"


def _fold_ascii(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in text if c.isalnum() or c in "!#$%&'*+-/=?^_`{|}~.")


@lru_cache(maxsize=8192)
def phrase(name: str, charset: str, always_quote: bool = False, apostrophes: bool = False) -> str:
    """A display name: as it is, quoted, or in encoded words.

    ``apostrophes`` is Outlook's habit of writing names it took from a mail as ``"'Name'"``.
    """
    name = clean_field(name)
    if not name:
        return ""
    if apostrophes:
        name = f"'{name}'"
    if needs_words(name) or len(name) > 300:
        return " ".join(encoded_words(name, charset, "'" if apostrophes else ""))
    if always_quote or not _ATOMS.fullmatch(name) or "  " in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return name


def address(name: str, email: str) -> str:
    """``name`` (ready for the header) with the address in angle brackets, or the bare address."""
    return f"{name} <{mailbox(email)}>" if name else mailbox(email)


def plain_address(party: Party) -> str:
    """A person as texts show them: ``Name <address>``."""
    name = clean_field(party.name)
    return f"{name} <{mailbox(party.email)}>" if name else mailbox(party.email)


def folded(
    items: Iterable[str], used: int, glue: str, indent: str = " ", each: bool = False
) -> str:
    """Items joined by ``glue`` and folded at 78 characters, or after ``each`` of them.

    ``used`` is what the field's name takes of the first line.
    """
    out, column, first = [], used, True
    for item in items:
        if first:
            text = item
        elif each or column + len(glue) + len(item) + 1 > 78:
            text = glue.rstrip(" ") + "\r\n" + indent + item
            column = 0
        else:
            text = glue + item
        out.append(_fold_long(text, indent) if len(text) > 900 else text)
        column += len(text)
        first = False
    return "".join(out)


def _fold_long(text: str, indent: str) -> str:
    return text.replace("?= =?", f"?=\r\n{indent}=?")


def references(ids: tuple[str, ...], indent: str = " ", each: bool = False) -> str:
    """Message-IDs for References, folded; the first is kept and the last ones, up to 986 octets."""
    kept = list(ids)
    while len(kept) > 2 and sum(len(i) + 1 for i in kept) > 986:
        del kept[1]
    return folded(kept, len("References: "), " ", indent, each)


@lru_cache(maxsize=4096)
def subject(text: str, charset: str, extra: str = "", encodes_long: bool = False) -> str:
    """The Subject on one physical line: decoy servers read no further (RFC 5322 allows 998)."""
    text = clean_field(text)
    if encodes_long and text.isascii() and len(text) > 69:
        charset = "US-ASCII"
    elif not needs_words(text):
        return text[:_SUBJECT_ROOM]
    while len(line := " ".join(encoded_words(text, charset, extra))) > _SUBJECT_ROOM:
        text = text[: len(text) * 9 // 10]
    return line
