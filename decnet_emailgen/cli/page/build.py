"""Values in, the page out.

Mail is hostile. What a mail says goes into the page as JSON in an element that is not a script,
with ``<``, ``>`` and ``&`` escaped, and the page's script puts it on the screen as text nodes
only; the policy (Content Security Policy Level 3) lets nothing run, load or style but the
page's own script and style, named by their hashes, and forbids sinks that take strings as HTML.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from decnet_emailgen.cli.page.charts import Chart
from decnet_emailgen.cli.page.letters import Copy, Corpus, Letter, Person
from decnet_emailgen.cli.page.visible import visible

MOST_OWN = 50_000
MOST_QUOTED = 20_000
MOST_LINE = 1_000
"""Characters of a text, of a quotation and of a header that are shown; the rest is counted."""

_SCRIPTS = ("elements.js", "data.js", "search.js", "list.js", "reader.js", "main.js")

Drawn = tuple[Chart, str]
"""A chart and its drawing, clean SVG."""


def build(corpus: Corpus, charts: Sequence[Drawn] = (), note: str = "") -> str:
    """The page as text; ``note`` stands where charts would, if there are none."""
    title = corpus.organisation or "emailgen"
    style = _packaged("page.css")
    script = "(() => {\n'use strict';\n" + "\n".join(map(_packaged, _SCRIPTS)) + "})();\n"
    fields = {
        "policy": (
            f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
            "img-src data:; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        "title": escape(visible(title)),
        "style": style,
        "charts": "\n".join(map(_figure, charts)) or f'<p class="note">{escape(note)}</p>',
        "data": _data(corpus, title),
        "script": script,
    }
    page = _packaged("page.html")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: fields[found[1]], page)


def _packaged(name: str) -> str:
    return files("decnet_emailgen.cli.page").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _short(text: str, most: int) -> tuple[str, int]:
    """The beginning of a text, made visible, and how many characters were left out."""
    kept = text[:most]
    return visible(kept).strip("\n"), len(text) - len(kept)


# --- the data ----------------------------------------------------------------------------------


class _People:
    """Every name with its address once; mails refer to them by number."""

    def __init__(self) -> None:
        self.known: dict[Person, int] = {}

    def number(self, person: Person) -> int:
        return self.known.setdefault(person, len(self.known))

    def rows(self) -> list[list[str]]:
        return [[_line(person.name), _line(person.email)] for person in self.known]


def _line(text: str) -> str:
    return visible(text[:MOST_LINE]).replace("\n", " ")


def _data(corpus: Corpus, title: str) -> str:
    people = _People()
    held = sorted({copy.mailbox for each in corpus.letters for copy in each.copies})
    places = {mailbox: number for number, mailbox in enumerate(held)}
    mails = [_mail(each, people, places) for each in corpus.letters]
    mailboxes = [
        [_line(corpus.names.get(mailbox, mailbox)), _line(mailbox), corpus.zones.get(mailbox, "")]
        for mailbox in held
    ]
    data = {"title": visible(title), "people": people.rows(), "mailboxes": mailboxes,
            "mails": mails}  # fmt: skip
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _mail(letter: Letter, people: _People, places: dict[str, int]) -> dict[str, Any]:
    """A mail by short names; what is empty is left out."""
    own, cut = _short(letter.own, MOST_OWN)
    quoted, quoted_cut = _short(letter.quoted, MOST_QUOTED)
    offset = letter.when.utcoffset()
    parts = {
        "id": letter.id,
        "thread": letter.thread,
        "at": int(letter.when.timestamp()),
        "offset": int(offset.total_seconds() // 60) if offset else 0,
        "from": people.number(letter.sender),
        "to": [people.number(each) for each in letter.to],
        "cc": [people.number(each) for each in letter.cc],
        "bcc": [people.number(each) for each in letter.bcc],
        "subject": _line(letter.subject),
        "own": own,
        "cut": cut,
        "signature": _short(letter.signature, MOST_LINE)[0],
        "quoted": quoted,
        "quotedCut": quoted_cut,
        "files": [[_line(file.name), _line(file.kind), file.size] for file in letter.files],
        "copies": [_copy(copy, places) for copy in letter.copies],
        "kind": letter.kind,
        "language": letter.language,
        "writer": _line(letter.writer),
        "messageId": _line(letter.message_id),
        "rejected": [[_line(reason), _line(detail)] for reason, detail in letter.rejected],
    }
    needed = ("at", "from")
    return {name: part for name, part in parts.items() if part or name in needed}


def _copy(copy: Copy, places: dict[str, int]) -> list[Any]:
    found: list[Any] = [places[copy.mailbox], _line(copy.folder)]
    return [*found, 1] if copy.unread else found


# --- the charts --------------------------------------------------------------------------------


def _figure(drawn: Drawn) -> str:
    chart, picture = drawn
    kind = "chart wide" if chart.wide else "chart"
    sentence = escape(visible(chart.sentence))
    frame = (
        f'<div class="drawing" tabindex="0" role="img" aria-label="{sentence}">{picture}</div>'
        if picture
        else ""
    )
    return (
        f'<figure class="{kind}" id="chart-{chart.name}" '
        f'aria-labelledby="chart-{chart.name}-title">'
        f'<figcaption><h3 id="chart-{chart.name}-title">{escape(chart.title)}</h3>'
        f"<p>{sentence}</p></figcaption>{frame}{_table(chart)}</figure>"
    )


def _table(chart: Chart) -> str:
    if not chart.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in chart.headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(visible(cell))}</td>" for cell in row) + "</tr>"
        for row in chart.rows
    )
    sources = dict.fromkeys(chart.sources)
    told = f'<p class="source">Ranges: {escape("; ".join(sources))}</p>' if sources else ""
    return (
        f'<details><summary>Numbers<span class="aside"> of {escape(chart.title)}</span></summary>'
        f'<div class="numbers" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{told}</details>"
    )
