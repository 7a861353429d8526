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
        right = {field: targets[:, parts[field]] > 0 for field in SETS}
        for field in SETS:
            lines = [_line(said, holds) for said, holds in zip(scores[:, parts[field]].T, right[field].T, strict=True)]
            slopes[field], offsets[field] = [slope for slope, _ in lines], [offset for _, offset in lines]
        chances = _chances(scores, slopes, offsets)
        thresholds = {field: _each(chances[field], right[field]) for field in ("breaches", "dangers")}
        thresholds["breach"] = _gate(any_of(chances["breaches"]), right["breaches"].any(1), limits.breach_alarms)
        thresholds["danger"] = _gate(chances["danger"][:, 0], right["danger"][:, 0], limits.danger_alarms)
        at_risk = right["danger"][:, 0]
        thresholds["now"] = [_best(chances["now"][at_risk, 0], right["now"][at_risk, 0])]
        temperatures = {field: temperature(scores[:, parts[field]], targets[:, parts[field]]) for field in CHOICES}
        return cls(slopes, offsets, temperatures, thresholds)

    def probabilities(self, scores: np.ndarray) -> dict[str, np.ndarray]:
        """Probabilities by field, shape (messages, values of the field)."""
        parts = slices()
        choices = {field: softmax(scores[:, parts[field]] / self.temperatures[field]) for field in CHOICES}
        return _chances(scores, self.slopes, self.offsets) | choices

    def as_dict(self) -> dict[str, dict]:
        """For a file."""
        return asdict(self)


def _chances(scores: np.ndarray, slopes: dict[str, list[float]], offsets: dict[str, list[float]]) -> dict[str, np.ndarray]:
    """The probabilities of the sets; of any danger at all the mean of what its own score and what the kinds say.

    At 5 % alarms that hears .79 of the dangers held back, its own score .76.
    """
    parts = slices()
    found = {field: _logistic(scores[:, parts[field]] * slopes[field] + offsets[field]) for field in SETS}
    return found | {"danger": (found["danger"] + any_of(found["dangers"])[:, None]) / 2}


def _logistic(scores: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(scores, -30, 30)))


def softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(1, keepdims=True))
    return shares / shares.sum(1, keepdims=True)


def _line(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make `scores` log-odds; as they are where only one answer occurs."""
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        return 1.0, 0.0
    line = LogisticRegression(C=1.0).fit(scores[:, None], right)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def temperature(scores: np.ndarray, targets: np.ndarray) -> float:
    """The divisor of `scores` under which the right answers are likeliest; 1 without messages."""
    if not len(scores):
        return 1.0

    def surprise(temperature: float) -> float:
        return -float(np.log((softmax(scores / temperature) * targets).sum(1) + 1e-9).mean())

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
