"""What do you know about me, and delete my data."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction, spoken
from actions.progress import in_words


class ActionAnswerDataRequest(JournalAction):
    """Show what is kept, say where it lies, or ask before deleting it."""

    def name(self) -> str:
        return "action_answer_data_request"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        request = next(tracker.get_latest_entity_values("data_request"), "view")
        if request == "delete":
            return [SlotSet("confirm_delete", None), FollowupAction("delete_data_form")]
        if request == "about":
            dispatcher.utter_message(response="utter_about_data")
            return []
        logged = await self.with_journal(tracker, lambda store, key: store.summary(key))
        known = known_in_words(logged)
        if known:
            dispatcher.utter_message(response="utter_what_i_know", known=known)
        else:
            dispatcher.utter_message(response="utter_know_nothing")
        if request == "export":
            dispatcher.utter_message(response="utter_export")
        return []


class ActionDeleteData(JournalAction):
    """Delete the person's journal, and mark the conversation for the tracker store to delete."""

    def name(self) -> str:
        return "action_delete_data"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        if tracker.get_slot("confirm_delete") != "yes":
            dispatcher.utter_message(response="utter_not_deleted")
            return []
        await self.with_journal(tracker, lambda store, key: store.forget(key))
        dispatcher.utter_message(response="utter_deleted")
        return [SlotSet("data_deleted", True)]


def known_in_words(logged: dict[str, list[dict[str, Any]]]) -> str:
    """What the journal holds about the person as one sentence part; empty when there is nothing."""
    parts = []
    if "breaches" in logged:
        last = logged["breaches"][-1]
        kinds = spoken("kinds", last["kinds"])
        parts.append(", ".join(part for part in (kinds, spoken("roles", [last["role"]])) if part))
    if "safety_events" in logged:
        parts.append(spoken("others", ["danger_named"]))
    rest = in_words(logged)
    return "; ".join([*parts, rest] if rest else parts)
