"""The two keys of the journal: one turns a sender into a person's key, one encrypts what they logged."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path

from cryptography.fernet import Fernet

from bot.settings import Settings, is_person_key, private_dir


class KeyFileError(RuntimeError):
    """A key file that cannot be used; the message names it and the way out."""


def person_key(settings: Settings, channel: str, sender: str) -> str:
    """The key under which the person behind `sender` on `channel` is kept: 64 hex digits, not to be turned back.

    Raises:
        KeyFileError: the secret behind it is damaged; another one would make strangers of everybody.
    """
    secret = settings.person_key or _from_file(settings.data_dir / "person.key", lambda: secrets.token_hex(32))
    if not is_person_key(secret):
        raise KeyFileError(f"{settings.data_dir / 'person.key'} is not 64 hex digits: restore it from your backup.")
    return hmac.new(bytes.fromhex(secret), f"{channel}\0{sender}".encode(), hashlib.sha256).hexdigest()


def fernet(settings: Settings) -> Fernet:
    """The cipher of everything a person wrote.

    Raises:
        KeyFileError: the key is not a Fernet key.
    """
    key = settings.text_key or _from_file(settings.data_dir / "text.key", lambda: Fernet.generate_key().decode())
    try:
        return Fernet(key)
    except ValueError as error:
        raise KeyFileError("MEND_TEXT_KEY or text.key is not a Fernet key: restore it from your backup.") from error


def _from_file(path: Path, make: object) -> str:
    """The key in `path`, made on first use; of two processes that make it at once one wins and both read the same."""
    private_dir(path.parent)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        for _ in range(50):
            key = path.read_text(encoding="ascii").strip()
            if key:
                return key
            time.sleep(0.02)
        raise KeyFileError(f"{path} is empty: restore it from your backup, or delete it if no journal exists yet.") from None
    key = make()  # type: ignore[operator]
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
