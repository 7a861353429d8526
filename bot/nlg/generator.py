"""Rasa's reply generator for Mend: adapter over `bot.wording`. Named in endpoints.yml; runs inside the Rasa server.

Around the chosen text it sets what belongs to the turn: the introduction at the start of a session, an honest notice when an action
could not save, an offer or a way on when no form is open.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.constants import DEFAULT_ACTION_NAMES
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import wording
from bot.guidance import library
from bot.meaning import BREACHES, DANGERS, QUESTIONS
from bot.reading import bare_answer
from bot.safety import helplines, talk
from bot.safety.assessment import whose_in
from bot.settings import load_settings

logger = logging.getLogger(__name__)

_HEARD, _OFFER = "utter_heard", "utter_offer_first_step"
#: Questions before which the answer to the last one is acknowledged.
_FORM_QUESTIONS = ("utter_ask_story_form", "utter_ask_steps_form", "utter_ask_decision_form")
_ACKNOWLEDGED = {"affirm": "utter_acknowledge_yes", "deny": "utter_acknowledge_no", "unsure": "utter_acknowledge_unsure"}
#: Intents that answer a form's question; anything else is no answer to acknowledge.
_ANSWERING = ("share_feeling", *BREACHES, *_ACKNOWLEDGED, "nlu_fallback")
#: Actions of Rasa's that ours stand in for (actions/restart.py).
_OVERRIDDEN = ("action_restart", "action_back")
#: Actions that do something else than note what was said: without the journal they cannot.
_LOOKING = ("action_show_progress", "action_answer_data_request", "action_delete_data")
#: Where somebody who was answered on a danger first is told what this is: not in the middle of it, nor when they leave.
_BEGINNINGS = ("utter_greet", "utter_heard")
#: Answers that nothing is set around: steps of a talk about danger, and what is said beside them.
_ALSO = (
    "also_alerted",
    "also_country",
    "also_then",
    "also_minor",
    "also_minor_child",
    "lines_noted",
    "lines_by_text",
    "minor",
    "minor_heard",
    "hold_now",
    "listening",
    "not_lost",
    *(f"still_asking_{question}" for question in talk.open_questions()),
)
#: Lines in whose place somebody under eighteen hears the one for the young.
_OF_ADULTS = ("self_harm", "partner_abuse", "own_behaviour", "child")
#: The sentence on a danger that is told of beside a more urgent one.
_FURTHER = "utter_also_"
_BESIDE = tuple(f"{kind}_{danger}" for kind in ("also", "lines") for danger in DANGERS)
_ASIDES = tuple(aside.says for aside in talk.load().asides)
_SAFETY = tuple(f"utter_{name}" for name in (*talk.load().names, *_BESIDE, *_ALSO, *_ASIDES))


class MendGenerator(TemplatedNaturalLanguageGenerator):
    """Chooses wording by role, kind, gate and what was said; fills in facts and helplines."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        # Rasa's agent gives the domain's responses to a templated generator once a model is loaded: there is no domain before.
        super().__init__(domain.responses if domain else {})
        self._guidance = library.load()["guidance"]
        settings = load_settings()
        self._country = settings.country
        #: What this installation adds to the conditions that wording knows.
        self._flags = {"alerting"} if settings.alert_url else set()

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any] | None:
        """The message for `utter_action`, or None when nothing may be said."""
        turn = _Turn(tracker)
        slots = tracker.current_slot_values()
        lines = helplines.said(str(slots.get("country") or self._country))
        if slots.get("minor"):
            lines |= dict.fromkeys(_OF_ADULTS, lines["young"])
        danger = utter_action.removeprefix(_FURTHER)
        if danger in DANGERS:  # beside another one: whose it is, is its own to say
            slots["whose"] = whose_in(turn.text, danger)
        words = {**lines, **turn.heard, **{name: str(value) for name, value in kwargs.items()}}
        if utter_action == _HEARD:
            slots["breaches"] = turn.kinds_first(slots.get("breaches") or ())
        if utter_action == _OFFER and turn.is_without_suggestion:
            utter_action = "utter_cannot_suggest"
        now = wording.context(slots, turn.said, words, turn.asked, turn.flags | self._flags, lines)
        chosen = wording.choose(self._variants(utter_action), now)
        if chosen is None:
            logger.warning("no_variant_may_be_said utter_action=%s", utter_action)
            return None
        about = chosen["metadata"]
        parts: list[Mapping[str, Any]] = [chosen]
        buttons: list[Mapping[str, Any]] = list(chosen.get("buttons", ()))
        if about.get("repeat") and turn.is_free:
            parts += [words for words in turn.last_words if not wording.holds_back(words["metadata"], now)]
        leads_on = turn.is_free and not turn.is_asked_gently
        if about.get("offer") and leads_on and not buttons and turn.said and "goes_on" not in kwargs:
            more = wording.choose(self._variants("utter_offer_more"), now)
            if more is not None:
                parts.append(more)
                buttons = more["buttons"]
        if leads_on and not turn.said and turn.asks:
            invite = wording.choose(self._variants("utter_invite"), now)
            parts += [invite] if invite is not None else []
        if utter_action not in _SAFETY:
            parts = [*self._before(utter_action, turn, now, bool(buttons)), *parts]
        separator = " " if buttons else "\n\n"
        is_couple_work = any(part["metadata"].get("couple_work") is not False for part in parts)
        message: dict[str, Any] = {
            "text": separator.join(part["text"] for part in parts),
            "metadata": {"couple_work": is_couple_work},
        }
        if buttons:
            message["buttons"] = [dict(button) for button in buttons]
        return message

    def _variants(self, utter_action: str) -> list[dict[str, Any]]:
        return self.responses.get(utter_action) or self._guidance.get(utter_action, [])

    def _before(self, utter_action: str, turn: _Turn, now: wording.Context, has_buttons: bool) -> list[dict[str, Any]]:
        """What is said before an answer: the introduction of a session, a word on what was answered, that an action could not save."""
        before = []
        if utter_action.startswith(_FORM_QUESTIONS) and turn.acknowledgement:
            before.append(turn.acknowledgement)
        if turn.failed:
            before.append("utter_cannot_look" if turn.failed in _LOOKING else "utter_cannot_save")
        begins = not turn.said or utter_action in _BEGINNINGS
        if begins and not has_buttons and not turn.is_introduced(self._introductions(now)):
            before.insert(0, "utter_introduction")
        chosen = [wording.choose(self._variants(name), now) for name in before]
        return [variant for variant in chosen if variant is not None]

    def _introductions(self, now: wording.Context) -> list[str]:
        return [wording.fill(variant["text"], now.facts) for variant in self._variants("utter_introduction")]


class _Turn:
    """What the tracker says of this session and this turn."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self._turn: list[Event] = []
        self.said: list[str] = []
        #: Whether this session began with what an earlier one was told.
        self.is_returning = False
        earlier: list[Event] = []
        begun = False
        # Not the applied events: those leave out what was said while a form went well.
        for event in tracker.events:
            if isinstance(event, SessionStarted):
                self.said, self._turn, earlier, self.is_returning = [], [], [], False
                begun = False
            elif isinstance(event, BotUttered) and event.text:
                self.said.append(event.text)
            elif isinstance(event, SlotSet) and not begun:
                self.is_returning = self.is_returning or (event.key == "breaches" and bool(event.value))
            if isinstance(event, UserUttered):
                begun = True
                earlier, self._turn = [*earlier, *self._turn], []
            self._turn.append(event)
        self._earlier = earlier
        self.is_free = not tracker.active_loop_name
        message = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
        self._intent = (message.intent.get("name") or "") if message else ""
        #: The words of the message.
        self.text = (message.text or "") if message else ""
        self.asks = self._intent in QUESTIONS
        entities = [(entity["entity"], str(entity["value"])) for entity in (message.entities if message else ())]
        #: Facts that are named only right after they were told.
        self.heard = {name: value for name, value in entities if name == "feeling"}
        self._kinds = [value for name, value in entities if name == "breach" and value in BREACHES]
        #: Whether a gentle question about danger follows the reply: one question a turn.
        self.is_asked_gently = any(name == "possible_danger" for name, _ in entities)
        #: The slot that was asked for when the message came, or an empty text.
        self.asked = _asked_before(tracker, message)

    @property
    def acknowledgement(self) -> str | None:
        """Which acknowledgement fits the message, unless something was said to it already in this turn."""
        is_button = self.text.startswith("/")
        if any(isinstance(event, BotUttered) for event in self._turn) or (is_button and self._intent == "share_feeling"):
            return None  # a choice of kind or role: there is nothing to thank for
        if self._intent == "correct":
            return "utter_correct"
        if self._intent == "skip" or (self._intent == "deny" and self.asked in ("breaches", "role", "impact")):
            return "utter_acknowledge_skipped"
        if is_button or bare_answer(self.text):
            return _ACKNOWLEDGED.get(self._intent)
        is_told = self._intent in ("share_feeling", *BREACHES, *_ACKNOWLEDGED) or self.asked == "impact"
        return "utter_acknowledge_told" if is_told and self._intent in _ANSWERING else None

    @property
    def flags(self) -> set[str]:
        """What this turn adds to the conditions that wording knows (bot/wording.py)."""
        holds = {
            "returning": self.is_returning and not self.said,
            "midway": bool(self.said),
            "after_danger": self._was_in_danger,
            "free": self.is_free,
        }
        return {name for name, does in holds.items() if does}

    @property
    def _was_in_danger(self) -> bool:
        """Whether the turn before this one answered a danger."""
        for event in reversed(self._earlier):
            if isinstance(event, ActionExecuted) and event.action_name in _SAFETY:
                return True
            if isinstance(event, UserUttered):
                return False
        return False

    def kinds_first(self, known: Sequence[str]) -> list[str]:
        """The kinds of breach `known`, those of this message first."""
        told = [self._intent] if self._intent in BREACHES else []
        return list(dict.fromkeys([*told, *self._kinds, *known]))

    @property
    def failed(self) -> str | None:
        """The custom action of this turn that could not save, by its own report or because it was not heard of at all."""
        waiting: str | None = None
        failed: str | None = None
        for event in self._turn:
            if isinstance(event, ActionExecuted):
                failed = failed or waiting
                waiting = event.action_name if event.action_name and _is_ours(event.action_name) else None
            elif isinstance(event, SlotSet) and event.key == "saved":
                failed, waiting = failed or (None if event.value else waiting), None
            elif isinstance(event, BotUttered) and _is_notice(event.text):
                failed = None
        return failed or waiting

    @property
    def is_without_suggestion(self) -> bool:
        """Whether the action that was to suggest something in this turn said nothing."""
        said = None
        for event in self._turn:
            if isinstance(event, ActionExecuted) and event.action_name == "action_suggest_next":
                said = False
            elif isinstance(event, BotUttered):
                said = True
        return said is False

    @property
    def last_words(self) -> list[dict[str, Any]]:
        """What the bot said in the turn before this one, with what is known of each text; of what came another way nothing is."""
        words: list[dict[str, Any]] = []
        for event in reversed(self._earlier):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, BotUttered) and event.text:
                words.insert(0, {"text": event.text, "metadata": (event.metadata or {}).get("metadata") or {}})
        return words

    def is_introduced(self, introductions: Sequence[str]) -> bool:
        """Whether this session has heard one of the `introductions`."""
        return any(introduction in text for introduction in introductions for text in self.said)


def _asked_before(tracker: DialogueStateTracker, message: Event | None) -> str:
    """The slot that an open form had asked for when `message` came; empty when none had."""
    asked = loop = None
    for event in tracker.events:
        if event is message:
            break
        if isinstance(event, SessionStarted):
            loop = None
        elif isinstance(event, ActiveLoop):
            loop = event.name
        elif isinstance(event, SlotSet) and event.key == "requested_slot":
            asked = event.value
    return asked or "" if loop else ""


def _is_ours(action_name: str) -> bool:
    return action_name.startswith("action_") and (action_name in _OVERRIDDEN or action_name not in DEFAULT_ACTION_NAMES)


def _is_notice(text: str | None) -> bool:
    guidance = library.load()["guidance"]
    notices = [*guidance["utter_cannot_save"], *guidance["utter_cannot_look"]]
    return text is not None and any(notice["text"] in text for notice in notices)
