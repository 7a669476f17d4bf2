"""What a TARGET may be, and what becomes of one that is none."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from decnet_emailgen.deliver import MemoryTarget, Target, open_target
from decnet_emailgen.deliver import address as module
from decnet_emailgen.errors import SettingError


@pytest.mark.parametrize(
    "address",
    [
        "spool:there",
        "maildir:/var/mail",
        "mbox:all.mbox",
        "mbox:folder/",
        "docker://decky-1",
        "docker://decky-1/srv/mail?layout=maildir",
        "imap://localhost",
        "imap://anna@corp.example@localhost:1143",
        "imap://*master@[::1]:1143",
        "imaps://%7Blocal%7D@mail.corp.example",
    ],
)
def test_an_address_is_kept_as_it_was_written(address: str) -> None:
    """Opening touches nothing, and the target says what it was opened from."""
    assert open_target(address, environ={}).address == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "spool",
        "spool:",
        "spool://host/dir",
        "nothing:there",
        "docker://",
        "docker://a b",
        "docker://x;rm",
        "docker://x?layout=mbox",
        "docker://x?path=/srv",
        "docker://x/../etc",
        "docker://x#y",
        "imap://",
        "imap://host/INBOX",
        "imap://host:port",
        "imap://host?x=y",
        "imap://user:secret@host",
        "imap://us%0d%0aer@host",
        "imaps://[::1",
    ],
)
def test_a_malformed_address_is_one_line(address: str) -> None:
    """A wrong address is an error of the settings that says what form it should have."""
    with pytest.raises(SettingError) as caught:
        open_target(address, environ={})
    assert len(str(caught.value).splitlines()) == 1


def test_a_password_in_an_address_is_not_repeated() -> None:
    """The message about it does not show it."""
    with pytest.raises(SettingError) as caught:
        open_target("imap://anna:hunter2@host", environ={})
    assert "hunter2" not in str(caught.value)
    assert "EMAILGEN_IMAP_PASSWORD" in str(caught.value)


def test_relative_folders_start_from_the_base(tmp_path: Path) -> None:
    """A folder in a personas file is relative to that file."""
    target = open_target("maildir:mail", environ={}, base=tmp_path)
    assert str(tmp_path / "mail") in target.check()[0].what


def test_strangers_are_found_by_their_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheme of another package opens that package's target, with the same arguments."""
    point = EntryPoint("crate", "tests.deliver.test_address:open_crate", module.GROUP)

    def points(group: str, name: str) -> list[EntryPoint]:
        return [point] if (group, name) == (module.GROUP, "crate") else []

    monkeypatch.setattr(module, "entry_points", points)
    target = open_target("crate:x", environ={"A": "b"}, allow_hosts=("h",), base=Path("/"))
    assert isinstance(target, MemoryTarget)
    assert target.address == "crate:x b h /"


def open_crate(
    address: str, *, environ: Mapping[str, str], allow_hosts: tuple[str, ...], base: Path | None
) -> Target:
    """The stranger's opener."""
    return MemoryTarget(f"{address} {environ['A']} {allow_hosts[0]} {base}")
