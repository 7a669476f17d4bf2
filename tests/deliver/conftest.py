"""Each target of the contract, opened on the real thing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from decnet_emailgen.deliver import Found, MemoryTarget, Target, open_target
from decnet_emailgen.mail.copies import Copy

if TYPE_CHECKING:
    from tests.servers.decky import Deckies
    from tests.servers.engine import Engine

LOCAL = {
    "spool": "spool:{}/spool",
    "maildir": "maildir:{}/mail",
    "mbox-file": "mbox:{}/all.mbox",
    "mbox-folder": "mbox:{}/mboxes/",
}
DOCKER = {
    "docker": "docker://contract",
    "docker-both": "docker://contract",
    "docker-tmpfs": "docker://contract",
    "docker-volume": "docker://contract-imap",
    "docker-new": "docker://contract/srv/deep/spool",
    "docker-maildir": "docker://contract/srv/mail?layout=maildir",
}
IMAP = {
    "imap": "imap://{host}:{port}",
    "imap-master": "imap://*master@{host}:{port}",
}
TARGETS = ("memory", *LOCAL, *IMAP, *DOCKER)
ONE_FILE = (
    "spool",
    "mbox-file",
    "docker",
    "docker-both",
    "docker-tmpfs",
    "docker-volume",
    "docker-new",
)


@dataclass(frozen=True)
class Subject:
    """A target under test; ``whole`` if it holds every copy, not one of each message."""

    name: str
    target: Target
    reopen: Callable[[], Target]

    def all(self, copies: Sequence[Copy]) -> list[Found]:
        """Everything in the target; with logins of many mailboxes, all of these copies."""
        return list(self.reopen().read(copies if self.name in IMAP else None))

    @property
    def whole(self) -> bool:
        """Whether it has mailboxes."""
        return self.name not in ONE_FILE


@pytest.fixture(params=TARGETS)
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    """One target after the other, each empty."""
    name: str = request.param
    with ExitStack():
        if name == "memory":
            memory = MemoryTarget()
            yield Subject(name, memory, lambda: memory)
            return
        environ: dict[str, str] = {}
        if name in IMAP:
            server = request.getfixturevalue("dovecot")(tmp_path / "served")
            address = IMAP[name].format(host=server.host, port=server.imap_port)
            master = name == "imap-master"
            environ["EMAILGEN_IMAP_PASSWORD"] = (
                server.master_password if master else server.password
            )
        elif name in LOCAL:
            address = LOCAL[name].format(tmp_path)
        else:
            address = DOCKER[name]
            environ = _start(request, name)
        yield Subject(
            name,
            open_target(address, environ=environ),
            lambda: open_target(address, environ=environ),
        )


def _start(request: pytest.FixtureRequest, name: str) -> dict[str, str]:
    run: Deckies = request.getfixturevalue("run_decky")
    engine: Engine = request.getfixturevalue("docker_engine")
    if name == "docker-both":
        run("contract", services=("imap", "pop3"))
    elif name == "docker-tmpfs":
        run("contract", read_only=True, tmpfs={"/var/spool/decnet-emails": "mode=0755,uid=999"})
    elif name == "docker-volume":
        run("contract", read_only=True, volume="contract-spool")
    else:
        run("contract")
    return {"DOCKER_HOST": engine.url}
