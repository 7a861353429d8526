"""Learn the five labels of a message from its features: one logistic regression a field. Knows nothing of Rasa.

A row is the message's embedding (DENSE numbers) followed by counts of words and letter groups, which are weighted by how rare they
are (sublinear tf-idf, unit length).

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
from bot.meaning import ASKS, BREACHES, CRISIS_INTENTS, DANGERS, Meaning, ask_of, intent_of

#: Numbers at the front of a row that are the embedding; the rest are counts.
DENSE = 2 * DIMENSIONS
#: Share of messages without danger, out of fold, that a danger's classifier may take for it. Not to hear self-harm or a child in danger
#: weighs more than a question too many; to hear abuse where there is none switches couple work off. What the words themselves name is
#: found by bot/safety anyway.
_FALSE_ALARMS = {"self_harm": 0.01, "child_at_risk": 0.01, "partner_abuse": 0.003, "harm_to_others": 0.003}
#: Probability from which on a breach that is not a message's main point is taken for told.
_PLAIN = 0.6
#: Probability from which on a role is taken for known; below, the dialogue asks.
_SURE_OF_ROLE = 0.7
_FOLDS = 4
_SEED = 17


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
        if len(self.labels) == 2:  # scikit-learn learns one row for two classes: the second's
            scores = np.hstack([np.zeros_like(scores), scores])
        scores = np.exp(scores - scores.max(1, keepdims=True))
        return scores / scores.sum(1, keepdims=True)


@dataclass(frozen=True)
class Reading:
    """What the model reads: the meaning, the intent, and the likeliest intents with their probabilities.

    `is_sure_of_role` is whether the role is likely enough to act on without asking.
    """

    meaning: Meaning
    intent: str
    confidence: float
    ranking: list[tuple[str, float]]
    is_sure_of_role: bool = True


class MeaningModel:
    """The trained heads.

    `fit` learns from rows of features and the labels of each; `read` turns one row into a `Reading`.
    """

    def __init__(self, heads: dict[str, Head], rarity: np.ndarray) -> None:
        self.heads = heads
        self.rarity = rarity

    @classmethod
    def fit(cls, rows: sparse.csr_matrix, meanings: Sequence[Meaning], intents: Sequence[str]) -> MeaningModel:
        """Learn from `rows` (messages, features) and each message's meaning and intent.

        Messages in danger teach no intent: which crisis intent they have follows from the danger found.
        """
        heads: dict[str, Head] = {}
        rarity = _rarity(rows)
        rows = _weighted(rows, rarity)
        calm = np.array([intent not in CRISIS_INTENTS for intent in intents])
        heads["intent"] = _choice(rows[calm], [intent for intent, keep in zip(intents, calm, strict=True) if keep])
        heads["role"] = _choice(rows, [meaning.role for meaning in meanings])
        heads["route"] = _choice(rows, [meaning.route for meaning in meanings])
        for value in BREACHES:
            heads[value] = _yes_no(rows, value, np.array([value in meaning.breaches for meaning in meanings]))
        safe = np.array([not meaning.dangers for meaning in meanings])
        for value in DANGERS:
            heads[value] = _yes_no(rows, value, np.array([value in meaning.dangers for meaning in meanings]), safe)
        return cls(heads, rarity)

    def read(self, row: sparse.csr_matrix) -> Reading:
        """Read one message's row of features, shape (1, features)."""
        row = _weighted(row, self.rarity)
        probabilities = {name: head.probabilities(row)[0] for name, head in self.heads.items()}
        intents = self.heads["intent"].labels
        order = np.argsort(-probabilities["intent"])
        likeliest = intents[order[0]]
        breaches: set[str] = set()
        if likeliest in (*BREACHES, *ASKS, "correct") and likeliest != "out_of_scope":
            # Beside a question or a named breach another must be plain: one that was never told is worse than one to be told again.
            breaches = {v for v in BREACHES if probabilities[v][0] >= max(self.heads[v].threshold, _PLAIN)} | ({likeliest} & set(BREACHES))
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
        return Reading(meaning, intent, confidence, ranking, float(probabilities["role"].max()) >= _SURE_OF_ROLE)

    def _likeliest(self, field: str, probabilities: dict[str, np.ndarray]) -> str:
        return self.heads[field].labels[int(np.argmax(probabilities[field]))]

    def save(self, folder: Path) -> None:
        """Write the heads into `folder` (made if missing) as `heads.json` and `heads.npz`."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {name: {"labels": head.labels, "threshold": head.threshold} for name, head in self.heads.items()}
        (folder / "heads.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        arrays = {f"{name}.weights": head.weights for name, head in self.heads.items()}
        arrays |= {f"{name}.bias": head.bias for name, head in self.heads.items()}
        np.savez(folder / "heads.npz", rarity=self.rarity, **arrays)

    @classmethod
    def load(cls, folder: Path) -> MeaningModel:
        """Read back what `save` wrote."""
        about = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
        with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            heads = {
                name: Head(entry["labels"], arrays[f"{name}.weights"], arrays[f"{name}.bias"], entry["threshold"])
                for name, entry in about.items()
            }
            return cls(heads, arrays["rarity"])


def _rarity(rows: sparse.csr_matrix) -> np.ndarray:
    """Smoothed inverse document frequency of each count column."""
    seen = np.asarray((rows[:, DENSE:] > 0).sum(0)).ravel()
    return (np.log((1 + rows.shape[0]) / (1 + seen)) + 1).astype(np.float32)


def _weighted(rows: sparse.csr_matrix, rarity: np.ndarray) -> sparse.csr_matrix:
    counts = rows[:, DENSE:].tocsr(copy=True)
    counts.data = 1 + np.log(counts.data)
    counts = counts.multiply(rarity).tocsr()
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(1))).ravel()
    unit = sparse.diags(1 / np.maximum(length, 1e-9)) @ counts
    return sparse.hstack([rows[:, :DENSE], unit]).tocsr()


def _regression(rows: sparse.csr_matrix, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=400, random_state=_SEED)
    model.fit(rows, target)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32), [str(label) for label in model.classes_]


def _choice(rows: sparse.csr_matrix, values: list[str]) -> Head:
    weights, bias, labels = _regression(rows, np.array(values))
    return Head(labels, weights, bias)


def _yes_no(rows: sparse.csr_matrix, value: str, target: np.ndarray, safe: np.ndarray | None = None) -> Head:
    """A yes/no head whose threshold is F1's best out of fold, or, with `safe` (the messages without danger), the alarm's own."""
    folds = np.random.default_rng(_SEED).permutation(len(target)) % _FOLDS
    unseen = np.zeros(len(target))
    for fold in range(_FOLDS):
        learn = folds != fold
        weights, bias, _ = _regression(rows[learn], target[learn])
        unseen[~learn] = Head([value], weights, bias).probabilities(rows[~learn])[:, 0]
    weights, bias, _ = _regression(rows, target)
    threshold = _best_threshold(unseen, target) if safe is None else _alarm_threshold(unseen[safe], _FALSE_ALARMS[value])
    return Head([value], weights, bias, threshold)


def _best_threshold(scores: np.ndarray, target: np.ndarray) -> float:
    def f1(threshold: float) -> float:
        said = scores >= threshold
        return 2 * float((said & target).sum()) / (target.sum() + said.sum())

    return float(max(np.linspace(0.05, 0.95, 91), key=f1))


def _alarm_threshold(scores_of_safe: np.ndarray, share: float) -> float:
    """The threshold that at most `share` of the messages without danger reach, and never below an even chance."""
    return max(0.5, float(np.quantile(scores_of_safe, 1 - share))) if len(scores_of_safe) else 0.5
