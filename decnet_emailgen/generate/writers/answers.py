"""Reading an HTTP answer in bounded time and memory, whatever the server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

MAX_ANSWER = 1_000_000
RETRY = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_PAUSE = 120.0


class Trouble(Exception):  # noqa: N818 - tried again by its only caller, never seen outside
    """A request that did not get through, and may if it is tried again.

    ``pause`` is how many seconds the server asks to be left alone; ``patient`` is true if it only
    has too much to do (429) and said when it will have time.
    """

    def __init__(self, text: str, pause: float = 0.0, *, patient: bool = False) -> None:
        super().__init__(" ".join(text.split()))
        self.pause = pause
        self.patient = patient


def read(ask: Callable[[], Any], patience: float) -> tuple[int, bytes]:
    """Status and body of the answer; raises :class:`Trouble` where another try may help."""
    import requests
    import urllib3

    try:
        with ask() as response:
            content = _body(response, patience)
    except (requests.RequestException, urllib3.exceptions.HTTPError) as exc:
        raise Trouble(_plain(exc)) from exc
    status = int(response.status_code)
    if status in RETRY:
        pause = _pause(response.headers.get("Retry-After", ""))
        text = content.decode(errors="replace")[:160]
        raise Trouble(f"answered {status}: {text}", pause, patient=status == 429 and pause > 0)
    return status, content


def _body(response: Any, patience: float) -> bytes:
    """The body as it comes in, so that a server which drips has an end too."""
    started = time.monotonic()
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read1(65536, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER:
            raise Trouble(f"an answer of more than {MAX_ANSWER:,} bytes")
        if time.monotonic() - started > patience:
            raise Trouble(f"no end of the answer after {patience:.0f} s")
    return b"".join(parts)


def _pause(header: str) -> float:
    """Seconds to wait: a number, or until an HTTP date (RFC 9110 section 10.2.3)."""
    from email.utils import parsedate_to_datetime

    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - time.time()
        except ValueError:
            return 0.0
    return max(0.0, min(LONGEST_PAUSE, seconds))


def _plain(error: Exception) -> str:
    """What went wrong, in a few words instead of urllib3's."""
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "no connection in 10 s"
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "no answer in time"
    broken = requests.exceptions.ChunkedEncodingError | urllib3.exceptions.ProtocolError
    if isinstance(error, broken):
        return "the answer broke off"
    if isinstance(error, requests.exceptions.ConnectionError):
        text = str(error).lower()
        return "connection refused" if "refused" in text else "the connection failed"
    return " ".join(str(error).split())[:160]
