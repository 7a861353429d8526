"""From scores to probabilities and thresholds, on made-up scores."""

import numpy as np
import pytest

from bot.meaning import BREACHES
from bot.understanding.calibration import Calibration, Limits, any_of
from bot.understanding.labels import ACTS, SCORES, slices

PARTS = slices()


def made(messages: int = 4000, noise: float = 1.0, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Scores that are twice as sure as they should be, and what is right; there is danger where there is any kind of it."""
    chance = np.random.default_rng(seed)
    right = np.zeros((messages, SCORES), np.float32)
    odds = np.zeros((messages, SCORES), np.float32)
    for field, part in PARTS.items():
        size = part.stop - part.start
        if field == "danger":
            continue
        if field in ("breaches", "dangers", "now"):
            true = chance.normal(-2, 2, (messages, size))
            right[:, part] = chance.random((messages, size)) < 1 / (1 + np.exp(-true))
            odds[:, part] = 2 * true
        else:
            true = chance.normal(0, 2, (messages, size))
            share = np.exp(true) / np.exp(true).sum(1, keepdims=True)
            for row in range(messages):
                right[row, part.start + chance.choice(size, p=share[row])] = 1
            odds[:, part] = 2 * true
    right[:, PARTS["danger"]] = right[:, PARTS["dangers"]].max(1, keepdims=True)
    none = (1 / (1 + np.exp(odds[:, PARTS["dangers"]] / 2))).prod(1, keepdims=True)
    odds[:, PARTS["danger"]] = 2 * np.log((1 - none) / none)
    return odds, right


@pytest.fixture(scope="module")
def fitted() -> Calibration:
    return Calibration.fit(*made(), Limits())


@pytest.mark.parametrize("field", ["breaches", "dangers", "danger"])
def test_of_messages_read_with_a_chance_about_that_share_is_right(fitted: Calibration, field: str) -> None:
    scores, right = made(seed=11)
    chances = fitted.probabilities(scores)[field][:, 0]
    for low in (0.2, 0.5, 0.7):
        near = (chances >= low) & (chances < low + 0.2)
        assert right[near, PARTS[field].start].mean() == pytest.approx(chances[near].mean(), abs=0.08)


@pytest.mark.parametrize("field", ["role", "route", "act"])
def test_a_choice_that_is_too_sure_is_cooled_down(fitted: Calibration, field: str) -> None:
    assert fitted.temperatures[field] == pytest.approx(2, abs=0.3)
    assert fitted.probabilities(made(50)[0])[field].sum(1) == pytest.approx(np.ones(50), abs=1e-4)


@pytest.mark.parametrize("allowed", [0.01, 0.05, 0.2])
def test_messages_without_a_breach_or_danger_alarm_as_seldom_as_allowed(allowed: float) -> None:
    scores, right = made()
    found = Calibration.fit(scores, right, Limits(breach_alarms=allowed, danger_alarms=allowed))
    chances = found.probabilities(scores)
    for gate, field in (("breach", "breaches"), ("danger", "danger")):
        none = ~(right[:, PARTS[field]] > 0).any(1)
        alarms = (any_of(chances[field][none]) >= found.thresholds[gate]).mean()
        assert allowed - 0.01 < alarms <= allowed + 1e-9  # heard as often as the alarms allow


def test_messages_told_apart_without_a_fault_do_not_make_next_to_nothing_an_alarm() -> None:
    _, right = made(200)
    found = Calibration.fit(40 * right - 20, right, Limits())
    assert found.thresholds["danger"] == found.thresholds["breach"] == [0.1]


def test_the_chance_of_any_is_what_is_left_of_the_chance_of_none() -> None:
    assert any_of(np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0], [0.2, 1.0, 0.3]])) == pytest.approx([0.75, 0.0, 1.0])


def test_danger_is_as_likely_as_its_own_score_and_its_kinds_say_together(fitted: Calibration) -> None:
    scores = np.zeros((3, SCORES), np.float32)
    scores[:, PARTS["dangers"]] = scores[:, PARTS["danger"]] = -30
    scores[1:, PARTS["danger"]] = 30
    scores[2, PARTS["dangers"].start] = 30
    assert fitted.probabilities(scores)["danger"][:, 0] == pytest.approx([0, 0.5, 1], abs=0.01)


def test_a_value_that_never_occurs_is_left_as_it_is() -> None:
    scores, right = made(200)
    right[:, PARTS["breaches"]] = 0
    found = Calibration.fit(scores, right, Limits())
    assert found.slopes["breaches"] == [1.0] * len(BREACHES)
    assert found.offsets["breaches"] == [0.0] * len(BREACHES)


def test_what_is_written_to_a_file_is_read_back(fitted: Calibration) -> None:
    assert Calibration(**fitted.as_dict()) == fitted
    assert fitted.probabilities(made(3)[0])["act"].shape == (3, len(ACTS))
