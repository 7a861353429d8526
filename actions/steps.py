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
        steps = {step: state for step, state in person(tracker).steps.items() if state}
        await self.with_journal(tracker, lambda store, key: store.log_steps(key, steps))
        return []
