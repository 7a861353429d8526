"""Training messages: enough of them, labelled as the table says, each once, and none that a test set holds."""

from __future__ import annotations

import collections
import json
import re

import pytest

from bot.meaning import DIALOGUE, INTENTS, QUESTIONS, SMALL_TALK, Meaning, intent_of
from tests.contracts.project import PROJECT, domain, examples


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


@pytest.mark.parametrize("name", ["nlu/held_out", "safety/must_escalate", "safety/must_not_escalate"])
def test_no_message_of_a_test_set_is_learnt_from(name: str) -> None:
    learnt = {normal(text) for _, text, _ in examples()}
    lines = (PROJECT / "tests" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    shared = [line for line in lines if len(normal(json.loads(line)["text"]).split()) > 3 and normal(json.loads(line)["text"]) in learnt]
    assert len(lines) > 50
    assert shared == []
