"""Start servers, wait until they answer, end them all. Knows nothing of Rasa."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

#: Seconds a server gets to answer for the first time; loading a model takes about 30 on two cores.
START_SECONDS = 300
#: Seconds a child gets to end by itself.
END_SECONDS = 10


class ProcessError(RuntimeError):
    """Something that keeps the servers from running; the message says what to do."""


class Children:
    """Child processes that end together.

    Each runs in a session of its own, so that Ctrl-C reaches only this process, which then ends them in order.
    """

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        """Start one child with its output in `log`."""
        log.touch(0o600)
        with log.open("wb") as output:
            self._running[name] = subprocess.Popen(
                command,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._running[name].log = log  # type: ignore[attr-defined]

    def wait_until_answering(self, name: str, port: int) -> None:
        """Wait until `name` listens on `port` of this machine.

        Raises:
            ProcessError: it ended before, or took longer than START_SECONDS.
        """
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._running[name].poll() is not None:
                raise ProcessError(f"The {name} ended at its start; its last words are in {self._log(name)}.")
            if answers(port):
                return
            time.sleep(0.2)
        raise ProcessError(f"The {name} did not answer on port {port} within {START_SECONDS} seconds; see {self._log(name)}.")

    def wait_for_an_end(self) -> str:
        """Wait until one child ends by itself, and name it."""
        while True:
            for name, child in self._running.items():
                if child.poll() is not None:
                    return f"The {name} ended with code {child.returncode}; its last words are in {self._log(name)}."
            time.sleep(0.3)

    def end(self) -> None:
        """End all children: first asked, then made."""
        for child in self._running.values():
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for child in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            _signal(child, signal.SIGKILL)
            child.wait()
        self._running.clear()

    def _log(self, name: str) -> Path:
        return self._running[name].log  # type: ignore[attr-defined]


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    """Signal a child's whole group: what it started ends with it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


@contextlib.contextmanager
def children() -> Iterator[Children]:
    """Children that have ended when the block ends, however it ends; SIGTERM ends the block like Ctrl-C."""
    found = Children()
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield found
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        found.end()
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def answers(port: int) -> bool:
    """Whether something on this machine takes connections on `port`."""
    with contextlib.closing(socket.socket()) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def check_port(port: int, variable: str) -> None:
    """Make sure that `port` is free.

    Raises:
        ProcessError: it is taken; names the process where the system tells, and the variable that chooses another port.
    """
    if answers(port):
        other = port + 10 if port + 10 < 65536 else port - 10
        raise ProcessError(f"Port {port} is in use{_user_of(port)}. End that, or choose another with {variable}={other}.")


def _user_of(port: int) -> str:
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN and connection.pid:
                process = psutil.Process(connection.pid)
                return f" by process {process.pid} ({process.name()}, of {process.username()})"
    return " by a process of another account (ask whoever runs this machine)"


@contextlib.contextmanager
def only_one(lock: Path, what: str) -> Iterator[None]:
    """Hold `lock` while the block runs.

    Raises:
        ProcessError: another process holds it.
    """
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise ProcessError(f"{what} is already running from this folder; use that one, or end it first.") from None
