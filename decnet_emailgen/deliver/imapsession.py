"""One logged-in IMAP connection (RFC 3501), and the handful of things a target does over it.

Folders are looked at with EXAMINE, which leaves \\Recent as it is. Mail goes in with APPEND, many
in one command where the server has MULTIAPPEND (RFC 3502: all of them or none) and without
waiting for its go-ahead where it has LITERAL+ (RFC 7888).
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from decnet_emailgen.deliver import hosts, text
from decnet_emailgen.deliver.passwords import password
from decnet_emailgen.errors import SettingError, TargetError
from decnet_emailgen.mail.copies import Copy

TIMEOUT = 60  # seconds for one answer
_MANY = 200  # mails in one APPEND
_LARGE = 8 << 20  # bytes in one APPEND
_FEW = 2  # up to so many, asking for each is cheaper than reading all Message-IDs


class LostError(Exception):
    """The connection broke; another one may do."""


class RefusedError(Exception):
    """The server said no; the text is its reason."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to connect; ``allow_hosts`` are public hosts that are permitted."""

    host: str
    port: int
    tls: bool
    environ: Mapping[str, str]
    allow_hosts: tuple[str, ...]


@contextlib.contextmanager
def session(server: Server, login: str) -> Iterator[Session]:
    """Connect and log in.

    Raises :class:`TargetError` if the server cannot be reached, trusted or logged in to, and
    :class:`SettingError` if the host is not permitted or there is no password.
    """
    secret = password(server.environ, login, server.host)
    client = _connect(server)
    try:
        _log_in(server, client, login, secret)
        yield Session(client)
    finally:
        with contextlib.suppress(Exception):  # whatever happened, this connection is done with
            client.logout()
        with contextlib.suppress(Exception):
            client.shutdown()


def reach(server: Server) -> None:
    """Connect and leave; raises like :func:`session`."""
    client = _connect(server)
    with contextlib.suppress(Exception):
        client.logout()


def _connect(server: Server) -> Any:
    from imapclient import IMAPClient

    hosts.permit(server.host, hosts.resolve(server.host, server.port), server.allow_hosts)
    context = ssl.create_default_context(cafile=server.environ.get("SSL_CERT_FILE"))
    where = f"{server.host}:{server.port}"
    try:
        client = IMAPClient(
            server.host, server.port, ssl=server.tls, ssl_context=context, timeout=TIMEOUT
        )
    except ssl.SSLError as exc:
        raise _untrusted(where, exc) from exc
    except Exception as exc:  # a greeting that is none, a refusal, a time-out: all the same here
        raise TargetError(f"IMAP server {where}: {_words(exc)}; check that it runs") from exc
    try:
        hosts.permit(server.host, [client.socket().getpeername()[0]], server.allow_hosts)
        client.normalise_times = False
        if not server.tls:
            _start_tls(server, client, context)
    except BaseException as exc:
        with contextlib.suppress(Exception):  # what is wrong is known already
            client.shutdown()
        if isinstance(exc, ssl.SSLError):
            raise _untrusted(where, exc) from exc
        raise
    return client


def _start_tls(server: Server, client: Any, context: ssl.SSLContext) -> None:
    """Encrypt if the server can; only near servers may be talked to in the clear."""
    if client.has_capability("STARTTLS"):
        client.starttls(context)
    elif not hosts.is_near(client.socket().getpeername()[0]):
        raise SettingError(f"{server.host} offers no STARTTLS; use imaps://, or a private network")


def _log_in(server: Server, client: Any, login: str, secret: str) -> None:
    from imapclient.exceptions import IMAPClientError

    try:
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(login, secret)
        else:
            client.login(login, secret)
    except (IMAPClientError, UnicodeError) as exc:
        raise TargetError(
            f"{login} at {server.host}: {_words(exc)}; check the login and the password"
        ) from exc
    except OSError as exc:
        raise TargetError(f"IMAP server {server.host}: {_words(exc)}; try again") from exc


def _untrusted(where: str, exc: ssl.SSLError) -> TargetError:
    why = getattr(exc, "verify_message", "") or exc.reason or str(exc)
    return TargetError(
        f"IMAP server {where}: its certificate is not trusted ({why}); "
        "name its authority in SSL_CERT_FILE, or connect by the name in the certificate"
    )


def _words(exc: BaseException) -> str:
    """What an exception says, as one short line."""
    said = exc.args[0] if exc.args else ""
    if isinstance(exc, OSError):
        said = exc.strerror or said or type(exc).__name__
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    line = " ".join(words.split()).removeprefix("b'").removesuffix("'")
    return line[:200] or type(exc).__name__


@contextlib.contextmanager
def _foreign() -> Iterator[None]:
    from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

    try:
        yield
    except (IMAPClientAbortError, OSError, EOFError) as exc:
        raise LostError(_words(exc)) from exc
    except IMAPClientError as exc:
        raise RefusedError(_words(exc)) from exc


@dataclass(frozen=True, slots=True)
class Known:
    """A mail that is in a folder; ``doubles`` are further UIDs of the same Message-ID."""

    uid: int
    flags: frozenset[str]
    doubles: tuple[int, ...] = ()


def flags(listed: Iterable[bytes]) -> frozenset[str]:
    """Flags as the server lists them, without the session's own \\Recent."""
    return frozenset(flag.decode("ascii", "replace") for flag in listed) - {"\\Recent"}


class Session:
    """What is done over a connection.

    Every method raises :class:`LostError` when the connection breaks and :class:`RefusedError`
    when the server says no.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._personal: tuple[str, str] | None = None

    def name(self, folder: str) -> str:
        """A folder's name on this server: its prefix and its separator (RFC 2342)."""
        if folder.upper() == "INBOX":
            return "INBOX"
        prefix, separator = self._namespace()
        return prefix + folder.replace("/", separator)

    def _namespace(self) -> tuple[str, str]:
        """Prefix and separator of one's own folders; asked for once."""
        if self._personal is None:
            self._personal = ("", "/")
            with _foreign():
                if self._client.has_capability("NAMESPACE"):
                    personal = self._client.namespace().personal or [("", "/")]
                    self._personal = (personal[0][0], personal[0][1] or "/")
        return self._personal

    def folders(self) -> list[str]:
        """All folders that can hold mail, by the names that :meth:`name` takes."""
        prefix, separator = self._namespace()
        with _foreign():
            listed = self._client.list_folders()
        return [
            name.removeprefix(prefix).replace(separator, "/")
            for flags, _, name in listed
            if b"\\noselect" not in {f.lower() for f in flags}
        ]

    def make(self, folder: str) -> None:
        """Make a folder and subscribe to it, unless it is there."""
        name = self.name(folder)
        if name == "INBOX":
            return
        with _foreign():
            if not self._client.folder_exists(name):
                self._client.create_folder(name)
            self._client.subscribe_folder(name)

    def look(self, folder: str, *, change: bool = False) -> int | None:
        """Open a folder; its UIDVALIDITY, or None if there is no such folder."""
        name = self.name(folder)
        with _foreign():
            if name != "INBOX" and not self._client.folder_exists(name):
                return None
            opened = self._client.select_folder(name, readonly=not change)
        return int(opened[b"UIDVALIDITY"])

    def ids(self, wanted: Sequence[str]) -> dict[str, Known]:
        """What is in the open folder by Message-ID: of these, or of all if they are many."""
        with _foreign():
            self._client.noop()  # news from other connections
            if len(wanted) <= _FEW:
                found = {
                    int(uid)
                    for message_id in wanted
                    for uid in self._client.search(["HEADER", "Message-ID", message_id])
                }
            else:
                found = {int(uid) for uid in self._client.search(["ALL"])}
        known: dict[str, Known] = {}
        items = ("FLAGS", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
        for uid, data in self._fetch(sorted(found), 1000, *items):
            head = next((value for key, value in data.items() if key.startswith(b"BODY[")), b"")
            message_id = text.message_id(head)
            if first := known.get(message_id):
                known[message_id] = replace(first, doubles=(*first.doubles, uid))
            else:
                known[message_id] = Known(uid, flags(data[b"FLAGS"]))
        return known

    def append(self, folder: str, copies: Sequence[Copy]) -> None:
        """Put these copies in with one command."""
        mails = [
            {"msg": copy.content, "flags": sorted(copy.flags - {"\\Recent"}), "date": copy.arrival}
            for copy in copies
        ]
        with _foreign():
            if len(mails) == 1:
                (mail,) = mails
                self._client.append(
                    self.name(folder), mail["msg"], flags=mail["flags"], msg_time=mail["date"]
                )
                return
            kind, lines = self._client.multiappend(self.name(folder), mails)
        if kind != "OK":  # imapclient leaves that to its caller
            raise RefusedError(_words(RefusedError(b" ".join(line for line in lines if line))))

    def bundles(self, copies: Sequence[Copy]) -> Iterator[list[Copy]]:
        """Copies in bundles that one command takes."""
        many = _MANY if self._client.has_capability("MULTIAPPEND") else 1
        bundle: list[Copy] = []
        size = 0
        for copy in copies:
            if bundle and (len(bundle) >= many or size + len(copy.content) > _LARGE):
                yield bundle
                bundle, size = [], 0
            bundle.append(copy)
            size += len(copy.content)
        if bundle:
            yield bundle

    def fetch(self, uids: Sequence[int]) -> Iterator[tuple[int, Mapping[bytes, Any]]]:
        """Bytes, flags and INTERNALDATE of these mails of the open folder, a few at a time."""
        yield from self._fetch(uids, 50, "BODY.PEEK[]", "FLAGS", "INTERNALDATE")

    def _fetch(
        self, uids: Sequence[int], many: int, *items: str
    ) -> Iterator[tuple[int, Mapping[bytes, Any]]]:
        for start in range(0, len(uids), many):
            with _foreign():
                fetched = self._client.fetch(uids[start : start + many], list(items))
            yield from sorted(fetched.items())

    def all(self) -> list[int]:
        """The UIDs of the open folder."""
        with _foreign():
            return [int(uid) for uid in self._client.search(["ALL"])]

    def raise_flags(self, folder: str, lacking: Mapping[int, frozenset[str]]) -> None:
        """Add flags to mails of a folder, those with the same flags together."""
        if not lacking:
            return
        self.look(folder, change=True)
        groups: dict[frozenset[str], list[int]] = {}
        for uid, more in lacking.items():
            groups.setdefault(more, []).append(uid)
        for more, uids in groups.items():
            with _foreign():
                self._client.add_flags(uids, sorted(more), silent=True)

    def move(self, folder: str, goal: str, uids: Sequence[int]) -> None:
        """Move mails to another folder, in this order (RFC 6851; else RFC 3501 COPY, then out)."""
        self.look(folder, change=True)
        at_once = self._client.has_capability("MOVE")
        for uid in uids:
            with _foreign():
                act = self._client.move if at_once else self._client.copy
                act([uid], self.name(goal))
        if uids and not at_once:
            self.expunge(uids)

    def expunge(self, uids: Sequence[int]) -> None:
        """Remove these mails for good, and no others that are marked \\Deleted (RFC 4315)."""
        if not self._client.has_capability("UIDPLUS"):
            raise RefusedError("the server has no UIDPLUS, so others' deleted mail would go too")
        with _foreign():
            self._client.add_flags(uids, [b"\\Deleted"], silent=True)
            self._client.uid_expunge(uids)
