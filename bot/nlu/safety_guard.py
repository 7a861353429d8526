"""The last word on danger: adapter over `bot.safety`, placed last in the pipeline so that nothing overrules it."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.meaning import Meaning, intent_of
from bot.reading import EXTRACTOR
from bot.safety.patterns import dangers_named


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyGuard(GraphComponent):
    """Joins the dangers the words name to those the classifier heard, and raises the crisis intent when there is one."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyGuard:
        """A guard; it has no state."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add named dangers to meaning, entities and intent of each message that has text."""
        for message in messages:
            named = dangers_named(message.get(TEXT) or "")
            if named:
                self._raise(message, named)
        return messages

    @staticmethod
    def _raise(message: Message, named: tuple) -> None:
        heard = Meaning.from_labels(message.get("meaning") or Meaning().as_labels())
        meaning = Meaning(heard.breaches, heard.role, heard.route, (*heard.dangers, *named), heard.ask)
        message.set("meaning", meaning.as_labels(), add_to_output=True)
        message.set(INTENT, {"name": intent_of(meaning), "confidence": 1.0}, add_to_output=True)
        end = len(message.get(TEXT))
        new = [danger for danger in meaning.dangers if danger not in heard.dangers]
        entities = [{"entity": "danger", "value": d, "start": 0, "end": end, "extractor": EXTRACTOR} for d in new]
        message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
