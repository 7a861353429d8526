"""Rasa's /restart and /back forget nothing here."""

from collections.abc import Callable

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.restart import ActionBack, ActionRestart


@pytest.mark.parametrize("action", [ActionRestart, ActionBack])
async def test_it_takes_nothing_back_and_says_nothing(
    tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, action: type[ActionRestart]
) -> None:
    assert await action().run(dispatcher, tracker({"role": "hurt"}), {}) == [SlotSet("saved", True)]
    assert dispatcher.messages == []


async def test_in_an_open_form_it_says_that_nothing_was_lost(tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher) -> None:
    asked = tracker({"role": "hurt"})
    asked.active_loop = {"name": "steps_form"}
    await ActionRestart().run(dispatcher, asked, {})
    assert [message["response"] for message in dispatcher.messages] == ["utter_nothing_lost"]


def test_they_stand_in_for_rasas_own() -> None:
    assert {ActionRestart().name(), ActionBack().name()} == {"action_restart", "action_back"}
