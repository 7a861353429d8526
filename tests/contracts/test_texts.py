"""Texts a person reads: short, one question, tagged, speakable with the gate set."""

from __future__ import annotations

import itertools
import re

import pytest
import yaml

from bot.guidance import library
from bot.safety import helplines, talk
from bot.wording import FLAGS, OF_DANGER, Context, choose, fill
from tests.contracts.project import PROJECT, domain, steps_of, variants

FILLED = {
    **helplines.said(),
    "partner": "girlfriend",
    "discovery": "their own words",
    "relationship_length": "eleven years",
    "money": "gambling",
    "feeling": "exhausted",
    "understood": "there was somebody else and the truth was kept back and somebody was left alone in it, and it came from both sides",
    "reasons": "you're willing, and so are they, going by what you say; "
    "open talk hasn't worked between you yet and what happened hasn't been fully owned",
    "progress": "open talk: begun; responsibility: not yet; steady action: hard to say; not decided yet; 5 → 7",
    "known": "infidelity and dishonesty, done to you; open talk: begun; responsibility: not yet; steady action: hard to say; 5 → 7",
    "heaviness": "7",
    "trend": "Last time it was 5. Heavier days are part of it.",
}
ALL = [(name, index, variant) for name, found in sorted(variants().items()) for index, variant in enumerate(found)]
KNOWN = {"couple_work", "role", "kind", "needs", "suggestion", "asked", "again", "offer", "repeat", *OF_DANGER, *FLAGS}
GATE = frozenset({"gate"})
IN_DANGER = [name for name in sorted(variants()) if name.removeprefix("utter_") in talk.load().names or "_lines_" in name]


@pytest.mark.parametrize(("name", "index", "variant"), ALL, ids=[f"{name}-{index}" for name, index, _ in ALL])
def test_every_text_is_short_asks_one_thing_and_says_for_whom_it_is(name: str, index: int, variant: dict) -> None:
    text = fill(variant["text"], FILLED)
    assert len(text.split()) <= 60
    assert text.count("?") <= 1
    assert "  " not in text and "!" not in text
    assert isinstance(variant["metadata"]["couple_work"], bool)
    assert set(variant["metadata"]) <= KNOWN
    assert not set(re.findall(r"\{(\w+)\}", variant["text"])) - set(FILLED) - {"finder"}


def test_how_long_they_are_together_is_told_so_that_an_amount_and_a_beginning_both_fit() -> None:
    texts = [variant["text"] for _, _, variant in ALL] + [
        library.words("told")["relationship_length"].replace("{value}", "{relationship_length}")
    ]
    told = [text for text in texts if "{relationship_length}" in text]
    assert len(told) > 2
    assert all("together {relationship_length}" in text for text in told)  # "together eleven years", "together since 2009"


QUESTIONS = [
    (name, index, variant) for name, index, variant in ALL if name.startswith(("utter_ask_steps", "utter_ask_decision", "utter_ask_story"))
]


@pytest.mark.parametrize(("name", "index", "variant"), QUESTIONS, ids=[f"{name}-{index}" for name, index, _ in QUESTIONS])
def test_a_question_stays_short_with_the_acknowledgement_before_it(name: str, index: int, variant: dict) -> None:
    before = [found for name, found in variants().items() if name.startswith("utter_acknowledge")]
    longest = max((fill(one["text"], FILLED) for found in before for one in found), key=lambda text: len(text.split()))
    assert len(f"{longest} {fill(variant['text'], FILLED)}".split()) <= 60


@pytest.mark.parametrize("country", ["", *helplines.countries()])
def test_what_is_said_in_danger_stays_short_in_every_country(country: str) -> None:
    words = {**helplines.said(country), "partner": "girlfriend"}
    for text in (fill(variant["text"], words) for name in IN_DANGER for variant in variants()[name]):
        assert len(text.split()) <= 60, text
        assert "{" not in text and ": ." not in text, text


#: What is said for a line may be a number or a clause of its own ("find a line at …"): it stands after a comma or a colon.
LINE_IN_A_CLAUSE = re.compile(r"(?<![:,] )\{(?:self_harm|by_text|partner_abuse|own_behaviour|child|young)\}")
BROKEN = re.compile(r"\b(?:(?:people )?at|with|from) (?:find|call|text)\b|\bby find\b|\.\.|[,:;] ?[.,:;]")


@pytest.mark.parametrize("country", ["", *helplines.countries()])
@pytest.mark.parametrize("is_minor", [False, True], ids=["adult", "minor"])
def test_every_text_reads_well_with_the_lines_of_every_country(country: str, is_minor: bool) -> None:
    lines = helplines.said(country)
    if is_minor:
        lines |= dict.fromkeys(("self_harm", "partner_abuse", "own_behaviour", "child"), lines["young"])
    for name, index, variant in ALL:
        text = fill(variant["text"], {**FILLED, **lines})
        assert not BROKEN.search(text), (name, index, text)


def test_a_line_stands_where_a_number_and_a_clause_both_fit() -> None:
    for name, index, variant in ALL:
        assert not LINE_IN_A_CLAUSE.search(variant["text"]), (name, index)


@pytest.mark.parametrize("flags", [GATE, GATE | {"by_writer"}, GATE | {"parted"}], ids=lambda flags: "-".join(sorted(flags)))
@pytest.mark.parametrize("role", ["hurt", "responsible", "both", "unknown"])
def test_with_the_gate_set_every_response_still_has_something_to_say_that_is_no_couple_work(role: str, flags: frozenset[str]) -> None:
    couple_only = {"utter_suggest_therapy_couple", "utter_suggest_repair_steps"}
    for name, found in variants().items():
        chosen = choose(found, Context(role, ("infidelity",), FILLED, suggestion="safety_first", flags=flags))
        if name in couple_only:
            assert chosen is None, name
        else:
            assert chosen is not None, name
            assert chosen["metadata"]["couple_work"] is False, name


@pytest.mark.parametrize("flags", [frozenset(), GATE], ids=["couple", "gate"])
@pytest.mark.parametrize("slot", ["open_talk", "responsibility", "steady_action", "willing_self", "willing_partner"])
def test_a_question_asked_three_times_is_asked_in_other_words(slot: str, flags: frozenset[str]) -> None:
    name = next(name for name in variants() if name.endswith(f"_form_{slot}"))
    said: list[str] = []
    for _ in range(3):
        chosen = choose(variants()[name], Context("hurt", ("infidelity",), FILLED, said=tuple(said), flags=flags))
        assert chosen is not None and chosen["text"] not in said
        said.append(chosen["text"])


@pytest.mark.parametrize("role", ["hurt", "responsible", "both", "unknown"])
def test_every_response_has_a_text_for_somebody_of_whom_nothing_is_known(role: str) -> None:
    assert [name for name, found in variants().items() if choose(found, Context(role=role, kinds=())) is None] == []


@pytest.mark.parametrize("name", ["utter_crisis_partner_abuse", "utter_suggest_safety_first", "utter_ask_steps_form_open_talk"])
def test_one_who_used_force_and_one_who_fears_hear_different_things(name: str) -> None:
    fears = choose(variants()[name], Context("hurt", (), FILLED, flags=GATE, whose="self"))
    did_it = choose(variants()[name], Context("hurt", (), FILLED, flags=GATE | {"by_writer"}, whose="by_writer"))
    assert fears and did_it and fears["text"] != did_it["text"]
    assert "I believe you" not in did_it["text"]
    assert "yours" not in fears["text"]


WINNING_BACK = ["how_to_rebuild", "how_to_talk", "how_to_apologise", "how_long", "stay_or_go", "therapy", "closure"]


@pytest.mark.parametrize("name", [f"utter_{ask}{more}" for ask in WINNING_BACK for more in ("", "_more")])
def test_one_who_used_force_is_not_spoken_to_as_one_who_suffered_it(name: str) -> None:
    if name not in variants():
        return
    fears = choose(variants()[name], Context("hurt", (), FILLED, flags=GATE))
    did_it = choose(variants()[name], Context("hurt", (), FILLED, flags=GATE | {"by_writer"}))
    assert fears and did_it and fears["text"] != did_it["text"]
    assert "owe nobody" not in did_it["text"]


#: What is asked about winning back, and what offers a step: to this somebody whom the other wants no contact with is told so.
REACHING_OUT = [*(f"utter_{ask}" for ask in WINNING_BACK), "utter_how_to_rebuild_more", "utter_how_to_talk_more",
                "utter_how_to_apologise_more", "utter_closure_more", "utter_first_step", "utter_ask_decision_form_direction"]  # fmt: skip
#: All they may hear: each response but those of suggestions they never get.
WITHOUT_CONTACT = sorted(set(variants()) - {"utter_suggest_repair_steps", "utter_suggest_therapy_couple"})


@pytest.mark.parametrize("role", ["hurt", "responsible", "both", "unknown"])
@pytest.mark.parametrize("also", [set(), {"parted"}], ids=["", "parted"])
def test_one_who_was_told_to_keep_away_is_led_to_nothing_that_reaches_the_other(role: str, also: set[str]) -> None:
    said: list[str] = []
    for name, _ in itertools.product(WITHOUT_CONTACT, range(3)):
        now = Context(role, ("infidelity",), FILLED, said=tuple(said), suggestion="closure", flags=frozenset({"no_contact", *also}))
        chosen = choose(variants()[name], now)
        assert chosen is not None, name
        assert chosen["metadata"]["couple_work"] is False, chosen
        assert chosen["metadata"].get("no_contact") or name not in REACHING_OUT, chosen
        assert not any("rebuild" in button["payload"] for button in chosen.get("buttons", ()))
        said.append(chosen["text"])


def test_what_happened_is_met_in_its_own_words_for_each_kind_and_role() -> None:
    for name in ("utter_heard", "utter_ask_steps_form_responsibility"):
        texts = set()
        for role in ("hurt", "responsible"):
            for kind in ("infidelity", "dishonesty", "neglect"):
                chosen = choose(variants()[name], Context(role=role, kinds=(kind,)))
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
