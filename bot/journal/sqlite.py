"""SQLite for private words: files of this account alone, nothing left of what is deleted. Knows nothing of what is kept."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, make_url


def file(url: str | URL) -> Path | None:
    """The file of an SQLite address; None where there is none: in memory, behind a URI, in another database."""
    address = make_url(url)
    name = address.database
    if address.get_backend_name() != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def is_to_come(url: str | URL, folder: Path) -> bool:
    """Whether the address names a file that is not there yet but can be made: in a folder that is there, or in `folder`."""
    database = file(url)
    return database is not None and not database.exists() and (database.parent == folder or database.parent.is_dir())


def prepare(engine: Engine) -> None:
    """Make an SQLite engine's file private before SQLite makes it, and set up every connection; leave other engines as they are."""
    if engine.dialect.name != "sqlite":
        return
    database = file(engine.url)
    if database is not None:
        database.touch(0o600)
        for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
            with contextlib.suppress(FileNotFoundError):  # SQLite makes the other two when it needs them, with the first one's mode
                if path.stat().st_mode & 0o077:
                    path.chmod(0o600)
    event.listen(engine, "connect", _set_up)


def _set_up(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
