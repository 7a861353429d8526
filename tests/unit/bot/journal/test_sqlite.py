"""SQLite files: this account's alone, wherever they lie."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.journal import sqlite


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:a.db?uri=true", "postgresql://host/a"])
def test_what_is_no_file_of_ours_has_none(url: str) -> None:
    assert sqlite.file(url) is None


def test_the_file_of_an_address_is_found() -> None:
    assert sqlite.file("sqlite:////there/journal.db?timeout=3") == Path("/there/journal.db")


def test_a_file_can_come_into_a_folder_that_is_there_or_that_will_be_made(tmp_path: Path) -> None:
    later = tmp_path / "later"
    assert sqlite.is_to_come(f"sqlite:///{tmp_path / 'a.db'}", later)
    assert sqlite.is_to_come(f"sqlite:///{later / 'a.db'}", later)
    assert not sqlite.is_to_come(f"sqlite:///{tmp_path / 'never' / 'a.db'}", later)
    assert not sqlite.is_to_come("postgresql://host/a", later)
    (tmp_path / "a.db").touch()
    assert not sqlite.is_to_come(f"sqlite:///{tmp_path / 'a.db'}", later)


def test_a_database_is_made_for_this_account_alone_with_what_lies_beside_it(tmp_path: Path) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    sqlite.prepare(made)
    with made.connect() as connection:
        connection.exec_driver_sql("create table t (x)")
        connection.exec_driver_sql("insert into t values (1)")
        assert {path.name: mode(path) for path in tmp_path.iterdir()} == dict.fromkeys(["a.db", "a.db-wal", "a.db-shm"], 0o600)


def test_a_database_that_others_could_read_is_closed_with_what_lies_beside_it(tmp_path: Path) -> None:
    names = ["a.db", "a.db-wal", "a.db-shm"]
    for name in names:
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    sqlite.prepare(create_engine(f"sqlite:///{tmp_path / 'a.db'}"))
    assert [mode(tmp_path / name) for name in names] == [0o600] * 3


def test_a_database_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = create_engine("sqlite://")
    sqlite.prepare(made)
    with made.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000), ("secure_delete", 1)])
def test_every_connection_waits_for_others_and_leaves_nothing_of_what_it_deletes(tmp_path: Path, pragma: str, value: object) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    sqlite.prepare(made)
    for _ in range(2):
        with made.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
