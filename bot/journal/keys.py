"""The two keys of the journal: one turns a sender into a person's key, one encrypts what they logged."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import create_engine, inspect, literal, select, table
from sqlalchemy.pool import NullPool

from bot.journal import sqlite
from bot.settings import Settings, is_person_key, private_dir

_PERSON, _TEXT = "person.key", "text.key"


class KeyFileError(RuntimeError):
    """A key file that cannot be used; the message names it and the way out."""


def person_key(settings: Settings, channel: str, sender: str) -> str:
    """The key under which the person behind `sender` on `channel` is kept: 64 hex digits, not to be turned back.

    Raises:
        KeyFileError: the secret behind it is damaged or lost; another one would make strangers of everybody.
    """
    secret = settings.person_key or _from_file(settings, _PERSON, lambda: secrets.token_hex(32))
    if not is_person_key(secret):
        raise KeyFileError(f"{settings.data_dir / _PERSON} is not 64 hex digits: restore it from your backup.")
    return hmac.new(bytes.fromhex(secret), f"{channel}\0{sender}".encode(), hashlib.sha256).hexdigest()


def fernet(settings: Settings) -> Fernet:
    """The cipher of everything a person wrote.

    Raises:
        KeyFileError: the key is not a Fernet key, or lost; another one could read nothing of what was written.
    """
    key = settings.text_key or _from_file(settings, _TEXT, lambda: Fernet.generate_key().decode())
    try:
        return Fernet(key)
    except ValueError as error:
        raise KeyFileError("MEND_TEXT_KEY or text.key is not a Fernet key: restore it from your backup.") from error


def check(settings: Settings) -> None:
    """Make sure that both keys can be used, or made where none is needed yet; changes nothing.

    Raises:
        KeyFileError: one is damaged or lost.
    """
    for given, name in ((settings.person_key, _PERSON), (settings.text_key, _TEXT)):
        if not given and not (settings.data_dir / name).exists():
            if _holds_somebody(settings):
                raise _lost(settings.data_dir / name)
        elif name == _PERSON:
            person_key(settings, "", "")
        else:
            fernet(settings)


def _from_file(settings: Settings, name: str, make: Callable[[], str]) -> str:
    """The key in the file `name`, made on first use; of two processes that make it at once one wins and both read the same."""
    path = settings.data_dir / name
    if path.exists():
        return _read(path)
    # Looked for again, because another process may have made it meanwhile and written with it.
    if _holds_somebody(settings) and not path.exists():
        raise _lost(path)
    private_dir(path.parent)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _read(path)
    key = make()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key


def _read(path: Path) -> str:
    """The key in `path`; one that is being written is waited for."""
    for _ in range(50):
        try:
            key = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyFileError(f"{path} cannot be read ({type(error).__name__}): restore it from your backup.") from error
        if key:
            return key
        time.sleep(0.02)
    raise KeyFileError(f"{path} is empty: restore it from your backup, or delete it if no journal exists yet.")


def _lost(path: Path) -> KeyFileError:
    return KeyFileError(
        f"{path} is missing, and the journal was written with it: restore it from your backup, set MEND_{path.stem.upper()}_KEY, "
        "or begin a new journal."
    )


def _holds_somebody(settings: Settings) -> bool:
    """Whether the journal holds a person: what was kept with the keys must be found and read with the same."""
    database = sqlite.file(settings.journal_url)
    if database is not None and not database.exists():
        return False
    # Not the journal's own engine: that one needs the key.
    with create_engine(settings.journal_url, poolclass=NullPool, hide_parameters=True).connect() as connection:
        if not inspect(connection).has_table("person"):
            return False
        return connection.execute(select(literal(1)).select_from(table("person")).limit(1)).first() is not None
