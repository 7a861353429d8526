"""Danger is answered first.

The crisis rule alone does not outrank an open form whose action server is silent; this policy does, because it claims a
no-user prediction at a priority above RulePolicy's. It says a text the Rasa server holds itself, then leaves the form.
"""

from __future__ import annotations

from typing import Any

from rasa.core.featurizers.precomputation import MessageContainerForCoreFeaturization
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.reading import is_plain_no
from bot.safety.patterns import dangers_named

_NOTE = "action_log_safety"
#: Dangers whose answer asks whether the person thinks of it.
_ASKED = ("self_harm", "harm_to_others")
#: The entity and slot that say whose a danger is; set here because a form's ignored intents keep slots from being filled.
_WHOSE = {"partner_abuse": "by_writer", "self_harm": "their_danger"}
#: Above RulePolicy, whatever Rasa gives it (4 in 3.6.21; UnexpecTED, TED and Memoization are lower).
PRIORITY = 7


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class SafetyPolicy(Policy):
    """After a message in danger: the answer, leaving what is open, a note in the journal. Remembers the danger in the slot `safety`.

    A plain no to the question of such an answer is believed where only the classifier hears the danger again: to ask once more would
    be not to listen.
    """

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
        """The policy; nothing of it is learnt."""
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn nothing."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        precomputations: MessageContainerForCoreFeaturization | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Certain of answer, leaving and noting after a message in danger, one after the other; no opinion otherwise."""
        message = tracker.latest_message
        intent = (message.intent.get("name") or "") if message else ""
        answer = f"utter_{intent}"
        follows = {
            ACTION_LISTEN_NAME: answer,
            answer: ACTION_DEACTIVATE_LOOP_NAME,
            ACTION_DEACTIVATE_LOOP_NAME: _NOTE,
            _NOTE: ACTION_LISTEN_NAME,
        }
        denied = f"utter_{_denied(tracker)}_no"
        if denied in domain.action_names_or_texts:
            follows = {ACTION_LISTEN_NAME: denied, denied: ACTION_LISTEN_NAME}
        next_action = follows.get(tracker.latest_action_name or "")
        if not message or not intent.startswith("crisis_") or answer not in domain.action_names_or_texts or next_action is None:
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(next_action)] = 1.0
        dangers = [entity["value"] for entity in message.entities if entity.get("entity") == "danger"]
        dangers = dangers or [intent.removeprefix("crisis_")]
        said = {entity.get("entity"): entity.get("value") for entity in message.entities}
        remembered = [SlotSet("safety", dangers)]
        remembered += [SlotSet(slot, said.get(slot)) for danger, slot in _WHOSE.items() if danger in dangers]
        events = remembered if next_action == answer else []
        return self._prediction(probabilities, optional_events=events, is_no_user_prediction=True)


def _denied(tracker: DialogueStateTracker) -> str | None:
    """The danger that the last turn asked about and that this message denies, if no words of it name a danger."""
    message, text = tracker.latest_message, (tracker.latest_message and tracker.latest_message.text) or ""
    danger = ((message and message.intent.get("name")) or "").removeprefix("crisis_")
    if danger not in _ASKED or not is_plain_no(text) or dangers_named(text):
        return None
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            turns += 1
        elif turns == 1 and isinstance(event, ActionExecuted) and event.action_name == f"utter_crisis_{danger}":
            return danger
        if turns == 2:
            break
    return None
