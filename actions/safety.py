"""A danger was named: note which, never the words."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction


class ActionLogSafety(JournalAction):
    """Log the dangers of the latest message and how urgent they are; the answer itself was given by the Rasa server."""

    def name(self) -> str:
        return "action_log_safety"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        dangers = list(tracker.get_latest_entity_values("danger"))
        level = tracker.get_slot("level") or next(tracker.get_latest_entity_values("level"), None)
        intent = tracker.latest_message.get("intent", {}).get("name") or ""
        if not dangers and intent.startswith("crisis_"):
            dangers = [intent.removeprefix("crisis_")]
        elif not dangers:  # an answer that told of it, which the safety policy wrote into the slots
            dangers = (tracker.get_slot("safety") or [])[-1:]
        await self.note(tracker, lambda store, key: store.log_safety(key, dangers, level))
        return []
