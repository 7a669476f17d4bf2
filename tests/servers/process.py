"""Child processes of the tests: output goes to a file, and the child ends with the tests."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOOPBACK = "127.0.0.1"


class Child:
    """One server process, started at once."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        end: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.log = log
        self.end = end
        self.name = command[0]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [*_ends_with_parent(end), *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
            )

    def wait_ready(self, probe: Callable[[], bool], seconds: float) -> None:
        """Return once `probe` says yes; a child that died or took too long shows its log."""
        deadline = time.monotonic() + seconds
        while not probe():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended at its start:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{self.name} not ready in {seconds} s:\n{self.log_tail()}")
            time.sleep(0.03)

    def stop(self, seconds: float = 15) -> None:
        """Ask the child to end, then make it."""
        self.process.send_signal(self.end)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log_tail(self, characters: int = 2000) -> str:
        """The end of what the child printed."""
        return self.log.read_text(errors="replace")[-characters:]


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether something accepts connections on the loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def _ends_with_parent(end: signal.Signals) -> list[str]:
    """The kernel ends the child even if the tests are killed outright (prctl(2), PDEATHSIG)."""
    if shutil.which("setpriv") is None:
        return []
    return ["setpriv", "--pdeathsig", end.name.removeprefix("SIG"), "--"]
