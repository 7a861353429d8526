"""Servers started, waited for and ended, with real small children."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot import processes
from bot.processes import Children, ProcessError, answers, check_port, children, is_held, only_one
from bot.settings import PROJECT

#: Takes connections on the port it is given until it is ended.
LISTENER = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(600)"
SLEEPER = "import time; print('I sleep', flush=True); time.sleep(600)"
#: Takes requests to end for nothing; says when it does so from then on.
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"


@pytest.fixture
def found() -> Iterator[Children]:
    """Children that are ended after the test, whatever it did."""
    made = Children()
    yield made
    made.end()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which this process takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    """A port on which nothing takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def start(made: Children, tmp_path: Path, code: str, *arguments: str, name: str = "server") -> psutil.Process:
    """Start a child that runs `code`; gives its process."""
    made.start(name, [sys.executable, "-c", code, *arguments], os.environ, tmp_path / f"{name}.log")
    return psutil.Process(made._running[name].process.pid)


def test_a_port_that_is_listened_on_answers(taken_port: int) -> None:
    assert answers(taken_port)


def test_a_free_port_does_not_answer(free_port: int) -> None:
    assert not answers(free_port)


def test_a_free_port_passes_the_check(free_port: int) -> None:
    check_port(free_port, "PORT")


def test_a_taken_port_is_refused_with_who_has_it_and_what_to_choose(taken_port: int) -> None:
    with pytest.raises(ProcessError) as caught:
        check_port(taken_port, "ACTION_PORT")
    assert f"Port {taken_port} is in use by process {os.getpid()}" in str(caught.value)
    assert f"ACTION_PORT={taken_port + 10}" in str(caught.value)


def test_a_port_of_another_account_is_refused_too(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(kind: str) -> list:
        raise psutil.AccessDenied

    monkeypatch.setattr(processes.psutil, "net_connections", denied)
    with pytest.raises(ProcessError, match="by a process of another account"):
        check_port(taken_port, "PORT")


@pytest.mark.parametrize("port", [65526, 65535])
def test_the_port_to_choose_instead_is_one_that_exists(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "answers", lambda taken: True)
    with pytest.raises(ProcessError) as caught:
        check_port(port, "PORT")
    assert 0 < int(str(caught.value).split("PORT=")[1].rstrip(".")) < 65536


def test_a_child_runs_with_the_environment_it_is_given_and_writes_its_own_log(found: Children, tmp_path: Path) -> None:
    code = "import os; print('for', os.environ['WHOM']); import sys; print('wrong', file=sys.stderr)"
    log = tmp_path / "server.log"
    found.start("server", [sys.executable, "-c", code], {"WHOM": "you"}, log)
    assert "server ended with code 0" in found.wait_for_an_end()
    assert set(log.read_text().split("\n")) == {"for you", "wrong", ""}
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_child_is_in_a_session_of_its_own(found: Children, tmp_path: Path) -> None:
    child = start(found, tmp_path, SLEEPER)
    assert os.getsid(child.pid) == child.pid != os.getsid(0)


def test_a_child_that_is_killed_is_gone_at_once_and_the_others_stay(found: Children, tmp_path: Path) -> None:
    for name in ("one", "other"):
        found.start(name, [sys.executable, "-c", STUBBORN], os.environ, tmp_path / f"{name}.log")
    one, other = (found._running[name].process for name in ("one", "other"))
    found.kill("one")
    assert one.poll() is not None and other.poll() is None


def test_a_child_runs_in_the_projects_folder(found: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    start(found, tmp_path, "import os; print(os.getcwd())")
    found.wait_for_an_end()
    assert (tmp_path / "server.log").read_text().strip() == str(PROJECT)


def test_a_child_that_is_read_from_here_ends_with_the_others(found: Children) -> None:
    opened = found.open("trainer", [sys.executable, "-c", SLEEPER], os.environ, stdout=subprocess.PIPE)
    assert opened.stdout is not None and opened.stdout.readline() == b"I sleep\n"
    found.end()
    assert opened.returncode == -signal.SIGTERM


def test_a_child_in_this_terminal_stays_in_its_group_and_ends_with_the_others(found: Children) -> None:
    opened = found.open("prompt", [sys.executable, "-c", SLEEPER], os.environ, start_new_session=False, stdout=subprocess.PIPE)
    assert os.getpgid(opened.pid) == os.getpgid(0)
    found.end()
    assert opened.returncode == -signal.SIGTERM


def test_it_waits_until_the_child_answers(found: Children, tmp_path: Path, free_port: int) -> None:
    start(found, tmp_path, LISTENER, str(free_port))
    found.wait_until_answering("server", free_port)
    assert answers(free_port)


def test_a_child_that_ends_before_it_answers_is_told_with_its_log(found: Children, tmp_path: Path, free_port: int) -> None:
    start(found, tmp_path, "raise SystemExit(3)")
    with pytest.raises(ProcessError, match=r"The server ended at its start; its last words are in .*server\.log"):
        found.wait_until_answering("server", free_port)


def test_a_child_that_never_answers_is_told(found: Children, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 0)
    start(found, tmp_path, SLEEPER)
    with pytest.raises(ProcessError, match=rf"did not answer on port {free_port} within 0 seconds; see .*server\.log"):
        found.wait_until_answering("server", free_port)


def test_the_child_that_ends_is_named_with_its_code(found: Children, tmp_path: Path) -> None:
    start(found, tmp_path, SLEEPER, name="first")
    start(found, tmp_path, "raise SystemExit(3)", name="second")
    assert found.wait_for_an_end().startswith("The second ended with code 3; its last words are in ")


def test_ending_ends_every_child(found: Children, tmp_path: Path) -> None:
    running = [start(found, tmp_path, SLEEPER, name=name) for name in ("first", "second")]
    found.end()
    assert [process.is_running() for process in running] == [False, False]


def test_what_a_child_started_ends_with_it(found: Children, tmp_path: Path, free_port: int) -> None:
    starts_another = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {LISTENER!r}, sys.argv[1]])"
    child = start(found, tmp_path, starts_another, str(free_port))
    found.wait_until_answering("server", free_port)
    (started,) = child.children()
    found.end()
    _, left = psutil.wait_procs([started], timeout=10)
    assert left == []


def test_a_child_that_does_not_listen_is_made_to_end(
    found: Children, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "END_SECONDS", 0)
    child = start(found, tmp_path, f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {LISTENER}", str(free_port))
    found.wait_until_answering("server", free_port)
    found.end()
    assert not child.is_running()


def test_ending_twice_does_no_harm(found: Children, tmp_path: Path) -> None:
    start(found, tmp_path, SLEEPER)
    found.end()
    found.end()
    assert found._running == {}


def test_children_have_ended_when_the_block_raises(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(RuntimeError, match="stop"), children() as made:
        child = start(made, tmp_path, SLEEPER)
        raise RuntimeError("stop")
    assert not child.is_running()
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_request_to_end_ends_the_block_like_ctrl_c(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), children() as made:
        child = start(made, tmp_path, SLEEPER)
        signal.raise_signal(number)
    assert not child.is_running()
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_a_request_while_they_end_does_not_keep_a_stubborn_child_alive(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "END_SECONDS", 0.3)
    ask = processes.Child.send

    def ask_and_be_asked(child: processes.Child, sent: int) -> None:
        signal.raise_signal(number)
        ask(child, sent)
        signal.raise_signal(number)

    monkeypatch.setattr(processes.Child, "send", ask_and_be_asked)
    with pytest.raises(RuntimeError, match="stop"), children() as made:
        child = start(made, tmp_path, STUBBORN)
        while "I sleep" not in (tmp_path / "server.log").read_text():
            time.sleep(0.02)
        raise RuntimeError("stop")
    assert not child.is_running()


def test_after_the_first_request_no_other_is_heard() -> None:
    with children():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGHUP)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.raise_signal(number)


def test_one_that_was_told_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with children() as made:
            child = start(made, tmp_path, SLEEPER)
            signal.raise_signal(signal.SIGHUP)
            assert child.is_running()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.processes import ProcessError, only_one\n"
        "try:\n    with only_one(Path(sys.argv[1]), 'Mend'): print('went in')\n"
        "except ProcessError as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "lock")]
    with only_one(tmp_path / "lock", "Mend"):
        inside = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    outside = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert inside.strip() == "Mend is already running from this folder; use that one, or end it first."
    assert outside.strip() == "went in"


def test_the_lock_is_given_back_when_the_block_raises(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="stop"), only_one(tmp_path / "lock", "Mend"):
        raise RuntimeError("stop")
    entered = False
    with only_one(tmp_path / "lock", "Mend"):
        entered = True
    assert entered


def test_whether_a_lock_is_held_is_told_without_making_one(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "lock")
    assert not (tmp_path / "lock").exists()
    with only_one(tmp_path / "lock", "Mend"):
        assert is_held(tmp_path / "lock")
    assert not is_held(tmp_path / "lock")
