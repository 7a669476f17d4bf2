"""emailgen audit, as a user and as a CI job run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decnet_emailgen.audit import reference
from tests.audit.boxes import mail
from tests.audit.cases_time import like_a_die
from tests.cli.conftest import NOW, Shell


@pytest.fixture
def rival(tmp_path: Path) -> Path:
    """A folder of .eml whose reply times are uniform, with one mail from the future."""
    folder = tmp_path / "rival"
    folder.mkdir()
    for number, each in enumerate(like_a_die()):
        (folder / f"{number}.eml").write_bytes(each.content)
    late = mail(9999).replace(b" 2026 ", b" 2031 ")
    (folder / "late.eml").write_bytes(late)
    return folder


def test_the_store_is_measured_by_default(seeded: Shell) -> None:
    """Every group has a heading, every check a row, and few mails are not judged."""
    shown = seeded("audit", "--now", NOW).ok().out
    for group in ("time", "threads", "people", "words"):
        assert f"\n{group} " in shown
    for check in reference().checks:
        assert f" {check.id} " in shown
    assert "too few" in shown
    assert "hard tells: none" in shown


def test_store_and_delivered_mail_are_the_same(seeded: Shell) -> None:
    """What the store would deliver measures as what was delivered."""
    found = {}
    for source in ("", "mailboxes"):
        lines = seeded("audit", *filter(None, [source]), "--now", NOW, "--json").ok().lines
        found[source] = {
            line["check"]: line["value"]
            for line in lines
            if line["record"] == "finding" and line["group"] in ("time", "threads", "words")
        }
    del found[""]["holidays"], found["mailboxes"]["holidays"]  # only the store knows countries
    assert found[""] == found["mailboxes"]


def test_json_has_a_line_for_each_finding_and_score(seeded: Shell) -> None:
    lines = seeded("audit", "--now", NOW, "--json").ok().lines
    findings = [line["check"] for line in lines if line["record"] == "finding"]
    assert findings == [check.id for check in reference().checks]
    scores = [line for line in lines if line["record"] == "score"]
    assert [line["group"] for line in scores] == [*reference().groups, "all"]
    assert scores[-1]["tells"] == []
    assert scores[-1]["mails"] == 60


def test_show_names_the_mails(empty_shell: Shell, rival: Path) -> None:
    """In a table, and as JSON Lines."""
    shown = empty_shell("audit", str(rival), "--now", NOW, "--show", "future").ok().out
    assert "late.eml" in shown
    assert "2031-" in shown
    (line,) = (
        empty_shell("audit", str(rival), "--now", NOW, "--show", "future", "--json").ok().lines
    )
    assert line["place"].endswith("late.eml")


def test_a_check_that_points_at_nothing_says_so(empty_shell: Shell, rival: Path) -> None:
    assert "it names no mail" in empty_shell("audit", str(rival), "--show", "refusal").ok().out


def test_an_unknown_check_is_a_usage_error(empty_shell: Shell, rival: Path) -> None:
    done = empty_shell("audit", str(rival), "--show", "charm")
    assert done.code == 2
    assert "reply-median" in done.err


def test_fail_under_is_the_exit_code(empty_shell: Shell, rival: Path) -> None:
    """With uniform reply times a part is out of range, but not all of it."""
    (rival / "late.eml").unlink()
    arguments = ("audit", str(rival), "--now", NOW, "--fail-under")
    assert empty_shell(*arguments, "0").code == 0
    done = empty_shell(*arguments, "100")
    assert done.code == 1
    assert "under 100 %" in done.err


def test_fail_under_takes_no_hard_tell(empty_shell: Shell, rival: Path) -> None:
    done = empty_shell("audit", str(rival), "--now", NOW, "--fail-under", "0")
    assert done.code == 1
    assert "hard tells: future" in done.err


def test_fail_under_takes_no_silence(empty_shell: Shell, tmp_path: Path) -> None:
    """A source in which nothing can be judged has not passed."""
    (tmp_path / "one.eml").write_bytes(mail(1))
    done = empty_shell("audit", "one.eml", "--now", NOW, "--fail-under", "0")
    assert done.code == 1
    assert "too few" in done.err


def test_two_sources_stand_side_by_side(seeded: Shell, rival: Path) -> None:
    """Both have a column, a legend and a verdict of their own."""
    shown = seeded("audit", str(rival), "mailboxes", "--now", NOW).ok().out
    assert "A: " in shown
    assert "B: mailboxes" in shown
    assert "✗" in shown
    assert "✓" in shown
    assert "A: in range" in shown


def test_three_sources_are_one_too_many(empty_shell: Shell) -> None:
    assert empty_shell("audit", "a", "b", "c").code == 2


def test_a_hostile_mail_is_shown_as_harmless_text(empty_shell: Shell, tmp_path: Path) -> None:
    """Escapes and overrides in a mail never reach the terminal, nor break JSON."""
    hostile = mail(1, body="**bold** \x1b[2J\u202ereversed** x").replace(
        b"Message-ID: <", b"Message-ID: <\x1b]0;owned\x07"
    )
    (tmp_path / "bad\x1b[31m.eml").write_bytes(hostile)
    table = empty_shell("audit", ".", "--show", "markdown").ok()
    assert "\x1b" not in table.out
    assert "\x07" not in table.out
    (line,) = empty_shell("audit", ".", "--show", "markdown", "--json").ok().out.splitlines()
    assert json.loads(line)["check"] == "markdown"
    assert "\x1b" not in line


def test_a_missing_source_is_a_line_without_traceback(empty_shell: Shell) -> None:
    done = empty_shell("audit", "nowhere")
    assert done.code == 2
    assert done.err.count("\n") == 1
