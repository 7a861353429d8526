"""The three steps: where each stands."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction, person


class ActionLogSteps(JournalAction):
    """Log where open talk, responsibility and steady action stand."""

    def name(self) -> str:
        return "action_log_steps"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        known = person(tracker)
        if known.is_alone:
            return []  # what was asked was not about the couple
        steps = {step: state for step, state in known.steps.items() if state}
        await self.note(tracker, lambda store, key: store.log_steps(key, steps))
        return []
