"""What is learnt is kept by what it was learnt from, and danger said in passing is heard (imports rasa)."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import spacy
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.meaning import BREACHES, DANGERS, Meaning, Peril, intent_of
from bot.nlu.meaning_classifier import MeaningClassifier
from bot.nlu.safety_guard import SafetyGuard
from bot.safety.assessment import HEARING, assess
from bot.understanding.model import MeaningModel, Reading


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


LONG = ["We had the boiler man in and he was lovely about the damp in the back room.", "He says it will be dead quiet soon.",
        "Then I did the big shop and the dog was sick in the car on the way home again."]  # fmt: skip


class Words:
    """Stands in for the model: danger is as likely as the `sure` words make it, in a text of few words."""

    calibration = SimpleNamespace(thresholds={"danger": [0.5]})

    def __init__(self, chance: float) -> None:
        self.chance = chance

    def read(self, text: str, _: Any = ()) -> Reading:
        chance = self.chance if "dead quiet" in text and len(text.split()) <= 25 else 0.1
        meaning = Meaning(dangers=("self_harm",) if chance >= 0.5 else ())
        told = {**dict.fromkeys((*BREACHES, *DANGERS), 0.01), "self_harm": chance, "danger": chance, "role": 0.9, "route": 0.9, "act": 0.9}
        told |= {"now": 0.1, **{f"whose_{danger}": 0.9 for danger in DANGERS}}
        return Reading(meaning, intent_of(meaning), 0.9, [("share_feeling", 0.9)], told, Peril({"self_harm": "partner"}))


@pytest.mark.parametrize(("chance", "dangers", "possible"), [(0.9, ["self_harm"], False), (0.8, ["none"], True), (0.6, ["none"], False)])
def test_a_danger_said_in_passing_is_heard_or_may_be_asked_about(chance: float, dangers: list[str], possible: bool, tmp_path: Path) -> None:
    config = MeaningClassifier.get_default_config()
    classifier = MeaningClassifier(config, LocalModelStorage(tmp_path), Resource("meaning"), Words(chance))  # type: ignore[arg-type]
    doc = spacy.blank("en")
    doc.add_pipe("sentencizer")
    message = Message({"text": " ".join(LONG), "text_spacy_doc": doc(" ".join(LONG))})
    classifier.process([message])
    assert message.get("meaning")["safety"] == dangers
    hearing = message.get(HEARING)
    heard = Meaning.from_labels(message.get("meaning")).dangers
    found = assess(message.get("text"), heard, hearing, possible=0.4).possible
    assert (found is not None and found.danger == "self_harm") is possible
    if dangers == ["self_harm"]:
        assert message.get("intent")["name"] == "crisis_self_harm" and hearing.peril.whose["self_harm"] == "partner"


def test_of_what_was_not_read_nothing_is_known(tmp_path: Path) -> None:
    classifier = MeaningClassifier(
        MeaningClassifier.get_default_config(),
        LocalModelStorage(tmp_path),
        Resource("meaning"),
        Words(0.9),  # type: ignore[arg-type]
    )
    message = Message({"text": "я не могу больше так жить, I want to kill myself"})
    classifier.process([message])
    assert message.get(HEARING).chances == {}
    (message,) = SafetyGuard(0.4).process([message])
    assert message.get("meaning")["safety"] == ["self_harm"]


@pytest.mark.parametrize(
    ("text", "share", "raised"),
    [
        ("im 15 and my boyfriend cheated on me", 1.1, False),
        ("im 15 and my boyfriend cheated on me", 1.3, True),
        ("my nephew is so quiet since", 1.1, True),
    ],
)
def test_that_a_child_writes_is_no_danger_by_itself(text: str, share: float, raised: bool, tmp_path: Path) -> None:
    def read(_text: str, _sentences: Any = ()) -> Reading:
        told = {
            **dict.fromkeys((*BREACHES, *DANGERS), 0.01),
            "child_at_risk": 0.8,
            "danger": 0.5 * share,
            "role": 0.9,
            "route": 0.9,
            "act": 0.9,
        }
        told |= {"now": 0.1, **{f"whose_{danger}": 0.9 for danger in DANGERS}}
        meaning = Meaning(("infidelity",), dangers=("child_at_risk",))
        return Reading(meaning, "crisis_child_at_risk", 0.6, [("infidelity", 0.9)], told, Peril({"child_at_risk": "other"}))

    model: Any = SimpleNamespace(calibration=Words.calibration, read=read)
    message = Message({"text": text})
    MeaningClassifier(MeaningClassifier.get_default_config(), LocalModelStorage(tmp_path), Resource("meaning"), model).process([message])
    assert (message.get("intent")["name"] == "crisis_child_at_risk") is raised
    assert (message.get("meaning")["safety"] == ["child_at_risk"]) is raised
