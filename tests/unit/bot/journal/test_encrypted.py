"""A column whose content only this installation can read."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text

from bot.journal.encrypted import Encrypted, UnreadableError

TABLE = Table("secret", MetaData(), Column("id", Integer, primary_key=True), Column("value", Encrypted))


@pytest.fixture
def connection(tmp_path: Any) -> Any:
    """An SQLite database with one table, without a key."""
    with create_engine(f"sqlite:///{tmp_path / 'secret.db'}", future=True).begin() as opened:
        TABLE.metadata.create_all(opened)
        yield opened


def use_a_new_key(connection: Any) -> None:
    """From now on another key is used."""
    Encrypted.use(connection.engine, Fernet(Fernet.generate_key()))


@pytest.mark.parametrize("value", ["words", "", "é 😢", 7, 0, True, ["a", "b"], [], {"a": [1, None]}, 1.5])
def test_what_goes_in_comes_out(connection: Any, value: Any) -> None:
    use_a_new_key(connection)
    connection.execute(insert(TABLE).values(value=value))
    found = connection.execute(select(TABLE.c.value)).scalar_one()
    assert found == value
    assert type(found) is type(value)


def test_nothing_stays_nothing(connection: Any) -> None:
    connection.execute(insert(TABLE).values(value=None))
    assert connection.execute(text("select value from secret")).scalar_one() is None
    assert connection.execute(select(TABLE.c.value)).scalar_one() is None


def test_the_database_never_sees_the_words(connection: Any) -> None:
    use_a_new_key(connection)
    connection.execute(insert(TABLE).values(value="infidelity"))
    stored = connection.execute(text("select value from secret")).scalar_one()
    assert isinstance(stored, bytes)
    assert b"infidelity" not in stored


def test_the_same_words_twice_look_different(connection: Any) -> None:
    use_a_new_key(connection)
    connection.execute(insert(TABLE), [{"value": "same"}, {"value": "same"}])
    first, second = connection.execute(text("select value from secret")).scalars()
    assert first != second


def test_another_key_cannot_read_it_and_says_what_to_do(connection: Any) -> None:
    use_a_new_key(connection)
    connection.execute(insert(TABLE).values(value="words"))
    use_a_new_key(connection)
    with pytest.raises(UnreadableError, match=r"restore text\.key from your backup"):
        connection.execute(select(TABLE.c.value)).scalar_one()


def test_content_that_was_changed_is_refused(connection: Any) -> None:
    use_a_new_key(connection)
    connection.execute(text("insert into secret (value) values (:value)"), {"value": b"not encrypted"})
    with pytest.raises(UnreadableError):
        connection.execute(select(TABLE.c.value)).scalar_one()


def test_without_a_key_nothing_is_written(connection: Any) -> None:
    with pytest.raises(Exception, match="No key was given") as caught:
        connection.execute(insert(TABLE).values(value="words"))
    assert isinstance(caught.value.__cause__ or caught.value, UnreadableError)
    assert connection.execute(text("select count(*) from secret")).scalar_one() == 0


def test_each_engine_keeps_its_own_key(tmp_path: Any) -> None:
    engines = [create_engine(f"sqlite:///{tmp_path / name}", future=True) for name in ("a.db", "b.db")]
    for engine in engines:
        Encrypted.use(engine, Fernet(Fernet.generate_key()))
        with engine.begin() as opened:
            TABLE.metadata.create_all(opened)
            opened.execute(insert(TABLE).values(value=str(engine.url)))
    for engine in engines:
        with engine.begin() as opened:
            assert opened.execute(select(TABLE.c.value)).scalar_one() == str(engine.url)
