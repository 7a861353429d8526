"""Learn the five labels of a message from its vector: one logistic regression a field. Knows nothing of Rasa.

Single-choice fields (intent, role, route) are softmax heads; sets (breaches, dangers) are one yes/no head a value, each with its
own threshold chosen on out-of-fold predictions. Saved as plain arrays, never as pickles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from bot.embeddings import DIMENSIONS
from bot.meaning import BREACHES, CRISIS_INTENTS, DANGERS, Meaning, ask_of, intent_of

#: Numbers at the front of a row that are embeddings; the rest are letter groups.
DENSE = 3 * DIMENSIONS
_FOLDS = 4
_SEED = 17
#: Danger is missed at a higher price than a false alarm costs (one gentle question): F-beta with recall counted double.
_BETA = {**dict.fromkeys(BREACHES, 1.0), **dict.fromkeys(DANGERS, 2.0)}


def fingerprint() -> str:
    """Changes when this module would learn differently."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]


@dataclass
class Head:
    """One field's regression: `weights` (classes or 1, features), `bias`, `labels`; `threshold` for a yes/no head."""

    labels: list[str]
    weights: np.ndarray
    bias: np.ndarray
    threshold: float = 0.5

    def probabilities(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Probabilities of shape (rows, labels); for a yes/no head (rows, 1)."""
        scores = rows @ self.weights.T + self.bias
        if len(self.labels) == 1:
            return 1 / (1 + np.exp(-scores))
        scores = np.exp(scores - scores.max(1, keepdims=True))
        return scores / scores.sum(1, keepdims=True)


@dataclass(frozen=True)
class Reading:
    """What the model reads: the meaning, the intent, and the likeliest intents with their probabilities."""

    meaning: Meaning
    intent: str
    confidence: float
    ranking: list[tuple[str, float]]


class MeaningModel:
    """The trained heads.

    `fit` learns from rows of features and the labels of each; `read` turns one row into a `Reading`.
    """

    def __init__(self, heads: dict[str, Head]) -> None:
        self.heads = heads

    @classmethod
    def fit(cls, rows: sparse.csr_matrix, meanings: Sequence[Meaning], intents: Sequence[str]) -> MeaningModel:
        """Learn from `rows` (messages, features) and each message's meaning and intent.

        Messages in danger teach no intent: which crisis intent they have follows from the danger found.
        """
        heads: dict[str, Head] = {}
        calm = np.array([intent not in CRISIS_INTENTS for intent in intents])
        heads["intent"] = _choice(rows[calm], [intent for intent, keep in zip(intents, calm, strict=True) if keep])
        heads["role"] = _choice(rows, [meaning.role for meaning in meanings])
        heads["route"] = _choice(rows, [meaning.route for meaning in meanings])
        for value in BREACHES:
            heads[value] = _yes_no(rows, value, np.array([value in meaning.breaches for meaning in meanings]))
        for value in DANGERS:
            heads[value] = _yes_no(rows, value, np.array([value in meaning.dangers for meaning in meanings]))
        return cls(heads)

    def read(self, row: sparse.csr_matrix) -> Reading:
        """Read one message's row of features, shape (1, features)."""
        probabilities = {name: head.probabilities(row)[0] for name, head in self.heads.items()}
        intents = self.heads["intent"].labels
        order = np.argsort(-probabilities["intent"])
        likeliest = intents[order[0]]
        breaches = {v for v in BREACHES if probabilities[v][0] >= self.heads[v].threshold}
        if likeliest in BREACHES:
            breaches.add(likeliest)
        elif ask_of(likeliest) == "small_talk" or likeliest == "out_of_scope":
            breaches = set()
        meaning = Meaning(
            breaches=tuple(breaches),
            role=self._likeliest("role", probabilities),
            route=self._likeliest("route", probabilities),
            dangers=tuple(v for v in DANGERS if probabilities[v][0] >= self.heads[v].threshold),
            ask=ask_of(likeliest),
        )
        intent = intent_of(meaning, told_as=likeliest)
        ranking = [(intents[index], float(probabilities["intent"][index])) for index in order]
        if meaning.dangers:
            confidence = float(max(probabilities[danger][0] for danger in meaning.dangers))
        else:
            confidence = max(ranking[0][1], dict(ranking).get(intent, 0.0))
        return Reading(meaning, intent, confidence, ranking)

    def _likeliest(self, field: str, probabilities: dict[str, np.ndarray]) -> str:
        return self.heads[field].labels[int(np.argmax(probabilities[field]))]

    def save(self, folder: Path) -> None:
        """Write the heads into `folder` (made if missing) as `heads.json` and `heads.npz`."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {name: {"labels": head.labels, "threshold": head.threshold} for name, head in self.heads.items()}
        (folder / "heads.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        arrays = {f"{name}.weights": head.weights for name, head in self.heads.items()}
        arrays |= {f"{name}.bias": head.bias for name, head in self.heads.items()}
        np.savez(folder / "heads.npz", **arrays)

    @classmethod
    def load(cls, folder: Path) -> MeaningModel:
        """Read back what `save` wrote."""
        about = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
        with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            heads = {
                name: Head(entry["labels"], arrays[f"{name}.weights"], arrays[f"{name}.bias"], entry["threshold"])
                for name, entry in about.items()
            }
        return cls(heads)


def _regression(rows: sparse.csr_matrix, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=400, random_state=_SEED)
    model.fit(rows, target)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32), [str(label) for label in model.classes_]


def _choice(rows: sparse.csr_matrix, values: list[str]) -> Head:
    weights, bias, labels = _regression(rows, np.array(values))
    return Head(labels, weights, bias)


def _yes_no(rows: sparse.csr_matrix, value: str, target: np.ndarray) -> Head:
    folds = np.random.default_rng(_SEED).permutation(len(target)) % _FOLDS
    unseen = np.zeros(len(target))
    for fold in range(_FOLDS):
        learn = folds != fold
        weights, bias, _ = _regression(rows[learn], target[learn])
        unseen[~learn] = Head([value], weights, bias).probabilities(rows[~learn])[:, 0]
    weights, bias, _ = _regression(rows, target)
    return Head([value], weights, bias, threshold=_best_threshold(unseen, target, _BETA[value]))


def _best_threshold(scores: np.ndarray, target: np.ndarray, beta: float) -> float:
    def f_beta(threshold: float) -> float:
        said = scores >= threshold
        hits = float((said & target).sum())
        wanted = beta**2 * target.sum() + said.sum()
        return (1 + beta**2) * hits / wanted if wanted else 0.0

    return float(max(np.linspace(0.05, 0.95, 91), key=f_beta))
