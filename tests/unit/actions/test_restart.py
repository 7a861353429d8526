"""Rasa's /restart forgets nothing here."""

from collections.abc import Callable

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.restart import ActionRestart


async def test_a_restart_resets_nothing_and_says_nothing(tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher) -> None:
    assert await ActionRestart().run(dispatcher, tracker({"role": "hurt"}), {}) == [SlotSet("saved", True)]
    assert dispatcher.messages == []


def test_it_stands_in_for_rasas_own() -> None:
    assert ActionRestart().name() == "action_restart"
