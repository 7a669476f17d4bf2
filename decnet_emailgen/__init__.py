"""emailgen: believable mail between invented people, for the mailboxes of decoy mail hosts."""

__version__ = "0.1.0"
