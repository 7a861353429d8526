"""The last word on danger in a parse (imports rasa)."""

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.meaning import DANGERS, Meaning, Peril
from bot.nlu.safety_guard import SafetyGuard
from bot.safety.assessment import HEARING, Hearing


def parsed(text: str, meaning: Meaning | None = None, entities: list[dict[str, Any]] | None = None) -> Message:
    """A message as the guard leaves it, after a classifier that read `meaning`."""
    read = {"text": text, "entities": entities or [], "intent": {"name": "share_feeling", "confidence": 0.9}}
    message = Message({**read, **({"meaning": meaning.as_labels()} if meaning else {})})
    (message,) = SafetyGuard(0.5).process([message])
    return message


def said(message: Message, entity: str) -> list[str]:
    """The values of one entity."""
    return [found["value"] for found in message.get("entities") if found["entity"] == entity]


def test_a_danger_the_words_name_becomes_the_intent() -> None:
    message = parsed("I want to kill myself", Meaning(("infidelity",), "hurt"))
    assert message.get("intent")["name"] == "crisis_self_harm"
    assert message.get("meaning")["safety"] == ["self_harm"]
    assert message.get("meaning")["breaches"] == ["infidelity"]
    assert said(message, "danger") == ["self_harm"]


def test_what_the_classifier_heard_stays_and_is_named_once() -> None:
    heard = Meaning(dangers=("partner_abuse",))
    message = parsed("he hits me and I want to die", heard, [{"entity": "danger", "value": "partner_abuse"}])
    assert said(message, "danger") == ["self_harm", "partner_abuse"]


@pytest.mark.parametrize(("share", "asked"), [(0.49, []), (0.5, ["partner_abuse"]), (0.9, ["partner_abuse"])])
def test_a_danger_that_is_only_possible_leaves_intent_and_meaning_alone(share: float, asked: list[str]) -> None:
    chances = {"child_at_risk": 0.1, "self_harm": 0.2, "harm_to_others": 0.0, "partner_abuse": 0.3, "danger": share}
    message = Message({"text": "he gets so loud", "entities": [], "intent": {"name": "share_feeling"}, HEARING: Hearing(chances)})
    (message,) = SafetyGuard(0.5).process([message])
    assert said(message, "possible_danger") == asked
    assert message.get("intent")["name"] == "share_feeling" and said(message, "danger") == []


def test_whose_a_possible_danger_is_goes_with_it() -> None:
    heard = Hearing({**dict.fromkeys(DANGERS, 0.1), "self_harm": 0.4, "danger": 0.9}, Peril({"self_harm": "partner"}))
    (message,) = SafetyGuard(0.5).process([Message({"text": "he says there is no after", "entities": [], HEARING: heard})])
    assert (said(message, "possible_danger"), said(message, "whose")) == (["self_harm"], ["partner"])


def test_words_count_by_themselves_where_no_classifier_read_them() -> None:
    (message,) = SafetyGuard(0.5).process([Message({"text": "I want to kill myself"})])
    assert said(message, "danger") == ["self_harm"]


def test_beside_a_danger_nothing_is_only_possible() -> None:
    message = Message({"text": "I want to die", HEARING: Hearing({**dict.fromkeys(DANGERS, 0.4), "danger": 0.9})})
    (message,) = SafetyGuard(0.5).process([message])
    assert said(message, "possible_danger") == [] and said(message, "danger") == ["self_harm"]


def test_whose_it_is_and_that_it_is_now_is_heard_where_no_words_say_so() -> None:
    heard = {"text": "it got loud again", "entities": [], "meaning": Meaning(dangers=("partner_abuse",)).as_labels()}
    (message,) = SafetyGuard(0.5).process([Message({**heard, HEARING: Hearing({}, Peril({"partner_abuse": "by_writer"}, True))})])
    assert (said(message, "whose"), said(message, "level"), said(message, "by_writer")) == (["by_writer"], ["now"], ["yes"])


def test_without_danger_nothing_changes() -> None:
    message = parsed("I am so sad", Meaning())
    assert message.get("intent")["name"] == "share_feeling"
    assert message.get("entities") == []


@pytest.mark.parametrize(
    "text",
    [
        "no one would care, I have it all laid out",
        "i dont see what i should be here for at all",
        "no, it gets worse every night",
        "never mind me, it will be quiet soon",
        "wtf no?? i said she only told me cos i found the letters",
    ],
)
def test_a_danger_that_only_the_classifier_heard_is_raised_however_the_message_begins(text: str) -> None:
    message = parsed(text, Meaning(dangers=("self_harm",)), [{"entity": "danger", "value": "self_harm"}])
    assert message.get("intent")["name"] == "crisis_self_harm"
    assert message.get("meaning")["safety"] == ["self_harm"]


def test_a_no_with_a_danger_in_plain_words_is_a_danger() -> None:
    message = parsed("no, I want to die", Meaning(dangers=("self_harm",)))
    assert message.get("intent")["name"] == "crisis_self_harm"


@pytest.mark.parametrize(
    ("danger", "text"), [("self_harm", "i said NO. im not suicidal"), ("partner_abuse", "my ex used to hit me, years ago, thats long over")]
)
def test_what_is_denied_or_long_over_is_taken_back_out_of_the_parse(danger: str, text: str) -> None:
    message = parsed(text, Meaning(("dishonesty",), dangers=(danger,)), [{"entity": "danger", "value": danger}])
    assert message.get("intent")["name"] == "dishonesty"
    assert message.get("meaning")["safety"] == ["none"]
    assert said(message, "danger") == []


@pytest.mark.parametrize("text", ["", "x" * 20_000])
def test_any_text_passes_even_without_a_meaning(text: str) -> None:
    assert parsed(text).get("intent")["name"] == "share_feeling"


@pytest.mark.parametrize(
    ("text", "level", "whose", "by_writer"),
    [
        ("I slapped her", "explicit", "by_writer", ["yes"]),
        ("he slapped me", "explicit", "self", []),
        ("he says he'll kill himself", "explicit", "partner", []),
        ("I want to die tonight", "now", "self", []),
        ("I'll kill him", "explicit", "by_writer", []),
    ],
)
def test_how_urgent_and_whose_a_danger_is_goes_with_it(text: str, level: str, whose: str, by_writer: list[str]) -> None:
    message = parsed(text)
    assert (said(message, "level"), said(message, "whose"), said(message, "by_writer")) == ([level], [whose], by_writer)


def test_the_country_somebody_is_in_is_told_with_and_without_danger() -> None:
    assert said(parsed("I'm in Ireland"), "country") == ["IE"]
    message = parsed("I'm in Ireland and I want to die")
    assert (said(message, "country"), said(message, "danger")) == (["IE"], ["self_harm"])


@pytest.mark.parametrize(("text", "minor"), [("im 15 and my boyfriend cheated", ["yes"]), ("im 45", []), ("im 17 weeks pregnant", [])])
def test_somebody_under_eighteen_is_heard(text: str, minor: list[str]) -> None:
    assert said(parsed(text), "minor") == minor


@pytest.mark.parametrize(("text", "ended"), [("she blocked me everywhere", ["yes"]), ("i blocked him", [])])
def test_contact_the_other_ended_is_told(text: str, ended: list[str]) -> None:
    assert said(parsed(text), "no_contact") == ended


def test_the_most_urgent_danger_becomes_the_intent() -> None:
    message = parsed("He beats our son. I'm going to kill myself tonight.")
    assert message.get("intent")["name"] == "crisis_self_harm"
    assert set(message.get("meaning")["safety"]) == {"self_harm", "child_at_risk"}
    assert said(message, "danger") == ["self_harm", "child_at_risk"]
