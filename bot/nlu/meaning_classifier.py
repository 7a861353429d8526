"""Intent and Meaning of a message: adapter over `bot.understanding`."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_RANKING_KEY,
    METADATA,
    METADATA_EXAMPLE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import facts, spacy_pipeline
from bot.meaning import ASKS, BREACHES, DANGERS, MOVES, SMALL_TALK, Meaning, Peril, intent_of
from bot.nlu import learnt
from bot.reading import (
    bare_answer,
    corrects,
    fact_entities,
    has_endings,
    is_move,
    is_plain_feeling,
    is_settled,
    meaning_entities,
    plainly_corrects,
    who_did_it,
    without_endings,
)
from bot.safety.assessment import HEARING, Hearing
from bot.safety.patterns import is_minor
from bot.text import has_words, is_other_script, readable, stretches
from bot.understanding import model as meaning_model
from bot.understanding.calibration import Limits
from bot.understanding.model import MeaningModel, Reading
from bot.understanding.network import Training

FALLBACK = "nlu_fallback"
#: Probabilities below which a question is guessed, and from which on a breach is sure.
_SURE_OF_ASK, _SURE_OF_BREACH = 0.7, 0.9
#: Share of the chance it takes to hold, from which on a danger is taken to hold that is heard of a child who writes.
_SURE_OF_YOUNG = 1.2
#: Likeliest intents that a parse lists.
_RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MeaningClassifier(GraphComponent, IntentClassifier):
    """Reads the five labels, sets `intent` and `meaning` of the parse, and adds what is known as entities."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: MeaningModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MeaningClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MeaningClassifier:
        """The classifier as trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, MeaningModel.load(folder))

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings.

        `threshold`: probability of what a message does below which it is `nlu_fallback`, unless it reports a breach or danger.
        `sure_of_role`: probability from which on who did it is taken for known; below, the dialogue asks.
        `passing`: probability of danger from which on a stretch of a long message counts, though the whole message does not sound like it.
        The others: see `Limits` (what the thresholds of breaches and danger may cost) and `Training`.
        """
        return {
            "threshold": 0.3,
            "sure_of_role": 0.7,
            "passing": 0.85,
            **{setting.name: setting.default for kind in (Limits, Training) for setting in fields(kind)},
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Their versions are part of the cache key."""
        return ["numpy", "onnx", "onnxruntime", "scipy", "sklearn", "tokenizers", "transformers"]

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """A changed way of learning trains again."""
        return meaning_model.fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every message that carries labels in its metadata; progress is shown."""
        labelled = [
            (message.get(TEXT), Meaning.from_labels(labels), message.get(INTENT), Peril.from_labels(labels))
            for message in training_data.intent_examples
            if (labels := (message.get(METADATA) or {}).get(METADATA_EXAMPLE))
        ]
        texts, meanings, intents, perils = zip(*labelled, strict=True)
        training, limits = Training(**self._settings_of(Training)), Limits(**self._settings_of(Limits))

        def learn(folder: Path) -> None:
            MeaningModel.learn(folder, texts, meanings, intents, perils, training, limits, learnt.shown)

        found = learnt.kept("meaning", _version(texts, meanings, intents, perils, training, limits), learn)
        with self._model_storage.write_to(self._resource) as folder:
            shutil.copytree(found, folder, dirs_exist_ok=True)
        return self._resource

    def _settings_of(self, kind: type) -> dict[str, Any]:
        return {setting.name: self._config[setting.name] for setting in fields(kind)}

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking, meaning and entities of each message; an empty line is not understood rather than nothing."""
        for message in messages:
            if message.get(TEXT) is not None and self._model is not None:
                self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        doc, text = message.get(SPACY_DOCS[TEXT]), message.get(TEXT)
        mentioned = facts.facts(doc) if doc is not None else []
        reading = self._reading(message, text)
        if reading.intent in SMALL_TALK and is_plain_feeling(text, mentioned):
            reading = _certain(Meaning(), "share_feeling", reading.ranking)
        ranking = [{"name": name, "confidence": value} for name, value in reading.ranking[:_RANKED]]
        message.set(INTENT, {"name": reading.intent, "confidence": reading.confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set("meaning", reading.meaning.as_labels(), add_to_output=True)
        message.set(HEARING, Hearing(self._danger_chances(reading), reading.peril))
        found = fact_entities(mentioned)
        sure_of_role = reading.chances.get("role", 1.0) >= self._config["sure_of_role"]
        told = meaning_entities(reading.meaning, reading.intent, text, sure_of_role=sure_of_role)
        entities = [*message.get(ENTITIES, []), *found, *told]
        message.set(ENTITIES, entities, add_to_output=True)

    def _danger_chances(self, reading: Reading) -> dict[str, float]:
        """The chance of each danger and of `danger` (any), the latter as a share of the threshold from which on it is taken to hold.

        `passing` is the share for what is only said in passing. Empty where the text was not read by the model: nothing is known
        then, least of all that there is no danger.
        """
        assert self._model is not None
        if not reading.chances:
            return {}
        chances = {name: reading.chances[name] for name in (*DANGERS, "danger", *(f"whose_{danger}" for danger in DANGERS))}
        share = chances["danger"] / self._model.calibration.thresholds["danger"][0]
        return {**chances, "danger": share, "passing": reading.chances.get("passing", 0.0)}

    def _reading(self, message: Message, text: str) -> Reading:
        assert self._model is not None
        if not has_words(text):
            return _certain(Meaning(), FALLBACK, [])
        if is_other_script(text):
            foreign = Meaning(ask="out_of_scope")
            return _certain(foreign, intent_of(foreign), [])
        doc = message.get(SPACY_DOCS[TEXT])
        sentences = spacy_pipeline.sentences(doc) if doc is not None else ()
        reading = self._read_whole(readable(text), sentences)
        if reading.meaning.dangers and has_endings(text):
            rest = self._read_whole(readable(without_endings(text)), [without_endings(sentence) for sentence in sentences])
            reading = reading if rest.meaning.dangers else _without_danger(reading)
        if self._is_only_young(reading, text):
            reading = _without_danger(reading)
        bare = None if reading.meaning.dangers else bare_answer(text)
        if bare:
            return _certain(Meaning(), bare, reading.ranking)
        reading = _without_false_move(_without_guessed_ask(_with_plain_role(reading, text), text), text)
        if plainly_corrects(text) and not reading.meaning.dangers:
            reading = replace(reading, intent="correct", confidence=1.0)
        if reading.chances["act"] < self._config["threshold"] and not reading.is_told:
            return replace(reading, intent=FALLBACK)
        return reading

    def _is_only_young(self, reading: Reading, text: str) -> bool:
        """Whether a child's danger may be heard only because a child writes: most who say their age tell of danger, and some of love."""
        assert self._model is not None
        if reading.meaning.dangers != ("child_at_risk",) or not is_minor(text):
            return False
        return reading.chances["danger"] < _SURE_OF_YOUNG * self._model.calibration.thresholds["danger"][0]

    def _read_whole(self, text: str, sentences: Sequence[str]) -> Reading:
        """The reading of a text, with the danger that is said in passing: in a long message one sentence is next to nothing."""
        assert self._model is not None
        reading = self._model.read(text, sentences)
        parts = stretches(sentences)
        if reading.meaning.dangers or len(parts) < 2:
            return reading
        surest = max(map(self._model.read, parts), key=lambda part: part.chances["danger"])
        passing = surest.chances["danger"]
        if passing < self._config["passing"]:
            likelier = {name: max(reading.chances[name], surest.chances[name]) for name in DANGERS}
            return replace(reading, chances={**reading.chances, **likelier, "passing": passing / self._config["passing"]})
        told = {name: chance for name, chance in surest.chances.items() if name in (*DANGERS, "danger") or name.startswith("whose_")}
        meaning = replace(reading.meaning, dangers=surest.meaning.dangers)
        return replace(
            reading,
            meaning=meaning,
            intent=intent_of(meaning),
            confidence=passing,
            chances={**reading.chances, **told},
            peril=surest.peril,
        )


def _version(
    texts: Sequence[str],
    meanings: Sequence[Meaning],
    intents: Sequence[str],
    perils: Sequence[Peril],
    training: Training,
    limits: Limits,
) -> str:
    """Sixteen hex digits that change when something else would be learnt."""
    learnt_from = [
        texts,
        [meaning.as_labels() for meaning in meanings],
        intents,
        [asdict(peril) for peril in perils],
        asdict(training),
        asdict(limits),
        meaning_model.fingerprint(),
    ]
    return hashlib.sha256(json.dumps(learnt_from).encode()).hexdigest()[:16]


def _certain(meaning: Meaning, intent: str, others: list[tuple[str, float]]) -> Reading:
    return Reading(meaning, intent, 1.0, [(intent, 1.0), *others], {})


def _with_plain_role(reading: Reading, text: str) -> Reading:
    """The reading with the role that the text's grammar names, where it reports a breach or corrects."""
    role = who_did_it(text) if reading.meaning.breaches or reading.intent == "correct" or is_settled(text) else None
    if role is None or reading.meaning.role == "both":
        return reading
    return replace(reading, meaning=replace(reading.meaning, role=role), chances={**reading.chances, "role": 1.0})


def _without_danger(reading: Reading) -> Reading:
    calm = replace(reading.meaning, dangers=())
    return replace(reading, meaning=calm, intent=intent_of(calm, told_as=reading.ranking[0][0]), confidence=reading.ranking[0][1])


def _without_guessed_ask(reading: Reading, text: str) -> Reading:
    """The reading, or what it tells where a breach is sure and a question is only guessed and not asked."""
    told = max(BREACHES, key=lambda value: reading.chances[value])
    if reading.intent not in ASKS or "?" in text or reading.chances["act"] >= _SURE_OF_ASK or reading.chances[told] < _SURE_OF_BREACH:
        return reading
    return replace(reading, meaning=replace(reading.meaning, ask="tell"), intent=told, confidence=reading.chances[told])


def _without_false_move(reading: Reading, text: str) -> Reading:
    """The reading, or the next likely one where it took a story for a wish to stop, skip, repeat or go on, or a "no" for a correction."""
    is_false = not corrects(text) if reading.intent == "correct" else reading.intent in MOVES and not is_move(reading.intent, text)
    if not is_false:
        return reading
    intent, confidence = next(
        (name, value) for name, value in reading.ranking if name not in (*MOVES, "correct", *BREACHES, *ASKS, *SMALL_TALK)
    )
    return replace(reading, intent=intent, confidence=confidence)
