"""`mend chat` and `mend serve` as a person starts them: in a terminal, twice, on a taken port, after an update; and how they end."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from alembic import command

from bot.cli import servers
from bot.cli.chat import conversation_id
from bot.journal.store import alembic_config
from bot.settings import PROJECT, load_settings

pytestmark = pytest.mark.model
MEND = [sys.executable, "-c", "from bot.cli import mend; mend()"]
PATIENCE = 240


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    ports = servers.free_ports(2)
    return {
        **os.environ,
        "MEND_DATA_DIR": str(tmp_path / "data"),
        "PORT": str(ports[0]),
        "ACTION_PORT": str(ports[1]),
        "TERM": "dumb",
    }


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, arguments: list[str], environ: dict[str, str]) -> None:
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            os.chdir(PROJECT)
            os.execve(sys.executable, [*MEND, *arguments], environ)
        self.seen = ""

    def wait_for(self, text: str) -> str:
        """Read on until `text` was shown since the last call, and give what was shown."""
        end = time.monotonic() + PATIENCE
        while text not in self.seen:
            assert time.monotonic() < end, f"{text!r} was not shown: {self.seen[-2000:]}"
            ready, _, _ = select.select([self._end], [], [], 0.5)
            if ready:
                try:
                    shown = os.read(self._end, 65536).decode(errors="replace")
                except OSError:
                    shown = ""
                assert shown, f"the program ended before {text!r} was shown: {self.seen[-2000:]}"
                self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
                if "\x1b[6n" in shown:  # prompt_toolkit asks where the cursor is
                    os.write(self._end, b"\x1b[1;1R")
        before, _, self.seen = self.seen.partition(text)
        return before + text

    def type(self, text: str) -> None:
        os.write(self._end, text.encode() + b"\r")

    def interrupt(self) -> None:
        os.write(self._end, b"\x03")

    def wait(self) -> int:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if select.select([self._end], [], [], 0.1)[0]:
                    self.seen += os.read(self._end, 65536).decode(errors="replace")
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the program did not end")


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def all_ended(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=15)[1]


@pytest.fixture
def serving(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([*MEND, "serve"], cwd=PROJECT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def test_a_chat_in_the_terminal_answers_remembers_and_ends_with_all_its_children(environ: dict[str, str]) -> None:
    terminal = Terminal(["chat"], environ)
    assert "Warning" not in terminal.wait_for("Your input"), "a person reads this"
    children = family(terminal.pid)
    assert len(children) >= 2
    terminal.type("hello")
    assert "I'm Mend" in terminal.wait_for("What happened?").replace("\r\n", " ")
    terminal.type("my wife lied to me about money")
    terminal.wait_for("You can skip this")
    terminal.interrupt()
    assert terminal.wait() == 0
    assert all_ended(children)
    terminal = Terminal(["chat"], environ)
    terminal.wait_for("Your input")
    terminal.type("what do you know about me?")
    terminal.wait_for("dishonesty")
    terminal.interrupt()
    assert terminal.wait() == 0
    settings = load_settings(environ)
    kept = conversation_id(settings, new=False)
    assert conversation_id(settings, new=False) == kept != conversation_id(settings, new=True)
    assert (settings.data_dir / "conversation").stat().st_mode & 0o077 == 0
    assert settings.data_dir.stat().st_mode & 0o077 == 0


def test_serving_names_its_address_refuses_a_second_start_and_ends_cleanly_on_sigterm(serving, environ: dict[str, str]) -> None:
    line = serving.stdout.readline()
    assert f"http://127.0.0.1:{environ['PORT']}" in line
    children = family(serving.pid)
    second = subprocess.run([*MEND, "serve"], cwd=PROJECT, env=environ, capture_output=True, text=True)
    assert second.returncode == 1
    assert "already running" in second.stderr and "Traceback" not in second.stderr
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(environ["PORT"]))) == 0
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(30) == 0
    assert all_ended(children)
    for port in (environ["PORT"], environ["ACTION_PORT"]):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0


@pytest.mark.parametrize("variable", ["PORT", "ACTION_PORT"])
def test_a_taken_port_is_named_with_who_holds_it_and_what_to_do(environ: dict[str, str], variable: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environ[variable])))
        taken.listen()
        done = subprocess.run([*MEND, "serve"], cwd=PROJECT, env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"Port {environ[variable]} is in use by process {os.getpid()}" in done.stderr
    assert f"{variable}=" in done.stderr and "Traceback" not in done.stderr


def test_a_start_after_an_update_runs_the_migrations_that_wait(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MEND_DATA_DIR", "PORT", "ACTION_PORT"):
        monkeypatch.setenv(name, environ[name])
    settings = load_settings()
    from bot.journal.store import journal, migrate

    migrate(settings)
    command.downgrade(alembic_config(settings), "base")
    with servers.prepared(("PORT",)), journal(settings) as store:
        store.log_check_in("a" * 64, 3)
    with journal(settings) as store:
        assert store.summary("a" * 64)["check_ins"][0]["heaviness"] == 3


def test_a_journal_that_cannot_be_opened_is_told_in_a_sentence(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [*MEND, "serve"], cwd=PROJECT, env={**environ, "MEND_JOURNAL_URL": "sqlite:////no/such/folder/journal.db"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "The journal could not be opened" in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_setting_is_told_in_a_sentence(environ: dict[str, str]) -> None:
    done = subprocess.run([*MEND, "serve"], cwd=PROJECT, env={**environ, "PORT": "many"}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "PORT must be a number" in done.stderr and "Traceback" not in done.stderr
