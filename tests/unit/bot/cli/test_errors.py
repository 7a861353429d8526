"""What goes wrong is told in one sentence, whatever the command."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.util import CommandError
from click.testing import CliRunner, Result
from sqlalchemy.exc import OperationalError

from bot.cli import LazyGroup, mend
from bot.cli.errors import sentence
from bot.journal.keys import KeyFileError
from bot.settings import SettingsError

SECRET = "words of the person"


def decoding() -> UnicodeDecodeError:
    """A file that is no text."""
    try:
        b"\xff".decode("ascii")
    except UnicodeDecodeError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SettingsError("PORT must be a number."), "PORT must be a number."),
        (KeyFileError("text.key is empty."), "text.key is empty."),
        (OSError(errno.ENOSPC, "No space left on device", "/there/file"), "/there/file: No space left on device. Check that file"),
        (ModuleNotFoundError("No module named 'x'", name="x"), "The Python package x is missing: run `make setup`."),
        (decoding(), "holds something else"),
        (OperationalError(SECRET, {}, Exception(SECRET)), "The database answered with an error (OperationalError)"),
        (CommandError(SECRET), "The database answered with an error (CommandError)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_person_can_put_right_is_a_sentence_without_anybodys_words(error: Exception, told: str) -> None:
    said = sentence(error)
    assert said is not None and told in said
    assert SECRET not in said and "\n" not in said


def test_a_fault_of_ours_has_no_sentence() -> None:
    assert sentence(ZeroDivisionError("division by zero")) is None


def folder_is_a_file(folder: Path) -> dict[str, str]:
    """The data folder is a file."""
    folder.touch()
    return {}


def folder_is_under_a_file(folder: Path) -> dict[str, str]:
    """The data folder lies under a file."""
    folder.touch()
    return {"MEND_DATA_DIR": str(folder / "below")}


def folder_is_everybodys(folder: Path) -> dict[str, str]:
    """The data folder is shared with others."""
    (folder / "work").mkdir(parents=True)
    folder.chmod(0o755)
    return {}


def key_is_no_text(folder: Path) -> dict[str, str]:
    """The text key's file holds something else."""
    folder.mkdir(mode=0o700)
    (folder / "text.key").write_bytes(b"\xff\xfe")
    return {}


def no_driver(folder: Path) -> dict[str, str]:
    """The journal's address needs a package that is not there."""
    return {"MEND_JOURNAL_URL": "mysql://me:secret@host/journal"}


def no_port(folder: Path) -> dict[str, str]:
    """A port that is none."""
    return {"PORT": "many"}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (folder_is_a_file, "cannot be used as a folder"),
        (folder_is_under_a_file, "cannot be used as a folder"),
        (folder_is_everybodys, "is open to other accounts"),
        (key_is_no_text, "text.key cannot be read"),
        (no_driver, "The journal needs the Python package MySQLdb"),
        (no_port, "PORT must be a number"),
    ],
)
@pytest.mark.parametrize("command", [("data", "export", "out.json"), ("serve",)], ids=lambda command: command[0])
def test_a_command_tells_it_and_ends(
    run: Callable[..., Result],
    environ: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    broken: Callable[[Path], dict[str, str]],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.serve.ensure_trained", lambda: False)
    for name, value in broken(environ).items():
        monkeypatch.setenv(name, value)
    done = run(*command)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ") and told in done.output and "secret" not in done.output
    assert not (tmp_path / "out.json").exists()


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.cli.train.ensure_trained", fail)
    assert isinstance(CliRunner().invoke(mend, ["train"]).exception, ZeroDivisionError)


def test_help_names_every_command_and_an_unknown_one_is_refused() -> None:
    shown = CliRunner().invoke(mend, ["--help"])
    assert shown.exit_code == 0
    assert [name for name in LazyGroup.commands_by_name if f"  {name} " not in shown.output] == []
    assert CliRunner().invoke(mend, ["nonsense"]).exit_code == 2
