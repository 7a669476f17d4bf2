"""What a single word of the file may be: addresses, domains, hours, days, languages.

Each function returns the value, or raises :class:`WrongError` with what is wrong and the remedy.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from decnet_emailgen.world import places
from decnet_emailgen.world.model import Hours
from decnet_emailgen.world.problems import near, shown

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Letters of an unquoted local part (RFC 5322 section 3.2.3) but "/", which can't be in a file name.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_HOURS = re.compile(_TIME.pattern + "-" + _TIME.pattern)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_RESERVED = ("example", "internal", "invalid", "localhost", "test")
# Marks that turn the direction of text: they make a name read as another one (Trojan Source).
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class WrongError(ValueError):
    """A value that can't be; ``remedy`` says what to write instead."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def clean(text: str, *, lines: bool = False) -> str:
    """A text in Unicode's composed form, without control characters or marks of direction.

    With ``lines``, line feeds and tabs may stand in it.
    """
    text = unicodedata.normalize("NFC", text)
    if lines:
        text = text.replace("\r\n", "\n").rstrip("\n")
    for char in text:
        if lines and char in "\n\t":
            continue
        if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") or char in _TURNS:
            breaks = char in "\r\n\u0085\u2028\u2029"
            what = "a line break" if breaks else f"the control character U+{ord(char):04X}"
            raise WrongError(f"{what} in it", "remove it")
    return text if lines else text.strip()


def domain(text: str) -> str:
    """A domain in lower case (RFC 1035 section 2.3.1)."""
    if not text.isascii():
        raise WrongError(f"{shown(text)!r} isn't ASCII", "write its xn-- form")
    labels = text.split(".")
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise WrongError(f"{shown(text)!r} is no domain", "write letters, digits, hyphens and dots")
    if all(label.isdigit() for label in labels):
        raise WrongError(
            f"{shown(text)!r} is an IP address", "write a domain such as acme.internal"
        )
    return text.lower()


def address(text: str) -> str:
    """A mail address, its domain in lower case (RFC 5321 section 4.1.2, no quoted local parts)."""
    local, at, host = text.partition("@")
    example = "write one such as ada.lovelace@acme.internal"
    if not at or "@" in host:
        many = f"{text.count('@')} @ signs" if at else "no @ sign"
        raise WrongError(f"{shown(text)!r} has {many}", example)
    if not _LOCAL.fullmatch(local) or len(local) > 64:
        raise WrongError(f"{shown(local)!r} can't stand before the @", example)
    return f"{local}@{domain(host)}"


def is_provider(name: str) -> bool:
    """Whether a domain is that of a well-known mail provider, whose customers are real people."""
    labels = name.split(".")
    if labels[-1] in _RESERVED:
        return False
    known = places.providers()
    tails = {".".join(labels[i:]) for i in range(len(labels) - 1)}
    return bool(tails & known) or (len(labels) <= 3 and f"{labels[0]}." in known)


def zone(text: str) -> str:
    """The name of an IANA zone."""
    if places.is_zone(text):
        return text
    cities = {name.rpartition("/")[2].replace("_", " "): name for name in places.zone_names()}
    by_city = cities.get(text.replace("_", " ").title())
    remedy = f"did you mean {by_city}?" if by_city else near(text, places.zone_names(), "")
    raise WrongError(
        f"unknown time zone {shown(text)!r}", remedy or "write an IANA name such as Europe/Madrid"
    )


def country(text: str) -> str:
    """An ISO 3166 country code in capitals."""
    code = text.upper()
    if code in places.countries():
        return code
    names = {name: code for code, name in places.countries().items()}
    guess = {"UK": "GB", "EN": "GB", "USA": "US"}.get(code) or names.get(text.title())
    remedy = f"did you mean {guess}?" if guess else "write two letters of ISO 3166 such as DE"
    raise WrongError(f"unknown country {shown(text)!r}", remedy)


def language(text: str) -> str:
    """A language such as ``en`` or ``pt-BR`` (RFC 5646 with ISO 639-1 and ISO 3166 codes)."""
    code, _, region = text.replace("_", "-").partition("-")
    code, region = code.lower(), region.upper()
    if code in places.languages() and (not region or region in places.countries()):
        return f"{code}-{region}" if region else code
    raise WrongError(
        f"unknown language {shown(text)!r}", "write two letters of ISO 639-1 such as en, or pt-BR"
    )


def hours(text: str) -> Hours:
    """A daily window, ``HH:MM-HH:MM``; across midnight where the end is before the start."""
    match = _HOURS.fullmatch(text)
    if not match:
        raise WrongError(
            f"{shown(text)!r} are no hours", 'write "HH:MM-HH:MM" from 00:00 to 23:59, both ends'
        )
    start_h, start_m, end_h, end_m = map(int, match.groups())
    return Hours(start_h * 60 + start_m, end_h * 60 + end_m)


def day(text: str) -> date:
    """A calendar date, ``YYYY-MM-DD``."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise WrongError(f"{shown(text)!r} is no date", "write it as 2026-08-31")


def workdays(text: str) -> frozenset[int]:
    """Days of the week, Monday being 0: ``mon``, ``mon-fri``, ``sun-thu`` or ``mon-wed, fri``."""
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        ends = [first, last] if dash else [first]
        for name in ends:
            if name not in DAYS:
                known = near(name, DAYS, f"write names from {', '.join(DAYS)}, or mon-fri")
                raise WrongError(f"unknown day {shown(name)!r}", known)
        start, length = DAYS.index(first), (DAYS.index(ends[-1]) - DAYS.index(first)) % 7
        found.update((start + i) % 7 for i in range(length + 1))
    return frozenset(found)


def host(text: str) -> str:
    """A host's name, as containers may bear it."""
    if not _HOST.fullmatch(text):
        raise WrongError(f"{shown(text)!r} is no host name", "write letters, digits, - _ and .")
    return text


def target(text: str, schemes: tuple[str, ...]) -> str:
    """A target's address; only its scheme is looked at, and that no password stands in it."""
    scheme, colon, rest = text.partition(":")
    if not colon or scheme not in schemes:
        known = near(scheme, schemes, f"write one of {', '.join(s + ':' for s in schemes)}")
        raise WrongError(f"unknown kind of target {shown(scheme)!r}", known)
    if not rest.strip("/"):
        raise WrongError(f"the target {shown(text)!r} names no place", f"write {scheme}: and where")
    _no_password(rest)
    return text


def url(text: str) -> str:
    """The address of a model server."""
    if not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise WrongError(f"{shown(text)!r} is no URL", "write one such as http://localhost:11434")
    _no_password(text.partition(":")[2])
    return text


def _no_password(rest: str) -> None:
    user, at, _ = rest.removeprefix("//").partition("/")[0].rpartition("@")
    if at and ":" in user:
        raise WrongError(
            "a password in an address", "take it out; passwords come from the environment"
        )
