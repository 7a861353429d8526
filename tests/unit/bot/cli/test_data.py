"""`mend data export`: everything about one person, for that person's eyes."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from bot.cli.chat import conversation_id
from bot.journal.keys import person_key
from bot.journal.store import journal, migrate
from bot.settings import load_settings, private_dir


@pytest.fixture
def log(environ: Path) -> Callable[[str, str, int], None]:
    """Log a number for somebody: `log(channel, sender, number)`."""
    settings = load_settings()
    migrate(settings)

    def write(channel: str, sender: str, number: int) -> None:
        with journal(settings) as store:
            store.log_check_in(person_key(settings, channel, sender), number)

    return write


def numbers(file: Path) -> list[int]:
    """The numbers that were exported."""
    content: dict[str, list[dict[str, Any]]] = json.loads(file.read_text(encoding="utf-8"))
    return [row["heaviness"] for row in content.get("check_ins", [])]


def test_this_terminals_journal_is_written_for_its_person_alone(
    run: Callable[..., Result], log: Callable[[str, str, int], None], tmp_path: Path
) -> None:
    log("cmdline", conversation_id(load_settings(), new=False), 7)
    log("rest", "another", 3)
    done = run("data", "export", tmp_path / "out.json")
    assert (done.exit_code, done.output) == (0, f"1 entries written to {tmp_path / 'out.json'}.\n")
    assert numbers(tmp_path / "out.json") == [7]
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_could_read_is_closed(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("old")
    (tmp_path / "out.json").chmod(0o644)
    assert run("data", "export", tmp_path / "out.json").exit_code == 0
    assert json.loads((tmp_path / "out.json").read_text()) == {}
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o600


def test_another_person_is_named_by_channel_and_sender(
    run: Callable[..., Result], log: Callable[[str, str, int], None], tmp_path: Path
) -> None:
    log("rest", "another", 3)
    assert run("data", "export", tmp_path / "out.json", "--channel", "rest", "--sender", "another").exit_code == 0
    assert numbers(tmp_path / "out.json") == [3]
    assert run("data", "export", tmp_path / "out.json", "--sender", "another").exit_code == 0
    assert numbers(tmp_path / "out.json") == []


def test_another_channel_needs_a_sender(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("data", "export", tmp_path / "out.json", "--channel", "rest")
    assert done.exit_code == 2 and "--sender" in done.output
    assert not (tmp_path / "out.json").exists()


def test_an_earlier_conversation_on_this_machine_is_still_there_after_a_new_one(
    run: Callable[..., Result], log: Callable[[str, str, int], None], tmp_path: Path
) -> None:
    first = conversation_id(load_settings(), new=False)
    log("cmdline", first, 7)
    log("cmdline", conversation_id(load_settings(), new=True), 2)
    run("data", "export", tmp_path / "new.json")
    run("data", "export", tmp_path / "first.json", "--sender", first)
    assert (numbers(tmp_path / "new.json"), numbers(tmp_path / "first.json")) == ([2], [7])


def test_what_is_no_file_is_not_replaced(run: Callable[..., Result], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = run("data", "export", tmp_path / "pipe")
    assert done.exit_code == 2 and "is no file" in done.output
    assert (tmp_path / "pipe").is_fifo()


def test_a_folder_that_is_not_there_is_told_in_a_sentence(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("data", "export", tmp_path / "nowhere" / "out.json")
    assert done.exit_code == 1 and "No such file or directory" in done.output


def test_a_conversation_keeps_its_id_until_a_new_one_is_begun(environ: Path) -> None:
    settings = load_settings()
    private_dir(environ)
    first = conversation_id(settings, new=False)
    assert conversation_id(settings, new=False) == first != conversation_id(settings, new=True)
    assert (environ / "conversation").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"half-written"])
def test_a_damaged_conversation_is_told_in_a_sentence(run: Callable[..., Result], environ: Path, tmp_path: Path, content: bytes) -> None:
    (private_dir(environ) / "conversation").write_bytes(content)
    done = run("data", "export", tmp_path / "out.json")
    assert done.exit_code == 1 and "conversation is damaged" in done.output and "make chat NEW=1" in done.output
