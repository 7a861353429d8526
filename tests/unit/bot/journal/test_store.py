"""Every query of the journal, on a real SQLite database."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.journal import store as store_module
from bot.journal.models import ENTRIES, Commitment, Person
from bot.journal.store import COMMITMENT_DAYS, JournalStore, engine, journal, migrate
from bot.settings import Settings

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
    store.log_safety(key, ["self_harm"])


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
    assert entries(store, ME, "safety_events") == [{"dangers": ["self_harm"]}]
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
