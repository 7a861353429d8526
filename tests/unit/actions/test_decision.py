"""A suggestion with its reasons, and the person's yes to it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.decision import ActionLogCommitment, ActionSuggestNext, newest_wish
from bot.guidance import library
from bot.settings import Settings

WILLING = {
    "role": "hurt",
    "breaches": ["infidelity"],
    "willing_self": "yes",
    "willing_partner": "yes",
    "direction": "rebuild",
}


async def test_a_suggestion_is_made_logged_and_remembered(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    events = await ActionSuggestNext(migrated).run(dispatcher, tracker({**WILLING, "open_talk": "no"}), {})
    assert events == [SlotSet("saved", True), SlotSet("suggestion", "therapy_couple")]
    (message,) = dispatcher.messages
    words = library.words("reasons")
    assert message["response"] == "utter_suggest_therapy_couple"
    assert message["reasons"] == f"{words['both_willing']}, and {words['talk_stuck']}"
    assert kept() == {
        "assessments": [{"willing_self": "yes", "willing_partner": "yes", "direction": "rebuild"}],
        "suggestions": [{"kind": "therapy_couple", "reasons": ["both_willing", "talk_stuck"]}],
    }


async def test_behind_the_gate_safety_comes_first(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    events = await ActionSuggestNext(migrated).run(dispatcher, tracker({**WILLING, "safety": ["partner_abuse"]}), {})
    assert events == [SlotSet("saved", True), SlotSet("suggestion", "safety_first")]
    assert [message["response"] for message in dispatcher.messages] == ["utter_suggest_safety_first"]


async def test_one_who_said_nothing_is_logged_as_undecided(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    events = await ActionSuggestNext(migrated).run(dispatcher, tracker(), {})
    assert events == [SlotSet("saved", True), SlotSet("suggestion", "give_it_time")]
    assert kept()["assessments"] == [{"willing_self": None, "willing_partner": None, "direction": "undecided"}]


async def test_without_the_journal_the_suggestion_is_made_all_the_same(
    settings: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    broken = replace(settings, journal_url="sqlite:////no/such/folder/journal.db")
    events = await ActionSuggestNext(broken).run(dispatcher, tracker(WILLING), {})
    assert events == [SlotSet("saved", False), SlotSet("suggestion", "repair_steps")]
    assert [message["response"] for message in dispatcher.messages] == ["utter_suggest_repair_steps"]


@pytest.mark.parametrize(
    ("events", "wish"),
    [
        ([], None),
        ([("user", "leave")], "leave"),
        ([("user", "leave"), ("slot", "leave")], None),
        ([("slot", "leave"), ("user", "rebuild")], "rebuild"),
        ([("slot", "leave"), ("user", "rebuild"), ("user", None)], "rebuild"),
    ],
)
def test_a_wish_named_after_the_question_wins(events: list[tuple[str, str | None]], wish: str | None) -> None:
    told = []
    for kind, route in events:
        entities = [{"entity": "route", "value": route}] if route else []
        told.append(
            {"event": "user", "parse_data": {"entities": entities}}
            if kind == "user"
            else {"event": "slot", "name": "direction", "value": route}
        )
    assert newest_wish(Tracker("me", {}, {}, told, False, None, {}, "action_listen")) == wish


async def test_behind_the_gate_nothing_about_the_couple_is_logged(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    await ActionSuggestNext(migrated).run(dispatcher, tracker({**WILLING, "safety": ["partner_abuse"]}), {})
    assert set(kept()) == {"suggestions"}


async def test_where_the_other_wants_no_contact_nothing_about_the_couple_is_logged(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    await ActionSuggestNext(migrated).run(dispatcher, tracker({**WILLING, "no_contact": "yes"}), {})
    assert set(kept()) == {"suggestions"} and kept()["suggestions"][0]["kind"] == "closure"


async def test_a_yes_to_the_suggestion_is_a_commitment(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    events = await ActionLogCommitment(migrated).run(dispatcher, tracker({"suggestion": "closure"}), {})
    assert events == [SlotSet("saved", True)]
    assert [message["response"] for message in dispatcher.messages] == ["utter_commitment_noted"]
    assert [row["step"] for row in kept()["commitments"]] == ["closure"]


async def test_a_yes_to_couple_work_that_was_suggested_before_is_none(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    alone: dict[str, Any],
) -> None:
    await ActionLogCommitment(migrated).run(dispatcher, tracker({"suggestion": "therapy_couple", **alone}), {})
    assert dispatcher.messages == [] and kept() == {}


async def test_without_a_suggestion_there_is_nothing_to_commit_to(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    assert await ActionLogCommitment(migrated).run(dispatcher, tracker(), {}) == [SlotSet("saved", True)]
    assert dispatcher.messages == []
    assert kept() == {}
