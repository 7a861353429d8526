"""A column whose content only this installation can read."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator


class UnreadableError(RuntimeError):
    """A value that was written with another key."""


class Encrypted(TypeDecorator):
    """Any JSON value, encrypted with the session's Fernet key before it reaches the database.

    The cipher is given once by `use`; a column cannot be read or written before.
    """

    impl = LargeBinary
    cache_ok = True
    _cipher: Fernet | None = None

    @classmethod
    def use(cls, cipher: Fernet) -> None:
        """Encrypt and decrypt with `cipher` from now on in this process."""
        cls._cipher = cipher

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else self._key().encrypt(json.dumps(value).encode())

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Decrypt on the way out.

        Raises:
            UnreadableError: written with another key.
        """
        if value is None:
            return None
        try:
            return json.loads(self._key().decrypt(value))
        except InvalidToken as error:
            raise UnreadableError("The journal was written with another text key: restore text.key from your backup.") from error

    def _key(self) -> Fernet:
        if self._cipher is None:
            raise UnreadableError("No key was given for the encrypted columns.")
        return self._cipher
