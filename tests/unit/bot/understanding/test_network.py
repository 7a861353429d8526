"""The network on a few plain messages: it learns what they mean, and keeps what it learnt."""

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.meaning import DANGERS, WHOSE, Meaning, Peril
from bot.understanding.encoder import LAYERS, LONGEST, padded
from bot.understanding.export import as_onnx
from bot.understanding.labels import ACTS, FIELDS, SCORES, SETS, slices, target
from bot.understanding.network import Network, Training, _losses, _pieces, _Usual, remembered, together, worst_of
from bot.understanding.reader import Reader

pytestmark = pytest.mark.xdist_group("network")  # trained once
#: What is said in each kind of message, its meaning, and what it does.
KINDS: list[tuple[str, Meaning, str]] = [
    ("he slept with another woman", Meaning(("infidelity",), "hurt"), "tell"),
    ("I lied to her about the money", Meaning(("dishonesty",), "responsible", "rebuild"), "tell"),
    ("he never listens to me and has no time", Meaning(("neglect",), "hurt", "leave"), "tell"),
    ("how long does it take to forgive", Meaning(ask="how_long"), "how_long"),
    ("hello there", Meaning(ask="small_talk"), "greet"),
    ("I want to kill myself tonight", Meaning(dangers=("self_harm",)), "tell"),
]
QUICK = Training(frozen=11, epochs=12, batch=6, rate=5e-4, head_rate=1e-2, again=0.0)


@pytest.fixture(scope="module")
def network() -> Network:
    """Trained on a few ways of saying each kind."""
    ways = [(text + end, meaning, act) for text, meaning, act in KINDS for end in ("", " now", ", truly", "!", " you know", " ...")]
    network = Network(QUICK)
    network.fit([text for text, _, _ in ways], np.stack([target(meaning, act) for _, meaning, act in ways]))
    return network


@pytest.fixture(scope="module")
def learnt(network: Network) -> Reader:
    """What reads with it."""
    return Reader(network.exported())


@pytest.mark.parametrize(("text", "meaning", "act"), KINDS)
def test_it_reads_a_message_it_never_saw(learnt: Reader, text: str, meaning: Meaning, act: str) -> None:
    (said,) = learnt.scores([f"{text}, I can tell you"])
    wanted = target(meaning, act)
    parts = slices()
    for field in ("breaches", "dangers", "danger"):
        assert ((said[parts[field]] > 0) == (wanted[parts[field]] > 0)).all(), field
    for field in ("role", "route", "act"):
        assert said[parts[field]].argmax() == wanted[parts[field]].argmax(), field


def test_what_is_left_out_of_a_message_is_about_that_share_and_never_its_beginning() -> None:
    states = np.arange(1000.0)[:, None] * np.ones(4)
    kept = [remembered(states, 0.1, np.random.default_rng(seed)) for seed in range(20)]
    assert sum(map(len, kept)) / 20 == pytest.approx(900, abs=20)
    assert all(some[0, 0] == 0 and (np.diff(some[:, 0]) > 0).all() for some in kept)
    assert (remembered(states, 0.0, np.random.default_rng(1)) == states).all()


@pytest.fixture(scope="module")
def exact(network: Network) -> Reader:
    """What reads with it, nothing rounded."""
    return Reader(network.exported(rounded=False))


TEXTS = ["hm", KINDS[0][0], "He never listens. " * 60, "word " * 900]


@pytest.mark.parametrize("text", TEXTS)
def test_what_was_exported_scores_as_what_was_trained(network: Network, exact: Reader, text: str) -> None:
    ids, mask = padded(network._encoder.pieces([text]))
    states = network._encoder.upper(network._encoder.lower(ids, mask), mask)
    assert exact.scores([text]) == pytest.approx(network._score(states, mask, dropout=0.0).numpy(), abs=1e-3)


@pytest.mark.parametrize("text", TEXTS)
def test_what_was_rounded_scores_nearly_so(exact: Reader, learnt: Reader, text: str) -> None:
    (one,), (other,) = exact.scores([text]), learnt.scores([text])
    assert np.corrcoef(one, other)[0, 1] > 0.98
    assert np.abs(one - other).mean() < 0.2 * np.abs(one).mean()


def test_a_rounded_graph_is_a_quarter_as_large(network: Network, tmp_path: Path) -> None:
    rounded, exact = network.exported(), network.exported(rounded=False)
    assert len(rounded) < 0.27 * len(exact)
    (tmp_path / "network.onnx").write_bytes(rounded)
    assert Reader(tmp_path / "network.onnx").scores(["he lied to me"]) == pytest.approx(Reader(rounded).scores(["he lied to me"]))


def test_a_text_is_cut_at_the_places_that_the_model_has(learnt: Reader) -> None:
    assert list(map(len, learnt.pieces(["word " * 900, "one"]))) == [LONGEST, 3]
    assert learnt.pieces([]) == []


def test_a_graph_without_an_array_is_refused_when_it_is_written(network: Network) -> None:
    weights = network._encoder.weights()
    with pytest.raises(Exception, match="questions"):
        as_onnx(weights, LAYERS)


def test_each_long_loop_is_reported_on_to_its_end() -> None:
    seen: dict[str, list[int]] = {}

    def show(steps: Iterable[Any], name: str, count: int) -> Iterable[Any]:
        seen[name] = [0, count]
        for step in steps:
            seen[name][0] += 1
            yield step

    network = Network(Training(frozen=11, epochs=2, batch=4, joined=0, again=0.4))
    network.fit(["yes", "no", "I left", "he lied", "who knows"], np.stack([target(Meaning(), "tell")] * 5), show)
    assert all(done == count for done, count in seen.values())
    assert seen["Learning to read"] == [4, 4]
    assert seen["Learning the worst understood again"] == [1, 1]


def test_how_badly_a_text_was_understood_is_judged_by_what_was_usual_at_the_time() -> None:
    usual = _Usual()
    assert usual.shares(np.array([1.0, 3.0])).tolist() == [0.5, 1.5]
    for _ in range(400):  # learnt by now
        late = usual.shares(np.array([0.1, 0.3]))
    assert late.tolist() == pytest.approx([0.5, 1.5], abs=0.01)


def test_nothing_is_rounded_by_texts_that_were_never_seen(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_sample", [])
    with pytest.raises(ValueError, match="fit"):
        network.exported()


def test_those_understood_worst_are_learnt_again() -> None:
    assert worst_of(np.array([0.5, 3.0, 0.1, 2.0, 1.0]), 0.4) == [1, 3]
    assert worst_of(np.zeros(3), 0.0) == []


def test_whole_numbers_have_seven_bits(network: Network) -> None:
    import onnx

    tables = {table.name: onnx.numpy_helper.to_array(table) for table in onnx.load_from_string(network.exported()).graph.initializer}
    whole = [table for table in tables.values() if table.dtype == np.int8]
    assert len(whole) == 1 + 4 * LAYERS
    assert all(np.abs(table).max() == 63 for table in whole)


def test_of_long_messages_only_a_share_is_learnt_from() -> None:
    seen: dict[str, int] = {}

    def show(steps: Iterable[Any], name: str, count: int) -> Iterable[Any]:
        seen[name] = count
        return steps

    texts = [*["he lied"] * 20, *["he lied to me again and again and again"] * 30]
    network = Network(Training(frozen=11, batch=1, joined=0, again=0.1, long=8, of_long=0.2))
    network.fit(texts, np.stack([target(Meaning(), "tell")] * 50), show)
    assert 20 < seen["Learning to read"] < 35


def test_nothing_to_read_gives_no_scores(learnt: Reader) -> None:
    assert learnt.scores([]).shape == (0, SCORES)


def test_a_target_names_each_value_that_holds_and_nothing_else() -> None:
    meaning = Meaning(("infidelity", "neglect"), "both", "leave", ("self_harm", "partner_abuse"), "closure")
    named = {
        value for (field, values), part in zip(FIELDS.items(), slices().values(), strict=True)
        for value, holds in zip(values, target(meaning, "closure")[part], strict=True) if holds
    }  # fmt: skip
    assert named == {"infidelity", "neglect", "both", "leave", "self_harm", "partner_abuse", "danger", "closure"}


def test_a_target_says_whose_each_danger_is_and_whether_it_is_now() -> None:
    parts, peril = slices(), Peril({"self_harm": "partner"}, is_now=True)
    found = target(Meaning(dangers=("self_harm", "partner_abuse")), "tell", peril)
    assert found[parts["whose_self_harm"]].tolist() == [0, 1, 0, 0]
    assert found[parts["now"]].tolist() == [1]
    assert not found[parts["whose_partner_abuse"]].any()


@pytest.mark.parametrize(("other", "kept"), [("partner", True), ("self", False), (None, True)])
def test_whose_a_danger_is_counts_for_two_messages_unless_they_say_different_things(other: str | None, kept: bool) -> None:
    said = [Peril({"self_harm": whose} if whose else {}) for whose in ("partner", other)]
    one, two = (target(Meaning(dangers=("self_harm",)), "tell", peril) for peril in said)
    for both in (together(one, two), together(two, one)):
        assert both is not None
        assert both[slices()["whose_self_harm"]].tolist() == ([0, 1, 0, 0] if kept else [0, 0, 0, 0])


def test_what_a_target_leaves_open_moves_no_score() -> None:
    import tensorflow as tf

    scores = tf.Variable(np.random.default_rng(1).normal(size=(2, SCORES)).astype(np.float32))
    wanted = np.zeros((2, SCORES), np.float32)
    with tf.GradientTape() as tape:
        loss = _losses(tf, scores, tf.constant(wanted))
    moved = tape.gradient(loss, scores).numpy()
    for field, part in slices().items():
        assert moved[:, part].any() == (field in SETS), field


def test_every_score_belongs_to_one_value() -> None:
    assert (
        sum(part.stop - part.start for part in slices().values())
        == SCORES
        == 3 + len(DANGERS) + 1 + 1 + 4 + 4 + len(ACTS) + sum(map(len, WHOSE.values()))
    )


def test_two_messages_in_one_piece_report_what_either_reports_and_teach_no_wish() -> None:
    one = target(Meaning(breaches=("neglect",), role="hurt", route="leave", ask="closure"), "closure")
    other = target(Meaning(breaches=("dishonesty",), dangers=("self_harm",)), "tell")
    both = together(one, other)
    assert both is not None
    part = slices()
    told = Meaning(breaches=("neglect", "dishonesty"), role="hurt", dangers=("self_harm",))
    for field in (*SETS, "role"):
        assert both[part[field]].tolist() == target(told, "tell")[part[field]].tolist()
    assert not both[part["route"]].any()
    assert not both[part["act"]].any()
    assert (together(other, one) == both).all()


@pytest.mark.parametrize(("role", "fits"), [("hurt", True), ("unknown", True), ("responsible", False), ("both", False)])
def test_messages_that_name_different_people_are_not_joined(role: str, fits: bool) -> None:
    one, other = (target(Meaning(breaches=("neglect",), role=each), "tell") for each in ("hurt", role))
    assert (together(one, other) is not None) is fits


def test_every_message_is_learnt_once_a_round_alone_or_with_another() -> None:
    training = Training(joined=0.5, longest=50)
    targets = np.stack([target(Meaning(role=role), "tell") for role in ("hurt", "responsible", "unknown") for _ in range(40)])
    lengths = [*[10] * 100, *[45] * 20]
    pieces = list(_pieces(lengths, targets, training, random.Random(1)))
    assert sorted(index for piece in pieces for index in piece) == list(range(120))
    joined = [piece for piece in pieces if len(piece) == 2]
    assert 10 < len(joined) < 60
    assert all(lengths[one] + lengths[other] <= 50 for one, other in joined)
    assert not any({one // 40, other // 40} == {0, 1} for one, other in joined)
