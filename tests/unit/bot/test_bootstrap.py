"""The set-up: what is found, what is run, and the sentence that is said when it cannot be. No network, no packages."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import bootstrap
from bot.bootstrap import NO_PACKAGES, NO_PYTHON, NO_UV, SetupError


class Setup:
    """A project in a folder of its own, with every command that would be run written down instead."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[list[str]] = []
        self.failing: str = ""
        self.has_python = False

    def run(self, command: list[str], **kwargs: object) -> subprocess.CompletedProcess:
        """Stands in for subprocess.run."""
        self.commands.append(command)
        fails = bool(self.failing) and self.failing in " ".join(command)
        self.has_python = self.has_python or (command[1] == "venv" and not fails)
        return subprocess.CompletedProcess(command, 1 if fails else 0)


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    """A project that was never set up, on the platform of the lock, with uv and Python 3.10 at hand."""
    made = Setup(tmp_path)
    (tmp_path / "requirements.lock").write_text("package==1")
    (tmp_path / "pyproject.toml").write_text("[project]")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(bootstrap, "PROJECT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "TOOLS", str(tmp_path / ".uv"))
    monkeypatch.setattr(bootstrap, "LOCK", str(tmp_path / "requirements.lock"))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / ".venv" / ".mend-setup"))
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(bootstrap, "find_uv", lambda: "/there/uv")
    monkeypatch.setattr(bootstrap, "find_python", lambda: "/there/python3.10")
    monkeypatch.setattr(bootstrap, "is_python", lambda path: made.has_python and path == str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(bootstrap.subprocess, "run", made.run)
    return made


def program(path: Path, code: int = 0, says: str = "") -> Path:
    """A program at `path` that says something and ends with `code`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_a_new_set_up_makes_the_environment_and_installs_what_the_lock_says(setup: Setup) -> None:
    assert bootstrap.main() == 0
    venv, sync, project = setup.commands
    assert venv[:2] == ["/there/uv", "venv"]
    assert venv[-3:] == ["--python", "/there/python3.10", str(setup.root / ".venv")]
    assert sync == ["/there/uv", "pip", "sync", "--require-hashes", str(setup.root / "requirements.lock")]
    assert project[:3] == ["/there/uv", "pip", "install"]
    assert "--no-deps" in project
    assert project[-2:] == ["-e", str(setup.root)]


def test_a_second_set_up_does_nothing(setup: Setup) -> None:
    bootstrap.main()
    setup.commands.clear()
    assert bootstrap.main() == 0
    assert setup.commands == []


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_what_changed_is_set_up_again(setup: Setup, changed: str) -> None:
    bootstrap.main()
    setup.commands.clear()
    with (setup.root / changed).open("a") as file:
        file.write("\n# changed")
    assert bootstrap.main() == 0
    assert any("sync" in command for command in setup.commands)


def test_an_environment_whose_python_is_gone_is_made_anew_though_nothing_changed(setup: Setup) -> None:
    bootstrap.main()
    setup.commands.clear()
    setup.has_python = False
    assert bootstrap.main() == 0
    assert [command[1] for command in setup.commands] == ["venv", "pip", "pip"]


def test_an_environment_that_has_python_is_kept(setup: Setup) -> None:
    setup.has_python = True
    bootstrap.main()
    assert [command[1] for command in setup.commands] == ["pip", "pip"]


def test_without_a_python_of_its_own_uv_is_asked_for_one(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "find_python", lambda: None)
    bootstrap.main()
    assert setup.commands[0][-3:-1] == ["--python", "3.10"]


@pytest.mark.parametrize(
    ("failing", "sentence"),
    [("uv venv", NO_PYTHON), ("pip sync", NO_PACKAGES), ("pip install", NO_PACKAGES)],
)
def test_a_step_that_fails_is_said_in_one_sentence(setup: Setup, capsys: pytest.CaptureFixture[str], failing: str, sentence: str) -> None:
    setup.failing = failing
    assert bootstrap.main() == 1
    assert f"Set-up stopped: {sentence}\n" in capsys.readouterr().err
    assert not (setup.root / ".venv" / ".mend-setup").exists()


@pytest.mark.parametrize("failing", ["-m venv", "-m pip install"])
def test_without_uv_and_the_means_to_fetch_it_that_is_said(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failing: str
) -> None:
    monkeypatch.setattr(bootstrap, "find_uv", lambda: None)
    setup.failing = failing
    assert bootstrap.main() == 1
    assert f"Set-up stopped: {NO_UV}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        (NO_PYTHON, ("Python 3.10", "pyenv", "run the command again")),
        (NO_UV, ("uv", "pip", "venv", "run the command again")),
        (NO_PACKAGES, ("network", "disk space", "run the command again")),
    ],
)
def test_every_sentence_names_what_is_missing_and_what_to_do(sentence: str, named: tuple[str, ...]) -> None:
    assert [word for word in named if word not in sentence] == []


def test_a_missing_uv_is_fetched_into_the_project(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "find_uv", lambda: None)
    assert bootstrap.main() == 0
    folder = str(setup.root / ".uv" / "venv")
    assert setup.commands[0] == [sys.executable, "-m", "venv", "--clear", folder]
    assert setup.commands[1][-1] == f"uv=={bootstrap.UV_VERSION}"
    assert setup.commands[2][0] == f"{folder}/bin/uv"


@pytest.mark.parametrize(("system", "machine"), [("darwin", "x86_64"), ("linux", "aarch64"), ("win32", "AMD64")])
def test_another_platform_is_told_so_before_anything_is_run(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], system: str, machine: str
) -> None:
    monkeypatch.setattr(bootstrap.sys, "platform", system)
    monkeypatch.setattr(bootstrap.platform, "machine", lambda: machine)
    assert bootstrap.main() == 1
    assert "for Linux on x86_64" in capsys.readouterr().err
    assert setup.commands == []


def test_an_interrupted_set_up_is_never_taken_for_a_whole_one(setup: Setup) -> None:
    bootstrap.main()
    setup.failing = "pip install"
    lock = setup.root / "requirements.lock"
    before = lock.read_text()
    lock.write_text("package==2")
    assert bootstrap.main() == 1
    lock.write_text(before)
    setup.failing = ""
    setup.commands.clear()
    assert bootstrap.main() == 0
    assert any("sync" in command for command in setup.commands)


def test_a_lock_that_is_missing_is_said_in_one_sentence(setup: Setup, capsys: pytest.CaptureFixture[str]) -> None:
    (setup.root / "requirements.lock").unlink()
    assert bootstrap.main() == 1
    assert "Set-up stopped: " in capsys.readouterr().err


def test_the_packages_go_into_the_projects_environment(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    environs = []

    def run(command: list[str], env: dict[str, str] | None = None, **kwargs: object) -> subprocess.CompletedProcess:
        environs.append((env or {}).get("VIRTUAL_ENV"))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere/else")
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    bootstrap.main()
    assert environs[1:] == [str(setup.root / ".venv")] * 2


def test_a_python_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = program(tmp_path / "bin" / "python3.10")
    monkeypatch.setenv("PATH", f"{tmp_path / 'empty'}{os.pathsep}{tmp_path / 'bin'}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    assert bootstrap.find_python() == str(wanted)


def test_a_stand_in_that_does_not_run_is_passed_over_for_pyenvs_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "pyenv"
    program(root / "shims" / "python3.10", code=127)
    wanted = program(root / "versions" / "3.10.13" / "bin" / "python3.10")
    monkeypatch.setenv("PATH", str(root / "shims"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    assert bootstrap.find_python() == str(wanted)


@pytest.mark.parametrize("place", ["PYENV_ROOT", "HOME"])
def test_pyenvs_python_is_found_without_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    root = tmp_path / "elsewhere" if place == "PYENV_ROOT" else tmp_path / ".pyenv"
    wanted = program(root / "versions" / "3.10.4" / "bin" / "python3.10")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    if place == "PYENV_ROOT":
        monkeypatch.setenv("PYENV_ROOT", str(root))
    assert bootstrap.find_python() == str(wanted)


def test_where_there_is_no_python_none_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin" / "python3.10", code=1)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    assert bootstrap.find_python() is None


def test_this_python_is_one_and_a_missing_one_is_not(tmp_path: Path) -> None:
    assert bootstrap.is_python(sys.executable)
    assert not bootstrap.is_python(str(tmp_path / "python3.10"))


UV = "uv 0.13.9 (x86_64-unknown-linux-gnu)"


def test_the_projects_own_uv_wins_over_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "TOOLS", str(tmp_path / ".uv"))
    machines = program(tmp_path / "bin" / "uv", says=UV)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert bootstrap.find_uv() == str(machines)
    own = program(tmp_path / ".uv" / "venv" / "bin" / "uv", says=UV)
    assert bootstrap.find_uv() == str(own)
    program(own, code=1)
    assert bootstrap.find_uv() == str(machines)


@pytest.mark.parametrize(
    ("says", "is_enough"),
    [
        ("uv 0.8.0", True),
        ("uv 0.10.1 (abcdef 2026-01-01)", True),
        ("uv 1.0.0", True),
        ("uv 0.7.22 (abcdef 2025-07-01)", False),
        ("uv 0.1.44", False),
        ("something else", False),
        ("", False),
    ],
)
def test_a_uv_too_old_for_what_is_asked_of_it_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, is_enough: bool
) -> None:
    monkeypatch.setattr(bootstrap, "TOOLS", str(tmp_path / ".uv"))
    found = program(tmp_path / "bin" / "uv", says=says)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert bootstrap.find_uv() == (str(found) if is_enough else None)


def test_where_no_uv_runs_none_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "TOOLS", str(tmp_path / ".uv"))
    program(tmp_path / "bin" / "uv", code=1, says=UV)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert bootstrap.find_uv() is None


def no_tools(root: Path) -> None:
    """The folder of the tools cannot be made."""
    (root / ".uv").touch()


def no_lock(root: Path) -> None:
    """The lock cannot be opened."""
    (root / ".uv" / "lock").mkdir(parents=True)


def no_stamp(root: Path) -> None:
    """The stamp can be neither removed nor written."""
    (root / ".venv" / ".mend-setup").mkdir()


@pytest.mark.parametrize("broken", [no_tools, no_lock, no_stamp], ids=lambda way: way.__name__)
def test_a_file_that_cannot_be_written_is_said_in_one_sentence(
    setup: Setup, capsys: pytest.CaptureFixture[str], broken: Callable[[Path], None]
) -> None:
    broken(setup.root)
    assert bootstrap.main() == 1
    said = capsys.readouterr().err
    assert "Set-up stopped: " in said and str(setup.root) in said and "run the command again" in said


def test_a_command_that_is_not_there_does_not_work_and_fails_with_its_sentence(tmp_path: Path) -> None:
    assert not bootstrap.works([str(tmp_path / "nothing")])
    with pytest.raises(SetupError, match=r"^what to do$"):
        bootstrap.run([str(tmp_path / "nothing")], "what to do")


def test_a_file_that_is_not_there_reads_as_nothing(tmp_path: Path) -> None:
    assert bootstrap.read(str(tmp_path / "nothing")) == ""


def test_it_needs_nothing_installed() -> None:
    tree = ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)
