"""`mend chat`: how it ends."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import Result

from bot.cli import chat, servers
from bot.settings import PROJECT


@pytest.fixture
def talks(environ: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[list[str]]]:
    """A factory: the chat runs this code instead of Rasa; gives the arguments it was started with."""

    def runs(code: str) -> list[list[str]]:
        asked: list[list[str]] = []
        monkeypatch.setattr(chat, "ensure_trained", lambda: False)
        monkeypatch.setattr(servers, "start_actions", lambda settings, started: None)
        monkeypatch.setattr(servers, "talking", lambda *arguments: asked.append(list(arguments)) or [sys.executable, "-c", code])
        return asked

    return runs


def test_a_chat_that_the_person_ended_says_goodbye(run: Callable[..., Result], talks: Callable[[str], list[list[str]]]) -> None:
    asked = talks("")
    done = run("chat")
    assert done.exit_code == 0
    assert "Take care." in done.output
    assert asked[0][0] == "shell" and "--conversation-id" in asked[0]


def test_a_chat_that_broke_off_says_so_and_what_to_do(run: Callable[..., Result], talks: Callable[[str], list[list[str]]]) -> None:
    talks("raise SystemExit(3)")
    done = run("chat")
    assert done.exit_code == 1
    assert "Take care." not in done.output
    assert "ended by itself (code 3)" in done.output and "actions.log" in done.output and "mend doctor" in done.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_a_chat_that_is_interrupted_says_goodbye_and_leaves_nothing_running(
    run: Callable[..., Result], talks: Callable[[str], list[list[str]]], number: signal.Signals
) -> None:
    talks(f"import os, time; os.kill(os.getppid(), {int(number)}); time.sleep(600)")
    done = run("chat")
    assert done.exit_code == 0
    assert "Take care." in done.output


#: `mend chat` with an action server and a Rasa that only sleep, and say so.
SLEEPS = """
import sys
from bot.cli import chat, mend, servers
sleeper = [sys.executable, "-c", "import time; print('asleep', flush=True); time.sleep(600)"]
chat.ensure_trained = lambda: False
servers.start_actions = lambda settings, started: started.start("actions", sleeper, servers.environ(), settings.data_dir / "actions.log")
servers.talking = lambda *_: sleeper
mend(["chat"])
"""


def test_closing_the_terminal_ends_the_chat_and_everything_it_started(environ: Path) -> None:
    leader, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPS], cwd=PROJECT, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(terminal)
    shown = b""
    while b"asleep" not in shown:
        shown += os.read(leader, 1024)
    started = psutil.Process(process.pid).children()
    assert len(started) == 2
    os.close(leader)
    process.wait(20)
    assert psutil.wait_procs(started, timeout=5)[1] == []


def test_a_new_conversation_is_begun_only_when_asked_for(run: Callable[..., Result], talks: Callable[[str], list[list[str]]]) -> None:
    asked = talks("")
    for arguments in (["chat"], ["chat"], ["chat", "--new"]):
        run(*arguments)
    first, second, new = (arguments[-1] for arguments in asked)
    assert first == second != new
