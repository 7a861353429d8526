"""The two keys of the journal."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from bot.journal import keys
from bot.journal.keys import KeyFileError, fernet, person_key
from bot.settings import Settings

A_KEY = "0123456789abcdef" * 4


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


@pytest.mark.parametrize("key", ["short", "é" * 44, Fernet.generate_key().decode()[:-4], A_KEY])
def test_it_refuses_a_text_key_that_is_no_fernet_key(settings: Settings, key: str) -> None:
    with pytest.raises(KeyFileError, match="not a Fernet key: restore it from your backup"):
        fernet(replace(settings, text_key=key))


def test_it_refuses_an_empty_key_file_and_names_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys.time, "sleep", lambda seconds: None)
    settings.data_dir.mkdir()
    (settings.data_dir / "text.key").touch()
    with pytest.raises(KeyFileError, match=r"text\.key is empty"):
        fernet(settings)


@pytest.mark.parametrize("content", ["not hexadecimal at all", A_KEY[:-1], A_KEY[:-2], "ab"])
def test_it_refuses_a_person_key_file_of_the_wrong_form(settings: Settings, content: str) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "person.key").write_text(content)
    with pytest.raises(KeyFileError, match=r"person\.key"):
        person_key(settings, "rest", "me")


def test_of_many_that_make_the_key_at_once_all_read_the_same(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: person_key(settings, "rest", "me"), range(32)))
    assert len(made) == 1
