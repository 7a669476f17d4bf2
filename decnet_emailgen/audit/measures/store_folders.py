"""What a mail store shows beside the mails: UIDs, UIDVALIDITY, arrival times, file names, flags.

docs/realism.md, section 5: Dovecot's Maildir names, RFC 3501 section 2.3.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from decnet_emailgen.audit.corpus import Corpus, Held
from decnet_emailgen.audit.measures.base import Measure, Seen, hard, rule, share
from decnet_emailgen.audit.measures.clocks_trace import hops
from decnet_emailgen.audit.report import Offender, Value
from decnet_emailgen.mail.clocks import read_lmtp_id

_NAME = re.compile(
    r"(\d{9,11})\.(?:M(\d+)P(\d+)[^.]*)\.([^,:/]+)(?:,S=(\d+))?(?:,W=(\d+))?(?::2,|$)"
)
_NEAR = 2.0
_FRESH, _OLD = timedelta(days=2), timedelta(days=14)
_PLAUSIBLE = 631_152_000  # 1990: below that, UIDVALIDITY is no Unix time


class Arrival(Measure):
    """When mail came, by INTERNALDATE, file name and the store's own Received field."""

    checks = ("arrival", "maildir-time", "maildir-size", "maildir-pid")

    def __init__(self) -> None:
        self._n = dict.fromkeys(self.checks, 0)
        self._bad: dict[str, list[Offender]] = {check: [] for check in self.checks}

    def add(self, seen: Seen) -> None:
        """Compare what one copy says in several places."""
        entry = seen.entry
        top = next(iter(hops(seen.mail)), None) if entry.role == "inbox" else None
        if top is not None and top.lmtp and top.when is not None and entry.arrival is not None:
            late = (entry.arrival - top.when).total_seconds()
            self._judge(seen, "arrival", _off(late))
        name = _NAME.search(entry.place.rpartition("/")[2])
        if name is None:
            return
        if entry.arrival is not None:
            self._judge(seen, "maildir-time", _off(entry.arrival.timestamp() - int(name[1]) - 0.5))
        if name[5]:
            self._judge(seen, "maildir-size", _sizes(entry.content, name[5], name[6]))
        session = read_lmtp_id(top.id) if top is not None and top.lmtp else None
        if session is not None:
            same = session.pid == int(name[3])
            self._judge(seen, "maildir-pid", "" if same else f"P{name[3]}, session {session.pid}")

    def _judge(self, seen: Seen, check: str, why: str) -> None:
        self._n[check] += 1
        if why:
            entry, identity = seen.entry, seen.sample.message_id
            where = Offender(entry.mailbox, entry.folder, entry.place, identity, why)
            self._bad[check].append(where)

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Rules, all of them."""
        for check in self.checks:
            yield rule(check, self._n[check], self._bad[check])


def _off(late: float) -> str:
    return f"{late:+.0f} s" if abs(late) > _NEAR + 1 else ""


def _sizes(content: bytes, small: str, large: str | None) -> str:
    """S is the file's size, W its size with CRLF; some sources give LF as CRLF."""
    pairs = content.count(b"\r\n")
    crlf = len(content) + content.count(b"\n") - pairs
    if int(small) not in (len(content), len(content) - pairs):
        return f"S={small}, {len(content)} octets"
    return f"W={large}, {crlf} octets" if large and int(large) != crlf else ""


class Folders(Measure):
    """UIDs and UIDVALIDITY by folder."""

    checks = ("uid-order", "uidvalidity", "uidvalidity-today", "uidvalidity-apart", "uid-room")

    def __init__(self) -> None:
        self._validity: dict[tuple[str, str], int] = {}

    def add(self, seen: Seen) -> None:
        """Note a folder's UIDVALIDITY."""
        if seen.entry.uidvalidity is not None:
            where = (seen.entry.mailbox, seen.entry.folder)
            self._validity[where] = seen.entry.uidvalidity

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Order within folders, then the folders themselves."""
        folders: dict[tuple[str, str], list[Held]] = {}
        for held in corpus.copies:
            folders.setdefault((held.mailbox, held.folder), []).append(held)
        yield _order(folders.values())
        yield from self._made(corpus.now, folders)
        yield _room(folders.values())

    def _made(self, now: datetime, folders: dict[tuple[str, str], list[Held]]) -> Iterable[Value]:
        """When the folders were made, by Dovecot's custom of taking the time as UIDVALIDITY."""
        late: list[Offender] = []
        today: list[Offender] = []
        seen: dict[tuple[str, int], str] = {}
        double: list[Offender] = []
        timed = 0
        for (mailbox, folder), value in self._validity.items():
            if seen.setdefault((mailbox, value), folder) != folder:
                double.append(Offender(mailbox, folder, "", "", f"UIDVALIDITY {value} twice"))
            oldest = _oldest(folders.get((mailbox, folder), []))
            if oldest is None or not _PLAUSIBLE < value <= now.timestamp() + 86_400:
                continue
            timed += 1
            made = datetime.fromtimestamp(value, UTC)
            where = Offender(mailbox, folder, "", "", f"made {made:%Y-%m-%d}, mail of {oldest:%F}")
            if made > oldest + timedelta(seconds=_NEAR):
                late.append(where)
                if now - made < _FRESH and now - oldest > _OLD:
                    today.append(where)
        yield rule("uidvalidity", timed, late)
        yield hard("uidvalidity-today", timed, today)
        yield rule("uidvalidity-apart", len(self._validity), double)


def _oldest(copies: Iterable[Held]) -> datetime | None:
    return min((held.arrival for held in copies if held.arrival is not None), default=None)


def _order(folders: Iterable[list[Held]]) -> Value:
    """UIDs of INBOX rise as mail arrives; other folders are filled by moving mail."""
    n = 0
    odd: list[Offender] = []
    for copies in folders:
        if copies[0].role != "inbox":
            continue
        found = [
            (held.uid, held.arrival, held)
            for held in copies
            if held.uid is not None and held.arrival is not None
        ]
        found.sort(key=lambda item: item[0])
        for (_, before, _), (uid, arrival, held) in pairwise(found):
            n += 1
            if arrival < before - timedelta(seconds=_NEAR):
                why = f"UID {uid} came {before - arrival} before the one below it"
                odd.append(held.offender(held.key, why))
    return rule("uid-order", n, odd)


def _room(folders: Iterable[list[Held]]) -> Value:
    """UIDs given out for each mail that is still in INBOX: people delete and move mail."""
    rates = []
    for copies in folders:
        uids = [held.uid for held in copies if held.uid is not None and held.role == "inbox"]
        if len(uids) >= 10:
            rates.append(max(uids) / len(uids))
    rates.sort()
    return Value("uid-room", rates[len(rates) // 2] if rates else None, len(rates))


class Read(Measure):
    """What has been read of the mail in INBOX."""

    checks = ("seen-old", "unread-new")

    def values(self, corpus: Corpus) -> Iterable[Value]:
        """Old mail and new mail; a source that has no flags at all isn't judged."""
        known = any("\\Seen" in held.flags for held in corpus.copies)
        inbox = [
            (held, held.arrival)
            for held in corpus.copies
            if known and held.role == "inbox" and held.arrival is not None
        ]
        old = [held for held, arrival in inbox if corpus.now - arrival > _OLD]
        new = [held for held, arrival in inbox if timedelta() <= corpus.now - arrival < _FRESH]
        yield share("seen-old", old, lambda held: "\\Seen" in held.flags)
        yield share("unread-new", new, lambda held: "\\Seen" not in held.flags)


MEASURES = (Arrival, Folders, Read)
