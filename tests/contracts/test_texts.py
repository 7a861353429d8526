"""Texts a person reads: short, one question, tagged, speakable with the gate set."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.guidance import library
from bot.wording import Context, choose, fill
from tests.contracts.project import PROJECT, domain, steps_of, variants

FILLED = {
    **library.helplines(),
    "partner": "girlfriend",
    "discovery": "their own words",
    "relationship_length": "eleven years",
    "money": "gambling",
    "feeling": "exhausted",
    "reasons": "you're willing, and so are they, going by what you say; "
    "open talk hasn't worked between you yet and what happened hasn't been fully owned",
    "progress": "open talk: begun; responsibility: not yet; steady action: hard to say; not decided yet; 5 → 7",
    "known": "infidelity and dishonesty, done to you; open talk: begun; responsibility: not yet; steady action: hard to say; 5 → 7",
    "heaviness": "7",
    "trend": "Last time it was 5. Heavier days are part of it.",
}
ALL = [(name, index, variant) for name, found in sorted(variants().items()) for index, variant in enumerate(found)]
KNOWN = {"couple_work", "role", "kind", "needs", "suggestion", "gate", "again", "offer", "repeat"}


@pytest.mark.parametrize(("name", "index", "variant"), ALL, ids=[f"{name}-{index}" for name, index, _ in ALL])
def test_every_text_is_short_asks_one_thing_and_says_for_whom_it_is(name: str, index: int, variant: dict) -> None:
    text = fill(variant["text"], FILLED)
    assert len(text.split()) <= 60
    assert text.count("?") <= 1
    assert "  " not in text and "!" not in text
    assert isinstance(variant["metadata"]["couple_work"], bool)
    assert set(variant["metadata"]) <= KNOWN
    assert not set(re.findall(r"\{(\w+)\}", variant["text"])) - set(FILLED) - {"finder"}


@pytest.mark.parametrize("country", ["", "US", "GB", "IE", "CA", "AU", "NZ", "IN"])
@pytest.mark.parametrize("danger", ["self_harm", "partner_abuse", "harm_to_others", "child_at_risk"])
def test_a_crisis_answer_stays_short_in_every_country(danger: str, country: str) -> None:
    for variant in domain()["responses"][f"utter_crisis_{danger}"]:
        text = fill(variant["text"], library.helplines(country))
        assert len(text.split()) <= 60
        assert "{" not in text and ": ." not in text


@pytest.mark.parametrize("name", sorted(variants()))
@pytest.mark.parametrize("role", ["hurt", "responsible", "both", "unknown"])
def test_with_the_gate_set_every_response_still_has_something_to_say_that_is_no_couple_work(name: str, role: str) -> None:
    couple_only = {"utter_suggest_therapy_couple", "utter_suggest_repair_steps"}
    chosen = choose(variants()[name], Context(role=role, kinds=("infidelity",), gate=True, facts=FILLED, suggestion="safety_first"))
    if name in couple_only:
        assert chosen is None
    else:
        assert chosen is not None
        assert chosen["metadata"]["couple_work"] is False


@pytest.mark.parametrize("name", sorted(variants()))
@pytest.mark.parametrize("role", ["hurt", "responsible", "both", "unknown"])
def test_every_response_has_a_text_for_somebody_of_whom_nothing_is_known(name: str, role: str) -> None:
    assert choose(variants()[name], Context(role=role, kinds=(), gate=False)) is not None


def test_what_happened_is_met_in_its_own_words_for_each_kind_and_role() -> None:
    for name in ("utter_heard", "utter_ask_steps_form_responsibility"):
        texts = set()
        for role in ("hurt", "responsible"):
            for kind in ("infidelity", "dishonesty", "neglect"):
                chosen = choose(variants()[name], Context(role=role, kinds=(kind,), gate=False))
                assert chosen is not None
                texts.add(chosen["text"])
        assert len(texts) >= 5, name


def test_every_content_file_parses_and_uses_no_key_of_rasas() -> None:
    paths = [
        *(PROJECT / "data/guidance").glob("*.yml"),
        *(PROJECT / "data/safety").glob("*.yml"),
        PROJECT / "data/lexicon.yml",
    ]
    assert len(paths) >= 5
    for path in paths:
        assert not library.RASA_KEYS & set(yaml.safe_load(path.read_text(encoding="utf-8"))), path


def test_every_spoken_button_leads_to_an_intent_of_the_domain() -> None:
    intents = {next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain()["intents"]}
    for name, index, variant in ALL:
        for button in variant.get("buttons", ()):
            intent = re.match(r"/(\w+)(\{.*\})?$", button["payload"])
            assert intent and intent[1] in intents, (name, index, button)


def test_every_action_and_response_that_is_predicted_exists() -> None:
    known = set(domain()["actions"]) | set(domain()["responses"]) | set(domain()["forms"]) | {"action_deactivate_loop"}
    for kind in ("rules", "stories"):
        for name, entry in steps_of(kind).items():
            for step in entry["steps"]:
                assert step.get("action", "action_restart") in known, (name, step)
