"""The states of the published encoder as dense features of Rasa: only to measure Rasa's own classifier on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tqdm import tqdm

from bot.understanding.encoder import DIMENSIONS, LAYERS, LONGEST, Encoder, padded


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """A token's features are the mean state of its word pieces, a message's the mean of all."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__("Encoder", config)
        self._encoder = Encoder(LAYERS)
        self._states = tf.function(self._encoder.lower, reduce_retracing=True)

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> EncoderFeaturizer:
        """The featurizer; nothing is learnt."""
        return cls(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings but Rasa's own."""
        return DenseFeaturizer.get_default_config()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to set, nothing to check."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to every training message."""
        for message in tqdm(training_data.training_examples, desc="Embedding", unit="message"):
            self._add(message)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to every message."""
        for message in messages:
            self._add(message)
        return messages

    def _add(self, message: Message) -> None:
        tokens = message.get(TOKENS_NAMES[TEXT])
        if not tokens:
            return
        inner = [ids[1:-1] for ids in self._encoder.pieces([token.text for token in tokens])]
        owners = [index for index, ids in enumerate(inner) for _ in ids][: LONGEST - 2]
        begin, end = self._encoder.pieces([""])[0]
        ids, mask = padded([[begin, *[piece for ids in inner for piece in ids][: LONGEST - 2], end]])
        states = self._states(tf.constant(ids), tf.constant(mask)).numpy()[0, 1:-1]
        sequence = np.zeros((len(tokens), DIMENSIONS), np.float32)
        for index in range(len(tokens)):
            own = [state for state, owner in zip(states, owners, strict=True) if owner == index]
            sequence[index] = np.mean(own, axis=0) if own else 0
        self.add_features_to_message(sequence, states.mean(0, keepdims=True), TEXT, message)
