"""A column whose content only this installation can read."""

from __future__ import annotations

import json
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.types import TypeDecorator


class UnreadableError(RuntimeError):
    """A value that was written with another key."""


class Encrypted(TypeDecorator):
    """Any JSON value, encrypted with the Fernet key of its engine before it reaches the database.

    `use` gives an engine its key; a column cannot be read or written before.
    """

    impl = LargeBinary
    cache_ok = True
    #: By dialect, for that is what a column sees of its engine; each engine has one of its own.
    _ciphers: ClassVar[WeakKeyDictionary[Dialect, Fernet]] = WeakKeyDictionary()

    @classmethod
    def use(cls, engine: Engine, cipher: Fernet) -> None:
        """Encrypt and decrypt with `cipher` from now on in this engine."""
        cls._ciphers[engine.dialect] = cipher

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else self._cipher(dialect).encrypt(json.dumps(value).encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Decrypt on the way out.

        Raises:
            UnreadableError: written with another key.
        """
        if value is None:
            return None
        try:
            return json.loads(self._cipher(dialect).decrypt(value))
        except InvalidToken as error:
            raise UnreadableError("The journal was written with another text key: restore text.key from your backup.") from error

    def _cipher(self, dialect: Dialect) -> Fernet:
        if dialect not in self._ciphers:
            raise UnreadableError("No key was given for the encrypted columns.")
        return self._ciphers[dialect]
