"""Compare what was read with what a message means: precision, recall and F1 a label, and the figures that have a floor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.meaning import DANGERS, Meaning

#: Standard normal quantile of a 95 % interval.
_Z = 1.959964
_RESAMPLES = 500
_NOTHING = Meaning()


@dataclass(frozen=True)
class Row:
    """A labelled message and how it was read.

    `form` is `plain` or `oblique`; `alarming` is whether it sounds like danger and is none; `intent` is the parse's.
    """

    text: str
    gold: Meaning
    form: str = "plain"
    alarming: bool = False
    read: Meaning = _NOTHING
    intent: str = ""


@dataclass(frozen=True)
class Figure:
    """A share or an F1 with its 95 % interval, over `count` messages; NaN where there are none."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f}, n {self.count})"


@dataclass(frozen=True)
class Label:
    """How one value of a field was read: precision, recall and F1, and how many messages have it."""

    field: str
    value: str
    precision: Figure
    recall: Figure
    f1: float


def load(path: Path) -> list[Row]:
    """The messages of a held-out set, one JSON object a line."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        rows.append(Row(entry["text"], Meaning.from_labels(entry), entry.get("form", "plain"), entry.get("alarming", False)))
    return rows


def wilson(hits: int, count: int) -> Figure:
    """The share of `hits` in `count` with its Wilson score interval (Wilson 1927)."""
    if not count:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    value = hits / count
    middle = (value + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    half = _Z / (1 + _Z**2 / count) * float(np.sqrt(value * (1 - value) / count + _Z**2 / (4 * count**2)))
    return Figure(value, max(0.0, middle - half), min(1.0, middle + half), count)


#: The values of each field that a message has, in the order they are told.
VALUES: dict[str, Callable[[Meaning], tuple[str, ...]]] = {
    "breaches": lambda meaning: meaning.breaches,
    "role": lambda meaning: (meaning.role,),
    "route": lambda meaning: (meaning.route,),
    "safety": lambda meaning: meaning.dangers,
    "ask": lambda meaning: (meaning.ask,),
}


def labels(rows: Sequence[Row], field: str) -> list[Label]:
    """Each value of a field that a message of `rows` has, in alphabetical order."""
    gold, read = ([VALUES[field](meaning) for meaning in side] for side in ([r.gold for r in rows], [r.read for r in rows]))
    found = []
    for value in sorted({value for values in gold for value in values}):
        right = sum(value in g and value in r for g, r in zip(gold, read, strict=True))
        said, held = sum(value in r for r in read), sum(value in g for g in gold)
        found.append(Label(field, value, wilson(right, said), wilson(right, held), 2 * right / (said + held)))
    return found


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """The figures with a goal, by name.

    Macro-F1 is over the values that occur, with a bootstrap interval; the others are shares with Wilson's. `role` counts the messages
    that say it, `role_of_breach` those of them that report a breach; `alarms` are messages without the thing that are read as having it.
    """
    said = [row for row in rows if row.gold.role != "unknown"]
    danger = [row for row in rows if row.gold.dangers]
    safe = [row for row in rows if not row.gold.dangers]
    outside = [row for row in rows if row.gold.ask == "out_of_scope"]
    found = {
        "breaches_f1": _macro(rows, "breaches"),
        "breach_alarms": share(bool(row.read.breaches) for row in rows if not row.gold.breaches),
        "role": share(row.read.role == row.gold.role for row in said),
        "role_of_breach": share(row.read.role == row.gold.role for row in said if row.gold.breaches),
        "route_f1": _macro(rows, "route"),
        "ask": share(row.read.ask == row.gold.ask for row in rows),
        "danger_noticed": share(bool(row.read.dangers) for row in danger),
        "danger_alarms": share(bool(row.read.dangers) for row in safe),
        "alarming_alarms": share(bool(row.read.dangers) for row in rows if row.alarming),
        "out_of_scope": share(row.read.ask == "out_of_scope" or row.intent == "nlu_fallback" for row in outside),
    }
    return found | {f"{value}_noticed": share(bool(r.read.dangers) for r in danger if value in r.gold.dangers) for value in DANGERS}


def parts(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The messages by how plainly they tell, and once more by how long they are; where errors lie is seen by the figures of each part."""
    lengths = [len(row.text.split()) for row in rows]
    return {
        "plain": [row for row in rows if row.form == "plain"],
        "oblique": [row for row in rows if row.form == "oblique"],
        "up to 20 words": [row for row, words in zip(rows, lengths, strict=True) if words <= 20],
        "21 to 60 words": [row for row, words in zip(rows, lengths, strict=True) if 20 < words <= 60],
        "over 60 words": [row for row, words in zip(rows, lengths, strict=True) if words > 60],
    }


def wrong_fields(row: Row) -> list[str]:
    """The fields that were read otherwise than labelled, a danger first."""
    return [field for field in ("safety", "breaches", "role", "route", "ask") if VALUES[field](row.gold) != VALUES[field](row.read)]


def share(hits: Iterable[bool]) -> Figure:
    """The share of `hits` that are true, with its interval."""
    counted = list(hits)
    return wilson(sum(counted), len(counted))


def _macro(rows: Sequence[Row], field: str) -> Figure:
    values = sorted({value for row in rows for value in VALUES[field](row.gold)})
    if not values:
        return wilson(0, 0)
    gold, read = (
        np.array([[value in VALUES[field](meaning) for value in values] for meaning in side])
        for side in ([row.gold for row in rows], [row.read for row in rows])
    )

    def f1(chosen: np.ndarray) -> float:
        hits, both = (gold[chosen] & read[chosen]).sum(0), gold[chosen].sum(0) + read[chosen].sum(0)
        return float(np.mean(2 * hits / np.maximum(both, 1)))

    again = np.random.default_rng(17)
    samples = [f1(again.integers(0, len(rows), len(rows))) for _ in range(_RESAMPLES)]
    low, high = np.quantile(samples, [0.025, 0.975])
    return Figure(f1(np.arange(len(rows))), float(low), float(high), len(rows))
