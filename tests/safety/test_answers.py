"""Answers to questions about danger that nobody learnt from are understood; the floors lie a little under docs/benchmarks/answers.md."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from benchmarks.answers import answers_held_out, believed, by_words, figures, report
from benchmarks.trained import part
from bot.cli import servers
from bot.safety.answers import AnswerModel, load
from bot.safety.talk import UNCLEAR

HELD = answers_held_out()


def test_the_set_covers_every_meaning_of_every_question() -> None:
    for name, asked in load()[0].items():
        values = [one["value"] for one in HELD if one["question"] == name]
        assert len(values) >= 19
        assert set(asked.answers) <= set(values) <= set(asked.values)


def test_no_answer_of_more_than_three_words_is_learnt_from() -> None:
    def normal(text: str) -> str:
        return re.sub(r"\W+", " ", text.lower()).strip()

    learnt = {(name, normal(text)) for name, asked in load()[0].items() for texts in asked.answers.values() for text in texts}
    shared = [one for one in HELD if (one["question"], normal(one["text"])) in learnt and len(one["text"].split()) > 3]
    assert len(shared) == 0, f"{len(shared)} answers are learnt from and measured with"


def test_figures_are_shares_of_what_they_say() -> None:
    held = [
        {"question": "screen", "value": "yes", "text": "a"},
        {"question": "screen", "value": "no", "text": "b"},
        {"question": "wants", "value": "plan", "text": "c"},
        {"question": "screen", "value": UNCLEAR, "text": "d"},
    ]
    found = figures(held, lambda _question, text: {"a": "yes", "b": "yes", "c": UNCLEAR, "d": UNCLEAR}[text])
    assert (found["right"].value, found["well"].value, found["lost"].value) == (0.5, 0.5, pytest.approx(1 / 3))
    assert "| screen |" in report(held, by_words, datetime.date(2026, 11, 27))


@pytest.mark.model
def test_answers_are_understood_and_seldom_taken_for_well(tmp_path: Path) -> None:
    model = AnswerModel.load(part(servers.MODEL, "SafetyPolicy", tmp_path))
    found, before = figures(HELD, believed(model)), figures(HELD, by_words)
    assert found["right"].value >= 0.83, found["right"]
    assert found["well"].value <= 0.04, found["well"]
    assert found["right"].value > before["right"].value + 0.2 and found["well"].value < before["well"].value
