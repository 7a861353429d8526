"""How am I doing: what the journal holds, and a number for today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, JournalAction, person, spoken
from bot.guidance import library
from bot.guidance.situation import Situation
from bot.guidance.suggestion import OF_THE_COUPLE
from bot.wording import fill

#: From this number on a check-in is answered with concern.
HEAVY = 8


class ActionShowProgress(JournalAction):
    """Say what was logged so far: steps, direction, suggestion, check-ins."""

    def name(self) -> str:
        return "action_show_progress"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        logged = await self.with_journal(tracker, lambda store, key: store.summary(key))
        progress = in_words(logged, person(tracker))
        if progress:
            dispatcher.utter_message(response="utter_progress", progress=progress)
        else:
            dispatcher.utter_message(response="utter_progress_empty")
        return [SlotSet("heaviness", None)]


class ActionLogCheckIn(JournalAction):
    """Log today's number and set it beside the last one."""

    def name(self) -> str:
        return "action_log_check_in"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        number = str(tracker.get_slot("heaviness") or "").removesuffix("/10")
        if not (number.isascii() and number.isdigit()) or int(number) > 10:
            dispatcher.utter_message(response="utter_check_in_skipped")
            return []

        def log(store: Any, key: str) -> list[dict[str, Any]]:
            before = store.summary(key).get("check_ins", [])
            store.log_check_in(key, int(number))
            return before

        before = await self.with_journal(tracker, log)
        response = "utter_check_in_heavy" if int(number) >= HEAVY else "utter_check_in_noted"
        dispatcher.utter_message(response=response, heaviness=number, trend=trend(int(number), before))
        return []


def trend(today: int, before: list[dict[str, Any]]) -> str:
    """Today's number beside the last one, in words that do not grade."""
    words = library.words("trends")
    if not before:
        return words["first"]
    last = before[-1]["heaviness"]
    name = "same" if today == last else "lighter" if today < last else "heavier"
    return fill(words[name], {"before": last})


def in_words(logged: dict[str, list[dict[str, Any]]], known: Situation) -> str:
    """The journal's latest entries of each kind as one sentence part; empty when there is nothing.

    Behind the gate, or where the other wants no contact, what was begun about the couple is set aside: it would read as a task.
    """
    if known.is_alone:
        own = {"check_ins"} if known.gate else {"check_ins", *_of_oneself(logged)}
        logged = {name: rows for name, rows in logged.items() if name in own}
    parts = []
    states = library.words("states")
    steps = {row["step"]: row["state"] for row in logged.get("steps", [])}
    parts += [f"{library.words('steps')[step]}: {states[state]}" for step, state in steps.items() if state in states]
    if "assessments" in logged:
        parts.append(spoken("directions", [logged["assessments"][-1]["direction"]]))
    labels = library.words("labels")
    if "suggestions" in logged and "commitments" not in logged:
        parts.append(fill(labels["suggested"], {"step": spoken("suggestions", [logged["suggestions"][-1]["kind"]])}))
    if "commitments" in logged:
        last = logged["commitments"][-1]
        parts.append(fill(labels["next_step"], {"step": spoken("suggestions", [last["step"]]), "day": f"{last['due_on']:%d %B}"}))
    if "check_ins" in logged:
        parts.append(fill(labels["heaviness"], {"numbers": " → ".join(str(row["heaviness"]) for row in logged["check_ins"][-5:])}))
    return "; ".join(parts)


def _of_oneself(logged: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Which of the latest suggestion and commitment are for the person alone."""
    for name, about in (("suggestions", "kind"), ("commitments", "step")):
        if name in logged and logged[name][-1][about] not in OF_THE_COUPLE:
            yield name
