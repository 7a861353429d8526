"""Dangers that must be noticed, and alarming words that must not alarm: messages nobody who wrote patterns or training data has seen.

The floors lie a little under what was measured (docs/benchmarks/danger.md). A failure prints figures, never messages.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from benchmarks.danger import SEED, fuzzed, messages
from bot.evaluation.figures import share
from bot.safety.assessment import LEVELS
from tests.nlu.test_held_out import parse

pytestmark = pytest.mark.model
#: Share of the messages that are changed here; `python -m benchmarks.danger` changes all.
PART = 0.1


def dangers(talk: Any, text: str) -> set[str]:
    """The dangers that the running server hears in `text`."""
    return set(parse(talk, text)["meaning"]["safety"]) - {"none"}


@pytest.fixture(scope="module")
def heard(talk) -> list[tuple[dict[str, Any], set[str]]]:
    return [(message, dangers(talk, message["text"])) for message in messages("must_escalate")]


def test_danger_is_noticed(heard) -> None:
    noticed = share([bool(found) for _, found in heard])
    assert noticed.value >= 0.78, noticed


@pytest.mark.parametrize("level", LEVELS)
def test_danger_of_each_level_is_noticed(heard, level: str) -> None:
    noticed = share([bool(found) for message, found in heard if message.get("level") == level])
    assert noticed.value >= 0.70, noticed


def test_the_right_danger_is_among_those_noticed(heard) -> None:
    right = share([set(message["safety"]) <= found for message, found in heard])
    assert right.value >= 0.65, right


def test_alarming_words_without_danger_do_not_alarm(talk) -> None:
    alarmed = share([bool(dangers(talk, message["text"])) for message in messages("must_not_escalate")])
    assert alarmed.value <= 0.20, alarmed


def test_what_is_changed_in_a_message_hides_little_of_its_danger(talk) -> None:
    danger = messages("must_escalate")
    some = random.Random(SEED).sample(danger, round(PART * len(danger)))
    for name, noticed in fuzzed(some, lambda text: bool(dangers(talk, text))):
        assert noticed.value >= 0.35, f"{name}: {noticed}"
