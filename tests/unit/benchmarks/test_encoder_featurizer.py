"""The encoder's states as features that Rasa's own classifier can be trained on."""

import numpy as np
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from benchmarks.encoder_featurizer import EncoderFeaturizer
from bot.understanding.encoder import DIMENSIONS


def test_every_word_and_the_whole_message_get_features() -> None:
    words = ["he", "blindsided", "me"]
    message = Message({TEXT: " ".join(words), TOKENS_NAMES[TEXT]: [Token(word, 0) for word in words]})
    EncoderFeaturizer(EncoderFeaturizer.get_default_config()).process([message])
    of_words, of_message = message.get_dense_features(TEXT, [])
    assert of_words.features.shape == (len(words), DIMENSIONS)
    assert of_message.features.shape == (1, DIMENSIONS)
    assert np.abs(of_words.features).sum(1).min() > 1


def test_a_message_without_words_gets_none() -> None:
    message = Message({TEXT: ""})
    EncoderFeaturizer(EncoderFeaturizer.get_default_config()).process([message])
    assert message.get_dense_features(TEXT, []) == (None, None)
