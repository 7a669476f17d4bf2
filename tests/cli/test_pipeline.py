"""The commands together: what they print, what they keep, how they end."""

from __future__ import annotations

import itertools
import mailbox
import os
import signal
import subprocess
import sys
from datetime import datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

from tests.cli.conftest import NOW, Shell, environment


def files(folder: Path) -> dict[str, bytes]:
    """Every mail under a folder by its relative name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name in ("cur", "new")
    }


def unmoved(folder: Path) -> dict[str, bytes]:
    """The same, whether an unread mail lies in new/ or, after another was read, in cur/."""
    return {
        name.replace("/new/", "/").replace("/cur/", "/").removesuffix(":2,"): content
        for name, content in files(folder).items()
    }


def test_seed_delivers_exactly_the_count_and_says_how_to_look(shell: Shell) -> None:
    done = shell.seed(50)
    assert done.out == ""
    assert "50 mails delivered" in done.err
    assert "look: emailgen threads ls" in done.err
    rows = shell("threads", "ls", "--json", "--limit", "1000").ok().lines
    assert sum(row["size"] for row in rows) == 50


def test_the_same_seed_and_instant_give_the_same_bytes_in_two_empty_folders(
    tmp_path: Path,
) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        shell = Shell(folder)
        shell("init").ok()
        shell.seed(60)
        raw = [
            shell("threads", "show", row["id"], "--raw").ok().raw
            for row in shell("threads", "ls", "--json").ok().lines
        ]
        made.append((files(folder / "mailboxes"), raw))
    assert made[0] == made[1]
    assert len(made[0][0]) > 60


def test_another_seed_gives_other_mail(shell: Shell, tmp_path: Path) -> None:
    shell.seed(20)
    first = set(files(tmp_path / "mailboxes").values())
    other = ["seed", "--count", "20", "--seed", "2", "--now", NOW, "--db", "b.db"]
    shell(*other, "--to", "maildir:b").ok()
    assert first.isdisjoint(files(tmp_path / "b").values())


def test_everything_in_the_mailboxes_is_a_mail_without_defects(seeded: Shell) -> None:
    parser = BytesParser(policy=policy.default)
    seen = 0
    for box in (seeded.folder / "mailboxes").iterdir():
        for folder in (mailbox.Maildir(box), *_subfolders(box)):
            for key in list(folder.keys()):
                message = parser.parsebytes(folder.get_bytes(key))
                assert not message.defects, (box, message.defects)
                for part in message.walk():
                    assert not part.defects
                seen += 1
    assert seen > 60


def _subfolders(box: Path) -> list[mailbox.Maildir]:
    whole = mailbox.Maildir(box)
    return [whole.get_folder(name) for name in whole.list_folders()]


def test_pick_generate_deliver_work_as_a_pipe(shell: Shell) -> None:
    picks = shell("pick", "-n", "20", "--now", NOW, "--seed", "3").ok()
    assert [line["record"] for line in picks.lines] == ["pick"] * 20
    drafts = shell("generate", stdin=picks.out).ok()
    assert [line["record"] for line in drafts.lines] == ["draft"] * 20
    assert [line["pick"]["id"] for line in drafts.lines] == [line["id"] for line in picks.lines]
    receipts = shell("deliver", stdin=drafts.out).ok()
    assert len(receipts.lines) == 20
    states = {d["state"] for line in receipts.lines for d in line["deliveries"]}
    assert states == {"delivered"}


def test_delivering_twice_doubles_nothing(shell: Shell, tmp_path: Path) -> None:
    picks = shell("pick", "-n", "5", "--now", NOW, "--seed", "3").ok()
    drafts = shell("generate", stdin=picks.out).ok()
    shell("deliver", stdin=drafts.out).ok()
    before = files(tmp_path / "mailboxes")
    again = shell("deliver", stdin=drafts.out).ok()
    assert {d["state"] for line in again.lines for d in line["deliveries"]} == {"present"}
    assert files(tmp_path / "mailboxes") == before


def test_eml_prints_the_raw_message(shell: Shell) -> None:
    pick = shell("pick", "--now", NOW, "--seed", "3").ok()
    draft = shell("generate", stdin=pick.out).ok().lines[0]
    raw = shell("generate", "--eml", "--db", "other.db", stdin=pick.out).ok().raw
    assert raw == draft["message"].encode()
    assert b"\r\n\r\n" in raw


def test_a_reader_that_leaves_early_is_no_failure(shell: Shell) -> None:
    script = (
        f"{sys.executable} -m decnet_emailgen pick -n 20 --now {NOW} "
        f"| {sys.executable} -m decnet_emailgen generate | head -n 1"
    )
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script],
        cwd=shell.folder,
        env=environment(shell.folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1


def test_what_was_picked_and_written_but_not_delivered_is_kept(shell: Shell) -> None:
    picks = shell("pick", "-n", "3", "--now", NOW, "--seed", "3").ok()
    shell("generate", stdin=picks.out).ok()
    receipts = shell("deliver", "--pending").ok()
    assert len(receipts.lines) == 3
    assert shell("deliver", "--pending").ok().out == ""


def test_a_reply_is_picked_once_the_pair_has_a_thread(shell: Shell) -> None:
    shell.seed(80)
    picks = shell("pick", "-n", "30", "--now", NOW, "--reply-probability", "1").ok().lines
    replies = [pick for pick in picks if pick["kind"] == "reply"]
    assert replies
    for pick in replies:
        parent = pick["thread"][-1]
        assert parent["text"].strip()
        assert pick["sender"]["email"] in {p["email"] for p in parent["to"] + parent["cc"]}


def test_tick_goes_on_where_seed_ended(shell: Shell) -> None:
    shell.seed(300, "--days", "10")
    later = "2026-11-24T18:00:00+01:00"
    shell("tick", "--now", later).ok()
    rows = shell("threads", "ls", "--json", "--limit", "1000").ok().lines
    assert 340 < sum(row["size"] for row in rows) < 600
    assert shell("tick", "--now", later).ok().err == ""


def test_ticks_of_any_period_give_the_same_mail(shell: Shell, tmp_path: Path) -> None:
    hours = [f"2026-11-23T{hour:02d}:30:00+01:00" for hour in range(8, 19)]
    for name, instants in (("fine", hours), ("coarse", [])):
        db, to = f"{name}.db", f"maildir:{name}"
        shell.seed(120, "--days", "10", "--db", db, "--to", to)
        for instant in (*instants, "2026-11-23T19:00:00+01:00"):
            shell("tick", "--now", instant, "--db", db, "--to", to).ok()
    assert unmoved(tmp_path / "fine") == unmoved(tmp_path / "coarse")


def test_a_forced_tick_gives_one_mail_at_once(shell: Shell) -> None:
    now = "2026-11-20T10:00:00+01:00"
    shell("tick", "--now", now, "--seed", "1").ok()
    before = sum(r["size"] for r in shell("threads", "ls", "--json").ok().lines)
    shell("tick", "--now", now, "--force", "--seed", "1").ok()
    assert sum(r["size"] for r in shell("threads", "ls", "--json").ok().lines) == before + 1


def test_two_ticks_at_once_never_collide(shell: Shell) -> None:
    """While one holds the lock, the other leaves in silence with exit code 75."""
    import fcntl

    shell.seed(5)
    handle = os.open(shell.folder / "emailgen.db.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        done = shell("tick", "--now", "2026-11-23T10:00:00+01:00")
    finally:
        os.close(handle)
    assert (done.code, done.out, done.err) == (75, "", "")


def test_a_seed_that_was_killed_is_finished_by_resume(shell: Shell, tmp_path: Path) -> None:
    arguments = ["seed", "--count", "400", "--seed", "1", "--now", NOW]
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "decnet_emailgen", *arguments, "--resume"],
            cwd=shell.folder,
            env=environment(shell.folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(0.9)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    shell(*arguments, "--resume").ok()
    killed = files(tmp_path / "mailboxes")
    shell(*arguments, "--db", "whole.db", "--to", "maildir:whole").ok()
    assert killed == files(tmp_path / "whole")
    assert "nothing to do" in shell(*arguments, "--resume").ok().err


def test_an_unfinished_seed_is_not_begun_again_by_chance(shell: Shell) -> None:
    blocked = shell.folder / "mailboxes"
    blocked.write_text("a file where a folder should be")
    arguments = ["seed", "--count", "5", "--seed", "1", "--now", NOW]
    assert shell(*arguments).code in (1, 75)
    again = shell(*arguments)
    assert again.code == 2
    assert "--resume" in again.err
    blocked.unlink()
    assert "5 mails delivered" in shell(*arguments, "--resume").ok().err


def test_a_dry_run_prints_the_plan_and_writes_nothing(shell: Shell) -> None:
    arguments = ["seed", "--count", "40", "--seed", "1", "--now", NOW]
    plan = shell(*arguments, "--dry-run", "--json").ok().lines
    assert len(plan) == 40
    assert sorted(path.name for path in shell.folder.iterdir()) == ["personas.yaml"]
    shell(*arguments).ok()
    shown = [
        line["pick"]["id"]
        for row in shell("threads", "ls", "--json", "--limit", "99").ok().lines
        for line in shell("threads", "show", row["id"], "--json").ok().lines
        if line["message"]
    ]
    assert sorted(shown) == sorted(line["id"] for line in plan)
    table = shell(*arguments, "--dry-run").ok().out
    assert len(table.splitlines()) == 41


def test_seed_takes_its_span_from_since_and_until(shell: Shell) -> None:
    span = ["--since", "2026-03-02", "--until", "2026-03-09T18:00:00+01:00"]
    shell("seed", "--count", "30", "--seed", "1", *span).ok()
    rows = shell("threads", "ls", "--json", "--limit", "99").ok().lines
    assert {row["started"] // 86400 for row in rows} <= set(range(20514, 20522))


def test_threads_ls_filters(seeded: Shell) -> None:
    def ids(*options: str) -> set[str]:
        done = seeded("threads", "ls", "--json", "--limit", "999", *options).ok()
        return {row["id"] for row in done.lines}

    everything = ids()
    of_one = ids("--persona", "margaret.halden")
    assert of_one
    assert of_one < everything
    assert ids("--persona", "nobody@nowhere") == set()
    assert ids("--decky", "mail-01") | ids("--decky", "none") == everything
    assert ids("--since", "2026-11-15") < everything
    assert ids("--open") < everything
    assert ids("--limit", "5") != ids("--limit", "5", "--page", "2")
    subject = seeded("threads", "ls", "--json").ok().lines[-1]["subject"]
    word = max(subject.split(), key=len)
    assert ids("--search", word)
    assert ids("--search", "xyzzyplugh") == set()


def test_threads_show_renders_a_thread_and_its_receipts(seeded: Shell) -> None:
    rows = seeded("threads", "ls", "--json", "--limit", "999").ok().lines
    longest = max(rows, key=lambda row: row["size"])
    shown = seeded("threads", "show", longest["id"][:9], "--receipts").ok().out
    assert shown.count("Subject:") >= longest["size"]
    assert "delivered: " in shown
    assert "\x1b" not in shown


def test_mails_written_side_by_side_are_the_same_mails(shell: Shell, tmp_path: Path) -> None:
    shell.seed(150, "-j", "4")
    side_by_side = files(tmp_path / "mailboxes")
    shell.seed(150, "--db", "one.db", "--to", "maildir:one")
    assert side_by_side == files(tmp_path / "one")


def test_a_seed_after_ticks_adds_exactly_its_count(shell: Shell) -> None:
    shell("tick", "--now", "2026-11-16T08:00:00Z").ok()
    shell("tick", "--now", "2026-11-18T17:00:00Z").ok()
    before = sum(r["size"] for r in shell("threads", "ls", "--json", "--limit", "9999").ok().lines)
    assert before > 20
    shell("seed", "--count", "25", "--days", "4", "--now", "2026-11-18T17:00:00Z").ok()
    rows = shell("threads", "ls", "--json", "--limit", "9999").ok().lines
    assert sum(row["size"] for row in rows) == before + 25


def test_picks_are_at_no_regular_distance_and_never_before_what_they_answer(shell: Shell) -> None:
    seen: dict[str, str] = {}
    for _ in range(3):
        picks = shell("pick", "-n", "12", "--now", NOW, "--reply-probability", "1").ok()
        for line in picks.lines:
            seen[line["message_id"]] = line["date"]
            if line["thread"]:
                parent = datetime.fromisoformat(line["thread"][-1]["date"])
                assert datetime.fromisoformat(line["date"]) > parent
        shell("generate", stdin=picks.out).ok()
    times = sorted({datetime.fromisoformat(date).timestamp() for date in seen.values()})
    gaps = {later - earlier for earlier, later in itertools.pairwise(times)}
    assert len(gaps) > 8
    assert max(times) < datetime.fromisoformat(NOW).timestamp() - 10
