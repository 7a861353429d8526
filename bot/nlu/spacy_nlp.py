"""Rasa's SpacyNLP with our own pipeline: builds it when missing, and reads no more of a text than `bot.text` allows."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.nlu.utils.spacy_utils import SpacyNLP as RasaSpacyNLP
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language
from spacy.tokens import Doc

from bot import spacy_pipeline


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
    model_from="SpacyNLP",
)
class SpacyNLP(RasaSpacyNLP):
    """Loads `models/mend_en-…`; named like its parent because Rasa's spaCy components look the model up by that name."""

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Load the pipeline; its name carries a fingerprint, so that a changed one is never mistaken for the old."""
        name = f"{spacy_model_name}-{spacy_pipeline.fingerprint()}"
        return SpacyModel(model=spacy_pipeline.load(), model_name=name)

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """A changed pipeline gives other tokens and facts, to a bare `rasa train` too."""
        return spacy_pipeline.fingerprint()

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """The training data as they are: nothing learns from spaCy's documents, and reading all messages takes over a minute."""
        return training_data

    def _doc_for_text(self, model: Language, text: str) -> Doc:
        return spacy_pipeline.read(model, text)
