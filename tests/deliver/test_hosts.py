"""The misuse guards: mail goes to one's own hosts."""

import socket
from typing import Any

import pytest

from decnet_emailgen.deliver import hosts, open_target
from decnet_emailgen.errors import SettingError, TargetError
from tests.deliver.corpus import corpus


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.9",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.3.4",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1%eth0",
        "::ffff:10.1.2.3",
    ],
)
def test_loopback_and_private_addresses_are_near(address: str) -> None:
    """These are nobody else's."""
    assert hosts.is_near(address)
    hosts.permit("decky", [address], ())


@pytest.mark.parametrize(
    "address",
    [
        "9.255.255.255",
        "11.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "100.64.0.1",
        "0.0.0.0",
        "198.51.100.7",
        "2001:db8::1",
        "fec0::1",
        "::ffff:198.51.100.7",
        "::",
        "64:ff9b::0a00:0001",
    ],
)
def test_other_addresses_need_permission(address: str) -> None:
    """Without it they are refused in one line; with it, by name, address or network, they pass."""
    with pytest.raises(SettingError) as caught:
        hosts.permit("mail.example", [address], ())
    assert "allow_hosts" in str(caught.value)
    assert "\n" not in str(caught.value)
    hosts.permit("mail.example", [address], ("MAIL.example.",))
    hosts.permit("mail.example", [address], (address.removeprefix("::ffff:"), address))


def test_a_network_may_be_permitted() -> None:
    """allow_hosts takes networks, and only for what is in them."""
    hosts.permit("m", ["198.51.100.7"], ("198.51.100.0/24",))
    with pytest.raises(SettingError):
        hosts.permit("m", ["198.51.101.7"], ("198.51.100.0/24",))


def test_one_public_address_among_private_ones_is_refused() -> None:
    """A name that resolves to both is not one's own."""
    with pytest.raises(SettingError):
        hosts.permit("m", ["10.0.0.1", "198.51.100.7"], ())


def test_a_public_host_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing connects to a name that resolves to a public address."""

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.51.100.7", 143))]

    def connect(*_: Any, **__: Any) -> None:
        pytest.fail("it connected")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    target = open_target("imap://mail.example", environ={"EMAILGEN_IMAP_PASSWORD": "x"})
    with pytest.raises(SettingError, match=r"198\.51\.100\.7"):
        target.put(corpus(1, large=False))


def test_the_other_end_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to a private address first and a public one then gets no password."""
    listener = socket.create_server(("127.0.0.1", 0))
    near = hosts.is_near
    answers = iter([True, False])
    monkeypatch.setattr(hosts, "is_near", lambda address: near(address) and next(answers))
    port = listener.getsockname()[1]
    target = open_target(f"imap://127.0.0.1:{port}", environ={"EMAILGEN_IMAP_PASSWORD": "x"})
    import threading

    heard: list[bytes] = []

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"* OK ready\r\n")
            heard.append(peer.recv(100))
            if b"CAPABILITY" in heard[0]:
                tag = heard[0].split()[0]
                peer.sendall(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK\r\n")
                heard.append(peer.recv(100))

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(SettingError):
        target.put(corpus(1, large=False))
    thread.join(10)
    listener.close()
    assert not any(b"LOGIN" in line or b"AUTHENTICATE" in line for line in heard)


def test_a_name_that_does_not_resolve_is_tried_later() -> None:
    """DNS may come back."""
    with pytest.raises(TargetError):
        hosts.resolve("no-such-host.invalid", 143)
