"""What a mail host has lost is noticed, told, and filled again: all of it, and nothing else."""

from __future__ import annotations

import shutil
import socket
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from decnet_emailgen.deliver import Found, open_target
from decnet_emailgen.store import Store, ledger
from tests.cli.conftest import NOW, ROOT, Shell
from tests.deliver.corpus import mail
from tests.servers.decky import Deckies
from tests.servers.dovecot import Dovecot
from tests.servers.engine import Engine

REPAIR = ("deliver", "--pending", "--repair", "--now", NOW)
COUNT = 30
LISTED = "find /var/spool/decnet-emails -name '*.eml' -exec ls -l --full-time {} + | sort"


class Box:
    """A mail host that can lose its mail, as ``emailgen`` and as its users reach it."""

    def __init__(self, shell: Shell, address: str, env: dict[str, str]) -> None:
        self.shell, self.address, self.env = shell, address, env

    def run(self, *arguments: str) -> str:
        """A command that must succeed; what it says to people."""
        return self.shell(*arguments, "--to", self.address, env=self.env).ok().err

    def held(self) -> Counter[tuple[str, str, str]]:
        """Which mails the ledger says are there, by the ledger's own names."""
        with Store.open(self.shell.folder / "emailgen.db", read_only=True) as store:
            found = store.rows(
                "SELECT d.*, m.message_id AS name FROM deliveries d JOIN messages m "
                "ON m.id = d.message WHERE d.state IN ('delivered', 'present')"
            )
        return Counter((row["mailbox"], row["folder"], row["name"]) for row in found)

    def mails(self) -> list[Found]:
        """Everything that is there, mailbox by mailbox."""
        if self.address.startswith("imap"):
            with Store.open(self.shell.folder / "emailgen.db", read_only=True) as store:
                found = store.rows("SELECT DISTINCT mailbox FROM deliveries")
            people = sorted(row["mailbox"] for row in found)
            host = self.address.partition("//")[2]
            addresses = [f"imap://{one}@{host}" for one in people]
        else:
            addresses = [self.address]
        base = self.shell.folder
        return [
            found
            for address in addresses
            for found in open_target(address, environ=self.env, base=base).read()
        ]

    def snapshot(self) -> Counter[tuple[str, str, bytes, datetime, frozenset[str]]]:
        """Mailbox, folder, bytes, arrival and flags of all mail."""
        return Counter((m.mailbox, m.folder, m.content, m.arrival, m.flags) for m in self.mails())

    def take(self, found: list[Found]) -> None:
        """Lose these mails."""
        boxes: dict[str, list[Found]] = {}
        for one in found:
            address = self.address
            if address.startswith("imap"):
                address = f"imap://{one.mailbox}@{address.partition('//')[2]}"
            boxes.setdefault(address, []).append(one)
        for address, some in boxes.items():
            target = open_target(address, environ=self.env, base=self.shell.folder)
            assert {one.state for one in target.remove([one.ref for one in some])} == {"removed"}


@pytest.fixture(params=["maildir", "spool", "mbox", "imap", "docker", "docker-maildir"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Box:
    """A seeded mail host of each kind."""
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (tmp_path / "personas.yaml").write_text(example, "utf-8")
    shell, env = Shell(tmp_path), dict[str, str]()
    address = {"maildir": "maildir:boxes", "spool": "spool:spool", "mbox": "mbox:files/"}.get(
        request.param, ""
    )
    if request.param == "imap":
        server: Dovecot = request.getfixturevalue("dovecot")(tmp_path / "served")
        address = f"imap://127.0.0.1:{server.imap_port}"
        env["EMAILGEN_IMAP_PASSWORD"] = server.password
    elif request.param.startswith("docker"):
        engine: Engine = request.getfixturevalue("docker_engine")
        env["DOCKER_HOST"] = engine.url
        run: Deckies = request.getfixturevalue("run_decky")
        run("lost", services=("imap", "pop3"))
        maildir = "/srv/mail?layout=maildir" if request.param == "docker-maildir" else ""
        address = f"docker://lost{maildir}"
    box = Box(shell, address, env)
    box.run("seed", "--count", str(COUNT), "--seed", "1", "--now", NOW)
    return box


def test_what_is_lost_comes_back_and_nothing_else(box: Box) -> None:
    """A part lost, a purge, then all lost: each time it is told, and the same mail is there again.

    Bytes, arrivals and flags are as before; foreign mail and purged mail stay as they are.
    """
    before, everything = box.snapshot(), box.mails()
    lost, held = everything[::3], sum(box.held().values())
    box.take(lost)
    foreign = mail(1, "x@other.example", everything[0].mailbox or "y@other.example")[0]
    open_target(box.address, environ=box.env, base=box.shell.folder).put([foreign])
    told = box.run(*REPAIR, "--dry-run")
    assert f"{len(lost)} of {held} delivered mails are gone from {box.address}" in told
    assert "would be delivered again" in told
    assert len(box.mails()) == len(everything) - len(lost) + 1  # nothing was changed
    done = box.shell(*REPAIR, "--verify", "--to", box.address, env=box.env).ok()
    deliveries = [one for line in done.lines for one in line["deliveries"]]
    assert [(one["state"], one["verified"]) for one in deliveries] == [("delivered", True)] * len(
        lost
    )
    after = box.snapshot()
    (other,) = (after - before).elements()
    assert other[2] == foreign.content
    assert not before - after

    box.shell("purge", "--before", "2026-11-08", env=box.env).ok()
    kept, left = box.snapshot(), box.held()
    assert 0 < sum(left.values()) < held
    box.take(box.mails())
    box.run(*REPAIR)
    assert kept - box.snapshot() == Counter([other])
    assert not box.snapshot() - kept
    assert box.held() == left
    if box.address.startswith("imap"):  # read in the order of UIDs
        for person in {found.mailbox for found in box.mails()}:
            mine = (m for m in box.mails() if (m.mailbox, m.folder) == (person, "INBOX"))
            arrivals = [found.arrival for found in mine]
            assert arrivals == sorted(arrivals)


def test_a_recreated_container_is_filled_and_doctor_tells(
    run_decky: Deckies, docker_engine: Engine, tmp_path: Path
) -> None:
    """A new container under the old name has an empty spool: told by doctor, filled in order."""
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (tmp_path / "personas.yaml").write_text(example, "utf-8")
    shell, env = Shell(tmp_path), {"DOCKER_HOST": docker_engine.url}
    decky = run_decky("reborn")
    to = ("--to", "docker://reborn")
    shell("seed", "--count", "50", "--seed", "1", "--now", NOW, *to, env=env).ok()
    before = decky.run("imap", "sh", "-c", LISTED)
    assert "gone" not in shell("doctor", *to, env=env).ok().out
    decky.containers["imap"].remove(force=True)
    decky = run_decky("reborn")
    told = shell("doctor", *to, env=env)
    assert told.code == 1
    line = "50 of 50 delivered mails are gone from docker://reborn; put them back with: "
    assert line + "emailgen deliver --pending --repair" in told.out
    done = shell(*REPAIR, *to, env=env).ok()
    assert "50 of 50 delivered mails are gone from docker://reborn" in done.err
    assert decky.run("imap", "sh", "-c", LISTED) == before
    assert shell("doctor", *to, env=env).ok()


def test_a_target_that_is_away_fails_alone(empty_shell_folder: Path) -> None:
    """No mail host, no repair: one line and exit 75, and the ledger stays as it is."""
    box = Box(Shell(empty_shell_folder), "", {})
    box.shell.seed(6)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    address, shell = f"imap://127.0.0.1:{port}", box.shell
    env = {**box.env, "EMAILGEN_IMAP_PASSWORD": "x"}
    with Store.open(shell.folder / "emailgen.db") as store, store.writing() as db:
        db.execute("UPDATE deliveries SET target = ?", [address])
    held = box.held()
    done = shell(*REPAIR, "--to", address, env=env)
    assert done.code == 75
    assert len(done.err.strip().splitlines()) == 1
    assert "check that it runs" in done.err
    assert box.held() == held


def test_purged_copies_stay_out_of_what_is_pending(empty_shell_folder: Path) -> None:
    """A mail that one decky lacks is not put back where it was purged."""
    shell = Shell(empty_shell_folder)
    shell.seed(10)
    with Store.open(shell.folder / "emailgen.db") as store:
        names = [row["id"] for row in store.rows("SELECT id FROM messages")]
        with store.writing() as db:
            db.execute("UPDATE deliveries SET state = 'purged'")
            db.execute("UPDATE messages SET state = 'written'")
        assert len(ledger.purged(store, names)) > 10
    shutil.rmtree(shell.folder / "mailboxes")
    shell("deliver", "--pending", "--now", NOW).ok()
    assert not list((shell.folder / "mailboxes").rglob("*S=*"))


@pytest.fixture
def empty_shell_folder(tmp_path: Path) -> Path:
    """A folder with the example's personas file."""
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (tmp_path / "personas.yaml").write_text(example, "utf-8")
    return tmp_path


@pytest.mark.parametrize("option", ["--repair", "--dry-run"])
def test_the_options_need_pending(empty_shell_folder: Path, option: str) -> None:
    done = Shell(empty_shell_folder)("deliver", option)
    assert done.code == 2
    assert "--pending" in done.err
