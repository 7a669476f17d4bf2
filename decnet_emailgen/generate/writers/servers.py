"""Model servers over HTTP: several share the load, and one that fails is rested.

Every failure ends in a :class:`WriterError` in bounded time: a request that did not get through is
tried once more, on another server if there is one; ``Retry-After`` (RFC 9110 section 10.2.3) is
honoured up to a limit; and after a run of failures nobody is asked any more for a while.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from decnet_emailgen.errors import WriterError

MAX_ANSWER = 1_000_000
RETRY = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_PAUSE = 30.0
REST = 20.0
BREAK_AFTER = 6


class Refused(Exception):  # noqa: N818 - an outcome between these two modules, no error of a user's
    """A server answered with a status that trying again would not change."""

    def __init__(self, url: str, status: int, body: str) -> None:
        super().__init__(f"{url} answered {status}: {' '.join(body.split())[:200]}")
        self.status = status
        self.body = body
        self.url = url


@dataclass(slots=True)
class _Server:
    url: str
    busy: int = 0
    rested_until: float = 0.0


@dataclass(slots=True)
class Servers:
    """One or more servers of the same kind; safe for several threads.

    ``timeout`` is in seconds, for the connection and for each silence of the server; an answer that
    takes longer than ``patience`` seconds in all is given up.
    """

    kind: str
    urls: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float = 120.0
    patience: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    _pool: list[_Server] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _local: threading.local = field(default_factory=threading.local)
    _failures: int = 0

    def __post_init__(self) -> None:
        self._pool = [_Server(url) for url in self.urls]

    def post(self, path: str, body: object) -> Any:
        """POST JSON and get JSON; raises :class:`WriterError` or :class:`Refused`."""
        return self._try("POST", path, body)

    def get(self, path: str) -> Any:
        """GET JSON; raises :class:`WriterError` or :class:`Refused`."""
        return self._try("GET", path, None)

    def _try(self, method: str, path: str, body: object) -> Any:
        self._check_broken()
        problem = ""
        for attempt in range(2):
            server = self._take()
            try:
                answer = self._ask(server, method, path, body)
            except _Trouble as exc:
                problem = f"{server.url}: {exc}"
                self._rest(server)
                if attempt == 0:
                    self.sleep(exc.pause or random.uniform(0.2, 0.8))  # jitter, no decision
            else:
                self._failures = 0
                return answer
            finally:
                with self._lock:
                    server.busy -= 1
        self._failures += 1
        raise WriterError(
            f"{self.kind} at {problem}; see that it runs and is reachable (emailgen doctor), or "
            "use --writer builtin"
        )

    def _check_broken(self) -> None:
        if self._failures >= BREAK_AFTER:
            raise WriterError(
                f"{self.kind} at {', '.join(self.urls)} has failed {self._failures} times in a "
                "row; not asking any more: see that it runs, then go on with --resume"
            )

    def _take(self) -> _Server:
        """The server with the fewest requests under way that isn't resting, or the best one."""
        with self._lock:
            now = time.monotonic()
            server = min(self._pool, key=lambda s: (s.rested_until > now, s.busy))
            server.busy += 1
            return server

    def _rest(self, server: _Server) -> None:
        with self._lock:
            server.rested_until = time.monotonic() + REST

    def _session(self) -> Any:
        if not hasattr(self._local, "session"):
            import requests

            self._local.session = requests.Session()
            self._local.session.headers.update(self.headers)
        return self._local.session

    def _ask(self, server: _Server, method: str, path: str, body: object) -> Any:
        import requests

        try:
            with self._session().request(
                method, server.url + path, json=body, timeout=(10, self.timeout), stream=True
            ) as response:
                return self._read(server.url, response)
        except requests.RequestException as exc:
            raise _Trouble(_plain(exc)) from exc
        except ValueError as exc:
            raise _Trouble(f"not JSON ({exc})") from exc

    def _read(self, url: str, response: Any) -> Any:
        import json

        started = time.monotonic()
        parts = []
        size = 0
        for part in response.iter_content(65536):
            parts.append(part)
            size += len(part)
            if size > MAX_ANSWER:
                raise _Trouble(f"an answer of more than {MAX_ANSWER:,} bytes")
            if time.monotonic() - started > self.patience:
                raise _Trouble(f"no end of the answer after {self.patience:.0f} s")
        content = b"".join(parts)
        if response.status_code in RETRY:
            text = content.decode(errors="replace")
            raise _Trouble(f"answered {response.status_code}: {text[:160]}", _pause(response))
        if response.status_code >= 400:
            raise Refused(url, response.status_code, content.decode(errors="replace"))
        return json.loads(content.decode())


class _Trouble(Exception):  # noqa: N818 - tried again here, never seen outside
    def __init__(self, text: str, pause: float = 0.0) -> None:
        super().__init__(" ".join(text.split()))
        self.pause = pause


def _pause(response: Any) -> float:
    try:
        return min(LONGEST_PAUSE, float(response.headers.get("Retry-After", 0)))
    except ValueError:
        return 0.0


def _plain(error: Exception) -> str:
    """What went wrong, in a few words instead of urllib3's."""
    import requests

    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "no connection in 10 s"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer broke off"
    if isinstance(error, requests.exceptions.ConnectionError):
        text = str(error).lower()
        return "connection refused" if "refused" in text else "the connection failed"
    return " ".join(str(error).split())[:160]
