"""Set up the project's own environment: uv, Python 3.10, the locked packages. Runs on any Python 3 and needs nothing installed.

`python3 bot/bootstrap.py` does nothing when nothing changed. Whatever goes wrong is said in one sentence with what to do next.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(PROJECT, ".venv")
TOOLS = os.path.join(PROJECT, ".uv")
LOCK = os.path.join(PROJECT, "requirements.lock")
#: Written last, so that an interrupted set-up is never taken for a whole one.
STAMP = os.path.join(VENV, ".mend-setup")
UV_VERSION = "0.13.9"
#: Before it, `uv venv` has another `--clear`.
OLDEST_UV = (0, 8, 0)
PYTHON = "3.10"


class SetupError(Exception):
    """A step that failed; the message is a sentence for the person at the keyboard."""


def main() -> int:
    """Set up and return the process's exit code."""
    try:
        os.makedirs(TOOLS, exist_ok=True)
        with open(os.path.join(TOOLS, "lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a second set-up waits for the first
            set_up()
    except SetupError as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Set-up stopped: {error.filename}: {error.strerror}; {NO_FILE}", file=sys.stderr)
        return 1
    return 0


def set_up() -> None:
    """Make `.venv` what the lock says, unless it is already.

    Raises:
        SetupError: a step failed; the message says what to do.
    """
    wanted = fingerprint()
    python = os.path.join(VENV, "bin", "python")
    if read(STAMP) == wanted and is_python(python):  # the stamp outlives a Python that pyenv replaced
        return
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise SetupError("the locked packages are for Linux on x86_64; on another machine use such a container or WSL.")
    if os.path.exists(STAMP):
        os.remove(STAMP)
    uv = find_uv() or install_uv()
    if not is_python(python):
        say("Making the environment with Python 3.10")
        run([uv, "venv", "--quiet", "--clear", "--python", find_python() or PYTHON, VENV], NO_PYTHON)
    say("Installing the locked packages (about 2.5 GB the first time)")
    environ = {**os.environ, "VIRTUAL_ENV": VENV}
    run([uv, "pip", "sync", "--require-hashes", LOCK], NO_PACKAGES, environ)
    run([uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", PROJECT], NO_PACKAGES, environ)
    with open(STAMP, "w") as file:
        file.write(wanted)
    say("Set-up is done")


NO_PYTHON = (
    "Python 3.10 was not found and could not be fetched (Rasa takes no newer); install it with your system's packages or pyenv, "
    "then run the command again."
)
NO_PACKAGES = "the packages could not be installed; check the network and the free disk space (4 GB), then run the command again."
NO_FILE = "see that this account may write there and that the disk has room, then run the command again."
NO_UV = (
    "uv is missing and could not be fetched; install uv, or give this Python its pip and venv (Debian: python3-venv) and a network, "
    "then run the command again."
)


def fingerprint() -> str:
    """What the environment depends on: the lock, the project's own entry points, this file."""
    digest = hashlib.sha256(PROJECT.encode())
    for path in (LOCK, os.path.join(PROJECT, "pyproject.toml"), os.path.abspath(__file__)):
        try:
            with open(path, "rb") as file:
                digest.update(file.read())
        except OSError:
            raise SetupError(f"{os.path.basename(path)} is missing; get it back with git, then run the command again.") from None
    return digest.hexdigest()


def find_uv() -> str | None:
    """A uv that is new enough: the project's own, else the machine's."""
    for path in (os.path.join(TOOLS, "venv", "bin", "uv"), shutil.which("uv")):
        if path and uv_version(path) >= OLDEST_UV:
            return path
    return None


def uv_version(path: str) -> tuple[int, ...]:
    """The version of the uv at `path`; an empty one, older than every other, when it does not run or names none."""
    try:
        said = subprocess.run([path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace")
    except OSError:
        return ()
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", said.stdout)
    return tuple(map(int, found.groups())) if found and said.returncode == 0 else ()


def install_uv() -> str:
    """Fetch uv into the project with this Python's own pip."""
    say("Fetching uv")
    folder = os.path.join(TOOLS, "venv")
    run([sys.executable, "-m", "venv", "--clear", folder], NO_UV)
    run([os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"], NO_UV)
    return os.path.join(folder, "bin", "uv")


def find_python() -> str | None:
    """A Python 3.10 on this machine: one that runs, for pyenv's stand-ins exist without running."""
    places = [os.path.join(folder, "python3.10") for folder in os.environ.get("PATH", "").split(os.pathsep)]
    roots = [os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")]
    roots += [os.path.dirname(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder.endswith("/shims")]
    for root in filter(None, roots):
        places += sorted(glob.glob(os.path.join(root, "versions", "3.10*", "bin", "python3.10")), reverse=True)
    return next((place for place in places if is_python(place)), None)


def is_python(path: str) -> bool:
    """Whether `path` is a Python 3.10 that runs."""
    return os.path.exists(path) and works([path, "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 10))"])


def works(command: list[str]) -> bool:
    """Whether `command` ends well."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def run(command: list[str], sentence: str, environ: dict[str, str] | None = None) -> None:
    """Run one step with its output in view.

    Raises:
        SetupError: it failed; `sentence` says what to do.
    """
    try:
        code = subprocess.run(command, env=environ, cwd=PROJECT, stdin=subprocess.DEVNULL).returncode
    except OSError:
        code = 1
    if code:
        raise SetupError(sentence)


def read(path: str) -> str:
    """The text of a file, or nothing when it is not there."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def say(text: str) -> None:
    """Tell what happens now."""
    print(f"· {text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Set-up was interrupted; run the command again to go on.")
