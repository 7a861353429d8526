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
from rasa.shared.core.events import SlotSet
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

_NOTE = "action_log_safety"
#: The entity and slot that say whose a danger is; set here because a form's ignored intents keep slots from being filled.
_WHOSE = {"partner_abuse": "by_writer", "self_harm": "their_danger"}
#: Above RulePolicy, whatever Rasa gives it (4 in 3.6.21; UnexpecTED, TED and Memoization are lower).
PRIORITY = 7


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class SafetyPolicy(Policy):
    """After a message in danger: the answer, leaving what is open, a note in the journal. Remembers the danger in the slot `safety`."""

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
