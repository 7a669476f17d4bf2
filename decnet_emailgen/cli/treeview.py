"""A thread as a tree: who answers whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from decnet_emailgen.cli.console import console, one_line, plain
from decnet_emailgen.cli.threadview import people

if TYPE_CHECKING:
    from rich.text import Text

    from decnet_emailgen.store.threads import Stored

DEEPEST = 12
"""So far answers are indented; deeper ones stand under each other, as mail clients do it."""


def tree(thread_id: str, mails: Sequence[Stored]) -> None:
    """Print the tree of a thread's mails; an answer hangs under what it answers."""
    from rich.tree import Tree

    first = mails[0].draft.pick
    root = Tree(plain(one_line(f"{thread_id}: {first.topic}"), "bold"), guide_style="dim")
    nodes: dict[str, tuple[Tree, int]] = {}
    for stored in mails:
        pick = stored.draft.pick
        parent = pick.parent.message_id if pick.parent else ""
        above, depth = nodes.get(parent, (root, 0))
        node = above.add(_label(stored))
        nodes[pick.message_id] = (node, depth + 1) if depth < DEEPEST else (above, depth)
    console().print(root)


def _label(stored: Stored) -> Text:
    """Sender, recipients, when, and the subject where the mail begins something."""
    pick = stored.draft.pick
    to = people([party.email for party in (*pick.to, *pick.cc, *pick.bcc)])
    label = plain(one_line(pick.sender.name or pick.sender.email, 60), "bold")
    label.append_text(plain(f" → {one_line(to, 100)}"))
    label.append_text(plain(pick.when.strftime("  %a %d %b %Y %H:%M %z"), "cyan"))
    told = [str(pick.kind)] if pick.kind != "reply" else []
    told += [stored.state] if stored.state not in ("written", "delivered") else []
    if told:
        label.append_text(plain(f"  [{', '.join(told)}]", "yellow"))
    subject = stored.draft.subject
    if subject and pick.kind in ("new", "forward"):
        label.append_text(plain("  " + one_line(subject, 120)))
    return label
