"""The golden mails: an answer to an answer, in each client and language.

``python -m tests.mail.golden`` writes them anew; look at the difference before committing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from decnet_emailgen.world.model import CLIENTS
from tests.mail.samples import LANGUAGES, thread

FOLDER = Path(__file__).parent / "golden"


def mails() -> Iterator[tuple[str, bytes]]:
    """File names and octets of all golden mails."""
    for client in CLIENTS:
        for language in LANGUAGES:
            last = thread(("thunderbird", "gmail", client), language)[-1]
            yield f"{client}-{language}.eml", last.message.encode()


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in mails():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
