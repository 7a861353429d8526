"""The three steps are logged where they stand."""

from collections.abc import Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.steps import ActionLogSteps
from bot.settings import Settings


async def test_steps_that_were_answered_are_logged(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    slots = {"open_talk": "yes", "responsibility": "skipped", "steady_action": None}
    assert await ActionLogSteps(migrated).run(dispatcher, tracker(slots), {}) == [SlotSet("saved", True)]
    assert dispatcher.messages == []
    assert kept() == {"steps": [{"step": "open_talk", "state": "yes"}, {"step": "responsibility", "state": "skipped"}]}


async def test_only_what_changed_is_logged_again(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    action = ActionLogSteps(migrated)
    await action.run(dispatcher, tracker({"open_talk": "no", "responsibility": "no"}), {})
    await action.run(dispatcher, tracker({"open_talk": "yes", "responsibility": "no"}), {})
    assert [(row["step"], row["state"]) for row in kept()["steps"]] == [
        ("open_talk", "no"),
        ("responsibility", "no"),
        ("open_talk", "yes"),
    ]


async def test_nothing_answered_is_nothing_logged(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    assert await ActionLogSteps(migrated).run(dispatcher, tracker(), {}) == [SlotSet("saved", True)]
    assert kept() == {}


async def test_where_the_couple_was_not_asked_about_nothing_is_logged_as_a_step(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    alone: dict[str, Any],
) -> None:
    await ActionLogSteps(migrated).run(dispatcher, tracker({"open_talk": "no", **alone}), {})
    assert kept() == {}
