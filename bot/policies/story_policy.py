"""The stories, by heart: AugmentedMemoizationPolicy that also sees the turns which rules played.

Rasa hides from memorising policies every turn whose rule stands in no story, so after a digression a "yes" would no longer follow the
offer it answers. Reading rules as well as stories, nothing is hidden, and a story that begins at the offer decides.
"""

from __future__ import annotations

from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.policy import SupportedData
from rasa.engine.recipes.default_recipe import DefaultV1Recipe


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class StoryPolicy(AugmentedMemoizationPolicy):
    """The longest stretch of the last turns that a story knows decides."""

    @staticmethod
    def supported_data() -> SupportedData:
        """Stories and rules, so that no turn is hidden."""
        return SupportedData.ML_AND_RULE_DATA
