"""What must hold before the servers start, and that it is told when it does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import servers
from bot.journal.keys import KeyFileError
from bot.journal.store import JournalError, engine, journal, migrate
from bot.processes import ProcessError
from bot.settings import PROJECT, load_settings
from bot.stores.conversations import ConversationsError

PORTS = ("PORT", "ACTION_PORT")


def test_prepared_means_a_journal_both_keys_and_a_private_folder(environ: Path) -> None:
    with servers.prepared(PORTS) as (settings, _):
        assert settings.data_dir == environ
        with journal(settings) as store:
            assert store.summary("a" * 64) == {}
    assert {"journal.db", "person.key", "text.key"} <= {path.name for path in environ.iterdir()}
    assert environ.stat().st_mode & 0o777 == 0o700


def test_a_damaged_person_key_is_told_before_anything_starts(environ: Path) -> None:
    environ.mkdir(mode=0o700)
    (environ / "person.key").write_text("something else")
    with pytest.raises(KeyFileError, match=r"person\.key is not 64 hex digits"), servers.prepared(PORTS):
        raise AssertionError


@pytest.mark.parametrize("url", ["mysql://me@host/a", "sqlite:////no/such/folder/a.db", "nonsense"])
def test_conversations_that_rasa_would_keep_in_memory_without_a_word_are_told(
    environ: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("MEND_CONVERSATIONS_URL", url)
    with pytest.raises(ConversationsError, match="MEND_CONVERSATIONS_URL"), servers.prepared(PORTS):
        raise AssertionError


def test_a_journal_that_cannot_be_opened_is_told(environ: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEND_JOURNAL_URL", "sqlite:////no/such/folder/a.db")
    with pytest.raises(JournalError, match="The journal could not be opened"), servers.prepared(PORTS):
        raise AssertionError


def test_one_data_folder_has_one_mend_whatever_its_ports(environ: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with servers.prepared(PORTS):
        for name, port in zip(PORTS, servers.free_ports(2), strict=True):
            monkeypatch.setenv(name, str(port))
        done = subprocess.run([sys.executable, "-c", PREPARE], env=os.environ, cwd=PROJECT, capture_output=True, text=True)
        assert "already running from this folder" in done.stderr
    with servers.prepared(PORTS):
        pass


PREPARE = "from bot.cli import servers\nwith servers.prepared(('PORT', 'ACTION_PORT')): print('prepared')"
#: Opens the journal of a new folder at the same moment as another.
OPEN = """
import sys
from bot.journal.keys import person_key
from bot.journal.store import journal, migrate
from bot.settings import load_settings
settings = load_settings()
print("ready", flush=True)
sys.stdin.readline()
migrate(settings)
with journal(settings) as store:
    store.log_check_in(person_key(settings, "rest", sys.argv[1]), 3)
print(person_key(settings, "", ""))
"""


def test_two_first_starts_at_once_agree_on_keys_and_tables(environ: Path) -> None:
    command = [sys.executable, "-c", OPEN]
    started = [
        subprocess.Popen(
            [*command, str(number)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for number in range(3)
    ]
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    done = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], done
    assert len({shown for shown, _ in done}) == 1
    settings = load_settings()
    migrate(settings)
    with engine(settings).connect() as connection:
        assert connection.exec_driver_sql("select count(*) from person").scalar_one() == 3


def test_a_country_without_numbers_is_told_at_the_start(
    environ: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEND_COUNTRY", "ZZ")
    with servers.prepared(PORTS):
        pass
    assert "No helplines are known for MEND_COUNTRY=ZZ" in capsys.readouterr().err


@pytest.mark.parametrize("country", ["", "GB", "uk", "us"])
def test_about_a_country_with_numbers_and_about_none_nothing_is_told(country: str) -> None:
    assert servers.country_notice(load_settings({"MEND_COUNTRY": country})) == ""


def test_a_port_that_is_taken_is_told(environ: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", load_settings().port)), pytest.raises(ProcessError, match="is in use"), servers.prepared(PORTS):
        raise AssertionError
