"""What is typed at the prompt."""

from __future__ import annotations

import pytest

from bot.channels.shell import payload

BUTTONS = [{"title": "Yes", "payload": "/affirm"}, {"title": "Hard to say", "payload": "/unsure"}]


@pytest.mark.parametrize(("said", "meant"), [("1", "/affirm"), ("2", "/unsure"), ("yes", "/affirm"), ("HARD to say", "/unsure")])
def test_a_number_or_a_title_stands_for_its_button(said: str, meant: str) -> None:
    assert payload(said, BUTTONS) == meant


@pytest.mark.parametrize("said", ["3", "yes we did", "", "/affirm"])
def test_anything_else_is_said_as_it_was_typed(said: str) -> None:
    assert payload(said, BUTTONS) == said


def test_without_buttons_a_number_is_a_number() -> None:
    assert payload("1", []) == "1"
