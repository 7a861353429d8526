"""The only reader of the environment. Every setting has a default that works on one machine without accounts."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

PROJECT = Path(__file__).resolve().parent.parent

#: Name, default and meaning of every setting; the README's table is checked against it.
SETTINGS: dict[str, tuple[str, str]] = {
    "MEND_DATA_DIR": (".mend", "private folder for databases and keys, made on first run"),
    "MEND_JOURNAL_URL": ("", "SQLAlchemy address of the journal; empty: SQLite in the data folder"),
    "MEND_CONVERSATIONS_URL": ("", "SQLAlchemy address of the conversations; empty: SQLite in the data folder"),
    "MEND_PERSON_KEY": ("", "64 hex digits that turn a sender into a person's key; empty: a private file"),
    "MEND_TEXT_KEY": ("", "Fernet key that encrypts the journal; empty: a private file"),
    "MEND_COUNTRY": (
        "",
        "two letters, such as GB: whose emergency number and helplines are named; empty: international",
    ),
    "MEND_ALERT_URL": (
        "",
        "who is told that a danger was named, never by whom: `https://…` or `smtp://user:password@host/?from=…&to=…`; empty: nobody",
    ),
    "PORT": ("5005", "port of the Rasa server"),
    "ACTION_PORT": ("5055", "port of the action server"),
}

#: Names of this machine, to which nothing needs to be encrypted.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: As much of an e-mail address as can be wrong by a slip.
_MAIL = re.compile(r"[^\s@<>,;\[\]()]+@[^\s@<>,;\[\]()]+")
#: What people write for a country whose two letters are others.
_COUNTRIES = {"UK": "GB"}


class SettingsError(ValueError):
    """A setting that cannot be used; the message says which, and what to write instead."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked.

    `journal_url` and `conversations_url` are SQLAlchemy addresses. The two keys are empty when they live in files.
    """

    data_dir: Path
    journal_url: str
    conversations_url: str
    country: str
    port: int
    action_port: int
    alert_url: str = field(default="", repr=False)
    person_key: str = field(default="", repr=False)
    text_key: str = field(default="", repr=False)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process's own when None).

    Raises:
        SettingsError: a value has the wrong form.
    """
    environ = os.environ if environ is None else environ
    value = {name: environ.get(name, "").strip() or default for name, (default, _) in SETTINGS.items()}
    data_dir = Path(value["MEND_DATA_DIR"])
    data_dir = data_dir if data_dir.is_absolute() else PROJECT / data_dir
    ports = {}
    for name in ("PORT", "ACTION_PORT"):
        if not (value[name].isascii() and value[name].isdigit()) or not 0 < int(value[name]) < 65536:
            raise SettingsError(f"{name} must be a number from 1 to 65535, not {value[name]!r}.")
        ports[name] = int(value[name])
    if ports["PORT"] == ports["ACTION_PORT"]:
        raise SettingsError("PORT and ACTION_PORT must differ: two servers cannot share one port.")
    country = value["MEND_COUNTRY"].upper()
    if country and not (len(country) == 2 and country.isalpha()):
        raise SettingsError(f"MEND_COUNTRY must be two letters such as GB, not {country!r}.")
    if value["MEND_PERSON_KEY"] and not is_person_key(value["MEND_PERSON_KEY"]):
        raise SettingsError("MEND_PERSON_KEY must be 64 hex digits; leave it empty to use the private file.")
    problem = _alert_problem(value["MEND_ALERT_URL"])
    if problem:
        raise SettingsError(f"MEND_ALERT_URL {problem}")  # without the address: it may hold a password
    return Settings(
        data_dir=data_dir,
        journal_url=_from_project(value["MEND_JOURNAL_URL"]) or f"sqlite:///{data_dir / 'journal.db'}",
        conversations_url=_from_project(value["MEND_CONVERSATIONS_URL"]) or f"sqlite:///{data_dir / 'conversations.db'}",
        country=_COUNTRIES.get(country, country),
        port=ports["PORT"],
        action_port=ports["ACTION_PORT"],
        alert_url=value["MEND_ALERT_URL"],
        person_key=value["MEND_PERSON_KEY"],
        text_key=value["MEND_TEXT_KEY"],
    )


def _alert_problem(url: str) -> str:
    """What is wrong with an address for alerts, and what to write instead; empty when nothing is."""
    if not url:
        return ""
    try:
        address = urlsplit(url)
        host, _ = address.hostname, address.port
    except ValueError:
        host, address = None, urlsplit("")
    if not host or address.scheme not in ("https", "http", "smtp", "smtps"):
        return "must begin with https://, smtp:// or smtps:// and name a host; leave it empty to tell nobody."
    if address.scheme == "http" and host not in LOOPBACK:
        return "must begin with https://: an alert does not travel in clear."
    sender, receivers = mail_addresses(url)
    if address.scheme.startswith("smtp") and not (receivers and all(map(_MAIL.fullmatch, (sender, *receivers)))):
        return "must say from whom and to whom an e-mail goes: smtp://user:password@host:587/?from=mend@example.org&to=duty@example.org."
    return ""


def mail_addresses(url: str) -> tuple[str, list[str]]:
    """Sender and receivers that an address for e-mails names after its question mark; a plus sign there is one."""
    named = [part.partition("=") for part in urlsplit(url).query.split("&")]
    found = {key: [unquote(value) for name, _, value in named if name == key] for key in ("from", "to")}
    return ", ".join(found["from"]), found["to"]


def _from_project(url: str) -> str:
    """`url` with the file of a relative SQLite address taken from the project: commands and servers run in different folders."""
    return re.sub(r"^(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)(?=.)", lambda found: f"{found[1]}{PROJECT}/", url)


def is_person_key(key: str) -> bool:
    """Whether `key` is 64 hex digits."""
    return re.fullmatch(r"[0-9a-fA-F]{64}", key) is not None


def check_dir(path: Path) -> None:
    """Make sure that `path`, if it is there, can be a folder of this account alone; changes nothing.

    Raises:
        SettingsError: it is no folder, or it is open to others and not for Mend to close.
    """
    try:
        if not path.exists():
            return
        mode, is_empty = path.stat().st_mode, not any(path.iterdir())
    except OSError as error:
        raise _no_folder(path, error) from error
    # What lies in it may be meant for others; a sticky one, such as /tmp, is everybody's even while it is empty.
    if mode & 0o077 and (mode & stat.S_ISVTX or not is_empty):
        raise SettingsError(
            f"{path} is open to other accounts: name a folder of Mend's own with MEND_DATA_DIR, or close this one (`chmod 700 {path}`)."
        )


def private_dir(path: Path) -> Path:
    """Give `path` back as a folder of this account alone: made with its parents where it is missing, closed where it is empty.

    Raises:
        SettingsError: it cannot be made, or it is open to others and not for Mend to close.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_dir(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise _no_folder(path, error) from error
    return path


def _no_folder(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path} cannot be used as a folder ({error.strerror}): name another with MEND_DATA_DIR.")


def write_private(path: Path, text: str) -> None:
    """Write a file of this account alone. Whoever reads `path` meanwhile finds the old text or the new one, never half."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
