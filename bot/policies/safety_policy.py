"""Danger is answered first, and the talk about it is led to its end.

The crisis rule alone does not outrank an open form whose action server is silent; this policy does, because it claims a
no-user prediction at a priority above RulePolicy's. It says texts the Rasa server holds itself, then leaves the form. Which step of a
talk follows which answer is `bot/safety/talk.py`'s to know.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
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

from bot.meaning import BREACHES, DANGERS, DIALOGUE, QUESTIONS, TOLD, WHOSE, ordered
from bot.nlu import learnt
from bot.reading import answer
from bot.safety import answers, talk
from bot.safety.alert import Alert, Outbox, outbox
from bot.safety.answers import AnswerModel
from bot.safety.assessment import LEVELS, POSSIBLE, Assessment, assess, named_whose, whose_in
from bot.safety.patterns import dangers_named, is_now, says
from bot.safety.talk import Heard, aside, asks_for_a_line, denies_plainly, follows, is_asking, load
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
#: Messages that may say so: they tell or ask something, or take leave; and those of them whose usual reply is said before the question.
MAY_HINT = {*BREACHES, *TOLD, *QUESTIONS, "nlu_fallback", "goodbye", "thank", "human"}
_REPLIED_TO = {*QUESTIONS, "goodbye", "thank", "human"}
_HEARD, _HEARD_MORE = "utter_heard", "utter_heard_more"
#: Said once where an answer could not be read, by the name of the question; where what is said in such a talk, or soon after it, was not
#: understood; and where a danger of this very moment is open and the message leads elsewhere.
_STILL_ASKING, _NOT_LOST, _HOLD = "utter_still_asking_", "utter_not_lost", "utter_hold_now"
#: Said to whoever writes on after such a talk, in so many turns; what is told there, or answered.
_LISTENING, _LISTENS = "utter_listening", 3
_BARE_ANSWERS = ("affirm", "deny", "unsure")
#: Times that one step is said in a talk, and turns that the talk is looked back on; then it comes to its end.
_TWICE, _OF_LATE = 2, 10
#: Turns in a row in which it is held to that; and intents that lead elsewhere all the same.
_HELD, _LET_GO = 3, ("stop", "my_data")
_NOT_UNDERSTOOD = ("out_of_scope", "nlu_fallback")
#: The lines that answer in writing.
_BY_TEXT = f"{_LINES}by_text"
#: Answers to what was asked in the middle of a talk: the question before them stays open.
_ASIDE, _URGENT = "utter_aside_", "aside_urgent"
#: Turns in which a talk is not long over.
_SOON = 5
#: What somebody under eighteen is told once, beside an answer to danger, and in place of anything about couples.
_MINOR, _ALSO_MINOR, _MINOR_HEARD = "utter_minor", f"{_ALSO}minor", "utter_minor_heard"
#: The danger that may be of a child that writes itself, and what it is told beside the answer, which names its lines already.
_CHILD, _ALSO_CHILD = "child_at_risk", f"{_ALSO}minor_child"
#: Intents that would lead somebody into relationship work; what is left moves the talk, asks for data, or is small talk.
_COUPLE_WORK = {*BREACHES, *TOLD, *QUESTIONS, "new_partner", "progress", "nlu_fallback", *DIALOGUE} - {"stop", "repeat"}
#: Said before the talk about a danger that was told of beside another one, when the talk about that has come to its end.
_THEN = f"{_ALSO}then"
#: A place where somebody is not safe from a person: abuse, whichever danger led there.
_UNSAFE = "partner_abuse_unsafe_place"
#: Said once where nobody told the country.
_ASK_COUNTRY = f"{_ALSO}country"
#: Said once where the operator's human on duty is told (bot/safety/alert.py).
_ALERTED = f"{_ALSO}alerted"
#: Words up to which a message that names a country says where somebody is and nothing more.
_PLACE_WORDS = 6
#: The steps that find no abuse by this partner, and the slot of the gate (bot/guidance/situation.py).
_OPENING = ("gate_open", "partner_abuse_not_yours")
_NOT_YOURS, _GATE_CHECK = "partner_abuse_not_yours", "gate_check"
#: The steps by which somebody goes along with a talk about force of their own.
_OWNED = ("partner_abuse_apart", "partner_abuse_together", "partner_abuse_one_roof", "partner_abuse_meant")
_GATE = "abuse_gate"
#: The form that a talk begins with, and the slots it asks for.
_STORY_FORM, _STORY = "story_form", ("breaches", "role", "impact")
#: Above RulePolicy, whatever Rasa gives it (4 in 3.6.21; UnexpecTED, TED and Memoization are lower).
PRIORITY = 7


#: What is done in a turn, and what is remembered of it.
Plan = tuple[tuple[str, ...], tuple[Event, ...]]


@dataclass(frozen=True)
class Turn:
    """A message and where the talk stands.

    `danger` is the most urgent one of the message, and `said` what its entities say. `asked` is the step that waits for an answer and
    `before` the danger that it is about; `last` is the danger that was answered last, however long ago. `payload` are the dangers that
    words in a payload name, None without any.
    """

    tracker: DialogueStateTracker
    message: UserUttered
    said: Mapping[str, Any]
    intent: str
    text: str
    danger: str | None
    asked: str
    before: Heard
    last: Heard
    payload: Assessment | None = None

    @classmethod
    def of(cls, tracker: DialogueStateTracker, message: UserUttered) -> Turn:
        """The turn that begins with `message`."""
        said = {str(entity.get("entity")): entity.get("value") for entity in message.entities}
        intent, text = message.intent.get("name") or "", message.text or ""
        danger = intent.removeprefix("crisis_") if intent.startswith("crisis_") else None
        found = _in_a_payload(message)
        if found:
            said, danger = {**said, **dict(found.as_entities())}, found.dangers[0]
        (asked, before), last = _talk_so_far(tracker), _last_told(tracker)
        is_minor = bool(said.get("minor") or tracker.get_slot("minor"))
        if is_minor and (danger, before.danger) == ("partner_abuse", _CHILD):
            danger = _CHILD  # "it's my dad who does it"
        is_only_heard = danger in DANGERS and not text.startswith("/") and danger not in dangers_named(text)
        if is_only_heard and last.danger and _has_talked(tracker, _SOON):
            if named := dangers_named(text):
                danger = named[0]  # what words say comes before what is only heard, however urgent that sounds
                level = "now" if is_now(danger, text, []) else "explicit"
                said |= {"danger": danger, "level": level, "whose": whose_in(text, danger)}
            elif danger != last.danger and said.get("whose") == "by_writer":
                # "ambulance is here, she's breathing": in the middle of another talk nobody is taken for one who does harm by its sound
                said = {name: value for name, value in said.items() if name not in ("danger", "level", "by_writer")}
                said["possible_danger"], intent, danger = danger, "share_feeling", None
            elif (danger, said.get("whose")) == ("self_harm", "self") and not is_now("self_harm", text, []):
                said["level"] = "likely"
        words_say = _whose_in_words(danger, text, last) if danger in DANGERS else None
        if danger and danger == last.danger and last.whose and not words_say and _has_talked(tracker, _ASKED_LATELY):
            said["whose"] = last.whose  # what was told, or put right, weighs more than how the next words sound
        is_at_home = is_minor or says("young_at_home", text)
        if is_at_home and danger == _CHILD and said.get("whose") == "other" and not says("own_child", text):
            said["whose"] = "self"
        if words_say != "by_writer" and not text.startswith("/"):
            said.pop("by_writer", None)  # only heard: careful words, and no accusation
        return cls(tracker, message, said, intent, text, danger, asked, before, last, found)

    @property
    def says_age(self) -> bool:
        """Whether the message says that somebody under eighteen writes."""
        return bool(self.said.get("minor"))

    @property
    def is_minor(self) -> bool:
        """Whether somebody under eighteen writes, by this message or an earlier one."""
        return self.says_age or bool(self.tracker.get_slot("minor"))

    @property
    def only_says_where(self) -> bool:
        """Whether the message names a country and hardly more."""
        return not self.danger and bool(self.said.get("country")) and len(self.text.split()) <= _PLACE_WORDS

    @property
    def is_doubted(self) -> bool:
        """Whether a danger was heard that is not taken to hold here."""
        return self.danger is None and str(self.message.intent.get("name")).startswith("crisis_")

    @property
    def hints_at_dying(self) -> bool:
        """Whether all hope is gone, by the words, in a talk about another danger than dying that is not one of this moment."""
        is_possible = not self.danger and self.said.get("possible_danger") == "self_harm"
        is_elsewhere = self.last.danger not in (None, "self_harm") and self.before.level != "now"
        return is_possible and is_elsewhere and self.is_soon_after and says("hopeless", self.text)

    @property
    def is_soon_after(self) -> bool:
        """Whether a talk about a danger goes on, or is not long over."""
        return _has_talked(self.tracker, _SOON)

    @property
    def heard(self) -> Heard:
        """The message as the talk hears it."""
        return Heard(
            text=self.text,
            intent=self.intent,
            danger=self.danger,
            is_named=bool(self.danger) and self.danger in dangers_named(self.text),
            level=str(self.said.get("level") or ""),
            whose=str(self.said.get("whose") or ""),
        )


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

    def _plan(self, tracker: DialogueStateTracker, message: UserUttered) -> Plan:
        """What is done in this turn, and what is remembered; what words of danger in a payload set is emptied."""
        turn = Turn.of(tracker, message)
        plan, remembered = self._planned(turn)
        emptied = (SlotSet(name, None) for name in _words_in(message)) if turn.payload else ()
        return plan, (*emptied, *remembered)

    def _planned(self, turn: Turn) -> Plan:
        """The plan of a turn; nothing where there is neither danger nor a talk about one."""
        if (
            turn.is_minor
            and turn.before.danger == _CHILD
            and turn.says_age
            and not turn.danger
            and _before(turn.tracker, "whose") == "other"
        ):
            return (f"{_CRISIS}{_CHILD}", _ALSO_CHILD), (SlotSet("minor", "yes"), SlotSet("whose", "self"))
        if turn.hints_at_dying and not _was_done(turn.tracker, f"{_POSSIBLE}self_harm", _ASKED_LATELY):
            return _asked_of_doubt(turn)
        plan = self._asked_aside(turn) or self._led_on(turn)
        if plan and turn.danger and asks_for_a_line(turn.text) and not any(name.startswith((_CRISIS, _LINES)) for name in plan[0]):
            return (f"{_LINES}{turn.danger}", *plan[0]), plan[1]  # "he choked me this time. who can I call"
        if plan:
            return plan
        if turn.only_says_where:
            return (f"{_LINES}noted",), ()
        if turn.danger in DANGERS:
            return self._answered(turn)
        return _asked_of_doubt(turn) if turn.is_doubted else _listened(turn) or _asked_gently(turn)

    def _asked_aside(self, turn: Turn) -> Plan | None:
        """The lines, or an answer to what is asked in the middle of a talk or soon after it; None where nothing is."""
        is_anothers = turn.danger and turn.said.get("whose") != turn.last.whose
        is_of_now = turn.danger and turn.said.get("level") == "now"
        if is_anothers or is_of_now or turn.asked.startswith("possible_") or (turn.heard.is_named and turn.danger != turn.last.danger):
            return None
        asks_in_danger = turn.heard.is_named and not turn.only_says_where  # answered as a danger, and the lines are in that answer
        if turn.last.danger and not asks_in_danger and (turn.only_says_where or asks_for_a_line(turn.text)):
            place = turn.said.get("country")
            asks_where = () if place or self._knows_country(turn.tracker) else (_ASK_COUNTRY,)
            lines = _BY_TEXT if talk.wants_to_write(turn.text) else f"{_LINES}{turn.last.danger}"
            return (lines, *asks_where), (SlotSet("country", place),) if place else ()
        if turn.last.danger and not turn.is_soon_after:
            return None
        found = aside(
            turn.text, turn.last.danger or "", turn.last.whose, turn.is_minor, is_asked=bool(turn.asked), is_named=turn.heard.is_named
        )
        if found and found.startswith("crisis_"):
            return _begun(turn.tracker, found, found.removeprefix("crisis_"), "self", self._besides(turn))
        if found == _URGENT and turn.last.danger:
            return (f"utter_{found}", _NOTE), (SlotSet("safety", [turn.last.danger]), SlotSet("level", "now"))
        return ((f"utter_{found}",), ()) if found else None

    def _led_on(self, turn: Turn) -> Plan | None:
        """The step that follows what was asked, or the question once more; None where nothing was asked, or the message leads elsewhere."""
        if not turn.asked:
            return None
        heard, before, asked = self._with_answer(turn.heard, turn.asked, turn.before), turn.before, turn.asked
        step = follows(asked, heard, before)
        if step == _POSSIBLE_NO:
            return _back_to_the_form(turn.tracker)
        right = talk.put_right(asked, heard, before, step) if step else None
        if step and (right or asked.startswith("possible_")):
            of, whose = right or (before.danger or "", _before(turn.tracker, "whose"))
            return _begun(turn.tracker, step, of, whose, self._besides(turn))
        if step == _NOT_YOURS and _told_of_own_abuse(turn.tracker):
            step = _GATE_CHECK
        if step and before.level != "now" and _turns_with(turn.tracker, f"utter_{step}", _OF_LATE) >= _TWICE:
            step = load().ends.get(load().place(f"crisis_{before.danger}", "", before.whose), step)  # not a third time
        if step and load().is_end(step, before.level, before.whose) and (waiting := _waiting(turn.tracker)):
            return _taken_up(turn.tracker, *waiting)
        if step == _UNSAFE and before.danger != "partner_abuse":
            return (f"utter_{step}", _NOTE), (
                SlotSet("safety", ["partner_abuse"]),
                *_gate_after(step, "partner_abuse", turn.tracker.get_slot(_GATE), False),
            )
        if step:
            events = (*_gate_after(step, turn.danger, turn.tracker.get_slot(_GATE), denies_plainly(turn.text)), *_owned(step, before))
            if step in load().urgent and before.level != "now":
                return (f"utter_{step}", _NOTE), (*events, SlotSet("safety", [before.danger]), SlotSet("level", "now"))
            return (f"utter_{step}",), events
        if turn.danger or asked.startswith("possible_"):
            return None
        question = talk.open_question(asked, before)
        lately = [name for names in _turns(turn.tracker)[:_HELD] for name in names]
        was_asked_again = any(name.startswith(_STILL_ASKING) for name in _turns(turn.tracker)[0])
        if question and is_asking(asked, heard, before) and not was_asked_again:
            return (f"{_STILL_ASKING}{question}",), ()
        if talk.is_held(asked, before) and turn.intent not in _LET_GO and lately.count(_HOLD) < _HELD:
            return (_HOLD,), ()
        return ((_NOT_LOST,), ()) if turn.intent in _NOT_UNDERSTOOD else None

    def _answered(self, turn: Turn) -> Plan:
        """The answer to a message in danger, with a sentence for each further danger, leaving what is open, and a note in the journal."""
        tracker, said, danger = turn.tracker, turn.said, turn.danger
        found = [entity.get("value") for entity in turn.message.entities if entity.get("entity") == "danger"]
        dangers = [value for value in found if value in DANGERS] or [danger]  # a button made up by somebody may say anything
        if turn.payload:
            told = turn.intent.removeprefix("crisis_")
            dangers = list(ordered({*dangers, *turn.payload.dangers, *({told} & {*DANGERS})}, DANGERS))
        is_only_heard = said.get("whose") == "by_writer" and "partner_abuse" not in dangers_named(turn.text)
        others = [name for name in ordered(dangers, DANGERS) if name != danger and not (name == "partner_abuse" and is_only_heard)]
        also = tuple(f"{_ALSO}{name}" for name in others)
        if turn.is_minor and not _was_told_of_age(tracker):
            also += (_ALSO_CHILD if danger == _CHILD and said.get("whose") == "self" else _ALSO_MINOR,)
        also += self._besides(turn)
        return (f"{_CRISIS}{danger}", *also, ACTION_DEACTIVATE_LOOP_NAME, _NOTE), tuple(_remembered(tracker, dangers, said))

    def _with_answer(self, heard: Heard, asked: str, before: Heard) -> Heard:
        """The message with what it means as an answer to the step `asked`, where that was learnt; of a button it was not."""
        question = talk.question(asked, before)
        if self._answers is None or question is None or heard.text.startswith("/"):
            return heard
        meant = self._answers.read(question, readable(heard.text))
        return replace(heard, answer=meant.value, is_well=meant.is_well, is_doubted=not meant.is_sure)

    def _knows_country(self, tracker: DialogueStateTracker) -> bool:
        """Whether the country is known, or was asked for."""
        return bool(tracker.get_slot("country") or self._country or _was_done(tracker, _ASK_COUNTRY))

    def _besides(self, turn: Turn) -> tuple[str, ...]:
        """What is said once beside an answer to danger: that somebody on duty is told, if that is so, and the question for the country."""
        told = (_ALERTED,) if self._outbox and not _was_done(turn.tracker, _ALERTED) else ()
        asks_where = () if turn.said.get("country") or self._knows_country(turn.tracker) else (_ASK_COUNTRY,)
        return told + asks_where

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


def _words_in(message: UserUttered) -> dict[str, str]:
    """The values that a payload sets, by slot, where it is one: whoever makes one up can write anything there."""
    if not (message.text or "").startswith("/"):
        return {}
    return {str(entity.get("entity")): str(entity["value"]) for entity in message.entities if isinstance(entity.get("value"), str)}


def _in_a_payload(message: UserUttered) -> Assessment | None:
    """The danger that the values of a payload name: they were read by nothing else. None where they name none."""
    words = _words_in(message)
    found = assess("\n".join(words.values())) if words else None
    return found if found and found.findings else None


def _asked_of_doubt(turn: Turn) -> Plan:
    """A gentle question about what was heard in the middle of another talk; asked lately, the person is listened to."""
    question = f"{_POSSIBLE}{turn.said['possible_danger']}"
    if _was_done(turn.tracker, question, _ASKED_LATELY):
        return (_LISTENING,), ()
    return (question,), (SlotSet("whose", turn.said.get("whose")),)


def _listened(turn: Turn) -> Plan | None:
    """Right after a talk about danger whoever writes on is listened to, before the story is asked for again; None elsewhere."""
    has_just_talked = _has_talked(turn.tracker, _LISTENS) and not turn.tracker.active_loop_name
    tells = turn.intent in (*TOLD, *_BARE_ANSWERS, "nlu_fallback") and not turn.text.startswith("/")
    return ((_LISTENING,), ()) if has_just_talked and tells and not turn.is_minor and not turn.asked.startswith("possible_") else None


def _asked_gently(turn: Turn) -> Plan:
    """The reply and one gentle question, where a danger is only possible; what somebody under eighteen is told in place of couple work."""
    if turn.is_minor and turn.intent in _COUPLE_WORK:
        return (_MINOR_HEARD if _was_told_of_age(turn.tracker) else _MINOR, ACTION_DEACTIVATE_LOOP_NAME), ()
    if turn.is_soon_after and not turn.asked and turn.intent in _NOT_UNDERSTOOD:
        return (_NOT_LOST,), ()
    question = f"{_POSSIBLE}{turn.said.get('possible_danger')}"
    is_answer = bool(turn.tracker.active_loop_name and answer(turn.text))  # "hard to say, some weeks …" answers what a form asked
    was_asked = turn.is_soon_after or _was_done(turn.tracker, question, _ASKED_LATELY)
    if "possible_danger" not in turn.said or turn.intent not in MAY_HINT or is_answer or was_asked:
        return (), ()
    reply = f"utter_{turn.intent}" if turn.intent in _REPLIED_TO else _HEARD_MORE if _was_done(turn.tracker, _HEARD) else _HEARD
    return (reply, question), (SlotSet("whose", turn.said.get("whose")),)


def _owned(step: str, before: Heard) -> tuple[Event, ...]:
    """What is remembered where somebody goes along with a talk about force of their own that only was heard: that it was theirs."""
    is_only_heard = before.danger == "partner_abuse" and before.whose == "by_writer" and not before.is_named
    if not is_only_heard or step not in _OWNED:
        return ()
    return SlotSet("by_writer", "yes"), SlotSet(_GATE, "shut")


def _was_told_of_age(tracker: DialogueStateTracker) -> bool:
    """Whether somebody under eighteen was told that this is for grown-ups."""
    return any(_was_done(tracker, name) for name in (_MINOR, _ALSO_MINOR, _ALSO_CHILD))


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
    return (f"utter_{step}", *also, ACTION_DEACTIVATE_LOOP_NAME, _NOTE), _told_of(tracker, danger, whose)


def _waiting(tracker: DialogueStateTracker) -> tuple[str, str] | None:
    """A danger that words told of lately beside a more urgent one, with whose it is, and of which no talk began since; None without."""
    waiting: dict[str, str] = {}
    text = ""
    events = _before_now(tracker)
    places = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    for event in events[next(iter(places[-_ASKED_LATELY:]), 0) :]:
        if isinstance(event, UserUttered):
            text = event.text or ""
        elif isinstance(event, ActionExecuted) and (name := event.action_name or "").startswith(_CRISIS):
            waiting.pop(name.removeprefix(_CRISIS), None)
        elif isinstance(event, ActionExecuted) and (danger := name.removeprefix(_ALSO)) in dangers_named(text):
            waiting[danger] = whose_in(text, danger)
    return next(((danger, waiting[danger]) for danger in ordered(waiting, DANGERS)), None)


def _taken_up(tracker: DialogueStateTracker, danger: str, whose: str) -> Plan:
    """The talk about a danger that waited. It was noted when it was told of."""
    return (_THEN, f"{_CRISIS}{danger}"), _told_of(tracker, danger, whose)


def _told_of(tracker: DialogueStateTracker, danger: str, whose: str | None) -> tuple[Event, ...]:
    """What is remembered of a danger that was told of in so many words."""
    force = "yes" if (danger, whose) == ("partner_abuse", "by_writer") else None
    return tuple(_remembered(tracker, [danger], {"level": "explicit", "whose": whose, "by_writer": force}))


def _back_to_the_form(tracker: DialogueStateTracker) -> tuple[tuple[str, ...], tuple[Event, ...]]:
    """A no to a gentle question is none to the question of an open form: what that form took from it is put back, and it goes on.

    Where none was open yet the story is asked for, as long as any of it is missing.
    """
    loop = tracker.active_loop_name
    if loop:
        return (f"utter_{_POSSIBLE_NO}", loop), tuple(_put_back(tracker))
    is_told = all(tracker.get_slot(name) for name in _STORY)
    was_telling = any(name.startswith(_HEARD) for name in next(iter(_turns(tracker)), ()))
    begins = was_telling and not is_told and not tracker.get_slot("minor")
    return (f"utter_{_POSSIBLE_NO}", *((_STORY_FORM,) if begins else ())), ()


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


def _remembered(tracker: DialogueStateTracker, dangers: list[Any], said: Mapping[str, Any]) -> list[Event]:
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


def _turns_with(tracker: DialogueStateTracker, action_name: str, turns: int) -> int:
    """How many of the last so many turns before this one ran an action."""
    return sum(action_name in names for names in _turns(tracker)[:turns])


def _talk_so_far(tracker: DialogueStateTracker) -> tuple[str, Heard]:
    """The step that the turn before this message ended with, empty when it was none, and the danger that the talk is about.

    A turn that only named the lines of a country, answered an aside or asked for the answer is passed over: what was asked before is
    still open.
    """
    steps = {f"utter_{name}" for name in load().names}
    passed_over = (_LINES, _STILL_ASKING, _NOT_LOST, _LISTENING, _ASIDE, _HOLD)
    turns = [names for names in _turns(tracker) if steps & {*names} or not any(name.startswith(passed_over) for name in names)]
    asked = next((name for name in turns[0][::-1] if name in steps), "") if turns else ""
    talks = (name for names in turns for name in names[::-1] if name.startswith((_CRISIS, _POSSIBLE)) and name != f"utter_{_POSSIBLE_NO}")
    begun = next(talks, "") if asked else ""
    if not begun:
        return "", Heard("", "")
    level, whose = (str(_before(tracker, slot) or "") for slot in ("level", "whose"))
    if begun.startswith(_POSSIBLE):
        return asked.removeprefix("utter_"), Heard("", "", begun.removeprefix(_POSSIBLE), False, POSSIBLE, whose)
    danger = begun.removeprefix(_CRISIS)
    return asked.removeprefix("utter_"), Heard("", "", danger, _was_named(tracker, begun, whose), level, whose)


def _whose_in_words(danger: str, text: str, last: Heard) -> str | None:
    """Whose the danger is by the words of `text`, None where they do not say: after a friend's danger "she" is the friend, "I" is not."""
    found, is_others = named_whose(danger, text), last.whose in ("other", "partner")
    if found == "partner" and last.whose == "other" and not says("names_partner", text):
        return None
    if found is None and danger == "partner_abuse":
        return "self" if says("done_to_me", text) and (is_others or danger in dangers_named(text)) else None
    if found is None and danger == "self_harm" and is_others and says("of_myself", text) and not says("of_them", text):
        return "self"
    return WHOSE[danger][0] if found is None and danger in dangers_named(text) else found


@lru_cache(maxsize=1)
def _steps() -> frozenset[str]:
    """The responses of a talk about a danger that was taken to hold."""
    return frozenset(f"utter_{name}" for name in load().names if not name.startswith("possible_"))


def _was_named(tracker: DialogueStateTracker, begun: str, whose: str) -> bool:
    """Whether the message that was answered with `begun` named the danger in words, and the writer's deed if it is one; a button does."""
    text = words = ""
    for event in _before_now(tracker):
        if isinstance(event, UserUttered):
            text = event.text or ""
        elif isinstance(event, ActionExecuted) and event.action_name == begun:
            words = text
    danger = begun.removeprefix(_CRISIS)
    if whose == "by_writer" and danger != "harm_to_others" and not words.startswith("/"):
        return named_whose(danger, words) == whose
    return words.startswith("/") or danger in dangers_named(words)


def _last_told(tracker: DialogueStateTracker) -> Heard:
    """The danger that was answered last, however long ago, and whose it was said to be; nothing where none was."""
    last, whose, danger = Heard("", ""), "", ""
    for event in _before_now(tracker):
        if isinstance(event, SlotSet) and event.key == "whose":
            whose = event.value or ""
        elif isinstance(event, ActionExecuted) and event.action_name:
            name = event.action_name
            if name.startswith((_CRISIS, _POSSIBLE)) and name != f"utter_{_POSSIBLE_NO}":
                danger = name.removeprefix(_CRISIS).removeprefix(_POSSIBLE)
            if name in _steps():
                last = Heard("", "", danger, whose=whose)
    return last


def _told_of_own_abuse(tracker: DialogueStateTracker) -> bool:
    """Whether abuse that was answered before was the writer's own to suffer."""
    whose = ""
    for event in _before_now(tracker):
        if isinstance(event, SlotSet) and event.key == "whose":
            whose = event.value or ""
        elif isinstance(event, ActionExecuted) and event.action_name == f"{_CRISIS}partner_abuse" and whose == "self":
            return True
    return False


def _has_talked(tracker: DialogueStateTracker, turns: int) -> bool:
    """Whether one of the last so many turns was a step of a talk about a danger."""
    return any(name in _steps() for names in _turns(tracker)[:turns] for name in names)


def _before_now(tracker: DialogueStateTracker) -> list[Event]:
    """The events before the latest message."""
    events = list(tracker.events)
    place = max((place for place, event in enumerate(events) if isinstance(event, UserUttered)), default=0)
    return events[:place]


def _turns(tracker: DialogueStateTracker) -> list[list[str]]:
    """The actions of each turn before this one, the last turn first."""
    turns: list[list[str]] = [[]]
    for event in tracker.events:
        if isinstance(event, UserUttered):
            turns.append([])
        elif isinstance(event, ActionExecuted) and event.action_name:
            turns[-1].append(event.action_name)
    return turns[-2::-1]
