"""MiniLM sentence embeddings as a Rasa featurizer: adapter over `bot.embeddings`."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import embeddings, spacy_pipeline


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbeddingFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence feature of shape (1, 768) to every message that has a spaCy document."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbeddingFeaturizer:
        """Check the weights and warm the encoder, so that the first message waits no longer than the next."""
        embeddings.embed(["ready"])
        return cls(config, execution_context.node_name)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own settings of a featurizer only."""
        return DenseFeaturizer.get_default_config()

    @staticmethod
    def required_packages() -> list[str]:
        """Their versions are part of the cache key."""
        return ["transformers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check: the component has no settings of its own."""

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """Other weights or another choice of sentences are other features."""
        return f"{embeddings.fingerprint()}-{spacy_pipeline.fingerprint()}"

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the feature to every training message (progress is shown)."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the feature to messages with a spaCy document; the others are left alone."""
        read = [message for message in messages if message.get(SPACY_DOCS[TEXT])]
        vectors = embeddings.embed_messages([spacy_pipeline.sentences(message.get(SPACY_DOCS[TEXT])) for message in read])
        for message, vector in zip(read, vectors, strict=True):
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages
