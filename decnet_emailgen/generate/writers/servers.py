"""Model servers over HTTP: several share the load, and one that fails is rested and tried again.

Every failure ends in bounded time. A request that did not get through is tried again, on another
server if one is free; a server that fails rests for half a second, then twice as long each time,
with some jitter, and one request at a time finds out whether it is back. ``Retry-After`` (RFC 9110
section 10.2.3) is honoured up to a limit. When every server has failed :data:`BREAK_AFTER` times
in a row, nobody is asked any more.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from decnet_emailgen.errors import WriterError
from decnet_emailgen.generate.writers import Unanswered
from decnet_emailgen.generate.writers.answers import Trouble, read

TRIES = 5
STRANGER_TRIES = 3
"""For servers that have never answered: probably nobody is there."""
FIRST_REST, LONGEST_REST = 0.5, 20.0
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
    failures: int = 0
    rested_until: float = 0.0


@dataclass(slots=True)
class Servers:
    """One or more servers of the same kind; safe for several threads.

    ``timeout`` is in seconds, for each silence of the server; an answer that takes longer than
    ``patience`` seconds in all is given up, and after twice that no third try is made.
    """

    kind: str
    urls: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float = 120.0
    patience: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _pool: list[_Server] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _local: threading.local = field(default_factory=threading.local)
    _answered: int = 0

    def __post_init__(self) -> None:
        self._pool = [_Server(url) for url in self.urls]

    def post(self, path: str, body: object) -> Any:
        """POST JSON and get JSON; raises :class:`WriterError` or :class:`Refused`."""
        return self._try("POST", path, body)

    def get(self, path: str) -> Any:
        """GET JSON; raises :class:`WriterError` or :class:`Refused`."""
        return self._try("GET", path, None)

    def _try(self, method: str, path: str, body: object) -> Any:
        before, deadline = self._answered, self.clock() + 2 * self.patience
        tries, problem = 0, "no free server"
        while tries < (TRIES if self._answered else STRANGER_TRIES):
            if tries > 1 and self.clock() > deadline:
                break
            server = self._take(deadline)
            if server is None:
                break
            try:
                answer = self._ask(server, method, path, body)
            except Trouble as exc:
                problem = f"{server.url}: {exc}"
                tries += not exc.patient
                self._free(server, exc)
            except BaseException:
                self._free(server, None)
                raise
            else:
                self._free(server, None)
                return answer
        message = (
            f"{self.kind} at {problem}; see that it runs and is reachable (emailgen doctor), or "
            "use --writer builtin"
        )
        raise Unanswered(message) if self._answered > before else WriterError(message)

    def _take(self, deadline: float) -> _Server | None:
        """The free server with the fewest requests under way; none if all rest past the deadline.

        One that has failed takes a single request until it has answered again.
        """
        while True:
            with self._lock:
                self._check_broken()
                now = self.clock()
                free = [
                    server
                    for server in self._pool
                    if server.rested_until <= now and not (server.failures and server.busy)
                ]
                if free:
                    server = min(free, key=lambda s: (s.busy, -s.failures))
                    server.busy += 1
                    return server
                pause = max(0.05, min(s.rested_until for s in self._pool) - now)
            if now + pause > deadline:
                return None
            self.sleep(pause)

    def _check_broken(self) -> None:
        failures = min(server.failures for server in self._pool)
        if failures >= BREAK_AFTER:
            raise WriterError(
                f"{self.kind} at {', '.join(self.urls)} has failed {failures} times in a "
                "row; not asking any more: see that it runs, then go on with --resume"
            )

    def _free(self, server: _Server, trouble: Trouble | None) -> None:
        """Note how a request ended; requests that fail together are one failure."""
        with self._lock:
            now = self.clock()
            server.busy -= 1
            if trouble is None:
                server.failures, server.rested_until = 0, 0.0
                self._answered += 1
                return
            rest = trouble.pause
            if server.rested_until <= now and not trouble.patient:
                doubled = FIRST_REST * 2**server.failures
                rest = max(rest, min(LONGEST_REST, doubled) * random.uniform(0.75, 1.25))  # jitter
                server.failures += 1
            server.rested_until = max(server.rested_until, now + rest)

    def _session(self) -> Any:
        if not hasattr(self._local, "session"):
            import requests

            self._local.session = requests.Session()
            self._local.session.headers.update(self.headers)
        return self._local.session

    def _ask(self, server: _Server, method: str, path: str, body: object) -> Any:
        status, content = read(
            lambda: self._session().request(
                method, server.url + path, json=body, timeout=(10, self.timeout), stream=True
            ),
            self.patience,
        )
        if status >= 400:
            raise Refused(server.url, status, content.decode(errors="replace"))
        try:
            import json

            return json.loads(content.decode())
        except ValueError as exc:
            raise Trouble(f"not JSON ({exc})") from exc
