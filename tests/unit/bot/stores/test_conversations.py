"""The database of the conversations: looked at before a start, emptied of one person's words."""

import ast
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.stores import conversations
from bot.stores.conversations import ConversationsError, check, forget


@pytest.fixture
def database(settings: Settings) -> Path:
    """A database as Rasa leaves it, with something said by two people."""
    settings.data_dir.mkdir(mode=0o700)
    path = settings.data_dir / "conversations.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table events (id integer primary key, sender_id text, data text)")
        connection.executemany("insert into events (sender_id, data) values (?, ?)", [("me", "my own words")] * 3 + [("you", "yours")])
    connection.close()
    return path


def said(database: Path) -> list[str]:
    """Whose words are kept."""
    with sqlite3.connect(database) as connection:
        return [sender for (sender,) in connection.execute("select sender_id from events")]


def test_forgetting_deletes_everything_one_person_said_and_nothing_of_another(settings: Settings, database: Path) -> None:
    forget(settings, "me")
    assert said(database) == ["you"]


def test_what_was_forgotten_is_in_no_file_any_more_while_rasa_has_them_open(settings: Settings, database: Path) -> None:
    with conversations.engine(settings).connect() as rasa:
        rasa.exec_driver_sql("insert into events (sender_id, data) values ('me', 'my own words')")
        rasa.connection.commit()
        forget(settings, "me")
        assert not any(b"my own words" in path.read_bytes() for path in database.parent.glob("conversations.db*"))


def test_forgetting_one_who_never_spoke_does_nothing(settings: Settings, database: Path) -> None:
    forget(settings, "somebody else")
    assert len(said(database)) == 4


def test_where_there_is_no_database_nothing_was_said_and_none_is_made(settings: Settings) -> None:
    forget(settings, "me")
    assert not settings.data_dir.exists()


def test_where_there_is_no_table_nothing_was_said(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / "conversations.db").touch()
    forget(settings, "me")


def test_forgetting_that_fails_is_told(settings: Settings, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "engine", lambda found: impatient(found))
    with sqlite3.connect(database) as other:
        other.execute("begin immediate")
        with pytest.raises(ConversationsError, match="OperationalError"):
            forget(settings, "me")
    assert len(said(database)) == 4


def impatient(settings: Settings) -> object:
    """An engine that does not wait for a lock."""
    from sqlalchemy import create_engine

    return create_engine(settings.conversations_url, connect_args={"timeout": 0})


def no_database(settings: Settings) -> Settings:
    """A file that is something else."""
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / "conversations.db").write_bytes(b"not a database at all" * 100)
    return settings


def without_a_driver(settings: Settings) -> Settings:
    """An address whose package is not installed."""
    return replace(settings, conversations_url="mysql://me:secret@host/conversations")


def out_of_reach(settings: Settings) -> Settings:
    """A server that is not there."""
    return replace(settings, conversations_url="postgresql://me:secret@127.0.0.1:1/conversations")


def no_address(settings: Settings) -> Settings:
    """Something that is no address."""
    return replace(settings, conversations_url="me:secret@host")


BROKEN = {
    no_database: r"could not be opened \(DatabaseError\): check MEND_CONVERSATIONS_URL and the folder",
    without_a_driver: r"need the Python package MySQLdb: install it, or change MEND_CONVERSATIONS_URL",
    out_of_reach: r"could not be opened \(OperationalError\): check MEND_CONVERSATIONS_URL",
    no_address: r"could not be opened \(ArgumentError\): check MEND_CONVERSATIONS_URL",
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda way: way.__name__)
def test_an_address_that_cannot_be_used_is_told_in_a_sentence_without_its_password(
    settings: Settings, broken: Callable[[Settings], Settings]
) -> None:
    with pytest.raises(ConversationsError, match=BROKEN[broken]) as caught:
        check(broken(settings))
    assert "secret" not in str(caught.value)


def test_looking_at_conversations_that_never_were_makes_nothing(settings: Settings, tmp_path: Path) -> None:
    check(settings)
    assert list(tmp_path.iterdir()) == []


def test_looking_at_conversations_that_are_there_says_nothing(settings: Settings, database: Path) -> None:
    check(settings)


def test_it_needs_no_rasa() -> None:
    tree = ast.parse(Path(conversations.__file__).read_text(encoding="utf-8"))
    imported = {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not any(name.split(".")[0] == "rasa" for name in imported)
