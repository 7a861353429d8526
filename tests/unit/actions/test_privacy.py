"""What do you know about me, and delete my data."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.privacy import ActionAnswerDataRequest, ActionDeleteData, known_in_words
from actions.progress import ActionLogCheckIn
from actions.safety import ActionLogSafety
from actions.story import ActionLogStory
from bot.settings import Settings


def asks(tracker: Callable[..., Tracker], request: str) -> Tracker:
    """Somebody who asks for this."""
    return tracker(intent="my_data", entities=[{"entity": "data_request", "value": request}])


async def log_something(migrated: Settings, told: Tracker) -> None:
    """A story in the journal."""
    await ActionLogStory(migrated).run(CollectingDispatcher(), told, {})


STORY = {"breaches": ["infidelity", "neglect"], "role": "hurt"}


@pytest.mark.parametrize("request_", ["view", None])
async def test_what_is_kept_is_shown(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, request_: str | None
) -> None:
    await log_something(migrated, tracker(STORY))
    heard = asks(tracker, request_) if request_ else tracker(intent="my_data")
    assert await ActionAnswerDataRequest(migrated).run(dispatcher, heard, {}) == [SlotSet("saved", True)]
    (message,) = dispatcher.messages
    assert (message["response"], message["known"]) == ("utter_what_i_know", "infidelity and neglect, from the other side")


async def test_an_empty_journal_is_said_to_be_empty(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    await ActionAnswerDataRequest(migrated).run(dispatcher, asks(tracker, "view"), {})
    assert [message["response"] for message in dispatcher.messages] == ["utter_know_nothing"]


async def test_a_journal_that_holds_a_danger_is_not_said_to_be_empty(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    await ActionLogSafety(migrated).run(dispatcher, tracker(intent="crisis_self_harm"), {})
    await ActionAnswerDataRequest(migrated).run(dispatcher, asks(tracker, "view"), {})
    assert [message["response"] for message in dispatcher.messages] == ["utter_what_i_know"]


async def test_one_who_wants_to_take_it_along_is_shown_it_and_told_how(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    await log_something(migrated, tracker(STORY))
    assert await ActionAnswerDataRequest(migrated).run(dispatcher, asks(tracker, "export"), {}) == [SlotSet("saved", True)]
    assert [message["response"] for message in dispatcher.messages] == ["utter_what_i_know", "utter_export"]


async def test_where_it_lies_is_said_without_the_journal(
    settings: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    assert await ActionAnswerDataRequest(settings).run(dispatcher, asks(tracker, "about"), {}) == [SlotSet("saved", True)]
    assert [message["response"] for message in dispatcher.messages] == ["utter_about_data"]
    assert not settings.data_dir.joinpath("journal.db").exists()


async def test_before_deleting_it_is_asked_for_a_new_yes(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    await log_something(migrated, tracker(STORY))
    events = await ActionAnswerDataRequest(migrated).run(dispatcher, asks(tracker, "delete"), {})
    assert events == [SlotSet("saved", True), SlotSet("confirm_delete", None), FollowupAction("delete_data_form")]
    assert dispatcher.messages == []
    assert set(kept()) == {"breaches"}


async def test_after_a_yes_everything_is_gone(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    await log_something(migrated, tracker(STORY))
    events = await ActionDeleteData(migrated).run(dispatcher, tracker({"confirm_delete": "yes"}), {})
    assert events == [SlotSet("saved", True), SlotSet("data_deleted", True)]
    assert [message["response"] for message in dispatcher.messages] == ["utter_deleted"]
    assert kept() == {}


@pytest.fixture
def conversations(migrated: Settings) -> Callable[[], list[str]]:
    """Rasa's conversations, with two people in them: gives whose words are kept."""
    path = migrated.data_dir / "conversations.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table events (id integer primary key, sender_id text)")
        connection.executemany("insert into events (sender_id) values (?)", [("somebody",), ("somebody",), ("another",)])

    def senders() -> list[str]:
        with sqlite3.connect(path) as opened:
            return [sender for (sender,) in opened.execute("select sender_id from events")]

    return senders


async def test_when_it_is_said_to_be_gone_the_conversation_is_gone_too_and_nobody_elses(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, conversations: Callable[[], list[str]]
) -> None:
    await ActionDeleteData(migrated).run(dispatcher, tracker({"confirm_delete": "yes"}), {})
    assert [message["response"] for message in dispatcher.messages] == ["utter_deleted"]
    assert conversations() == ["another"]


async def test_a_conversation_that_cannot_be_deleted_is_not_said_to_be_gone_and_the_journal_stays(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
) -> None:
    await log_something(migrated, tracker(STORY))
    (migrated.data_dir / "conversations.db").write_bytes(b"not a database at all" * 100)
    events = await ActionDeleteData(migrated).run(dispatcher, tracker({"confirm_delete": "yes"}), {})
    assert events == [SlotSet("saved", False)]
    assert dispatcher.messages == []
    assert set(kept()) == {"breaches"}


async def test_a_journal_that_cannot_be_deleted_is_not_said_to_be_gone(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    conversations: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(store: object, key: str) -> None:
        raise OSError("disk full")

    await log_something(migrated, tracker(STORY))
    monkeypatch.setattr("bot.journal.store.JournalStore.forget", fail)
    events = await ActionDeleteData(migrated).run(dispatcher, tracker({"confirm_delete": "yes"}), {})
    assert events == [SlotSet("saved", False)]
    assert dispatcher.messages == []
    assert set(kept()) == {"breaches"}


async def test_anothers_journal_stays(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    await ActionLogCheckIn(migrated).run(dispatcher, tracker({"heaviness": "7"}, sender="another"), {})
    await ActionDeleteData(migrated).run(dispatcher, tracker({"confirm_delete": "yes"}), {})
    assert kept("another") == {"check_ins": [{"heaviness": 7}]}


@pytest.mark.parametrize("answer", ["no", None, "maybe", "Yes?"])
async def test_without_a_yes_everything_stays(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    answer: str | None,
) -> None:
    await log_something(migrated, tracker(STORY))
    events = await ActionDeleteData(migrated).run(dispatcher, tracker({"confirm_delete": answer}), {})
    assert events == [SlotSet("saved", True)]
    assert [message["response"] for message in dispatcher.messages] == ["utter_not_deleted"]
    assert set(kept()) == {"breaches"}


def test_the_last_story_and_the_rest_are_said_in_one_sentence() -> None:
    logged = {
        "breaches": [{"kinds": ["neglect"], "role": "hurt"}, {"kinds": ["infidelity"], "role": "responsible"}],
        "check_ins": [{"heaviness": 4}],
    }
    assert known_in_words(logged, {"safety": None}) == "infidelity, from your side; how heavy: 4"


def test_what_the_talk_holds_is_said_before_anything_was_logged() -> None:
    slots = {"safety": None, "breaches": ["neglect"], "role": "hurt", "partner": "wife", "relationship_length": "six years"}
    assert known_in_words({}, slots) == "neglect, from the other side; your wife; together six years"


def test_behind_the_gate_what_was_begun_about_the_couple_is_set_aside() -> None:
    logged = {"assessments": [{"direction": "rebuild"}], "check_ins": [{"heaviness": 4}]}
    assert known_in_words(logged, {"safety": ["partner_abuse"]}) == "how heavy: 4"


def test_a_story_without_kinds_says_the_rest() -> None:
    assert known_in_words({"breaches": [{"kinds": [], "role": "hurt"}]}, {"safety": None}) == "from the other side"


def test_nothing_logged_is_no_words() -> None:
    assert known_in_words({}, {"safety": None}) == ""
