"""What an answer to a question about danger means, learnt from answers that people wrote (data/safety/answers.yml). Knows nothing of Rasa.

A network as the one that reads messages (`bot.understanding`), given question and answer in one piece: "in the garden" is one thing after
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
TRAINING = Training(frozen=8, epochs=3, longest=96, long=96, rate=1.5e-4, joined=0.0, again=0.5)
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
    """A question of the talk: its words, the answers by what they mean, and which meanings say that all is well."""

    asks: str
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

    def __init__(self, reader: Reader, values: Sequence[str], warmth: float, questions: Mapping[str, Question]) -> None:
        self._reader = reader
        self._values = tuple(values)
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
        values = tuple(dict.fromkeys(value for question in questions.values() for value in question.values))
        rows = list(_rows(questions, elsewhere))
        targets = np.array([[value == own for own in values] for _, _, value in rows], np.float32)
        texts = [pair(question, text) for question, text, _ in rows]
        held = np.array([is_held_back(text) for _, text, _ in rows])
        network = Network(training, Layout({}, {"answer": values}))
        network.fit([text for text, out in zip(texts, held, strict=True) if not out], targets[~held], show)
        graph = network.exported()
        allowed = np.array([[value in question.values for value in values] for question, _, _ in rows])
        scores = Reader(graph).scores([text for text, out in zip(texts, held, strict=True) if out], show)
        warmth = temperature(np.where(allowed[held], scores, -30), targets[held])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _GRAPH).write_bytes(graph)
        (folder / _ABOUT).write_text(json.dumps({"values": values, "temperature": warmth}, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> AnswerModel:
        """Read back what `learn` wrote, and read once, so that the first answer waits no longer than the next."""
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        model = cls(Reader(folder / _GRAPH), about["values"], about["temperature"], load()[0])
        model.read(next(iter(model._questions)), "ready")
        return model

    def chances(self, question: str, text: str) -> dict[str, float]:
        """How likely `text` means each value of the question of this name."""
        asked = self._questions[question]
        places = [self._values.index(value) for value in asked.values if value in self._values]
        scores = self._reader.scores([pair(asked, text)])[:, places]
        chances = softmax(scores / self._warmth)[0]
        return {self._values[place]: float(chance) for place, chance in zip(places, chances, strict=True)}

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


def pair(question: Question, text: str) -> str:
    """Question and answer as they are read in one piece."""
    return f"{question.asks} | {text}"


def is_held_back(text: str) -> bool:
    """Whether an answer is held back from the training: by its words, so that new answers move no old one."""
    return hashlib.sha256(text.encode()).digest()[0] % _HELD_BACK == 0


def _rows(questions: Mapping[str, Question], elsewhere: Sequence[str]) -> Iterator[tuple[Question, str, str]]:
    for place, question in enumerate(questions.values()):
        for value, texts in question.answers.items():
            yield from ((question, text, value) for text in texts)
        for step in range(min(_ELSEWHERE, len(elsewhere))):  # other ones for each
            yield question, elsewhere[(place * _ELSEWHERE + step) % len(elsewhere)], UNCLEAR


@lru_cache(maxsize=2)
def load(path: Path = ANSWERS) -> tuple[dict[str, Question], tuple[str, ...]]:
    """The questions by name with their answers, and the lines that lead elsewhere whatever was asked."""
    file = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    found = {name: Question(about["asks"], about["answers"], tuple(about["all_is_well"])) for name, about in file["questions"].items()}
    return found, tuple(file["elsewhere"])


def fingerprint() -> str:
    """Twelve hex digits that change when something else would be learnt of answers."""
    questions, elsewhere = load()
    learnt = [[question.asks, question.answers] for question in questions.values()]
    means = [WEIGHTS_SHA256, asdict(TRAINING), _HELD_BACK, _ELSEWHERE]
    return hashlib.sha256(json.dumps([learnt, elsewhere, *means]).encode()).hexdigest()[:12]
