"""What is learnt is kept by what it was learnt from (imports rasa)."""

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.meaning import Meaning
from bot.nlu.meaning_classifier import MeaningClassifier
from bot.understanding.model import MeaningModel


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """The texts of each time something was really learnt; learning writes a file instead of taking twenty minutes."""
    times: list[tuple[str, ...]] = []

    def learn(folder: Path, texts: Any, *_: Any) -> None:
        times.append(tuple(texts))
        (folder / "learnt").write_text(" ".join(texts), encoding="utf-8")

    monkeypatch.setattr(MeaningModel, "learn", staticmethod(learn))
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "cache"))
    return times


def trained(folder: Path, *texts: str, **config: Any) -> str:
    """What a classifier trained on `texts`, with whatever else a story adds, holds in its part of the model."""
    storage = LocalModelStorage(folder)
    folder.mkdir(exist_ok=True)
    labels = Meaning(("dishonesty",), "hurt").as_labels()
    messages = [Message({"text": text, "intent": "dishonesty", "metadata": {"example": labels}}) for text in texts]
    added = [Message({"action_name": f"utter_{folder.name}"})]
    classifier = MeaningClassifier({**MeaningClassifier.get_default_config(), **config}, storage, Resource("meaning"))
    classifier.train(TrainingData([*messages, *added]))
    with storage.read_from(Resource("meaning")) as kept:
        return (kept / "learnt").read_text(encoding="utf-8")


def test_the_same_messages_are_learnt_from_once_whatever_a_story_adds(learnt: list, tmp_path: Path) -> None:
    assert trained(tmp_path / "one", "he lied") == "he lied"
    assert trained(tmp_path / "two", "he lied") == "he lied"
    assert learnt == [("he lied",)]


def test_learning_or_keeping_that_was_cut_short_leaves_nothing_to_be_taken_for_whole(
    learnt: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(_: Any, kept: Path, **__: Any) -> None:
        kept.mkdir(parents=True)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("shutil.copytree", cut_short)
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "one", "he lied")
    assert trained(tmp_path / "two", "he lied") == "he lied"
    assert len(learnt) == 2


def test_another_message_or_another_way_of_learning_is_learnt_anew(learnt: list, tmp_path: Path) -> None:
    trained(tmp_path / "one", "he lied")
    assert trained(tmp_path / "two", "he lied", "she lied") == "he lied she lied"
    trained(tmp_path / "three", "he lied", "she lied", epochs=4)
    assert len(learnt) == 3
