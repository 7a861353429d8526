"""What an answer to a question about danger means, learnt from answers that people wrote (data/safety/answers.yml). Knows nothing of Rasa.

A network as the one that reads messages (`bot.understanding`), with scores of its own for each question: "in the garden" is one thing after
"is it safe for you to read this?" and another after "is there a grown-up who could take over?".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml

from bot.safety.talk import UNCLEAR
from bot.settings import PROJECT
from bot.understanding.calibration import softmax, temperature
from bot.understanding.encoder import WEIGHTS_SHA256
from bot.understanding.labels import Layout
from bot.understanding.network import Network, Training
from bot.understanding.reader import Reader, Show

ANSWERS = PROJECT / "data" / "safety" / "answers.yml"
#: Probability from which on it is believed that all is well; a wrong "safe" is the worst that can be understood.
SURE_OF_WELL = 0.85
#: Short texts, and few: each is learnt from whole and alone, three times and the worse half once more, by the upper third of the layers.
TRAINING = Training(frozen=8, epochs=3, batch=32, longest=96, long=96, rate=2e-4, head_rate=3e-3, joined=0.0, again=0.5)
#: One answer in so many is held back to choose the temperature on.
_HELD_BACK = 8
#: How many of the lines that lead elsewhere each question is shown.
_ELSEWHERE = 16
#: … and that the other one is back: in the middle of telling, much sounds like it.
_INTERRUPTED = "interrupted"
#: … and that it is another one's danger, or the writer's own, or deed, with the probability from which on that is believed: whoever was
#: hurt is not to be taken for the one who did it.
_ONLY_IF_SURE, SURE_OF_WHOSE = ("by_me", "other", "me"), 0.7
#: Words from which on an answer is not believed to say that all is well: it was learnt from short ones, and the worst may come last.
_LONG = 40
_GRAPH, _ABOUT = "answers.onnx", "answers.json"


@dataclass(frozen=True)
class Question:
    """A question of the talk: the answers by what they mean, and which meanings say that all is well."""

    answers: Mapping[str, Sequence[str]]
    all_is_well: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """What an answer to it may mean."""
        return tuple(dict.fromkeys((*self.answers, UNCLEAR)))


@dataclass(frozen=True)
class Meant:
    """What an answer means: the likeliest value, whether that one says that all is well, and, if so, whether it is sure enough."""

    value: str
    is_well: bool = False
    is_sure: bool = True


class AnswerModel:
    """What was learnt of answers: `learn` writes it, `load` gives it back, `read` says what one answer means."""

    def __init__(self, reader: Reader, values: Mapping[str, Sequence[str]], warmth: float, questions: Mapping[str, Question]) -> None:
        self._reader = reader
        self._values = values
        self._parts = _layout(values).slices()
        self._warmth = warmth
        self._questions = questions

    @staticmethod
    def learn(
        folder: Path,
        questions: Mapping[str, Question],
        elsewhere: Sequence[str] = (),
        training: Training = TRAINING,
        show: Show = lambda steps, _name, _count: steps,
    ) -> None:
        """Learn what the answers of `questions` mean, and write it into `folder`; lines that lead `elsewhere` answer none of them."""
        values = {name: question.values for name, question in questions.items()}
        layout = _layout(values)
        rows = list(_rows(questions, elsewhere))
        targets, asked = np.zeros((2, len(rows), layout.scores), np.float32)
        for row, (name, _, value) in enumerate(rows):
            part = layout.slices()[name]
            asked[row, part] = 1
            targets[row, part.start + values[name].index(value)] = 1
        texts = [text for _, text, _ in rows]
        held = np.array([is_held_back(text) for text in texts])
        network = Network(training, layout)
        network.fit([text for text, out in zip(texts, held, strict=True) if not out], targets[~held], show)
        graph = network.exported()
        scores = Reader(graph).scores([text for text, out in zip(texts, held, strict=True) if out], show)
        warmth = temperature(np.where(asked[held] > 0, scores, -30), targets[held])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _GRAPH).write_bytes(graph)
        (folder / _ABOUT).write_text(json.dumps({"values": values, "temperature": warmth}, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> AnswerModel:
        """Read back what `learn` wrote, and read once, so that the first answer waits no longer than the next."""
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        model = cls(Reader(folder / _GRAPH), about["values"], about["temperature"], load()[0])
        model.read(next(iter(model._values)), "ready")
        return model

    def chances(self, question: str, text: str) -> dict[str, float]:
        """How likely `text` means each value of the question of this name."""
        scores = self._reader.scores([text])[:, self._parts[question]]
        chances = softmax(scores / self._warmth)[0]
        return dict(zip(self._values[question], map(float, chances), strict=True))

    def read(self, question: str, text: str) -> Meant:
        """What `text` means as an answer to the question of this name."""
        chances = {
            value: chance for value, chance in self.chances(question, text).items() if value not in _ONLY_IF_SURE or chance >= SURE_OF_WHOSE
        }
        value = max(chances, key=lambda name: chances[name])
        well = self._questions[question].all_is_well
        if value not in well:
            return Meant(value, is_sure=value != _INTERRUPTED or chances[value] >= SURE_OF_WELL)
        is_sure = sum(chances.get(name, 0.0) for name in well) >= SURE_OF_WELL and len(text.split()) < _LONG
        return Meant(value, is_well=True, is_sure=is_sure)


def is_held_back(text: str) -> bool:
    """Whether an answer is held back from the training: by its words, so that new answers move no old one."""
    return hashlib.sha256(text.encode()).digest()[0] % _HELD_BACK == 0


def _layout(values: Mapping[str, Sequence[str]]) -> Layout:
    """What is scored of an answer: what it means to each question."""
    return Layout({}, {name: tuple(meanings) for name, meanings in values.items()})


def _rows(questions: Mapping[str, Question], elsewhere: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Every answer: the name of the question, its words, and what it means."""
    for place, (name, question) in enumerate(questions.items()):
        for value, texts in question.answers.items():
            yield from ((name, text, value) for text in texts)
        for step in range(min(_ELSEWHERE, len(elsewhere))):  # other ones for each
            yield name, elsewhere[(place * _ELSEWHERE + step) % len(elsewhere)], UNCLEAR


@lru_cache(maxsize=2)
def load(path: Path = ANSWERS) -> tuple[dict[str, Question], tuple[str, ...]]:
    """The questions by name with their answers, and the lines that lead elsewhere whatever was asked."""
    file = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    found = {name: Question(about["answers"], tuple(about["all_is_well"])) for name, about in file["questions"].items()}
    return found, tuple(file["elsewhere"])


def fingerprint() -> str:
    """Twelve hex digits that change when something else would be learnt of answers."""
    questions, elsewhere = load()
    learnt = {name: question.answers for name, question in questions.items()}
    means = [WEIGHTS_SHA256, asdict(TRAINING), _HELD_BACK, _ELSEWHERE]
    return hashlib.sha256(json.dumps([learnt, elsewhere, *means]).encode()).hexdigest()[:12]
