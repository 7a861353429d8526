"""Every query of the journal, on a real SQLite database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.journal import store as store_module
from bot.journal.keys import KeyFileError
from bot.journal.models import ENTRIES, Commitment, Person
from bot.journal.store import COMMITMENT_DAYS, JournalError, JournalStore, check, engine, journal, migrate
from bot.settings import Settings, load_settings

ME, YOU = "a" * 64, "b" * 64
SECRET_WORDS = ("infidelity", "responsible", "told", "open_talk", "leave", "partner_unwilling", "closure", "self_harm")


def log_everything(store: JournalStore, key: str) -> None:
    """One entry of every kind."""
    store.log_story(key, ["infidelity"], "responsible", "told")
    store.log_steps(key, {"open_talk": "yes"})
    store.log_assessment(key, "yes", None, "leave")
    store.log_suggestion(key, "closure", ["wants_out", "partner_unwilling"])
    store.log_commitment(key, "closure")
    store.log_check_in(key, 7)
    store.log_safety(key, ["self_harm"], "now")


def entries(store: JournalStore, key: str, name: str) -> list[dict[str, Any]]:
    """The entries of one kind, without times."""
    rows = store.summary(key).get(name, [])
    return [{column: value for column, value in row.items() if column != "logged_at"} for row in rows]


def test_a_person_is_made_on_first_use_and_found_again(store: JournalStore) -> None:
    assert store.person(ME).id == store.person(ME).id
    assert store.person(ME).id != store.person(YOU).id


def test_somebody_unknown_has_an_empty_summary(store: JournalStore) -> None:
    assert store.summary(ME) == {}
    assert store.steps(ME) == {}


def test_reading_makes_no_person(store: JournalStore) -> None:
    store.summary(ME)
    store.steps(ME)
    assert store._session.execute(select(Person)).scalars().all() == []


def test_a_summary_holds_every_kind_of_entry(store: JournalStore) -> None:
    log_everything(store, ME)
    summary = store.summary(ME)
    assert set(summary) == set(ENTRIES)
    assert entries(store, ME, "breaches") == [{"kinds": ["infidelity"], "role": "responsible", "impact": "told"}]
    assert entries(store, ME, "steps") == [{"step": "open_talk", "state": "yes"}]
    assert entries(store, ME, "assessments") == [{"willing_self": "yes", "willing_partner": None, "direction": "leave"}]
    assert entries(store, ME, "suggestions") == [{"kind": "closure", "reasons": ["wants_out", "partner_unwilling"]}]
    assert [row["step"] for row in entries(store, ME, "commitments")] == ["closure"]
    assert entries(store, ME, "check_ins") == [{"heaviness": 7}]
    assert entries(store, ME, "safety_events") == [{"dangers": ["self_harm"], "level": "now"}]
    assert all(isinstance(row["logged_at"], datetime) for rows in summary.values() for row in rows)


def test_the_same_story_again_is_not_logged_twice(store: JournalStore) -> None:
    for _ in range(2):
        store.log_story(ME, ["neglect"], "hurt", "told")
    assert len(entries(store, ME, "breaches")) == 1


@pytest.mark.parametrize("changed", [(["infidelity"], "hurt", "told"), (["neglect"], "both", "told"), (["neglect"], "hurt", None)])
def test_a_changed_story_is_logged_beside_the_old_one(store: JournalStore, changed: tuple) -> None:
    store.log_story(ME, ["neglect"], "hurt", "told")
    store.log_story(ME, *changed)
    store.log_story(ME, ["neglect"], "hurt", "told")
    assert [tuple(row.values()) for row in entries(store, ME, "breaches")] == [
        (["neglect"], "hurt", "told"),
        changed,
        (["neglect"], "hurt", "told"),
    ]


def test_only_steps_that_changed_are_logged(store: JournalStore) -> None:
    store.log_steps(ME, {"open_talk": "no", "responsibility": "unsure"})
    store.log_steps(ME, {"open_talk": "yes", "responsibility": "unsure"})
    assert len(entries(store, ME, "steps")) == 3
    assert store.steps(ME) == {"open_talk": "yes", "responsibility": "unsure"}


def test_an_unchanged_assessment_is_not_logged_twice(store: JournalStore) -> None:
    store.log_assessment(ME, "yes", "no", "rebuild")
    store.log_assessment(ME, "yes", "no", "rebuild")
    store.log_assessment(ME, "yes", "yes", "rebuild")
    assert [row["willing_partner"] for row in entries(store, ME, "assessments")] == ["no", "yes"]


def test_a_commitment_is_due_a_set_number_of_days_after_the_day_it_was_made(store: JournalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    class Leap(store_module.date):
        @classmethod
        def today(cls) -> "Leap":
            return cls(2028, 2, 26)

    monkeypatch.setattr(store_module, "date", Leap)
    store.log_commitment(ME, "closure")
    due = store._session.execute(select(Commitment)).scalar_one().due_on
    assert COMMITMENT_DAYS == 7
    assert (due.year, due.month, due.day) == (2028, 3, 4)


@pytest.mark.parametrize("name", ["log_suggestion", "log_check_in", "log_safety", "log_commitment"])
def test_what_happens_again_is_logged_again(store: JournalStore, name: str) -> None:
    arguments = {
        "log_suggestion": ("closure", ["wants_out"]),
        "log_check_in": (3,),
        "log_safety": (["self_harm"],),
        "log_commitment": ("closure",),
    }[name]
    for _ in range(2):
        getattr(store, name)(ME, *arguments)
    assert [len(rows) for rows in store.summary(ME).values()] == [2]


def test_entries_come_oldest_first(store: JournalStore) -> None:
    for number in (5, 3, 9):
        store.log_check_in(ME, number)
    assert [row["heaviness"] for row in entries(store, ME, "check_ins")] == [5, 3, 9]


def test_nobody_sees_what_another_logged(store: JournalStore) -> None:
    log_everything(store, ME)
    assert store.summary(YOU) == {}
    store.log_check_in(YOU, 1)
    assert entries(store, YOU, "check_ins") == [{"heaviness": 1}]
    assert entries(store, ME, "check_ins") == [{"heaviness": 7}]


def test_forgetting_deletes_everything_of_the_person_and_nothing_of_another(migrated: Settings) -> None:
    for key in (ME, YOU):
        with journal(migrated) as store:
            log_everything(store, key)
    with journal(migrated) as store:
        yours = store.summary(YOU)
        store.forget(ME)
    with journal(migrated) as store:
        assert store.summary(ME) == {}
        assert store.summary(YOU) == yours
        assert set(yours) == set(ENTRIES)
    with engine(migrated).connect() as connection:
        for model in ENTRIES.values():
            assert connection.execute(text(f"select count(*) from {model.__tablename__}")).scalar_one() == 1


def test_forgetting_somebody_unknown_does_nothing(store: JournalStore) -> None:
    store.log_check_in(YOU, 1)
    store.forget(ME)
    assert set(store.summary(YOU)) == {"check_ins"}


def test_one_who_was_forgotten_can_begin_anew(migrated: Settings) -> None:
    with journal(migrated) as store:
        log_everything(store, ME)
    with journal(migrated) as store:
        store.forget(ME)
    with journal(migrated) as store:
        store.log_check_in(ME, 2)
    with journal(migrated) as store:
        assert set(store.summary(ME)) == {"check_ins"}


def test_what_is_logged_is_there_in_the_next_transaction(migrated: Settings) -> None:
    with journal(migrated) as store:
        store.log_check_in(ME, 4)
    with journal(migrated) as store:
        assert entries(store, ME, "check_ins") == [{"heaviness": 4}]


def test_a_block_that_raises_leaves_nothing_behind(migrated: Settings) -> None:
    with pytest.raises(RuntimeError, match="stop"), journal(migrated) as store:
        store.log_check_in(ME, 4)
        raise RuntimeError("stop")
    with journal(migrated) as store:
        assert store.summary(ME) == {}


def test_no_file_of_the_journal_holds_a_word(migrated: Settings) -> None:
    with journal(migrated) as store:
        log_everything(store, ME)
    content = b"".join(path.read_bytes() for path in migrated.data_dir.glob("journal.db*"))
    assert ME.encode() in content
    assert [word for word in SECRET_WORDS if word.encode() in content] == []


def test_what_was_forgotten_is_in_no_file_any_more(migrated: Settings) -> None:
    with journal(migrated) as store:
        log_everything(store, ME)
    with journal(migrated) as store:
        store.forget(ME)
    with engine(migrated).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not any(ME.encode() in path.read_bytes() for path in migrated.data_dir.glob("journal.db*"))


def test_an_error_of_the_database_does_not_show_what_was_written(migrated: Settings) -> None:
    with pytest.raises(IntegrityError) as caught, journal(migrated) as store:
        store._session.add(Person(key=ME))
        store._session.add(Person(key=ME))
    assert ME not in str(caught.value)


def test_an_entry_without_its_person_is_refused(migrated: Settings) -> None:
    with pytest.raises(IntegrityError), engine(migrated).begin() as connection:
        connection.execute(text("insert into check_in (person_id, logged_at, heaviness) values (99, '2026-01-01', x'00')"))


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000), ("secure_delete", 1)])
def test_sqlite_is_prepared_on_every_connection(migrated: Settings, pragma: str, value: Any) -> None:
    for _ in range(2):
        with engine(migrated).connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_the_journal_is_this_accounts_alone(settings: Settings) -> None:
    migrate(settings)
    assert (settings.data_dir / "journal.db").stat().st_mode & 0o777 == 0o600
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700


def test_an_engine_is_made_once(settings: Settings) -> None:
    assert engine(settings) is engine(settings)


def test_a_journal_elsewhere_is_this_accounts_alone_too(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    there = replace(settings, journal_url=f"sqlite:///{tmp_path / 'elsewhere' / 'journal.db'}")
    migrate(there)
    with journal(there) as store:
        store.log_check_in(ME, 3)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "elsewhere").iterdir()} == {0o600}


def test_two_journals_in_one_process_are_each_read_with_their_own_key(tmp_path: Path) -> None:
    both = [load_settings({"MEND_DATA_DIR": str(tmp_path / name)}) for name in ("one", "two")]
    for number, found in enumerate(both):
        migrate(found)
        with journal(found) as store:
            store.log_check_in(ME, number)
    for number, found in enumerate(both):
        with journal(found) as store:
            store.log_check_in(ME, number)
            assert [row["heaviness"] for row in store.summary(ME)["check_ins"]] == [number, number]
    engine.cache_clear()
    for number, found in enumerate(both):
        with journal(found) as store:
            assert [row["heaviness"] for row in store.summary(ME)["check_ins"]] == [number, number]


def newer(settings: Settings) -> Settings:
    """A journal that a later Mend has migrated."""
    migrate(settings)
    with engine(settings).begin() as connection:
        connection.execute(text("update alembic_version set version_num = 'ffffffffffff'"))
    return settings


def no_database(settings: Settings) -> Settings:
    """A file that is something else."""
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / "journal.db").write_bytes(b"not a database at all" * 100)
    return settings


def without_a_driver(settings: Settings) -> Settings:
    """An address whose package is not installed."""
    return replace(settings, journal_url="mysql://me:secret@host/journal")


def out_of_reach(settings: Settings) -> Settings:
    """A file in a folder that is not there."""
    return replace(settings, journal_url="sqlite:////no/such/folder/journal.db")


def no_address(settings: Settings) -> Settings:
    """Something that is no address."""
    return replace(settings, journal_url="me:secret@host")


BROKEN = {
    newer: r"of a version that this Mend does not know: update Mend",
    no_database: r"could not be opened \(DatabaseError\): check MEND_JOURNAL_URL and the folder",
    without_a_driver: r"needs the Python package MySQLdb: install it, or change MEND_JOURNAL_URL",
    out_of_reach: r"could not be opened \(\w+Error\): check MEND_JOURNAL_URL",
    no_address: r"could not be opened \(ArgumentError\): check MEND_JOURNAL_URL",
}


@pytest.mark.parametrize("look", [migrate, check])
@pytest.mark.parametrize("broken", BROKEN, ids=lambda way: way.__name__)
def test_a_journal_that_cannot_be_used_is_told_in_a_sentence_without_its_password(
    settings: Settings, broken: Callable[[Settings], Settings], look: Callable[[Settings], None]
) -> None:
    with pytest.raises(JournalError, match=BROKEN[broken]) as caught:
        look(broken(settings))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("look", [migrate, check])
def test_a_damaged_key_is_told_in_its_own_words(migrated: Settings, look: Callable[[Settings], None]) -> None:
    (migrated.data_dir / "text.key").write_text("no key")
    with pytest.raises(KeyFileError, match="not a Fernet key"):
        look(migrated)


def test_looking_at_a_journal_that_was_never_made_makes_nothing(settings: Settings, tmp_path: Path) -> None:
    check(settings)
    check(replace(settings, journal_url=f"sqlite:///{tmp_path / 'journal.db'}"))
    assert list(tmp_path.iterdir()) == []


def test_looking_at_a_journal_changes_none_of_its_files(migrated: Settings) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in migrated.data_dir.iterdir()}
    check(migrated)
    assert {path.name: path.stat().st_mtime_ns for path in migrated.data_dir.iterdir()} == before


def test_a_journal_whose_tables_wait_to_be_brought_up_to_date_passes(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / "journal.db").touch()
    check(settings)


class Told:
    """Stands in for a connection of a database that Mend's own machine does not run."""

    def __init__(self, dialect: str) -> None:
        self.dialect = type("Dialect", (), {"name": dialect})
        self.statements: list[str] = []

    def execute(self, statement: Any, values: Any = None) -> None:
        """Write the statement down."""
        self.statements.append(str(statement))


@pytest.mark.parametrize(("dialect", "statements"), [("postgresql", ["SELECT pg_advisory_xact_lock(:key)"]), ("sqlite", [])])
def test_migrations_of_one_postgresql_wait_for_each_other(dialect: str, statements: list[str]) -> None:
    told = Told(dialect)
    store_module.wait_for_other_machines(told)  # type: ignore[arg-type]
    assert told.statements == statements
