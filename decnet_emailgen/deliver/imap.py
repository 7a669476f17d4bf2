"""``imap://`` and ``imaps://``: mailboxes on an IMAP server, by their own logins or a master's.

The login is the address's USER, in which ``{address}`` and ``{local}`` stand for the mailbox
that is being opened; no USER means ``{address}``, and ``*MASTER`` means ``{address}*MASTER``, the
form of a Dovecot master user. A USER without either is one account: it takes the copies of the
mailbox whose address or local part it is, and skips those of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from urllib.parse import unquote

from decnet_emailgen.deliver import imapmail
from decnet_emailgen.deliver.address import hide, split
from decnet_emailgen.deliver.imapsession import (
    LostError,
    RefusedError,
    Server,
    Session,
    reach,
    session,
)
from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, outcome
from decnet_emailgen.deliver.text import safe_name
from decnet_emailgen.errors import EmailgenError, SettingError, TargetError
from decnet_emailgen.mail.copies import Copy

Result = TypeVar("Result")

_MAILBOXES = 4  # connections at a time
_TRIES = 3  # connections for one mailbox: a server that is restarted may drop the first


def open_imap(
    address: str, *, environ: Mapping[str, str], allow_hosts: tuple[str, ...] = ()
) -> ImapTarget:
    """Open an address; nothing is sent yet. Raises :class:`SettingError` if it is malformed."""
    parts = split(address)
    shown = hide(address)
    if parts.password is not None:
        raise SettingError(
            f"target {shown}: a password does not belong in an address; "
            "set EMAILGEN_IMAP_PASSWORD, _COMMAND or _FILE"
        )
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingError(f"target {shown}: it has the form {parts.scheme}://[USER@]HOST[:PORT]")
    user = unquote(parts.username or "{address}")
    if not user.isprintable():
        raise SettingError(f"target {shown}: the user has control characters")
    tls = parts.scheme == "imaps"
    port = parts.port or (993 if tls else 143)
    server = Server(parts.hostname, port, tls, environ, allow_hosts)
    return ImapTarget(address, server, "{address}" + user if user.startswith("*") else user)


class ImapTarget:
    """The mailboxes that one login rule opens on one server."""

    def __init__(self, address: str, server: Server, user: str) -> None:
        self._address = address
        self._server = server
        self._user = user

    @property
    def address(self) -> str:
        """The TARGET it was opened from."""
        return self._address

    def _login(self, mailbox: str) -> str:
        """Who logs in for a mailbox; "" if this account does not hold it."""
        local = mailbox.partition("@")[0]
        if "{" in self._user:
            return self._user.replace("{address}", mailbox).replace("{local}", local)
        return self._user if self._user in (mailbox, local) else ""

    def put(self, copies: Sequence[Copy]) -> list[Outcome]:
        """Append copies in the order of their arrival, to a few mailboxes at a time.

        A server spends its time on making mail durable, so several mailboxes go in together.
        """
        results: dict[int, Outcome] = {}
        errors: list[TargetError] = []
        with ThreadPoolExecutor(_MAILBOXES) as pool:
            for done, error in pool.map(self._put, *_unzip(_grouped(copies))):
                results |= done
                errors += [error] if error else []
        if errors and not any(one.state in ("delivered", "present") for one in results.values()):
            raise errors[0]
        return [results[id(copy)] for copy in copies]

    def _put(
        self, mailbox: str, copies: Sequence[Copy]
    ) -> tuple[dict[int, Outcome], TargetError | None]:
        """One mailbox: an outcome for each copy, and what kept it from being opened."""
        if not safe_name(mailbox):
            why = f"{mailbox!a} cannot be a login"
            return {id(copy): outcome(copy, "failed", reason=why) for copy in copies}, None
        if not self._login(mailbox):
            why = f"{self._user} is not the account of {mailbox}"
            return {id(copy): outcome(copy, "skipped", reason=why) for copy in copies}, None
        done: dict[int, Outcome] = {}
        try:
            self._try(mailbox, partial(imapmail.put, copies=copies, done=done))
        except TargetError as exc:
            failed = {id(copy): outcome(copy, "failed", reason=str(exc)) for copy in copies}
            return failed | done, exc
        return done, None

    def _try(self, mailbox: str, act: Callable[[Session], Result]) -> Result:
        """Act on a mailbox; over a new connection if one breaks."""
        lost = LostError("")
        for _ in range(_TRIES):
            try:
                with session(self._server, self._login(mailbox)) as link:
                    return act(link)
            except LostError as exc:
                lost = exc
            except RefusedError as exc:
                raise TargetError(f"{mailbox} at {self._server.host}: {exc}") from exc
        raise TargetError(
            f"IMAP server {self._server.host}: the connection breaks ({lost}); try again later"
        )

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """All mail of the one account, or these copies in any mailbox."""
        if copies is None:
            if "{" in self._user:
                raise SettingError(f"target {self._address}: name one account to read all its mail")
            yield from self._try(
                self._user, partial(imapmail.read, mailbox=self._user, copies=None)
            )
            return
        for mailbox, some in _grouped(copies).items():
            if self._login(mailbox):
                yield from self._try(mailbox, partial(imapmail.read, mailbox=mailbox, copies=some))

    def lacks(self, copies: Sequence[Copy]) -> list[Copy]:
        """Those that are in none of their folders; other accounts' mail is not looked for."""
        lost: set[int] = set()
        for mailbox, some in _grouped(copies).items():
            if self._login(mailbox):
                found = self._try(mailbox, partial(imapmail.lacks, copies=some))
                lost |= {id(copy) for copy in found}
        return [copy for copy in copies if id(copy) in lost]

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Expunge these mails and no others."""
        results: dict[Ref, Removal] = {}
        for mailbox, some in _grouped(refs).items():
            if not self._login(mailbox):
                results |= {ref: Removal(ref, "absent") for ref in some}
                continue
            try:
                results |= self._try(mailbox, partial(imapmail.remove, refs=some))
            except TargetError as exc:
                results |= {ref: Removal(ref, "failed", str(exc)) for ref in some}
        return [results[ref] for ref in refs]

    def check(self) -> list[Finding]:
        """Log in to the one account, or reach the server where there is a login for each."""
        where = f"{self._server.host}:{self._server.port}"
        try:
            if "{" in self._user:
                reach(self._server)
                return [Finding("ok", f"IMAP server {where} answers; no login was tried")]
            self._try(self._user, Session.folders)
        except EmailgenError as exc:
            what, _, remedy = str(exc).partition("; ")
            return [Finding("problem", what, remedy)]
        return [Finding("ok", f"{self._user} can log in at {where}")]


Item = TypeVar("Item", Copy, Ref)


def _grouped(items: Sequence[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.mailbox, []).append(item)
    return groups


def _unzip(groups: Mapping[str, list[Copy]]) -> tuple[list[str], list[list[Copy]]]:
    return list(groups), list(groups.values())
