"""Together or apart: a suggestion with reasons, and the person's yes to it."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction, person, spoken
from bot.guidance.suggestion import suggest


class ActionSuggestNext(JournalAction):
    """Suggest therapy, closure, the steps, time or safety, with the reasons that fit; log both."""

    def name(self) -> str:
        return "action_suggest_next"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        known = person(tracker)
        suggestion = suggest(known)

        def log(store, key):
            store.log_assessment(key, known.willing_self, known.willing_partner, known.direction or "undecided")
            store.log_suggestion(key, suggestion.kind, list(suggestion.reasons))

        await self.with_journal(tracker, log)
        dispatcher.utter_message(response=f"utter_suggest_{suggestion.kind}", reasons=spoken("reasons", list(suggestion.reasons), "; "))
        return [SlotSet("suggestion", suggestion.kind)]


class ActionLogCommitment(JournalAction):
    """Log that the person wants to begin with what was suggested."""

    def name(self) -> str:
        return "action_log_commitment"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        step = tracker.get_slot("suggestion")
        if step:
            await self.with_journal(tracker, lambda store, key: store.log_commitment(key, step))
            dispatcher.utter_message(response="utter_commitment_noted")
        return []
