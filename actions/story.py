"""What happened: logged when it has been told; a question asked meanwhile is answered then."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction, person
from bot.guidance.suggestion import skipped_questions
from bot.meaning import QUESTIONS


class ActionLogStory(JournalAction):
    """Log kinds, role and impact; leave out questions that the person's wish has settled."""

    def name(self) -> str:
        return "action_log_story"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        known = person(tracker)
        await self.note(tracker, lambda store, key: store.log_story(key, list(known.breaches), known.role, known.impact))
        question = question_left_open(tracker)
        if question:
            dispatcher.utter_message(response=f"utter_{question}", goes_on="yes")
        return [SlotSet(slot, value) for slot, value in skipped_questions(known).items()]


def question_left_open(tracker: Tracker) -> str | None:
    """The last question typed while the story form was open, unless its answer was given already."""
    asked, is_open = None, False
    for event in tracker.events:
        kind, name = event.get("event"), event.get("name")
        if kind == "active_loop":
            is_open = name == "story_form"
        elif kind == "user" and is_open:
            message = event.get("parse_data", {})
            intent = message.get("intent", {}).get("name")
            asked = intent if intent in QUESTIONS and "meaning" in message else asked
        elif kind == "action" and name in (f"utter_{asked}", "action_log_story"):
            asked = None
    return asked
