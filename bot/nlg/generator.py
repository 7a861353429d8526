"""Rasa's reply generator for Mend: adapter over `bot.wording`. Named in endpoints.yml; runs inside the Rasa server.

Around the chosen text it sets what belongs to the turn: the introduction at the start of a session, an honest notice when an action
could not save, an offer or a way on when no form is open.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import wording
from bot.guidance import library
from bot.settings import load_settings

logger = logging.getLogger(__name__)

#: Questions about the couple: when a talk begins with one, the answer leads on to what happened.
_LEADS_ON = {
    "how_to_rebuild",
    "how_to_talk",
    "how_to_apologise",
    "how_long",
    "stay_or_go",
    "therapy",
    "closure",
    "self_care",
    "why_trust",
}
#: Questions before which the answer to the last one is acknowledged.
_FORM_QUESTIONS = ("utter_ask_story_form", "utter_ask_steps_form", "utter_ask_decision_form")
_ACKNOWLEDGED = {
    **dict.fromkeys(("yes", "affirm"), "utter_acknowledge_yes"),
    **dict.fromkeys(("no", "deny"), "utter_acknowledge_no"),
    **dict.fromkeys(("unsure",), "utter_acknowledge_unsure"),
    **dict.fromkeys(("share_feeling", "infidelity", "dishonesty", "neglect"), "utter_acknowledge_told"),
}
#: Answers that nothing is set around.
_SAFETY = "utter_crisis_"


class MendGenerator(TemplatedNaturalLanguageGenerator):
    """Chooses wording by role, kind, gate and what was said; fills in facts and helplines."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        # Rasa's agent gives the domain's responses to a templated generator once a model is loaded: there is no domain before.
        super().__init__(domain.responses if domain else {})
        self._guidance = library.load()["guidance"]
        self._helplines = library.helplines(load_settings().country)

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any] | None:
        """The message for `utter_action`, or None when nothing may be said."""
        turn = _Turn(tracker)
        words = {**self._helplines, **turn.heard, **{name: str(value) for name, value in kwargs.items()}}
        now = wording.context(tracker.current_slot_values(), turn.said, words)
        chosen = wording.choose(self._variants(utter_action), now)
        if chosen is None:
            logger.warning("no_variant_may_be_said utter_action=%s", utter_action)
            return None
        about = chosen["metadata"]
        parts: list[str] = [chosen["text"]]
        buttons: list[Mapping[str, Any]] = list(chosen.get("buttons", ()))
        if about.get("repeat") and turn.is_free:
            parts += turn.last_words
        if about.get("offer") and turn.is_free and not buttons and turn.said:
            more = wording.choose(self._variants("utter_offer_more"), now)
            if more is not None:
                parts.append(more["text"])
                buttons = more["buttons"]
        if turn.is_free and not turn.said and turn.asks:
            invite = wording.choose(self._variants("utter_invite"), now)
            parts += [invite["text"]] if invite is not None else []
        if not utter_action.startswith(_SAFETY):
            parts = self._before(utter_action, turn, now, bool(buttons)) + parts
        separator = " " if buttons else "\n\n"
        message: dict[str, Any] = {"text": separator.join(parts), "metadata": {"couple_work": about["couple_work"]}}
        if buttons:
            message["buttons"] = [dict(button) for button in buttons]
        return message

    def _variants(self, utter_action: str) -> list[dict[str, Any]]:
        return self.responses.get(utter_action) or self._guidance.get(utter_action, [])

    def _before(self, utter_action: str, turn: _Turn, now: wording.Context, has_buttons: bool) -> list[str]:
        """What is said before an answer: the introduction of a session, a word on what was answered, that an action could not save."""
        before = []
        if utter_action.startswith(_FORM_QUESTIONS) and turn.acknowledgement:
            before.append(turn.acknowledgement)
        if turn.could_not_save:
            before.append("utter_cannot_save")
        if not has_buttons and not turn.is_introduced(self._introduction(now)):
            before.insert(0, "utter_introduction")
        chosen = [wording.choose(self._variants(name), now) for name in before]
        return [variant["text"] for variant in chosen if variant is not None]

    def _introduction(self, now: wording.Context) -> str:
        return wording.fill(self._variants("utter_introduction")[0]["text"], now.facts)


class _Turn:
    """What the tracker says of this session and this turn."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self._turn: list[Event] = []
        self.said: list[str] = []
        earlier: list[Event] = []
        # Not the applied events: those leave out what was said while a form went well.
        for event in tracker.events:
            if isinstance(event, SessionStarted):
                self.said, self._turn, earlier = [], [], []
            elif isinstance(event, BotUttered) and event.text:
                self.said.append(event.text)
            if isinstance(event, UserUttered):
                earlier, self._turn = [*earlier, *self._turn], []
            self._turn.append(event)
        self._earlier = earlier
        self.is_free = not tracker.active_loop_name
        message = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
        self._intent = message.intent.get("name") if message else None
        self.asks = self._intent in _LEADS_ON
        entities = [(entity["entity"], str(entity["value"])) for entity in (message.entities if message else ())]
        self._answer = next((value for name, value in entities if name == "answer"), None)
        #: Facts that are named only right after they were told.
        self.heard = {name: value for name, value in entities if name == "feeling"}
        self._asked = _asked_before(tracker, message)
        self._is_button = bool(message and (message.text or "").startswith("/"))

    @property
    def acknowledgement(self) -> str | None:
        """Which acknowledgement fits the message, unless something was said to it already in this turn."""
        if any(isinstance(event, BotUttered) for event in self._turn):
            return None
        if self._is_button and self._intent == "share_feeling":
            return None  # a choice of kind or role: there is nothing to thank for
        if self._asked == "impact":
            return None if self._intent in ("skip", "deny") else "utter_acknowledge_told"
        return _ACKNOWLEDGED.get(self._answer or "") or _ACKNOWLEDGED.get(self._intent or "")

    @property
    def could_not_save(self) -> bool:
        """Whether a custom action of this turn reported that it could not save, or was not heard of at all."""
        waiting = failed = False
        for event in self._turn:
            if isinstance(event, ActionExecuted):
                failed = failed or waiting
                waiting = event.action_name is not None and _is_ours(event.action_name)
            elif isinstance(event, SlotSet) and event.key == "saved":
                failed, waiting = failed or event.value is False, False
            elif isinstance(event, BotUttered):
                failed = failed and not _is_notice(event.text)
        return failed or waiting

    @property
    def last_words(self) -> list[str]:
        """What the bot said in the turn before this one."""
        words: list[str] = []
        for event in reversed(self._earlier):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, BotUttered) and event.text:
                words.insert(0, event.text)
        return words

    def is_introduced(self, introduction: str) -> bool:
        """Whether this session has heard the introduction."""
        return any(introduction in text for text in self.said)


def _asked_before(tracker: DialogueStateTracker, message: Event | None) -> str | None:
    """The slot that a form had asked for when `message` came."""
    asked = None
    for event in tracker.events:
        if event is message:
            break
        if isinstance(event, SlotSet) and event.key == "requested_slot":
            asked = event.value
    return asked


def _is_ours(action_name: str) -> bool:
    return action_name.startswith("action_") and action_name not in (
        ACTION_LISTEN_NAME,
        "action_session_start",
        "action_extract_slots",
        "action_deactivate_loop",
        "action_default_fallback",
        "action_back",
        "action_unlikely_intent",
    )


def _is_notice(text: str | None) -> bool:
    notices = library.load()["guidance"]["utter_cannot_save"]
    return text is not None and any(notice["text"] in text for notice in notices)
