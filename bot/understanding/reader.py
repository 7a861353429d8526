"""Reads messages with a network that was trained and written by `export`, by ONNX Runtime: a text at a time, whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bot.understanding.encoder import tokenizer

Show = Callable[[Iterable[Any], str, int], Iterable[Any]]


class Reader:
    """Scores (log-odds for sets, unnormalised log-probabilities for choices) of texts, shape (texts, scores).

    Args:
        graph: the graph of `export.as_onnx`, or the file that holds it.
    """

    def __init__(self, graph: bytes | Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors: the rest goes to the terminal people chat in
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # or the next process waits for a core that does nothing
        source = graph if isinstance(graph, bytes) else str(graph)
        self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        self._scores = self._session.run(None, {"ids": np.zeros(1, np.int64)})[0].size
        self._tokenizer = tokenizer()

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The word pieces of each text, cut at the LONGEST that the model has positions for."""
        return [found.ids for found in self._tokenizer.encode_batch(list(texts))]

    def scores(self, texts: Sequence[str], show: Show = lambda steps, _name, _count: steps) -> np.ndarray:
        """The scores of `texts`; `show(steps, name, count)` may wrap the loop to report on it."""
        scores = np.zeros((len(texts), self._scores), np.float32)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # one text alone keeps no two cores busy: of many, a quarter of the time is saved
            for index, found in enumerate(show(pool.map(self._read, self.pieces(texts)), "Reading", len(texts))):
                scores[index] = found
        return scores

    def _read(self, ids: Sequence[int]) -> np.ndarray:
        (scores,) = self._session.run(None, {"ids": np.array(ids, np.int64)})
        return np.asarray(scores)
