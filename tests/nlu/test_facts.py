"""Facts in messages that were written by somebody who knew only what each fact is, on the half whose errors nobody reads."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import spacy_pipeline
from bot.facts import facts

#: Least precision and recall of each fact: what is named back wrongly hurts more than what is left unsaid.
FLOORS = {
    "partner": (0.9, 0.85), "other_person": (0.82, 0.55), "relationship_length": (0.75, 0.45), "time": (0.7, 0.5),
    "discovery": (0.8, 0.55), "children": (0.8, 0.75), "money": (0.82, 0.6), "feeling": (0.88, 0.62),
}  # fmt: skip


@pytest.fixture(scope="module")
def counts() -> dict[str, Counter[str]]:
    """Of each fact, how many values were found rightly, found wrongly, and missed."""
    nlp = spacy_pipeline.load()
    counted: dict[str, Counter[str]] = {name: Counter() for name in FLOORS}
    for text, mentioned in labelled():
        found = facts(spacy_pipeline.read(nlp, text))
        for name, count in counted.items():
            said = {fact["value"].lower() for fact in found if fact["entity"] == name}
            gold = mentioned.get(name, set())
            count.update(right=len(said & gold), wrong=len(said - gold), missed=len(gold - said))
    return counted


def labelled() -> Iterator[tuple[str, dict[str, set[str]]]]:
    """Each message with the values of each fact, in lower case."""
    for line in (Path(__file__).parent / "facts_figures.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        values = {name: value if isinstance(value, list) else [value] for name, value in row["facts"].items()}
        yield row["t"], {name: {value.lower() for value in each} for name, each in values.items()}


@pytest.mark.parametrize("name", FLOORS)
def test_facts_are_found_and_seldom_invented(counts: dict[str, Counter[str]], name: str) -> None:
    count = counts[name]
    precision = count["right"] / (count["right"] + count["wrong"])
    recall = count["right"] / (count["right"] + count["missed"])
    assert precision >= FLOORS[name][0], f"{name}: precision {precision:.2f}"
    assert recall >= FLOORS[name][1], f"{name}: recall {recall:.2f}"
