"""What follows from the network's probabilities, on made-up ones, and a model that is trained, saved and read back."""

from pathlib import Path

import numpy as np
import pytest

from bot.meaning import BREACHES, CRISIS_INTENTS, DANGERS, INTENTS, Meaning, Peril
from bot.understanding.calibration import Limits
from bot.understanding.labels import ACTS, FIELDS
from bot.understanding.model import HELD_BACK, MeaningModel, Reading, act_of, is_held_back, joined, reading_of, windows
from bot.understanding.network import Training

THRESHOLDS = {"breach": [0.6], "breaches": [0.5] * 3, "dangers": [0.5] * 4, "danger": [0.5], "now": [0.5]}


def chances(act: str = "tell", role: str = "unknown", route: str = "none", **values: float) -> dict[str, np.ndarray]:
    """Probabilities of one message: these choices at 0.9, these values of sets, the rest next to nothing."""
    found = {}
    for field, known in FIELDS.items():
        chosen = {"act": act, "role": role, "route": route}.get(field)
        if chosen:
            found[field] = np.array([0.9 if value == chosen else 0.1 / (len(known) - 1) for value in known])
        else:
            found[field] = np.array([values.get(value, 0.01) for value in known])
    return found


def read(**told: object) -> Reading:
    """The reading of such a message."""
    return reading_of(chances(**told), THRESHOLDS)  # type: ignore[arg-type]


def test_what_is_told_without_breach_or_question_is_a_feeling_shared() -> None:
    assert read().intent == "share_feeling"
    assert read().meaning == Meaning()
    assert not read().is_told


def test_the_likeliest_breach_names_the_intent_and_all_of_them_are_in_the_meaning() -> None:
    reading = read(infidelity=0.7, neglect=0.9, role="hurt")
    assert reading.intent == "neglect"
    assert reading.meaning == Meaning(("infidelity", "neglect"), "hurt")
    assert reading.is_told


def test_a_question_is_the_intent_and_keeps_the_breach_beside_it() -> None:
    reading = read(act="how_to_talk", dishonesty=0.8, role="responsible", route="rebuild")
    assert reading.intent == "how_to_talk"
    assert reading.meaning == Meaning(("dishonesty",), "responsible", "rebuild", ask="how_to_talk")


def test_a_breach_is_told_once_any_is_likely_enough_and_then_each_by_its_own_threshold() -> None:
    assert read(infidelity=0.55).meaning.breaches == ()
    assert read(infidelity=0.55, neglect=0.55).meaning.breaches == ("infidelity", "neglect")
    assert read(infidelity=0.45, neglect=0.4).meaning.breaches == ("infidelity",)


@pytest.mark.parametrize("act", ["greet", "thank", "goodbye", "bot_challenge", "affirm", "deny", "skip", "resume"])
def test_small_talk_and_moves_report_no_breach(act: str) -> None:
    reading = read(act=act, infidelity=0.9)
    assert reading.intent == act
    assert reading.meaning.breaches == ()


def test_what_may_be_outside_is_taken_for_it_where_nothing_is_told() -> None:
    found = chances()
    found["act"][:] = 0.0
    found["act"][[ACTS.index("tell"), ACTS.index("out_of_scope")]] = 0.7, 0.3
    reading = reading_of(found, THRESHOLDS)
    assert (reading.intent, reading.chances["act"]) == ("out_of_scope", pytest.approx(0.3))
    assert reading_of({**found, "breaches": np.array([0.9, 0.0, 0.0])}, THRESHOLDS).intent == "infidelity"
    assert reading_of({**found, "danger": np.array([0.9])}, THRESHOLDS).meaning.ask == "tell"


def test_a_correction_keeps_what_it_asserts() -> None:
    reading = read(act="correct", infidelity=0.9, role="responsible")
    assert reading.intent == "correct"
    assert reading.meaning == Meaning(("infidelity",), "responsible")


def test_a_danger_wins_over_whatever_else_is_said() -> None:
    reading = read(act="how_long", infidelity=0.9, danger=0.8, self_harm=0.7, partner_abuse=0.6)
    assert reading.intent == "crisis_self_harm"
    assert reading.meaning.dangers == ("self_harm", "partner_abuse")
    assert reading.meaning.ask == "how_long"
    assert reading.confidence == pytest.approx(0.8)


def test_where_there_is_danger_and_none_is_plain_the_likeliest_is_named() -> None:
    assert read(danger=0.6, harm_to_others=0.3, self_harm=0.2).meaning.dangers == ("harm_to_others",)


def test_a_danger_is_not_named_where_there_is_none() -> None:
    assert read(danger=0.4, self_harm=0.9).meaning.dangers == ()


@pytest.mark.parametrize("told", [{}, {"infidelity": 0.9}])
def test_a_role_is_unknown_only_where_that_is_plain(told: dict[str, float]) -> None:
    found = chances(**told) | {"role": np.array([0.3, 0.1, 0.0, 0.6])}  # type: ignore[arg-type]
    assert reading_of(found, THRESHOLDS).meaning.role == "hurt"
    found["role"] = np.array([0.1, 0.0, 0.0, 0.9])
    assert reading_of(found, THRESHOLDS).meaning.role == "unknown"


@pytest.mark.parametrize("told", [{}, {"infidelity": 0.9}, {"act": "therapy"}, {"act": "greet"}, {"danger": 0.9, "self_harm": 0.9}])
def test_the_ranking_holds_every_calm_intent_from_the_likeliest_down(told: dict[str, object]) -> None:
    reading = read(**told)
    values = [value for _, value in reading.ranking]
    assert {name for name, _ in reading.ranking} == set(INTENTS) - set(CRISIS_INTENTS)
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(1)
    if reading.intent not in CRISIS_INTENTS:
        assert reading.ranking[0][0] == reading.intent
        assert reading.confidence == reading.ranking[0][1]


def test_of_several_windows_each_reports_its_own() -> None:
    rows = [chances(infidelity=0.9, role="hurt"), chances(act="how_long", danger=0.7, self_harm=0.8), chances(route="leave")]
    reading = reading_of(joined({field: np.stack([row[field] for row in rows]) for field in FIELDS}), THRESHOLDS)
    assert reading.meaning == Meaning(("infidelity",), "hurt", "leave", ("self_harm",), "how_long")


def test_whose_a_danger_is_and_whether_it_is_now_is_read_beside_it() -> None:
    found = chances(danger=0.9, self_harm=0.8, now=0.7) | {"whose_self_harm": np.array([0.2, 0.6, 0.1, 0.1])}
    peril = reading_of(found, THRESHOLDS).peril
    assert peril.whose["self_harm"] == "partner" and peril.is_now
    assert not reading_of({**found, "now": np.array([0.4])}, THRESHOLDS).peril.is_now


def test_of_several_windows_the_one_that_is_surest_of_a_danger_says_whose_it_is() -> None:
    abused = chances(danger=0.9, partner_abuse=0.9, now=0.9) | {"whose_partner_abuse": np.array([0.1, 0.1, 0.8])}
    theirs = chances(danger=0.8, self_harm=0.8) | {"whose_self_harm": np.array([0.1, 0.8, 0.1, 0.0])}
    rows = [theirs | {"whose_partner_abuse": np.array([0.0, 1.0, 0.0])}, abused, chances()]
    peril = reading_of(joined({field: np.stack([row[field] for row in rows]) for field in FIELDS}), THRESHOLDS).peril
    assert peril.whose["partner_abuse"] == "other" and peril.whose["self_harm"] == "partner" and peril.is_now


def test_sentences_are_put_together_into_windows_that_lose_nothing() -> None:
    sentences = [f"{index} and so on." for index in range(10)]
    found = windows(sentences, [60] * 9 + [400])
    assert " ".join(found) == " ".join(sentences)
    assert [window.count(".") for window in found] == [4, 4, 1, 1]


def test_one_message_in_so_many_is_held_back_whatever_the_others_are() -> None:
    held = [is_held_back(f"message {number}") for number in range(4000)]
    assert sum(held) == pytest.approx(4000 / HELD_BACK, rel=0.15)
    assert held == [is_held_back(f"message {number}") for number in range(4000)]


def test_what_a_message_does_is_a_move_small_talk_or_its_ask() -> None:
    assert act_of(Meaning(), "affirm") == "affirm"
    assert act_of(Meaning(ask="small_talk"), "thank") == "thank"
    assert act_of(Meaning(dangers=("self_harm",), ask="small_talk"), "crisis_self_harm") == "greet"
    assert act_of(Meaning(("infidelity",), ask="closure"), "closure") == "closure"
    assert {act_of(Meaning(), intent) for intent in (*BREACHES, "share_feeling")} == {"tell"}
    assert all(act in ACTS for act in ("tell", "greet", "closure"))


def test_a_model_that_learnt_reads_what_it_never_saw_and_a_message_of_any_length(tmp_path: Path) -> None:
    kinds = [
        ("he cheated on me with {}", Meaning(("infidelity",), "hurt"), "infidelity"),
        ("how long does it take to forgive {}", Meaning(ask="how_long"), "how_long"),
        ("I want to kill myself because of {}", Meaning(dangers=("self_harm",)), "crisis_self_harm"),
    ]
    names = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ida", "Jo", "Kim", "Lou", "Max", "Ned", "Ola", "Pat")
    texts, meanings, intents = zip(
        *[(text.format(name), meaning, intent) for text, meaning, intent in kinds for name in names], strict=True
    )
    perils = [Peril(dict.fromkeys(meaning.dangers, "self")) for meaning in meanings]
    quick = Training(frozen=11, epochs=6, batch=8, rate=5e-4, head_rate=1e-2, again=0.0)
    MeaningModel.learn(tmp_path, texts, meanings, intents, perils, quick, Limits())
    loaded = MeaningModel.load(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"calibration.json", "network.onnx", "ngrams.npz"}
    for text, meaning, _ in kinds:
        assert loaded.read(text.format("somebody")).meaning == meaning
    assert loaded.read("").intent in INTENTS
    filler = ["We went to the shops and it was an ordinary day like all the others, with rain."] * 60
    long = [*filler[:30], "He cheated on me with Zoe.", *filler[30:]]
    assert loaded.read(" ".join(long), long).intent in INTENTS
    told = {*BREACHES, *DANGERS, "danger", "role", "route", "act", "now", *(f"whose_{danger}" for danger in DANGERS)}
    assert set(loaded.read("hm").chances) == told
