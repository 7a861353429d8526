"""Which next step is suggested, and why."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from bot.guidance import library
from bot.guidance.situation import STEPS, Situation
from bot.guidance.suggestion import KINDS, MOST_REASONS, skipped_questions, suggest
from bot.meaning import BREACHES, ROLES

STATES = ("yes", "no", "unsure", "skipped", None)
BEGUN = dict.fromkeys(STEPS, "yes")
NOBODY = Situation((), "unknown", dict.fromkeys(STEPS), None, None, None, None, False)
EVERYBODY = [
    Situation(breaches, role, {**BEGUN, "open_talk": talk, "steady_action": talk}, mine, theirs, direction, impact, gate)
    for breaches, role, talk, mine, theirs, direction, impact, gate in product(
        ((), BREACHES),
        ROLES,
        ("yes", "no", None),
        STATES,
        STATES,
        ("rebuild", "leave", "undecided", None),
        ("told", None),
        (True, False),
    )
]


def test_nobody_is_left_without_a_suggestion_or_its_reasons() -> None:
    words = library.words("reasons")
    for person in EVERYBODY:
        made = suggest(person)
        assert made.kind in KINDS
        assert 1 <= len(made.reasons) <= MOST_REASONS
        assert len(set(made.reasons)) == len(made.reasons)
        assert set(made.reasons) <= set(words), person


def test_every_kind_is_suggested_to_somebody() -> None:
    assert {suggest(person).kind for person in EVERYBODY} == set(KINDS)


def test_every_kind_has_its_words() -> None:
    assert set(library.words("suggestions")) == set(KINDS)
    assert all(library.load()["guidance"][f"utter_suggest_{kind}"] for kind in KINDS)


def test_every_reason_that_has_words_is_given_to_somebody() -> None:
    given = {reason for person in EVERYBODY for reason in suggest(person).reasons}
    given |= {
        reason
        for breach, step, state, role in product(BREACHES, STEPS, ("no", "unsure"), ("hurt", "responsible"))
        for reason in suggest(
            replace(
                NOBODY,
                breaches=(breach,),
                role=role,
                steps={**BEGUN, step: state},
                willing_self="yes",
                willing_partner="yes",
                direction="rebuild",
            )
        ).reasons
    }
    given |= {reason for breach in BREACHES for reason in suggest(replace(NOBODY, breaches=(breach,), role="hurt")).reasons}
    given |= set(suggest(replace(NOBODY, gate=True, by_writer=True)).reasons)
    given |= set(suggest(replace(NOBODY, no_contact=True)).reasons)
    assert given == set(library.words("reasons"))


def test_behind_the_gate_safety_is_all_that_is_suggested() -> None:
    behind = [suggest(person) for person in EVERYBODY if person.gate]
    assert {made.kind for made in behind} == {"safety_first"}
    assert {made.reasons for made in behind} == {("fear",)}
    assert not {reason for made in behind for reason in made.reasons} & set(BREACHES)


def test_no_kind_of_couple_work_passes_the_gate() -> None:
    guidance = library.load()["guidance"]
    assert all(not text["metadata"]["couple_work"] for text in guidance["utter_suggest_safety_first"])


@pytest.mark.parametrize(
    ("known", "kind", "reasons"),
    [
        # leaving
        ({"direction": "leave"}, "closure", ("wants_out",)),
        ({"direction": "leave", "willing_self": "no"}, "closure", ("wants_out", "self_unwilling")),
        ({"direction": "leave", "willing_partner": "no"}, "closure", ("wants_out", "partner_unwilling")),
        ({"direction": "leave", "willing_self": "yes", "willing_partner": "yes"}, "closure", ("wants_out",)),
        # one is not willing
        ({"willing_self": "no"}, "closure", ("self_unwilling",)),
        ({"willing_self": "no", "direction": "undecided"}, "give_it_time", ("undecided", "self_unwilling")),
        ({"willing_self": "no", "direction": "rebuild"}, "therapy_own", ("self_tired",)),
        ({"willing_self": "no", "willing_partner": "no"}, "closure", ("self_unwilling", "partner_unwilling")),
        (
            {"willing_self": "yes", "willing_partner": "no", "direction": "rebuild"},
            "therapy_own",
            ("partner_unwilling", "wants_repair"),
        ),
        (
            {"willing_self": "yes", "willing_partner": "no", "direction": "rebuild", "role": "responsible"},
            "therapy_own",
            ("partner_silent", "wants_repair"),
        ),
        # undecided
        ({"willing_partner": "no", "direction": "undecided"}, "give_it_time", ("undecided", "partner_unwilling")),
        ({}, "give_it_time", ("undecided",)),
        ({"direction": "undecided", "willing_partner": "yes"}, "give_it_time", ("undecided",)),
        (
            {"direction": "undecided", "willing_self": "unsure", "willing_partner": "unsure"},
            "give_it_time",
            ("undecided", "partner_unsure"),
        ),
        (
            {"direction": "undecided", "willing_partner": "yes", "steps": dict.fromkeys(STEPS, "no")},
            "give_it_time",
            ("undecided", "talk_stuck"),
        ),
        # both willing to repair
        (
            {"direction": "rebuild", "willing_self": "yes", "willing_partner": "yes", "steps": BEGUN},
            "repair_steps",
            ("both_willing", "steps_begun"),
        ),
        (
            {"direction": "rebuild", "willing_self": "yes", "willing_partner": "yes", "steps": {**BEGUN, "open_talk": "no"}},
            "therapy_couple",
            ("both_willing", "talk_stuck"),
        ),
        (
            {"direction": "rebuild", "willing_self": "yes", "willing_partner": "yes", "steps": {**BEGUN, "responsibility": "unsure"}},
            "therapy_couple",
            ("both_willing", "half_owned"),
        ),
        (
            {
                "direction": "rebuild",
                "willing_self": "yes",
                "willing_partner": "yes",
                "role": "responsible",
                "steps": {**BEGUN, "steady_action": "no"},
            },
            "therapy_couple",
            ("both_willing", "not_steady_yet"),
        ),
        # one wants repair, the other is not known to
        ({"direction": "rebuild", "willing_self": "yes"}, "therapy_own", ("needs_own",)),
        ({"direction": "rebuild", "willing_self": "unsure", "willing_partner": "yes"}, "therapy_own", ("self_unsure", "needs_own")),
        (
            {"direction": "rebuild", "willing_self": "yes", "willing_partner": "unsure", "role": "responsible"},
            "therapy_own",
            ("partner_unsure", "responsible"),
        ),
        (
            {"direction": "rebuild", "willing_self": "skipped", "willing_partner": "yes", "steps": {**BEGUN, "responsibility": "no"}},
            "therapy_own",
            ("not_owned", "needs_own"),
        ),
        # behind the gate
        ({"gate": True, "direction": "rebuild", "willing_self": "yes", "willing_partner": "yes"}, "safety_first", ("fear",)),
        ({"gate": True, "by_writer": True}, "safety_first", ("force",)),
    ],
)
def test_the_suggestion_fits_what_is_known(known: dict[str, Any], kind: str, reasons: tuple[str, ...]) -> None:
    made = suggest(replace(NOBODY, **known))
    assert (made.kind, made.reasons) == (kind, reasons)


@pytest.mark.parametrize("state", ["skipped", None])
def test_steps_that_were_not_answered_are_not_said_to_have_begun(state: str | None) -> None:
    steps = dict.fromkeys(STEPS, state)
    known = replace(NOBODY, direction="rebuild", willing_self="yes", willing_partner="yes", steps=steps)
    assert "steps_begun" not in suggest(known).reasons


@pytest.mark.parametrize("breach", BREACHES)
def test_one_who_was_hurt_hears_what_it_was(breach: str) -> None:
    known = replace(NOBODY, direction="undecided", breaches=(breach,))
    assert suggest(replace(known, role="hurt")).reasons == ("undecided", breach)


@pytest.mark.parametrize("role", ["responsible", "both", "unknown"])
def test_only_one_who_was_hurt_hears_what_it_was(role: str) -> None:
    known = replace(NOBODY, direction="undecided", breaches=BREACHES, role=role)
    assert suggest(known).reasons == ("undecided",)


def test_one_who_lets_go_is_not_told_again_what_it_was() -> None:
    assert suggest(replace(NOBODY, direction="leave", breaches=BREACHES, role="hurt")).reasons == ("wants_out",)


@pytest.mark.parametrize("direction", ["rebuild", "undecided", None])
def test_one_who_does_not_leave_is_asked_everything(direction: str | None) -> None:
    assert skipped_questions(replace(NOBODY, direction=direction)) == {}


def test_one_who_leaves_is_not_led_through_repair() -> None:
    assert skipped_questions(replace(NOBODY, direction="leave")) == {
        **dict.fromkeys(STEPS, "skipped"),
        "willing_self": "skipped",
        "willing_partner": "skipped",
    }


def test_one_who_has_parted_is_not_asked_as_if_together() -> None:
    assert skipped_questions(replace(NOBODY, parted=True)) == skipped_questions(replace(NOBODY, direction="leave"))
    assert skipped_questions(replace(NOBODY, parted=True, gate=True)) == {}


def test_a_step_that_was_answered_stays_as_it_was() -> None:
    person = replace(NOBODY, direction="leave", steps={"open_talk": "no", "responsibility": None, "steady_action": "yes"})
    skipped = skipped_questions(person)
    assert not {"open_talk", "steady_action"} & set(skipped)
    assert skipped["responsibility"] == "skipped"


def test_a_willingness_that_was_answered_stays_as_it_was() -> None:
    person = replace(NOBODY, direction="leave", willing_self="yes", willing_partner="no")
    assert not {"willing_self", "willing_partner"} & set(skipped_questions(person))


def test_behind_the_gate_no_question_is_settled_by_the_wish_to_leave() -> None:
    assert skipped_questions(replace(NOBODY, direction="leave", gate=True)) == {}


def test_one_who_was_told_to_keep_away_is_led_to_closure_whatever_they_wish() -> None:
    person = replace(NOBODY, no_contact=True, direction="rebuild", willing_self="yes", willing_partner="yes")
    assert (suggest(person).kind, suggest(person).reasons) == ("closure", ("no_contact",))
    assert set(skipped_questions(person).values()) == {"skipped"}
    assert suggest(replace(person, gate=True)).kind == "safety_first"
