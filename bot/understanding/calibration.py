"""How sure a score is: from the network's scores to probabilities and thresholds, chosen on messages held back from its training.

Plain numbers: each value of a set has a slope and an offset (Platt 1999), each choice a temperature (Guo et al. 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bot.understanding.labels import CHOICES, SETS, slices


@dataclass(frozen=True)
class Limits:
    """What a threshold may cost, measured on the messages held back.

    `breach_alarms` and `danger_alarms` are the shares of messages that report none which may be taken for one that does.
    """

    breach_alarms: float = 0.07
    danger_alarms: float = 0.05


@dataclass(frozen=True)
class Calibration:
    """Slope and offset of each value of a set, temperature of each choice, and the probability from which on a value is taken to hold."""

    slopes: dict[str, list[float]]
    offsets: dict[str, list[float]]
    temperatures: dict[str, float]
    thresholds: dict[str, list[float]]

    @classmethod
    def fit(cls, scores: np.ndarray, targets: np.ndarray, limits: Limits) -> Calibration:
        """Choose everything on held-back messages.

        Args:
            scores: of the network, shape (messages, SCORES).
            targets: 1 for each value that holds, same shape.
            limits: what a threshold may cost.
        """
        parts = slices()
        slopes: dict[str, list[float]] = {}
        offsets: dict[str, list[float]] = {}
        thresholds: dict[str, list[float]] = {}
        for field in SETS:
            said, right = scores[:, parts[field]], targets[:, parts[field]] > 0
            lines = [_line(said[:, value], right[:, value]) for value in range(said.shape[1])]
            slopes[field], offsets[field] = [slope for slope, _ in lines], [offset for _, offset in lines]
            chance = _logistic(said * slopes[field] + offsets[field])
            if field == "breaches":
                thresholds["breach"] = _gate(any_of(chance), right.any(1), limits.breach_alarms)
            thresholds[field] = _gate(chance[:, 0], right[:, 0], limits.danger_alarms) if field == "danger" else _each(chance, right)
        temperatures = {field: _temperature(scores[:, parts[field]], targets[:, parts[field]]) for field in CHOICES}
        return cls(slopes, offsets, temperatures, thresholds)

    def probabilities(self, scores: np.ndarray) -> dict[str, np.ndarray]:
        """Probabilities by field, shape (messages, values of the field)."""
        parts = slices()
        found = {field: _logistic(scores[:, parts[field]] * self.slopes[field] + self.offsets[field]) for field in SETS}
        return found | {field: _softmax(scores[:, parts[field]] / self.temperatures[field]) for field in CHOICES}

    def as_dict(self) -> dict[str, dict]:
        """For a file."""
        return asdict(self)


def _logistic(scores: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(scores, -30, 30)))


def _softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(1, keepdims=True))
    return shares / shares.sum(1, keepdims=True)


def _line(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make `scores` log-odds; as they are where only one answer occurs."""
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        return 1.0, 0.0
    line = LogisticRegression(C=1.0).fit(scores[:, None], right)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def _temperature(scores: np.ndarray, targets: np.ndarray) -> float:
    """The divisor of `scores` under which the right answers are likeliest; 1 where there are none."""
    if not len(scores):
        return 1.0

    def surprise(temperature: float) -> float:
        return -float(np.log((_softmax(scores / temperature) * targets).sum(1) + 1e-9).mean())

    return float(min(np.geomspace(0.5, 4, 43), key=surprise))


#: No threshold is above it: what is as sure as this is told, whatever else is as sure.
_SUREST = 0.99
#: No threshold is below it, however well the messages held back are told apart.
_LEAST_SURE = 0.1


def any_of(chances: np.ndarray) -> np.ndarray:
    """The probability that any of the values holds, as far as each holds for itself; over the last axis."""
    return 1 - np.prod(1 - chances, axis=-1)


def _gate(chance: np.ndarray, holds: np.ndarray, alarms: float) -> list[float]:
    """The lowest threshold that the messages without it reach in no more than the share `alarms`: not to hear it is worse than to ask."""
    safe = chance[~holds]
    if not len(safe):
        return [0.5]
    return [float(np.clip(np.quantile(safe, 1 - alarms, method="higher") + 1e-6, _LEAST_SURE, _SUREST))]


def _each(chance: np.ndarray, right: np.ndarray) -> list[float]:
    return [_best(chance[:, value], right[:, value]) for value in range(chance.shape[1])]


def _best(chance: np.ndarray, right: np.ndarray) -> float:
    def f1(threshold: float) -> float:
        said = chance >= threshold
        return 2 * float((said & right).sum()) / max(1.0, float(right.sum() + said.sum()))

    candidates: Sequence[float] = np.linspace(0.1, 0.9, 81).tolist()
    scored = [f1(threshold) for threshold in candidates]
    top = [threshold for threshold, value in zip(candidates, scored, strict=True) if value >= max(scored) - 1e-9]
    return float(np.median(top))
