"""The action server is gone: Mend says so, loses nothing, never claims to have saved, and danger is answered all the same."""

from __future__ import annotations

import pytest

from benchmarks.soak import couple_texts
from tests.integration.test_conversations import STORIES, conversation, kept, texts

pytestmark = pytest.mark.model
CLAIMS = ("noted that", "It's gone", "I've noted", "Noted:", "in your notes", "Shall I tell you how to begin")


def test_it_says_that_it_cannot_save_and_goes_on(lonely) -> None:
    lonely("a", STORIES["infidelity", "hurt"])
    said = texts(lonely("a", "/share_feeling"))
    assert "can't reach my journal" in said
    assert "?" in said, "the talk goes on"
    assert kept(lonely, "a") == {}


def test_it_never_claims_to_have_saved_or_deleted(lonely) -> None:
    lines = [STORIES["dishonesty", "responsible"], "/share_feeling", *["/affirm"] * 5, '/closure{"route": "leave"}', "/affirm"]
    lines += ["how am i doing", "7", "what do you know about me", "delete my data", "yes"]
    for line in lines:
        said = texts(lonely("b", line))
        assert said.strip(), line
        if line in ("how am i doing", "what do you know about me", "delete my data"):
            assert "can't" in said, said
        assert not any(claim in said for claim in CLAIMS), said


def test_danger_is_answered_in_every_form(lonely) -> None:
    for sender, lead in (
        ("c", []),
        ("d", [STORIES["neglect", "hurt"]]),
        ("e", [STORIES["neglect", "hurt"], "/share_feeling"]),
    ):
        for line in lead:
            lonely(sender, line)
        said = lonely(sender, "I want to kill myself")
        assert "I'm really glad you wrote that here" in said[0]["text"]


def test_behind_the_gate_no_couple_text_is_said_though_the_action_server_is_killed_midway(widowed) -> None:
    _, faults = widowed
    assert faults == []


@pytest.mark.parametrize("told", ["he hits me when he drinks", "she's blocked me everywhere"])
def test_what_shut_the_gate_is_known_to_a_server_that_goes_on_with_the_conversation(talk, lonely, told: str) -> None:
    sender = f"goes-on-{told}"
    talk(sender, "I cheated on my girlfriend" if "blocked" in told else "hello")
    talk(sender, told)
    for line in ("how do we rebuild trust", "how do I apologise", '/how_to_talk{"route": "rebuild"}'):
        said = texts(lonely(sender, line))
        assert said.strip()
        assert not any(text in said for text in couple_texts()), said


def test_restart_forgets_nothing(lonely) -> None:
    lonely("f", STORIES["infidelity", "hurt"])
    assert texts(lonely("f", "/restart")).strip()
    assert "infidelity" in conversation(lonely, "f")["slots"]["breaches"]
