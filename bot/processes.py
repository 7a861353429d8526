"""Start servers, wait until they answer, end them all. Knows nothing of Rasa."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from bot.settings import PROJECT

#: Seconds a server gets to answer for the first time; loading a model takes about 30 on two cores.
START_SECONDS = 300
#: Seconds a child gets to end by itself.
END_SECONDS = 10


class ProcessError(RuntimeError):
    """Something that keeps the servers from running; the message says what to do."""


@dataclass(frozen=True)
class Child:
    """A child process. `log` is where its output goes, if that is a file; one in a session of its own leads a group."""

    process: subprocess.Popen[bytes]
    log: Path | None
    is_leader: bool

    def send(self, number: int) -> None:
        """Signal it, with its whole group if it leads one: what it started ends with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.is_leader:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)


class Children:
    """Child processes that end together.

    Each runs in the project's folder and, unless it needs this terminal, in a session of its own, so that Ctrl-C reaches only this
    process, which then ends them in order.
    """

    def __init__(self) -> None:
        self._running: dict[str, Child] = {}

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        """Start one child with its output in `log`."""
        log.touch(0o600)
        with log.open("wb") as output:
            self.open(name, command, environ, log, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def open(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        log: Path | None = None,
        start_new_session: bool = True,
        **streams: Any,
    ) -> subprocess.Popen[bytes]:
        """Start one child with these streams (this terminal's where none is given) and give it to be read or waited for."""
        process = subprocess.Popen(command, env=dict(environ), cwd=PROJECT, start_new_session=start_new_session, **streams)
        self._running[name] = Child(process, log, start_new_session)
        return process

    def wait_until_answering(self, name: str, port: int) -> None:
        """Wait until `name` listens on `port` of this machine.

        Raises:
            ProcessError: it ended before, or took longer than START_SECONDS.
        """
        child = self._running[name]
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if child.process.poll() is not None:
                raise ProcessError(f"The {name} ended at its start; its last words are in {child.log}.")
            if answers(port):
                return
            time.sleep(0.2)
        raise ProcessError(f"The {name} did not answer on port {port} within {START_SECONDS} seconds; see {child.log}.")

    def kill(self, name: str) -> None:
        """Make one child end at once, without asking."""
        child = self._running.pop(name)
        child.send(signal.SIGKILL)
        child.process.wait()

    def wait_for_an_end(self) -> str:
        """Wait until one child ends by itself, and name it."""
        while True:
            for name, child in self._running.items():
                if child.process.poll() is not None:
                    return f"The {name} ended with code {child.process.returncode}; its last words are in {child.log}."
            time.sleep(0.3)

    def end(self) -> None:
        """End all children: first asked, then made."""
        for child in self._running.values():
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for child in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            child.send(signal.SIGKILL)
            child.process.wait()
        self._running.clear()


@contextlib.contextmanager
def children() -> Iterator[Children]:
    """Children that have ended when the block ends, however it ends; SIGTERM and a closed terminal end it like Ctrl-C.

    A second request to end is not heard: it would leave running what did not end when it was asked.
    """
    found = Children()
    before = {number: signal.getsignal(number) for number in _REQUESTS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as `nohup` and a shell's `&` set it: the servers are to outlive the terminal
            signal.signal(number, _interrupt)
    try:
        yield found
    finally:
        _hear_no_more()
        found.end()
        for number, handler in before.items():
            signal.signal(number, handler)


_REQUESTS = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def _interrupt(*_: object) -> None:
    _hear_no_more()
    raise KeyboardInterrupt


def _hear_no_more() -> None:
    for number in _REQUESTS:
        signal.signal(number, signal.SIG_IGN)


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


def is_held(lock: Path) -> bool:
    """Whether somebody holds `lock` now; makes no file."""
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
