"""What every action of ours shares: it never raises, never blocks the server, and says truthfully whether it could save."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
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


class JournalAction(Action, ABC):
    """An action that works on the journal of the person it talks to.

    A subclass implements `act`; whatever that raises becomes `saved: false`, which makes the reply generator say so, and the log
    gets the kind of error only, never a word of the person's.
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
        """Run `act`; report through the slot `saved` whether it went through."""
        try:
            events = await self.act(dispatcher, tracker)
        except Exception as error:
            logger.error("action_failed action=%s error=%s", self.name(), type(error).__name__)
            return [SlotSet("saved", False)]
        return [SlotSet("saved", True), *events]

    async def with_journal(self, tracker: Tracker, work: Callable[[JournalStore, str], Result]) -> Result:
        """Run `work(store, person's key)` in one transaction, in a thread of its own."""
        settings = self._settings or load_settings()
        key = person_key(settings, tracker.get_latest_input_channel() or "unknown", tracker.sender_id)

        def in_transaction() -> Result:
            with journal(settings) as store:
                return work(store, key)

        return await asyncio.to_thread(in_transaction)


def person(tracker: Tracker) -> Situation:
    """What is known of the person now."""
    return situation(tracker.current_slot_values())


def spoken(key: str, values: list[str], separator: str = ", ") -> str:
    """`values` in the words of `data/guidance` under `key`, joined by `separator`, the last with "and" before it."""
    words = [library.words(key).get(value, value) for value in values]
    if len(words) < 2:
        return "".join(words)
    last = " and " if separator == ", " else f"{separator}and "
    return separator.join(words[:-1]) + last + words[-1]
