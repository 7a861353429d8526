"""The two keys of the journal."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.journal import keys
from bot.journal.keys import KeyFileError, check, fernet, person_key
from bot.journal.store import engine, journal
from bot.settings import Settings

A_KEY = "0123456789abcdef" * 4
USES: dict[str, Callable[[Settings], object]] = {"person.key": lambda found: person_key(found, "rest", "me"), "text.key": fernet}


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The private folder, made."""
    settings.data_dir.mkdir(mode=0o700)
    return settings.data_dir


@pytest.fixture
def lived_in(migrated: Settings) -> Settings:
    """Settings whose journal holds somebody, with both keys in their files."""
    with journal(migrated) as store:
        store.log_check_in(person_key(migrated, "rest", "me"), 3)
    engine.cache_clear()
    return migrated


def test_a_persons_key_is_64_hex_digits_and_holds_nothing_of_the_sender(settings: Settings) -> None:
    key = person_key(settings, "telegram", "abcdef12")
    assert re.fullmatch("[0-9a-f]{64}", key)
    assert "abcdef12" not in key


def test_the_same_sender_has_the_same_key_again(settings: Settings) -> None:
    assert person_key(settings, "rest", "me") == person_key(settings, "rest", "me")


def test_another_sender_or_channel_has_another_key(settings: Settings) -> None:
    made = {person_key(settings, channel, sender) for channel in ("a", "ab") for sender in ("b", "bb", "")}
    assert len(made) == 6


def test_another_secret_gives_another_key(settings: Settings) -> None:
    given = replace(settings, person_key=A_KEY)
    assert person_key(given, "rest", "me") != person_key(settings, "rest", "me")


def test_a_secret_that_is_given_leaves_no_file(settings: Settings) -> None:
    person_key(replace(settings, person_key=A_KEY), "rest", "me")
    fernet(replace(settings, text_key=Fernet.generate_key().decode()))
    assert not settings.data_dir.exists()


@pytest.mark.parametrize("name", ["person.key", "text.key"])
def test_a_key_file_is_made_for_this_account_alone(settings: Settings, name: str) -> None:
    person_key(settings, "rest", "me")
    fernet(settings)
    assert (settings.data_dir / name).stat().st_mode & 0o777 == 0o600
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700


def test_the_text_key_is_read_back_from_its_file(settings: Settings) -> None:
    secret = fernet(settings).encrypt(b"words")
    assert fernet(settings).decrypt(secret) == b"words"


def test_a_line_end_after_the_key_does_no_harm(settings: Settings) -> None:
    secret = fernet(settings).encrypt(b"words")
    path = settings.data_dir / "text.key"
    path.write_text(path.read_text() + "\n")
    assert fernet(settings).decrypt(secret) == b"words"


@pytest.mark.parametrize("key", ["short", "é" * 44, Fernet.generate_key().decode()[:-4], A_KEY], ids=["short", "no-ascii", "cut", "hex"])
def test_it_refuses_a_text_key_that_is_no_fernet_key(settings: Settings, key: str) -> None:
    with pytest.raises(KeyFileError, match="not a Fernet key: restore it from your backup"):
        fernet(replace(settings, text_key=key))


def test_it_refuses_an_empty_key_file_and_names_it(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys.time, "sleep", lambda seconds: None)
    (folder / "text.key").touch()
    with pytest.raises(KeyFileError, match=r"text\.key is empty"):
        fernet(settings)


@pytest.mark.parametrize("content", ["not hexadecimal at all", A_KEY[:-1], A_KEY[:-2], "ab"])
def test_it_refuses_a_person_key_file_of_the_wrong_form(settings: Settings, folder: Path, content: str) -> None:
    (folder / "person.key").write_text(content)
    with pytest.raises(KeyFileError, match=r"person\.key"):
        person_key(settings, "rest", "me")


def test_of_many_that_make_the_key_at_once_all_read_the_same(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: person_key(settings, "rest", "me"), range(32)))
    assert len(made) == 1


@pytest.mark.parametrize("name", USES)
def test_it_refuses_a_key_file_that_is_no_text_and_names_it(settings: Settings, folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff\xfe\x00key")
    with pytest.raises(KeyFileError, match=rf"{re.escape(name)} cannot be read .*: restore it from your backup"):
        USES[name](settings)


@pytest.mark.parametrize("name", USES)
def test_it_refuses_a_key_file_that_is_a_folder_and_names_it(settings: Settings, folder: Path, name: str) -> None:
    (folder / name).mkdir()
    with pytest.raises(KeyFileError, match=rf"{re.escape(name)} cannot be read"):
        USES[name](settings)


@pytest.mark.parametrize("name", USES)
def test_a_key_that_was_lost_is_not_made_anew_while_the_journal_holds_somebody(lived_in: Settings, name: str) -> None:
    (lived_in.data_dir / name).unlink()
    for use in (USES[name], check):
        with pytest.raises(KeyFileError, match=rf"{re.escape(name)} is missing, and the journal .*restore it from your backup"):
            use(lived_in)
    assert not (lived_in.data_dir / name).exists()


@pytest.mark.parametrize("name", USES)
def test_a_key_is_not_made_anew_for_a_journal_elsewhere_either(lived_in: Settings, tmp_path: Path, name: str) -> None:
    elsewhere = replace(lived_in, data_dir=tmp_path / "new", journal_url=f"sqlite:///{lived_in.data_dir / 'journal.db'}")
    with pytest.raises(KeyFileError, match=rf"{re.escape(name)} is missing"):
        USES[name](elsewhere)


@pytest.mark.parametrize("name", USES)
def test_a_key_may_be_made_anew_once_nobody_is_in_the_journal_any_more(lived_in: Settings, name: str) -> None:
    with journal(lived_in) as store:
        store.forget(person_key(lived_in, "rest", "me"))
    (lived_in.data_dir / name).unlink()
    check(lived_in)
    USES[name](lived_in)
    assert (lived_in.data_dir / name).exists()


def test_looking_at_the_keys_of_a_new_installation_makes_nothing(settings: Settings) -> None:
    check(settings)
    assert not settings.data_dir.exists()


def test_looking_at_keys_that_fit_says_nothing(lived_in: Settings) -> None:
    check(lived_in)


@pytest.mark.parametrize("name", USES)
def test_looking_finds_a_damaged_key(lived_in: Settings, name: str) -> None:
    (lived_in.data_dir / name).write_text("something else")
    with pytest.raises(KeyFileError, match="restore it from your backup"):
        check(lived_in)
