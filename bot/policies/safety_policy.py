"""Danger is answered first, and the talk about it is led to its end.

The crisis rule alone does not outrank an open form whose action server is silent; this policy does, because it claims a
no-user prediction at a priority above RulePolicy's. It says texts the Rasa server holds itself, then leaves the form. Which step of a
talk follows which answer is `bot/safety/talk.py`'s to know.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.core.featurizers.precomputation import MessageContainerForCoreFeaturization
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.meaning import BREACHES, DANGERS, DIALOGUE, QUESTIONS, TOLD, ordered
from bot.nlu import learnt
from bot.reading import answer
from bot.safety import answers, talk
from bot.safety.alert import Alert, Outbox, outbox
from bot.safety.answers import AnswerModel
from bot.safety.assessment import LEVELS, POSSIBLE
from bot.safety.patterns import dangers_named, says
from bot.safety.talk import Heard, denies_plainly, follows, is_asking, load
from bot.settings import load_settings
from bot.text import readable
from bot.understanding import model

logger = logging.getLogger(__name__)

_NOTE = "action_log_safety"
_CRISIS, _ALSO, _LINES = "utter_crisis_", "utter_also_", "utter_lines_"
#: One gentle question after the reply, where a danger is only possible; its no, after which what is open goes on.
_POSSIBLE, _POSSIBLE_NO = "utter_possible_", "possible_no"
#: Turns in which the same gentle question is not asked again: weeks later a person may have come to it.
_ASKED_LATELY = 30
#: Messages that may say so: they tell or ask something.
_MAY_HINT = {*BREACHES, *TOLD, *QUESTIONS, "nlu_fallback"}
_HEARD, _HEARD_MORE = "utter_heard", "utter_heard_more"
#: Said once where an answer could not be read.
_STILL_ASKING = "utter_still_asking"
#: What somebody under eighteen is told once, beside an answer to danger, and in place of anything about couples.
_MINOR, _ALSO_MINOR, _MINOR_HEARD = "utter_minor", f"{_ALSO}minor", "utter_minor_heard"
#: The danger that may be of a child that writes itself, and what it is told beside the answer, which names its lines already.
_CHILD, _ALSO_CHILD = "child_at_risk", f"{_ALSO}minor_child"
#: Intents that would lead somebody into relationship work; what is left moves the talk, asks for data, or is small talk.
_COUPLE_WORK = {*BREACHES, *TOLD, *QUESTIONS, "new_partner", "progress", "nlu_fallback", *DIALOGUE} - {"stop", "repeat"}
#: Said once where nobody told the country.
_ASK_COUNTRY = f"{_ALSO}country"
#: Said once where the operator's human on duty is told (bot/safety/alert.py).
_ALERTED = f"{_ALSO}alerted"
#: Words up to which a message that names a country says where somebody is and nothing more.
_PLACE_WORDS = 6
#: The steps that find no abuse by this partner, and the slot of the gate (bot/guidance/situation.py).
_OPENING = ("gate_open", "partner_abuse_not_yours")
_GATE = "abuse_gate"
#: Above RulePolicy, whatever Rasa gives it (4 in 3.6.21; UnexpecTED, TED and Memoization are lower).
PRIORITY = 7


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(Policy):
    """After a message in danger: the answer, a sentence for each further danger, leaving what is open, a note in the journal.

    The dangers are remembered in the slot `safety`, the most urgent one's level and whose it is in slots of these names. While the talk
    about it lasts, an answer leads to the next step of it, also where the same danger is heard in the answer: to ask once more would be
    not to listen.
    """

    #: The operator's country, two letters, or empty.
    _country = ""
    #: Where alerts wait for somebody on duty; None where nobody is to be told.
    _outbox: Outbox | None = None
    #: What answers mean; None where nothing was learnt.
    _answers: AnswerModel | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`priority`: must stay above RulePolicy's."""
        return {"priority": PRIORITY, "max_history": None}

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyPolicy:
        """The policy, with what it learnt of answers."""
        policy = cls(config, model_storage, resource, execution_context)
        settings = load_settings()
        policy._country, policy._outbox = settings.country, outbox(settings)
        with contextlib.ExitStack() as opened:
            try:
                folder = opened.enter_context(model_storage.read_from(resource))
            except ValueError:  # so says Rasa of a resource that is not there
                logger.warning("answers_not_learnt")
            else:
                policy._answers = AnswerModel.load(folder)
        return policy

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """Other answers, or another way of learning, train again."""
        return answers.fingerprint() + model.fingerprint()

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn what the answers of `data/safety/answers.yml` mean; progress is shown."""

        def learn(folder: Path) -> None:
            AnswerModel.learn(folder, *answers.load(), show=learnt.shown)

        found = learnt.kept("answers", self.fingerprint_addon({}), learn)
        with self._model_storage.write_to(self._resource) as folder:
            shutil.copytree(found, folder, dirs_exist_ok=True)
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        precomputations: MessageContainerForCoreFeaturization | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Certain of each action of such a turn, one after the other; no opinion otherwise."""
        message = tracker.latest_message
        plan, remembered = self._plan(tracker, message) if message else ((), ())
        done = tracker.latest_action_name or ACTION_LISTEN_NAME
        plan = (ACTION_LISTEN_NAME, *plan, ACTION_LISTEN_NAME)
        known = all(name in domain.action_names_or_texts for name in plan)
        if len(plan) == 2 or not known or done not in plan[:-1]:
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(plan[plan.index(done) + 1])] = 1.0
        events = list(remembered) if done == ACTION_LISTEN_NAME else []
        if message and _NOTE in plan and done == ACTION_LISTEN_NAME:
            self._tell(message, events)
        return self._prediction(probabilities, optional_events=events, is_no_user_prediction=True)

    def _plan(self, tracker: DialogueStateTracker, message: UserUttered) -> tuple[tuple[str, ...], tuple[Event, ...]]:
        """What is done in this turn, and what is remembered; nothing where there is neither danger nor a talk about one."""
        said = {entity.get("entity"): entity.get("value") for entity in message.entities}
        intent, text = message.intent.get("name") or "", message.text or ""
        danger = intent.removeprefix("crisis_") if intent.startswith("crisis_") else None
        asked, before = _talk_so_far(tracker)
        is_minor = bool(said.get("minor") or tracker.get_slot("minor"))
        if is_minor and before.danger == _CHILD:
            if danger == "partner_abuse":
                danger = _CHILD  # "it's my dad who does it"
            if said.get("minor") and not danger and _before(tracker, "whose") == "other":
                return (f"{_CRISIS}{_CHILD}", _ALSO_CHILD), (SlotSet("minor", "yes"), SlotSet("whose", "self"))
        if is_minor and danger == _CHILD and said.get("whose") == "other" and not says("own_child", text):
            said["whose"] = "self"
        only_says_where = not danger and bool(said.get("country")) and len(text.split()) <= _PLACE_WORDS
        if asked:
            heard = Heard(
                text=text,
                intent=intent,
                danger=danger,
                is_named=bool(danger) and danger in dangers_named(text),
                level=str(said.get("level") or ""),
                whose=str(said.get("whose") or ""),
            )
            heard = self._with_answer(heard, asked, before)
            step = follows(asked, heard, before)
            if only_says_where and not asked.startswith("possible_"):
                return (f"{_LINES}{before.danger}",), ()
            right = talk.put_right(asked, heard, before, step) if step else None
            if step == _POSSIBLE_NO:
                return _back_to_the_form(tracker)
            if step and (right or asked.startswith("possible_")):
                of, whose = right or (before.danger or "", _before(tracker, "whose"))
                return _begun(tracker, step, of, whose, self._told(tracker))
            if step:
                return (f"utter_{step}",), _gate_after(step, danger, tracker.get_slot(_GATE), denies_plainly(text))
            is_open = (
                not danger
                and not asked.startswith("possible_")
                and is_asking(asked, heard, before)
                and _STILL_ASKING not in _turns(tracker)[0]
            )
            if is_open:
                return (_STILL_ASKING,), ()
        if only_says_where:
            return (f"{_LINES}noted",), ()
        told = any(_was_done(tracker, name) for name in (_MINOR, _ALSO_MINOR, _ALSO_CHILD))
        if danger not in DANGERS:
            if is_minor and intent in _COUPLE_WORK:
                return (_MINOR_HEARD if told else _MINOR, ACTION_DEACTIVATE_LOOP_NAME), ()
            question = f"{_POSSIBLE}{said.get('possible_danger')}"
            is_answer = bool(tracker.active_loop_name and answer(text))  # "hard to say, some weeks …" answers what a form asked
            if "possible_danger" not in said or intent not in _MAY_HINT or is_answer or _was_done(tracker, question, _ASKED_LATELY):
                return (), ()
            reply = f"utter_{intent}" if intent in QUESTIONS else _HEARD_MORE if _was_done(tracker, _HEARD) else _HEARD
            return (reply, question), (SlotSet("whose", said.get("whose")),)
        named = [entity.get("value") for entity in message.entities if entity.get("entity") == "danger"]
        dangers = [value for value in named if value in DANGERS] or [danger]  # a button made up by somebody may say anything
        others = [name for name in ordered(dangers, DANGERS) if name != danger]
        asks_country = not (said.get("country") or tracker.get_slot("country") or self._country or _was_done(tracker, _ASK_COUNTRY))
        also = tuple(f"{_ALSO}{name}" for name in others)
        for_adults = _ALSO_CHILD if danger == _CHILD and said.get("whose") == "self" else _ALSO_MINOR
        also += ((for_adults,) if is_minor and not told else ()) + self._told(tracker) + ((_ASK_COUNTRY,) if asks_country else ())
        return (f"{_CRISIS}{danger}", *also, ACTION_DEACTIVATE_LOOP_NAME, _NOTE), tuple(_remembered(tracker, dangers, said))

    def _with_answer(self, heard: Heard, asked: str, before: Heard) -> Heard:
        """The message with what it means as an answer to the step `asked`, where that was learnt; of a button it was not."""
        question = talk.question(asked, before)
        if self._answers is None or question is None or heard.text.startswith("/"):
            return heard
        meant = self._answers.read(question, readable(heard.text))
        return replace(heard, answer=meant.value, is_well=meant.is_well, is_doubted=not meant.is_sure)

    def _told(self, tracker: DialogueStateTracker) -> tuple[str, ...]:
        """That somebody on duty is told, where that is so and was not said yet."""
        return (_ALERTED,) if self._outbox and not _was_done(tracker, _ALERTED) else ()

    def _tell(self, message: UserUttered, remembered: list[Event]) -> None:
        """Alert somebody on duty of the danger in `message`: here, because the turn may never end where the action server hangs."""
        slots = {event.key: event.value for event in remembered if isinstance(event, SlotSet)}
        if self._outbox is None or not slots.get("safety"):
            return
        level = slots.get("level")
        try:
            # A level that nobody named, as with a button, counts as said in so many words.
            self._outbox.put(Alert(message.timestamp, slots["safety"], level if level in LEVELS else "explicit"))
        except Exception as error:  # whatever it is: the person is answered
            logger.warning("alert_not_kept error=%s", type(error).__name__)


def _gate_after(step: str, danger: str | None, gate: str | None, is_denied: bool) -> tuple[Event, ...]:
    """What a step does to the gate: it opens where abuse was plainly denied, and is set again where abuse is named; shut it stays."""
    if gate == "shut":
        return ()
    if danger == "partner_abuse":
        return (SlotSet(_GATE, None),)
    return (SlotSet(_GATE, "open"),) if step in _OPENING and is_denied else ()


def _begun(
    tracker: DialogueStateTracker, step: str, danger: str, whose: str | None, also: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Event, ...]]:
    """The talk about a danger that an answer told of: after a gentle question, or where it is another one's than was understood."""
    force = "yes" if (danger, whose) == ("partner_abuse", "by_writer") else None
    remembered = _remembered(tracker, [danger], {"level": "explicit", "whose": whose, "by_writer": force})
    return (f"utter_{step}", *also, ACTION_DEACTIVATE_LOOP_NAME, _NOTE), tuple(remembered)


def _back_to_the_form(tracker: DialogueStateTracker) -> tuple[tuple[str, ...], tuple[Event, ...]]:
    """A no to a gentle question is none to the question of an open form: what that form took from it is put back, and it goes on."""
    loop = tracker.active_loop_name
    return (f"utter_{_POSSIBLE_NO}", *((loop,) if loop else ())), tuple(_put_back(tracker)) if loop else ()


def _put_back(tracker: DialogueStateTracker) -> Iterator[Event]:
    """Events that empty the slot an open form asked for, if the latest message filled it."""
    asked: str | None = None
    filled: set[str] = set()
    for event in tracker.events:
        if isinstance(event, UserUttered):
            filled = set()
        elif isinstance(event, SlotSet) and event.key == "requested_slot":
            asked = event.value
        elif isinstance(event, SlotSet):
            filled.add(event.key)
    if asked in filled and asked != "breaches":  # a yes or a no adds no breach
        yield SlotSet(asked, None)


def _remembered(tracker: DialogueStateTracker, dangers: list[str], said: dict[Any, Any]) -> list[Event]:
    """The slots that a danger sets: here, because a form's ignored intents keep slots from being filled."""
    events: list[Event] = [SlotSet("safety", dangers), SlotSet("level", said.get("level")), SlotSet("whose", said.get("whose"))]
    events += [SlotSet(name, said[name]) for name in ("country", "minor") if said.get(name)]
    if "partner_abuse" in dangers:
        is_shut = said.get("by_writer") or tracker.get_slot(_GATE) == "shut"
        events += [SlotSet("by_writer", said.get("by_writer")), SlotSet(_GATE, "shut" if is_shut else None)]
    return events


def _before(tracker: DialogueStateTracker, slot: str) -> Any:
    """What a slot held when the latest message came: what this turn has set already does not count."""
    held = value = None
    for event in tracker.events:
        if isinstance(event, UserUttered):
            held = value
        elif isinstance(event, SlotSet) and event.key == slot:
            value = event.value
    return held


def _was_done(tracker: DialogueStateTracker, action_name: str, turns: int | None = None) -> bool:
    """Whether an action was run before this turn: ever, or in the last so many turns."""
    return any(action_name in names for names in _turns(tracker)[:turns])


def _talk_so_far(tracker: DialogueStateTracker) -> tuple[str, Heard]:
    """The step that the turn before this message ended with, empty when it was none, and the danger that the talk is about.

    A turn that named the lines of a country or asked for the answer is passed over: what was asked before it is still open.
    """
    turns = [names for names in _turns(tracker) if not any(name.startswith((_LINES, _STILL_ASKING)) for name in names)]
    steps = {f"utter_{name}" for name in load().names}
    asked = next((name for name in turns[0][::-1] if name in steps), "") if turns else ""
    begun = next((name for names in turns for name in names[::-1] if name.startswith((_CRISIS, _POSSIBLE))), "") if asked else ""
    if not begun:
        return "", Heard("", "")
    level, whose = (str(_before(tracker, slot) or "") for slot in ("level", "whose"))
    if begun.startswith(_POSSIBLE):
        return asked.removeprefix("utter_"), Heard("", "", begun.removeprefix(_POSSIBLE), False, POSSIBLE, whose)
    before = Heard("", "", begun.removeprefix(_CRISIS), True, level, whose)
    return asked.removeprefix("utter_"), before


def _turns(tracker: DialogueStateTracker) -> list[list[str]]:
    """The actions of each turn before this one, the last turn first."""
    turns: list[list[str]] = [[]]
    for event in tracker.events:
        if isinstance(event, UserUttered):
            turns.append([])
        elif isinstance(event, ActionExecuted) and event.action_name:
            turns[-1].append(event.action_name)
    return turns[-2::-1]
