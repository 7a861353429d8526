"""Which way of reading messages is best: every way learns from the same messages and is measured on the same held-out half.

    python -m benchmarks.understanding [WAY ...] [--set FILE.jsonl ...]

Without names it measures every way, one after the other, and shows progress. Thresholds and calibration are chosen alike for all that give
scores, on the messages held back from training; Rasa's own classifiers are trained once for each field, with that field's value (sets
joined) as the intent. The figures go into docs/benchmarks/understanding.json, where those of earlier runs stay, and the table of all into
docs/benchmarks/understanding.md. Further sets may be named; they are read, never learnt from.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import click
import numpy as np
import yaml
from tqdm import tqdm

from bot import spacy_pipeline
from bot.cli import servers
from bot.cli.evaluate import ERRORS, FIGURES
from bot.evaluation import figures
from bot.evaluation.figures import Row
from bot.evaluation.report import by_part
from bot.meaning import Meaning, Peril
from bot.nlu.parser import parser
from bot.safety.patterns import dangers_named
from bot.settings import PROJECT
from bot.understanding.calibration import Calibration, Limits
from bot.understanding.encoder import DIMENSIONS, LAYERS, Encoder, padded
from bot.understanding.labels import SCORES, SETS, slices, target
from bot.understanding.model import act_of, averaged, is_held_back, reading_of
from bot.understanding.network import Network, Training
from bot.understanding.ngrams import Ngrams
from bot.understanding.reader import Reader

TABLE = PROJECT / "docs" / "benchmarks" / "understanding.md"
RESULTS = TABLE.with_suffix(".json")
#: Figures in the table, and what they are called there.
TOLD = {
    "breaches_f1": "breaches F1", "breach_alarms": "breach alarms", "role_of_breach": "role, breach told",
    "route_f1": "route F1", "ask": "ask",
    "danger_noticed": "danger noticed", "danger_alarms": "danger alarms", "alarming_alarms": "alarms, alarming",
    "out_of_scope": "out of scope", "noticed_with_patterns": "danger noticed, patterns added",
    "alarms_with_patterns": "danger alarms, patterns added",
}  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """A training message, what it means, its intent, and more of its dangers."""

    text: str
    meaning: Meaning
    intent: str
    peril: Peril


#: What was read of a message: its meaning and intent.
Read = tuple[Meaning, str]
#: Learns from messages and gives a function from texts to what is read of them.
Way = Callable[[Sequence[Labelled]], Callable[[Sequence[str]], list[Read]]]
#: Learns targets (messages, SCORES) from texts and gives a function from texts to scores of the same shape.
Scorer = Callable[[Sequence[str], np.ndarray], Callable[[Sequence[str]], np.ndarray]]


def calibrated(scorer: Scorer) -> Way:
    """Scores turned into meanings as the product does it, with thresholds chosen on the messages held back."""

    def learn(messages: Sequence[Labelled]) -> Callable[[Sequence[str]], list[Read]]:
        texts = [message.text for message in messages]
        targets = np.stack([target(message.meaning, act_of(message.meaning, message.intent), message.peril) for message in messages])
        held = np.array([is_held_back(text) for text in texts])
        scores = scorer([text for text, out in zip(texts, held, strict=True) if not out], targets[~held])
        calibration = Calibration.fit(scores([text for text, out in zip(texts, held, strict=True) if out]), targets[held], Limits())

        def read(others: Sequence[str]) -> list[Read]:
            chances = calibration.probabilities(scores(others))
            rows = [{field: values[index] for field, values in chances.items()} for index in range(len(others))]
            readings = [reading_of(row, calibration.thresholds) for row in rows]
            return [(reading.meaning, reading.intent) for reading in readings]

        return read

    return learn


#: Rounds, and longest messages in words, that Rasa's classifier is trained with. It pads every message of a batch to the longest, and
#: squares that: 100 rounds over all messages, its default, would be some forty hours for five fields on 2 cores.
_ROUNDS, _WORDS = 8, 60


def each_field(pipeline: Sequence[dict[str, Any]]) -> Way:
    """A pipeline of Rasa, trained once for each field with that field's value as the intent, sets joined."""

    def learn(messages: Sequence[Labelled]) -> Callable[[Sequence[str]], list[Read]]:
        short = _short(messages)
        with tempfile.TemporaryDirectory() as folder:
            parsers = {field: _trained(Path(folder) / field, pipeline, short, field) for field in Meaning().as_labels()}

        def read(texts: Sequence[str]) -> list[Read]:
            found = []
            for text in tqdm(texts, desc="Reading", unit="message"):
                said = {field: parse(text)["intent"]["name"] or "nlu_fallback" for field, parse in parsers.items()}
                labels = {field: _parted(field, value) for field, value in said.items()}
                found.append((Meaning.from_labels(labels), said["ask"]))
            return found

        return read

    return learn


def _short(messages: Sequence[Labelled]) -> list[Labelled]:
    return [message for message in messages if len(message.text.split()) <= _WORDS]


#: What an intent name joins the values of a set with, and stands for the empty one.
_JOINT, _EMPTY = "_and_", "nothing"


def _joint(values: Any) -> str:
    return str(values) if isinstance(values, str) else _JOINT.join(sorted(values)) or _EMPTY


def _parted(field: str, name: str) -> Any:
    empty = Meaning().as_labels()[field]
    if name in ("nlu_fallback", _EMPTY):
        return empty
    return name if isinstance(empty, str) else name.split(_JOINT)


def _trained(folder: Path, pipeline: Sequence[dict[str, Any]], messages: Sequence[Labelled], field: str) -> Callable[[str], dict[str, Any]]:
    """Train one field's classifier and give its parser; Rasa's own progress is shown."""
    folder.mkdir()
    config = {
        "recipe": "default.v1", "language": "en", "assistant_id": "benchmark", "pipeline": list(pipeline),
        "importers": [{"name": "bot.nlu.importer.Importer"}],  # only how fast the messages are read
    }  # fmt: skip
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    by_value: dict[str, list[dict[str, str]]] = {}
    for message in messages:
        by_value.setdefault(_joint(message.meaning.as_labels()[field]), []).append({"text": message.text})
    nlu = {"version": "3.1", "nlu": [{"intent": value, "examples": examples} for value, examples in by_value.items()]}
    (folder / "nlu.yml").write_text(yaml.safe_dump(nlu, allow_unicode=True), encoding="utf-8")
    files = ["--config", str(folder / "config.yml"), "--nlu", str(folder / "nlu.yml"), "--out", str(folder)]
    command = servers.rasa("train", "nlu", *files, "--fixed-model-name", field)
    subprocess.run(command, cwd=PROJECT, env={**servers.environ(), "RASA_CACHE_DIRECTORY": str(folder / "cache")}, check=True)
    return parser(folder / f"{field}.tar.gz")


#: Rasa's classifier on the states of the published encoder.
DIET_ENCODER: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "benchmarks.encoder_featurizer.EncoderFeaturizer"},
    {"name": "DIETClassifier", "epochs": _ROUNDS, "entity_recognition": False, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]


def default_pipeline() -> list[dict[str, Any]]:
    """Rasa's default pipeline, which `rasa init` leaves to it, with _ROUNDS rounds."""
    text = resources.files("rasa.engine.recipes").joinpath("config_files/default_config.yml").read_text(encoding="utf-8")
    components = yaml.safe_load(text)["pipeline"]
    return [component | ({"epochs": _ROUNDS} if "epochs" in component else {}) for component in components]


def network(**settings: Any) -> Scorer:
    """The network as in the product, with other settings."""

    def learn(texts: Sequence[str], targets: np.ndarray) -> Callable[[Sequence[str]], np.ndarray]:
        made = Network(replace(Training(), **settings))
        made.fit(texts, targets, _shown)
        return Reader(made.exported()).scores

    return learn


def regression(feature: Callable[[], Any]) -> Scorer:
    """Logistic regression, a value each, on this feature."""

    def learn(texts: Sequence[str], targets: np.ndarray) -> Callable[[Sequence[str]], np.ndarray]:
        from sklearn.linear_model import LogisticRegression

        maker = feature()
        rows = maker.transform(texts)
        heads: dict[int, Any] = {}
        for field, part in tqdm(slices().items(), desc="Logistic regression", unit="field"):
            if field in SETS:
                for index in range(part.start, part.stop):
                    heads[index] = LogisticRegression(C=10.0, class_weight="balanced", max_iter=300).fit(rows, targets[:, index] > 0)
            else:
                heads[part.start] = LogisticRegression(C=10.0, max_iter=300).fit(rows, targets[:, part].argmax(1))

        def scores(others: Sequence[str]) -> np.ndarray:
            read = maker.transform(others)
            said = np.full((len(others), SCORES), -20.0, np.float32)
            for start, head in heads.items():
                found = head.decision_function(read)
                columns = [start] if found.ndim == 1 else [start + int(value) for value in head.classes_]
                said[:, columns] = found.reshape(len(others), -1)
            return said

        return scores

    return learn


def ngrams(texts: Sequence[str], targets: np.ndarray) -> Callable[[Sequence[str]], np.ndarray]:
    """The n-grams of the product, alone."""
    return Ngrams.learn(texts, targets, _shown).scores


def with_ngrams(scorer: Scorer) -> Scorer:
    """The scores of another way, with n-grams weighed in as in the product."""

    def learn(texts: Sequence[str], targets: np.ndarray) -> Callable[[Sequence[str]], np.ndarray]:
        one, other = scorer(texts, targets), _NGRAMS(texts, targets)
        return lambda others: averaged(one(others), other(others))

    return learn


def once(scorer: Scorer) -> Scorer:
    """The scorer, which learns at its first use in a run and is taken as learnt at the next: every way learns from the same messages."""
    learnt: list[Callable[[Sequence[str]], np.ndarray]] = []

    def learn(texts: Sequence[str], targets: np.ndarray) -> Callable[[Sequence[str]], np.ndarray]:
        if not learnt:
            learnt.append(scorer(texts, targets))
        return learnt[0]

    return learn


class Embedding:
    """The published sentence embedding of the whole text, and with `sentences` also the mean and maximum over its sentences."""

    def __init__(self, sentences: bool = False) -> None:
        self._sentences = sentences
        self._nlp = spacy_pipeline.load() if sentences else None
        self._encoder = Encoder(LAYERS)

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (texts, DIMENSIONS), with `sentences` three times as many."""
        whole = self._embed(texts)
        if self._nlp is None:
            return whole
        parts = [spacy_pipeline.sentences(spacy_pipeline.read(self._nlp, text)) or [text] for text in texts]
        vectors = self._embed([sentence for sentences in parts for sentence in sentences])
        ends = np.cumsum([len(sentences) for sentences in parts])
        pieces = np.split(vectors, ends[:-1])
        pooled = [np.concatenate([piece.mean(0), piece.max(0)]) for piece in pieces]
        return np.hstack([whole, np.stack(pooled)])

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        pieces = self._encoder.pieces(texts, 256)
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(pieces[index]))
        for start in tqdm(range(0, len(texts), 32), desc="Embedding", unit="batch"):
            chosen = by_length[start : start + 32]
            ids, mask = padded([pieces[index] for index in chosen])
            states = self._encoder.lower(ids, mask).numpy()
            mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            vectors[chosen] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return vectors


#: What the product trains.
_SHIPPED = "network-top-6-ngrams"
#: What a way that joins others costs besides its own.
_JOINING = (_SHIPPED, "regression-encoder-sentences-ngrams", "minilm-regression-sentences-ngrams", "minilm-network-top-5-ngrams")
_BESIDES = dict.fromkeys(_JOINING, " besides the two it joins")
_NETWORK, _NGRAMS = once(network()), once(ngrams)
_SENTENCES = once(regression(lambda: Embedding(sentences=True)))
SCORERS: dict[str, Scorer] = {
    "regression-ngrams": _NGRAMS,
    "regression-encoder": regression(Embedding),
    "regression-encoder-sentences": _SENTENCES,
    "regression-encoder-sentences-ngrams": with_ngrams(_SENTENCES),
    "network-heads-only": network(frozen=LAYERS),
    "network-top-3": network(frozen=9),
    "network-top-6": _NETWORK,
    "network-thorough": network(epochs=2, again=0.0, of_long=1.0, rate=5e-5),
    _SHIPPED: with_ngrams(_NETWORK),
}
_OF_RASA: dict[str, Way] = {"rasa-default": each_field(default_pipeline()), "diet-encoder": each_field(DIET_ENCODER)}
WAYS: dict[str, Way] = {
    **_OF_RASA,
    **{name: calibrated(scorer) for name, scorer in SCORERS.items()},
}


def _shown(steps: Iterable[Any], name: str, count: int) -> Iterable[Any]:
    return tqdm(steps, desc=name, total=count, unit="step")


def messages() -> list[Labelled]:
    """The training messages."""
    found = []
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            for example in block["examples"]:
                labels = example["metadata"]
                found.append(Labelled(example["text"].strip(), Meaning.from_labels(labels), block["intent"], Peril.from_labels(labels)))
    return found


def measure(way: Way, sets: dict[str, list[Row]]) -> dict[str, Any]:
    """Train one way and give its figures on each set, the seconds of processor that training took, and the milliseconds a message takes."""
    lesson = messages()
    start = _busy()
    reader = way(lesson)
    found: dict[str, Any] = {"seconds": round(_busy() - start), "messages": len(lesson), "sets": {}}
    unread: list[Row] = []
    for name, rows in sets.items():
        start = time.perf_counter()
        readings = reader([row.text for row in rows])
        found["milliseconds"] = round((time.perf_counter() - start) / len(rows) * 1000, 1)
        read = [replace(row, read=meaning, intent=intent) for row, (meaning, intent) in zip(rows, readings, strict=True)]
        shares = {key: figure.value for key, figure in figures.figures(read).items() if figure.count}
        warned = [replace(row, read=_with_patterns(row)) for row in read]
        of_warned = figures.figures(warned)
        shares |= {"noticed_with_patterns": of_warned["danger_noticed"].value, "alarms_with_patterns": of_warned["danger_alarms"].value}
        found["sets"][name] = shares
        if name == FIGURES.stem:
            found["parts"] = {part: _counted(figures.figures(those)) for part, those in figures.parts(read).items()}
        if name != ERRORS.stem:
            unread += warned
    pooled = figures.figures(unread)
    found["pooled_with_patterns"] = {name: asdict(pooled[name]) for name in ("danger_noticed", "danger_alarms")}
    return found


def _counted(found: dict[str, figures.Figure]) -> dict[str, dict[str, float]]:
    return {name: asdict(figure) for name, figure in found.items() if figure.count and name in TOLD}


def _busy() -> float:
    """Seconds that the processors worked for this process and those it started and that ended: other work does not count."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _with_patterns(row: Row) -> Meaning:
    return replace(row.read, dangers=(*row.read.dangers, *dangers_named(row.text)))


def table(results: dict[str, Any]) -> str:
    """All that was measured, as the page docs/benchmarks/understanding.md."""
    lines = [
        "# Ways of reading a message",
        "",
        "Written by `python -m benchmarks.understanding` on 2 cores. Every way learns from the same training messages, thresholds are "
        "chosen alike on the eighth held back, and the figures are of the held-out half that nobody has read "
        "(`tests/nlu/held_out_figures.jsonl`). No rules are added here, and patterns only in the last two columns. `rasa-default` is the "
        "pipeline of `rasa init`, `diet-encoder` Rasa's classifier on the states of the published encoder, both trained once for each "
        f"field on the messages of up to {_WORDS} words in {_ROUNDS} rounds: 100 rounds over all of them would be some forty hours. "
        f"`{_SHIPPED}` is what the product trains; its figures with patterns and rules are those of `make evaluate`. What is "
        "not there was not measured yet; the ways beginning with `minilm` are of the encoder before, all-MiniLM-L6-v2. `training` is time "
        "of the processors, of which there are two; a row of fewer messages is of an "
        "earlier day.",
        "",
        *_rows(results, FIGURES.stem),
    ]
    if _SHIPPED in results:
        shipped = results[_SHIPPED]
        parts = {part: {name: figures.Figure(**figure) for name, figure in those.items()} for part, those in shipped["parts"].items()}
        lines += ["", f"## Where the errors of `{_SHIPPED}` lie", "", "In brackets: of how many messages.", "", *by_part(parts)]
        for name in shipped["sets"]:
            if name not in (FIGURES.stem, ERRORS.stem):
                lines += ["", f"## {name}", "", *_rows(results, name)]
        noticed, alarms = (figures.Figure(**shipped["pooled_with_patterns"][name]) for name in ("danger_noticed", "danger_alarms"))
        told = f"`{_SHIPPED}` with patterns, all sets above pooled: danger noticed {noticed}, alarms without danger {alarms}."
        lines += ["", "## Danger in all sets", "", told]
    return "\n".join(lines) + "\n"


def _rows(results: dict[str, Any], name: str) -> list[str]:
    """What every way reached on one set, as lines of a Markdown table."""
    lines = [f"| way | {' | '.join(TOLD.values())} | training |", "|---" * (len(TOLD) + 2) + "|"]
    for way in [*(way for way in WAYS if way in results), *(way for way in results if way not in WAYS)]:
        shares = results[way]["sets"].get(name, {})
        cells = [f"{shares[key]:.3f}" if key in shares else "" for key in TOLD]
        took = f"{results[way]['seconds']} s{_BESIDES.get(way, '')}, " if "seconds" in results[way] else ""
        lines.append(f"| {way} | {' | '.join(cells)} | {took}{results[way]['messages']} messages |")
    return lines


@click.command(help=__doc__)
@click.argument("ways", nargs=-1, type=click.Choice(list(WAYS)))
@click.option("--set", "others", multiple=True, type=click.Path(exists=True, path_type=Path))
def main(ways: tuple[str, ...], others: tuple[Path, ...]) -> None:
    """Measure and write the table."""
    sets = {path.stem: figures.load(path) for path in (FIGURES, ERRORS, *others)}
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name in ways or tuple(WAYS):
        results[name] = measure(WAYS[name], sets)
        if name in _OF_RASA:
            results[name]["messages"] = len(_short(messages()))
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        TABLE.write_text(table(results), encoding="utf-8")
        click.echo(f"{name}: {results[name]['seconds']} s; " + json.dumps(results[name]["sets"]))


if __name__ == "__main__":
    main()
