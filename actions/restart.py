"""Rasa's `/restart` would forget everything and its `/back` a turn, a danger that was named included; ours forget nothing."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher


class ActionRestart(Action):
    """Stands in for Rasa's own action of this name, which resets every slot."""

    def name(self) -> str:
        return "action_restart"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        if tracker.active_loop.get("name"):  # with no form open a rule says it; a form would ask its question without a word
            dispatcher.utter_message(response="utter_nothing_lost")
        return [SlotSet("saved", True)]


class ActionBack(ActionRestart):
    """Stands in for Rasa's own action of this name, which takes back the last turn and with it what it told."""

    def name(self) -> str:
        return "action_back"
