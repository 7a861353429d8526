"""What is typed at the prompt, how the chat ends, and what the log never holds."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bot.channels.shell import Chat, offered, payload, without_words
from bot.settings import PROJECT

BUTTONS = [{"title": "Yes", "payload": "/affirm"}, {"title": "Hard to say", "payload": '/unsure{"role": "hurt"}'}]
NUMBERS = [{"title": title, "payload": f'/inform{{"heaviness": "{title}"}}'} for title in ("2", "5", "8")]
NUMBERS.append({"title": "Skip", "payload": "/skip"})


@pytest.mark.parametrize(
    ("said", "meant"),
    [("1", "/affirm"), ("2", '/unsure{"role": "hurt"}'), ("yes", "/affirm"), ("HARD to say", '/unsure{"role": "hurt"}')],
)
def test_a_number_or_a_title_stands_for_its_button(said: str, meant: str) -> None:
    assert payload(said, BUTTONS) == meant


@pytest.mark.parametrize("said", ["3", "0", "yes we did", "", "and/or"])
def test_anything_else_is_said_as_it_was_typed(said: str) -> None:
    assert payload(said, BUTTONS) == said


def test_without_buttons_a_number_is_a_number() -> None:
    assert payload("1", []) == "1"


@pytest.mark.parametrize(("said", "meant"), [("2", NUMBERS[0]["payload"]), ("8", NUMBERS[2]["payload"]), ("skip", "/skip")])
def test_among_numbers_a_number_is_the_title(said: str, meant: str) -> None:
    assert payload(said, NUMBERS) == meant


@pytest.mark.parametrize("said", ["1", "3", "4"])
def test_among_numbers_one_that_is_no_title_is_said_as_it_is(said: str) -> None:
    assert payload(said, NUMBERS) == said


def test_positions_are_shown_only_where_they_count() -> None:
    assert offered(BUTTONS) == "[1] Yes  [2] Hard to say"
    assert offered(NUMBERS) == "[2]  [5]  [8]  [Skip]"


@pytest.mark.parametrize("said", ["/affirm", '/unsure{"role": "hurt"}', "/stop", "/restart"])
def test_the_payload_of_a_button_that_was_just_offered_and_rasas_own_two_go_through(said: str) -> None:
    assert payload(said, BUTTONS) == said


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('/inform{"note": "I want to disappear"}', 'inform{"note": "I want to disappear"}'),
        ("/deny", "deny"),
        ("/AFFIRM", "AFFIRM"),
        ("//affirm", "affirm"),
        ("/ /affirm", "affirm"),
        (" /deny", "deny"),
        ("/\t\u2003/ affirm", "affirm"),
        ('/unsure{"role":"hurt"}', 'unsure{"role":"hurt"}'),
        ("/unsure", "unsure"),
        ("/Stop", "Stop"),
        ("/back", "back"),
        ("/", ""),
    ],
)
def test_typed_text_is_never_a_command(said: str, text: str) -> None:
    assert payload(said, BUTTONS) == text


def test_a_button_of_an_earlier_answer_is_not_offered_any_more() -> None:
    assert payload("/affirm", []) == "affirm"


async def test_a_chat_that_the_person_ends_is_known_for_it() -> None:
    async def talk(**how: Any) -> int:
        return how["number"]

    chat = Chat(talk)
    assert not chat.was_ended
    assert await chat(number=3) == 3
    assert chat.was_ended


async def test_a_chat_that_breaks_off_is_told_with_the_kind_of_error_only(capsys: pytest.CaptureFixture[str]) -> None:
    async def talk(**how: Any) -> int:
        raise TimeoutError("words of the person")

    chat = Chat(talk)
    await chat()
    shown = capsys.readouterr().err
    assert not chat.was_ended
    assert "TimeoutError" in shown and "words of the person" not in shown


def test_an_entry_of_the_log_keeps_what_happened_and_loses_what_was_said() -> None:
    entry = {"event": "message.parsing.failed", "user_text": "words", "text": "words", "rasa_event": {"text": "words"}, "filename": "a.yml"}
    left = without_words(None, "warning", entry)
    assert "words" not in repr(left)
    assert left["event"] == "message.parsing.failed" and left["filename"] == "a.yml"


def test_an_entry_about_an_error_keeps_its_kind_and_where_it_was() -> None:
    said = "words of the person"
    try:
        raise ValueError(said)
    except ValueError:
        left = without_words(None, "error", {"event": "rest.message.received.failure", "text": "words", "exc_info": True})
    assert "ValueError" in left["error"] and "test_shell.py" in left["error"] and "words of the person" not in left["error"]
    assert left["exc_info"] is False


#: Logs in every way in which Rasa logs a message.
LOGS = """
import asyncio, logging, warnings
from bot.channels import shell
shell.keep_logs_free_of_words()
from rasa import __main__ as rasa
rasa.configure_structlog(logging.INFO)
import structlog
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.message import Message
for text in ("/{WORDS", "/WORDS of somebody", "/greet{WORDS", '/greet{"WORDS": 1}', "/greet WORDS", "/WORDS"):
    YAMLStoryReader.unpack_regex_message(Message({"text": text}), Domain.from_dict({"intents": ["greet"]}))
def fails(text):
    raise ValueError(text)
try:
    fails("WORDS")
except ValueError:
    structlog.get_logger().exception("rest.message.received.failure", text="WORDS")
    logging.getLogger("rasa.core.processor").exception("Encountered an exception.")
"""


def test_what_rasa_logs_of_a_message_holds_none_of_its_words() -> None:
    done = subprocess.run([sys.executable, "-W", "always", "-c", LOGS], cwd=PROJECT, capture_output=True, text=True)
    shown = done.stdout + done.stderr
    assert done.returncode == 0, shown
    assert "WORDS" not in shown
    assert "message.parsing.failed" in shown
    assert shown.count("ValueError") == 2 and shown.count("in fails") == 2
