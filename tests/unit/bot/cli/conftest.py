"""What the tests of the commands share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import mend, servers
from bot.journal import store


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with free ports and a data folder of its own, which is not there yet: gives the folder."""
    ports = servers.free_ports(2)
    for name, value in {"MEND_DATA_DIR": tmp_path / "mend", "PORT": ports[0], "ACTION_PORT": ports[1]}.items():
        monkeypatch.setenv(name, str(value))
    for name in ("MEND_JOURNAL_URL", "MEND_CONVERSATIONS_URL", "MEND_PERSON_KEY", "MEND_TEXT_KEY", "MEND_COUNTRY", "MEND_ALERT_URL"):
        monkeypatch.delenv(name, raising=False)
    store.engine.cache_clear()
    return tmp_path / "mend"


@pytest.fixture
def run(environ: Path) -> Callable[..., Result]:
    """Run a command: `run("data", "export", file)`."""
    return lambda *arguments: CliRunner().invoke(mend, [str(argument) for argument in arguments])
