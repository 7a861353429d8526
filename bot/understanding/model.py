"""Reads a message: the scores of the network and of n-grams, how sure they are, and what follows from them. Knows nothing of Rasa."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.meaning import (
    ASKS,
    BREACHES,
    CRISIS_INTENTS,
    DANGERS,
    DIALOGUE,
    NO_PERIL,
    ROLES,
    ROUTES,
    SMALL_TALK,
    WHOSE,
    Meaning,
    Peril,
    ask_of,
    intent_of,
)
from bot.understanding.calibration import Calibration, Limits, any_of
from bot.understanding.encoder import LONGEST
from bot.understanding.labels import ACTS, SETS, target
from bot.understanding.network import Network, Training
from bot.understanding.ngrams import Ngrams
from bot.understanding.reader import Reader, Show

#: One training message in so many is held back from the network to choose thresholds on.
HELD_BACK = 8
#: Word pieces of one window of a message that is too long to be read at once.
_WINDOW = 256
#: Moves that say nothing of what happened.
_SAY_NOTHING = (*SMALL_TALK, *(move for move in DIALOGUE if move != "correct"))
#: Probability from which on it is taken that nobody said who did it.
_PLAINLY_UNKNOWN = 0.7
#: Probability from which on a message that tells neither breach nor danger is taken for what this bot is not for.
_OUTSIDE = 0.3
#: Share of the n-grams in the scores; from a fifth to three tenths the held-back messages are read alike, outside of it worse.
SHARE_OF_NGRAMS = 0.25
#: Files of a model.
_GRAPH, _NGRAMS, _CALIBRATION = "network.onnx", "ngrams.npz", "calibration.json"


def fingerprint() -> str:
    """Twelve hex digits that change when this package would learn or read differently."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class Reading:
    """What the model reads: the meaning, the intent, and the likeliest intents with their probabilities.

    `confidence` is the intent's probability. `chances` holds the probabilities behind it: of each breach and danger, of `danger` (any at
    all), of the `role`, `route` and `act` that were read, and of `now` and each danger's `whose_…` in `peril`: whose each danger would be,
    and whether it is of this moment.
    `is_told` is whether the meaning says anything the model is sure of.
    """

    meaning: Meaning
    intent: str
    confidence: float
    ranking: list[tuple[str, float]]
    chances: dict[str, float]
    peril: Peril = NO_PERIL

    @property
    def is_told(self) -> bool:
        return bool(self.meaning.breaches or self.meaning.dangers)


class MeaningModel:
    """What was learnt, the network and the n-grams, and how sure they are together.

    `learn` writes a model from texts, their meanings and intents; `load` gives it back, and `read` turns one text into a `Reading`.
    """

    def __init__(self, reader: Reader, ngrams: Ngrams, calibration: Calibration) -> None:
        self.reader = reader
        self.ngrams = ngrams
        self.calibration = calibration

    @staticmethod
    def learn(
        folder: Path,
        texts: Sequence[str],
        meanings: Sequence[Meaning],
        intents: Sequence[str],
        perils: Sequence[Peril],
        training: Training | None = None,
        limits: Limits | None = None,
        show: Show = lambda steps, _name, _count: steps,
    ) -> None:
        """Learn from `texts` with their meanings, intents and perils, and write what was learnt into `folder` (made if missing).

        `show(steps, name, count)` may report on each long loop.
        """
        labelled = zip(meanings, intents, perils, strict=True)
        targets = np.stack([target(meaning, act_of(meaning, intent), peril) for meaning, intent, peril in labelled])
        held = np.array([is_held_back(text) for text in texts])
        learnt, others = ([text for text, out in zip(texts, held, strict=True) if out == side] for side in (False, True))
        network = Network(training)
        network.fit(learnt, targets[~held], show)
        graph = network.exported()
        ngrams = Ngrams.learn(learnt, targets[~held], show)
        scores = averaged(Reader(graph).scores(others, show), ngrams.scores(others))
        calibration = Calibration.fit(scores, targets[held], limits or Limits())
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _GRAPH).write_bytes(graph)
        ngrams.save(folder / _NGRAMS)
        (folder / _CALIBRATION).write_text(json.dumps(calibration.as_dict(), indent=1), encoding="utf-8")

    def read(self, text: str, sentences: Sequence[str] = ()) -> Reading:
        """Read one text; one too long to be read at once is read window by window, cut between its `sentences`."""
        windows = self._windows(text, sentences)
        found = self.calibration.probabilities(averaged(self.reader.scores(windows), self.ngrams.scores(windows)))
        return reading_of(joined(found), self.calibration.thresholds)

    @classmethod
    def load(cls, folder: Path) -> MeaningModel:
        """Read back what `learn` wrote, and read once, so that the first message waits no longer than the next."""
        about = json.loads((folder / _CALIBRATION).read_text(encoding="utf-8"))
        model = cls(Reader(folder / _GRAPH), Ngrams.load(folder / _NGRAMS), Calibration(**about))
        model.read("ready, whatever may come")
        return model

    def _windows(self, text: str, sentences: Sequence[str]) -> list[str]:
        is_short = len(text) < LONGEST or len(self.reader.pieces([text])[0]) < LONGEST  # no piece is shorter than a letter
        if is_short or not sentences:
            return [text]
        return windows(sentences, [len(pieces) for pieces in self.reader.pieces(sentences)])


def averaged(network: np.ndarray, ngrams: np.ndarray) -> np.ndarray:
    """The weighed mean of the scores of both."""
    return (1 - SHARE_OF_NGRAMS) * network + SHARE_OF_NGRAMS * ngrams


def is_held_back(text: str) -> bool:
    """Whether a training message is held back to choose thresholds on: by its words, so that new messages move no old one."""
    return hashlib.sha256(text.encode()).digest()[0] % HELD_BACK == 0


def act_of(meaning: Meaning, intent: str) -> str:
    """What a training message does (one of ACTS), from its meaning and intent."""
    if intent in (*DIALOGUE, *SMALL_TALK):
        return intent
    return "greet" if meaning.ask == "small_talk" else meaning.ask


def windows(sentences: Sequence[str], lengths: Sequence[int]) -> list[str]:
    """Sentences put together into windows of up to `_WINDOW` word pieces, of which each sentence has so many; a longer one is its own."""
    found: list[list[str]] = []
    room = 0
    for sentence, length in zip(sentences, lengths, strict=True):
        if length > room:
            found.append([])
            room = _WINDOW
        found[-1].append(sentence)
        room -= length
    return [" ".join(window) for window in found]


def joined(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """One row of probabilities for a message read in several windows: what any window reports, the message reports.

    Of choices the window counts that is surest of a value that says something (`unknown`, `none` and `tell` say nothing).
    """
    row = {field: values.max(0) for field, values in found.items() if field in SETS}
    for place, danger in enumerate(DANGERS):  # the window that is surest of a danger says whose it is
        row[f"whose_{danger}"] = found[f"whose_{danger}"][int(np.argmax(found["dangers"][:, place]))]
    for field, nothing in (("role", ROLES.index("unknown")), ("route", ROUTES.index("none")), ("act", ACTS.index("tell"))):
        row[field] = found[field][int(np.argmin(found[field][:, nothing]))]
    return row


def reading_of(found: dict[str, np.ndarray], thresholds: dict[str, list[float]]) -> Reading:
    """What follows from one message's probabilities: its meaning, and from the meaning its intent (`bot.meaning.intent_of`)."""
    act = ACTS[int(np.argmax(found["act"]))]
    is_told = any_of(found["breaches"]) >= thresholds["breach"][0] and act not in _SAY_NOTHING
    breaches = _holding(BREACHES, found["breaches"], thresholds["breaches"]) if is_told else ()
    dangers = _holding(DANGERS, found["dangers"], thresholds["dangers"]) if found["danger"][0] >= thresholds["danger"][0] else ()
    if not breaches and not dangers and act not in _SAY_NOTHING and found["act"][ACTS.index("out_of_scope")] >= _OUTSIDE:
        act = "out_of_scope"
    meaning = Meaning(
        breaches=breaches,
        role=_role(found["role"]),
        route=ROUTES[int(np.argmax(found["route"]))],
        dangers=dangers,
        ask=ask_of(act),
    )
    main = max(breaches, key=lambda value: found["breaches"][BREACHES.index(value)], default="share_feeling")
    intent = intent_of(meaning, told_as=act if act != "tell" and act not in ASKS else main)
    chances = {value: float(chance) for value, chance in zip(BREACHES + DANGERS, [*found["breaches"], *found["dangers"]], strict=True)}
    chances |= {"danger": float(found["danger"][0]), "role": float(found["role"][ROLES.index(meaning.role)])}
    chances |= {"route": float(found["route"].max()), "act": float(found["act"][ACTS.index(act)])}
    ranking = _ranking(found)
    confidence = chances["danger"] if intent in CRISIS_INTENTS else dict(ranking)[intent]
    whose = {danger: WHOSE[danger][int(np.argmax(found[f"whose_{danger}"]))] for danger in DANGERS}
    chances |= {"now": float(found["now"][0]), **{f"whose_{danger}": float(found[f"whose_{danger}"].max()) for danger in DANGERS}}
    return Reading(meaning, intent, confidence, ranking, chances, Peril(whose, bool(found["now"][0] >= thresholds["now"][0])))


def _role(chances: np.ndarray) -> str:
    """The likeliest role; `unknown` only where it is plain, for who did it is often said by half a word."""
    unknown = ROLES.index("unknown")
    named = np.where(np.arange(len(ROLES)) == unknown, 0, chances)
    return ROLES[unknown] if chances[unknown] >= _PLAINLY_UNKNOWN else ROLES[int(np.argmax(named))]


def _holding(values: Sequence[str], chances: np.ndarray, thresholds: Sequence[float]) -> tuple[str, ...]:
    """The values that hold where one is known to: those over their threshold, or else the likeliest."""
    over = [value for value, chance, least in zip(values, chances, thresholds, strict=True) if chance >= least]
    return tuple(over) or (values[int(np.argmax(chances))],)


def _ranking(found: dict[str, np.ndarray]) -> list[tuple[str, float]]:
    """Every intent without danger with its probability, likeliest first: telling is shared out among the breaches and a feeling."""
    chances = dict(zip(ACTS, map(float, found["act"]), strict=True))
    tells = chances.pop("tell")
    share = np.append(found["breaches"], np.prod(1 - found["breaches"]))
    chances |= dict(zip((*BREACHES, "share_feeling"), map(float, tells * share / share.sum()), strict=True))
    return sorted(chances.items(), key=lambda entry: -entry[1])
