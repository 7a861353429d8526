"""Together or apart: a suggestion with reasons, and the person's yes to it."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction, person, spoken
from bot.guidance.suggestion import OF_THE_COUPLE, suggest


class ActionSuggestNext(JournalAction):
    """Suggest therapy, closure, the steps, time or safety, with the reasons that fit; log both."""

    def name(self) -> str:
        return "action_suggest_next"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        known = person(tracker)
        wish = newest_wish(tracker)
        known = replace(known, direction=wish or known.direction)
        suggestion = suggest(known)
        dispatcher.utter_message(response=f"utter_suggest_{suggestion.kind}", reasons=spoken("reasons", list(suggestion.reasons), ", and "))

        def log(store, key):
            if not known.is_alone:
                store.log_assessment(key, known.willing_self, known.willing_partner, known.direction or "undecided")
            store.log_suggestion(key, suggestion.kind, list(suggestion.reasons))

        await self.note(tracker, log)
        return [SlotSet("suggestion", suggestion.kind), *([SlotSet("direction", wish)] if wish else [])]


def newest_wish(tracker: Tracker) -> str | None:
    """The route the person named after they were asked which way they lean; None when they named none since."""
    wish = None
    for event in tracker.events:
        if event.get("event") == "slot" and event.get("name") == "direction":
            wish = None
        elif event.get("event") == "user":
            routes = [entity["value"] for entity in event.get("parse_data", {}).get("entities", []) if entity.get("entity") == "route"]
            wish = routes[-1] if routes else wish
    return wish


class ActionLogCommitment(JournalAction):
    """Log that the person means to try what was suggested."""

    def name(self) -> str:
        return "action_log_commitment"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        step = tracker.get_slot("suggestion")
        if step in OF_THE_COUPLE and person(tracker).is_alone:
            return []  # it was suggested before that was known
        if step and await self.note(tracker, lambda store, key: store.log_commitment(key, step)):
            dispatcher.utter_message(response="utter_commitment_noted")
        return []
