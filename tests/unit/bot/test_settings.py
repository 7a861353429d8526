"""Settings: defaults, checks, and what is never shown."""

from pathlib import Path

import pytest

from bot.settings import PROJECT, SettingsError, check_dir, load_settings, private_dir, write_private

A_KEY = "0123456789abcdef" * 4


def test_nothing_set_means_defaults_inside_the_project() -> None:
    found = load_settings({})
    assert found.data_dir == PROJECT / ".mend"
    assert found.journal_url == f"sqlite:///{PROJECT / '.mend' / 'journal.db'}"
    assert found.conversations_url == f"sqlite:///{PROJECT / '.mend' / 'conversations.db'}"
    assert (found.port, found.action_port, found.country) == (5005, 5055, "")
    assert (found.person_key, found.text_key) == ("", "")


def test_blanks_count_as_not_set() -> None:
    assert load_settings({"PORT": "  ", "MEND_COUNTRY": "", "MEND_DATA_DIR": " "}) == load_settings({})


def test_a_data_dir_is_taken_from_the_project_unless_it_is_absolute(tmp_path: Path) -> None:
    assert load_settings({"MEND_DATA_DIR": "elsewhere"}).data_dir == PROJECT / "elsewhere"
    assert load_settings({"MEND_DATA_DIR": str(tmp_path)}).data_dir == tmp_path


def test_the_databases_follow_the_data_dir(tmp_path: Path) -> None:
    found = load_settings({"MEND_DATA_DIR": str(tmp_path)})
    assert found.journal_url == f"sqlite:///{tmp_path / 'journal.db'}"
    assert found.conversations_url == f"sqlite:///{tmp_path / 'conversations.db'}"


def test_addresses_that_are_given_are_kept() -> None:
    found = load_settings({"MEND_JOURNAL_URL": "postgresql://a/b", "MEND_CONVERSATIONS_URL": "postgresql://a/c"})
    assert (found.journal_url, found.conversations_url) == ("postgresql://a/b", "postgresql://a/c")


def test_the_country_is_read_in_either_case() -> None:
    assert load_settings({"MEND_COUNTRY": "gb"}).country == "GB"


@pytest.mark.parametrize("country", ["GBR", "G", "44", "G1", "United Kingdom"])
def test_it_refuses_a_country_that_is_not_two_letters(country: str) -> None:
    with pytest.raises(SettingsError, match=r"MEND_COUNTRY must be two letters"):
        load_settings({"MEND_COUNTRY": country})


@pytest.mark.parametrize("name", ["PORT", "ACTION_PORT"])
@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "80.5", "5005x", "²"])
def test_it_refuses_a_port_that_is_none(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be a number from 1 to 65535"):
        load_settings({name: value})


@pytest.mark.parametrize("value", ["1", "65535"])
def test_it_takes_the_first_and_the_last_port(value: str) -> None:
    assert load_settings({"PORT": value}).port == int(value)


def test_it_refuses_one_port_for_both_servers() -> None:
    with pytest.raises(SettingsError, match="PORT and ACTION_PORT must differ"):
        load_settings({"PORT": "5055"})


def test_it_takes_a_person_key_of_64_hex_digits() -> None:
    assert load_settings({"MEND_PERSON_KEY": A_KEY}).person_key == A_KEY


@pytest.mark.parametrize("key", [A_KEY[:-1], A_KEY + "0", "secret"])
def test_it_refuses_a_key_of_the_wrong_length(key: str) -> None:
    with pytest.raises(SettingsError, match="MEND_PERSON_KEY must be 64 hex digits"):
        load_settings({"MEND_PERSON_KEY": key})


def test_it_refuses_a_key_that_is_not_hexadecimal() -> None:
    with pytest.raises(SettingsError, match="MEND_PERSON_KEY must be 64 hex digits"):
        load_settings({"MEND_PERSON_KEY": "z" * 64})


def test_the_keys_are_not_shown_when_settings_are_printed() -> None:
    shown = repr(load_settings({"MEND_PERSON_KEY": A_KEY, "MEND_TEXT_KEY": "a text key"}))
    assert A_KEY not in shown
    assert "a text key" not in shown


def test_the_processes_own_environment_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "6005")
    assert load_settings().port == 6005


def test_a_private_folder_is_made_with_its_parents_for_this_account_alone(tmp_path: Path) -> None:
    made = private_dir(tmp_path / "a" / "b")
    assert made == tmp_path / "a" / "b"
    assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o710, 0o701])
def test_an_empty_folder_that_was_open_to_others_is_closed(tmp_path: Path, mode: int) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(mode)
    assert private_dir(tmp_path / "open").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_with_something_in_it_that_is_open_to_others_is_refused_as_it_is(tmp_path: Path, mode: int) -> None:
    (tmp_path / "shared" / "work").mkdir(parents=True)
    (tmp_path / "shared").chmod(mode)
    for look in (private_dir, check_dir):
        with pytest.raises(SettingsError, match=r"shared is open to other accounts: .*MEND_DATA_DIR"):
            look(tmp_path / "shared")
    assert (tmp_path / "shared").stat().st_mode & 0o777 == mode


def test_a_folder_that_the_machine_shares_is_refused_even_while_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    with pytest.raises(SettingsError, match="open to other accounts"):
        private_dir(tmp_path / "tmp")
    assert (tmp_path / "tmp").stat().st_mode & 0o7777 == 0o1777


def test_a_private_folder_with_something_in_it_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o700)
    (tmp_path / "mine" / "journal.db").touch()
    assert private_dir(tmp_path / "mine") == tmp_path / "mine"


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_told_with_the_setting_that_chooses_another(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"cannot be used as a folder .*MEND_DATA_DIR"):
        private_dir(tmp_path / where)


def test_looking_at_a_folder_that_is_not_there_makes_none(tmp_path: Path) -> None:
    check_dir(tmp_path / "later")
    assert list(tmp_path.iterdir()) == []


def test_a_private_file_takes_the_place_of_one_that_others_could_read(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("old")
    (tmp_path / "mine").chmod(0o644)
    write_private(tmp_path / "mine", "new é")
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "new é"
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_private_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_private(tmp_path / "mine", "new \ud800")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mine", "old")]


@pytest.mark.parametrize("country", ["UK", "uk"])
def test_the_country_has_its_other_name_too(country: str) -> None:
    assert load_settings({"MEND_COUNTRY": country}).country == "GB"


@pytest.mark.parametrize("name", ["MEND_JOURNAL_URL", "MEND_CONVERSATIONS_URL"])
@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///kept/a.db", f"sqlite:///{PROJECT}/kept/a.db"),
        ("sqlite+pysqlite:///a.db", f"sqlite+pysqlite:///{PROJECT}/a.db"),
        ("sqlite:////there/a.db", "sqlite:////there/a.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("sqlite:///file:a.db?uri=true", "sqlite:///file:a.db?uri=true"),
        ("sqlite://", "sqlite://"),
    ],
)
def test_a_database_file_is_taken_from_the_project_unless_it_is_absolute(name: str, given: str, used: str) -> None:
    found = load_settings({name: given})
    assert (found.journal_url if name == "MEND_JOURNAL_URL" else found.conversations_url) == used


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/key",
        "http://127.0.0.1:9000/",
        "smtp://me:secret@mail.example.org:587/?from=a@example.org&to=b@example.org&to=c@example.org",
        "smtps://mail.example.org/?from=a@example.org&to=b+mend@example.org",
    ],
)
def test_an_address_for_alerts_is_kept_and_never_shown(url: str) -> None:
    found = load_settings({"MEND_ALERT_URL": url})
    assert found.alert_url == url
    assert "example" not in repr(found) and "9000" not in repr(found)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("duty@example.org", "must begin with https://"),
        ("https:///path", "name a host"),
        ("https://host:port/", "must begin with"),
        ("http://hooks.example.org/secret", "does not travel in clear"),
        ("smtp://me:secret@mail.example.org/", "from whom and to whom"),
        ("smtp://me:secret@mail.example.org/?from=a@example.org", "from whom and to whom"),
        ("smtp://me:secret@mail.example.org/?from=a@[&to=b@example.org", "from whom and to whom"),
        ("smtp://me:secret@mail.example.org/?from=a@example.org&to=duty", "from whom and to whom"),
    ],
)
def test_an_address_for_alerts_that_cannot_be_used_is_told_without_its_password(url: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=f"MEND_ALERT_URL .*{problem}") as caught:
        load_settings({"MEND_ALERT_URL": url})
    assert "secret" not in str(caught.value)
