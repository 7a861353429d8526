"""The meaning model on made-up features: each kind of message has a column of its own."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from bot.meaning import BREACHES, CRISIS_INTENTS, DANGERS, Meaning
from bot.meaning_model import DENSE, Head, MeaningModel

#: Kind of message: its meaning and its intent.
KINDS: list[tuple[Meaning, str]] = [
    (Meaning(("infidelity",), "hurt", "rebuild"), "infidelity"),
    (Meaning(("dishonesty",), "responsible", "leave"), "dishonesty"),
    (Meaning(("neglect",), "both", "undecided"), "neglect"),
    (Meaning(("infidelity", "dishonesty"), "hurt"), "dishonesty"),
    (Meaning(ask="how_long"), "how_long"),
    (Meaning(ask="small_talk"), "greet"),
    (Meaning(), "affirm"),
    *((Meaning(dangers=(danger,)), f"crisis_{danger}") for danger in DANGERS),
]
COPIES = 12


def row(kind: int, seed: int = 0) -> sparse.csr_matrix:
    """The features of one message of this kind: faint noise in front, its own word behind."""
    dense = np.random.default_rng(seed).normal(0, 0.01, DENSE)
    counts = np.zeros(len(KINDS) + 1)
    counts[kind] = 2
    counts[-1] = 1
    return sparse.csr_matrix(np.concatenate([dense, counts])[None, :], dtype=np.float32)


@pytest.fixture(scope="module")
def model() -> MeaningModel:
    """Trained on COPIES of every kind."""
    kinds = [kind for kind in range(len(KINDS)) for _ in range(COPIES)]
    rows = sparse.vstack([row(kind, seed) for seed, kind in enumerate(kinds)]).tocsr()
    return MeaningModel.fit(rows, [KINDS[kind][0] for kind in kinds], [KINDS[kind][1] for kind in kinds])


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=[f"{intent}-{n}" for n, (_, intent) in enumerate(KINDS)])
def test_it_reads_a_message_it_never_saw(model: MeaningModel, kind: int) -> None:
    reading = model.read(row(kind, seed=10_000))
    meaning, intent = KINDS[kind]
    assert reading.intent == intent
    assert reading.meaning.dangers == meaning.dangers
    if not meaning.dangers:
        assert reading.meaning == meaning


def test_the_ranking_holds_every_calm_intent_from_the_likeliest_down(model: MeaningModel) -> None:
    ranking = model.read(row(4)).ranking
    values = [value for _, value in ranking]
    assert ranking[0][0] == "how_long"
    assert {name for name, _ in ranking} == {intent for _, intent in KINDS} - set(CRISIS_INTENTS)
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(1, abs=1e-5)


def test_the_confidence_is_the_likeliest_intents(model: MeaningModel) -> None:
    reading = model.read(row(4))
    assert reading.confidence == reading.ranking[0][1]


def test_messages_in_danger_teach_no_intent(model: MeaningModel) -> None:
    assert not set(model.heads["intent"].labels) & set(CRISIS_INTENTS)


@pytest.mark.parametrize("danger", DANGERS)
def test_the_confidence_of_a_danger_is_its_own_probability(model: MeaningModel, danger: str) -> None:
    reading = model.read(row([intent for _, intent in KINDS].index(f"crisis_{danger}")))
    assert model.heads[danger].threshold <= reading.confidence <= 1


def test_it_knows_a_head_for_each_field_and_each_value_of_a_set(model: MeaningModel) -> None:
    assert set(model.heads) == {"intent", "role", "route", *BREACHES, *DANGERS}


def test_what_was_saved_and_loaded_reads_the_same(model: MeaningModel, tmp_path: Path) -> None:
    model.save(tmp_path / "made" / "here")
    loaded = MeaningModel.load(tmp_path / "made" / "here")
    for kind in range(len(KINDS)):
        assert loaded.read(row(kind)) == model.read(row(kind))


def test_it_is_saved_as_plain_arrays(model: MeaningModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"heads.json", "heads.npz"}
    assert set(json.loads((tmp_path / "heads.json").read_text())) == set(model.heads)
    with np.load(tmp_path / "heads.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} == {"f"}


def test_learning_twice_gives_the_same_model() -> None:
    kinds = [kind for kind in range(len(KINDS)) for _ in range(COPIES)]
    rows = sparse.vstack([row(kind, seed) for seed, kind in enumerate(kinds)]).tocsr()
    meanings, intents = [KINDS[kind][0] for kind in kinds], [KINDS[kind][1] for kind in kinds]
    first, second = (MeaningModel.fit(rows, meanings, intents) for _ in range(2))
    for name, head in first.heads.items():
        assert np.array_equal(head.weights, second.heads[name].weights)
        assert head.threshold == second.heads[name].threshold


def test_a_set_of_rows_is_not_changed_by_reading(model: MeaningModel) -> None:
    message = row(0)
    before = message.toarray().copy()
    model.read(message)
    assert np.array_equal(message.toarray(), before)


def made_model(intent_scores: dict[str, float], **yes: float) -> MeaningModel:
    """A model whose heads say the same of every message: these scores of the intents and of the values of sets."""
    none = np.zeros((1, DENSE + 1), np.float32)

    def choice(scores: dict[str, float]) -> Head:
        return Head(list(scores), np.repeat(none, len(scores), 0), np.array(list(scores.values()), np.float32))

    heads = {"intent": choice(intent_scores), "role": choice({"hurt": 2, "both": 1, "unknown": 0})}
    heads["route"] = choice({"none": 2, "leave": 1, "rebuild": 0})
    heads |= {value: Head([value], none, np.array([yes.get(value, -9.0)], np.float32)) for value in (*BREACHES, *DANGERS)}
    return MeaningModel(heads, np.ones(1, np.float32))


MESSAGE = sparse.csr_matrix(np.r_[np.zeros(DENSE), 1.0][None, :], dtype=np.float32)


def test_a_breach_that_is_the_likeliest_intent_is_among_the_breaches() -> None:
    reading = made_model({"neglect": 3, "greet": 0, "affirm": 0}, infidelity=5).read(MESSAGE)
    assert reading.intent == "neglect"
    assert reading.meaning.breaches == ("infidelity", "neglect")


@pytest.mark.parametrize("likeliest", ["greet", "thank", "goodbye", "bot_challenge", "out_of_scope"])
def test_small_talk_and_what_is_out_of_scope_report_no_breach(likeliest: str) -> None:
    reading = made_model({likeliest: 3, "neglect": 0, "affirm": 0}, infidelity=5).read(MESSAGE)
    assert reading.intent == likeliest
    assert reading.meaning.breaches == ()


def test_a_danger_wins_over_the_likeliest_intent() -> None:
    reading = made_model({"greet": 9, "neglect": 0, "affirm": 0}, partner_abuse=1, self_harm=3).read(MESSAGE)
    assert reading.intent == "crisis_self_harm"
    assert reading.meaning.dangers == ("self_harm", "partner_abuse")
    assert reading.confidence == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-5)


def test_a_value_below_its_threshold_is_not_heard() -> None:
    made = made_model({"affirm": 3, "neglect": 0, "greet": 0}, self_harm=0.5)
    assert made.read(MESSAGE).meaning.dangers == ("self_harm",)
    made.heads["self_harm"].threshold = 0.7
    assert made.read(MESSAGE).meaning.dangers == ()


def test_role_and_route_are_the_likeliest() -> None:
    meaning = made_model({"affirm": 3, "neglect": 0, "greet": 0}).read(MESSAGE).meaning
    assert (meaning.role, meaning.route) == ("hurt", "none")


def test_a_choice_of_only_two_gives_a_probability_for_each() -> None:
    meanings = [Meaning((BREACHES[kind % 3],), ("hurt", "both")[kind % 2], dangers=(DANGERS[kind % 4],)) for kind in range(96)]
    meanings += [Meaning(role=("hurt", "both")[kind % 2], route=("leave", "rebuild")[kind % 2]) for kind in range(48)]
    intents = ["crisis_self_harm"] * 96 + ["affirm", "deny"] * 24
    columns = [kind % 12 for kind in range(96)] + [12 + kind % 2 for kind in range(48)]
    rows = np.zeros((144, DENSE + 14), np.float32)
    rows[np.arange(144), DENSE + np.array(columns)] = 1
    model = MeaningModel.fit(sparse.csr_matrix(rows), meanings, intents)
    assert [name for name, _ in model.read(sparse.csr_matrix(rows[-1:])).ranking] == ["deny", "affirm"]
