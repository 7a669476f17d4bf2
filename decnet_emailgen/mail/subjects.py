"""The subjects of replies and forwards: each client's prefixes in each language.

A client takes off the prefixes it knows before it puts its own: nobody but Outlook knows "AW:",
so threads between different clients collect ``AW: Re:`` (RFC 5322 section 3.6.5 knows only Re).
"""

from __future__ import annotations

import re
from functools import lru_cache

from decnet_emailgen.mail.words import OUTLOOK_PREFIX, OWA_PREFIX

_RE = re.compile(r"re\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_FWD = re.compile(r"fwd?\s*:\s*", re.IGNORECASE)
_ANY = re.compile(
    r"(?:re|fwd?|aw|wg|rv|res|enc|tr|r|i|antw|doorst|sv|vs|vb|vl|odp|pd|ynt|ilt|回复|答复|转发|返信|転送)"
    r"\s*(?:\[\d+\])?\s*[:：]\s*",
    re.IGNORECASE,
)


def prefixed(subject: str, client: str, locale: str, forward: bool) -> str:
    """The subject of an answer to, or a forward of, a mail with this subject."""
    if client in ("outlook", "exchange"):
        return _outlook(subject, client, locale, forward)
    own, known = ("Fwd: ", _FWD) if forward else ("Re: ", _RE)
    return own + strip(subject, known)


@lru_cache(maxsize=256)
def _own(reply_prefix: str, forward_prefix: str) -> re.Pattern[str]:
    words = "|".join(re.escape(prefix.rstrip(": ")) for prefix in (reply_prefix, forward_prefix))
    return re.compile(rf"(?:{words})\s*:\s*", re.IGNORECASE)


def _outlook(subject: str, client: str, locale: str, forward: bool) -> str:
    table = OWA_PREFIX if client == "exchange" else OUTLOOK_PREFIX
    reply_prefix, forward_prefix = table[locale]
    own = forward_prefix if forward else reply_prefix
    return own + strip(subject, _own(reply_prefix, forward_prefix))


def strip(subject: str, prefix: re.Pattern[str]) -> str:
    """The subject without this prefix, however often it stands there."""
    rest = subject.strip()
    while match := prefix.match(rest):
        rest = rest[match.end() :]
    return rest


def bare(subject: str) -> str:
    """The subject without any client's prefix, as Thread-Topic has it."""
    return strip(subject, _ANY)
