"""What happened is logged when it has been told."""

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.story import ActionLogStory, question_left_open
from bot.meaning import ASKS, QUESTIONS
from bot.settings import Settings

OPEN = {"event": "active_loop", "name": "story_form"}
CLOSED = {"event": "active_loop", "name": None}
STEPS = {"event": "active_loop", "name": "steps_form"}


def typed(intent: str) -> dict[str, Any]:
    """A message in the person's own words."""
    return {"event": "user", "parse_data": {"intent": {"name": intent}, "meaning": {"ask": intent}}}


def pressed(intent: str) -> dict[str, Any]:
    """A button, which is read without a meaning."""
    return {"event": "user", "parse_data": {"intent": {"name": intent}}}


def ran(action: str) -> dict[str, Any]:
    """An action that was run."""
    return {"event": "action", "name": action}


def spoke(response: str) -> dict[str, Any]:
    """A response that an action of ours had said."""
    return {"event": "bot", "text": "a text", "metadata": {"utter_action": response}}


async def test_kinds_role_and_impact_are_logged(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    slots = {"breaches": ["infidelity", "neglect"], "role": "hurt", "impact": "told"}
    events = await ActionLogStory(migrated).run(dispatcher, tracker(slots), {})
    assert events == [SlotSet("saved", True)]
    assert dispatcher.messages == []
    assert kept() == {"breaches": [{"kinds": ["infidelity", "neglect"], "role": "hurt", "impact": "told"}]}


async def test_the_same_story_told_again_is_logged_once(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    for _ in range(2):
        await ActionLogStory(migrated).run(dispatcher, tracker({"breaches": ["neglect"], "role": "both"}), {})
    assert len(kept()["breaches"]) == 1


async def test_one_who_wants_to_leave_is_not_asked_about_repair(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    slots = {"breaches": ["neglect"], "role": "hurt", "route": "leave", "open_talk": "no"}
    events = await ActionLogStory(migrated).run(dispatcher, tracker(slots), {})
    assert events[0] == SlotSet("saved", True)
    assert {event["name"]: event["value"] for event in events[1:]} == {
        "responsibility": "skipped",
        "steady_action": "skipped",
        "willing_self": "skipped",
        "willing_partner": "skipped",
    }


async def test_a_question_asked_meanwhile_is_answered(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    events = [OPEN, typed("how_long"), ran("story_form"), CLOSED]
    await ActionLogStory(migrated).run(dispatcher, tracker({"breaches": ["neglect"]}, events), {})
    assert [message["response"] for message in dispatcher.messages] == ["utter_how_long"]


@pytest.mark.parametrize("intent", QUESTIONS)
def test_every_question_the_form_takes_is_kept(tracker: Callable[..., Tracker], intent: str) -> None:
    assert question_left_open(tracker(events=[OPEN, typed(intent)])) == intent


@pytest.mark.parametrize("intent", [*sorted(set(ASKS) - set(QUESTIONS)), "share_feeling", "affirm", "crisis_self_harm"])
def test_nothing_else_is(tracker: Callable[..., Tracker], intent: str) -> None:
    assert question_left_open(tracker(events=[OPEN, typed(intent)])) is None


@pytest.mark.parametrize(
    ("events", "asked"),
    [
        ([], None),
        ([typed("therapy")], None),
        ([typed("therapy"), OPEN, typed("share_feeling")], None),
        ([OPEN, typed("therapy"), typed("share_feeling")], "therapy"),
        ([OPEN, typed("therapy"), typed("how_long")], "how_long"),
        ([OPEN, pressed("therapy")], None),
        ([OPEN, typed("therapy"), ran("utter_therapy")], None),
        ([OPEN, typed("therapy"), ran("utter_how_long")], "therapy"),
        ([OPEN, STEPS, typed("therapy")], None),
        ([OPEN, typed("therapy"), CLOSED], "therapy"),
        ([OPEN, {"event": "user"}], None),
    ],
)
def test_only_a_question_typed_in_the_open_form_and_not_answered_is_left(
    tracker: Callable[..., Tracker], events: list[dict[str, Any]], asked: str | None
) -> None:
    assert question_left_open(tracker(events=events)) == asked


def test_a_question_typed_after_the_form_was_closed_is_not_left_open(tracker: Callable[..., Tracker]) -> None:
    assert question_left_open(tracker(events=[OPEN, CLOSED, typed("therapy")])) is None


def test_a_question_that_was_answered_when_the_story_was_logged_is_not_answered_again(
    tracker: Callable[..., Tracker],
) -> None:
    first = [OPEN, typed("therapy"), ran("story_form"), CLOSED, ran("action_log_story"), spoke("utter_therapy")]
    second = [typed("infidelity"), ran("utter_heard"), ran("story_form")]
    assert question_left_open(tracker(events=[*first, *second])) is None
