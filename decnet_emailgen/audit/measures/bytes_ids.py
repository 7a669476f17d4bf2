"""Message-IDs: their client's grammar, their sender's domain, and what no mail client makes.

docs/realism.md, sections 0 and 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen, hard, rule
from decnet_emailgen.audit.measures.bytes_grammar import OWN_DOMAIN, agent, claimed, expected
from decnet_emailgen.audit.measures.bytes_grammar import grammar as grammar_of
from decnet_emailgen.audit.measures.clocks_trace import domain
from decnet_emailgen.audit.report import Offender, Value

_LIBRARY = re.compile(
    r"<\d{12,21}\.\d{1,7}\.\d{10,20}@"  # Python's email.utils.make_msgid
    r"|<[^@>]*\bJavaMail\b"
    r"|<\d{14}\.\d{6}@"  # swaks
)
_HOST = re.compile(r"@(?:localhost|.*\.localdomain|\[?127\.[\d.]+\]?|[0-9a-f]{12})>?$", re.I)
_SCRIPT = re.compile(
    r"\b(?:python|smtplib|swaks|php\w*mailer|nodemailer|faker|sendemail|mailkit|javamail|gomail|"
    r"golang|curl|greenmail|mailhog|mailpit|emailgen|decnet|ollama|openai|langchain|gpt-?\d?)\b",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"x-(?:.*-)?(?:generat(?:ed|or)|synthetic|simulat\w+|fake\w*|decoy\w*|honey\w*|deception|"
    r"canary\w*|llm|gpt|prompt|persona|emailgen|decnet|lorem|dummy|mock\w*)(?:-.*)?$",
    re.IGNORECASE,
)


class Identifiers(Measure):
    """Message-IDs of mail between people."""

    checks = ("id-grammar", "id-domain", "id-tool", "id-missing", "mailer-id", "generator")

    def __init__(self) -> None:
        self._n = dict.fromkeys(self.checks, 0)
        self._bad: dict[str, list[Offender]] = {check: [] for check in self.checks}

    def add(self, seen: Seen) -> None:
        """Judge each mail once, in the copy that came first."""
        if seen.again or not seen.sample.human:
            return
        self._generator(seen)
        self._count(seen, "id-missing", "" if seen.mail.message_id else "no Message-ID")
        if not seen.mail.message_id:
            return
        self._count(seen, "id-tool", _tool(seen))
        client, grammar = claimed(seen.mail), grammar_of(seen.mail.message_id)
        wanted = expected(client)
        if wanted:
            said = f"{agent(seen.mail)[:60] or client}, {seen.mail.message_id}"
            self._count(seen, "id-grammar", said if grammar != wanted else "")
            self._count(seen, "mailer-id", said if grammar and grammar != wanted else "")
        if wanted in OWN_DOMAIN and grammar == wanted:
            self._count(seen, "id-domain", _elsewhere(seen))

    def _count(self, seen: Seen, check: str, why: str) -> None:
        self._n[check] += 1
        if why:
            self._bad[check].append(seen.sample.offender(why))

    def _generator(self, seen: Seen) -> None:
        names = [name for name, _ in seen.mail.headers if _FIELD.match(name)]
        said = agent(seen.mail)
        if said and _SCRIPT.search(said):
            names.append(said[:60])
        self._count(seen, "generator", ", ".join(names))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Shares for what clients do, counts for what none does."""
        for check in ("id-grammar", "id-domain"):
            yield rule(check, self._n[check], self._bad[check])
        for check in ("id-tool", "id-missing", "mailer-id", "generator"):
            yield hard(check, self._n[check], self._bad[check])


def _tool(seen: Seen) -> str:
    """What in the Message-ID is a script's or a test machine's."""
    identity = seen.mail.message_id
    if _LIBRARY.match(identity) or _HOST.search(identity):
        return identity
    host = identity.rstrip(">").rpartition("@")[2].lower()
    house = domain(seen.sample.sender) in ("", domain(seen.entry.mailbox))  # Exchange's own names
    if house and host.endswith(".local") and not seen.sample.sender.endswith(".local"):
        return identity
    return ""


def _elsewhere(seen: Seen) -> str:
    host = seen.mail.message_id.rstrip(">").rpartition("@")[2].lower()
    domain = seen.sample.sender.rpartition("@")[2]
    return "" if host in (domain, _idna(domain)) else f"{host}, sender at {domain}"


def _idna(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


MEASURES = (Identifiers,)
