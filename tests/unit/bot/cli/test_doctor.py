"""`mend doctor`: what is missing, with the next step, and nothing changed."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bot.cli import servers, train
from bot.journal.keys import person_key
from bot.journal.store import engine, journal, migrate
from bot.processes import only_one
from bot.safety.alert import Alert, Outbox
from bot.settings import load_settings
from bot.understanding import encoder


@pytest.fixture(autouse=True)
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that is up to date, and weights: gives the model."""
    import tarfile

    model = tmp_path / "model.tar.gz"
    with tarfile.open(model, "w:gz"):
        pass
    monkeypatch.setattr(servers, "MODEL", model)
    monkeypatch.setattr(train, "STAMP", tmp_path / "model.inputs")
    train.STAMP.write_text(train.fingerprint())
    monkeypatch.setattr(encoder, "check", lambda: None)
    return model


def test_a_machine_that_has_everything_passes_and_stays_as_it_is(run: Callable[..., Result], environ: Path) -> None:
    done = run("doctor")
    lines = done.output.splitlines()
    assert done.exit_code == 0, done.output
    assert all(line.startswith("✓ ") for line in lines)
    assert [line[2:] for line in lines[:7]] == [
        "settings", "data folder", "language model", "model", "journal and keys", "conversations", "helplines",
    ]  # fmt: skip
    assert not environ.exists()


def test_a_journal_that_was_written_stays_as_it_is_too(run: Callable[..., Result], environ: Path) -> None:
    migrate(load_settings())
    person_key(load_settings(), "rest", "me")
    engine.cache_clear()
    before = {path.name: path.stat().st_mtime_ns for path in environ.iterdir() if path.is_file()}
    assert run("doctor").exit_code == 0
    assert {path.name: path.stat().st_mtime_ns for path in environ.iterdir() if path.is_file()} == before


def no_model(model: Path, folder: Path) -> str:
    """It was never trained."""
    model.unlink()
    return "✗ model: "


def damaged_model(model: Path, folder: Path) -> str:
    """The archive was cut off."""
    model.write_bytes(b"half")
    return "is damaged: delete it, then run `make train`"


def stale_model(model: Path, folder: Path) -> str:
    """An input changed since."""
    train.STAMP.write_text("others")
    return "✗ model: not trained since something changed: run `make train`"


def damaged_person_key(model: Path, folder: Path) -> str:
    """The file of the person key holds something else."""
    folder.mkdir(mode=0o700)
    (folder / "person.key").write_text("something else")
    return "✗ journal and keys: "


def lost_text_key(model: Path, folder: Path) -> str:
    """The file of the text key is gone, the journal is not."""
    settings = load_settings()
    migrate(settings)
    with journal(settings) as store:
        store.log_check_in(person_key(settings, "rest", "me"), 3)
    (folder / "text.key").unlink()
    return "text.key is missing, and the journal was written with it"


def damaged_journal(model: Path, folder: Path) -> str:
    """The journal is something else."""
    folder.mkdir(mode=0o700)
    (folder / "journal.db").write_bytes(b"not a database at all" * 100)
    return "✗ journal and keys: The journal could not be opened (DatabaseError)"


def damaged_conversations(model: Path, folder: Path) -> str:
    """The conversations are something else."""
    folder.mkdir(mode=0o700)
    (folder / "conversations.db").write_bytes(b"not a database at all" * 100)
    return "✗ conversations: The conversations could not be opened (DatabaseError)"


def shared_folder(model: Path, folder: Path) -> str:
    """Others can read the data folder."""
    (folder / "work").mkdir(parents=True)
    folder.chmod(0o755)
    return "✗ data folder: "


@pytest.mark.parametrize(
    "broken",
    [no_model, damaged_model, stale_model, damaged_person_key, lost_text_key, damaged_journal, damaged_conversations, shared_folder],
    ids=lambda way: way.__name__,
)
def test_what_is_missing_is_named_with_what_to_do(
    run: Callable[..., Result], environ: Path, trained: Path, broken: Callable[[Path, Path], str]
) -> None:
    told = broken(trained, environ)
    done = run("doctor")
    assert done.exit_code == 1
    assert told in done.output
    assert done.output.count("✗") == 1


@pytest.mark.parametrize(("ago", "is_late"), [(1, False), (86_400, True)])
def test_alerts_that_nobody_takes_are_named(
    run: Callable[..., Result], environ: Path, monkeypatch: pytest.MonkeyPatch, ago: int, is_late: bool
) -> None:
    environ.mkdir(mode=0o700)
    Outbox(environ / "alerts", "http://127.0.0.1:1/", (60.0, 60.0)).put(Alert(time.time() - ago, ("self_harm",), "now"))
    monkeypatch.setenv("MEND_ALERT_URL", "http://127.0.0.1:1/")
    done = run("doctor")
    assert ("✗ alerts: 1 could not be delivered yet and wait: run `mend alert`" in done.output) == is_late
    assert done.exit_code == int(is_late), done.output


def test_a_wrong_setting_is_all_that_can_be_told(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    done = run("doctor")
    assert (done.exit_code, done.output) == (1, "✗ settings: PORT must be a number from 1 to 65535, not 'many'.\n")


def test_a_port_of_somebody_else_is_a_fault_and_one_of_a_running_mend_is_none(run: Callable[..., Result], environ: Path) -> None:
    settings = load_settings()
    with socket.create_server(("127.0.0.1", settings.port)):
        done = run("doctor")
        assert done.exit_code == 1 and f"✗ port {settings.port}: Port {settings.port} is in use by process" in done.output
        environ.mkdir(mode=0o700)
        with only_one(servers.running_lock(settings), "Mend"):
            done = run("doctor")
            assert done.exit_code == 0 and done.output.endswith("✓ Mend is running\n")


def test_a_country_without_numbers_is_told_and_is_no_fault(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEND_COUNTRY", "ZZ")
    done = run("doctor")
    assert done.exit_code == 0
    assert "✓ No helplines are known for MEND_COUNTRY=ZZ, so international ones are named; known are " in done.output
