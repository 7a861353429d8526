"""How am I doing: what was logged, and a number for today."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.decision import ActionSuggestNext
from actions.progress import HEAVY, ActionLogCheckIn, ActionShowProgress, in_words, trend
from actions.steps import ActionLogSteps
from bot.guidance import library
from bot.guidance.situation import situation
from bot.guidance.suggestion import KINDS
from bot.settings import Settings

NOBODY = situation({"safety": None})


async def test_an_empty_journal_is_said_to_be_empty(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    events = await ActionShowProgress(migrated).run(dispatcher, tracker({"heaviness": "3"}), {})
    assert events == [SlotSet("saved", True), SlotSet("heaviness", None)]
    assert [message["response"] for message in dispatcher.messages] == ["utter_progress_empty"]


async def test_what_was_logged_is_said_in_words(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    known = tracker({"open_talk": "yes", "responsibility": "skipped", "direction": "leave", "heaviness": "6"})
    for action in (ActionLogSteps, ActionSuggestNext, ActionLogCheckIn):
        await action(migrated).run(CollectingDispatcher(), known, {})
    events = await ActionShowProgress(migrated).run(dispatcher, known, {})
    assert events == [SlotSet("saved", True), SlotSet("heaviness", None)]
    (message,) = dispatcher.messages
    assert message["response"] == "utter_progress"
    assert message["progress"] == "open talk: begun; you lean towards letting go; what I suggested: closure; how heavy: 6"


@pytest.mark.parametrize(("told", "number"), [("7", 7), ("0", 0), ("10", 10), ("8/10", 8)])
async def test_todays_number_is_logged(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    told: str,
    number: int,
) -> None:
    assert await ActionLogCheckIn(migrated).run(dispatcher, tracker({"heaviness": told}), {}) == [SlotSet("saved", True)]
    (message,) = dispatcher.messages
    response = "utter_check_in_heavy" if number >= HEAVY else "utter_check_in_noted"
    assert (message["response"], message["heaviness"]) == (response, str(number))
    assert message["trend"] == library.words("trends")["first"]
    assert kept() == {"check_ins": [{"heaviness": number}]}


@pytest.mark.parametrize("told", [None, "skipped", "11", "-1", "a lot", "", "7.5", "²"])
async def test_what_is_no_number_is_no_check_in(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    told: str | None,
) -> None:
    assert await ActionLogCheckIn(migrated).run(dispatcher, tracker({"heaviness": told}), {}) == [SlotSet("saved", True)]
    assert [message["response"] for message in dispatcher.messages] == ["utter_check_in_skipped"]
    assert kept() == {}


async def test_todays_number_is_set_beside_the_last_one(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    for told in ("9", "7", "7", "8"):
        await ActionLogCheckIn(migrated).run(dispatcher, tracker({"heaviness": told}), {})
    words = library.words("trends")
    assert [message["trend"] for message in dispatcher.messages] == [
        words["first"],
        words["lighter"].replace("{before}", "9"),
        words["same"],
        words["heavier"].replace("{before}", "7"),
    ]


def test_the_trend_looks_at_the_last_number_only() -> None:
    assert trend(5, [{"heaviness": 9}, {"heaviness": 5}]) == library.words("trends")["same"]


def test_nothing_logged_is_no_words() -> None:
    assert in_words({}, NOBODY) == ""


@pytest.mark.parametrize(
    ("logged", "words"),
    [
        ({"steps": [{"step": "open_talk", "state": "no"}]}, "open talk: not yet"),
        ({"steps": [{"step": "open_talk", "state": "no"}, {"step": "open_talk", "state": "yes"}]}, "open talk: begun"),
        ({"steps": [{"step": "open_talk", "state": "skipped"}]}, ""),
        ({"assessments": [{"direction": "leave"}, {"direction": "rebuild"}]}, "you lean towards repair"),
        ({"commitments": [{"step": "closure", "due_on": date(2026, 3, 4)}]}, "next step: closure, to look at again on 04 March"),
        ({"check_ins": [{"heaviness": number} for number in range(7)]}, "how heavy: 2 → 3 → 4 → 5 → 6"),
        ({"suggestions": [{"kind": "closure"}]}, "what I suggested: closure"),
        ({"steps": [{"step": "open_talk", "state": "made up"}]}, ""),
        ({"safety_events": [{"dangers": ["self_harm"]}]}, ""),
    ],
)
def test_the_latest_of_each_kind_is_said(logged: dict[str, Any], words: str) -> None:
    assert in_words(logged, NOBODY) == words


def test_behind_the_gate_only_the_persons_own_numbers_are_said() -> None:
    logged = {"steps": [{"step": "responsibility", "state": "no"}], "check_ins": [{"heaviness": 6}]}
    assert in_words(logged, situation({"safety": ["partner_abuse"]})) == "how heavy: 6"


def test_where_the_other_wants_no_contact_only_what_is_for_oneself_is_said() -> None:
    logged = {
        "steps": [{"step": "open_talk", "state": "no"}],
        "assessments": [{"direction": "rebuild"}],
        "suggestions": [{"kind": "therapy_couple"}],
        "check_ins": [{"heaviness": 6}],
    }
    left = situation({"safety": None, "no_contact": "yes"})
    assert in_words(logged, left) == "how heavy: 6"
    assert in_words({**logged, "suggestions": [{"kind": "closure"}]}, left) == "what I suggested: closure; how heavy: 6"


@pytest.mark.parametrize("kind", KINDS)
def test_every_commitment_has_its_words(kind: str) -> None:
    said = in_words({"commitments": [{"step": kind, "due_on": date(2026, 3, 4)}]}, NOBODY)
    assert said == f"next step: {library.words('suggestions')[kind]}, to look at again on 04 March"


@pytest.mark.parametrize("state", ["yes", "no", "unsure"])
@pytest.mark.parametrize("step", ["open_talk", "responsibility", "steady_action"])
def test_every_step_and_state_has_its_words(step: str, state: str) -> None:
    words = library.words
    assert in_words({"steps": [{"step": step, "state": state}]}, NOBODY) == f"{words('steps')[step]}: {words('states')[state]}"
