"""Every query of the journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import create_engine, delete, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bot.journal import keys, sqlite
from bot.journal.encrypted import Encrypted
from bot.journal.models import (
    ENTRIES,
    Assessment,
    Breach,
    CheckIn,
    Commitment,
    Person,
    SafetyEvent,
    StepTaken,
    Suggestion,
)
from bot.settings import Settings, private_dir

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Days until the person is asked about a commitment.
COMMITMENT_DAYS = 7
#: Mend's number among PostgreSQL's advisory locks.
_MIGRATING = 0x4D656E64


class JournalError(RuntimeError):
    """A journal that cannot be opened; the message says what to do."""


class JournalStore:
    """The journal within one transaction, opened by `journal`; nothing here commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def person(self, key: str) -> Person:
        """The person with this key, made on first use."""
        person = self._session.execute(select(Person).filter_by(key=key)).scalar_one_or_none()
        if person is None:
            person = Person(key=key)
            self._session.add(person)
            self._session.flush()
        return person

    def log_story(self, key: str, breaches: list[str], role: str, impact: str | None) -> None:
        """Log what broke the trust; the same again is not logged twice."""
        last = self._last(Breach, key)
        if last is None or (last.kinds, last.role, last.impact) != (breaches, role, impact):
            self._session.add(Breach(person=self.person(key), kinds=breaches, role=role, impact=impact))

    def log_steps(self, key: str, steps: dict[str, str]) -> None:
        """Log where each of the three steps stands; unchanged ones are not logged twice."""
        known = self.steps(key)
        for step, state in steps.items():
            if known.get(step) != state:
                self._session.add(StepTaken(person=self.person(key), step=step, state=state))

    def log_assessment(self, key: str, willing_self: str | None, willing_partner: str | None, direction: str) -> None:
        """Log who is willing and which way the person leans."""
        last = self._last(Assessment, key)
        if last is None or (last.willing_self, last.willing_partner, last.direction) != (
            willing_self,
            willing_partner,
            direction,
        ):
            self._session.add(
                Assessment(
                    person=self.person(key),
                    willing_self=willing_self,
                    willing_partner=willing_partner,
                    direction=direction,
                )
            )

    def log_suggestion(self, key: str, kind: str, reasons: list[str]) -> None:
        """Log a suggestion with its reasons."""
        self._session.add(Suggestion(person=self.person(key), kind=kind, reasons=reasons))

    def log_commitment(self, key: str, step: str) -> None:
        """Log that the person wants to take `step` within a week."""
        due_on = date.today() + timedelta(days=COMMITMENT_DAYS)
        self._session.add(Commitment(person=self.person(key), step=step, due_on=due_on))

    def log_check_in(self, key: str, heaviness: int) -> None:
        """Log how heavy it is today, 0 to 10."""
        self._session.add(CheckIn(person=self.person(key), heaviness=heaviness))

    def log_safety(self, key: str, dangers: list[str], level: str | None = None) -> None:
        """Log that dangers were named, and the level of the first, without the words."""
        self._session.add(SafetyEvent(person=self.person(key), dangers=dangers, level=level))

    def steps(self, key: str) -> dict[str, str]:
        """Where each step stands now."""
        return {row.step: row.state for row in self._all(StepTaken, key)}

    def summary(self, key: str) -> dict[str, list[dict[str, Any]]]:
        """Everything kept about the person, oldest first, by kind of entry; empty lists are left out.

        This is what `what do you know about me` reads and what `mend data export` writes.
        """
        found = {}
        for name, model in ENTRIES.items():
            rows = [
                {column.name: getattr(row, column.name) for column in model.__table__.columns if column.name not in ("id", "person_id")}
                for row in self._all(model, key)
            ]
            if rows:
                found[name] = rows
        return found

    def forget(self, key: str) -> None:
        """Delete the person and everything they logged."""
        self._session.execute(delete(Person).where(Person.key == key))

    def _all(self, model: Any, key: str) -> list[Any]:
        query = select(model).join(Person).where(Person.key == key).order_by(model.logged_at, model.id)
        return list(self._session.execute(query).scalars())

    def _last(self, model: Any, key: str) -> Any:
        rows = self._all(model, key)
        return rows[-1] if rows else None


@contextmanager
def journal(settings: Settings) -> Iterator[JournalStore]:
    """One transaction on the journal: committed at the end, rolled back if the block raises."""
    with Session(engine(settings), future=True) as session, session.begin():
        yield JournalStore(session)


@lru_cache(maxsize=4)
def engine(settings: Settings) -> Engine:
    """The engine for `settings`, made once, with the key of its encrypted columns."""
    made = create_engine(settings.journal_url, future=True, pool_pre_ping=True, hide_parameters=True)
    private_dir(settings.data_dir)
    sqlite.prepare(made)
    Encrypted.use(made, keys.fernet(settings))
    return made


def alembic_config(settings: Settings) -> Config:
    """Alembic's settings for this journal."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine(settings)
    return config


def migrate(settings: Settings) -> None:
    """Bring the journal's tables up to date; of two that start at once on one data folder or one PostgreSQL, one waits for the other.

    Raises:
        JournalError: the journal cannot be opened, or is newer than this code.
        KeyFileError: a key is damaged or lost.
        SettingsError: the data folder cannot be used.
    """
    private_dir(settings.data_dir)
    with _told_in_a_sentence(settings), FileLock(settings.data_dir / "migrate.lock"):
        command.upgrade(alembic_config(settings), "head")


def wait_for_other_machines(connection: Connection) -> None:
    """Make migrations of one PostgreSQL wait for each other until their transaction ends; the file lock reaches no other machine."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})


def check(settings: Settings) -> None:
    """Make sure that the journal can be opened and that its keys are there, changing nothing; one that was never made passes.

    Raises:
        JournalError: it cannot be opened, or is newer than this code.
        KeyFileError: a key is damaged or lost.
    """
    with _told_in_a_sentence(settings):
        if not sqlite.is_to_come(settings.journal_url, settings.data_dir):
            known = ScriptDirectory(str(_MIGRATIONS))
            with create_engine(settings.journal_url, poolclass=NullPool, hide_parameters=True).connect() as connection:
                for revision in MigrationContext.configure(connection).get_current_heads():
                    known.get_revision(revision)
        keys.check(settings)


@contextmanager
def _told_in_a_sentence(settings: Settings) -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise JournalError(
            "The journal is of a version that this Mend does not know: update Mend, or restore the journal that fits it."
        ) from error
    except ImportError as error:
        raise JournalError(f"The journal needs the Python package {error.name}: install it, or change MEND_JOURNAL_URL.") from error
    except (SQLAlchemyError, OSError) as error:
        raise JournalError(
            f"The journal could not be opened ({type(error).__name__}): check MEND_JOURNAL_URL and the folder {settings.data_dir}."
        ) from error
