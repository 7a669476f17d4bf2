"""``imap://`` and ``imaps://``: mailboxes on an IMAP server, by their own logins or a master's.

The login is the address's USER, in which ``{address}`` and ``{local}`` stand for the mailbox
that is being opened; no USER means ``{address}``, and ``*MASTER`` means ``{address}*MASTER``, the
form of a Dovecot master user. A USER without either is one account: it takes the copies of the
mailbox whose address or local part it is, and skips those of others.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar
from urllib.parse import unquote

from decnet_emailgen.deliver.address import hide, split
from decnet_emailgen.deliver.imapsession import (
    Known,
    LostError,
    RefusedError,
    Server,
    Session,
    flags,
    reach,
    session,
)
from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, outcome
from decnet_emailgen.deliver.text import message_id, safe_name
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
            self._try(mailbox, partial(_put, copies=copies, done=done))
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
            yield from self._try(self._user, partial(_read, mailbox=self._user, copies=None))
            return
        for mailbox, some in _grouped(copies).items():
            if self._login(mailbox):
                yield from self._try(mailbox, partial(_read, mailbox=mailbox, copies=some))

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Expunge these mails and no others."""
        results: dict[Ref, Removal] = {}
        for mailbox, some in _grouped(refs).items():
            if not self._login(mailbox):
                results |= {ref: Removal(ref, "absent") for ref in some}
                continue
            try:
                results |= self._try(mailbox, partial(_remove, refs=some))
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


def _grouped(items: Sequence[Item], *, by_folder: bool = False) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.folder if by_folder else item.mailbox, []).append(item)
    return groups


def _unzip(groups: Mapping[str, list[Copy]]) -> tuple[list[str], list[list[Copy]]]:
    return list(groups), list(groups.values())


def _place(folder: str, validity: int, uid: int | None) -> str:
    """Folder, UIDVALIDITY and UID in the form of an IMAP URL (RFC 5092)."""
    return f"{folder};UIDVALIDITY={validity}/;UID={uid}" if uid else folder


def _put(link: Session, copies: Sequence[Copy], done: dict[int, Outcome]) -> None:
    """Fill ``done`` folder by folder; what an earlier connection finished is left out."""
    for folder, some in _grouped(copies, by_folder=True).items():
        todo = sorted((c for c in some if id(c) not in done), key=lambda copy: copy.arrival)
        if not todo:
            continue
        try:
            link.make(folder)
            validity = link.look(folder) or 0
            known = link.ids([copy.message_id for copy in todo])
        except RefusedError as exc:
            done |= {id(copy): outcome(copy, "failed", reason=str(exc)) for copy in todo}
            continue
        new: dict[str, Copy] = {}
        lacking: dict[int, frozenset[str]] = {}
        for copy in todo:
            there = known.get(copy.message_id)
            if there:
                lacking[there.uid] = copy.flags - there.flags - {"\\Recent"}
                place = _place(folder, validity, there.uid)
                done[id(copy)] = outcome(copy, "present", place)
            elif copy.message_id in new:
                done[id(copy)] = outcome(copy, "present", folder)
            else:
                new[copy.message_id] = copy
        with contextlib.suppress(RefusedError):  # the mail is there all the same
            link.raise_flags(folder, {uid: more for uid, more in lacking.items() if more})
        if new:
            _append_all(link, folder, list(new.values()), done)
            _settle(link, folder, new, done)


def _append_all(
    link: Session, folder: str, copies: Sequence[Copy], done: dict[int, Outcome]
) -> None:
    """Append bundle by bundle, until the mailbox is full (RFC 5530, OVERQUOTA)."""
    full = ""
    for bundle in link.bundles(copies):
        for copy in bundle if full else ():
            done[id(copy)] = outcome(copy, "failed", reason=full)
        full = full or _append(link, folder, bundle, done)


def _append(link: Session, folder: str, bundle: Sequence[Copy], done: dict[int, Outcome]) -> str:
    """Append a bundle; where the server refuses it, each mail alone, so that some get in.

    Returns the reason if it is that the mailbox is full.
    """
    try:
        link.append(folder, bundle)
    except RefusedError as exc:
        why = str(exc)
        if len(bundle) > 1:
            _append_all_alone(link, folder, bundle, done)
            return next((done[id(c)].reason for c in bundle if _full(done[id(c)].reason)), "")
        done[id(bundle[0])] = outcome(bundle[0], "failed", reason=why)
        return why if _full(why) else ""
    for copy in bundle:
        done[id(copy)] = outcome(copy, "delivered", folder)
    return ""


def _append_all_alone(
    link: Session, folder: str, bundle: Sequence[Copy], done: dict[int, Outcome]
) -> None:
    full = ""
    for copy in bundle:
        if full:
            done[id(copy)] = outcome(copy, "failed", reason=full)
        else:
            full = _append(link, folder, [copy], done)


def _full(reason: str) -> bool:
    return "OVERQUOTA" in reason


def _settle(link: Session, folder: str, new: Mapping[str, Copy], done: dict[int, Outcome]) -> None:
    """Learn the UIDs, and take back a mail that is there twice.

    A run that was killed may have sent mail that its server was still taking in while this run
    looked whether it was there.
    """
    validity = link.look(folder) or 0
    there = link.ids(list(new))
    ours = {name: there[name] for name in new if name in there}
    doubles = sorted(uid for known in ours.values() for uid in known.doubles)
    if doubles:
        link.look(folder, change=True)
        with contextlib.suppress(RefusedError):
            link.expunge(doubles)
    for name, known in ours.items():
        one = done[id(new[name])]
        done[id(new[name])] = replace(one, place=_place(folder, validity, known.uid))


def _read(link: Session, mailbox: str, copies: Sequence[Copy] | None) -> list[Found]:
    return list(_found(link, mailbox, copies))


def _found(link: Session, mailbox: str, copies: Sequence[Copy] | None) -> Iterator[Found]:
    by_folder = None if copies is None else _grouped(copies, by_folder=True)
    for folder in link.folders() if by_folder is None else by_folder:
        validity = link.look(folder)
        if validity is None:
            continue
        if by_folder is None:
            uids = link.all()
        else:
            wanted = [copy.message_id for copy in by_folder[folder]]
            known = link.ids(wanted)
            uids = sorted(known[each].uid for each in set(wanted) if each in known)
        for uid, data in link.fetch(uids):
            content: bytes = data[b"BODY[]"]
            yield Found(
                mailbox=mailbox,
                folder=folder,
                message_id=message_id(content),
                content=content,
                flags=flags(data[b"FLAGS"]),
                arrival=data[b"INTERNALDATE"],
                place=_place(folder, validity, uid),
            )


def _remove(link: Session, refs: Sequence[Ref]) -> dict[Ref, Removal]:
    results: dict[Ref, Removal] = {}
    for folder, some in _grouped(refs, by_folder=True).items():
        known: dict[str, Known] = {}
        if link.look(folder, change=True) is not None:
            known = link.ids([ref.message_id for ref in some])
        there = {ref: known[ref.message_id].uid for ref in some if ref.message_id in known}
        if there:
            link.expunge(sorted(set(there.values())))
        for ref in some:
            results[ref] = Removal(ref, "removed" if ref in there else "absent")
    return results
