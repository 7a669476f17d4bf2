"""The exported page in a real browser: what people see, press and hear, and what it must not do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from decnet_emailgen.cli.page.build import build
from tests.cli.conftest import Shell
from tests.cli.letters import ANA, BEN, MONDAY, PLAIN, answered, corpus, hostile
from tests.servers.browser import PHONE, WIDE, Browser, Page, axe

SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
COLOURS = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
PLACES = ("", "#folder=all&thread=t1", "#view=charts")


@pytest.fixture(scope="session")
def seeded_page(seeded: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of sixty seeded mails, with charts."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    seeded("threads", "export", "--all", "--format", "html", "-o", str(path)).ok()
    return path


@pytest.fixture(scope="session")
def small_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a conversation of two mails and thirty others."""
    others = [
        replace(PLAIN, id=f"o{n}", thread=f"o{n}", message_id=f"<o{n}>", subject=f"Other {n}",
                own=f"Number {n} of many.", when=MONDAY - timedelta(days=n + 1))
        for n in range(30)
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("page") / "small.html"
    path.write_text(build(corpus(*reversed(others), *answered())), "utf-8")
    return path


@pytest.fixture
def page(browser: Browser, small_page: Path) -> Iterator[Page]:
    """The small page, wide and light."""
    with browser.open(small_page) as opened:
        yield opened


def current(page: Page) -> str:
    """What assistive technology reads of the row that is chosen."""
    script = (
        "const at = document.getElementById(list.getAttribute('aria-activedescendant'));"
        "return at ? at.textContent : ''"
    )
    return str(page.run("const list = document.getElementById('list');" + script))


def rows(page: Page) -> list[str]:
    """The subjects in the list."""
    return [subject.lstrip(". \n") for subject in page.all(".row .subject")]


def test_it_looks_like_a_webmail(page: Page) -> None:
    """Folders, people, and conversations with the latest first."""
    assert page.all("#folders .name") == ["Inbox", "Sent", "All mail", "Charts"]
    assert page.all("#people .name") == ["Everyone", ANA.name, BEN.name]
    assert page.text("#where") == "Inbox"
    assert page.text("#count") == "31 conversations"
    assert rows(page)[:2] == ["Re: Invoice 17", "Other 0"]
    assert page.text(".brand") == "House & Co"


def test_a_conversation_opens_with_what_was_quoted_folded(page: Page) -> None:
    page.click("#row-0")
    assert page.text("#subject") == "Invoice 17"
    assert page.all(".mail .from .name") == [ANA.name, BEN.name]
    assert page.all(".mail .content:not([hidden]) > .text") == ["Thanks!"]
    assert page.text(".files") == "paid.pdf\napplication/pdf, 48 kB"
    assert "please see" not in page.text("#reader article:last-of-type .content")
    page.click(".mail:last-of-type .quoted summary")
    assert "> please see the invoice." in page.text("#reader article:last-of-type .content")
    page.click(".mail:first-of-type .from")
    assert "please see the invoice." in page.text(".mail:first-of-type .content")


def test_dates_are_the_authors_in_the_mail_and_the_owners_in_the_list(page: Page) -> None:
    page.click("#people li:nth-child(2) a")
    assert page.text("#where") == f"Inbox of {ANA.name}"
    assert page.text(".row .when").endswith("12:30")
    page.click("#row-0")
    assert page.text("#reader article:last-of-type time") == "Mon, 16 Nov 2026, 11:30 +00:00"


def test_a_mailbox_shows_its_own_folders(page: Page) -> None:
    page.click("#people li:nth-child(3) a")
    assert page.text("#count") == "31 conversations"
    page.click("#folders li:nth-child(2) a")
    assert page.text("#where") == f"Sent of {BEN.name}"
    assert page.all(".row .names") == ["To: Ana Ruiz"]


def test_the_back_button_goes_back(page: Page) -> None:
    page.click("#folders li:nth-child(2) a")
    page.driver.back()
    page.wait("document.getElementById('where').textContent === 'Inbox'")


def test_search_finds_words_people_and_files_and_says_how_many(page: Page) -> None:
    for query, found in (
        ("number 13", ["Other 13"]),
        ("from:odegard", ["Re: Invoice 17"]),
        ("has:file thanks", ["Re: Invoice 17"]),
        ('"7 of many"', ["Other 7", "Other 17", "Other 27"]),
        ("nowhere", []),
    ):
        page.press("/")
        page.press(*query, "enter")
        assert rows(page) == found, query
        count = f"{len(found)} conversation{'' if len(found) == 1 else 's'} found"
        assert page.text("#count[role=status]") == count
    assert page.text("#nothing") == "Nothing found for nowhere"


def test_search_as_you_type(page: Page) -> None:
    page.press("/", *"other 12")
    page.wait("document.getElementById('count').textContent === '1 conversation found'")
    page.press("escape")
    assert page.text("#count") == "31 conversations"


def test_choosing_a_folder_ends_the_search(page: Page) -> None:
    page.press("/", *"nowhere", "enter")
    page.click("#folders li:first-child a")
    assert page.text("#count") == "31 conversations"
    assert page.run("return document.getElementById('query').value") == ""


def test_a_found_mail_is_open_and_marked(page: Page) -> None:
    """The mail that the words are in is open though it isn't the last."""
    page.press("/", *"invoice. ana", "enter")
    page.click("#row-0")
    assert page.all(".from[aria-expanded=true] .name")[0] == ANA.name
    assert page.run("return CSS.highlights.get('found').size") > 0


def test_keys_go_through_the_mail(page: Page) -> None:
    page.press("j")
    assert current(page).startswith(
        "BØUnread. Ana, Ben, 2 mails, 12:30. Re: Invoice 17, with files"
    )
    page.press("j", "j")
    assert "Other 1" in current(page)
    assert page.text("#subject") == "Other 1"
    page.press("k", "k", "enter")
    assert page.focused() == "subject"
    page.press("p")
    assert page.run("return document.activeElement.getAttribute('aria-expanded')") == "true"
    page.press("u")
    assert page.focused() == "list"
    page.press("g", "s")
    assert page.text("#where") == "Sent"
    page.press("g", "c")
    assert page.text("#charts-title") == "Charts"
    page.press("g", "i", "?")
    assert page.run("return document.getElementById('help').open") is True
    page.press("escape")
    page.press("end")
    assert "Other 29" in current(page)


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.press("?")
    page.click("#single")
    page.click("#help-close")
    page.press("j")
    assert current(page) == ""


def test_tab_reaches_everything_in_the_order_of_sight(page: Page) -> None:
    seen = []
    for _ in range(14):
        page.press("tab")
        seen.append(page.focused())
    ids = [name for name in seen if name not in ("A", "skip")]
    assert seen[0] == "skip"
    assert ids[:4] == ["query", "keys", "theme", "list"]
    assert seen.count("A") == 7


def test_only_rows_in_sight_are_in_the_document(browser: Browser, tmp_path: Path) -> None:
    """Five thousand conversations are a handful of elements, and the last can be reached."""
    letters = [
        replace(PLAIN, id=f"m{n}", thread=f"m{n}", message_id=f"<m{n}>", subject=f"Mail {n}",
                when=MONDAY + timedelta(minutes=n))
        for n in range(5000)
    ]  # fmt: skip
    path = tmp_path / "large.html"
    path.write_text(build(corpus(*letters)), "utf-8")
    with browser.open(path) as page:
        assert page.text("#count") == "5,000 conversations"
        assert len(page.all(".row")) < 30
        page.press("tab", "tab", "tab", "tab")
        page.run("document.getElementById('list').focus()")
        page.press("end")
        assert ". Mail 0." in current(page)
        assert len(page.all(".row")) < 30


# --- hostile mail ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "hostile.html"
    path.write_text(build(corpus(PLAIN, hostile())), "utf-8")
    return path


def test_hostile_mail_is_shown_as_text(browser: Browser, hostile_page: Path) -> None:
    with browser.open(hostile_page, at="#folder=all&thread=t2") as page:
        for fold in ("quoted", "behind"):
            page.click(f".{fold} summary")
        text = page.text("#reader")
        for part in (
            "<!--<script> </script><script>window.hacked = 1</script> <img src=https://evil",
            "{{script}}",
            "<style>@import url(https://evil.example/x.css); body{display:none}</style>",
            "␛]0;title␇␛[31mred",
            "invoice[U+202E]gpj.exe",
            "javascript:alert(1)",
            "&lt;b&gt;",
            'eve"><svg/onload=window.hacked=3>@evil.example',
        ):
            assert part in text
        assert page.run("return window.hacked") is None
        assert page.run("return document.querySelectorAll('#mail img, #mail script, #mail style, "
                        "#mail a').length") == 0  # fmt: skip
        assert page.run("return document.scripts.length") == 2
        page.press("/", *"</script>", "enter")
        assert page.text("#count") == "1 conversation found"
        assert page.problems() == []
        assert page.requests() == []


def test_a_huge_mail_is_shortened_with_a_note(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "huge.html"
    path.write_text(build(corpus(replace(PLAIN, own="word " * 2_000_000))), "utf-8")
    with browser.open(path, at="#thread=t1") as page:
        assert page.text(".content .note").startswith("Shortened: 9,950,000 more characters.")


def test_the_policy_is_kept_by_the_browser(browser: Browser, hostile_page: Path) -> None:
    """A string can't become markup in this page, nor can anything be loaded, should a bug try."""
    with browser.open(hostile_page) as page:
        caught = page.run(
            "try { document.body.innerHTML = '<b>x</b>'; return 'set' } catch (e) { return e.name }"
        )
        assert caught == "TypeError"
        page.run("const i = document.createElement('img'); i.src = 'https://evil.example/x';"
                 "document.body.append(i)")  # fmt: skip
        page.run("const s = document.createElement('style'); s.textContent = 'body{display:none}';"
                 "document.head.append(s)")  # fmt: skip
        assert page.run("return getComputedStyle(document.body).display") == "flex"
        assert len(page.problems()) >= 2


# --- the whole of it, at both widths, in both colours ------------------------------------------


@SIZES
@COLOURS
def test_the_seeded_page_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, seeded_page: Path, size: tuple[int, int], dark: bool
) -> None:
    with browser.open(seeded_page, size=size, dark=dark) as page:
        page.click("#row-0")
        page.press("g", "c")
        page.run("window.scrollTo(0, 1e6)")
        assert page.problems() == []
        assert page.requests() == []


def test_charts_are_drawn_with_their_ranges(browser: Browser, seeded_page: Path) -> None:
    with browser.open(seeded_page, at="#view=charts") as page:
        titles = page.all(".chart h3")
        assert titles[:3] == ["Mails a day", "Hours by weekday", "Reply times"]
        assert len(titles) == 9
        sizes = page.run(
            "return [...document.querySelectorAll('.drawing svg')].map(e => "
            "[e.getBoundingClientRect().width, e.getBoundingClientRect().height])"
        )
        assert len(sizes) == 8
        assert all(width > 200 and height > 80 for width, height in sizes)
        painted = "e => getComputedStyle(e).stroke === getComputedStyle(document.querySelector('.key.there')).backgroundColor"  # noqa: E501
        for name in ("week", "replies", "shares", "sizes", "words"):
            script = f"return [...document.querySelectorAll('#chart-{name} svg *')].filter({painted}).length"  # noqa: E501
            assert page.run(script) > 0, name


@SIZES
@pytest.mark.parametrize("at", PLACES, ids=["list", "mail", "charts"])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, seeded_page: Path, small_page: Path, size: tuple[int, int], at: str
) -> None:
    path = seeded_page if "charts" in at else small_page
    with browser.open(path, size=size, at=at) as page:
        script = (
            "const over = [document.documentElement, ...document.querySelectorAll('main, #reader, "
            "#list, .bar')].filter(e => e.scrollWidth > e.clientWidth + 1);"
            "return over.map(e => e.id || e.tagName)"
        )
        assert page.run(script) == []


def test_on_a_phone_one_thing_is_shown_at_a_time(browser: Browser, small_page: Path) -> None:
    with browser.open(small_page, size=PHONE) as page:
        visible = "id => getComputedStyle(document.getElementById(id)).display !== 'none'"
        shown = f"return ['conversations', 'reader'].map({visible})"
        assert page.run(shown) == [True, False]
        page.click("#row-0")
        assert page.run(shown) == [False, True]
        assert page.focused() == "subject"
        page.click(".back")
        assert page.run(shown) == [True, False]
        page.click("#menu")
        page.wait("document.activeElement.closest('#side') !== null")
        page.press("escape")
        assert page.focused() == "menu"


@COLOURS
def test_colours_follow_the_system_and_the_switch(
    browser: Browser, small_page: Path, dark: bool
) -> None:
    def is_dark(page: Page) -> bool:
        colour = page.run("return getComputedStyle(document.body).backgroundColor")
        return int(colour.split("(")[1].split(",")[0]) < 128

    with browser.open(small_page, dark=dark) as page:
        assert is_dark(page) is dark
        page.click("#theme")
        assert is_dark(page) is not dark
        assert (
            page.run("return document.getElementById('theme').ariaPressed") == str(not dark).lower()
        )


@SIZES
@COLOURS
@pytest.mark.parametrize("at", PLACES, ids=["list", "mail", "charts"])
def test_axe_finds_no_barrier(
    browser: Browser,
    seeded_page: Path,
    small_page: Path,
    size: tuple[int, int],
    dark: bool,
    at: str,
) -> None:
    """Names, roles, landmarks, focus and contrast (WCAG 2.2 AA and axe-core's best practices)."""
    source = axe()
    path = seeded_page if "charts" in at else small_page
    with browser.open(path, size=size, dark=dark, at=at, policy=False) as page:
        page.run(source)
        found: Any = page.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations))"
        )
        told = [(v["id"], [n["html"][:200] for n in v["nodes"][:3]]) for v in found]
        assert not told, json.dumps(told, indent=1)
