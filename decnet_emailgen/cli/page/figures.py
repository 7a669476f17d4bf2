"""Counts behind the charts, of people's mail only: the reference ranges are of such mail.

Hours and days are those of each mail's author.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from decnet_emailgen.cli.page.letters import Corpus, Letter
from decnet_emailgen.cli.page.visible import visible

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEAST = 30
"""Charts of fewer mails say nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Who wrote to whom, and how often."""

    sender: str
    recipient: str
    mails: int


@dataclass(frozen=True, slots=True)
class Figures:
    """``mails``: those of people; ``machines``: those that programs made, counted nowhere else;
    ``days``: mails of every day from the first to the last; ``hours``: by weekday (0 is Monday)
    and hour; ``replies``: minutes from a mail to its answer by somebody else; ``sizes``: mails of
    each thread; ``pairs``: among the busiest people; ``words``: of each reply; ``shares``: per
    cent by the audit's names for them.
    """

    mails: int
    machines: int
    days: tuple[tuple[date, int], ...]
    hours: dict[tuple[int, int], int]
    replies: tuple[float, ...]
    sizes: tuple[int, ...]
    pairs: tuple[Pair, ...]
    words: tuple[int, ...]
    languages: tuple[tuple[str, int], ...]
    rejections: tuple[tuple[str, int], ...]
    shares: dict[str, float]


def figures(corpus: Corpus) -> Figures:
    """Everything that is drawn, counted."""
    letters = [each for each in corpus.letters if not each.machine]
    replies = [each for each in letters if each.kind == "reply"]
    return Figures(
        mails=len(letters),
        machines=len(corpus.letters) - len(letters),
        days=_days(letters),
        hours=Counter((each.when.weekday(), each.when.hour) for each in letters),
        replies=_reply_minutes(letters),
        sizes=tuple(Counter(each.thread for each in letters).values()),
        pairs=_pairs(letters),
        words=tuple(sorted(each.words for each in replies)),
        languages=tuple(Counter(each.language for each in letters).most_common()),
        rejections=tuple(Counter(corpus.rejections).most_common()),
        shares=_shares(letters, replies),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The value at a share of sorted values, interpolated."""
    at = share * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def percent(part: int, whole: int) -> float:
    """A share in per cent; 0 of nothing."""
    return 100 * part / whole if whole else 0.0


def _days(letters: Iterable[Letter]) -> tuple[tuple[date, int], ...]:
    counted = Counter(each.when.date() for each in letters)
    if not counted:
        return ()
    first, last = min(counted), max(counted)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple((day, counted[day]) for day in every)


def _reply_minutes(letters: Iterable[Letter]) -> tuple[float, ...]:
    known: dict[str, Letter] = {}
    found = []
    for each in letters:
        parent = known.get(each.parent)
        if each.kind == "reply" and parent and parent.sender.email != each.sender.email:
            found.append((each.when - parent.when).total_seconds() / 60)
        known[each.message_id] = each
    return tuple(sorted(minutes for minutes in found if minutes >= 0))


def _pairs(letters: Iterable[Letter], most: int = 16) -> tuple[Pair, ...]:
    counted: Counter[tuple[str, str]] = Counter()
    busy: Counter[str] = Counter()
    called: dict[str, str] = {}
    for each in letters:
        sender = each.sender.email.lower()
        called[sender] = each.sender.name
        for to in each.recipients:
            other = to.email.lower()
            called.setdefault(other, to.name)
            counted[sender, other] += 1
            busy[sender] += 1
            busy[other] += 1
    shown = {email for email, _ in busy.most_common(most)}
    title = _titles(shown, called)
    return tuple(
        Pair(title[sender], title[other], mails)
        for (sender, other), mails in sorted(counted.items())
        if sender in shown and other in shown
    )


def _titles(emails: set[str], called: dict[str, str]) -> dict[str, str]:
    """A short name for each address, no two the same."""
    names = Counter(called[email] for email in emails)
    return {
        email: visible(called[email] if names[called[email]] == 1 else email) for email in emails
    }


def _shares(letters: Sequence[Letter], replies: Sequence[Letter]) -> dict[str, float]:
    whole = len(letters)

    def share(found: Iterable[object]) -> float:
        return percent(sum(1 for each in found if each), whole)

    return {
        "weekend": share(each.when.weekday() >= 5 for each in letters),
        "office-hours": share(8 <= each.when.hour < 19 for each in letters),
        "class-reply": share(each.kind in ("reply", "followup") for each in letters),
        "class-forward": share(each.kind == "forward" for each in letters),
        "cc": share(each.cc for each in letters),
        "one-recipient": share(len(each.recipients) == 1 for each in letters),
        "attachments": share(each.files for each in letters),
        "reply-short": percent(sum(each.words <= 10 for each in replies), len(replies)),
    }
