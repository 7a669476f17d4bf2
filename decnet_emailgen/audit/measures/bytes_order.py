"""The order of a header's fields, by which mail clients are told apart (docs/realism.md, 3.1).

Only fields whose place is known for new mail and answers alike are compared, and only in mail
whose Message-ID is of the form of the client that it names, and that came by no server that may
have moved fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from decnet_emailgen.audit.corpus import Corpus
from decnet_emailgen.audit.measures.base import Measure, Seen
from decnet_emailgen.audit.measures.bytes_grammar import agent, claimed, expected
from decnet_emailgen.audit.measures.bytes_grammar import grammar as grammar_of
from decnet_emailgen.audit.measures.clocks_trace import Hop, hops
from decnet_emailgen.audit.report import Offender, Value

_ORDERS = {
    "outlook": "from to cc subject date message-id mime-version content-type x-mailer",
    "exchange": "from to cc subject thread-topic thread-index date message-id content-type "
    "mime-version",
    "gmail": "mime-version from date message-id subject to cc content-type",
    "apple-mail": "content-type mime-version cc to x-mailer",
    "iphone": "content-type from mime-version date message-id cc to x-mailer",
    "thunderbird": "message-id date mime-version user-agent to cc from",
    "roundcube": "mime-version date from to cc subject message-id content-type",
    "k9": "date from to cc subject message-id mime-version content-type",
    "mutt": "date from to cc subject message-id mime-version content-type",
}
_PLACES = {
    client: {name: at for at, name in enumerate(order.split())} for client, order in _ORDERS.items()
}
_OLD = re.compile(r"Apple Mail \(2\.(?:\d{1,3}|[12]\d{3})[.)]")
"""Before OS X 10.14, another order."""


def _leaves_order(hop: Hop) -> bool:
    """Whether a server is known to add fields and to move none, as sendmail and Exchange do."""
    return hop.postfix or hop.lmtp or hop.by.endswith((".google.com", ".outlook.com"))


class Order(Measure):
    """Fields in their client's order, in the copy of each mail that came first."""

    checks = ("field-order",)

    def __init__(self) -> None:
        self._n = 0
        self._bad: list[Offender] = []

    def add(self, seen: Seen) -> None:
        """Compare a header with its client's."""
        if seen.again or not seen.sample.human:
            return
        found, client = grammar_of(seen.mail.message_id), claimed(seen.mail)
        if client and (expected(client) != found or _OLD.search(agent(seen.mail))):
            return
        places = _PLACES.get(client or (found if found in ("gmail", "exchange") else ""))
        if places is None or not all(map(_leaves_order, hops(seen.mail))):
            return
        self._n += 1
        names = [name.lower() for name, _ in seen.mail.headers]
        known = [places[name] for name in names if name in places]
        if known != sorted(known):
            order = ", ".join(name for name in names if name in places)
            self._bad.append(seen.sample.offender(f"{client or found}: {order}"))

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """The share of headers in order."""
        n, bad = self._n, self._bad
        yield Value("field-order", 100 * (n - len(bad)) / n if n else None, n, tuple(bad))


MEASURES = (Order,)
