"""What an answer to a question about danger means (no rasa import)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.safety import answers, talk
from bot.safety.answers import SURE_OF_WELL, SURE_OF_WHOSE, AnswerModel, Meant, Question, is_held_back
from bot.safety.talk import UNCLEAR, Heard, denies_plainly, follows, question
from bot.understanding.network import Training

QUESTIONS, ELSEWHERE = answers.load()
ASKED = {
    "plan": Question({"plan": ["pills"]}),
    "safe": Question({"yes": ["yes, I'm at my mother's"], "no": ["he's here"]}, all_is_well=("yes",)),
}


class Says:
    """A reader that scores every text alike."""

    def __init__(self, scores: list[float]) -> None:
        self.scores_of = scores
        self.texts: list[str] = []

    def scores(self, texts: list[str]) -> np.ndarray:
        self.texts += texts
        return np.array([self.scores_of for _ in texts], np.float32)


def model(scores: list[float], asked: dict[str, Question], warmth: float = 1.0) -> AnswerModel:
    """One that scores every answer so, question by question."""
    return AnswerModel(Says(scores), {name: question.values for name, question in asked.items()}, warmth, asked)  # type: ignore[arg-type]


def reading(scores: list[float], warmth: float = 1.0, text: str = "hm") -> str:
    """What is read where the values yes, no and unclear have these scores, and another question's two the last."""
    meant = model([scores[3], scores[3], *scores[:3]], ASKED, warmth).read("safe", text)
    assert meant.is_well is (meant.value == "yes")
    return meant.value if meant.is_sure else UNCLEAR


def test_the_likeliest_meaning_of_those_the_question_has_is_read() -> None:
    assert reading([0, 5, 1, 9]) == "no"
    assert reading([0, 1, 5, 9]) == UNCLEAR


def test_that_all_is_well_is_read_only_where_it_is_sure() -> None:
    least = float(np.log(2 * SURE_OF_WELL / (1 - SURE_OF_WELL)))  # two others share the rest
    assert reading([least + 0.01, 0, 0, 0]) == "yes"
    assert reading([least - 0.01, 0, 0, 0]) == UNCLEAR
    assert reading([least + 0.01, 0, 0, 0], warmth=2.0) == UNCLEAR
    assert reading([9, 0, 0, 0], text="yes " * 40) == UNCLEAR, "the worst may come last"
    assert reading([0, 9, 0, 0], text="no " * 40) == "no"


@pytest.mark.parametrize("value", ["by_me", "other", "me"])
def test_that_it_is_another_ones_danger_or_the_writers_deed_is_read_only_where_it_is_sure(value: str) -> None:
    asked = {"safe": Question({"yes": [], value: []}, all_is_well=("yes",))}
    least = float(np.log(SURE_OF_WHOSE / (1 - SURE_OF_WHOSE)))
    for score, meant in ((least + 0.01, value), (least - 0.01, UNCLEAR)):
        assert model([-30, score, 0], asked).read("safe", "hm") == Meant(meant)


def test_who_denies_a_deed_is_not_taken_for_the_one_who_did_it() -> None:
    told = Heard("", "", "partner_abuse", True, "explicit", "self")
    assert follows("crisis_partner_abuse", Heard("it's me who hits", "share_feeling", answer="by_me"), told) == "crisis_partner_abuse"
    assert follows("crisis_partner_abuse", Heard("what force. i never hurt him", "share_feeling", answer="by_me"), told) is None
    hurt = Heard("what fear, he shoved me once", "crisis_partner_abuse", "partner_abuse", True, "explicit", "self", "by_me")
    assert follows("possible_partner_abuse", hurt, Heard("", "", "partner_abuse", False, "possible", "self")) is None


def test_the_ways_of_being_well_count_together() -> None:
    asked = {"call": Question({"yes": [], "no": [], "person": []}, all_is_well=("yes", "person"))}
    scores: list[float] = [3, 0, 2.5, 0]
    assert model(scores, asked).read("call", "hm") == Meant("yes", is_well=True)


def test_one_answer_means_another_thing_to_each_question() -> None:
    one = model([5, 0, 0, 5, 0], ASKED)
    assert (one.read("plan", "I'm alone").value, one.read("safe", "I'm alone").value) == ("plan", "no")


def test_what_was_learnt_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {
        "safe": Question({"yes": [f"yes, at number {n}" for n in range(24)], "no": [f"no, he's here {n}" for n in range(24)]}, ("yes",))
    }
    monkeypatch.setattr(answers, "load", lambda: (asked, ()))
    AnswerModel.learn(
        tmp_path, asked, ["what do you mean"], Training(frozen=11, epochs=6, rate=5e-4, head_rate=1e-2, joined=0.0, again=0.0)
    )
    learnt = AnswerModel.load(tmp_path)
    assert learnt.read("safe", "no, he's here in the hall") == Meant("no")
    assert sum(learnt.chances("safe", "yes, at my mother's").values()) == pytest.approx(1)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_meaning_of_a_question_has_answers_enough(name: str) -> None:
    asked = QUESTIONS[name]
    assert set(asked.all_is_well) <= set(asked.values)
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
        led = follows(base, Heard("as I said, he did it to me", "share_feeling", answer=value), before)
        assert led or (base, value) in WITHOUT_A_WAY, value


#: Meanings that a step has no way for: what was told is asked once more.
WITHOUT_A_WAY = {("partner_abuse_counts", "downplayed")}


def talk_of(step: str) -> str:
    """The danger that a step belongs to."""
    return next(danger for danger in ("self_harm", "partner_abuse", "harm_to_others", "child_at_risk") if danger in step)


BEFORE = Heard("", "", "partner_abuse", True, "explicit", "self")


def test_what_was_learnt_outranks_the_words() -> None:
    words = Heard("yeah no hes literally sat behind me", "affirm", answer="no")
    assert follows("crisis_partner_abuse", words, BEFORE) == "partner_abuse_not_safe"
    assert follows("crisis_partner_abuse", Heard("yes well", "affirm", answer=UNCLEAR), BEFORE) is None
    assert follows("partner_abuse_safe", Heard("he always hated my mum", "share_feeling", answer=UNCLEAR), BEFORE) == "partner_abuse_heard"


@pytest.mark.parametrize(("text", "way"), [("yes", "yes"), ("No.", "no"), ("I don't know", "unsure")])
@pytest.mark.parametrize("step", sorted(set(talk.load().questions) - {"crisis_child_at_risk.self.now"}))
def test_a_bare_answer_leads_on_whatever_was_learnt(step: str, text: str, way: str) -> None:
    base, *rest = step.split(".")
    before = Heard("", "", talk_of(base), True, "now" if "now" in rest else "explicit", next((part for part in rest if part != "now"), ""))
    ways = talk.load().steps[step]
    assert follows(base, Heard(text, "unsure", answer=UNCLEAR), before) == ways.get(way, ways.get("else"))


@pytest.mark.parametrize(
    ("asked", "before", "text"),
    [
        ("crisis_harm_to_others", Heard("", "", "harm_to_others", True, "now", "by_writer"), "no. i didn't mean it, he's bleeding"),
        ("crisis_child_at_risk", Heard("", "", "child_at_risk", True, "explicit", "other"), "no. it was just a joke to them"),
        ("self_harm_plan", Heard("", "", "self_harm", True, "explicit", "self"), "nobody. i didn't mean it, i feel sick"),
    ],
)
def test_a_no_that_means_danger_takes_nothing_back(asked: str, before: Heard, text: str) -> None:
    assert follows(asked, Heard(text, "share_feeling", answer="no"), before) not in ("taken_back", None)


def test_a_danger_that_only_the_classifier_heard_in_an_answer_is_the_answer() -> None:
    force = Heard("", "", "partner_abuse", True, "explicit", "by_writer")
    asleep = Heard("shes asleep upstairs", "crisis_harm_to_others", "harm_to_others", False, "now", answer="no")
    assert follows("crisis_partner_abuse", asleep, force) == "partner_abuse_together"
    named = Heard("shes asleep upstairs and ill kill her", "crisis_harm_to_others", "harm_to_others", True, "explicit", answer="no")
    assert follows("crisis_partner_abuse", named, force) is None
    myself = Heard("no only myself", "crisis_self_harm", "self_harm", False, answer="no", is_well=True)
    assert follows("crisis_harm_to_others", myself, Heard("", "", "harm_to_others", True, "explicit", "by_writer")) is None
    coming = Heard("yeah shes getting in the car", "crisis_partner_abuse", "partner_abuse", False, "now", answer="yes", is_well=True)
    assert follows("self_harm_person", coming, Heard("", "", "self_harm", True, "now", "self")) == "self_harm_stay"
    unclear = Heard("he wont last", "crisis_harm_to_others", "harm_to_others", False, answer=UNCLEAR)
    assert follows("crisis_partner_abuse", unclear, force) is None


def test_that_all_is_well_is_believed_where_words_and_what_was_learnt_agree() -> None:
    self_harm = Heard("", "", "self_harm", True, "explicit", "self")
    doubted = Heard("just thoughts", "share_feeling", answer="no", is_well=True, is_doubted=True)
    assert follows("self_harm_yes", doubted, self_harm) == "self_harm_line"
    assert follows("self_harm_yes", Heard("no plan", "deny", answer="yes"), self_harm) == "self_harm_line"
    assert follows("self_harm_yes", Heard("no plan but the gun is here", "deny", answer="yes"), self_harm) == "self_harm_plan"
    assert follows("self_harm_yes", Heard("just thoughts", "share_feeling", answer=UNCLEAR), self_harm) == "self_harm_line"
    assert follows("self_harm_yes", replace(doubted, text="nah who plans anything"), self_harm) is None


@pytest.mark.parametrize(
    ("asked", "text", "learnt", "step"),
    [
        ("self_harm_yes", "no plan, i wouldn't know how. just wanting it to be over", "yes", "self_harm_line"),
        ("self_harm_yes", "no plan i'd just do it", "yes", "self_harm_plan"),
        ("self_harm_yes", "no plan, kitchen's full of knives tho", "yes", "self_harm_plan"),
        ("crisis_self_harm", "i dont want to die, i just want it to stop", "yes", "self_harm_yes"),
        ("crisis_partner_abuse", "hes asleep", "no", "partner_abuse_safe"),
        ("crisis_partner_abuse", "hes asleep in the next room", "no", "partner_abuse_not_safe"),
        ("crisis_partner_abuse", "hes at work til six", "no", "partner_abuse_safe"),
        ("partner_abuse_not_safe", "how do i stay safe tho", "no", "partner_abuse_plan"),
    ],
)
def test_a_plain_good_answer_is_told_from_one_with_a_limit_or_a_means(asked: str, text: str, learnt: str, step: str) -> None:
    danger = "self_harm" if "self_harm" in asked else "partner_abuse"
    answer = None if asked == "partner_abuse_not_safe" else learnt
    assert follows(asked, Heard(text, "share_feeling", answer=answer), Heard("", "", danger, True, "explicit", "self")) == step


@pytest.mark.parametrize("text", ["goodbye", "tell them sorry", "pills are right here"])
def test_that_nearly_any_words_may_name_somebody_bears_no_doubt_out(text: str) -> None:
    self_harm = Heard("", "", "self_harm", True, "explicit", "self")
    doubted = Heard(text, "share_feeling", answer="person", is_well=True, is_doubted=True)
    for said in (doubted, Heard(text, "share_feeling", answer=UNCLEAR)):
        assert follows("self_harm_plan", said, self_harm) == "self_harm_alone"


def test_a_wish_to_stop_or_about_the_data_is_no_answer() -> None:
    for intent in ("stop", "my_data"):
        assert follows("partner_abuse_plan", Heard("stop that", intent, answer="no"), BEFORE) is None


def test_words_tell_what_the_question_has_no_meaning_for() -> None:
    child = Heard("", "", "child_at_risk", True, "explicit", "other")
    assert follows("child_at_risk_alone", Heard("what if im wrong", "share_feeling", answer="no"), child) == "child_at_risk_doubt"


def test_a_long_no_with_danger_in_it_is_not_believed() -> None:
    long = Heard("no " + "i only ever think of it when he is out and then it passes " * 3, "crisis_self_harm", "self_harm", answer="no")
    assert follows("crisis_self_harm", long, Heard("", "", "self_harm", True, "explicit", "self")) == "self_harm_yes"


@pytest.mark.parametrize(("text", "plainly"), [("no, never", True), ("/deny", True), ("no, my husband is the kindest man", False)])
def test_only_a_plain_no_is_a_plain_denial(text: str, plainly: bool) -> None:
    assert denies_plainly(text) is plainly


def test_a_question_of_ones_own_is_no_answer() -> None:
    assert follows("partner_abuse_safe", Heard("how do I apologise", "how_to_apologise", answer=UNCLEAR), BEFORE) is None
