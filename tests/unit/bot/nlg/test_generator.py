"""What is said, and what is set around it (imports rasa)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.guidance import library
from bot.nlg.generator import MendGenerator
from bot.safety import helplines

YES_NO = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]
SLOTS = ("role", "partner", "suggestion", "saved", "breaches", "safety", "country", "whose")


def responses(**texts: list[dict[str, Any]]) -> Domain:
    """A domain with our slots and these responses."""
    slots = {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in SLOTS}
    return Domain.from_dict({"slots": slots, "responses": texts, "forms": {"story_form": {"required_slots": []}}})


DOMAIN = responses(
    utter_plain=[
        {"text": "Plain.", "metadata": {"couple_work": False}},
        {"text": "Plainer.", "metadata": {"couple_work": False}},
    ],
    utter_couple=[
        {"text": "Together.", "metadata": {"couple_work": True}},
        {"text": "For yourself.", "metadata": {"couple_work": False, "gate": True}},
    ],
    utter_only_couple=[{"text": "Only together.", "metadata": {"couple_work": True}}],
    utter_partner=[{"text": "Your {partner}, {reasons}.", "metadata": {"couple_work": False}}],
    utter_asks=[{"text": "Shall I?", "metadata": {"couple_work": False}, "buttons": YES_NO}],
    utter_offers=[{"text": "An answer.", "metadata": {"couple_work": False, "offer": "more"}}],
    utter_offers_asking=[{"text": "Which?", "metadata": {"couple_work": False, "offer": "more"}, "buttons": YES_NO[:1]}],
    utter_repeat=[{"text": "Once more:", "metadata": {"couple_work": False, "repeat": True}}],
    utter_ask_steps_form_open_talk=[{"text": "Do you talk?", "metadata": {"couple_work": False}, "buttons": YES_NO}],
    utter_correct=[{"text": "Sorry.", "metadata": {"couple_work": False}}],
    utter_lost_thread=[
        {"text": "Still here.", "metadata": {"couple_work": False, "after_danger": True}},
        {"text": "Lost.", "metadata": {"couple_work": False}},
    ],
    utter_also_self_harm=[
        {"text": "They matter.", "metadata": {"couple_work": False, "whose": "other"}},
        {"text": "You matter.", "metadata": {"couple_work": False}},
    ],
    utter_self_harm_yes=[{"text": "Who is near?", "metadata": {"couple_work": False}}],
    utter_heard=[
        {"text": "Lies.", "metadata": {"couple_work": False, "kind": "dishonesty"}},
        {"text": "Alone.", "metadata": {"couple_work": False, "kind": "neglect"}},
    ],
    utter_offer_first_step=[{"text": "Shall I tell you how?", "metadata": {"couple_work": False}}],
    utter_crisis_self_harm=[{"text": "Call {emergency}.", "metadata": {"couple_work": False}}],
)
INTRODUCTION = library.load()["guidance"]["utter_introduction"][0]["text"]
CANNOT_SAVE = [variant["text"] for variant in library.load()["guidance"]["utter_cannot_save"]]
OFFERS = [variant["text"] for variant in library.load()["guidance"]["utter_offer_more"]]
LISTEN = ActionExecuted("action_listen")

Say = Callable[..., Awaitable[dict[str, Any] | None]]


@pytest.fixture
def introduction() -> str:
    """What a session is begun with, where no country is set."""
    return INTRODUCTION.replace("{emergency}", helplines.said()["emergency"])


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """`await say("utter_plain", *events, **words)`: the message for a response after these events."""
    monkeypatch.delenv("MEND_COUNTRY", raising=False)

    async def generate(utter_action: str, *events: Event, **words: Any) -> dict[str, Any] | None:
        tracker = DialogueStateTracker.from_events("me", list(events), slots=DOMAIN.slots)
        return await MendGenerator(domain=DOMAIN).generate(utter_action, tracker, "rest", **words)

    return generate


@pytest.fixture
def begun(introduction: str) -> list[Event]:
    """A session that was introduced, and a message that waits for its answer."""
    return [
        SessionStarted(),
        LISTEN,
        UserUttered("hello"),
        BotUttered(f"{introduction}\n\nHi."),
        LISTEN,
        UserUttered("well"),
    ]


async def test_a_session_begins_with_the_introduction(say: Say, introduction: str) -> None:
    message = await say("utter_plain", SessionStarted(), LISTEN, UserUttered("hello"))
    assert message == {"text": f"{introduction}\n\nPlain.", "metadata": {"couple_work": False}}


async def test_the_introduction_is_said_once_a_session(say: Say, begun: list[Event]) -> None:
    assert (await say("utter_plain", *begun))["text"] == "Plain."


async def test_a_new_session_is_introduced_anew_and_begins_its_wording_anew(say: Say, begun: list[Event], introduction: str) -> None:
    events = [*begun, BotUttered("Plain."), SessionStarted(), LISTEN, UserUttered("back")]
    assert (await say("utter_plain", *events))["text"] == f"{introduction}\n\nPlain."


async def test_a_question_with_buttons_waits_with_the_introduction(say: Say) -> None:
    message = await say("utter_asks", SessionStarted(), LISTEN, UserUttered("hello"))
    assert message == {"text": "Shall I?", "metadata": {"couple_work": False}, "buttons": YES_NO}


async def test_the_introduction_names_the_emergency_number_of_the_country(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEND_COUNTRY", "GB")
    message = await say("utter_plain", SessionStarted(), LISTEN, UserUttered("hello"))
    assert "in danger, call 999" in message["text"]


async def test_the_introduction_says_so_where_somebody_on_duty_is_told_of_a_danger(
    say: Say, begun: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEND_ALERT_URL", "https://hooks.example.org/")
    events = [SessionStarted(), LISTEN, UserUttered("hello")]
    for before in ([], [SessionStarted(), SlotSet("breaches", ["neglect"])]):
        assert "somebody on duty is told" in (await say("utter_plain", *before, *events))["text"]


async def test_nothing_is_set_around_an_answer_to_danger(say: Say) -> None:
    events = [
        SessionStarted(),
        LISTEN,
        UserUttered("words"),
        ActionExecuted("action_log_safety"),
        SlotSet("saved", False),
    ]
    message = await say("utter_crisis_self_harm", *events)
    assert message == {"text": f"Call {helplines.said()['emergency']}.", "metadata": {"couple_work": False}}


@pytest.mark.parametrize(
    ("country", "said"), [("GB", "999"), (["GB"], helplines.said()["emergency"]), ({"a": 1}, helplines.said()["emergency"])]
)
async def test_the_lines_are_those_of_the_country_and_a_made_up_one_silences_nobody(say: Say, country: Any, said: str) -> None:
    message = await say("utter_crisis_self_harm", LISTEN, UserUttered("words"), SlotSet("country", country))
    assert message["text"] == f"Call {said}."


async def test_what_was_said_gives_way_to_what_was_not(say: Say, begun: list[Event]) -> None:
    message = await say("utter_plain", *begun, BotUttered("Plain."), LISTEN, UserUttered("and"))
    assert message["text"] == "Plainer."


async def test_texts_are_filled_from_slots_and_the_words_of_the_action(say: Say, begun: list[Event]) -> None:
    message = await say("utter_partner", *begun, SlotSet("partner", "wife"), reasons="for reasons", text=None, buttons=[])
    assert message["text"] == "Your wife, for reasons."


async def test_without_the_gate_couple_work_is_said_and_marked(say: Say, begun: list[Event]) -> None:
    assert await say("utter_couple", *begun) == {"text": "Together.", "metadata": {"couple_work": True}}


async def test_behind_the_gate_no_couple_work_is_said(say: Say, begun: list[Event]) -> None:
    behind = [*begun, SlotSet("safety", ["partner_abuse"])]
    assert await say("utter_couple", *behind) == {"text": "For yourself.", "metadata": {"couple_work": False}}


async def test_where_only_couple_work_could_be_said_nothing_is(say: Say, begun: list[Event], caplog: pytest.LogCaptureFixture) -> None:
    assert await say("utter_only_couple", *begun, SlotSet("safety", ["partner_abuse"])) is None
    assert "utter_action=utter_only_couple" in caplog.text


async def test_a_response_that_nobody_wrote_is_nothing(say: Say, begun: list[Event]) -> None:
    assert await say("utter_nobody_wrote", *begun) is None


async def test_a_response_under_guidance_is_found(say: Say, begun: list[Event]) -> None:
    assert (await say("utter_deleted", *begun))["text"] == library.load()["guidance"]["utter_deleted"][0]["text"]


async def test_without_a_domain_guidance_is_still_said(begun: list[Event]) -> None:
    tracker = DialogueStateTracker.from_events("me", begun, slots=DOMAIN.slots)
    message = await MendGenerator().generate("utter_deleted", tracker, "rest")
    assert message is not None
    assert message["text"] == library.load()["guidance"]["utter_deleted"][0]["text"]


async def test_an_offer_follows_where_one_may(say: Say, begun: list[Event]) -> None:
    message = await say("utter_offers", *begun)
    assert (message["text"], message["buttons"]) == (f"An answer. {OFFERS[0]}", YES_NO)


async def test_another_offer_follows_the_next_time(say: Say, begun: list[Event]) -> None:
    message = await say("utter_offers", *begun, BotUttered(f"An answer. {OFFERS[0]}"), LISTEN, UserUttered("and"))
    assert message["text"] == f"An answer. {OFFERS[1]}"


async def test_no_offer_follows_while_a_form_is_open(say: Say, begun: list[Event]) -> None:
    assert await say("utter_offers", *begun[:-1], ActiveLoop("story_form"), LISTEN, UserUttered("and")) == {
        "text": "An answer.",
        "metadata": {"couple_work": False},
    }


async def test_no_offer_follows_the_first_words_of_a_session(say: Say, introduction: str) -> None:
    message = await say("utter_offers", SessionStarted(), LISTEN, UserUttered("hello"))
    assert message == {"text": f"{introduction}\n\nAn answer.", "metadata": {"couple_work": False}}


async def test_no_offer_follows_a_question_of_its_own(say: Say, begun: list[Event]) -> None:
    message = await say("utter_offers_asking", *begun)
    assert (message["text"], message["buttons"]) == ("Which?", YES_NO[:1])


async def test_buttons_are_copies(say: Say, begun: list[Event]) -> None:
    (await say("utter_asks", *begun))["buttons"][0]["title"] = "changed"
    assert (await say("utter_asks", *begun))["buttons"] == YES_NO


async def test_the_last_words_are_repeated_in_order(say: Say, begun: list[Event]) -> None:
    events = [*begun, BotUttered("One."), BotUttered("Two."), LISTEN, UserUttered("what?")]
    assert (await say("utter_repeat", *events))["text"] == "Once more:\n\nOne.\n\nTwo."


async def test_behind_the_gate_only_what_is_known_for_no_couple_work_is_repeated(say: Say, begun: list[Event]) -> None:
    said = [
        BotUttered("Alone.", metadata={"metadata": {"couple_work": False}}),
        BotUttered("Together.", metadata={"metadata": {"couple_work": True}}),
        BotUttered("From elsewhere."),
    ]
    asked = [LISTEN, UserUttered("what?")]
    assert (await say("utter_repeat", *begun, *said, *asked))["text"] == "Once more:\n\nAlone.\n\nTogether.\n\nFrom elsewhere."
    shut = await say("utter_repeat", *begun, *said, *asked, SlotSet("safety", ["partner_abuse"]))
    assert shut == {"text": "Once more:\n\nAlone.", "metadata": {"couple_work": False}}


async def test_what_holds_a_couple_text_is_one(say: Say, begun: list[Event]) -> None:
    said = BotUttered("Together.", metadata={"metadata": {"couple_work": True}})
    assert (await say("utter_repeat", *begun, said, LISTEN, UserUttered("what?")))["metadata"] == {"couple_work": True}


@pytest.mark.parametrize(
    ("text", "spoken_to"),
    [
        ("he beats our son and I want to kill myself", "You matter."),
        ("he beats our son and my friend wants to kill herself", "They matter."),
        ('/crisis_child_at_risk{"danger": "self_harm"}', "You matter."),
    ],
)
async def test_a_further_danger_is_spoken_of_as_whose_it_is(say: Say, begun: list[Event], text: str, spoken_to: str) -> None:
    events = [*begun, LISTEN, UserUttered(text), SlotSet("whose", "other")]
    assert (await say("utter_also_self_harm", *events))["text"] == spoken_to


async def test_with_an_open_form_only_the_form_repeats_itself(say: Say, begun: list[Event]) -> None:
    events = [*begun, ActiveLoop("story_form"), BotUttered("One."), LISTEN, UserUttered("what?")]
    assert (await say("utter_repeat", *events))["text"] == "Once more:"


async def test_where_nothing_was_said_before_nothing_is_repeated(say: Say, introduction: str) -> None:
    message = await say("utter_repeat", SessionStarted(), LISTEN, UserUttered("what?"))
    assert message["text"] == f"{introduction}\n\nOnce more:"


SAVED, NOT_SAVED = SlotSet("saved", True), SlotSet("saved", False)
OURS, OTHER = ActionExecuted("action_log_story"), ActionExecuted("utter_plain")


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], False),
        ([OURS, SAVED], False),
        ([OURS, NOT_SAVED], True),
        ([OURS], True),  # not heard of at all
        ([OURS, OTHER], True),
        ([OURS, SAVED, OTHER], False),
        ([OURS, NOT_SAVED, ActionExecuted("action_log_steps"), SAVED], True),
        ([OURS, SAVED, ActionExecuted("action_log_steps"), NOT_SAVED], True),
        ([OURS, NOT_SAVED, BotUttered(f"{CANNOT_SAVE[0]}\n\nPlain.")], False),
        ([OURS, NOT_SAVED, BotUttered("Plain.")], True),
        ([ActionExecuted("action_extract_slots"), ActionExecuted("action_deactivate_loop")], False),
        ([ActionExecuted("action_default_fallback")], False),
        ([ActionExecuted("story_form")], False),
        ([ActionExecuted(None, action_text="said by itself")], False),
    ],
)
async def test_it_says_truthfully_when_an_action_of_this_turn_could_not_save(
    say: Say, begun: list[Event], events: list[Event], told: bool
) -> None:
    message = await say("utter_asks", *begun, *events)
    assert message["text"] == (f"{CANNOT_SAVE[0]} Shall I?" if told else "Shall I?")


@pytest.mark.parametrize(
    ("intent", "text", "acknowledged"),
    [
        ("affirm", "yes", "utter_acknowledge_yes"),
        ("affirm", "/affirm", "utter_acknowledge_yes"),
        ("affirm", "yes, and he told me he still loves her", "utter_acknowledge_told"),
        ("deny", "not really", "utter_acknowledge_no"),
        ("unsure", "hard to say", "utter_acknowledge_unsure"),
        ("skip", "/skip", "utter_acknowledge_skipped"),
        ("share_feeling", "it hurts", "utter_acknowledge_told"),
        ("share_feeling", "/share_feeling", None),
        ("greet", "hello", None),
        ("my_data", "delete my data", None),
    ],
)
async def test_an_answer_is_acknowledged_before_the_next_question(
    say: Say, begun: list[Event], intent: str, text: str, acknowledged: str | None
) -> None:
    answered = UserUttered(text, {"name": intent})
    message = await say("utter_ask_steps_form_open_talk", *begun[:-1], ActiveLoop("steps_form"), LISTEN, answered)
    variants = library.load()["guidance"].get(acknowledged or "", [])
    words = [variant for variant in variants if not {"needs", "asked", "gate"} & set(variant["metadata"])]
    assert message["text"] == " ".join([*(variant["text"] for variant in words[:1]), "Do you talk?"])


@pytest.mark.parametrize(
    ("asked", "answer", "said"),
    [
        ("willing_self", "deny", "That's a clear answer, and it's allowed."),
        ("willing_partner", "deny", "That hurts to see."),
        ("impact", "deny", "That's fine. You don't have to say."),
        ("steady_action", "affirm", "That's something to stand on."),
    ],
)
async def test_what_is_said_to_an_answer_fits_its_question(say: Say, begun: list[Event], asked: str, answer: str, said: str) -> None:
    form = [*begun[:-1], ActiveLoop("steps_form"), SlotSet("requested_slot", asked), LISTEN, UserUttered(f"/{answer}", {"name": answer})]
    assert (await say("utter_ask_steps_form_open_talk", *form))["text"] == f"{said} Do you talk?"


async def test_a_question_of_an_earlier_session_is_not_answered_now(say: Say) -> None:
    before = [SessionStarted(), ActiveLoop("story_form"), SlotSet("requested_slot", "impact"), SessionStarted()]
    events = [
        *before,
        SlotSet("requested_slot", "impact"),
        BotUttered("x"),
        ActiveLoop("steps_form"),
        LISTEN,
        UserUttered("on", {"name": "resume"}),
    ]
    assert (await say("utter_ask_steps_form_open_talk", *events))["text"] == "Do you talk?"


async def test_one_who_comes_back_is_welcomed_back_and_not_told_everything_again(say: Say) -> None:
    events = [SessionStarted(), SlotSet("breaches", ["neglect"]), LISTEN, UserUttered("hello", {"name": "greet"})]
    said = (await say("utter_plain", *events))["text"]
    assert "Good to have you back" in said and "for adults" not in said
    again = (await say("utter_plain", *events, BotUttered(said), LISTEN, UserUttered("so")))["text"]
    assert again == "Plainer."


async def test_after_danger_it_introduces_itself_only_where_a_talk_begins(say: Say, introduction: str) -> None:
    danger = [SessionStarted(), LISTEN, UserUttered("x", {"name": "crisis_self_harm"}), BotUttered("Call now."), LISTEN]
    assert (await say("utter_plain", *danger, UserUttered("bye", {"name": "goodbye"})))["text"] == "Plain."
    assert (await say("utter_self_harm_yes", *danger, UserUttered("yes", {"name": "affirm"})))["text"] == "Who is near?"
    midway = library.load()["guidance"]["utter_introduction"][1]["text"]
    heard = await say("utter_heard", *danger, UserUttered("he lied", {"name": "dishonesty"}))
    assert heard["text"] == f"{midway}\n\nLies."
    told = [*danger, UserUttered("he lied", {"name": "dishonesty"}), BotUttered(heard["text"]), LISTEN, UserUttered("and again")]
    told[-1] = UserUttered("and left me alone", {"name": "neglect"})
    assert (await say("utter_heard", *told))["text"] == "Alone."


async def test_right_after_danger_it_stays_with_the_person(say: Say) -> None:
    danger = [SessionStarted(), LISTEN, UserUttered("x", {"name": "crisis_self_harm"}), ActionExecuted("utter_crisis_self_harm")]
    danger += [BotUttered("Call now."), ActionExecuted("action_deactivate_loop"), LISTEN]
    assert (await say("utter_lost_thread", *danger, UserUttered("nobody")))["text"] == "Still here."
    later = [*danger, UserUttered("ok"), ActionExecuted("utter_plain"), BotUttered("Plain."), LISTEN, UserUttered("hm")]
    assert (await say("utter_lost_thread", *later))["text"] == "Lost."


async def test_a_correction_is_taken_before_the_next_question(say: Say, begun: list[Event]) -> None:
    corrected = UserUttered("no that's wrong, I lied", {"name": "correct"})
    message = await say("utter_ask_steps_form_open_talk", *begun[:-1], ActiveLoop("steps_form"), LISTEN, corrected)
    assert message["text"] == "Sorry. Do you talk?"


async def test_what_was_told_now_is_spoken_of_before_what_was_told_first(say: Say, begun: list[Event]) -> None:
    told = UserUttered("and he lied", {"name": "dishonesty"}, [{"entity": "breach", "value": "dishonesty"}])
    assert (await say("utter_heard", *begun[:-1], SlotSet("breaches", ["neglect"]), LISTEN, told))["text"] == "Lies."
    assert (await say("utter_heard", *begun[:-1], SlotSet("breaches", ["neglect"]), LISTEN, UserUttered("so")))["text"] == "Alone."


async def test_nothing_is_offered_where_nothing_could_be_suggested(say: Say, begun: list[Event]) -> None:
    cannot = library.load()["guidance"]["utter_cannot_suggest"][0]["text"]
    suggest = ActionExecuted("action_suggest_next")
    assert cannot in (await say("utter_offer_first_step", *begun, suggest))["text"]
    said = await say("utter_offer_first_step", *begun, suggest, BotUttered("A therapist."), SlotSet("saved", True))
    assert said["text"] == "Shall I tell you how?"


@pytest.mark.parametrize("action", ["action_show_progress", "action_answer_data_request", "action_delete_data"])
async def test_what_cannot_be_looked_up_or_deleted_is_said_to_be_so(say: Say, begun: list[Event], action: str) -> None:
    cannot = library.load()["guidance"]["utter_cannot_look"][0]["text"]
    assert (await say("utter_plain", *begun, ActionExecuted(action)))["text"] == f"{cannot}\n\nPlain."


async def test_an_answer_that_was_replied_to_is_not_acknowledged_too(say: Say, begun: list[Event]) -> None:
    answered = [UserUttered("words", {"name": "affirm"}), BotUttered("I hear you.")]
    message = await say("utter_ask_steps_form_open_talk", *begun[:-1], ActiveLoop("steps_form"), LISTEN, *answered)
    assert message["text"] == "Do you talk?"


async def test_a_talk_that_begins_with_a_question_is_led_on_to_what_happened(say: Say, introduction: str) -> None:
    invite = library.load()["guidance"]["utter_invite"][0]["text"]
    message = await say("utter_plain", SessionStarted(), LISTEN, UserUttered("words", {"name": "therapy"}))
    assert message["text"] == f"{introduction}\n\nPlain.\n\n{invite}"


async def test_a_turn_before_is_not_this_turn(say: Say, begun: list[Event]) -> None:
    message = await say("utter_plain", *begun, OURS, NOT_SAVED, LISTEN, UserUttered("and"))
    assert message["text"] == "Plain."


async def test_the_second_time_it_is_said_in_other_words(say: Say, begun: list[Event]) -> None:
    first = [OURS, NOT_SAVED, BotUttered(f"{CANNOT_SAVE[0]}\n\nx"), LISTEN, UserUttered("and")]
    message = await say("utter_plain", *begun, *first, OURS, NOT_SAVED)
    assert message["text"] == f"{CANNOT_SAVE[1]}\n\nPlain."


async def test_a_session_that_cannot_save_is_introduced_first(say: Say, introduction: str) -> None:
    message = await say("utter_plain", SessionStarted(), LISTEN, UserUttered("hello"), OURS, NOT_SAVED)
    assert message["text"] == f"{introduction}\n\n{CANNOT_SAVE[0]}\n\nPlain."


async def test_a_failure_carried_into_a_new_session_is_not_told_again(say: Say, introduction: str) -> None:
    events = [ActionExecuted("action_session_start"), SessionStarted(), NOT_SAVED, LISTEN, UserUttered("back")]
    assert (await say("utter_plain", *events))["text"] == f"{introduction}\n\nPlain."
