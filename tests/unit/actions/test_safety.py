"""A danger is noted, never the words."""

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.safety import ActionLogSafety
from bot.meaning import DANGERS
from bot.settings import Settings


async def test_the_dangers_of_the_message_and_their_level_are_logged(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    named = [{"entity": "danger", "value": danger} for danger in ("self_harm", "partner_abuse")]
    level = {"entity": "level", "value": "now"}
    heard = tracker(intent="crisis_self_harm", entities=[{"entity": "role", "value": "hurt"}, *named, level])
    assert await ActionLogSafety(migrated).run(dispatcher, heard, {}) == [SlotSet("saved", True)]
    assert dispatcher.messages == []
    assert kept() == {"safety_events": [{"dangers": ["self_harm", "partner_abuse"], "level": "now"}]}


async def test_a_yes_to_a_gentle_question_is_logged_as_the_danger_that_was_asked_about(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    said_yes = tracker({"safety": ["partner_abuse", "self_harm"], "level": "explicit"}, intent="affirm")
    await ActionLogSafety(migrated).run(dispatcher, said_yes, {})
    assert kept() == {"safety_events": [{"dangers": ["self_harm"], "level": "explicit"}]}


@pytest.mark.parametrize("danger", DANGERS)
async def test_without_entities_the_intent_names_the_danger(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    danger: str,
) -> None:
    await ActionLogSafety(migrated).run(dispatcher, tracker(intent=f"crisis_{danger}"), {})
    assert kept() == {"safety_events": [{"dangers": [danger], "level": None}]}
