"""The last word on danger: adapter over `bot.safety`, placed last in the pipeline so that nothing overrules it."""

from __future__ import annotations

from collections.abc import Iterator
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
from bot.safety import patterns, talk
from bot.safety.assessment import HEARING, NOTHING_HEARD, Assessment, assess
from bot.safety.helplines import country_named


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
        """A guard; patterns and talk are compiled now, so that the first message waits no longer than the next."""
        patterns.load()
        talk.load()
        return cls(config["possible"])

    def __init__(self, possible: float) -> None:
        self._possible = possible

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`possible`: share of the chance from which on danger is taken to hold, from which on it is asked about gently."""
        return {"possible": 0.4}

    def process(self, messages: list[Message]) -> list[Message]:
        """Add dangers, level and whose they are to meaning, entities and intent of each message, and what help depends on."""
        for message in messages:
            about = list(_about_the_writer(message))
            if about:
                message.set(ENTITIES, [*message.get(ENTITIES, []), *about], add_to_output=True)
            heard = Meaning.from_labels(message.get("meaning") or Meaning().as_labels())
            hearing = message.get(HEARING) or NOTHING_HEARD
            assessment = assess(message.get(TEXT) or "", heard.dangers, hearing, self._possible)
            if assessment.findings or heard.dangers:
                self._settle(message, heard, assessment)
            elif assessment.possible:
                asked = [_entity(name, value, message) for name, value in assessment.as_entities()]
                message.set(ENTITIES, [*message.get(ENTITIES, []), *asked], add_to_output=True)
        return messages

    @staticmethod
    def _settle(message: Message, heard: Meaning, assessment: Assessment) -> None:
        """What words name is added to what was heard, and what they deny is taken out of it."""
        message.set("meaning", replace(heard, dangers=assessment.dangers).as_labels(), add_to_output=True)
        most_urgent = replace(heard, dangers=assessment.dangers[:1])
        message.set(INTENT, {"name": intent_of(most_urgent), "confidence": 1.0}, add_to_output=True)
        others = [entity for entity in message.get(ENTITIES, []) if entity.get("entity") != "danger"]
        entities = [_entity(name, value, message) for name, value in assessment.as_entities()]
        message.set(ENTITIES, [*others, *entities], add_to_output=True)


def _about_the_writer(message: Message) -> Iterator[dict[str, Any]]:
    """What help depends on: the country they are in, whether they are under eighteen, and whether the other wants no contact."""
    text = message.get(TEXT) or ""
    country = country_named(text)
    if country:
        yield _entity("country", country, message)
    if patterns.is_minor(text):
        yield _entity("minor", "yes", message)
    if patterns.says("no_contact", text):
        yield _entity("no_contact", "yes", message)


def _entity(name: str, value: str, message: Message) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": 0, "end": len(message.get(TEXT)), "extractor": EXTRACTOR}
