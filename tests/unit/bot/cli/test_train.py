"""Training that is interrupted leaves no trainer running and no stamp."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.cli import servers, train
from bot.settings import PROJECT

#: `ensure_trained` with a trainer that tells its process and would run for ten minutes.
TRAINS_LONG = """
import sys
from pathlib import Path
from bot.cli import servers, train
folder = Path(sys.argv[1])
servers.MODEL, train.STAMP, train.LOG = folder / "model.tar.gz", folder / "stamp", folder / "train.log"
code = "import os, sys, time; print(\\"Starting to train component '%d'.\\" % os.getpid(), flush=True); time.sleep(600)"
servers.rasa = lambda *_: [sys.executable, "-c", code]
train.ensure_trained()
"""


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Model, stamp and log in this test's folder."""
    monkeypatch.setattr(servers, "MODEL", tmp_path / "model.tar.gz")
    monkeypatch.setattr(train, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(train, "LOG", tmp_path / "train.log")
    return tmp_path


def trainer(code: str) -> list[str]:
    """A trainer that runs `code`."""
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_training_that_is_interrupted_ends_with_its_trainer_and_leaves_no_stamp(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "stamp").write_text("of an earlier model")
    process = subprocess.Popen([sys.executable, "-c", TRAINS_LONG, str(tmp_path)], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    line = next(line for line in process.stderr if line.strip().isdigit())
    running = psutil.Process(int(line))
    process.send_signal(number)
    assert process.wait(20) != 0
    assert psutil.wait_procs([running], timeout=5)[1] == []
    assert not (tmp_path / "stamp").exists()


def test_a_training_that_went_well_is_not_done_again(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "rasa", lambda *_: trainer(f"open({str(places / 'model.tar.gz')!r}, 'w').close(); print('learnt')"))
    assert train.ensure_trained() is True
    assert train.ensure_trained() is False
    assert train.LOG.read_text() == "learnt\n"


def test_a_stamp_that_was_damaged_means_training_again(places: Path) -> None:
    (places / "model.tar.gz").touch()
    train.STAMP.write_bytes(b"\xff")
    assert not train.is_trained(train.fingerprint())
