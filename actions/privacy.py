"""What do you know about me, and delete my data."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction, spoken
from actions.progress import in_words
from bot.guidance import library
from bot.guidance.situation import situation
from bot.journal.store import JournalStore
from bot.stores.conversations import forget as forget_conversation
from bot.wording import fill


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
        known = known_in_words(logged, tracker.current_slot_values())
        if known:
            dispatcher.utter_message(response="utter_what_i_know", known=known)
        else:
            dispatcher.utter_message(response="utter_know_nothing")
        if request == "export":
            dispatcher.utter_message(response="utter_export")
        return []


class ActionDeleteData(JournalAction):
    """Delete conversation and journal; what this turn adds to the conversation is marked for the tracker store to delete."""

    def name(self) -> str:
        return "action_delete_data"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        if tracker.get_slot("confirm_delete") != "yes":
            dispatcher.utter_message(response="utter_not_deleted")
            return []

        def forget(store: JournalStore, key: str) -> None:
            # The conversation first: if the journal then stays, Rasa still writes the conversation anew at the end of this turn.
            forget_conversation(self.settings(), tracker.sender_id)
            store.forget(key)

        await self.with_journal(tracker, forget)
        dispatcher.utter_message(response="utter_deleted")
        return [SlotSet("data_deleted", True)]


def known_in_words(logged: dict[str, list[dict[str, Any]]], slots: dict[str, Any]) -> str:
    """What journal and conversation hold about the person as one sentence part; empty when there is nothing."""
    story = logged["breaches"][-1] if "breaches" in logged else {}
    kinds = spoken("kinds", list(story.get("kinds") or slots.get("breaches") or []))
    role = spoken("roles", [story.get("role") or slots.get("role") or "unknown"])
    parts = [", ".join(part for part in (kinds, role) if part)]
    parts += [fill(words, {"value": slots[name]}) for name, words in library.words("told").items() if slots.get(name)]
    parts += [spoken("others", ["danger_named"])] if "safety_events" in logged else []
    parts.append(in_words(logged, situation(slots)))
    return "; ".join(part for part in parts if part)
