"""Migrations: from nothing to the models, back, and over a populated journal."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import LargeBinary, MetaData, inspect

from bot.journal.encrypted import Encrypted
from bot.journal.models import ENTRIES, Base
from bot.journal.store import alembic_config, engine, journal, migrate
from bot.settings import Settings

ME = "a" * 64


def plain_models() -> MetaData:
    """The models as a database knows them: encrypted columns are bytes."""
    plain = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        copy = table.to_metadata(plain)
        for column in copy.columns:
            if isinstance(column.type, Encrypted):
                column.type = LargeBinary()
    return plain


def differences(settings: Settings) -> list:
    """What distinguishes the database from the models."""
    with engine(settings).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, plain_models())


def tables(settings: Settings) -> set[str]:
    """The tables of the database, but for Alembic's own."""
    return set(inspect(engine(settings)).get_table_names()) - {"alembic_version"}


def test_from_nothing_to_head_equals_the_models(settings: Settings) -> None:
    assert len(differences(settings)) >= len(Base.metadata.tables)
    migrate(settings)
    assert differences(settings) == []


def test_an_entry_goes_with_its_person_in_the_migrated_tables_too(settings: Settings) -> None:
    migrate(settings)
    for model in ENTRIES.values():
        (foreign,) = inspect(engine(settings)).get_foreign_keys(model.__tablename__)
        assert foreign["options"] == {"ondelete": "CASCADE"}


def test_from_head_to_base_nothing_is_left_and_back_again_it_is_whole(settings: Settings) -> None:
    migrate(settings)
    assert tables(settings) == set(Base.metadata.tables)
    command.downgrade(alembic_config(settings), "base")
    assert tables(settings) == set()
    migrate(settings)
    assert differences(settings) == []


def test_every_revision_goes_up_and_down_by_itself(settings: Settings) -> None:
    config = alembic_config(settings)
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert revisions
    for revision in revisions:
        command.upgrade(config, revision)
        command.downgrade(config, "-1")
        command.upgrade(config, revision)
    assert differences(settings) == []


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory(str(Path(engine.__wrapped__.__code__.co_filename).parent / "migrations"))
    assert len(scripts.get_heads()) == 1


def test_a_populated_copy_survives(settings: Settings, tmp_path: Path) -> None:
    migrate(settings)
    with journal(settings) as store:
        store.log_story(ME, ["infidelity"], "hurt", None)
        store.log_check_in(ME, 7)
        store.log_commitment(ME, "closure")
        before = store.summary(ME)
    with engine(settings).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(settings.data_dir, tmp_path / "copy")
    copy = replace(settings, data_dir=tmp_path / "copy", journal_url=f"sqlite:///{tmp_path / 'copy' / 'journal.db'}")
    migrate(copy)
    with journal(copy) as store:
        assert store.summary(ME) == before
    assert set(before) == {"breaches", "check_ins", "commitments"}
    assert differences(copy) == []


def test_migrating_again_changes_nothing(settings: Settings) -> None:
    migrate(settings)
    with journal(settings) as store:
        store.log_check_in(ME, 7)
    migrate(settings)
    with journal(settings) as store:
        assert [row["heaviness"] for row in store.summary(ME)["check_ins"]] == [7]


def test_two_that_migrate_at_once_both_find_it_whole(settings: Settings) -> None:
    engine(settings)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [settings, settings]))
    assert differences(settings) == []


def test_a_migration_imports_nothing_of_the_code_it_migrates() -> None:
    folder = Path(engine.__wrapped__.__code__.co_filename).parent / "migrations" / "versions"
    scripts = list(folder.glob("*.py"))
    assert scripts
    for script in scripts:
        assert "bot." not in script.read_text(encoding="utf-8"), script.name


@pytest.mark.parametrize("model", ENTRIES.values(), ids=lambda model: model.__tablename__)
def test_encrypted_columns_are_bytes_in_the_database(settings: Settings, model: type) -> None:
    migrate(settings)
    stored = {column["name"]: column["type"] for column in inspect(engine(settings)).get_columns(model.__tablename__)}
    encrypted = [column.name for column in model.__table__.columns if isinstance(column.type, Encrypted)]
    assert encrypted
    assert all(isinstance(stored[name], LargeBinary) for name in encrypted)
