"""Reads a message by its words, pairs of words and groups of letters: one logistic regression for each value of a label.

It errs elsewhere than the network, and the mean of the two reads better than either (docs/decisions/0007). Letter groups keep a misspelt
word close to the right one (Cavnar and Trenkle 1994).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from bot.understanding.labels import SCORES, SETS, slices
from bot.understanding.reader import Show

#: Words and pairs of words, and groups of two to five letters within words: the most frequent of each kind.
_KINDS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2)},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}
_MOST = 20_000
#: Inverse strength of regularisation.
_STRENGTH = 10.0
#: Stopping tolerance; a tenth of it takes longer and scores the same.
_TOLERANCE = 1e-2


class Ngrams:
    """Scores of texts (log-odds of each value), shape (texts, SCORES).

    Args:
        learnt: arrays by name: for each kind its n-grams (`words`), how rare each is (`words_rarity`) and what it says of each value
            (`words_weights`, shape (n-grams, SCORES)), and `bias` (SCORES,).
    """

    def __init__(self, learnt: dict[str, np.ndarray]) -> None:
        self._learnt = learnt
        self._kinds = [
            _Kind(
                _vectorizer(name).build_analyzer(),
                {ngram: place for place, ngram in enumerate(learnt[name].tolist())},
                learnt[f"{name}_rarity"],
                learnt[f"{name}_weights"].astype(np.float32),
            )
            for name in _KINDS
        ]

    @classmethod
    def learn(cls, texts: Sequence[str], targets: np.ndarray, show: Show = lambda steps, _name, _count: steps) -> Ngrams:
        """Learn `targets` (texts, SCORES) from `texts`; `show(steps, name, count)` may wrap the loop to report on it."""
        vectorizers = {name: _vectorizer(name).fit(texts) for name in _KINDS}
        rows = sparse.hstack([vectorizer.transform(texts) for vectorizer in vectorizers.values()]).tocsr()
        field_of = {value: field for field, part in slices().items() for value in range(SCORES)[part]}

        def line(value: int) -> tuple[np.ndarray, float]:
            right, field = targets[:, value] > 0, field_of[value]
            if field in SETS:
                return _line(rows, right, balanced=True)
            is_said = targets[:, slices()[field]].any(1)  # whose a danger is, only messages with that danger say
            return _line(rows[is_said], right[is_said], balanced=False)

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            lines = threads.map(line, range(SCORES))
            weights, bias = zip(*show(lines, "Learning n-grams", SCORES), strict=True)
        learnt, start = {"bias": np.array(bias, np.float32)}, 0
        for name, vectorizer in vectorizers.items():
            ngrams = vectorizer.get_feature_names_out()
            learnt[name] = ngrams.astype(np.str_)
            learnt[f"{name}_rarity"] = vectorizer.idf_.astype(np.float32)
            learnt[f"{name}_weights"] = np.stack(weights, 1)[start : start + len(ngrams)].astype(np.float16)
            start += len(ngrams)
        return cls(learnt)

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """The scores of `texts`."""
        rows = [self._learnt["bias"] + sum(kind.scores(text) for kind in self._kinds) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, SCORES), np.float32)

    def save(self, path: Path) -> None:
        """Write what was learnt as arrays, without pickles."""
        np.savez_compressed(path, **self._learnt)

    @classmethod
    def load(cls, path: Path) -> Ngrams:
        """Read back what `save` wrote."""
        with np.load(path, allow_pickle=False) as learnt:
            return cls(dict(learnt))


@dataclass(frozen=True)
class _Kind:
    """One kind of n-grams; scikit-learn weighs them in the same way, and takes ten times as long for a single text."""

    cut: Callable[[str], list[str]]
    places: dict[str, int]
    rarity: np.ndarray
    weights: np.ndarray

    def scores(self, text: str) -> np.ndarray | float:
        counts = Counter(self.places[ngram] for ngram in self.cut(text) if ngram in self.places)
        if not counts:
            return 0.0
        found = np.fromiter(counts, np.int64, len(counts))
        weighed = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.rarity[found]
        return weighed / np.linalg.norm(weighed) @ self.weights[found]


def _vectorizer(name: str) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(max_features=_MOST, sublinear_tf=True, **_KINDS[name])


def _line(rows: sparse.csr_matrix, right: np.ndarray, *, balanced: bool) -> tuple[np.ndarray, float]:
    """Weights and offset for one value; a value that all messages have, or none, is left at next to certain."""
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        return np.zeros(rows.shape[1]), 5.0 if right.all() else -5.0
    weight = "balanced" if balanced else None
    line = LogisticRegression(C=_STRENGTH, class_weight=weight, solver="liblinear", tol=_TOLERANCE, random_state=17).fit(rows, right)
    return line.coef_[0], float(line.intercept_[0])
