"""Training messages: enough of them, labelled as the table says, each once, and none that a test set holds."""

from __future__ import annotations

import collections
import itertools
import json
import re

import numpy as np
import pytest
import yaml
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from benchmarks.danger import messages
from bot.meaning import BREACHES, DANGERS, DIALOGUE, INTENTS, QUESTIONS, SMALL_TALK, WHOSE, Meaning, Peril, intent_of
from tests.contracts.project import domain, examples, read
from tests.contracts.usual_words import is_oblique

#: Share of character 5-grams that two messages may have in common before one is the other written again.
TWINS = 0.6
#: Messages that may share a gram before it is too common to compare them by.
RARE = 40
COMBINATIONS = [tuple(found) for size in (1, 2, 3) for found in itertools.combinations(BREACHES, size)]


def grams(text: str) -> frozenset[str]:
    text = normal(text)
    return frozenset(text[at : at + 5] for at in range(max(1, len(text) - 4)))


def twins(texts: list[str], bound: float) -> list[tuple[str, str]]:
    """Pairs whose Jaccard similarity is above `bound`, looked for among those that share a gram that few others have."""
    rare = CountVectorizer(analyzer=grams, min_df=2, max_df=RARE, binary=True, dtype=np.int32).fit_transform(texts)
    shared = sparse.triu(rare @ rare.T, k=1).tocoo()
    sets = {index: grams(texts[index]) for index in {*shared.row.tolist(), *shared.col.tolist()}}
    pairs = zip(shared.row.tolist(), shared.col.tolist(), shared.data.tolist(), strict=True)
    near = [(a, b) for a, b, count in pairs if count > 2 and len(sets[a] & sets[b]) > bound * len(sets[a] | sets[b])]
    return [(texts[a], texts[b]) for a, b in sorted(near)]


def normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_at_least_forty_messages(intent: str) -> None:
    assert sum(found == intent for found, _, _ in examples()) >= 40


def test_the_domain_knows_the_intents_of_the_table_and_the_fallback() -> None:
    assert {next(iter(intent)) for intent in domain()["intents"]} == {*INTENTS, "nlu_fallback"}


def test_a_question_asked_instead_of_telling_counts_as_told() -> None:
    told = domain()["slots"]["impact"]["mappings"][0]["intent"]
    assert set(QUESTIONS) <= set(told)


def test_the_intent_of_every_message_follows_from_its_labels() -> None:
    wrong = []
    for intent, text, labels in examples():
        told_as = intent if intent in (*DIALOGUE, *SMALL_TALK, *labels["breaches"]) else "share_feeling"
        if intent_of(Meaning.from_labels(labels), told_as) != intent and not intent.startswith("crisis_"):
            wrong.append((intent, text))
        if intent.startswith("crisis_") and intent.removeprefix("crisis_") not in labels["safety"]:
            wrong.append((intent, text))
    assert wrong == []


def test_no_message_stands_twice() -> None:
    counted = collections.Counter(normal(text) for _, text, _ in examples())
    assert [text for text, count in counted.items() if count > 1] == []


def test_no_message_is_another_written_again() -> None:
    texts = [text for _, text, _ in examples() if len(normal(text)) > 12]
    assert twins(texts, TWINS) == []


def test_a_message_written_again_would_be_found() -> None:
    again = "I found a second phone in the glovebox of his car last night, what now"
    found = twins([again, "She has no time for me any more", again.replace("last night", "on Monday")], TWINS)
    assert found == [(again, again.replace("last night", "on Monday"))]


def test_there_are_messages_enough_of_every_kind() -> None:
    rows = examples()
    words = [len(text.split()) for _, text, _ in rows]
    assert len(rows) >= 6_000
    assert 3 * sum(is_oblique(text, labels) for _, text, labels in rows) >= len(rows)
    assert 6 * sum(count > 60 for count in words) >= len(rows)
    assert sum(labels["ask"] == "out_of_scope" for _, _, labels in rows) >= 500


@pytest.mark.parametrize("danger", DANGERS)
def test_there_are_enough_messages_of_each_danger(danger: str) -> None:
    assert sum(danger in labels["safety"] for _, _, labels in examples()) >= 300


def test_there_are_enough_messages_that_sound_like_danger_and_are_none() -> None:
    blocks = yaml.safe_load(read("data/nlu/alarming_but_safe.yml"))["nlu"]
    found = [example["metadata"]["safety"] for block in blocks for example in block["examples"]]
    assert found.count(["none"]) == len(found) >= 900


@pytest.mark.parametrize("breaches", COMBINATIONS, ids=" + ".join)
def test_every_combination_of_breaches_is_told(breaches: tuple[str, ...]) -> None:
    assert sum(set(labels["breaches"]) == set(breaches) for _, _, labels in examples()) >= 100


@pytest.mark.parametrize("name", ["held_out_errors", "held_out_figures", "must_escalate", "must_not_escalate"])
def test_no_message_of_a_test_set_is_learnt_from(name: str) -> None:
    learnt = {normal(text) for _, text, _ in examples()}
    if name.startswith("must"):
        texts = [message["text"] for message in messages(name)]
    else:
        texts = [json.loads(line)["text"] for line in read(f"tests/nlu/{name}.jsonl").splitlines()]
    shared = [text for text in texts if len(normal(text).split()) > 3 and normal(text) in learnt]
    assert len(texts) > 50
    assert len(shared) == 0, f"{len(shared)} messages"


def test_the_held_out_messages_are_many_enough_and_of_every_kind() -> None:
    rows = [json.loads(line) for half in ("errors", "figures") for line in read(f"tests/nlu/held_out_{half}.jsonl").splitlines()]
    assert len(rows) >= 800
    assert 2 * sum(row["form"] == "oblique" for row in rows) >= len(rows)
    assert 4 * sum(len(row["text"].split()) > 60 for row in rows) >= len(rows)
    assert sum(row.get("alarming", False) for row in rows) >= 200
    assert all(sum(danger in row["safety"] for row in rows) >= 80 for danger in DANGERS)


def test_every_message_in_danger_says_whose_it_is() -> None:
    wrong = [
        text for _, text, labels in examples() if labels["safety"] != ["none"] and len(labels.get("whose", ())) != len(labels["safety"])
    ]
    assert wrong == []
    assert [text for _, text, labels in examples() if labels["safety"] == ["none"] and {"whose", "now"} & set(labels)] == []


@pytest.mark.parametrize(("danger", "whose"), [(danger, whose) for danger in DANGERS for whose in WHOSE[danger] if whose != "unknown"])
def test_there_are_enough_messages_of_whose_danger_it_is(danger: str, whose: str) -> None:
    assert sum(Peril.from_labels(labels).whose.get(danger) == whose for _, _, labels in examples()) >= 90


@pytest.mark.parametrize("danger", DANGERS)
def test_there_are_enough_messages_of_danger_at_this_moment(danger: str) -> None:
    assert sum(danger in labels["safety"] and Peril.from_labels(labels).is_now for _, _, labels in examples()) >= 100
