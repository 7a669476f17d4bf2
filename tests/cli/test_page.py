"""``threads export --format html``: the page as a file, without a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from decnet_emailgen.audit.reference import reference
from decnet_emailgen.cli.page import svg
from decnet_emailgen.cli.page.build import MOST_OWN, build
from decnet_emailgen.cli.page.charts import charts
from decnet_emailgen.cli.page.figures import Figures, figures, quantile
from decnet_emailgen.cli.page.letters import Letter, Person
from decnet_emailgen.cli.page.visible import visible
from tests.cli.conftest import Shell
from tests.cli.letters import ANA, BEN, MONDAY, PLAIN, answered, corpus, hostile


class Outline(HTMLParser):
    """The elements of a page, and the text that stands right in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")
        self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[-1] += data

    def text(self, tag: str, kind: str | None = None) -> str:
        """The text of the one element of this tag and type."""
        (found,) = (
            text
            for (name, attributes), text in zip(self.tags, self.texts, strict=True)
            if name == tag and attributes.get("type") == kind
        )
        return found

    def data(self) -> Any:
        """The corpus that the page carries."""
        return json.loads(self.text("script", "application/json"))


def sha(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_the_policy_lets_nothing_in_but_the_pages_own_script_and_style_by_hash() -> None:
    page = Outline(build(corpus(PLAIN, hostile())))
    policy = next(a for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy["content"]).split(";"))
    assert rules == {
        "default-src": "'none'",
        "script-src": sha(page.text("script")),
        "style-src": sha(page.text("style")),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_no_element_names_a_resource_a_handler_or_a_style() -> None:
    for tag, attributes in Outline(build(corpus(PLAIN, hostile()))).tags:
        assert tag not in ("img", "iframe", "object", "embed", "base", "form", "audio", "video")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:,"))


def test_a_hostile_mail_is_data_and_nothing_else() -> None:
    """The page with it has the same elements as the page without it, and its text whole."""
    tame = Outline(build(corpus(PLAIN)))
    wild = Outline(build(corpus(PLAIN, hostile())))
    assert [tag for tag, _ in tame.tags] == [tag for tag, _ in wild.tags]
    mail = wild.data()["mails"][1]
    assert "</script><script>window.hacked = 1</script>" in mail["own"]
    assert "{{script}}" in mail["subject"]


def test_control_characters_and_overrides_are_made_visible() -> None:
    assert visible("a\x1b[31m\x07\x7f") == "a␛[31m␇␡"
    assert visible("x\u202egpj.exe\u2066\u200b\ufeff") == "x[U+202E]gpj.exe[U+2066][U+200B][U+FEFF]"
    assert visible("\ud800\x9b") == "\ufffd[U+009B]"
    assert visible("tab\tand\r\nline") == "tab\tand\nline"
    assert visible("👩‍🔧 é ø") == "👩‍🔧 é ø"


def test_ten_megabytes_are_shortened_and_the_rest_is_counted() -> None:
    long = replace(PLAIN, own="word " * 2_000_000, quoted="> q\n" * 100_000, subject="s" * 9_999)
    page = build(corpus(long))
    mail = Outline(page).data()["mails"][0]
    assert mail["cut"] == 10_000_000 - MOST_OWN
    assert mail["quotedCut"] > 0
    assert len(page) < 250_000


@pytest.mark.parametrize("text", ["", "x", "<a href='&amp;'>", "\u2028\u2029", "𝄞"])
def test_text_survives_the_way_into_the_page(text: str) -> None:
    shown = Outline(build(corpus(replace(PLAIN, own=text)))).data()["mails"][0].get("own", "")
    assert shown == visible(text)


def test_a_corpus_without_mail_is_a_page_too() -> None:
    assert Outline(build(corpus())).data()["mails"] == []


# --- figures and charts ------------------------------------------------------------------------


def many() -> tuple[Letter, ...]:
    """Forty conversations of one or two mails, over forty days."""
    letters: list[Letter] = []
    for n in range(40):
        first = replace(PLAIN, id=f"a{n}", thread=f"t{n}", message_id=f"<a{n}>",
                        when=MONDAY + timedelta(days=n))  # fmt: skip
        letters.append(first)
        if n % 4 == 0:
            later = first.when + timedelta(minutes=10 * (n + 1))
            letters.append(replace(first, id=f"b{n}", message_id=f"<b{n}>", parent=f"<a{n}>",
                                   kind="reply", sender=BEN, to=(ANA,), when=later,
                                   words=n + 1))  # fmt: skip
    return tuple(letters)


@pytest.fixture
def counted() -> Figures:
    return figures(replace(corpus(*many()), rejections={"too-long": 3, "echo": 1}))


def test_figures_count_what_is_there(counted: Figures) -> None:
    assert counted.mails == 50
    assert sum(n for _, n in counted.days) == sum(counted.hours.values()) == 50
    assert list(counted.replies) == [10, 50, 90, 130, 170, 210, 250, 290, 330, 370]
    assert sorted(counted.sizes) == [1] * 30 + [2] * 10
    assert list(counted.words) == [1, 5, 9, 13, 17, 21, 25, 29, 33, 37]
    assert {(p.sender, p.recipient, p.mails) for p in counted.pairs} == {
        (ANA.name, BEN.name, 40),
        (BEN.name, ANA.name, 10),
    }
    assert counted.shares["class-reply"] == 20
    assert counted.rejections == (("too-long", 3), ("echo", 1))


def test_an_answer_to_oneself_is_no_reply_time() -> None:
    first, answer = answered()
    assert figures(corpus(first, replace(answer, sender=ANA))).replies == ()


def test_what_programs_made_is_left_out_of_the_charts() -> None:
    letters = [replace(each, machine=each.id.endswith("7")) for each in many()]
    counted = figures(corpus(*letters))
    assert (counted.mails, counted.machines) == (46, 4)
    assert "4 mails that programs made are left out" in charts(counted)[0].sentence


def test_quantiles_interpolate() -> None:
    assert [quantile((0, 10, 20), share) for share in (0, 0.25, 0.5, 1)] == [0, 5, 10, 20]


def test_every_chart_has_its_numbers_and_is_drawn(counted: Figures) -> None:
    pytest.importorskip("vl_convert")
    made = {chart.name: chart for chart in charts(counted)}
    assert set(made) == {
        *("calendar", "week", "replies", "shares", "sizes", "words", "pairs", "languages"),
        "rejections",
    }
    for chart in made.values():
        drawing = ElementTree.fromstring(svg.draw(chart.spec, chart.name))  # noqa: S314
        assert len(list(drawing.iter())) > 20, chart.name
        assert chart.rows
        assert all(len(row) == len(chart.headings) for row in chart.rows)


def test_reference_ranges_are_drawn_from_the_audits_data(counted: Figures) -> None:
    """Every size's range in the drawing and in the numbers is the audit's, not a copy."""
    (sizes,) = (chart for chart in charts(counted) if chart.name == "sizes")
    for size, row in enumerate(sizes.rows, 1):
        check = reference().check(f"size-{size}")
        assert row[-1] == f"{check.low:g}–{check.high:g}"
    drawn = sizes.spec["layer"][0]["data"]["values"]
    assert [(row["low"], row["high"]) for row in drawn] == [
        (reference().check(f"size-{n}").low, reference().check(f"size-{n}").high)
        for n in range(1, 6)
    ]


def test_names_in_charts_are_text() -> None:
    pytest.importorskip("vl_convert")
    evil = Person("\x1b]0;x\x07<script>x()</script>\u202e&\ud800", "eve@evil.example")
    letters = [replace(each, sender=evil) for each in many()]
    pairs = next(chart for chart in charts(figures(corpus(*letters))) if chart.name == "pairs")
    page = build(corpus(*letters), [(pairs, svg.draw(pairs.spec, "pairs"))])
    assert [tag for tag, _ in Outline(page).tags].count("script") == 2


def test_a_drawing_keeps_nothing_that_acts_or_asks() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<script>x()</script><image xlink:href="https://evil.example/"/><foreignObject/>'
        '<a xlink:href="https://evil.example/"><text>x</text></a>'
        '<path d="M0,0.123456" style="fill:red" onclick="x()" fill="url(https://evil.example/)" '
        'role="graphics-symbol" aria-label="Mon: 3"/></svg>'
    )
    made = svg.cleaned(drawing, "test")
    assert "evil" not in made
    assert re.findall(r"<(\w+)", made) == ["svg", "path", "title"]
    assert 'd="M0,0.12"' in made
    assert "style" not in made
    assert "onclick" not in made


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def export(seeded: Shell, tmp_path: Path) -> Callable[..., tuple[str, str]]:
    def run(*arguments: str) -> tuple[str, str]:
        path = tmp_path / "page.html"
        done = seeded("threads", "export", *arguments, "--format", "html", "-o", str(path)).ok()
        return path.read_text("utf-8"), done.err

    return run


def test_the_whole_store_becomes_a_page(export: Callable[..., tuple[str, str]]) -> None:
    page, told = export("--all")
    data = Outline(page).data()
    assert len(data["mails"]) == 60
    assert told.startswith("60 mails exported to ")
    folders = {folder for mail in data["mails"] for _, folder, *_ in mail["copies"]}
    assert folders == {"INBOX", "Sent"}
    assert all(mail["own"] for mail in data["mails"])


def test_one_thread_becomes_a_page(seeded: Shell, export: Callable[..., tuple[str, str]]) -> None:
    thread = max(seeded("threads", "ls", "--json").ok().lines, key=lambda line: line["size"])
    data = Outline(export(thread["id"])[0]).data()
    assert {mail["thread"] for mail in data["mails"]} == {thread["id"]}
    assert len(data["mails"]) == thread["size"]


def test_a_page_is_written_anew_for_its_owner(seeded: Shell, tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    for _ in range(2):
        seeded("threads", "export", "--all", "--format", "html", "-o", str(path)).ok()
    assert [each.name for each in path.parent.iterdir()] == ["page.html"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_one_line(seeded: Shell, tmp_path: Path) -> None:
    done = seeded("threads", "export", "--all", "--format", "html", "-o", str(tmp_path))
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert str(tmp_path) in done.err
    assert "--output" in done.err


def test_without_the_extra_there_is_a_page_without_charts_and_a_line_that_says_so(
    seeded: Shell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from decnet_emailgen.cli.page import write
    from decnet_emailgen.store import Store

    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with Store.open(seeded.folder / "emailgen.db", create=False) as store:
        assert write(store, tmp_path / "page.html") == 60
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "pip install 'decnet-emailgen[html]'" in told
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "pip install &#x27;decnet-emailgen[html]&#x27;" in page
    assert "<figure" not in page
