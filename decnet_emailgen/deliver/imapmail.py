"""What a target does over one connection: put mail into folders, find it, move it, take it out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from decnet_emailgen.deliver.imapsession import Known, RefusedError, Session, flags
from decnet_emailgen.deliver.target import Found, Outcome, Ref, Removal, outcome
from decnet_emailgen.deliver.text import message_id
from decnet_emailgen.mail.copies import Copy


def place_of(folder: str, validity: int, uid: int | None) -> str:
    """Folder, UIDVALIDITY and UID in the form of an IMAP URL (RFC 5092)."""
    return f"{folder};UIDVALIDITY={validity}/;UID={uid}" if uid else folder


def put(link: Session, copies: Sequence[Copy], done: dict[int, Outcome]) -> None:
    """Fill ``done`` folder by folder; what an earlier connection finished is left out."""
    folders: dict[str, list[Copy]] = {}
    for copy in copies:
        folders.setdefault(copy.where, []).append(copy)
    for folder, some in folders.items():
        todo = sorted((c for c in some if id(c) not in done), key=lambda copy: copy.since)
        todo = _elsewhere(link, folder, todo, done)
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
                place = place_of(folder, validity, there.uid)
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


def _elsewhere(
    link: Session, folder: str, copies: Sequence[Copy], done: dict[int, Outcome]
) -> list[Copy]:
    """Look for mail in its other folders; what has been filed since is moved, what was stays.

    Those that remain to be put into ``folder`` are given back.
    """
    others = sorted({name for copy in copies for name in copy.elsewhere})
    existing = {*link.folders(), "INBOX"} if others else set[str]()
    for other in (name for name in others if name in existing):
        some = {c.message_id: c for c in copies if other in c.elsewhere and id(c) not in done}
        validity = link.look(other) or 0
        known = link.ids(list(some)) if some else {}
        there = {known[name].uid: copy for name, copy in some.items() if name in known}
        filed = {uid: copy for uid, copy in there.items() if copy.where != copy.folder}
        if filed:
            _file(link, other, folder, filed)
        for uid, copy in there.items():
            if uid not in filed:
                lacking = copy.flags - known[copy.message_id].flags
                link.raise_flags(other, {uid: lacking} if lacking else {})
                done[id(copy)] = outcome(copy, "present", place_of(other, validity, uid))
    return [copy for copy in copies if id(copy) not in done]


def _file(link: Session, folder: str, goal: str, copies: Mapping[int, Copy]) -> None:
    """Move mails, by UID, into the folder where they belong by now, in the order of that.

    A run that was killed between COPY and the end has left some in both.
    """
    link.make(goal)
    link.look(goal)
    twice = link.ids([copy.message_id for copy in copies.values()])
    uids = sorted(copies, key=lambda uid: copies[uid].since)
    link.move(folder, goal, [uid for uid in uids if copies[uid].message_id not in twice])
    if stale := [uid for uid in uids if copies[uid].message_id in twice]:
        link.look(folder, change=True)
        link.expunge(stale)


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
        done[id(new[name])] = replace(one, place=place_of(folder, validity, known.uid))


def read(link: Session, mailbox: str, copies: Sequence[Copy] | None) -> list[Found]:
    """These copies, in whichever of their folders, or all mail."""
    return list(_found(link, mailbox, copies))


def _found(link: Session, mailbox: str, copies: Sequence[Copy] | None) -> Iterator[Found]:
    by_folder = None if copies is None else _by_any_folder(copies)
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
                place=place_of(folder, validity, uid),
            )


def _by_any_folder(copies: Sequence[Copy]) -> dict[str, list[Copy]]:
    """The copies by each folder that they may be in."""
    groups: dict[str, list[Copy]] = {}
    for copy in copies:
        for folder in (copy.where, *copy.elsewhere):
            groups.setdefault(folder, []).append(copy)
    return groups


def lacks(link: Session, copies: Sequence[Copy]) -> list[Copy]:
    """Those that are in none of their folders."""
    there: set[tuple[str, str]] = set()
    for folder, some in _by_any_folder(copies).items():
        if link.look(folder) is not None:
            there |= {(folder, name) for name in link.ids([copy.message_id for copy in some])}
    return [
        copy
        for copy in copies
        if not any((name, copy.message_id) in there for name in (copy.where, *copy.elsewhere))
    ]


def remove(link: Session, refs: Sequence[Ref]) -> dict[Ref, Removal]:
    """Expunge these mails, in the folders that the refs and their places name."""
    results = {ref: Removal(ref, "absent") for ref in refs}
    folders: dict[str, list[Ref]] = {}
    for ref in refs:
        for folder in dict.fromkeys((ref.folder, ref.place.partition(";UIDVALIDITY")[0])):
            folders.setdefault(folder or ref.folder, []).append(ref)
    for folder, some in folders.items():
        known: dict[str, Known] = {}
        if link.look(folder, change=True) is not None:
            known = link.ids([ref.message_id for ref in some])
        there = {ref: known[ref.message_id].uid for ref in some if ref.message_id in known}
        if there:
            link.expunge(sorted(set(there.values())))
        results |= {ref: Removal(ref, "removed") for ref in there}
    return results
