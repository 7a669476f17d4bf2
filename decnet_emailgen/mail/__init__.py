"""Bytes: each mail as that person's mail client and server make it.

Pure: no socket, file, clock, environment or global randomness. What looks random follows from
Message-IDs and addresses, so the same pick always gives the same octets.
"""

from decnet_emailgen.mail.compose import Composed, compose
from decnet_emailgen.mail.copies import Copy, copies
from decnet_emailgen.mail.identifiers import mint
from decnet_emailgen.mail.parse import Mail, read
from decnet_emailgen.mail.reading import Reaction, as_read
from decnet_emailgen.mail.server import Server, server_for

__all__ = [
    "Composed",
    "Copy",
    "Mail",
    "Reaction",
    "Server",
    "as_read",
    "compose",
    "copies",
    "mint",
    "read",
    "server_for",
]
