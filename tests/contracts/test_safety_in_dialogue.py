"""Danger is answered whatever is open (three pieces: ignored intents, one crisis rule each, the policy)."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.meaning import CRISIS_INTENTS, DANGERS, WHOSE
from bot.safety import helplines, talk
from bot.wording import DEFAULT_FACTS, Context, choose
from tests.contracts.project import PROJECT, domain, read, steps_of, variants


@pytest.mark.parametrize("form", sorted(domain()["forms"]))
def test_every_form_ignores_every_crisis_intent(form: str) -> None:
    assert set(CRISIS_INTENTS) <= set(domain()["forms"][form]["ignored_intents"])


@pytest.mark.parametrize("intent", CRISIS_INTENTS)
def test_exactly_one_unconditional_rule_answers_a_crisis_and_closes_what_is_open(intent: str) -> None:
    rules = [rule for rule in steps_of("rules").values() if {"intent": intent} in rule["steps"]]
    assert len(rules) == 1
    assert "condition" not in rules[0]
    actions = [step.get("action") for step in rules[0]["steps"]]
    assert actions[1:3] == [f"utter_{intent}", "action_deactivate_loop"]
    assert {"active_loop": None} in rules[0]["steps"]


def test_the_safety_policy_comes_first_and_the_guard_last() -> None:
    config = yaml.safe_load(read("config.yml"))
    assert config["policies"][0]["name"] == "bot.policies.safety_policy.SafetyPolicy"
    assert config["pipeline"][-1]["name"] == "bot.nlu.safety_guard.SafetyGuard"


@pytest.mark.parametrize("intent", CRISIS_INTENTS)
def test_a_crisis_answer_names_a_number_and_holds_no_couple_work_and_no_buttons(intent: str) -> None:
    for variant in domain()["responses"][f"utter_{intent}"]:
        assert "{emergency" in variant["text"]
        assert variant["metadata"]["couple_work"] is False
        assert "buttons" not in variant


@pytest.mark.parametrize("intent", CRISIS_INTENTS)
def test_each_danger_has_three_wordings_of_its_own(intent: str) -> None:
    plain = [found for found in domain()["responses"][f"utter_{intent}"] if not {"whose", "level", "again"} & set(found["metadata"])]
    assert len({variant["text"] for variant in plain}) >= 3


NOW = [(name, found["text"]) for name in CRISIS_INTENTS for found in domain()["responses"][f"utter_{name}"] if "level" in found["metadata"]]


@pytest.mark.parametrize(("intent", "text"), NOW)
def test_a_danger_of_this_moment_is_answered_with_the_emergency_number_in_the_first_sentence(intent: str, text: str) -> None:
    first = re.split(r"(?<=[.?])\s", text)[0]
    assert "{emergency" in first and "?" not in first


def test_every_danger_has_an_answer_for_this_moment() -> None:
    assert {name for name, _ in NOW} == set(CRISIS_INTENTS)


URGENT = [(step, found["text"]) for step in sorted(talk.load().urgent) for found in domain()["responses"][f"utter_{step}"]]


@pytest.mark.parametrize(("step", "text"), URGENT)
def test_a_step_that_finds_danger_of_this_moment_names_the_emergency_number_in_its_first_sentence(step: str, text: str) -> None:
    first = re.split(r"(?<=[.?])\s", text)[0]
    assert "{emergency" in first and "?" not in first


def test_nothing_sounds_as_if_the_bot_sent_help_to_where_somebody_is() -> None:
    for name, found in domain()["responses"].items():
        for variant in found:
            assert not re.search(r"where (?:exactly )?are you\b", variant["text"], re.IGNORECASE), name


def test_whoever_may_think_of_dying_hears_the_emergency_number_also_beside_another_danger() -> None:
    found = domain()["responses"]["utter_also_self_harm"]
    assert {variant["metadata"].get("whose") for variant in found} >= {None, "other"}
    for variant in found:
        assert "{emergency}" in variant["text"] and "{self_harm}" in variant["text"] and "?" not in variant["text"]


def test_what_leads_over_to_a_further_danger_is_short_and_asks_nothing() -> None:
    found = domain()["responses"]["utter_also_then"]
    assert len(found) >= 3
    for variant in found:
        assert len(variant["text"].split()) <= 20 and "?" not in variant["text"]


def test_whoever_worries_about_a_threat_of_somebody_else_hears_of_a_line() -> None:
    known = domain()["responses"]
    texts = [found["text"] for found in known["utter_crisis_harm_to_others"] if found["metadata"].get("whose") == "other"]
    texts += [found["text"] for step in ("safe", "not_safe") for found in known[f"utter_harm_to_others_{step}"]]
    assert len(texts) >= 8 and all("{own_behaviour}" in text for text in texts)


def test_nobody_is_sent_to_the_one_who_may_hurt_the_child_before_a_child_helpline() -> None:
    for variant in domain()["responses"]["utter_aside_tell_my_partner_child"]:
        before, _, after = variant["text"].partition("{child}")
        assert after and "feel safe with them" not in before


def test_every_step_of_the_talk_has_its_words_without_couple_work_and_without_buttons() -> None:
    for step in (
        *talk.load().names,
        *(f"{kind}_{danger}" for kind in ("also", "lines") for danger in DANGERS),
        "also_country",
        "also_minor",
        "also_minor_child",
        "also_alerted",
        "also_then",
        "aside_tell_my_partner_child",
        "minor",
        "minor_heard",
    ):
        for variant in domain()["responses"][f"utter_{step}"]:
            assert variant["metadata"]["couple_work"] is False, step
            assert "buttons" not in variant, step


def test_no_step_of_the_talk_is_out_of_reach() -> None:
    known = talk.load()
    reached = {f"crisis_{danger}" for danger in DANGERS} | {"gate_check", "taken_back", "taken_back_abuse"}
    reached |= {f"possible_{danger}" for danger in DANGERS}
    reached |= {target for ways in known.steps.values() for target in ways.values()}
    reached |= {aside.says for aside in known.asides if not aside.says.startswith("aside_")}
    assert known.names == reached


def test_what_is_said_beside_a_talk_is_there_and_asks_nothing_of_a_couple() -> None:
    known = variants()
    for aside in talk.load().asides:
        assert all(variant["metadata"]["couple_work"] is False for variant in known[f"utter_{aside.says}"]), aside.says
    for name in ("utter_lines_by_text", "utter_not_lost", *(f"utter_lines_{danger}" for danger in DANGERS)):
        assert all(variant["metadata"]["couple_work"] is False for variant in known[name]), name


def test_no_number_stands_in_the_domain() -> None:
    for name, found in domain()["responses"].items():
        for variant in found:
            assert not re.search(r"\d{3}", variant["text"]), name


NUMBERS = {
    found
    for line in helplines.lines()
    for found in re.findall(r"\d[\d ./-]{2,}\d|\w+\.(?:com|org|co\.uk)\b", line.say)
    if len(re.sub(r"\D", "", found)) > 4 or "." in found
}


@pytest.mark.parametrize("folder", ["data/guidance", "data/safety", "data/rules", "data/stories", "bot", "actions", "domain.yml"])
def test_no_helpline_stands_outside_their_file(folder: str) -> None:
    place = PROJECT / folder
    files = [place] if place.is_file() else [file for kind in ("*.py", "*.yml") for file in place.rglob(kind)]
    assert files and len(NUMBERS) > 20
    for file in files:
        if file != helplines.HELPLINES:
            text = file.read_text(encoding="utf-8")
            # A pattern hears what a person writes, and an example in a docstring may name one: neither is said.
            assert not any(number in text for number in NUMBERS), file


def test_whatever_the_danger_and_whosever_it_is_the_number_comes_first_when_it_is_now() -> None:
    for danger, (*likely, last) in WHOSE.items():
        for whose in (*likely, last, *(("unknown",) if danger == "partner_abuse" else ())):
            now = Context(
                role="unknown", kinds=(), whose=whose, level="now", facts={"emergency": "999", "emergency_silent": "999", **DEFAULT_FACTS}
            )
            said = choose(domain()["responses"][f"utter_crisis_{danger}"], now)
            assert said is not None
            assert "999" in re.split(r"(?<=[.?])\s", said["text"])[0], (danger, whose)


def test_no_rule_and_no_story_says_by_itself_that_something_was_saved() -> None:
    said = {step.get("action") for kind in ("rules", "stories") for entry in steps_of(kind).values() for step in entry["steps"]}
    claims = ("noted", "saved", "logged", "it's gone", "deleted")
    for name in said & set(variants()):
        for variant in variants()[name]:
            assert not any(claim in variant["text"].lower() for claim in claims), f"{name} must be said by the action that did it"
