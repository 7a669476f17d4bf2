"""Containers: what the contract's tests cannot ask of other targets."""

import gc
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docker.models.containers import Container

from decnet_emailgen.deliver import Target, discover, open_target, verify
from decnet_emailgen.deliver.containers import identity
from decnet_emailgen.errors import SettingError, TargetError
from tests.deliver.corpus import FIVE_MEGABYTES, corpus, mail
from tests.servers.decky import SPOOL, Deckies, fleet_labels, no_labels, topology_labels
from tests.servers.engine import Engine


def _open(engine: Engine, address: str) -> Target:
    return open_target(address, environ={"DOCKER_HOST": engine.url})


def test_files_are_as_the_server_reads_them(run_decky: Deckies, docker_engine: Engine) -> None:
    """0644 in folders of 0755, owned by the spool's owner, mtime the Date and rising."""
    decky = run_decky("files")
    copies = corpus(40, large=False)
    same = [replace(copy, arrival=copies[0].arrival) for copy in copies]
    _open(docker_engine, "docker://files").put(same)
    listed = decky.run("imap", "sh", "-c", f"cd {SPOOL}; find . | xargs stat -c '%a %u %F %n'")
    for line in listed.splitlines():
        kind = "755" if "directory" in line else "644"
        assert line.startswith(f"{kind} 999 "), line
    stream, _ = decky.containers["imap"].get_archive(SPOOL)
    with tarfile.open(fileobj=BytesIO(b"".join(stream))) as tar:
        times = {info.name: info.mtime for info in tar if info.isreg()}
    assert len(times) == len(set(times.values())) == 40
    by_stem = {Path(name).stem: mtime for name, mtime in times.items()}
    ordered = sorted(copies, key=lambda copy: copy.arrival)
    stamps = [by_stem[copy.stem] for copy in ordered if copy.folder == "INBOX"]
    assert stamps == sorted(stamps)


def test_nothing_of_the_delivery_is_left(run_decky: Deckies, docker_engine: Engine) -> None:
    """Only mail is in the spool afterwards."""
    decky = run_decky("clean")
    _open(docker_engine, "docker://clean").put(corpus(6, large=False))
    paths = decky.run("imap", "find", SPOOL, "-mindepth", "1").splitlines()
    assert all(path.endswith(".eml") or len(Path(path).name) == 16 for path in paths), paths


SCRATCH = "/tmp"  # noqa: S108 -- a container's own

WATCH = """
while [ ! -e /tmp/stop ]; do
  for f in $(find {spool} -name '*.eml'); do
    [ "$(tail -c 3 $f)" = "$(printf 'E\\r\\n')" ] || echo "$f" >> /tmp/torn
  done
  echo . >> /tmp/rounds
done
"""


@pytest.mark.parametrize("tmpfs", [None, {SPOOL: "mode=0755,uid=999"}])
def test_a_reader_never_sees_half_a_file(
    run_decky: Deckies, docker_engine: Engine, tmpfs: dict[str, str] | None
) -> None:
    """A program in the container that looks all the time finds every file whole."""
    decky = run_decky("torn", tmpfs=tmpfs)
    container = decky.containers["imap"]
    container.exec_run(["sh", "-c", WATCH.format(spool=SPOOL)], detach=True)
    for start in range(4):
        copies = [
            replace(copy, content=copy.content + b"E\r\n")
            for number in range(start * 4, start * 4 + 4)
            for copy in mail(number, "a@corp.example", "b@corp.example", size=FIVE_MEGABYTES)[:1]
        ]
        outcomes = _open(docker_engine, "docker://torn").put(copies)
        assert {one.state for one in outcomes} == {"delivered"}
    decky.run("imap", "touch", f"{SCRATCH}/stop")
    assert decky.run("imap", "cat", f"{SCRATCH}/rounds").count(".") > 1
    assert container.exec_run(["cat", f"{SCRATCH}/torn"])[0] != 0


def test_states_that_take_no_mail_are_one_line_with_a_remedy(
    run_decky: Deckies, docker_engine: Engine
) -> None:
    """Paused, stopped and gone: which container, how it is, what to do."""
    decky = run_decky("state")
    container = decky.containers["imap"]
    target = _open(docker_engine, "docker://state")
    copies = corpus(2, large=False)
    container.pause()
    with pytest.raises(TargetError, match="is paused; docker unpause state-imap"):
        target.put(copies)
    assert target.check()[0].severity == "problem"
    container.unpause()
    container.stop(timeout=0)
    with pytest.raises(TargetError, match="is exited; docker start state-imap"):
        target.put(copies)
    container.start()
    assert {one.state for one in target.put(copies)} == {"delivered", "skipped"}
    container.remove(force=True)
    with pytest.raises(TargetError, match="no container and no decky is called state"):
        target.put(copies)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # docker's sockets
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_engine_is_one_line(tmp_path: Path) -> None:
    """A socket that is not there, and an address that is none."""
    for host in (f"unix://{tmp_path}/docker.sock", "tcp://127.0.0.1:1", "nonsense"):
        target = open_target("docker://x", environ={"DOCKER_HOST": host})
        with pytest.raises(TargetError, match="Docker") as caught:
            target.put(corpus(1, large=False))
        assert "\n" not in str(caught.value)
    gc.collect()


def test_one_container_down_fails_and_the_next_run_completes(
    run_decky: Deckies, docker_engine: Engine
) -> None:
    """What one of two containers lacks is a failure with its reason; repeating repairs it."""
    decky = run_decky("pair", services=("imap", "pop3"))
    decky.containers["pop3"].pause()
    target = _open(docker_engine, "docker://pair")
    copies = corpus(4, large=False)
    kept = [one for one in target.put(copies) if one.state != "skipped"]
    assert {one.state for one in kept} == {"failed"}
    assert "pair-pop3 is paused" in kept[0].reason
    decky.containers["pop3"].unpause()
    outcomes = target.put(copies)
    assert {one.state for one in outcomes} == {"delivered", "skipped"}
    assert all(one.verified for one in verify(target, copies, outcomes))
    assert decky.files("imap") == decky.files("pop3")
    assert len(decky.files("imap")) == 4


def test_a_recreated_container_is_filled_again(run_decky: Deckies, docker_engine: Engine) -> None:
    """Verification notices the empty spool, and the same copies go in again."""
    decky = run_decky("again")
    target = _open(docker_engine, "docker://again")
    copies = corpus(4, large=False)
    outcomes = target.put(copies)
    decky.containers["imap"].remove(force=True)
    run_decky("again")
    assert not any(one.verified for one in verify(target, copies, outcomes))
    assert {one.state for one in target.put(copies)} == {"delivered", "skipped"}


def test_a_file_the_server_may_not_read_is_not_verified(
    run_decky: Deckies, docker_engine: Engine
) -> None:
    """Reading back is done as the server's user, who skips what is 0600 and root's."""
    decky = run_decky("secret")
    target = _open(docker_engine, "docker://secret")
    copies = corpus(3, large=False)
    outcomes = target.put(copies)
    path = f"{SPOOL}/{outcomes[0].place}"
    decky.run("imap", "chown", "0:0", path, user="0")
    decky.run("imap", "chmod", "600", path, user="0")
    bad = [one for one in verify(target, copies, outcomes) if not one.verified]
    assert {one.message_id for one in bad} == {outcomes[0].message_id}
    assert "may not read it" in bad[0].reason


@pytest.mark.parametrize("place", [SPOOL, "/srv/spool"])
def test_a_full_file_system_fails_what_does_not_fit(
    run_decky: Deckies, docker_engine: Engine, place: str
) -> None:
    """Disk full: one line for each copy that is missing, and nothing half-written."""
    run_decky("full", tmpfs={place: "mode=0755,uid=999,size=12m"})
    target = _open(docker_engine, f"docker://full{place}")
    copies = [mail(n, "a@corp.example", "b@corp.example", size=FIVE_MEGABYTES)[0] for n in range(4)]
    outcomes = target.put(copies)
    failed = [one for one in outcomes if one.state == "failed"]
    assert failed
    assert all("o space left" in one.reason and "\n" not in one.reason for one in failed)
    there = {found.message_id: found.content for found in target.read()}
    assert all(there[one.message_id] for one in outcomes if one.state == "delivered")
    contents = {copy.message_id: copy.content for copy in copies}
    assert all(contents[message_id] == content for message_id, content in there.items())


def test_seed_folders_elsewhere_are_warned_of(run_decky: Deckies, docker_engine: Engine) -> None:
    """A server that reads another folder will not show the mail; one above the spool will."""
    run_decky("elsewhere", env={"IMAP_EMAIL_SEED": "/data/mails"})
    findings = _open(docker_engine, "docker://elsewhere").check()
    (warning,) = [one for one in findings if one.severity == "warning"]
    assert "IMAP_EMAIL_SEED=/data/mails" in warning.what
    assert "docker://elsewhere-imap/data/mails" in warning.remedy
    run_decky("above", env={"IMAP_EMAIL_SEED": "/var/spool/"})
    assert {one.severity for one in _open(docker_engine, "docker://above").check()} == {"ok"}


def test_deckies_are_discovered(run_decky: Deckies, docker_engine: Engine) -> None:
    """By fleet and topology labels, else by name; only running ones, only mail services."""
    run_decky("fleet1", services=("imap", "pop3"), labels=fleet_labels)
    run_decky("topo1", services=("pop3",), labels=topology_labels)
    run_decky("plain1", labels=no_labels)
    run_decky("web1", services=("imap",), labels=lambda decky, _: fleet_labels(decky, "http"))
    stopped = run_decky("gone1")
    stopped.containers["imap"].stop(timeout=0)
    found = {decky.name: decky for decky in discover(docker_engine.client())}
    assert {name for name in found if name.endswith("1")} == {"fleet1", "topo1", "plain1"}
    assert dict(found["fleet1"].containers) == {"imap": "fleet1-imap", "pop3": "fleet1-pop3"}
    assert found["topo1"].topology == "test-topology"
    assert dict(found["plain1"].containers) == {"imap": "plain1-imap"}


def test_labels_count_before_names(run_decky: Deckies, docker_engine: Engine) -> None:
    """A container called x-imap that is labelled as decky y belongs to y."""
    decky = run_decky("named", labels=lambda _, service: fleet_labels("labelled", service))
    assert identity(decky.containers["imap"])[:2] == ("labelled", "imap")
    copies = corpus(2, large=False)
    _open(docker_engine, "docker://labelled").put(copies)
    assert len(decky.files("imap")) == 2


@pytest.fixture
def bare(docker_engine: Engine) -> Iterator[Container]:
    """A container of an image without a shell: one program, and a spool."""
    client = docker_engine.client()
    program = Path(str(shutil.which("busybox"))).read_bytes()
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo("sleep")
        info.mode, info.size = 0o755, len(program)
        tar.addfile(info, BytesIO(program))
    image = "emailgen-test/bare:latest"
    client.api.import_image_from_data(
        out.getvalue(), repository=image.split(":")[0], tag="latest", changes=["USER 999"]
    )
    container = client.containers.run(
        image, ["/sleep", "9999"], name="bare", detach=True, network_mode="none"
    )
    yield container
    container.remove(force=True)
    client.images.remove(image, force=True)


def test_an_image_without_a_shell_is_served(bare: Container, docker_engine: Engine) -> None:
    """The Engine unpacks and reads for it; only removing needs a program there."""
    target = _open(docker_engine, "docker://bare")
    copies = corpus(30)
    outcomes = target.put(copies[:30])
    assert {one.state for one in outcomes} == {"delivered", "skipped"}
    assert {one.state for one in target.put(copies)} == {"delivered", "present", "skipped"}
    assert all(one.verified for one in verify(target, copies, target.put(copies)))
    assert len(list(target.read())) == 30
    (removal,) = target.remove([outcomes[0].ref])
    assert removal.state == "failed"
    assert "no sh" in removal.reason


def test_hostile_names_stay_names(run_decky: Deckies, docker_engine: Engine) -> None:
    """A thread or a stem that looks like an option, a glob or a command is a name and no more."""
    decky = run_decky("hostile")
    target = _open(docker_engine, "docker://hostile")
    one, two = corpus(2, large=False)[::2]
    nasty = [
        replace(one, thread_id="-exec", stem="$(touch x);`id`"),
        replace(two, thread_id="*", stem="-rf"),
    ]
    outcomes = target.put(nasty)
    assert {each.state for each in outcomes} == {"delivered"}
    assert decky.files("imap") == [f"{SPOOL}/*/-rf.eml", f"{SPOOL}/-exec/$(touch x);`id`.eml"]
    assert {each.state for each in target.put(nasty)} == {"present"}
    assert {each.state for each in target.remove([each.ref for each in outcomes])} == {"removed"}
    assert decky.files("imap") == []


def test_reading_an_account_needs_its_name() -> None:
    """A login rule for many mailboxes cannot be read as one."""
    target = open_target("imap://127.0.0.1:1", environ={})
    with pytest.raises(SettingError, match="name one account"):
        list(target.read())
