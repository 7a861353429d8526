"""Our SpacyNLP: what people write is read, training messages are not."""

from __future__ import annotations

import pytest
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.tokenizers.spacy_tokenizer import SpacyTokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.spacy_nlp import SpacyNLP
from bot.text import LONGEST


@pytest.fixture(scope="module")
def nlp() -> SpacyNLP:
    return SpacyNLP.create({"model": "mend_en"}, None, None, None)


def test_a_message_gets_its_document(nlp: SpacyNLP) -> None:
    message = Message({TEXT: "He lied to me."})
    nlp.process([message], nlp.provide())
    assert [token.text for token in message.get(SPACY_DOCS[TEXT])] == ["He", "lied", "to", "me", "."]


def test_no_more_of_a_text_is_read_than_may_be(nlp: SpacyNLP) -> None:
    message = Message({TEXT: "so sad. " * LONGEST})
    nlp.process([message], nlp.provide())
    assert len(message.get(SPACY_DOCS[TEXT]).text) <= LONGEST


def test_training_messages_are_not_read_and_the_tokenizer_does_without(nlp: SpacyNLP) -> None:
    lesson = TrainingData([Message({TEXT: "He lied to me.", "intent": "dishonesty"})])
    nlp.process_training_data(lesson, nlp.provide())
    assert lesson.training_examples[0].get(SPACY_DOCS[TEXT]) is None
    SpacyTokenizer(SpacyTokenizer.get_default_config()).process_training_data(lesson)
