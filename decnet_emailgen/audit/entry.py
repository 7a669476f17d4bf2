"""What goes into an audit: one mail as some source holds it, ours or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["inbox", "sent", "drafts", "junk", "trash", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail in one folder of one mailbox.

    ``content`` are the octets as the source gives them. ``flags`` are IMAP flags and keywords.
    ``arrival`` (aware) is INTERNALDATE, a Maildir file's mtime or an mbox's From_ line; None where
    the source knows no such thing. ``place`` says where the mail is: a path, or a folder and UID;
    the name of a Maildir file is its last component. ``uid`` and ``uidvalidity`` are the
    folder's (RFC 3501 section 2.3.1.1), None where the source has none. A source without
    mailboxes or folders leaves those names empty.
    """

    mailbox: str
    folder: str
    content: bytes
    flags: frozenset[str] = frozenset()
    arrival: datetime | None = None
    place: str = ""
    uid: int | None = None
    uidvalidity: int | None = None

    @property
    def role(self) -> Role:
        """What the folder is for, by the names that mail clients give it."""
        return role_of(self.folder)


_ROLES: dict[str, Role] = {
    **dict.fromkeys(("", "inbox"), "inbox"),
    **dict.fromkeys(
        (
            *("sent", "sent messages", "sent items", "sent mail", "enviados", "gesendet"),
            *("elementos enviados", "itens enviados", "gesendete elemente", "inviata", "inviati"),
            *("posta inviata", "envoyés", "éléments envoyés", "verzonden", "verzonden items"),
        ),
        "sent",
    ),
    **dict.fromkeys(("drafts", "draft", "entwürfe", "borradores", "rascunhos"), "drafts"),
    **dict.fromkeys(("brouillons", "bozze", "concepten"), "drafts"),
    **dict.fromkeys(("junk", "spam", "junk e-mail", "junk email", "bulk mail"), "junk"),
    **dict.fromkeys(("trash", "deleted items", "deleted messages", "bin", "papierkorb"), "trash"),
}  # fmt: skip


def role_of(folder: str) -> Role:
    """What a folder of this name is for; "other" if no mail client calls one so."""
    name = folder.casefold()
    for joint in ("/", "."):
        prefix, _, rest = name.partition(joint)
        if prefix in ("inbox", "[gmail]", "[google mail]") and rest:
            name = rest
    return _ROLES.get(name, "other")
