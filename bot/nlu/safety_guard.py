"""The last word on danger: adapter over `bot.safety`, placed last in the pipeline so that nothing overrules it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.meaning import Meaning, intent_of
from bot.reading import EXTRACTOR
from bot.safety.patterns import dangers_named, done_by_writer, load, partner_threatens_self_harm


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
        """A guard; its patterns are compiled now, so that the first message waits no longer than the next."""
        load()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add named dangers, and whose they are, to meaning, entities and intent of each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            heard = Meaning.from_labels(message.get("meaning") or Meaning().as_labels())
            dangers = (*heard.dangers, *dangers_named(text))
            if dangers:
                self._raise(message, replace(heard, dangers=dangers), whose(text, dangers))
        return messages

    @staticmethod
    def _raise(message: Message, meaning: Meaning, about: dict[str, str]) -> None:
        message.set("meaning", meaning.as_labels(), add_to_output=True)
        message.set(INTENT, {"name": intent_of(meaning), "confidence": 1.0}, add_to_output=True)
        end = len(message.get(TEXT))
        others = [entity for entity in message.get(ENTITIES, []) if entity.get("entity") != "danger"]
        named = [("danger", danger) for danger in meaning.dangers] + list(about.items())
        entities = [{"entity": name, "value": value, "start": 0, "end": end, "extractor": EXTRACTOR} for name, value in named]
        message.set(ENTITIES, [*others, *entities], add_to_output=True)


def whose(text: str, dangers: Sequence[str]) -> dict[str, str]:
    """Whose the dangers are, where they are not the writer's to suffer, as the entities that say so."""
    about = {}
    if "partner_abuse" in dangers and done_by_writer(text):
        about["by_writer"] = "yes"
    if "self_harm" in dangers and partner_threatens_self_harm(text):
        about["their_danger"] = "yes"
    return about
