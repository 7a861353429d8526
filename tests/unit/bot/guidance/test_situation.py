"""What is known of a person, read from slots."""

from typing import Any

import pytest

from bot.guidance.situation import STEPS, gate_is_set, situation


def test_empty_slots_are_an_unknown_person_behind_the_gate() -> None:
    found = situation({})
    assert (found.breaches, found.role, found.direction, found.impact) == ((), "unknown", None, None)
    assert (found.willing_self, found.willing_partner) == (None, None)
    assert found.steps == dict.fromkeys(STEPS)
    assert found.gate


def test_every_slot_finds_its_place() -> None:
    found = situation(
        {
            "breaches": ["neglect"],
            "role": "both",
            "open_talk": "yes",
            "responsibility": "no",
            "steady_action": "skipped",
            "willing_self": "yes",
            "willing_partner": "unsure",
            "direction": "rebuild",
            "impact": "told",
            "safety": None,
        }
    )
    assert (found.breaches, found.role, found.direction, found.impact) == (("neglect",), "both", "rebuild", "told")
    assert found.steps == {"open_talk": "yes", "responsibility": "no", "steady_action": "skipped"}
    assert (found.willing_self, found.willing_partner, found.gate) == ("yes", "unsure", False)


@pytest.mark.parametrize(
    ("direction", "route", "wanted"),
    [("rebuild", "leave", "rebuild"), (None, "leave", "leave"), (None, None, None), ("undecided", None, "undecided")],
)
def test_an_answered_direction_wins_over_a_route_that_was_heard(direction: Any, route: Any, wanted: Any) -> None:
    assert situation({"direction": direction, "route": route}).direction == wanted


@pytest.mark.parametrize(
    ("slots", "gate"),
    [
        ({"safety": ["partner_abuse"]}, True),
        ({"safety": ["self_harm", "partner_abuse"]}, True),
        ({"safety": "partner_abuse"}, True),
        ({"safety": ["self_harm", "child_at_risk", "harm_to_others"]}, False),
        ({"safety": []}, False),
        ({"safety": None}, False),
        ({}, True),
        ({"safety": 5}, True),
        ({"safety": True}, True),
        ({"safety": ["partner_abuse"], "abuse_gate": "open"}, False),
        ({"safety": ["partner_abuse"], "abuse_gate": "shut"}, True),
        ({"safety": ["partner_abuse", "unreadable"], "abuse_gate": "open"}, True),
        ({"abuse_gate": "open"}, True),
    ],
)
def test_the_gate_is_set_by_abuse_or_by_what_cannot_be_read(slots: dict[str, Any], gate: bool) -> None:
    assert gate_is_set(slots) is gate
    assert situation(slots).gate is gate
