"""What delivery costs: each target at 1, 100 and 10,000 mails (two copies each).

``python -m benchmarks.delivery [COUNT …]`` prints a table. Containers run in the Engine that
answers, or in a private one; IMAP runs on a private Dovecot; both come from tests/servers. For
comparison: ``docker cp`` of the same files as one plain tar, one exec per mail, and one APPEND per
round trip.
"""

import imaplib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from decnet_emailgen.deliver import open_target
from decnet_emailgen.deliver.spool import choose
from decnet_emailgen.mail.copies import Copy
from tests.deliver.corpus import corpus
from tests.servers.decky import SPOOL, Deckies, build_image
from tests.servers.dovecot import Dovecot
from tests.servers.engine import Engine, start_engine

ROOM = {SPOOL: "mode=0755,uid=999,size=1g"}
ALONE = 50  # mails for what is done one by one; more would only take longer


def timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def show(name: str, mails: int, seconds: float) -> None:
    each = 1000 * seconds / mails
    print(
        f"{name:28} {mails:7} {seconds:8.2f} s {each:9.3f} ms/mail {mails / seconds:9.0f} mails/s"
    )


def plain_tar(copies: Sequence[Copy]) -> bytes:
    """The same files as anybody would pack them."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for copy in copies:
            info = tarfile.TarInfo(f"{copy.thread_id}/{copy.stem}.eml")
            info.size, info.uid, info.gid = len(copy.content), 999, 999
            tar.addfile(info, io.BytesIO(copy.content))
    return out.getvalue()


def local(copies: Sequence[Copy], mails: int, root: Path) -> None:
    for scheme, place in (("spool", "spool"), ("maildir", "mail"), ("mbox", "boxes/")):
        target = open_target(f"{scheme}:{root}/{place}", environ={})
        show(scheme, mails, timed(partial(target.put, copies)))
        show(f"{scheme}, again", mails, timed(partial(target.put, copies)))


def docker(copies: Sequence[Copy], mails: int, engine: Engine, deckies: Deckies) -> None:
    environ = {"DOCKER_HOST": engine.url}
    for name, tmpfs in (("bench-spool", None), ("bench-tmpfs", ROOM)):
        deckies(name, tmpfs=tmpfs)
        target = open_target(f"docker://{name}", environ=environ)
        show(f"docker {name[6:]}", mails, timed(partial(target.put, copies)))
        show(f"docker {name[6:]}, again", mails, timed(partial(target.put, copies)))
    deckies("bench-maildir")
    target = open_target("docker://bench-maildir/srv/mail?layout=maildir", environ=environ)
    show("docker maildir", mails, timed(partial(target.put, copies)))
    deckies("bench-cp")
    kept = choose(copies)
    tar = plain_tar(kept)
    command = ["docker", "-H", engine.url, "cp", "-", f"bench-cp-imap:{SPOOL}"]
    show(
        "docker cp",
        mails,
        timed(lambda: subprocess.run(command, input=tar, check=True)),
    )
    container = deckies("bench-exec").containers["imap"]

    def one_by_one() -> None:
        for copy in kept[:ALONE]:
            script = f"mkdir -p {SPOOL}/{copy.thread_id} && cat > {SPOOL}/{copy.thread_id}/x"
            container.exec_run(["sh", "-c", f"echo '{'x' * len(copy.content)}' | ({script})"])

    show("one exec per mail", len(kept[:ALONE]), timed(one_by_one))
    deckies.remove()


def imap(copies: Sequence[Copy], mails: int, root: Path) -> None:
    with Dovecot(root / "served") as server:
        address = f"imap://{server.host}:{server.imap_port}"
        target = open_target(address, environ={"EMAILGEN_IMAP_PASSWORD": server.password})
        show("imap", mails, timed(partial(target.put, copies)))
        show("imap, again", mails, timed(partial(target.put, copies)))
        client = server.imap("alone@corp.example")

        def one_by_one() -> None:
            for copy in copies[:ALONE]:
                date = imaplib.Time2Internaldate(copy.arrival)
                client.append("INBOX", "(\\Seen)", date, copy.content)

        show("one APPEND per trip, a copy", len(copies[:ALONE]), timed(one_by_one))
        client.logout()


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [1, 100, 10_000]
    with ExitStack() as stack:
        engine = start_engine()
        stack.callback(engine.stop)
        deckies = Deckies(engine.client(), build_image(engine.client()))
        stack.callback(deckies.remove)
        for count in counts:
            copies = corpus(count, large=False)
            root = Path(tempfile.mkdtemp(prefix="emailgen-bench-"))
            stack.callback(shutil.rmtree, root, ignore_errors=True)
            local(copies, count, root)
            docker(copies, count, engine, deckies)
            imap(copies, count, root)
            print()


if __name__ == "__main__":
    main()
