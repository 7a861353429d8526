"""Slots that add up, that cannot be emptied, for who broke the trust (imports rasa)."""

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import AllSlotsReset, SlotSet
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.slots import AccumulatingSlot, PermanentSlot, RoleSlot, merged


def slot(initial_value: Any = None) -> AccumulatingSlot:
    """A slot that was told nothing."""
    return AccumulatingSlot("breaches", [], initial_value=initial_value, influence_conversation=False)


@pytest.mark.parametrize(
    ("known", "told", "wanted"),
    [
        ([], "a", ["a"]),
        (["a"], "b", ["a", "b"]),
        (["a"], "a", ["a"]),
        (["b"], ["a", "b", "c", "a"], ["b", "a", "c"]),
        (["b"], ("c",), ["b", "c"]),
        (["a", "b"], ["only", "c"], ["c"]),
        (["a"], ["only", "a"], ["a"]),
        (["a", "b"], ["-a"], ["b"]),
        (["a", "b"], ["-a", "c"], ["b", "c"]),
        (["a"], "-z", ["a"]),
        (["a"], [], ["a"]),
        (["a"], "", ["a"]),
        ([], [], []),
        ([], 7, ["7"]),
    ],
)
def test_what_is_told_joins_what_is_known(known: list[str], told: Any, wanted: list[str]) -> None:
    before = list(known)
    assert merged(known, told) == wanted
    assert known == before


def test_it_knows_nothing_at_first() -> None:
    assert slot().value is None
    assert not slot().has_been_set


def test_a_second_value_joins_the_first() -> None:
    told = slot()
    told.value = "infidelity"
    told.value = ["neglect", "infidelity"]
    assert told.value == ["infidelity", "neglect"]
    assert told.has_been_set


@pytest.mark.parametrize("told_last", ["only", ["only"]])
def test_a_correction_without_values_leaves_it_unknown(told_last: Any) -> None:
    told = slot()
    told.value = ["infidelity", "neglect"]
    told.value = told_last
    assert told.value is None
    assert not told.has_been_set


@pytest.mark.parametrize("told_last", ["only", ["only"], None, [], "-partner_abuse", ["only", "self_harm"]])
def test_nothing_a_message_says_empties_a_permanent_slot(told_last: Any) -> None:
    told = PermanentSlot("safety", [], influence_conversation=False)
    told.value = ["partner_abuse"]
    told.value = told_last
    assert "partner_abuse" in told.value
    assert told.has_been_set


def test_an_answer_without_values_is_an_answer() -> None:
    told = slot()
    told.value = []
    assert told.value == []
    assert told.has_been_set


def test_none_empties_it() -> None:
    told = slot()
    told.value = "neglect"
    told.value = None
    assert told.value is None
    assert not told.has_been_set


def test_a_reset_forgets_what_was_told() -> None:
    told = slot()
    told.value = "neglect"
    told.reset()
    assert told.value is None
    assert not told.has_been_set


def test_a_reset_gives_the_first_value_back() -> None:
    told = slot(initial_value=["neglect"])
    told.value = "infidelity"
    told.reset()
    assert told.value == ["neglect"]


def test_an_empty_text_withdraws_what_was_known() -> None:
    told = RoleSlot("role", [], influence_conversation=False)
    told.value = "hurt"
    assert told.value == "hurt" and told.has_been_set
    told.value = ""
    assert told.value is None and not told.has_been_set


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (["hurt"], "hurt"),
        (["hurt", "responsible"], "hurt"),
        (["unknown", "responsible"], "responsible"),
        (["hurt", "+hurt"], "hurt"),
        (["hurt", "+responsible"], "responsible"),
        (["+hurt", "+responsible"], "both"),
        (["+hurt", "responsible", "+responsible"], "both"),
        (["+both", "+hurt"], "both"),
        (["hurt", "=responsible"], "responsible"),
        (["+hurt", ""], None),
        (["", "+hurt"], "hurt"),
        (["+hurt", "="], None),
        (["+hurt", "=", "responsible"], "responsible"),
        (["+hurt", "=", "responsible", "+hurt"], "hurt"),
    ],
)
def test_a_role_once_known_changes_by_plain_words_only(told: list[str], wanted: str | None) -> None:
    role = RoleSlot("role", [], influence_conversation=False)
    for value in told:
        role.value = value
    assert role.value == wanted
    assert role.has_been_set == (wanted is not None)


def test_two_slots_do_not_share_what_they_were_told() -> None:
    first, second = slot(), slot()
    first.value = "neglect"
    assert second.value is None


def test_rasa_finds_it_by_the_name_in_the_domain() -> None:
    assert Slot.resolve_by_type("bot.nlu.slots.AccumulatingSlot") is AccumulatingSlot


def test_a_conversation_told_again_from_its_events_is_the_same() -> None:
    domain = Domain.from_dict({"slots": {"breaches": {"type": "bot.nlu.slots.AccumulatingSlot", "mappings": [{"type": "custom"}]}}})
    events = [
        SlotSet("breaches", ["a"]),
        SlotSet("breaches", "b"),
        SlotSet("breaches", ["a", "b"]),
        SlotSet("breaches", ["only", "b"]),
    ]
    tracker = DialogueStateTracker.from_events("me", events, slots=domain.slots)
    again = DialogueStateTracker.from_events("me", list(tracker.events), slots=domain.slots)
    assert tracker.get_slot("breaches") == again.get_slot("breaches") == ["b"]
    again.update(AllSlotsReset())
    assert again.get_slot("breaches") is None
    assert tracker.get_slot("breaches") == ["b"]
