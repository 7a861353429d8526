"""Danger is answered first (imports rasa)."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.meaning import CRISIS_INTENTS, DANGERS
from bot.policies.safety_policy import PRIORITY, SafetyPolicy
from bot.safety import answers, talk
from bot.safety.alert import Alert
from bot.safety.answers import AnswerModel, Meant
from bot.safety.assessment import named_whose
from bot.understanding.network import Training

ASIDE = [f"{kind}_{danger}" for kind in ("also", "lines") for danger in DANGERS]
ASIDE += [aside.says for aside in talk.load().asides if aside.says.startswith("aside_")]
ASIDE += [f"still_asking_{question}" for question in talk.open_questions()]
ASIDE += ["lines_noted", "lines_by_text", "not_lost", "hold_now", "listening", "heard", "heard_more", "how_long", "thank"]
ASIDE += ["also_then", "also_alerted", "also_country", "also_minor", "also_minor_child", "minor", "minor_heard"]
DOMAIN = Domain.from_dict(
    {
        "intents": [
            *CRISIS_INTENTS,
            "greet",
            "affirm",
            "deny",
            "correct",
            "share_feeling",
            "how_long",
            "my_data",
            "thank",
            "stop",
            "resume",
            "goodbye",
            "out_of_scope",
            "crisis_without_answer",
        ],
        "entities": ["danger"],
        "slots": {
            "safety": {"type": "bot.nlu.slots.AccumulatingSlot", "mappings": [{"type": "custom"}]},
            "breaches": {"type": "list", "mappings": [{"type": "custom"}]},
            **{
                name: {"type": "text", "mappings": [{"type": "custom"}]}
                for name in ("impact", "role", "country", "minor", "level", "whose", "by_writer", "abuse_gate")
            },
        },
        "responses": {f"utter_{name}": [{"text": name}] for name in (*CRISIS_INTENTS, "greet", *ASIDE, *talk.load().names)},
        "forms": {"story_form": {"required_slots": []}},
        "actions": ["action_log_safety"],
    }
)


@pytest.fixture
def policy(tmp_path: Path) -> SafetyPolicy:
    """The policy as Rasa loads it."""
    context = ExecutionContext(GraphSchema({}))
    return SafetyPolicy.load(SafetyPolicy.get_default_config(), LocalModelStorage(tmp_path), Resource("safety"), context)


def predict(policy: SafetyPolicy, *events: Event) -> PolicyPrediction:
    """What the policy says after these events."""
    tracker = DialogueStateTracker.from_events("me", list(events), slots=DOMAIN.slots)
    return policy.predict_action_probabilities(tracker, DOMAIN)


def heard(intent: str, *dangers: str, text: str = "words") -> UserUttered:
    """A message with this intent, whose entities name these dangers."""
    entities: list[dict[str, Any]] = [{"entity": "danger", "value": danger} for danger in dangers]
    return UserUttered(text, {"name": intent}, [{"entity": "role", "value": "hurt"}, *entities])


LISTEN = ActionExecuted("action_listen")


@pytest.mark.parametrize("intent", CRISIS_INTENTS)
def test_a_message_in_danger_is_answered_for_certain(policy: SafetyPolicy, intent: str) -> None:
    prediction = predict(policy, LISTEN, heard(intent))
    assert prediction.probabilities[DOMAIN.index_for_action(f"utter_{intent}")] == 1.0
    assert sum(prediction.probabilities) == 1.0
    assert prediction.is_no_user_prediction


def test_every_danger_that_was_named_is_remembered(policy: SafetyPolicy) -> None:
    prediction = predict(policy, LISTEN, heard("crisis_self_harm", "self_harm", "partner_abuse"))
    assert prediction.optional_events[0] == SlotSet("safety", ["self_harm", "partner_abuse"])


def says(intent: str, text: str) -> UserUttered:
    """A message with these words whose danger, where the intent is one, only the classifier heard."""
    dangers = [{"entity": "danger", "value": intent.removeprefix("crisis_")}] if intent.startswith("crisis_") else []
    return UserUttered(text, {"name": intent}, dangers)


def answered(danger: str, **slots: str) -> tuple[Event, ...]:
    """The turn in which a danger was answered."""
    remembered = [SlotSet(name, value) for name, value in slots.items()]
    return (
        LISTEN, heard(f"crisis_{danger}", danger), *remembered, ActionExecuted(f"utter_crisis_{danger}"),
        ActionExecuted("action_deactivate_loop"), ActionExecuted("action_log_safety"),
    )  # fmt: skip


ASKED = answered("self_harm", level="explicit", whose="self")


def predicted(policy: SafetyPolicy, *events: Event) -> str | None:
    """The action that the policy is certain of, or None."""
    prediction = predict(policy, *events)
    if set(prediction.probabilities) == {0.0}:
        return None
    return DOMAIN.action_names_or_texts[prediction.probabilities.index(1.0)]


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        (says("affirm", "yes"), "self_harm_yes"),
        (says("deny", "no"), "self_harm_no"),
        (says("crisis_self_harm", "wtf no?? i only said she told me"), "self_harm_no"),
        (says("crisis_self_harm", "no, I want to die"), "self_harm_yes"),
        (says("share_feeling", "i didnt mean it like that"), "taken_back"),
    ],
)
def test_an_answer_to_the_question_leads_on_and_the_danger_is_not_answered_anew(
    policy: SafetyPolicy, answer: UserUttered, step: str
) -> None:
    assert predicted(policy, *ASKED, LISTEN, answer) == f"utter_{step}"
    assert predict(policy, *ASKED, LISTEN, answer).optional_events == []
    assert predicted(policy, *ASKED, LISTEN, answer, ActionExecuted(f"utter_{step}")) == "action_listen"


def test_the_talk_goes_on_from_step_to_step(policy: SafetyPolicy) -> None:
    said: list[Event] = [*ASKED]
    for text, step in (
        ("yes", "self_harm_yes"), ("no plan", "self_harm_line"), ("no", "self_harm_obstacle"), ("im ashamed", "self_harm_smaller"),
        ("my brother", "self_harm_stay"), ("tea", "self_harm_return"),
    ):  # fmt: skip
        said += [LISTEN, says("share_feeling", text)]
        assert predicted(policy, *said) == f"utter_{step}"
        said.append(ActionExecuted(f"utter_{step}"))
    assert predicted(policy, *said, LISTEN, says("greet", "hello")) is None


def test_an_answer_that_cannot_be_read_is_asked_for_once_and_the_question_stays_open(policy: SafetyPolicy) -> None:
    unclear = says("share_feeling", "he was at my wedding")
    asked = answered("child_at_risk", level="explicit", whose="other")
    assert predicted(policy, *asked, LISTEN, unclear) == "utter_still_asking_child_safe"
    again = (*asked, LISTEN, unclear, ActionExecuted("utter_still_asking_child_safe"))
    assert predicted(policy, *again, LISTEN, says("affirm", "yes")) == "utter_child_at_risk_safe"
    assert predicted(policy, *again, LISTEN, unclear) == "utter_listening"


def test_a_danger_of_this_moment_or_a_new_one_is_answered_anew(policy: SafetyPolicy) -> None:
    now = says("crisis_self_harm", "yes, I want to die, the pills are in my hand")
    now.entities.append({"entity": "level", "value": "now"})
    assert predicted(policy, *ASKED, LISTEN, now) == "utter_crisis_self_harm"
    assert predicted(policy, *ASKED, LISTEN, says("crisis_partner_abuse", "no. not that. he hits me")) == "utter_crisis_partner_abuse"


def test_a_no_where_nothing_was_asked_is_no_denial(policy: SafetyPolicy) -> None:
    later = (ActionExecuted("action_listen"), UserUttered("ok", {"name": "greet"}), ActionExecuted("utter_greet"))
    for before in ((), (*ASKED, *later)):
        assert predicted(policy, *before, LISTEN, says("crisis_self_harm", "no. it gets worse every night")) == "utter_crisis_self_harm"
    assert predicted(policy, *ASKED, *later, LISTEN, says("deny", "no")) == "utter_listening"


def test_each_further_danger_gets_a_sentence_of_its_own(policy: SafetyPolicy) -> None:
    message = heard("crisis_self_harm", "self_harm", "partner_abuse", "child_at_risk")
    done: list[Event] = [LISTEN, message]
    for name in (
        "utter_crisis_self_harm", "utter_also_child_at_risk", "utter_also_partner_abuse", "utter_also_country",
        "action_deactivate_loop", "action_log_safety",
        "action_listen",
    ):  # fmt: skip
        assert predicted(policy, *done) == name
        done.append(ActionExecuted(name))


BOTH = "he beats our son and i want to kill myself"
TOLD_OF_TWO = (
    LISTEN, UserUttered(BOTH, {"name": "crisis_child_at_risk"}, []), SlotSet("level", "explicit"), SlotSet("whose", "other"),
    ActionExecuted("utter_crisis_child_at_risk"), ActionExecuted("utter_also_self_harm"), ActionExecuted("action_deactivate_loop"),
    ActionExecuted("action_log_safety"), LISTEN, says("affirm", "yes"), ActionExecuted("utter_child_at_risk_safe"),
)  # fmt: skip


def test_a_danger_told_of_beside_another_is_taken_up_when_the_talk_about_that_ends(policy: SafetyPolicy) -> None:
    said = (*TOLD_OF_TWO, LISTEN, says("affirm", "yes"))
    assert predicted(policy, *said) == "utter_also_then"
    events = predict(policy, *said).optional_events
    assert SlotSet("whose", "self") in events and SlotSet("level", "explicit") in events
    assert predicted(policy, *said, *events, ActionExecuted("utter_also_then")) == "utter_crisis_self_harm"
    begun = (*said, *events, ActionExecuted("utter_also_then"), ActionExecuted("utter_crisis_self_harm"))
    assert predicted(policy, *begun, LISTEN, says("affirm", "yes")) == "utter_self_harm_yes"
    ended = (*begun, LISTEN, says("deny", "no"))
    assert predicted(policy, *ended) == "utter_self_harm_no", "it is taken up once"


def test_what_waited_too_long_is_let_be(policy: SafetyPolicy) -> None:
    since = [event for _ in range(40) for event in (LISTEN, says("greet", "hello"), ActionExecuted("utter_greet"))]
    asked = (*answered("harm_to_others", level="explicit", whose="by_writer"), LISTEN, says("deny", "no"))
    assert predicted(policy, *TOLD_OF_TWO, *since, *asked) == "utter_harm_to_others_no"


def test_it_is_not_taken_up_before_that(policy: SafetyPolicy) -> None:
    assert predicted(policy, *TOLD_OF_TWO[:-2], says("affirm", "yes")) == "utter_child_at_risk_safe"


def test_force_told_of_beside_another_danger_is_taken_up_as_the_writers(policy: SafetyPolicy) -> None:
    text = "i want to kill myself. i hit her last night, i punched her"
    said = (
        LISTEN, UserUttered(text, {"name": "crisis_self_harm"}, []), SlotSet("level", "explicit"), SlotSet("whose", "self"),
        ActionExecuted("utter_crisis_self_harm"), ActionExecuted("utter_also_partner_abuse"), LISTEN, says("deny", "no"),
    )  # fmt: skip
    events = predict(policy, *said).optional_events
    assert SlotSet("whose", "by_writer") in events and SlotSet("abuse_gate", "shut") in events


def test_who_is_not_safe_from_a_person_is_behind_the_gate_whichever_danger_led_there(policy: SafetyPolicy) -> None:
    asked = answered("self_harm", level="explicit", whose="partner")
    afraid = (*asked, LISTEN, says("deny", "no"), ActionExecuted("utter_self_harm_theirs_not_safe"), LISTEN, says("deny", "no"))
    assert predicted(policy, *afraid) == "utter_partner_abuse_unsafe_place"
    assert SlotSet("safety", ["partner_abuse"]) in predict(policy, *afraid).optional_events
    assert predicted(policy, *afraid, ActionExecuted("utter_partner_abuse_unsafe_place")) == "action_log_safety"


def test_the_country_is_asked_once_where_nobody_told_it(policy: SafetyPolicy) -> None:
    first: list[Event] = [LISTEN, heard("crisis_self_harm", "self_harm"), ActionExecuted("utter_crisis_self_harm")]
    assert predicted(policy, *first) == "utter_also_country"
    first += [ActionExecuted("utter_also_country"), ActionExecuted("action_log_safety")]
    again = [LISTEN, heard("crisis_partner_abuse", "partner_abuse"), ActionExecuted("utter_crisis_partner_abuse")]
    assert predicted(policy, *first, *again) == "action_deactivate_loop"
    assert predicted(policy, SlotSet("country", "IE"), *again) == "action_deactivate_loop"


def test_where_the_operator_told_the_country_nobody_is_asked(policy: SafetyPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_country", "GB")
    done = (LISTEN, heard("crisis_self_harm", "self_harm"), ActionExecuted("utter_crisis_self_harm"))
    assert predicted(policy, *done) == "action_deactivate_loop"


class Duty:
    """Stands in for the outbox: keeps each alert, or cannot."""

    def __init__(self, error: Exception | None = None) -> None:
        self.alerts: list[Alert] = []
        self.error = error

    def put(self, alert: Alert) -> None:
        if self.error:
            raise self.error
        self.alerts.append(alert)


@pytest.fixture
def duty(policy: SafetyPolicy, monkeypatch: pytest.MonkeyPatch) -> Duty:
    """Somebody on duty, who is told of each danger."""
    found = Duty()
    monkeypatch.setattr(policy, "_outbox", found)
    return found


def test_where_somebody_on_duty_is_told_that_is_said_once(policy: SafetyPolicy, duty: Duty) -> None:
    done: list[Event] = [LISTEN, heard("crisis_self_harm", "self_harm")]
    for name in ("utter_crisis_self_harm", "utter_also_alerted", "utter_also_country", "action_deactivate_loop", "action_log_safety"):
        assert predicted(policy, *done) == name
        done.append(ActionExecuted(name))
    again = [*done, LISTEN, heard("crisis_partner_abuse", "partner_abuse"), ActionExecuted("utter_crisis_partner_abuse")]
    assert predicted(policy, *again) == "action_deactivate_loop"


def test_somebody_on_duty_is_told_once_a_turn_of_which_danger_and_how_urgent(policy: SafetyPolicy, duty: Duty) -> None:
    message = heard("crisis_self_harm", "self_harm", "partner_abuse")
    message.entities.append({"entity": "level", "value": "now"})
    done: list[Event] = [LISTEN, message]
    while (name := predicted(policy, *done)) != "action_listen":
        done.append(ActionExecuted(name))
    assert duty.alerts == [Alert(message.timestamp, ["self_harm", "partner_abuse"], "now")]
    predicted(policy, *done, LISTEN, says("greet", "hello"))
    assert len(duty.alerts) == 1


def test_a_level_made_up_in_a_button_is_not_passed_on(policy: SafetyPolicy, duty: Duty) -> None:
    message = heard("crisis_self_harm", "self_harm", "my own words")
    message.entities.append({"entity": "level", "value": "my own words"})
    predicted(policy, LISTEN, message)
    assert [(alert.dangers, alert.level) for alert in duty.alerts] == [(["self_harm"], "explicit")]


def test_a_danger_is_answered_though_nobody_can_be_told(policy: SafetyPolicy, duty: Duty, caplog: pytest.LogCaptureFixture) -> None:
    duty.error = OSError("no space left on device: my own words")
    assert predicted(policy, LISTEN, heard("crisis_self_harm", "self_harm")) == "utter_crisis_self_harm"
    assert "alert_not_kept error=OSError" in caplog.text and "my own words" not in caplog.text


def test_whether_somebody_is_told_is_the_operators_to_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ExecutionContext(GraphSchema({}))
    monkeypatch.setenv("MEND_DATA_DIR", str(tmp_path / "mend"))
    for url, is_told in (("", False), ("https://hooks.example.org/", True)):
        monkeypatch.setenv("MEND_ALERT_URL", url)
        made = SafetyPolicy.load(SafetyPolicy.get_default_config(), LocalModelStorage(tmp_path), Resource("safety"), context)
        assert (made._outbox is not None) is is_told


def test_the_country_told_in_a_message_of_danger_is_remembered(policy: SafetyPolicy) -> None:
    message = heard("crisis_self_harm", "self_harm")
    message.entities.append({"entity": "country", "value": "IE"})
    assert SlotSet("country", "IE") in predict(policy, LISTEN, message).optional_events
    assert predicted(policy, LISTEN, message, ActionExecuted("utter_crisis_self_harm")) == "action_deactivate_loop"


def test_a_country_in_answer_names_its_lines_and_the_question_stays_open(policy: SafetyPolicy) -> None:
    told = UserUttered("im in ireland", {"name": "out_of_scope"}, [{"entity": "country", "value": "IE"}])
    named = (*ASKED, LISTEN, told)
    assert predicted(policy, *named) == "utter_lines_self_harm"
    done = (*named, ActionExecuted("utter_lines_self_harm"))
    assert predicted(policy, *done) == "action_listen"
    assert predicted(policy, *done, LISTEN, says("affirm", "yes")) == "utter_self_harm_yes"
    longer = UserUttered("i grew up here in ireland and we never talked about it at all", {"name": "share_feeling"}, list(told.entities))
    assert predicted(policy, *ASKED, LISTEN, longer) == "utter_self_harm_unclear"


def young(intent: str) -> UserUttered:
    """A message of somebody who says that they are under eighteen."""
    dangers = [{"entity": "danger", "value": intent.removeprefix("crisis_")}] if intent.startswith("crisis_") else []
    return UserUttered("im 15", {"name": intent}, [{"entity": "minor", "value": "yes"}, *dangers])


def test_somebody_under_eighteen_is_told_so_once_and_then_listened_to_without_relationship_work(policy: SafetyPolicy) -> None:
    told: list[Event] = [LISTEN, young("share_feeling")]
    assert predicted(policy, *told) == "utter_minor"
    told.append(ActionExecuted("utter_minor"))
    assert predicted(policy, *told) == "action_deactivate_loop"
    later = [*told, ActionExecuted("action_deactivate_loop"), SlotSet("minor", "yes"), LISTEN]
    assert predicted(policy, *later, says("affirm", "yes")) == "utter_minor_heard"
    assert predicted(policy, *later, says("greet", "hello")) is None


def test_somebody_under_eighteen_in_danger_is_answered_fully(policy: SafetyPolicy) -> None:
    done: list[Event] = [LISTEN, young("crisis_self_harm")]
    for name in (
        "utter_crisis_self_harm", "utter_also_minor", "utter_also_country", "action_deactivate_loop", "action_log_safety", "action_listen",
    ):  # fmt: skip
        assert predicted(policy, *done) == name
        done.append(ActionExecuted(name))
    assert SlotSet("minor", "yes") in predict(policy, LISTEN, young("crisis_self_harm")).optional_events
    assert predicted(policy, *done[:-1], SlotSet("minor", "yes"), LISTEN, says("affirm", "yes")) == "utter_self_harm_yes"


@pytest.mark.parametrize(("whose", "remembered"), [("other", "self"), ("by_writer", "by_writer")])
def test_a_child_at_risk_that_writes_is_spoken_to_as_the_child(policy: SafetyPolicy, whose: str, remembered: str) -> None:
    message = young("crisis_child_at_risk")
    message.entities.append({"entity": "whose", "value": whose})
    assert SlotSet("whose", remembered) in predict(policy, LISTEN, message).optional_events
    later = heard("crisis_child_at_risk", "child_at_risk")
    later.entities.append({"entity": "whose", "value": whose})
    assert SlotSet("whose", remembered) in predict(policy, SlotSet("minor", "yes"), LISTEN, later).optional_events


def test_a_child_that_tells_of_its_own_home_is_spoken_to_as_the_child_without_its_age(policy: SafetyPolicy) -> None:
    message = UserUttered("my stepdad hits me", {"name": "crisis_child_at_risk"}, [{"entity": "whose", "value": "other"}])
    assert SlotSet("whose", "self") in predict(policy, LISTEN, message).optional_events


def test_without_hope_in_the_middle_of_another_danger_it_is_asked_about_once(policy: SafetyPolicy) -> None:
    asked = (
        *answered("partner_abuse", level="explicit", whose="self"),
        LISTEN,
        says("affirm", "yes"),
        ActionExecuted("utter_partner_abuse_safe"),
    )
    hint = UserUttered(
        "he knows what he does. i just want to disappear",
        {"name": "share_feeling"},
        [{"entity": "possible_danger", "value": "self_harm"}, {"entity": "whose", "value": "self"}],
    )
    assert predicted(policy, *asked, LISTEN, hint) == "utter_possible_self_harm"
    once = (
        *asked,
        LISTEN,
        hint,
        ActionExecuted("utter_possible_self_harm"),
        LISTEN,
        says("deny", "no"),
        ActionExecuted("utter_possible_no"),
    )
    assert predicted(policy, *once, LISTEN, hint) != "utter_possible_self_harm"
    now = answered("partner_abuse", level="now", whose="self")
    assert predicted(policy, *now, LISTEN, hint) != "utter_possible_self_harm", "what is of this moment comes first"


def test_a_young_parent_is_asked_about_the_child(policy: SafetyPolicy) -> None:
    message = UserUttered(
        "im 17 and my boyfriend shook our baby", {"name": "crisis_child_at_risk"}, list(young("crisis_child_at_risk").entities)
    )
    message.entities.append({"entity": "whose", "value": "other"})
    assert SlotSet("whose", "other") in predict(policy, LISTEN, message).optional_events


CHILD_ASKED = (
    LISTEN,
    heard("crisis_child_at_risk", "child_at_risk"),
    SlotSet("whose", "other"),
    ActionExecuted("utter_crisis_child_at_risk"),
)


def test_a_child_that_tells_its_age_later_is_answered_anew_as_the_child(policy: SafetyPolicy) -> None:
    prediction = predict(policy, *CHILD_ASKED, LISTEN, young("share_feeling"))
    assert prediction.probabilities[DOMAIN.index_for_action("utter_crisis_child_at_risk")] == 1.0
    assert SlotSet("whose", "self") in prediction.optional_events
    done: list[Event] = [*CHILD_ASKED, LISTEN, young("share_feeling"), SlotSet("whose", "self")]
    for name in ("utter_crisis_child_at_risk", "utter_also_minor_child", "action_listen"):
        assert predicted(policy, *done) == name
        done.append(ActionExecuted(name))
    assert predicted(policy, *done, young("share_feeling")) == "utter_child_at_risk_own_alone"


def test_a_parent_who_hurts_a_child_that_writes_is_no_partner(policy: SafetyPolicy) -> None:
    asked = [SlotSet("minor", "yes"), *CHILD_ASKED, SlotSet("whose", "self"), LISTEN]
    assert predicted(policy, *asked, heard("crisis_partner_abuse", "partner_abuse")) == "utter_child_at_risk_own_alone"


def test_a_child_that_writes_gets_its_lines_once(policy: SafetyPolicy) -> None:
    message = young("crisis_child_at_risk")
    message.entities.append({"entity": "whose", "value": "other"})
    done = [LISTEN, message, ActionExecuted("utter_crisis_child_at_risk")]
    assert predicted(policy, *done) == "utter_also_minor_child"


def hinted(intent: str, text: str = "it is all so heavy", danger: str = "self_harm") -> UserUttered:
    """A message in which a danger is only possible."""
    return UserUttered(text, {"name": intent}, [{"entity": "possible_danger", "value": danger}])


GENTLY = (LISTEN, hinted("share_feeling"), ActionExecuted("utter_heard"), ActionExecuted("utter_possible_self_harm"))


def test_a_possible_danger_gets_the_reply_and_one_gentle_question_once(policy: SafetyPolicy) -> None:
    assert predicted(policy, LISTEN, hinted("share_feeling")) == "utter_heard"
    assert predicted(policy, *GENTLY[:3]) == "utter_possible_self_harm"
    assert predicted(policy, *GENTLY) == "action_listen"
    assert predicted(policy, LISTEN, hinted("how_long")) == "utter_how_long"
    later = (*GENTLY, LISTEN, says("deny", "no"), ActionExecuted("utter_possible_no"))
    assert predicted(policy, *later, LISTEN, hinted("share_feeling")) is None
    assert predicted(policy, *later, LISTEN, hinted("share_feeling", danger="partner_abuse")) == "utter_heard_more"


@pytest.mark.parametrize(
    ("danger", "whose", "answer"),
    [
        ("self_harm", "self", "self_harm_yes"),
        ("self_harm", "partner", "crisis_self_harm"),
        ("self_harm", "other", "crisis_self_harm"),
        ("partner_abuse", "self", "partner_abuse_yours_too"),
        ("partner_abuse", "by_writer", "crisis_partner_abuse"),
        ("harm_to_others", "other", "crisis_harm_to_others"),
        ("child_at_risk", "by_writer", "crisis_child_at_risk"),
    ],
)
def test_a_yes_to_the_gentle_question_begins_the_talk_for_whose_danger_it_is(
    policy: SafetyPolicy, danger: str, whose: str, answer: str
) -> None:
    message = hinted("share_feeling", danger=danger)
    message.entities.append({"entity": "whose", "value": whose})
    assert SlotSet("whose", whose) in predict(policy, LISTEN, message).optional_events
    asked = (LISTEN, message, SlotSet("whose", whose), ActionExecuted("utter_heard"), ActionExecuted(f"utter_possible_{danger}"))
    said_yes = (*asked, LISTEN, says("affirm", "yes"))
    remembered = predict(policy, *said_yes).optional_events
    assert SlotSet("whose", whose) in remembered
    assert (
        (SlotSet("by_writer", "yes") in remembered)
        == (SlotSet("abuse_gate", "shut") in remembered)
        == (whose == "by_writer" and danger == "partner_abuse")
    )
    assert predicted(policy, *said_yes) == f"utter_{answer}"
    assert predicted(policy, *asked, LISTEN, says("deny", "no")) == "utter_possible_no"


def test_the_same_gentle_question_is_asked_again_after_a_long_while(policy: SafetyPolicy) -> None:
    talked = [event for _ in range(29) for event in (LISTEN, says("greet", "hi"), ActionExecuted("utter_greet"))]
    assert predicted(policy, *GENTLY, *talked, LISTEN, hinted("share_feeling")) is None
    talked += [LISTEN, says("greet", "hi"), ActionExecuted("utter_greet")]
    assert predicted(policy, *GENTLY, *talked, LISTEN, hinted("share_feeling")) == "utter_heard_more"


def test_an_answer_to_a_form_is_not_asked_about(policy: SafetyPolicy) -> None:
    form = (ActiveLoop("story_form"), LISTEN)
    assert predicted(policy, *form, hinted("share_feeling", "hard to say, some weeks she tries and then it's gone")) is None
    assert predicted(policy, *form, hinted("share_feeling", "some weeks she tries and then it's gone")) == "utter_heard"


@pytest.mark.parametrize("intent", ["greet", "affirm", "my_data", "stop"])
def test_what_neither_tells_nor_asks_is_not_asked_about(policy: SafetyPolicy, intent: str) -> None:
    assert predicted(policy, LISTEN, hinted(intent)) is None


def test_a_no_to_the_gentle_question_goes_on_with_the_form_and_answers_nothing_else(policy: SafetyPolicy) -> None:
    form = (ActiveLoop("story_form"), SlotSet("requested_slot", "impact"))
    answer = (*form, *GENTLY, LISTEN, says("deny", "no"), SlotSet("impact", "skipped"))
    prediction = predict(policy, *answer)
    assert predicted(policy, *answer) == "utter_possible_no"
    assert prediction.optional_events == [SlotSet("impact", None)]
    assert predicted(policy, *answer, ActionExecuted("utter_possible_no")) == "story_form"
    assert predicted(policy, *answer, ActionExecuted("utter_possible_no"), ActionExecuted("story_form")) == "action_listen"
    without = (*GENTLY, LISTEN, says("deny", "no"))
    assert predict(policy, *without).optional_events == []
    assert predicted(policy, *without, ActionExecuted("utter_possible_no")) == "story_form", "where none was open the talk begins"
    told = [SlotSet("breaches", ["neglect"]), SlotSet("role", "hurt"), SlotSet("impact", "skipped")]
    assert predicted(policy, *told, *without, ActionExecuted("utter_possible_no")) == "action_listen"


def test_a_yes_to_the_gentle_question_is_a_danger_and_leaves_the_form(policy: SafetyPolicy) -> None:
    done: list[Event] = [ActiveLoop("story_form"), *GENTLY, LISTEN, says("affirm", "yes")]
    assert SlotSet("safety", ["self_harm"]) in predict(policy, *done).optional_events
    for name in ("utter_self_harm_yes", "utter_also_country", "action_deactivate_loop", "action_log_safety", "action_listen"):
        assert predicted(policy, *done) == name
        done.append(ActionExecuted(name))


def test_something_else_after_the_gentle_question_is_left_to_the_others(policy: SafetyPolicy) -> None:
    assert predicted(policy, *GENTLY, LISTEN, says("share_feeling", "he was at my wedding")) is None
    assert predicted(policy, *GENTLY, LISTEN, says("crisis_self_harm", "i want to die")) == "utter_self_harm_yes"
    assert predicted(policy, *GENTLY, LISTEN, says("crisis_partner_abuse", "he hits me")) == "utter_crisis_partner_abuse"


def test_a_country_by_itself_is_thanked_for_and_a_gentle_question_stays_open(policy: SafetyPolicy) -> None:
    told = UserUttered("Toronto, canada", {"name": "out_of_scope"}, [{"entity": "country", "value": "CA"}])
    assert predicted(policy, LISTEN, told) == "utter_lines_noted"
    named = (*GENTLY, LISTEN, told, ActionExecuted("utter_lines_noted"))
    assert predicted(policy, *GENTLY, LISTEN, told) == "utter_lines_noted"
    assert predicted(policy, *named, LISTEN, says("affirm", "yes")) == "utter_self_harm_yes"


@pytest.mark.parametrize("value", [{"a": 1}, ["self_harm"], 5, None, "no_such_danger"])
def test_a_made_up_danger_in_a_button_silences_no_answer(policy: SafetyPolicy, value: Any) -> None:
    message = heard("crisis_self_harm")
    message.entities.append({"entity": "danger", "value": value})
    assert predicted(policy, LISTEN, message) == "utter_crisis_self_harm"
    assert predict(policy, LISTEN, message).optional_events[0] == SlotSet("safety", ["self_harm"])


def test_level_and_whose_are_remembered(policy: SafetyPolicy) -> None:
    message = heard("crisis_partner_abuse", "partner_abuse", text="I slapped her")
    message.entities += [
        {"entity": name, "value": value} for name, value in (("by_writer", "yes"), ("level", "now"), ("whose", "by_writer"))
    ]
    events = predict(policy, LISTEN, message).optional_events
    assert {SlotSet("by_writer", "yes"), SlotSet("level", "now"), SlotSet("whose", "by_writer")} <= set(events)
    later = predict(policy, LISTEN, heard("crisis_partner_abuse", "partner_abuse"))
    assert SlotSet("by_writer", None) in later.optional_events


MISREAD = answered("partner_abuse", level="explicit", whose="self")
CHECKED = (*MISREAD, LISTEN, says("correct", "he never hit me, you misread that"), ActionExecuted("utter_gate_check"))


def test_the_gate_opens_after_the_plain_check_and_shuts_when_abuse_is_named_again(policy: SafetyPolicy) -> None:
    assert predicted(policy, *CHECKED[:-1]) == "utter_gate_check"
    prediction = predict(policy, *CHECKED, LISTEN, says("deny", "no, never"))
    assert prediction.optional_events == [SlotSet("abuse_gate", "open")]
    for text in ("yes", "once", "i dont know"):
        assert predict(policy, *CHECKED, LISTEN, says("affirm", text)).optional_events == []
    again = predict(policy, *CHECKED, LISTEN, heard("crisis_partner_abuse", "partner_abuse"))
    assert SlotSet("abuse_gate", None) in again.optional_events


def test_for_force_by_the_writer_nothing_opens_the_gate(policy: SafetyPolicy) -> None:
    message = heard("crisis_partner_abuse", "partner_abuse", text="I slapped her")
    message.entities.append({"entity": "by_writer", "value": "yes"})
    assert SlotSet("abuse_gate", "shut") in predict(policy, LISTEN, message).optional_events
    shut = SlotSet("abuse_gate", "shut")
    assert predict(policy, shut, *CHECKED, LISTEN, says("deny", "no, never")).optional_events == []
    later = predict(policy, shut, LISTEN, heard("crisis_partner_abuse", "partner_abuse"))
    assert SlotSet("abuse_gate", "shut") in later.optional_events


ONLY_HEARD = [*answered("partner_abuse", level="likely", whose="by_writer")]


def test_force_that_only_was_heard_shuts_the_gate_when_somebody_goes_along_with_it(policy: SafetyPolicy) -> None:
    message = heard("crisis_partner_abuse", "partner_abuse")
    message.entities += [{"entity": "by_writer", "value": "yes"}, {"entity": "whose", "value": "by_writer"}]
    events = predict(policy, LISTEN, message).optional_events
    assert SlotSet("abuse_gate", None) in events and SlotSet("by_writer", "yes") not in events
    owned = predict(policy, *ONLY_HEARD, LISTEN, says("deny", "no, she's upstairs")).optional_events
    assert owned == [SlotSet("by_writer", "yes"), SlotSet("abuse_gate", "shut")]


def test_force_that_only_was_heard_can_be_denied(policy: SafetyPolicy) -> None:
    denied = (*ONLY_HEARD, LISTEN, says("correct", "what force? I never touched him"))
    assert predicted(policy, *denied) == "utter_taken_back_abuse"
    assert predict(policy, *denied).optional_events == []
    told = answered("partner_abuse", level="explicit", whose="by_writer")
    told[1].text = "I slapped her"
    assert predicted(policy, *told, LISTEN, says("correct", "what force? I never touched him")) != "utter_taken_back_abuse"


def test_whose_danger_it_is_stays_as_it_was_told_until_words_say_otherwise(policy: SafetyPolicy) -> None:
    told = (*answered("partner_abuse", level="explicit", whose="self"), LISTEN, says("goodbye", "bye"), ActionExecuted("utter_greet"))
    later = heard("crisis_partner_abuse", "partner_abuse", text="he keeps the card and my phone is in the drawer")
    later.entities.append({"entity": "whose", "value": "by_writer"})
    assert SlotSet("whose", "self") in predict(policy, *told, LISTEN, later).optional_events
    later.text = "I slapped him"
    assert SlotSet("whose", "by_writer") in predict(policy, *told, LISTEN, later).optional_events


@pytest.mark.parametrize(
    ("danger", "whose", "text", "expected"),
    [
        ("self_harm", "partner", "I want to die", "self"),
        ("self_harm", "other", "i dont see the point of mornings either", "self"),
        ("self_harm", "other", "i dont know how shes going to get through it", "other"),
        ("partner_abuse", "other", "he wont give me the card back", "self"),
        ("partner_abuse", "other", "the card is in his drawer", "other"),
        ("self_harm", "other", "she took an overdose last year", "other"),
        ("self_harm", "other", "my husband says hell kill himself", "partner"),
        ("partner_abuse", "other", "he hit me as well", "self"),
        ("partner_abuse", "other", "he threatened to kill her", "other"),
        ("partner_abuse", "self", "I slapped her", "by_writer"),
        ("child_at_risk", "by_writer", "he hurts the kids", "other"),
        ("child_at_risk", "other", "I shook the baby", "by_writer"),
        ("self_harm", "self", "my sister says she wants to die", "other"),
    ],
)
def test_words_say_otherwise(policy: SafetyPolicy, danger: str, whose: str, text: str, expected: str) -> None:
    later = heard(f"crisis_{danger}", danger, text=text)
    usual = {"child_at_risk": "other"}.get(danger, "self")  # what the guard says of it where nothing else is known
    later.entities.append({"entity": "whose", "value": named_whose(danger, text) or usual})
    talked = [event for _ in range(2) for event in (LISTEN, says("greet", "hi"), ActionExecuted("utter_greet"))]
    told = (*answered(danger, level="explicit", whose=whose), *talked)
    assert SlotSet("whose", expected) in predict(policy, *told, LISTEN, later).optional_events


@pytest.mark.parametrize(
    ("danger", "whose", "text", "said"),
    [
        ("partner_abuse", "self", "can he see this?", "aside_seen"),
        ("partner_abuse", "self", "am i the bad one then", "aside_bad_one"),
        ("partner_abuse", "self", "is it my fault", "aside_fault"),
        ("partner_abuse", "other", "should i go over there and get her out?", "aside_help_them_safe"),
        ("partner_abuse", "other", "what number can she ring", "lines_partner_abuse"),
        ("self_harm", "other", "should i ring her sister", "aside_help_them_live"),
        ("self_harm", "other", "what do i do shes not breathing", "aside_urgent"),
        ("self_harm", "partner", "do i have to go back to her now", "aside_back_to_them"),
        ("self_harm", "self", "gave her the tablets to mind. shes making tea", "self_harm_means_away"),
        ("self_harm", "self", "is there one you can text", "lines_by_text"),
        ("self_harm", "self", "is there a number i can call", "lines_self_harm"),
        ("child_at_risk", "other", "is it wrong to wait till sunday", "aside_help_the_child"),
    ],
)
def test_what_is_asked_in_the_middle_is_answered_and_the_question_stays_open(
    policy: SafetyPolicy, danger: str, whose: str, text: str, said: str
) -> None:
    told = answered(danger, level="explicit", whose=whose)
    aside = (*told, LISTEN, says("out_of_scope", text), ActionExecuted(f"utter_{said}"))
    assert predicted(policy, *aside[:-1]) == f"utter_{said}"
    asked = talk.load().steps[talk.load().place(f"crisis_{danger}", "explicit", whose)]
    if not said.startswith("self_harm_"):
        assert predicted(policy, *aside, LISTEN, says("deny", "no")) == f"utter_{asked['no']}"
    again = heard(f"crisis_{danger}", danger, text=text)
    assert predicted(policy, *told, LISTEN, again) == f"utter_{said}", "also where the danger is heard in it"


def test_soon_after_a_danger_nothing_is_refused_as_not_understood_and_no_other_one_is_asked_about(policy: SafetyPolicy) -> None:
    told = [
        *answered("partner_abuse", level="explicit", whose="self"),
        LISTEN,
        says("affirm", "yes"),
        ActionExecuted("utter_partner_abuse_safe"),
    ]
    told += [LISTEN, says("stop", "stop"), ActionExecuted("utter_greet")]
    assert predicted(policy, *told, LISTEN, says("out_of_scope", "theres a teacher but shed have to say")) == "utter_not_lost"
    assert predicted(policy, *told, LISTEN, hinted("share_feeling")) == "utter_listening"
    talked = [event for _ in range(5) for event in (LISTEN, says("greet", "hi"), ActionExecuted("utter_greet"))]
    assert predicted(policy, *told, *talked, LISTEN, says("out_of_scope", "what is the capital of france")) is None
    assert predicted(policy, *told, *talked, LISTEN, hinted("share_feeling")) == "utter_heard"


def test_a_country_long_after_the_talk_names_the_lines_of_that_danger(policy: SafetyPolicy) -> None:
    talked = [event for _ in range(9) for event in (LISTEN, says("greet", "hi"), ActionExecuted("utter_greet"))]
    told = (*answered("partner_abuse", level="explicit", whose="other"), *talked)
    where = UserUttered("we are in the uk", {"name": "share_feeling"}, [{"entity": "country", "value": "GB"}])
    assert predicted(policy, *told, LISTEN, where) == "utter_lines_partner_abuse"
    assert SlotSet("country", "GB") in predict(policy, *told, LISTEN, where).optional_events


def test_a_yes_that_nobody_said_is_not_thanked_for(policy: SafetyPolicy) -> None:
    policy._answers = SimpleNamespace(read=lambda question, text: Meant("yes"))  # type: ignore[assignment]
    told = answered("self_harm", level="likely", whose="self")
    assert predicted(policy, *told, LISTEN, says("share_feeling", "lets just stick to the house mate")) == "utter_self_harm_unsaid"
    assert predicted(policy, *told, LISTEN, says("affirm", "yes i do")) == "utter_self_harm_yes"


def test_go_on_answers_no_question_about_a_danger(policy: SafetyPolicy) -> None:
    policy._answers = SimpleNamespace(read=lambda question, text: Meant("yes"))  # type: ignore[assignment]
    told = answered("self_harm", level="likely", whose="self")
    assert predicted(policy, *told, LISTEN, says("resume", "go on")) == "utter_still_asking_dying"
    assert predicted(policy, *GENTLY, LISTEN, says("resume", "go on")) is None


def test_without_entities_the_intent_names_the_danger(policy: SafetyPolicy) -> None:
    prediction = predict(policy, LISTEN, heard("crisis_partner_abuse"))
    assert prediction.optional_events[0] == SlotSet("safety", ["partner_abuse"])


def test_an_open_form_does_not_come_first(policy: SafetyPolicy) -> None:
    prediction = predict(policy, ActionExecuted("story_form"), ActiveLoop("story_form"), LISTEN, heard("crisis_self_harm"))
    assert prediction.probabilities[DOMAIN.index_for_action("utter_crisis_self_harm")] == 1.0
    assert prediction.is_no_user_prediction


@pytest.mark.parametrize(
    "events",
    [
        (LISTEN,),
        (LISTEN, heard("greet")),
        (LISTEN, UserUttered("words", {"name": None})),
        (LISTEN, UserUttered("words", {})),
        (LISTEN, heard("crisis_without_answer")),
        (LISTEN, heard("crisis_self_harm"), ActionExecuted("utter_greet")),
        (LISTEN, heard("crisis_self_harm"), ActionExecuted("utter_crisis_self_harm"), LISTEN, heard("greet")),
    ],
)
def test_otherwise_it_has_no_opinion(policy: SafetyPolicy, events: tuple[Event, ...]) -> None:
    prediction = predict(policy, *events)
    assert set(prediction.probabilities) == {0.0}
    assert not prediction.is_no_user_prediction
    assert not prediction.optional_events


@pytest.mark.parametrize(
    ("done", "follows"),
    [
        ("utter_crisis_self_harm", "action_deactivate_loop"),
        ("action_deactivate_loop", "action_log_safety"),
        ("action_log_safety", "action_listen"),
    ],
)
def test_after_the_answer_it_leaves_what_is_open_and_notes(policy: SafetyPolicy, done: str, follows: str) -> None:
    prediction = predict(policy, SlotSet("country", "GB"), LISTEN, heard("crisis_self_harm"), ActionExecuted(done))
    assert prediction.probabilities[DOMAIN.index_for_action(follows)] == 1.0
    assert prediction.is_no_user_prediction
    assert not prediction.optional_events


def test_it_comes_before_the_rules(policy: SafetyPolicy) -> None:
    assert policy.priority == PRIORITY > RulePolicy.get_default_config()["priority"]


def test_what_answers_mean_is_learnt_once_and_read_where_a_talk_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = answers.load()[0]["screen"]
    asked = {"screen": replace(screen, answers={value: texts[:24] for value, texts in screen.answers.items()})}
    learnt: list[Path] = []

    def learn(folder: Path, questions: object, elsewhere: object, show: object) -> None:
        learnt.append(folder)
        AnswerModel.learn(folder, asked, training=Training(frozen=11, joined=0.0, again=0.0))

    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "cache"))
    monkeypatch.setattr("bot.policies.safety_policy.AnswerModel", SimpleNamespace(learn=learn, load=AnswerModel.load))
    storage = LocalModelStorage(tmp_path)
    for _ in range(2):
        trained = SafetyPolicy({}, storage, Resource("safety"), ExecutionContext(GraphSchema({}))).train([], DOMAIN)
    assert trained == Resource("safety") and len(learnt) == 1
    policy = SafetyPolicy.load(SafetyPolicy.get_default_config(), storage, trained, ExecutionContext(GraphSchema({})))
    read: list[tuple[str, str]] = []
    monkeypatch.setattr(policy._answers, "read", lambda question, text: read.append((question, text)) or Meant("no"))
    told = answered("partner_abuse", level="explicit", whose="self")
    assert predicted(policy, *told, LISTEN, says("affirm", "yes he is here")) == "utter_partner_abuse_not_safe"
    assert read == [("screen", "yes he is here")]
    assert predicted(policy, *told, LISTEN, says("affirm", "/affirm")) == "utter_partner_abuse_safe"
    assert len(read) == 1


def test_a_learnt_no_leads_on_and_leaves_the_gate_shut(policy: SafetyPolicy) -> None:
    policy._answers = SimpleNamespace(read=lambda question, text: Meant("no", is_well=True))  # type: ignore[assignment]
    told = answered("partner_abuse", level="explicit", whose="other")
    kind = (*told, LISTEN, says("deny", "no my husband is the kindest man"))
    assert predicted(policy, *kind) == "utter_partner_abuse_not_yours"
    assert predict(policy, *kind).optional_events == []
    assert SlotSet("abuse_gate", "open") in predict(policy, *told, LISTEN, says("deny", "no, never")).optional_events


def test_where_it_turns_out_to_be_about_the_writer_it_is_the_writers(policy: SafetyPolicy) -> None:
    policy._answers = SimpleNamespace(read=lambda question, text: Meant("me"))  # type: ignore[assignment]
    message = hinted("share_feeling")
    message.entities.append({"entity": "whose", "value": "partner"})
    asked = (LISTEN, message, SlotSet("whose", "partner"), ActionExecuted("utter_heard"), ActionExecuted("utter_possible_self_harm"))
    told = (*asked, LISTEN, says("share_feeling", "not him, me"))
    assert predicted(policy, *told) == "utter_crisis_self_harm"
    assert SlotSet("whose", "self") in predict(policy, *told).optional_events


@pytest.mark.parametrize(
    ("danger", "whose", "meant", "said", "remembered"),
    [
        ("self_harm", "self", "other", "self_harm_others", ("self_harm", "other")),
        ("self_harm", "partner", "me", "crisis_self_harm", ("self_harm", "self")),
        ("harm_to_others", "by_writer", "me", "crisis_self_harm", ("self_harm", "self")),
        ("harm_to_others", "by_writer", "other", "crisis_harm_to_others", ("harm_to_others", "other")),
        ("partner_abuse", "by_writer", "me", "partner_abuse_wrong_way", ("partner_abuse", "self")),
        ("partner_abuse", "self", "by_me", "crisis_partner_abuse", ("partner_abuse", "by_writer")),
        ("child_at_risk", "other", "by_me", "crisis_child_at_risk", ("child_at_risk", "by_writer")),
        ("child_at_risk", "by_writer", "other", "child_at_risk_wrong_way", ("child_at_risk", "other")),
    ],
)
def test_whose_danger_it_is_can_be_put_right(
    policy: SafetyPolicy, danger: str, whose: str, meant: str, said: str, remembered: tuple[str, str]
) -> None:
    policy._answers = SimpleNamespace(read=lambda question, text: Meant(meant))  # type: ignore[assignment]
    told = [*answered(danger, level="explicit", whose=whose), LISTEN, says(f"crisis_{danger}", "listen, I say it is like this")]
    events = predict(policy, *told).optional_events
    assert SlotSet("safety", [remembered[0]]) in events and SlotSet("whose", remembered[1]) in events
    assert (SlotSet("abuse_gate", "shut") in events) == (remembered == ("partner_abuse", "by_writer"))
    done = []
    for event in events:
        told.append(event)
    while (name := predicted(policy, *told)) and name != "action_listen":
        done.append(name)
        told.append(ActionExecuted(name))
    assert done == [f"utter_{said}", "utter_also_country", "action_deactivate_loop", "action_log_safety"]


def test_a_country_is_heard_after_a_yes_to_a_gentle_question(policy: SafetyPolicy) -> None:
    told = UserUttered("im in ireland", {"name": "share_feeling"}, [{"entity": "country", "value": "IE"}])
    yes = (*GENTLY, LISTEN, says("affirm", "yes"), ActionExecuted("utter_self_harm_yes"))
    assert predicted(policy, *yes, LISTEN, told) == "utter_lines_self_harm"


def test_a_danger_that_becomes_one_of_this_moment_is_answered_to_the_end(policy: SafetyPolicy) -> None:
    message = heard("crisis_self_harm", "self_harm", text="the pills are in my hand, i want to die")
    message.entities += [{"entity": "level", "value": "now"}, {"entity": "whose", "value": "self"}]
    told = [*answered("self_harm", level="explicit", whose="self"), LISTEN, message]
    said = []
    for event in predict(policy, *told).optional_events:
        told.append(event)
    while (name := predicted(policy, *told)) and name != "action_listen":
        said.append(name)
        told.append(ActionExecuted(name))
    assert said == ["utter_crisis_self_harm", "utter_also_country", "action_deactivate_loop", "action_log_safety"]


def test_other_answers_are_learnt_anew() -> None:
    assert answers.fingerprint() in SafetyPolicy.fingerprint_addon({})


def test_after_a_yes_to_a_gentle_question_somebody_is_told_too_and_it_is_said(policy: SafetyPolicy, duty: Duty) -> None:
    asked = [LISTEN, hinted("share_feeling"), ActionExecuted("utter_heard"), ActionExecuted("utter_possible_self_harm")]
    said_yes = [*asked, LISTEN, says("affirm", "yes")]
    assert predicted(policy, *said_yes) == "utter_self_harm_yes"
    assert [alert.dangers for alert in duty.alerts] == [["self_harm"]]
    assert predicted(policy, *said_yes, ActionExecuted("utter_self_harm_yes")) == "utter_also_alerted"
    assert predicted(policy, *asked, LISTEN, says("deny", "no")) == "utter_possible_no"
    assert len(duty.alerts) == 1


@pytest.mark.parametrize("intent", ["thank", "how_long"])
def test_a_hint_in_what_is_replied_to_gets_its_reply_and_the_gentle_question(policy: SafetyPolicy, intent: str) -> None:
    assert predicted(policy, LISTEN, hinted(intent, "thanks for everything")) == f"utter_{intent}"
    told = (LISTEN, hinted(intent, "thanks for everything"), ActionExecuted(f"utter_{intent}"))
    assert predicted(policy, *told) == "utter_possible_self_harm"


NOW = answered("harm_to_others", level="now", whose="by_writer")


def test_in_a_danger_of_this_moment_nobody_is_led_elsewhere(policy: SafetyPolicy) -> None:
    elsewhere = says("how_to_talk", "its 5.20. im in the van")
    held: list[Event] = [*NOW]
    for _ in range(3):
        held += [LISTEN, elsewhere]
        assert predicted(policy, *held) == "utter_hold_now"
        held.append(ActionExecuted("utter_hold_now"))
    assert predicted(policy, *held, LISTEN, elsewhere) is None, "not for ever"
    assert predicted(policy, *held, LISTEN, says("affirm", "yes")) == "utter_harm_to_others_apart", "the question stays open"
    assert predicted(policy, *NOW, LISTEN, says("stop", "stop")) is None
    calmer = answered("harm_to_others", level="explicit", whose="by_writer")
    assert predicted(policy, *calmer, LISTEN, elsewhere) is None


def test_a_no_in_danger_of_this_moment_is_heard_whatever_follows_it(policy: SafetyPolicy) -> None:
    policy._answers = SimpleNamespace(read=lambda question, text: Meant("unclear"))  # type: ignore[assignment]
    refused = says("my_data", "no. what would you know youre a bot")
    assert predicted(policy, *NOW, LISTEN, refused) == "utter_harm_to_others_near"


def test_a_friend_who_is_the_writer_is_answered_as_the_writer(policy: SafetyPolicy) -> None:
    friends = answered("self_harm", level="explicit", whose="other")
    later = (*friends, LISTEN, says("affirm", "yes im ok"), ActionExecuted("utter_self_harm_others_safe"))
    for told in (friends, later):
        message = (*told, LISTEN, says("share_feeling", "theres no friend. its me"))
        assert predicted(policy, *message) == "utter_crisis_self_harm"
        assert SlotSet("whose", "self") in predict(policy, *message).optional_events
    own = says("crisis_self_harm", "no im not safe i guess. i want to die")
    own.entities.append({"entity": "whose", "value": "self"})
    assert predicted(policy, *friends, LISTEN, own) == "utter_crisis_self_harm"
    assert SlotSet("whose", "self") in predict(policy, *friends, LISTEN, own).optional_events


def test_what_turns_out_to_be_of_this_moment_is_noted_and_told_as_such(policy: SafetyPolicy, duty: Duty) -> None:
    asked = (*ASKED, LISTEN, says("affirm", "yes"), ActionExecuted("utter_self_harm_yes"))
    near: list[Event] = [*asked, LISTEN, says("affirm", "yes")]
    events = predict(policy, *near).optional_events
    assert SlotSet("level", "now") in events
    assert [(alert.dangers, alert.level) for alert in duty.alerts] == [(["self_harm"], "now")]
    assert predicted(policy, *near) == "utter_self_harm_plan"
    assert predicted(policy, *near, ActionExecuted("utter_self_harm_plan")) == "action_log_safety"
    was_now = answered("self_harm", level="now", whose="self")
    alone = (*was_now, LISTEN, says("deny", "no"))
    assert predicted(policy, *alone, ActionExecuted("utter_self_harm_alone")) == "action_listen", "it was told already"


def test_whoever_names_a_danger_and_asks_for_a_line_is_answered_as_in_danger(policy: SafetyPolicy) -> None:
    told = (
        *answered("partner_abuse", level="explicit", whose="self"),
        LISTEN,
        says("affirm", "yes"),
        ActionExecuted("utter_partner_abuse_safe"),
    )
    named = says("crisis_partner_abuse", "he choked me this time. who can i call")
    done: list[Event] = [*told, LISTEN, named]
    for name in ("utter_lines_partner_abuse", "utter_partner_abuse_heard", "action_listen"):
        assert predicted(policy, *done) == name
        done.append(ActionExecuted(name))
    assert predicted(policy, *done, LISTEN, says("share_feeling", "it was the first time")) == "utter_partner_abuse_heard_on"


def test_a_danger_of_somebody_else_does_not_open_the_gate_that_ones_own_shut(policy: SafetyPolicy) -> None:
    own = answered("partner_abuse", level="explicit", whose="self")
    others = answered("partner_abuse", level="explicit", whose="other")
    assert predicted(policy, *others, LISTEN, says("deny", "no")) == "utter_partner_abuse_not_yours"
    both = (*own, *others, LISTEN, says("deny", "no"))
    assert predicted(policy, *both) == "utter_gate_check"
    assert predict(policy, *both).optional_events == []


def test_where_it_cannot_be_told_who_was_hurt_it_is_asked(policy: SafetyPolicy) -> None:
    unknown = answered("partner_abuse", level="likely", whose="unknown")
    for text, whose in (("to me", "self"), ("me. i did it", "by_writer"), ("my sister", "other"), ("he did it to me", "self")):
        said = (*unknown, LISTEN, says("share_feeling", text))
        assert predicted(policy, *said) == "utter_crisis_partner_abuse", text
        assert SlotSet("whose", whose) in predict(policy, *said).optional_events, text
    assert predicted(policy, *unknown, LISTEN, says("share_feeling", "its been a week")) == "utter_still_asking_whose_it_was"


@pytest.mark.parametrize(
    ("slot", "text"), [("route", "i want to die tonight"), ("impact", "he hits me when he drinks"), ("danger", "i am going to kill myself")]
)
def test_words_of_danger_in_a_payload_are_answered_and_not_kept(policy: SafetyPolicy, slot: str, text: str) -> None:
    button = UserUttered("/closure", {"name": "greet"}, [{"entity": slot, "value": text}])
    assert (predicted(policy, LISTEN, button) or "").startswith("utter_crisis_")
    assert SlotSet(slot, None) in predict(policy, LISTEN, button).optional_events
    harmless = UserUttered("/closure", {"name": "greet"}, [{"entity": slot, "value": "leave"}])
    assert predicted(policy, LISTEN, harmless) is None


def test_who_takes_leave_in_the_middle_of_it_is_not_let_go_without_a_word(policy: SafetyPolicy) -> None:
    assert predicted(policy, *ASKED, LISTEN, says("goodbye", "bye")) == "utter_self_harm_unclear"
    yes = (*ASKED, LISTEN, says("affirm", "yes"), ActionExecuted("utter_self_harm_yes"))
    assert predicted(policy, *yes, LISTEN, says("goodbye", "ok bye then")) == "utter_self_harm_alone"


def test_in_the_middle_of_a_talk_nobody_is_accused_by_the_sound_of_it(policy: SafetyPolicy) -> None:
    told = answered("child_at_risk", level="explicit", whose="other")
    help_came = says("crisis_harm_to_others", "they came quickly. going to crumlin now")
    help_came.entities += [{"entity": "level", "value": "now"}, {"entity": "whose", "value": "by_writer"}]
    assert predicted(policy, *told, LISTEN, help_came) != "utter_crisis_harm_to_others"
    later = (*told, LISTEN, says("affirm", "yes"), ActionExecuted("utter_child_at_risk_safe"))
    later += (LISTEN, says("affirm", "yes"), ActionExecuted("utter_child_at_risk_return"))
    asked = (*later, LISTEN, help_came)
    assert predicted(policy, *asked) == "utter_possible_harm_to_others"
    assert SlotSet("whose", "by_writer") in predict(policy, *asked).optional_events
    again = (*asked, ActionExecuted("utter_possible_harm_to_others"), LISTEN, says("deny", "no"), ActionExecuted("utter_possible_no"))
    assert predicted(policy, *again, LISTEN, help_came) == "utter_listening", "not asked twice"
    named = says("crisis_harm_to_others", "I'm going to kill him")
    assert predicted(policy, *later, LISTEN, named) == "utter_crisis_harm_to_others"


def test_what_only_sounds_like_this_moment_is_asked_about_in_the_middle_of_a_talk(policy: SafetyPolicy) -> None:
    heard_now = says("crisis_self_harm", "stop. jayden. hes the reason im here")
    heard_now.entities += [{"entity": "level", "value": "now"}, {"entity": "whose", "value": "self"}]
    told = answered("child_at_risk", level="explicit", whose="self")
    assert SlotSet("level", "likely") in predict(policy, *told, LISTEN, heard_now).optional_events
    assert SlotSet("level", "now") in predict(policy, LISTEN, heard_now).optional_events, "as a first word it counts"


def test_who_denies_it_in_the_middle_is_believed(policy: SafetyPolicy) -> None:
    plan = (*answered("self_harm", level="likely", whose="self"), LISTEN, says("affirm", "hm"), ActionExecuted("utter_self_harm_unsaid"))
    assert predicted(policy, *plan, LISTEN, says("share_feeling", "im not suicidal. why are u saying that")) == "utter_taken_back"


def test_no_step_is_said_a_third_time(policy: SafetyPolicy) -> None:
    told: list[Event] = [*answered("partner_abuse", level="explicit", whose="by_writer")]
    said = []
    for _ in range(4):
        told += [LISTEN, says("deny", "no")]
        said.append(predicted(policy, *told))
        told.append(ActionExecuted(str(said[-1])))
    assert said[:3] == ["utter_partner_abuse_together"] * 2 + ["utter_partner_abuse_force_return"]


def test_right_after_a_talk_who_writes_on_is_listened_to_before_the_story_is_asked_for(policy: SafetyPolicy) -> None:
    told: list[Event] = [*ASKED, LISTEN, says("deny", "no"), ActionExecuted("utter_self_harm_no")]
    for _ in range(3):
        told += [LISTEN, says("share_feeling", "its just been so long")]
        assert predicted(policy, *told) == "utter_listening"
        told.append(ActionExecuted("utter_listening"))
    assert predicted(policy, *told, LISTEN, says("share_feeling", "its just been so long")) is None
    assert predicted(policy, *told[:-3], LISTEN, says("deny", "/deny")) is None, "a button belongs to a question of its own"
    assert (
        predicted(policy, *ASKED, LISTEN, says("deny", "no"), ActionExecuted("utter_self_harm_no"), LISTEN, says("resume", "go on")) is None
    )


def test_a_danger_named_in_words_comes_before_one_that_is_only_heard(policy: SafetyPolicy) -> None:
    over = [*ASKED, LISTEN, says("deny", "no"), ActionExecuted("utter_self_harm_no")]
    message = heard("crisis_harm_to_others", "harm_to_others", "self_harm", text="i want to kill myself, im near his place")
    message.entities += [{"entity": "level", "value": "now"}, {"entity": "whose", "value": "by_writer"}]
    assert predicted(policy, *over, LISTEN, message) == "utter_crisis_self_harm"


def test_somebody_elses_danger_of_this_moment_is_noted_and_told(policy: SafetyPolicy, duty: Duty) -> None:
    told = (*answered("self_harm", level="explicit", whose="other"), LISTEN, says("share_feeling", "what do i do shes not breathing"))
    assert SlotSet("level", "now") in predict(policy, *told).optional_events
    assert [alert.level for alert in duty.alerts] == ["now"]
    assert predicted(policy, *told, ActionExecuted("utter_aside_urgent")) == "action_log_safety"


def test_a_danger_of_this_moment_is_no_aside(policy: SafetyPolicy) -> None:
    worse = says("crisis_self_harm", "this isnt helping, the rope is up")
    worse.entities += [{"entity": "level", "value": "now"}, {"entity": "whose", "value": "self"}]
    said = predicted(policy, *ASKED, LISTEN, worse)
    assert said and not said.startswith("utter_aside")


def test_every_danger_in_a_payload_counts_beside_the_buttons_own(policy: SafetyPolicy) -> None:
    button = UserUttered("/crisis_self_harm", {"name": "crisis_self_harm"}, [{"entity": "impact", "value": "he beats me"}])
    assert SlotSet("safety", ["self_harm", "partner_abuse"]) in predict(policy, LISTEN, button).optional_events
    told = answered("self_harm", level="explicit", whose="self")
    assert SlotSet("impact", None) in predict(policy, *told, LISTEN, button).optional_events


def test_who_is_under_eighteen_hears_that_also_right_after_a_danger(policy: SafetyPolicy) -> None:
    over = [*ASKED, LISTEN, says("deny", "no"), ActionExecuted("utter_self_harm_no")]
    told = UserUttered("im 15 and i feel awful", {"name": "share_feeling"}, [{"entity": "minor", "value": "yes"}])
    assert predicted(policy, *over, LISTEN, told) == "utter_minor"
    assert predicted(policy, *over, LISTEN, told, ActionExecuted("utter_minor")) == "action_deactivate_loop"
