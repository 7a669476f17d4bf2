"""Seeded mail on real mail hosts: Dovecot by IMAP and POP3, a container, a real model."""

from __future__ import annotations

import imaplib
import itertools
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from decnet_emailgen.cli.context import open_world, server
from decnet_emailgen.cli.steps import Host
from decnet_emailgen.records import Draft
from decnet_emailgen.store import Store
from decnet_emailgen.store.rows import bare_pick, draft
from tests.cli.conftest import NOW, ROOT, Shell
from tests.servers.decky import Deckies
from tests.servers.dovecot import Dovecot
from tests.servers.engine import Engine
from tests.servers.small_model import SmallModel


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Two hundred mails in Maildirs."""
    shell = Shell(tmp_path_factory.mktemp("two-hundred"))
    example = (ROOT / "personas.example.yaml").read_text("utf-8")
    (shell.folder / "personas.yaml").write_text(example, "utf-8")
    shell.seed(200, "--verify")
    return shell


STARTS_ANEW = ("outlook", "apple-mail", "iphone", "k9")
"""Clients whose forwards have no References (docs/mail.md)."""


def drafts(shell: Shell) -> list[Draft]:
    """All mails of the store, by time."""
    with Store.open(shell.folder / "emailgen.db") as store:
        found = store.rows("SELECT * FROM messages WHERE state = 'delivered' ORDER BY sent")
        return [draft(row, bare_pick(row)) for row in found]


def expected(shell: Shell) -> dict[tuple[str, str], list[bytes]]:
    """Each folder's mails in the order in which they came there, as the mail room makes them."""
    boxes: dict[tuple[str, str], list[tuple[float, bytes]]] = {}
    world = open_world(shell.folder / "personas.yaml").world
    with Store.open(shell.folder / "emailgen.db") as store:
        now = datetime.fromisoformat(NOW)
        host = Host(store, server(world, store.seed()), now)
        for copy in itertools.chain.from_iterable(host.copies(drafts(shell))):
            box = boxes.setdefault((copy.mailbox, copy.where), [])
            box.append((copy.since.timestamp(), copy.content))
    return {key: [content for _, content in sorted(box)] for key, box in boxes.items()}


def fetched(imap: imaplib.IMAP4, folder: str) -> list[bytes]:
    """Every mail of a folder in order of UID."""
    imap.select(f'"{folder.replace("/", ".")}"', readonly=True)
    _, found = imap.uid("FETCH", "1:*", "(BODY.PEEK[])")
    return [part[1] for part in found if isinstance(part, tuple)]


def test_dovecot_gives_every_mail_byte_for_byte_over_imap(
    seeded: Shell, dovecot: Callable[[Path], Dovecot]
) -> None:
    host = dovecot(seeded.folder / "mailboxes")
    wanted = expected(seeded)
    assert sum(map(len, wanted.values())) > 300
    for (mailbox, folder), contents in wanted.items():
        imap = host.imap(mailbox)
        assert sorted(fetched(imap, folder)) == sorted(contents), (mailbox, folder)
        imap.logout()


def test_uids_and_internal_dates_follow_the_time_of_arrival(
    seeded: Shell, dovecot: Callable[[Path], Dovecot]
) -> None:
    host = dovecot(seeded.folder / "mailboxes")
    for (mailbox, folder), contents in expected(seeded).items():
        if folder not in ("INBOX", "Sent"):  # in the order of filing, which this server isn't told
            continue
        imap = host.imap(mailbox)
        assert fetched(imap, folder) == contents, (mailbox, folder)
        _, found = imap.uid("FETCH", "1:*", "(INTERNALDATE)")
        dates = [imaplib.Internaldate2tuple(line) for line in found]
        assert dates == sorted(dates, key=lambda date: tuple(date or ()))
        imap.logout()


def test_dovecot_gives_every_mail_byte_for_byte_over_pop3(
    seeded: Shell, dovecot: Callable[[Path], Dovecot]
) -> None:
    host = dovecot(seeded.folder / "mailboxes")
    for (mailbox, folder), contents in expected(seeded).items():
        if folder != "INBOX":
            continue
        pop = host.pop3(mailbox)
        count, _ = pop.stat()
        got = [b"\r\n".join(pop.retr(number + 1)[1]) + b"\r\n" for number in range(count)]
        pop.quit()
        assert got == contents


def test_thread_references_gives_the_trees_of_the_store(
    seeded: Shell, dovecot: Callable[[Path], Dovecot]
) -> None:
    """In one mailbox that holds every mail, the server's trees are ours (RFC 5256).

    But for forwards by clients that write no References, as Outlook and Apple Mail do: the
    server puts those where their subjects lead it.
    """
    root = seeded.folder / "all"
    box = root / "all@haldenprieto.internal"
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True, exist_ok=True)
    parents: dict[str, str] = {}
    with Store.open(seeded.folder / "emailgen.db") as store:
        kept = {row["message_id"]: row["parent"] for row in store.rows("SELECT * FROM messages")}
    for number, one in enumerate(drafts(seeded)):
        (box / "new" / f"{1_700_000_000 + number}.M1P1.host").write_bytes(one.message.encode())
        if one.pick.kind != "forward" or one.pick.sender.client not in STARTS_ANEW:
            parents[one.pick.message_id] = kept[one.pick.message_id]
    imap = dovecot(root).imap("all@haldenprieto.internal")
    imap.select("INBOX", readonly=True)
    _, found = imap.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    ids = {}
    for part in found:
        if isinstance(part, tuple):
            number = int(part[0].split()[0])
            ids[number] = re.search(rb"<[^>]+>", part[1]).group().decode()  # type: ignore[union-attr]
    _, (threads,) = imap.thread("REFERENCES", "UTF-8", "ALL")
    found_parents = tree_parents(threads.decode(), ids)
    assert found_parents.keys() == kept.keys() & found_parents.keys()
    assert {key: found_parents[key] for key in parents} == parents
    imap.logout()


def tree_parents(text: str, ids: dict[int, str]) -> dict[str, str]:
    """The parent of each Message-ID by a THREAD response: ``(1 2 (3)(4 5))``."""
    parents: dict[str, str] = {}
    stack: list[str] = []
    last = ""
    for token in re.findall(r"\(|\)|\d+", text):
        if token == "(":
            stack.append(last)
        elif token == ")":
            last = stack.pop()
        else:
            parents[ids[int(token)]] = last
            last = ids[int(token)]
    return parents


def test_a_real_container_takes_two_hundred_mails_readable_by_its_user(
    shell: Shell, docker_engine: Engine, run_decky: Deckies
) -> None:
    """Non-root server, labels of the fleet: one archive, 0644, mtimes equal to the Dates."""
    decky = run_decky("mail-01", services=("imap", "pop3"))
    environment = {"DOCKER_HOST": docker_engine.url}
    arguments = ["seed", "--count", "200", "--seed", "1", "--now", "2026-11-20T16:00:00+01:00"]
    done = shell(*arguments, "--to", "docker://mail-01", "--verify", env=environment).ok()
    assert "200 mails delivered" in done.err
    dates = {
        one.pick.message_id.strip("<>").replace("@", "_at_"): int(one.pick.when.timestamp())
        for one in drafts(shell)
    }
    for service in ("imap", "pop3"):
        spool = "/var/spool/decnet-emails"
        listing = decky.run(
            service, "sh", "-c", f"stat -c '%Y %a %n' $(find {spool} -name '*.eml')"
        )
        rows = [line.split(" ", 2) for line in listing.splitlines()]
        assert len(rows) == 200
        for mtime, mode, name in rows:
            assert mode == "644"
            stem = name.rpartition("/")[2].removesuffix(".eml")
            assert int(mtime) == dates[stem], name
        assert decky.run(service, "sh", "-c", f"cat {spool}/*/*.eml | wc -c", user="999").strip()


def test_the_real_small_model_writes_through_the_pipe(
    shell: Shell, small_model: SmallModel
) -> None:
    """Its mail may be bad: nothing crashes, and what is rejected is said and kept."""
    pick = shell("pick", "--now", "2026-11-20T10:00:00+01:00", "--seed", "5").ok().out
    written = shell(
        "generate",
        *("--writer", "ollama", "--url", small_model.ollama_url, "--model", small_model.model),
        stdin=pick,
    ).ok()
    (line,) = written.lines
    shell("deliver", stdin=written.out).ok()
    shown = shell("threads", "show", json.loads(pick)["thread_id"], "--rejections").ok().out
    assert line["writer"] in ("ollama", "builtin")
    if line["writer"] == "builtin":
        assert line["rejections"]
    for rejection in line["rejections"]:
        assert f"rejected: {rejection['reason']}" in shown
