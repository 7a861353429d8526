"""Danger is answered first (imports rasa)."""

from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.meaning import CRISIS_INTENTS
from bot.policies.safety_policy import PRIORITY, SafetyPolicy

DOMAIN = Domain.from_dict(
    {
        "intents": [*CRISIS_INTENTS, "greet", "crisis_without_answer"],
        "entities": ["danger"],
        "slots": {"safety": {"type": "bot.nlu.slots.AccumulatingSlot", "mappings": [{"type": "custom"}]}},
        "responses": {f"utter_{name}": [{"text": name}] for name in (*CRISIS_INTENTS, "greet", "self_harm_no", "harm_to_others_no")},
        "forms": {"story_form": {"required_slots": []}},
        "actions": ["action_log_safety"],
    }
)


@pytest.fixture
def policy(tmp_path: Path) -> SafetyPolicy:
    """The policy as Rasa loads it."""
    context = ExecutionContext(GraphSchema({}))
    return SafetyPolicy.load(SafetyPolicy.get_default_config(), LocalModelStorage(tmp_path), Resource("safety"), context)


def predict(policy: SafetyPolicy, *events: Event) -> PolicyPrediction:
    """What the policy says after these events."""
    tracker = DialogueStateTracker.from_events("me", list(events), slots=DOMAIN.slots)
    return policy.predict_action_probabilities(tracker, DOMAIN)


def heard(intent: str, *dangers: str) -> UserUttered:
    """A message with this intent, whose entities name these dangers."""
    entities: list[dict[str, Any]] = [{"entity": "danger", "value": danger} for danger in dangers]
    return UserUttered("words", {"name": intent}, [{"entity": "role", "value": "hurt"}, *entities])


LISTEN = ActionExecuted("action_listen")


@pytest.mark.parametrize("intent", CRISIS_INTENTS)
def test_a_message_in_danger_is_answered_for_certain(policy: SafetyPolicy, intent: str) -> None:
    prediction = predict(policy, LISTEN, heard(intent))
    assert prediction.probabilities[DOMAIN.index_for_action(f"utter_{intent}")] == 1.0
    assert sum(prediction.probabilities) == 1.0
    assert prediction.is_no_user_prediction


def test_every_danger_that_was_named_is_remembered(policy: SafetyPolicy) -> None:
    prediction = predict(policy, LISTEN, heard("crisis_self_harm", "self_harm", "partner_abuse"))
    assert prediction.optional_events[0] == SlotSet("safety", ["self_harm", "partner_abuse"])


def says(intent: str, text: str) -> UserUttered:
    """A message with these words whose danger only the classifier heard."""
    danger = {"entity": "danger", "value": intent.removeprefix("crisis_")}
    return UserUttered(text, {"name": intent}, [danger])


ASKED = (LISTEN, heard("crisis_self_harm", "self_harm"), ActionExecuted("utter_crisis_self_harm"), ActionExecuted("action_log_safety"))


def test_a_plain_no_to_the_question_is_believed_and_not_asked_again(policy: SafetyPolicy) -> None:
    denied = says("crisis_self_harm", "wtf no?? i only said she told me")
    prediction = predict(policy, *ASKED, LISTEN, denied)
    assert prediction.probabilities[DOMAIN.index_for_action("utter_self_harm_no")] == 1.0
    assert prediction.optional_events == []
    after = predict(policy, *ASKED, LISTEN, denied, ActionExecuted("utter_self_harm_no"))
    assert after.probabilities[DOMAIN.index_for_action("action_listen")] == 1.0


@pytest.mark.parametrize(
    "text", ["no one would miss me", "no, I want to die", "i dont see why i should be here", "no, i am going to kill myself"]
)
def test_what_only_sounds_like_a_no_is_answered_as_a_danger(policy: SafetyPolicy, text: str) -> None:
    prediction = predict(policy, *ASKED, LISTEN, says("crisis_self_harm", text))
    assert prediction.probabilities[DOMAIN.index_for_action("utter_crisis_self_harm")] == 1.0


@pytest.mark.parametrize("intent", ["crisis_harm_to_others", "crisis_partner_abuse"])
def test_a_no_to_one_question_answers_no_other(policy: SafetyPolicy, intent: str) -> None:
    prediction = predict(policy, *ASKED, LISTEN, says(intent, "no. not that"))
    assert prediction.probabilities[DOMAIN.index_for_action(f"utter_{intent}")] == 1.0


def test_a_no_where_nothing_was_asked_is_no_denial(policy: SafetyPolicy) -> None:
    later = (ActionExecuted("action_listen"), UserUttered("ok", {"name": "greet"}), ActionExecuted("utter_greet"))
    for before in ((), (*ASKED, *later)):
        prediction = predict(policy, *before, LISTEN, says("crisis_self_harm", "no. it gets worse every night"))
        assert prediction.probabilities[DOMAIN.index_for_action("utter_crisis_self_harm")] == 1.0


def test_whose_the_danger_is_is_remembered(policy: SafetyPolicy) -> None:
    message = heard("crisis_partner_abuse", "partner_abuse")
    message.entities.append({"entity": "by_writer", "value": "yes"})
    assert SlotSet("by_writer", "yes") in predict(policy, LISTEN, message).optional_events
    later = predict(policy, LISTEN, heard("crisis_partner_abuse", "partner_abuse"))
    assert SlotSet("by_writer", None) in later.optional_events


def test_without_entities_the_intent_names_the_danger(policy: SafetyPolicy) -> None:
    prediction = predict(policy, LISTEN, heard("crisis_partner_abuse"))
    assert prediction.optional_events[0] == SlotSet("safety", ["partner_abuse"])


def test_an_open_form_does_not_come_first(policy: SafetyPolicy) -> None:
    prediction = predict(policy, ActionExecuted("story_form"), ActiveLoop("story_form"), LISTEN, heard("crisis_self_harm"))
    assert prediction.probabilities[DOMAIN.index_for_action("utter_crisis_self_harm")] == 1.0
    assert prediction.is_no_user_prediction


@pytest.mark.parametrize(
    "events",
    [
        (LISTEN,),
        (LISTEN, heard("greet")),
        (LISTEN, UserUttered("words", {"name": None})),
        (LISTEN, UserUttered("words", {})),
        (LISTEN, heard("crisis_without_answer")),
        (LISTEN, heard("crisis_self_harm"), ActionExecuted("utter_greet")),
        (LISTEN, heard("crisis_self_harm"), ActionExecuted("utter_crisis_self_harm"), LISTEN, heard("greet")),
    ],
)
def test_otherwise_it_has_no_opinion(policy: SafetyPolicy, events: tuple[Event, ...]) -> None:
    prediction = predict(policy, *events)
    assert set(prediction.probabilities) == {0.0}
    assert not prediction.is_no_user_prediction
    assert not prediction.optional_events


@pytest.mark.parametrize(
    ("done", "follows"),
    [
        ("utter_crisis_self_harm", "action_deactivate_loop"),
        ("action_deactivate_loop", "action_log_safety"),
        ("action_log_safety", "action_listen"),
    ],
)
def test_after_the_answer_it_leaves_what_is_open_and_notes(policy: SafetyPolicy, done: str, follows: str) -> None:
    prediction = predict(policy, LISTEN, heard("crisis_self_harm"), ActionExecuted(done))
    assert prediction.probabilities[DOMAIN.index_for_action(follows)] == 1.0
    assert prediction.is_no_user_prediction
    assert not prediction.optional_events


def test_it_comes_before_the_rules(policy: SafetyPolicy) -> None:
    assert policy.priority == PRIORITY > RulePolicy.get_default_config()["priority"]


def test_it_learns_nothing(policy: SafetyPolicy) -> None:
    assert policy.train([], DOMAIN) == Resource("safety")
