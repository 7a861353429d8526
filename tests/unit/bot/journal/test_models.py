"""The journal's tables: what is encrypted, and what goes when a person goes."""

import pytest
from sqlalchemy import Date, DateTime, Integer, String

from bot.journal.encrypted import Encrypted
from bot.journal.models import ENTRIES, Base, Logged, Person, now


def test_every_table_but_the_person_is_an_entry() -> None:
    assert {model.__tablename__ for model in ENTRIES.values()} == set(Base.metadata.tables) - {"person"}
    assert all(issubclass(model, Logged) for model in ENTRIES.values())


@pytest.mark.parametrize("name", ENTRIES)
def test_everything_but_keys_times_and_due_dates_is_encrypted(name: str) -> None:
    columns = {column.name: type(column.type) for column in ENTRIES[name].__table__.columns}
    plain = {column: kind for column, kind in columns.items() if kind is not Encrypted}
    known = {"id": Integer, "person_id": Integer, "logged_at": DateTime, "due_on": Date}
    assert plain == {column: known[column] for column in plain}
    assert Encrypted in columns.values()


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_goes_when_its_person_goes(name: str) -> None:
    (foreign,) = ENTRIES[name].__table__.c.person_id.foreign_keys
    assert foreign.column is Person.__table__.c.id
    assert foreign.ondelete == "CASCADE"
    assert not ENTRIES[name].__table__.c.person_id.nullable


def test_a_person_is_nothing_but_a_key() -> None:
    assert {column.name for column in Person.__table__.columns} == {"id", "key", "created_at"}
    assert isinstance(Person.__table__.c.key.type, String)
    assert Person.__table__.c.key.unique


@pytest.mark.parametrize("table", Base.metadata.tables.values(), ids=str)
def test_every_constraint_has_a_name(table) -> None:  # type: ignore[no-untyped-def]
    assert all(constraint.name for constraint in table.constraints)
    assert all(index.name for index in table.indexes)


def test_times_are_stored_without_a_zone() -> None:
    assert now().tzinfo is None
