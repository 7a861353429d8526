"""What every action of ours shares: it never raises, never blocks the server, and says truthfully whether it could save."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.guidance import library
from bot.guidance.situation import Situation, situation
from bot.journal.keys import person_key
from bot.journal.store import JournalStore, journal
from bot.settings import Settings, load_settings

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
Events = list[dict[str, Any]]


#: What came of the notes of the turn that runs; an action is one object for all turns, so it cannot keep them itself.
_notes: ContextVar[list[bool]] = ContextVar("notes")


class JournalAction(Action, ABC):
    """An action that works on the journal of the person it talks to.

    A subclass implements `act`. What it says without the journal it says whether or not a `note` could be kept; what depends on the
    journal it reads `with_journal`, and whatever that raises ends it. Both become `saved: false`, which makes the reply generator say
    so, and the log gets the kind of error only, never a word of the person's.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do the work; events other than `saved` are returned."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Run `act`; report through the slot `saved` whether all of it went through."""
        notes: list[bool] = []
        before = _notes.set(notes)
        try:
            events = await self.act(dispatcher, tracker)
        except Exception as error:
            self._log(error)
            return [SlotSet("saved", False)]
        finally:
            _notes.reset(before)
        return [SlotSet("saved", all(notes)), *events]

    async def note(self, tracker: Tracker, work: Callable[[JournalStore, str], object]) -> bool:
        """Run `work` like `with_journal`, and say whether it was kept instead of raising."""
        try:
            await self.with_journal(tracker, work)
        except Exception as error:
            self._log(error)
            _notes.get().append(False)
            return False
        _notes.get().append(True)
        return True

    async def with_journal(self, tracker: Tracker, work: Callable[[JournalStore, str], Result]) -> Result:
        """Run `work(store, person's key)` in one transaction, in a thread of its own: settings, keys and journal may take their time."""

        def in_transaction() -> Result:
            settings = self.settings()
            key = person_key(settings, tracker.get_latest_input_channel() or "unknown", tracker.sender_id)
            with journal(settings) as store:
                return work(store, key)

        return await asyncio.to_thread(in_transaction)

    def settings(self) -> Settings:
        """The settings: those it was made with, else the environment's."""
        return self._settings or load_settings()

    def _log(self, error: Exception) -> None:
        logger.error("action_failed action=%s error=%s", self.name(), type(error).__name__)


def person(tracker: Tracker) -> Situation:
    """What is known of the person now."""
    return situation(tracker.current_slot_values())


def spoken(key: str, values: list[str], last: str = " and ") -> str:
    """`values` in the words of `data/guidance` under `key`, joined by commas, the last by `last`."""
    words = [library.words(key).get(value, value) for value in values]
    return last.join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
