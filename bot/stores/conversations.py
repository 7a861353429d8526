"""The database of the conversations without Rasa, whose table it knows: opened for the tracker store, looked at, emptied of one person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import column, create_engine, delete, inspect, table
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.journal import sqlite
from bot.settings import Settings, private_dir

_EVENTS = table("events", column("sender_id"))


class ConversationsError(RuntimeError):
    """Conversations that cannot be opened; the message says what to do."""


def engine(settings: Settings) -> Engine:
    """A new engine for the conversations.

    Raises:
        ConversationsError: the address is none, or its package or folder is missing.
        SettingsError: the data folder cannot be used.
    """
    with _told_in_a_sentence(settings):
        made = create_engine(settings.conversations_url, pool_pre_ping=True, hide_parameters=True)
        private_dir(settings.data_dir)
        sqlite.prepare(made)
    return made


def check(settings: Settings) -> None:
    """Make sure that the conversations can be opened, changing nothing; a file that is not there yet passes.

    Raises:
        ConversationsError: they cannot.
    """
    with _told_in_a_sentence(settings):
        if not sqlite.is_to_come(settings.conversations_url, settings.data_dir):
            inspect(create_engine(settings.conversations_url, hide_parameters=True)).has_table(_EVENTS.name)


def forget(settings: Settings, sender: str) -> None:
    """Delete everything that was said in the conversation of `sender`; without a database or a table nothing was.

    Raises:
        ConversationsError: it could not be deleted, and is still there.
    """
    with _told_in_a_sentence(settings):
        database = sqlite.file(settings.conversations_url)
        if database is not None and not database.exists():
            return
        opened = engine(settings)
        try:
            with opened.begin() as connection:
                if inspect(connection).has_table(_EVENTS.name):
                    connection.execute(delete(_EVENTS).where(_EVENTS.c.sender_id == sender))
            if database is not None:
                with opened.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # the file beside the database holds the words too
        finally:
            opened.dispose()


@contextmanager
def _told_in_a_sentence(settings: Settings) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise ConversationsError(
            f"The conversations need the Python package {error.name}: install it, or change MEND_CONVERSATIONS_URL."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise ConversationsError(
            f"The conversations could not be opened ({type(error).__name__}): check MEND_CONVERSATIONS_URL and the folder "
            f"{settings.data_dir}."
        ) from error
