"""Set-up on machines that lack something: really run, without a network, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import bootstrap
from bot.settings import PROJECT

PYTHON_310 = str(Path(sys.executable).resolve())


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up reads of a fresh clone."""
    for name in ("bot/bootstrap.py", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def set_up(clone: Path, path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run set-up with nothing on the PATH but `path`, an empty home and no way out."""
    path.mkdir(exist_ok=True)
    bare = {"PATH": str(path), "HOME": str(clone / "home"), "UV_OFFLINE": "1", "UV_NO_CONFIG": "1", "PIP_INDEX_URL": "http://127.0.0.1:9"}
    return subprocess.run(
        [PYTHON_310, "bot/bootstrap.py"], cwd=clone, env={**bare, "PIP_RETRIES": "0", **environ}, capture_output=True, text=True
    )


def with_uv(clone: Path) -> None:
    """Give the clone the uv that this project was set up with."""
    uv = bootstrap.find_uv()
    assert uv, "the project itself was set up with one"
    (clone / ".uv" / "venv" / "bin").mkdir(parents=True)
    (clone / ".uv" / "venv" / "bin" / "uv").symlink_to(Path(uv).resolve())


def test_without_python_310_and_without_a_network_one_sentence_says_what_to_install(clone: Path) -> None:
    with_uv(clone)
    done = set_up(clone, clone / "empty")
    assert done.returncode == 1
    assert bootstrap.NO_PYTHON in done.stderr and "Traceback" not in done.stderr
    assert not (clone / ".venv" / ".mend-setup").exists()


def test_without_pip_to_fetch_uv_one_sentence_says_what_to_install(clone: Path) -> None:
    broken = clone / "broken" / "venv"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("")
    (broken / "__main__.py").write_text("raise SystemExit('No module named ensurepip')\n")
    done = set_up(clone, clone / "empty", PYTHONPATH=str(clone / "broken"))
    assert done.returncode == 1
    assert bootstrap.NO_UV in done.stderr and "Traceback" not in done.stderr


def test_with_python_310_on_the_path_the_environment_is_made_with_it(clone: Path) -> None:
    with_uv(clone)
    bin_ = clone / "bin"
    bin_.mkdir()
    (bin_ / "python3.10").symlink_to(PYTHON_310)
    done = set_up(clone, bin_)
    assert bootstrap.is_python(str(clone / ".venv" / "bin" / "python"))
    # Then the packages are wanted, and there is no network to bring them.
    assert done.returncode == 1
    assert bootstrap.NO_PACKAGES in done.stderr and "Traceback" not in done.stderr
