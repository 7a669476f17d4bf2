"""An HTTP server that answers by script, for the faults that real servers seldom show."""

import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class Fault(Enum):
    """What goes wrong on the wire."""

    RESET = auto()  # the connection is reset instead of an answer (TCP RST)
    CLOSE = auto()  # the connection is closed instead of an answer
    HALF = auto()  # the headers promise the whole body; half of it comes
    DRIP = auto()  # the body comes a byte at a time, ten in a second


@dataclass(frozen=True)
class Answer:
    """One scripted answer; `delay` passes before its first byte."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    delay: float = 0.0
    fault: Fault | None = None


@dataclass(frozen=True)
class Request:
    """One request as it came; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


Script = Callable[[Request], Answer]


def json_answer(value: object, status: int = 200, *, delay: float = 0.0) -> Answer:
    """A well-formed JSON answer."""
    return Answer(json.dumps(value).encode(), status, delay=delay)


class ScriptedServer:
    """Answers from a list in turn, or as a function of the request; records all requests.

    A list that has come to its end answers 500, so that a client that asks too often is seen.
    """

    def __init__(self, script: Script | Iterable[Answer]) -> None:
        self.requests: list[Request] = []
        self._script = script if callable(script) else _in_turn(script)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """The server's base address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, request: Request) -> Answer:
        """Record the request and choose its answer, after its delay."""
        with self._lock:
            self.requests.append(request)
            answer = self._script(request)
        self._stopping.wait(answer.delay)
        return answer

    def stopping(self, seconds: float) -> bool:
        """Wait so long, and say whether the server is to stop."""
        return self._stopping.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for the answers under way

    def __init__(self, owner: ScriptedServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up early is what the tests are about: nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        answer = self.server.owner.answer(request)
        self.close_connection = True
        if answer.fault is Fault.RESET:
            self._reset()
        elif answer.fault is not Fault.CLOSE:
            self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the names http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: the requests are recorded."""

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        sent = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}
        for name, value in {**sent, **answer.headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.fault is Fault.DRIP:
            self._drip(answer.body)
            return
        half = answer.fault is Fault.HALF
        self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)

    def _drip(self, body: bytes) -> None:
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.owner.stopping(0.1):
                return

    def _reset(self) -> None:
        """Closing with a linger time of zero sends RST instead of FIN (socket(7))."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())


def _in_turn(answers: Iterable[Answer]) -> Script:
    waiting = iter(answers)
    ended = json_answer({"error": "the script has ended"}, 500)
    return lambda request: next(waiting, ended)
