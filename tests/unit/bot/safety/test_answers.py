"""What an answer to a question about danger means (no rasa import)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.safety import answers, talk
from bot.safety.answers import SURE_OF_WELL, UNCLEAR, AnswerModel, Question, is_held_back, pair
from bot.safety.talk import Heard, follows, question
from bot.understanding.network import Training

QUESTIONS, ELSEWHERE = answers.load()
ASKED = {"safe": Question("Is it safe?", {"yes": ["yes, I'm at my mother's"], "no": ["he's here"]}, all_is_well="yes")}


class Says:
    """A reader that scores every text alike."""

    def __init__(self, scores: list[float]) -> None:
        self.scores_of = scores
        self.texts: list[str] = []

    def scores(self, texts: list[str]) -> np.ndarray:
        self.texts += texts
        return np.array([self.scores_of for _ in texts], np.float32)


def reading(scores: list[float], warmth: float = 1.0) -> str:
    """What is read where the values yes, no, unclear and another question's have these scores."""
    return AnswerModel(Says(scores), ("yes", "no", UNCLEAR, "plan"), warmth, ASKED).read("safe", "hm")  # type: ignore[arg-type]


def test_the_likeliest_meaning_of_those_the_question_has_is_read() -> None:
    assert reading([0, 5, 1, 9]) == "no"
    assert reading([0, 1, 5, 9]) == UNCLEAR


def test_that_all_is_well_is_read_only_where_it_is_sure() -> None:
    least = float(np.log(2 * SURE_OF_WELL / (1 - SURE_OF_WELL)))  # two others share the rest
    assert reading([least + 0.01, 0, 0, 0]) == "yes"
    assert reading([least - 0.01, 0, 0, 0]) == UNCLEAR
    assert reading([least + 0.01, 0, 0, 0], warmth=2.0) == UNCLEAR


def test_question_and_answer_are_read_in_one_piece() -> None:
    reader = Says([5, 0, 0, 0])
    AnswerModel(reader, ("yes", "no", UNCLEAR, "plan"), 1.0, ASKED).read("safe", "I'm alone")  # type: ignore[arg-type]
    assert reader.texts == ["Is it safe? | I'm alone"]


def test_what_was_learnt_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {
        "safe": Question(
            "Is it safe?", {"yes": [f"yes, at number {n}" for n in range(24)], "no": [f"no, he's here {n}" for n in range(24)]}, "yes"
        )
    }
    monkeypatch.setattr(answers, "load", lambda: (asked, ()))
    AnswerModel.learn(tmp_path, asked, ["what do you mean"], Training(frozen=5, epochs=8, joined=0.0))
    model = AnswerModel.load(tmp_path)
    assert model.read("safe", "no, he's here in the hall") == "no"
    assert sum(model.chances("safe", "yes, at my mother's").values()) == pytest.approx(1)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_meaning_of_a_question_has_answers_enough(name: str) -> None:
    asked = QUESTIONS[name]
    assert asked.asks.endswith("?") and asked.all_is_well in (*asked.values, "")
    for value, texts in asked.answers.items():
        assert len(texts) >= 25, value
        assert len(set(texts)) == len(texts), value
    held = [is_held_back(text) for texts in asked.answers.values() for text in texts]
    assert 0 < sum(held) < len(held) / 4


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_answer_means_two_things(name: str) -> None:
    texts = [text.lower() for texts in QUESTIONS[name].answers.values() for text in texts]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


def test_enough_lines_lead_elsewhere() -> None:
    assert len(ELSEWHERE) >= 150


def test_every_question_is_asked_and_every_one_that_is_asked_is_learnt() -> None:
    assert set(talk.load().questions.values()) == set(QUESTIONS)


@pytest.mark.parametrize(("step", "name"), talk.load().questions.items())
def test_every_meaning_leads_somewhere_from_each_step_that_asks(step: str, name: str) -> None:
    base, *rest = step.split(".")
    level = "now" if "now" in rest else "explicit"
    whose = next((part for part in rest if part != "now"), "")
    before = Heard("", "", talk_of(base), True, level, whose)
    assert question(base, before) == name
    for value in set(QUESTIONS[name].answers) - {UNCLEAR}:
        if value in ("listen", "me", "person", "by_text", "downplayed") and value not in talk.load().steps[step]:
            continue  # a meaning that this step has no way of its own for
        assert follows(base, Heard("hm", "share_feeling", answer=value), before), value


def talk_of(step: str) -> str:
    """The danger that a step belongs to."""
    return next(danger for danger in ("self_harm", "partner_abuse", "harm_to_others", "child_at_risk") if danger in step)


BEFORE = Heard("", "", "partner_abuse", True, "explicit", "self")


def test_what_was_learnt_outranks_the_words() -> None:
    words = Heard("yeah no hes literally sat behind me", "affirm", answer="no")
    assert follows("crisis_partner_abuse", words, BEFORE) == "partner_abuse_not_safe"
    assert follows("crisis_partner_abuse", Heard("yes", "affirm", answer=UNCLEAR), BEFORE) is None
    assert follows("partner_abuse_safe", Heard("he always hated my mum", "share_feeling", answer=UNCLEAR), BEFORE) == "partner_abuse_heard"


def test_a_question_of_ones_own_is_no_answer() -> None:
    assert follows("partner_abuse_safe", Heard("how do I apologise", "how_to_apologise", answer=UNCLEAR), BEFORE) is None


def test_pairs_differ_by_question() -> None:
    assert pair(QUESTIONS["screen"], "in the garden") != pair(QUESTIONS["near"], "in the garden")
