"""Parsers that aren't ours read what we mean: libraries, an indexer, a mail client, a server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import mailparser
import pytest
from mailparser_reply import EmailReplyParser

from decnet_emailgen.mail import Copy, copies, read, server_for
from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import DOMAIN, LANGUAGES, SUBJECTS, thread
from tests.servers.dovecot import Dovecot
from tests.servers.require import require

SERVER = server_for(DOMAIN, "Europe/Berlin", "parsers")
CHAIN = ("outlook", "gmail", "thunderbird", "iphone", "roundcube", "apple-mail", "k9")


def stored(clients: tuple[str, ...] = CHAIN, language: str = "fr") -> list[Copy]:
    """The INBOX copies of a thread."""
    found = [copies(draft, SERVER) for draft in thread(clients, language)]
    return [copy for each in found for copy in each if copy.folder == "INBOX"]


def maildir(root: Path, clients: tuple[str, ...] = CHAIN) -> list[Copy]:
    """A Maildir with a thread, each mail once."""
    for folder in ("cur", "new", "tmp"):
        (root / folder).mkdir(parents=True)
    seen: dict[str, Copy] = {}
    for copy in stored(clients):
        seen.setdefault(copy.message_id, copy)
    for number, copy in enumerate(seen.values()):
        path = root / "cur" / f"{1795400000 + number}.M{number}P1.host:2,S"
        path.write_bytes(copy.content.replace(b"\r\n", b"\n"))
    return list(seen.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS)
def test_mail_parser_reads_the_same(client: str, language: str) -> None:
    """PyPI's mail-parser: no defects, same addresses, date, subject and parts."""
    draft = thread(("gmail", client), language)[-1]
    found: Any = mailparser.parse_from_bytes(draft.message.encode())
    ours = read(draft.message.encode())
    assert not found.has_defects
    assert found.message_id == draft.pick.message_id
    assert found.from_ == [("O'Brien, Seán", f"sean.obrien@{DOMAIN}")]
    assert [address for _, address in found.to] == [f"bob.smith@{DOMAIN}"]
    assert found.subject == ours.subject
    assert found.subject.endswith(SUBJECTS[language])
    assert found.date.replace(tzinfo=UTC) == draft.pick.when
    assert bool(found.text_html) == bool(ours.html)


READABLE = {
    "en": CLIENTS,
    "de": CLIENTS,
    "fr": CLIENTS,
    "it": CLIENTS,
    "es": ("outlook", "exchange"),
    "nl": ("outlook", "exchange"),
}
"""Where mail-parser-reply 1.36 knows what clients write. Its Spanish pattern wants two blanks
before "escribió:" and its Dutch one "schreef:" at the end, which no client writes."""


@pytest.mark.parametrize("language", READABLE)
def test_mail_parser_reply_finds_the_reply(language: str) -> None:
    """PyPI's mail-parser-reply: the newest reply is what its author wrote, the parent another."""
    for client in READABLE[language]:
        draft = thread(("gmail", client), language)[-1]
        text = read(draft.message.encode()).text.replace("\xa0", " ")
        replies = EmailReplyParser(languages=[language, "en"]).read(text).replies
        assert len(replies) >= 2
        own = " ".join(draft.text.split())
        assert any(own in " ".join(reply.full_body.split()) for reply in replies)
        assert own not in " ".join(replies[-1].full_body.split()) or own in " ".join(
            replies[0].full_body.split()
        )


NODE = """
const {simpleParser} = require('mailparser');
const fs = require('fs');
(async () => {
  for (const file of process.argv.slice(1)) {
    const m = await simpleParser(fs.readFileSync(file));
    console.log(JSON.stringify({file, id: m.messageId, subject: m.subject, from: m.from.value,
      to: m.to.value, date: m.date, references: m.references, replyTo: m.inReplyTo,
      text: m.text, html: !!m.html}));
  }
})();
"""


def test_npm_mailparser_reads_the_same(tmp_path: Path) -> None:
    """npm's mailparser: same addresses, dates, threading, text and structure for all clients."""
    node, npm = shutil.which("node"), shutil.which("npm")
    require(node and npm, "Node.js isn't installed")
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=True)
    modules = root.stdout.strip()
    require(Path(modules, "mailparser").exists(), "npm's mailparser isn't installed")
    sources = {}
    for client in CLIENTS:
        for language in LANGUAGES:
            path = tmp_path / f"{client}-{language}.eml"
            draft = thread(("gmail", client), language)[-1]
            path.write_bytes(draft.message.encode())
            sources[str(path)] = draft
    run = subprocess.run(
        ["node", "-e", NODE, *sources],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": modules},
    )
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(rows) == len(sources)
    for row in rows:
        draft = sources[row["file"]]
        ours = read(draft.message.encode())
        assert row["id"] == ours.message_id
        assert row["subject"] == ours.subject
        assert row["from"] == [{"address": ours.sender.email, "name": ours.sender.name}]
        assert row["to"] == [{"address": p.email, "name": p.name} for p in ours.to]
        assert row["replyTo"] == ours.in_reply_to
        assert row["references"] in (list(ours.references), ours.references[0])
        assert row["html"] == bool(ours.html) or not ours.html
        assert row["text"].split() == ours.text.split()


def test_notmuch_indexes_one_thread(tmp_path: Path) -> None:
    """notmuch: seven clients' mails are one thread, found by name, address and word."""
    require(shutil.which("notmuch"), "notmuch isn't installed")
    found = maildir(tmp_path / "mail")
    config = tmp_path / "config"
    config.write_text(f"[database]\npath={tmp_path / 'mail'}\n[new]\ntags=new\n")
    env = {**os.environ, "NOTMUCH_CONFIG": str(config), "HOME": str(tmp_path)}

    def ask(*command: str) -> list[str]:
        run = subprocess.run(["notmuch", *command], capture_output=True, env=env, check=True)
        return run.stdout.decode().splitlines()

    ask("new", "--quiet")
    assert len(ask("search", "--output=threads", "*")) == 1
    ids = {f"id:{copy.message_id.strip('<>')}" for copy in found}
    assert set(ask("search", "--output=messages", "*")) == ids
    assert len(ask("search", "--output=messages", "from:sean.obrien@acme.test")) == 2
    assert len(ask("search", "--output=messages", "from:Müller")) == 3
    assert len(ask("search", "--output=messages", "clôture")) == len(found)
    assert len(ask("search", "--output=messages", "subject:d’octobre")) == len(found)


def test_mutt_shows_the_thread(tmp_path: Path) -> None:
    """mutt in a terminal: the index lists the names, the pager shows the words."""
    require(shutil.which("mutt") and shutil.which("tmux"), "mutt or tmux isn't installed")
    maildir(tmp_path / "mail")
    (tmp_path / "rc").write_text(
        "set charset=utf-8 wait_key=no sort=threads index_format='%4C %-20.20F %s' smart_wrap=yes "
        f"folder={tmp_path} header_cache='' mbox_type=Maildir pager_stop=yes\n"
        "alternative_order text/plain\nauto_view text/html\n"
    )
    socket = f"emailgen-{tmp_path.name}"

    def tmux(*command: str) -> str:
        run = subprocess.run(["tmux", "-L", socket, *command], capture_output=True, check=True)
        return run.stdout.decode()

    def wait_for(*words: str) -> str:
        deadline = time.monotonic() + 20
        while True:
            screen = tmux("capture-pane", "-p", "-t", "m")
            if all(word in screen for word in words):
                return screen
            assert time.monotonic() < deadline, screen
            time.sleep(0.1)

    command = f"LC_ALL=C.UTF-8 mutt -n -F {tmp_path / 'rc'} -f {tmp_path / 'mail'}"
    tmux("new-session", "-d", "-s", "m", "-x", "120", "-y", "40", command)
    try:
        screen = wait_for("Anna Müller", "O'Brien, Seán", "Bob Smith")
        assert len(re.findall(r"Müller|Brien|Smith", screen)) >= len(CHAIN)
        tmux("send-keys", "-t", "m", "Enter")
        wait_for("la facture de la semaine dernière", "J’ai besoin du montant")
    finally:
        tmux("kill-server")


def test_dovecot_understands_headers_and_structure(
    dovecot: Callable[[Path], Dovecot], tmp_path: Path
) -> None:
    """Dovecot: ENVELOPE has the addresses, BODYSTRUCTURE the parts, THREAD one thread."""
    user = f"bob.smith@{DOMAIN}"
    found = maildir(tmp_path / user)
    server = dovecot(tmp_path)
    with server.imap(user) as imap:
        imap.select("INBOX")
        status, rows = imap.fetch("1:*", "(ENVELOPE BODYSTRUCTURE)")
        assert status == "OK"
        status, answer = imap.thread("REFERENCES", "UTF-8", "ALL")
        assert status == "OK"
    lines = [row.decode() if isinstance(row, bytes) else str(row) for row in rows]
    assert len(lines) == len(found)
    for copy, line in zip(found, lines, strict=True):
        mail = read(copy.content)
        assert copy.message_id in line
        assert mail.in_reply_to in line
        local, _, domain = mail.sender.email.partition("@")
        assert f'"{local}" "{domain}"' in line
        assert ('"alternative"' in line.lower()) == bool(mail.html)
        assert '"plain"' in line.lower()
    numbers = [int(number) for number in re.findall(rb"\d+", answer[0])]
    assert sorted(numbers) == list(range(1, len(found) + 1))
    assert answer[0].count(b"((") == 0
