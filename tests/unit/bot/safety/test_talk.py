"""Which step of a talk about danger follows which answer."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.meaning import WHOSE
from bot.safety.talk import (
    TALK,
    UNCLEAR,
    Heard,
    TalkError,
    aside,
    asks_for_a_line,
    follows,
    is_asking,
    is_held,
    load,
    open_question,
    open_questions,
    wants_to_write,
)

SELF_HARM = Heard("", "", "self_harm", True, "explicit", "self")
ABUSE = Heard("", "", "partner_abuse", True, "explicit", "self")
FORCE = Heard("", "", "partner_abuse", True, "explicit", "by_writer")
HARM = Heard("", "", "harm_to_others", True, "explicit", "by_writer")
CHILD = Heard("", "", "child_at_risk", True, "explicit", "other")
THEIRS = Heard("", "", "self_harm", True, "explicit", "partner")
FRIENDS = Heard("", "", "self_harm", True, "explicit", "other")
YOUNG = Heard("", "", "child_at_risk", True, "explicit", "self")
YOUNG_NOW = Heard("", "", "child_at_risk", True, "now", "self")


def says(text: str, intent: str = "share_feeling") -> Heard:
    """A message without danger."""
    return Heard(text, intent)


def heard_again(text: str, before: Heard, is_named: bool = True, level: str = "explicit") -> Heard:
    """A message in which the danger of `before` is heard once more."""
    return Heard(text, f"crisis_{before.danger}", before.danger, is_named, level, before.whose)


@pytest.mark.parametrize(
    ("asked", "before", "text", "step"),
    [
        # asked whether they think of suicide
        ("crisis_self_harm", SELF_HARM, "yes", "self_harm_yes"),
        ("crisis_self_harm", SELF_HARM, "maybe, i dont know", "self_harm_yes"),
        ("crisis_self_harm", SELF_HARM, "sometimes at night", "self_harm_yes"),
        ("crisis_self_harm", SELF_HARM, "i suppose so", "self_harm_yes"),
        ("self_harm_unclear", SELF_HARM, "nothing planned", "self_harm_yes"),
        ("crisis_self_harm", SELF_HARM, "i suppose not", "self_harm_unclear"),
        ("crisis_self_harm", SELF_HARM, "i think about it a lot", "self_harm_yes"),
        ("crisis_self_harm", SELF_HARM, "no", "self_harm_no"),
        ("crisis_self_harm", SELF_HARM, "no i dont want to die", "self_harm_no"),
        ("crisis_self_harm", SELF_HARM, "i'm not suicidal", "self_harm_no"),
        ("crisis_self_harm", SELF_HARM, "God no", "self_harm_no"),
        ("crisis_self_harm", SELF_HARM, "nothing like that, im just worn out", "self_harm_no"),
        # a plan, or something near
        ("self_harm_yes", SELF_HARM, "yes", "self_harm_plan"),
        ("self_harm_yes", SELF_HARM, "i've got his tablets", "self_harm_plan"),
        ("self_harm_yes", SELF_HARM, "i don't know", "self_harm_plan_unsaid"),
        ("crisis_self_harm", SELF_HARM, "no i dont want to die. it just makes it stop for a bit", "self_harm_cutting"),
        ("self_harm_yes", SELF_HARM, "theres a sharpener blade in my drawer but not for that", "self_harm_cutting"),
        ("self_harm_yes", SELF_HARM, "no plan, just thoughts", "self_harm_line"),
        ("self_harm_yes", SELF_HARM, "no", "self_harm_line"),
        # who could come
        ("self_harm_plan", SELF_HARM, "my sister lives close", "self_harm_person"),
        ("self_harm_plan", SELF_HARM, "too late", "self_harm_alone"),
        ("self_harm_plan", SELF_HARM, "my mum is dead", "self_harm_alone"),
        ("self_harm_plan", SELF_HARM, "i've already done it", "self_harm_alone"),
        ("self_harm_person", SELF_HARM, "shes on her way", "self_harm_stay"),
        ("self_harm_person", SELF_HARM, "she's not answering", "self_harm_alone"),
        ("self_harm_plan", SELF_HARM, "nobody", "self_harm_alone"),
        ("self_harm_plan", SELF_HARM, "there isn't anyone", "self_harm_alone"),
        ("self_harm_plan", SELF_HARM, "Danny from work i guess", "self_harm_person"),
        ("self_harm_alone", SELF_HARM, "ok", "self_harm_stay"),
        ("self_harm_alone", SELF_HARM, "no i cant", "self_harm_urgent_obstacle"),
        ("self_harm_urgent_obstacle", SELF_HARM, "theyd lock me up", "self_harm_urgent_smaller"),
        ("self_harm_urgent_smaller", SELF_HARM, "no", "self_harm_urgent_open"),
        ("self_harm_urgent_smaller", SELF_HARM, "my brother maybe", "self_harm_person"),
        ("self_harm_urgent_open", SELF_HARM, "the dog", "self_harm_alone"),
        # whether they will reach somebody, and what gets in the way
        ("self_harm_line", SELF_HARM, "i'll try", "self_harm_stay"),
        ("self_harm_line", SELF_HARM, "no", "self_harm_obstacle"),
        ("self_harm_line", SELF_HARM, "not really", "self_harm_obstacle"),
        ("self_harm_line", SELF_HARM, "idk i hate phones", "self_harm_by_text"),
        ("self_harm_obstacle", SELF_HARM, "i'm deaf", "self_harm_by_text"),
        ("self_harm_alone", SELF_HARM, "he'd hear me", "self_harm_by_text"),
        ("self_harm_by_text", SELF_HARM, "ok", "self_harm_stay"),
        ("self_harm_by_text", SELF_HARM, "ok i could text", "self_harm_stay"),
        ("self_harm_line", SELF_HARM, "i guess i could ring the doctor", "self_harm_stay"),
        ("self_harm_obstacle", SELF_HARM, "im ashamed of it", "self_harm_smaller"),
        ("self_harm_smaller", SELF_HARM, "nobody", "self_harm_return"),
        ("self_harm_smaller", SELF_HARM, "my brother", "self_harm_stay"),
        ("self_harm_stay", SELF_HARM, "tea maybe", "self_harm_return"),
        # safe to read
        ("crisis_partner_abuse", ABUSE, "yes", "partner_abuse_safe"),
        ("crisis_partner_abuse", ABUSE, "he's at work", "partner_abuse_safe"),
        ("crisis_partner_abuse", ABUSE, "hes gone to the match", "partner_abuse_safe"),
        ("crisis_partner_abuse", ABUSE, "im at my mums", "partner_abuse_safe"),
        ("crisis_partner_abuse", ABUSE, "no im not safe really", "partner_abuse_not_safe"),
        ("crisis_partner_abuse", ABUSE, "she's in the next room", "partner_abuse_not_safe"),
        ("crisis_partner_abuse", ABUSE, "not sure", "partner_abuse_not_safe"),
        # listened to, or a plan
        ("partner_abuse_safe", ABUSE, "how do I stay safe", "partner_abuse_plan"),
        ("partner_abuse_safe", ABUSE, "just listen please", "partner_abuse_listen"),
        ("partner_abuse_listen", ABUSE, "its been going on since the baby came", "partner_abuse_heard"),
        ("partner_abuse_heard", ABUSE, "i hide in the bathroom", "partner_abuse_heard_on"),
        ("partner_abuse_heard_on", ABUSE, "my sister", "partner_abuse_return"),
        ("partner_abuse_plan", ABUSE, "yes", "partner_abuse_plan_home"),
        ("partner_abuse_plan_home", ABUSE, "ok", "partner_abuse_plan_bag"),
        ("partner_abuse_plan_bag", ABUSE, "go on", None),  # "go on" goes on with what was open
        ("partner_abuse_plan_bag", ABUSE, "yes please", "partner_abuse_plan_leaving"),
        ("partner_abuse_plan", ABUSE, "no, enough", "partner_abuse_listen"),
        # force by the writer
        ("crisis_partner_abuse", FORCE, "yes she's at her mums", "partner_abuse_apart"),
        ("crisis_partner_abuse", FORCE, "she's in the next room", "partner_abuse_together"),
        ("crisis_partner_abuse", FORCE, "no shes in the other room. its calm. its been months", "partner_abuse_one_roof"),
        ("partner_abuse_together", FORCE, "i'm in the car", "partner_abuse_apart"),
        ("partner_abuse_apart", FORCE, "no", "partner_abuse_force_obstacle"),
        ("partner_abuse_force_obstacle", FORCE, "they'd take my kids", "partner_abuse_force_smaller"),
        ("partner_abuse_force_smaller", FORCE, "i could sleep at my brothers", "partner_abuse_force_return"),
        # harm to others
        ("crisis_harm_to_others", HARM, "yes", "harm_to_others_yes"),
        ("crisis_harm_to_others", HARM, "part of me yes", "harm_to_others_yes"),
        ("crisis_harm_to_others", HARM, "no, i'm just angry", "harm_to_others_no"),
        ("crisis_harm_to_others", HARM, "i would never touch her", "harm_to_others_no"),
        ("harm_to_others_yes", HARM, "he's upstairs", "harm_to_others_near"),
        ("harm_to_others_yes", HARM, "no she's at work", "harm_to_others_apart"),
        ("harm_to_others_apart", HARM, "my brother", "harm_to_others_stay"),
        ("harm_to_others_near", HARM, "no one", "harm_to_others_alone"),
        # a child
        ("crisis_child_at_risk", CHILD, "yes with me", "child_at_risk_safe"),
        ("crisis_child_at_risk", CHILD, "no", "child_at_risk_not_safe"),
        ("crisis_child_at_risk", CHILD, "she's with her dad", "child_at_risk_not_safe"),
        ("child_at_risk_not_safe", CHILD, "my mum", "child_at_risk_help"),
        ("child_at_risk_not_safe", CHILD, "nobody", "child_at_risk_alone"),
        ("child_at_risk_not_safe", CHILD, "what if im wrong", "child_at_risk_doubt"),
        ("child_at_risk_help", CHILD, "i dont want to get him in trouble", "child_at_risk_doubt"),
        ("child_at_risk_doubt", CHILD, "i could call them", "child_at_risk_return"),
        ("crisis_child_at_risk", CHILD, "shes with them till sunday", "child_at_risk_not_safe"),
        ("child_at_risk_safe", CHILD, "no", "self_harm_theirs_not_safe"),
        ("child_at_risk_alone", CHILD, "no", "child_at_risk_refused"),
        ("child_at_risk_not_safe", CHILD, "it was only a smack", "child_at_risk_alone"),
        # somebody else's danger, and one's own safety
        ("crisis_self_harm", THEIRS, "im fine, its him", "self_harm_theirs_safe"),
        ("crisis_self_harm", FRIENDS, "i'm ok. it's her i'm worried about", "self_harm_others_safe"),
        ("crisis_self_harm", THEIRS, "im not fine", "self_harm_theirs_not_safe"),
        ("crisis_self_harm", THEIRS, "im fine until he comes home", "self_harm_theirs_not_safe"),
        # force by the writer, on the way out
        ("partner_abuse_together", FORCE, "ok ill go to my brothers", "partner_abuse_apart"),
        ("crisis_partner_abuse", FORCE, "i'm going for a drive", "partner_abuse_apart"),
        *[
            ("partner_abuse_together", FORCE, text, None)
            for text in (
                "im going to smash her face in",
                "im going home to her",
                "ill go to my car and get the bat",
            )
        ],
        # the child that writes
        ("crisis_child_at_risk", YOUNG, "maybe my form teacher", "child_at_risk_own_tell"),
        ("crisis_child_at_risk", YOUNG, "my nan i guess", "child_at_risk_own_tell"),
        ("crisis_child_at_risk", YOUNG, "theres nobody", "child_at_risk_own_alone"),
        ("crisis_child_at_risk", YOUNG, "my mum wont believe me", "child_at_risk_own_alone"),
        ("crisis_child_at_risk", YOUNG, "i hate phones", "child_at_risk_own_alone"),
        *[
            ("crisis_child_at_risk", YOUNG, text, "child_at_risk_own_alone")
            for text in (
                "i'm scared of my dad",
                "not my dad",
                "he said he'll kill my mum if i tell",
                "i can't tell my mum",
                "i dont trust my teacher",
                "will you tell my mum?",
                "my brother is only 6",
            )
        ],
        ("crisis_child_at_risk", YOUNG, "i already told my teacher and she did nothing", "child_at_risk_own_next"),
        ("child_at_risk_own_tell", YOUNG, "I told her and she laughed", "child_at_risk_own_next"),
        ("child_at_risk_own_tell", YOUNG, "they told my dad and now its worse", "child_at_risk_own_next"),
        ("child_at_risk_own_tell", YOUNG, "i cant", "child_at_risk_own_alone"),
        ("child_at_risk_own_alone", YOUNG, "my dad will kill me", "child_at_risk_own_return"),
        ("child_at_risk_own_alone", YOUNG, "maybe my nan", "child_at_risk_own_tell"),
        ("crisis_child_at_risk", YOUNG_NOW, "nobody", "child_at_risk_own_now"),
        ("crisis_child_at_risk", YOUNG_NOW, "i cant get out", "child_at_risk_own_now"),
        ("crisis_child_at_risk", YOUNG_NOW, "my nan", "child_at_risk_own_call"),
        ("child_at_risk_own_call", YOUNG_NOW, "no she lives far away", "child_at_risk_own_now"),
        ("child_at_risk_own_tell", YOUNG, "i dont know if i can", "child_at_risk_own_alone"),
        ("child_at_risk_own_tell", YOUNG, "ok ill try", "child_at_risk_own_return"),
        ("child_at_risk_own_alone", YOUNG, "id have to hide it", "child_at_risk_own_return"),
    ],
)
def test_an_answer_leads_on(asked: str, before: Heard, text: str, step: str | None) -> None:
    intent = "resume" if text == "go on" else "share_feeling"
    assert follows(asked, says(text, intent), before) == step


def test_a_button_answers_too() -> None:
    assert follows("crisis_self_harm", says("/affirm", "affirm"), SELF_HARM) == "self_harm_yes"
    assert follows("crisis_self_harm", says("/deny", "deny"), SELF_HARM) == "self_harm_no"


@pytest.mark.parametrize("level", ["explicit", "likely"])
def test_the_same_danger_in_the_answer_is_a_yes_and_not_asked_again(level: str) -> None:
    answer = heard_again("yes i just want to die", SELF_HARM, is_named=level == "explicit", level=level)
    assert follows("crisis_self_harm", answer, SELF_HARM) == "self_harm_yes"


def test_a_question_about_a_plan_is_answered_by_the_plan_and_not_by_the_wish() -> None:
    none = heard_again("no plan, i wouldn't know how. just wanting it to be over", SELF_HARM)
    assert follows("self_harm_yes", none, SELF_HARM) == "self_harm_line"
    assert follows("self_harm_yes", heard_again("no plan but i have his tablets", SELF_HARM), SELF_HARM) == "self_harm_plan"
    assert follows("self_harm_yes", heard_again("i just want to die", SELF_HARM), SELF_HARM) == "self_harm_plan"


@pytest.mark.parametrize("text", ["no i dont want to die", "wtf no?? i only said she told me", "im not going to do anything"])
def test_a_no_is_believed_where_only_the_classifier_hears_the_danger(text: str) -> None:
    assert follows("crisis_self_harm", heard_again(text, SELF_HARM, is_named=False, level="likely"), SELF_HARM) == "self_harm_no"


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("no one would miss me", False),
        ("i dont see why i should be here", False),
        ("no, I want to die", True),
        ("no, i am going to kill myself", True),
        ("i would never do that to the kids, that is what stops me, but every night i lie there and hope that it ends by itself", False),
    ],
)
def test_what_only_sounds_like_a_no_is_none(text: str, is_named: bool) -> None:
    answer = heard_again(text, SELF_HARM, is_named=is_named, level="explicit" if is_named else "likely")
    assert follows("crisis_self_harm", answer, SELF_HARM) == "self_harm_yes"


def test_a_danger_that_is_new_or_of_this_moment_is_answered_as_a_danger() -> None:
    assert follows("crisis_partner_abuse", heard_again("I want to die", SELF_HARM), ABUSE) is None
    assert follows("crisis_self_harm", heard_again("yes, the pills are in my hand", SELF_HARM, level="now"), SELF_HARM) is None
    assert follows("crisis_partner_abuse", heard_again("he choked me too", ABUSE), ABUSE) is None


def test_after_a_danger_of_this_moment_it_is_asked_who_can_come() -> None:
    before = Heard("", "", "self_harm", True, "now", "self")
    assert follows("crisis_self_harm", says("nobody"), before) == "self_harm_alone"
    assert follows("crisis_self_harm", heard_again("i cant i want to die", SELF_HARM, level="now"), before) == "self_harm_alone"


def test_somebody_elses_danger_has_ways_of_its_own() -> None:
    for whose, step in (("partner", "self_harm_theirs_safe"), ("other", "self_harm_others_safe"), ("unknown", "self_harm_yes")):
        assert follows("crisis_self_harm", says("yes"), Heard("", "", "self_harm", True, "explicit", whose)) == step
    friend = Heard("", "", "partner_abuse", True, "explicit", "other")
    assert follows("crisis_partner_abuse", says("no, never"), friend) == "partner_abuse_not_yours"
    assert follows("crisis_partner_abuse", says("yes"), friend) == "partner_abuse_yours_too"


@pytest.mark.parametrize("text", ["i didnt mean it like that", "it was a figure of speech", "i was just venting", "ignore what i said"])
@pytest.mark.parametrize(
    ("asked", "before"), [("crisis_self_harm", SELF_HARM), ("self_harm_yes", SELF_HARM), ("crisis_harm_to_others", HARM)]
)
def test_taking_it_back_is_believed(asked: str, before: Heard, text: str) -> None:
    assert follows(asked, says(text), before) in ("taken_back", "harm_to_others_no")


def test_taking_it_back_is_believed_where_the_answer_was_learnt_to_be_a_no() -> None:
    said = Heard("sorry i didnt mean it like that", "share_feeling", answer="no")
    assert follows("crisis_self_harm", said, SELF_HARM) == "taken_back"
    assert (
        follows("crisis_partner_abuse", Heard("it was about me, hes here", "share_feeling", answer="no"), ABUSE) == "partner_abuse_not_safe"
    )


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("self_harm_no", "I was joking when I said no"),
        ("self_harm_urgent_open", "I was joking at first, now I don't know"),
        ("self_harm_stay", "you misunderstood, nobody is coming"),
        ("self_harm_theirs_safe", "he said he was only joking but I don't buy it"),
        ("self_harm_theirs_safe", "I was kidding myself that I could save her"),
    ],
)
def test_what_is_said_of_something_else_takes_nothing_back(asked: str, text: str) -> None:
    assert follows(asked, says(text), SELF_HARM) != "taken_back"


@pytest.mark.parametrize(
    ("asked", "before", "text"),
    [
        ("crisis_self_harm", SELF_HARM, "im not going to be here tomorrow"),
        ("crisis_self_harm", SELF_HARM, "i couldnt go on"),
        ("crisis_self_harm", SELF_HARM, "i wouldnt do it in front of the kids"),
        ("crisis_self_harm", SELF_HARM, "i dont want to hurt my mum"),
        ("crisis_self_harm", SELF_HARM, "i dont want to die, i just want it to stop"),
        ("crisis_self_harm", SELF_HARM, "forget it"),
        ("crisis_self_harm", SELF_HARM, "im just tired"),
        ("self_harm_yes", SELF_HARM, "i couldnt go on"),
        ("self_harm_yes", SELF_HARM, "i wont go to hospital"),
        ("crisis_harm_to_others", HARM, "im not going to let him get away with it"),
        ("crisis_harm_to_others", HARM, "i dont want to kill him just hurt him"),
        ("crisis_partner_abuse", ABUSE, "hes at the door"),
        ("crisis_partner_abuse", ABUSE, "im never alone"),
        ("crisis_partner_abuse", ABUSE, "he left a mark"),
        ("crisis_partner_abuse", FORCE, "i drove to hers"),
        ("harm_to_others_yes", HARM, "im outside her home"),
        ("crisis_child_at_risk", CHILD, "shes never safe there"),
    ],
)
def test_what_only_sounds_like_safety_is_not_taken_for_it(asked: str, before: Heard, text: str) -> None:
    safe = {"self_harm_no", "self_harm_line", "taken_back", "harm_to_others_no", "harm_to_others_apart", "partner_abuse_safe",
            "partner_abuse_apart", "child_at_risk_safe"}  # fmt: skip
    assert follows(asked, says(text), before) not in safe


@pytest.mark.parametrize(
    "text", ["he didnt mean to", "he hasnt for a year", "she never hit me hard", "he wouldnt if i didnt provoke him", "no not really"]
)
def test_only_a_plain_no_opens_the_gate(text: str) -> None:
    assert follows("gate_check", says(text), ABUSE) in ("gate_unsure", "partner_abuse_yours_too")


@pytest.mark.parametrize("text", ["its only when he drinks", "i provoked him", "it was just once", "he was drunk"])
def test_playing_it_down_is_met_without_agreeing_and_opens_nothing(text: str) -> None:
    assert follows("crisis_partner_abuse", says(text), ABUSE) == "partner_abuse_counts"


@pytest.mark.parametrize("text", ["i didnt mean to", "it was an accident", "he provoked me", "forget it"])
def test_one_who_used_force_takes_nothing_back(text: str) -> None:
    child = Heard("", "", "child_at_risk", True, "explicit", "by_writer")
    assert follows("crisis_partner_abuse", says(text), FORCE) in ("partner_abuse_meant", "partner_abuse_together")
    assert follows("crisis_child_at_risk", says(text), child) in ("child_at_risk_meant", "child_at_risk_alone")


def test_whose_it_is_decides_before_how_urgent_it_is() -> None:
    for danger, whose, step in (
        ("partner_abuse", "by_writer", "partner_abuse_apart"), ("partner_abuse", "other", "partner_abuse_yours_too"),
        ("self_harm", "partner", "self_harm_theirs_safe"), ("harm_to_others", "other", "harm_to_others_safe"),
    ):  # fmt: skip
        assert follows(f"crisis_{danger}", says("yes"), Heard("", "", danger, True, "now", whose)) == step


def test_taking_back_and_naming_it_again_is_not_taking_it_back() -> None:
    answer = heard_again("i was just angry. but i do want to die", SELF_HARM)
    assert follows("crisis_self_harm", answer, SELF_HARM) == "self_harm_yes"


@pytest.mark.parametrize("text", ["he never hit me", "it was my sister I was talking about", "that's not about me", "you misread that"])
def test_abuse_that_may_have_been_misread_is_checked_with_one_question(text: str) -> None:
    assert follows("crisis_partner_abuse", says(text), ABUSE) == "gate_check"
    assert follows("gate_check", says("no"), ABUSE) == "gate_open"
    assert follows("gate_check", says("never"), ABUSE) == "gate_open"
    assert follows("gate_check", says("well, once when he was drunk"), ABUSE) == "partner_abuse_yours_too"
    assert follows("gate_check", says("im not sure"), ABUSE) == "gate_unsure"


@pytest.mark.parametrize("text", ["he never hit me", "you misread that", "forget it", "I didn't mean it like that"])
def test_force_by_the_writer_is_never_taken_for_misread(text: str) -> None:
    assert follows("crisis_partner_abuse", says(text), FORCE) not in ("gate_check", "gate_open")


@pytest.mark.parametrize("intent", ["stop", "goodbye", "my_data", "how_to_rebuild", "repeat", "resume"])
def test_what_leads_elsewhere_leaves_the_talk(intent: str) -> None:
    assert follows("self_harm_obstacle", says("something else now", intent), SELF_HARM) is None


def test_where_there_is_no_way_on_nothing_follows() -> None:
    assert follows("self_harm_return", says("ok thanks"), SELF_HARM) is None
    assert follows("self_harm_obstacle", says("whatever comes"), SELF_HARM) == "self_harm_smaller"
    assert follows("partner_abuse_plan", says("hm"), ABUSE) is None


def test_a_step_that_asks_waits_for_an_answer_unless_the_message_leads_elsewhere() -> None:
    assert is_asking("partner_abuse_plan", says("hm"), ABUSE)
    assert not is_asking("partner_abuse_plan", says("how do we rebuild this", "how_to_rebuild"), ABUSE)
    assert not is_asking("self_harm_return", says("hm"), SELF_HARM)


def written(tmp_path: Path, change: dict) -> Path:
    file = yaml.safe_load(TALK.read_text(encoding="utf-8"))
    for key, value in change.items():
        file[key] = {**file[key], **value}
    path = tmp_path / "talk.yml"
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "change",
    [{"steps": {"self_harm_no": {"yes": "no_such_step"}}}, {"answers": {"no_such_step": {"yes": ["yes"]}}}],
)
def test_a_file_that_leads_nowhere_is_refused_by_name(tmp_path: Path, change: dict) -> None:
    with pytest.raises(TalkError, match="no_such_step"):
        load(written(tmp_path, change))


def test_a_file_without_a_danger_is_refused(tmp_path: Path) -> None:
    file = yaml.safe_load(TALK.read_text(encoding="utf-8"))
    del file["steps"]["crisis_child_at_risk"], file["answers"]["crisis_child_at_risk"]
    path = tmp_path / "talk.yml"
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    with pytest.raises(TalkError, match="every danger"):
        load(path)


@pytest.mark.parametrize(
    ("text", "danger", "whose", "said"),
    [
        ("gave her the tablets to mind. shes making tea", "self_harm", "self", "self_harm_means_away"),
        ("ok ive flushed them", "self_harm", "self", "self_harm_means_away"),
        ("took the pills over to next door", "self_harm", "self", "self_harm_means_away"),
        ("i took my dads pills to the bathroom", "self_harm", "self", None),
        ("i put all the pills out on the table", "self_harm", "self", None),
        ("he gave me the gun", "self_harm", "self", None),
        ("the gp gave me the whole box yesterday", "self_harm", "self", None),
        ("i took the tablets, threw some of them up", "self_harm", "self", None),
        ("ill give my sister my dog before i do it", "self_harm", "self", None),
        ("gave my mum the tablets but theres the bridge", "self_harm", "self", None),
        ("gave him the pills to mind", "self_harm", "other", None),
        ("what do i do shes not breathing", "self_harm", "partner", "aside_urgent"),
        ("what do i do hes on the bridge", "self_harm", "other", "aside_urgent"),
        ("what do i do hes strangling her now", "partner_abuse", "other", "aside_urgent"),
        ("should i go over there and get her out", "partner_abuse", "other", "aside_help_them_safe"),
        ("can i tell you something", "partner_abuse", "other", None),
        ("is it my fault", "self_harm", "partner", "aside_fault_live"),
        ("its all my fault though", "self_harm", "self", None),
        ("is it my fault", "partner_abuse", "self", "aside_fault"),
        ("should i stay with him till the ambulance comes", "self_harm", "partner", None),
        ("will he see this if he picks up my phone", "partner_abuse", "self", "aside_seen"),
        ("does she see this as cheating?", "partner_abuse", "self", None),
        ("should i keep this from her", "partner_abuse", "self", None),
        ("if he finds me here hes going to kill me", "partner_abuse", "self", None),
    ],
)
def test_only_what_is_asked_in_the_middle_is_answered_there(text: str, danger: str, whose: str, said: str | None) -> None:
    assert aside(text, danger, whose) == said


@pytest.mark.parametrize(
    ("text", "danger", "whose", "said"),
    [
        ("why do you ask that", "self_harm", "self", "aside_why_asked"),
        ("no. why do you ask", "self_harm", "self", None),
        ("you already asked me that", "self_harm", "self", "aside_asked_before"),
        ("what a stupid question", "partner_abuse", "self", "aside_poor_question"),
        ("stop with the numbers please", "self_harm", "self", "aside_no_numbers"),
        ("are you even listening", "self_harm", "partner", "aside_not_listening"),
        ("how would you know, youre a bot", "harm_to_others", "by_writer", "aside_any_use"),
        ("none of your business", "self_harm", "self", "self_harm_declined"),
        ("id rather not say", "partner_abuse", "self", "declined"),
        ("i cant talk now", "partner_abuse", "self", None),
        ("i dont say a word when hes like that", "partner_abuse", "self", None),
        ("does it count, im a man", "partner_abuse", "self", "aside_does_it_count"),
        ("should we do couples counselling", "partner_abuse", "self", "aside_couple_help"),
        ("can the police make him delete the pics", "partner_abuse", "self", "aside_pictures"),
        ("do i have to send them friday", "child_at_risk", "other", "aside_handover"),
        ("do i tell my husband", "child_at_risk", "other", "aside_tell_my_partner_child"),
        ("theres no friend. its me", "self_harm", "other", "crisis_self_harm"),
        ("i woke her. shes sat with me now", "self_harm", "self", "self_harm_with_somebody"),
        ("the ambulance is here", "self_harm", "self", "self_harm_help_came"),
        ("they broke the door. hes alive", "self_harm", "partner", "self_harm_others_steady"),
        ("the paramedics are here", "self_harm", "other", "self_harm_others_steady"),
        ("ok i drove off", "harm_to_others", "by_writer", "harm_to_others_left"),
        ("he drove off", "harm_to_others", "by_writer", None),
    ],
)
def test_what_pushes_back_or_tells_of_help_is_answered_as_that(text: str, danger: str, whose: str, said: str | None) -> None:
    assert aside(text, danger, whose) == said


def test_what_pushes_back_at_a_question_needs_one_that_is_open() -> None:
    assert aside("why do you ask that", "self_harm", "self", is_asked=False) is None
    assert aside("are you even listening", "self_harm", "self", is_asked=False) == "aside_not_listening"


@pytest.mark.parametrize(
    ("answer", "before", "text", "step"),
    [
        # learnt to mean that the writer used force, and no word says so
        ("by_me", ABUSE, "Colin has always had a temper about the heating", None),
        ("by_me", ABUSE, "i am in flat. door is locked. i am scared of tonight", None),
        ("by_me", replace(ABUSE, is_named=False), "no, i shove her about", "crisis_partner_abuse"),
        ("by_me", ABUSE, "no, it was me i think", None),
        ("by_me", replace(ABUSE, is_named=False), "look at the size of me", None),
        ("by_me", CHILD, "theyre here with me. not me, nobody hurts me", "child_at_risk_safe"),
        ("other", SELF_HARM, "whats the point. thats me", "self_harm_unclear"),
        ("yes", SELF_HARM, "yes. theres rope in the garage", "self_harm_plan"),
        ("unclear", SELF_HARM, "what?? no. why would you think so", "self_harm_no"),
        ("yes", SELF_HARM, "theres no thoughts. im not suicidal", "self_harm_no"),
        ("yes", SELF_HARM, "no. i have the pills", "self_harm_plan"),
    ],
)
def test_what_was_learnt_is_held_against_the_words(answer: str, before: Heard, text: str, step: str | None) -> None:
    asked = f"crisis_{before.danger}"
    assert follows(asked, Heard(text, "share_feeling", answer=answer), before) == step


@pytest.mark.parametrize("asked", ["harm_to_others_alone", "harm_to_others_stay", "harm_to_others_return"])
def test_who_goes_there_after_all_is_told_to_go_away_from_there(asked: str) -> None:
    for text in ("im gonna knock", "im parked outside", "i can see him through the window", "on my way to his"):
        assert follows(asked, says(text), HARM) == "harm_to_others_near", text
    assert follows("harm_to_others_alone", says("im outside myself with anger"), HARM) == "harm_to_others_near"  # rather once too often
    assert follows("harm_to_others_alone", says("im watching the match with him"), HARM) == "harm_to_others_return"


def test_who_takes_leave_while_somebody_comes_is_told_to_stay_with_them() -> None:
    bye = Heard("mel is here, bye", "goodbye", answer="person")
    assert follows("self_harm_plan", bye, SELF_HARM) == "self_harm_person"
    assert follows("self_harm_plan", replace(bye, text="bye", answer="unclear"), SELF_HARM) == "self_harm_alone"


@pytest.mark.parametrize(
    ("asked", "before", "text", "step"),
    [
        ("crisis_self_harm", SELF_HARM, "overdoses were patients. its my job. im fine", "taken_back"),
        ("crisis_self_harm", FRIENDS, "nobody is suicidal. they were my patients", "taken_back"),
        ("self_harm_yes", SELF_HARM, "you got it all wrong, i was talking about work", "taken_back"),
        ("crisis_partner_abuse", ABUSE, "the violence was my ex. my husband never touched me", "gate_check"),
        ("partner_abuse_heard", ABUSE, "he is not violent. you mix up my ex and my husband", "gate_check"),
        ("partner_abuse_yours_too", ABUSE, "i am not afraid of him. take it back", "gate_check"),
        ("crisis_partner_abuse.by_writer", FORCE, "you misread that", None),
    ],
)
def test_what_was_understood_altogether_wrongly_is_put_right_at_once(asked: str, before: Heard, text: str, step: str | None) -> None:
    base = asked.partition(".")[0]
    found = follows(base, Heard(text, "share_feeling", answer="yes"), before)
    assert (found == step) if step else found not in ("taken_back", "gate_check")


def test_a_story_after_a_gentle_question_is_no_yes() -> None:
    before = Heard("", "", "partner_abuse", False, "possible", "self")
    story = Heard("now my new husband hid debts from me and wants to rebuild it all", "dishonesty", answer="yes")
    assert follows("possible_partner_abuse", story, before) is None
    assert follows("possible_partner_abuse", replace(story, text="once, when he drank"), before) == "partner_abuse_yours_too"


def test_how_to_get_somebody_to_talk_is_not_asked_of_the_danger() -> None:
    assert aside("how do i get him to talk to me again", "self_harm", "other") is None
    assert aside("should i get him to talk to somebody", "self_harm", "other") == "aside_help_them_live"


def test_yes_he_deserves_it_walks_nowhere() -> None:
    now = replace(HARM, level="now")
    yes = Heard("yes he deserves it", "affirm", answer="yes", is_well=True)
    assert follows("crisis_harm_to_others", yes, now) == "harm_to_others_near"
    assert follows("crisis_harm_to_others", replace(yes, text="yes im walking home"), now) == "harm_to_others_apart"


def test_abuse_of_somebody_else_plays_nothing_down() -> None:
    others = Heard("my sister's husband hits her too", "crisis_partner_abuse", "partner_abuse", True, "explicit", "other", "downplayed")
    assert follows("crisis_partner_abuse", others, ABUSE) is None


def test_whoever_writes_on_though_it_is_not_safe_is_listened_to() -> None:
    assert follows("partner_abuse_not_safe", says("dave is my mate, i told him"), ABUSE) == "partner_abuse_heard"
    assert follows("partner_abuse_not_safe", says("a plan please"), ABUSE) == "partner_abuse_plan"


def test_what_is_still_open_is_named_by_its_question() -> None:
    assert open_question("crisis_self_harm", SELF_HARM) == "dying"
    assert open_question("gate_check", ABUSE) == "gate"
    assert open_question("self_harm_stay", SELF_HARM) is None
    assert set(open_questions()) > {"dying", "gate", "whose_it_was"}
    now = replace(HARM, level="now")
    assert is_held("harm_to_others_alone", now) and is_held("crisis_harm_to_others", now)
    assert not is_held("harm_to_others_stay", now) and not is_held("crisis_harm_to_others", HARM)


@pytest.mark.parametrize(
    ("text", "said"),
    [("theres a teacher but shed have to report it", "aside_report"), ("ill tell my mum tonight", None), ("i could tell my mum", None)],
)
def test_a_child_who_would_tell_somebody_is_not_asked_what_it_fears(text: str, said: str | None) -> None:
    assert aside(text, "self_harm", "self", is_minor=True) == said


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("what number can she ring", True),
        ("who do i call", True),
        ("is there a helpline for men", True),
        ("number please", True),
        ("where am i supposed to go", True),
        ("theres no one i can call", False),
        ("theres someone i can call, my sister", False),
        ("who should i text to say goodbye", False),
        ("who should i call, ive taken pills", False),
        ("who would he text at night", False),
        ("whats the bottom line", False),
        ("i found her number in his phone", False),
    ],
)
def test_who_asks_for_a_line(text: str, asks: bool) -> None:
    assert asks_for_a_line(text) is asks


def test_to_write_to_is_what_is_asked_for_and_not_what_somebody_else_does() -> None:
    assert wants_to_write("is there one i can text") and wants_to_write("i hate phone calls. what number")
    assert not wants_to_write("hes texting me goodbye what number do i ring")


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("its calm. its been months", "partner_abuse_one_roof"),
        ("that was two years ago", "partner_abuse_one_roof"),
        ("ive been hitting her for years", None),
        ("no, its never calm", "partner_abuse_together"),
        ("no, shes gone all quiet", "partner_abuse_together"),
        ("no, it started months ago", "partner_abuse_together"),
    ],
)
def test_only_what_is_long_calm_is_calm(text: str, step: str | None) -> None:
    assert follows("crisis_partner_abuse", Heard(text, "share_feeling"), FORCE) == step


@pytest.mark.parametrize(
    ("text", "is_taken_back"),
    [
        ("what force? I never touched him", True),
        ("nobody hurt a child", True),
        ("i havent hit her since march", False),
        ("i dont hit her anymore", False),
        ("nobody got hurt this time", False),
        ("i know thats wrong but i cant stop", False),
    ],
)
def test_what_only_was_heard_is_denied_without_a_limit(text: str, is_taken_back: bool) -> None:
    heard_only = Heard("", "", "partner_abuse", False, "likely", "by_writer")
    assert (follows("crisis_partner_abuse", Heard(text, "share_feeling"), heard_only) == "taken_back_abuse") is is_taken_back


@pytest.mark.parametrize(
    "text",
    [
        "the only thing that makes it stop is the thought of dying",
        "yes. i was going to just cut deep enough",
        "it makes everything stop, thats why i want to",
    ],
)
def test_a_wish_to_die_is_not_taken_for_cutting(text: str) -> None:
    assert follows("crisis_self_harm", Heard(text, "share_feeling", answer="yes"), SELF_HARM) != "self_harm_cutting"


def test_force_told_in_words_stays_told_where_the_writer_is_hit_too() -> None:
    assert follows("crisis_partner_abuse", Heard("she hits me", "share_feeling", answer="me"), FORCE) == "partner_abuse_both"
    only_heard = Heard("", "", "partner_abuse", False, "likely", "by_writer")
    assert follows("crisis_partner_abuse", Heard("she hits me", "share_feeling", answer="me"), only_heard) == "partner_abuse_wrong_way"


@pytest.mark.parametrize("text", ["mine is not ok", "my husband isnt kind", "he hits the wall not me", "mine is ok now"])
def test_a_doubtful_word_about_the_own_partner_is_no_no(text: str) -> None:
    of_a_friend = Heard("", "", "partner_abuse", True, "explicit", "other")
    assert follows("crisis_partner_abuse", Heard(text, "share_feeling", answer=UNCLEAR), of_a_friend) != "partner_abuse_not_yours"


@pytest.mark.parametrize(
    ("asked", "before", "text"),
    [
        ("self_harm_stay", SELF_HARM, "i've just taken all the pills"),
        ("self_harm_help_came", SELF_HARM, "they left. i am going to kill myself right now"),
        ("partner_abuse_near", ABUSE, "he is strangling me right now"),
        ("child_at_risk_refused", CHILD, "he is beating the kids right now"),
    ],
)
def test_a_talk_does_not_come_to_its_end_over_a_danger_of_this_moment(asked: str, before: Heard, text: str) -> None:
    assert follows(asked, heard_again(text, before, level="now"), replace(before, level="now")) is None


@pytest.mark.parametrize(
    ("asked", "before", "text", "answer"),
    [
        ("crisis_self_harm", SELF_HARM, "I wish I could take it back", "yes"),
        ("crisis_self_harm", SELF_HARM, "it's my job. I can't cope any more", "yes"),
        ("crisis_self_harm", SELF_HARM, "you got it wrong, I have a plan", "yes"),
        ("crisis_self_harm", SELF_HARM, "my husband never hurt me, I just cant do this", "yes"),
        ("crisis_self_harm", SELF_HARM, "I'm not scared of them", "yes"),
        ("crisis_self_harm", SELF_HARM, "you got that wrong, she wants to, not me", "other"),
        ("self_harm_plan", replace(SELF_HARM, level="now"), "I already took them, I can't take it back", "unclear"),
        ("self_harm_person", replace(SELF_HARM, level="now"), "you misunderstood, she isn't coming", "no"),
        ("crisis_child_at_risk", CHILD, "my husband hasn't touched her today", "no"),
        ("crisis_partner_abuse", ABUSE, "you got it wrong, he does it every day", "no"),
        ("crisis_partner_abuse", ABUSE, "I'm not afraid of him any more, he's in the room", "no"),
        ("crisis_self_harm", SELF_HARM, "im not suicidal. i took them all", "no"),
        ("crisis_self_harm", SELF_HARM, "no i dont want to die. i cant feel my arms", "unclear"),
        ("self_harm_alone", replace(SELF_HARM, level="now"), "not suicidal. i jumped", "unclear"),
    ],
)
def test_what_only_sounds_like_a_correction_takes_nothing_back(asked: str, before: Heard, text: str, answer: str) -> None:
    assert follows(asked, Heard(text, "share_feeling", answer=answer), before) not in ("taken_back", "taken_back_abuse", "gate_check")


@pytest.mark.parametrize(
    ("text", "danger", "whose"),
    [
        ("yes but i dont want to talk about it", "self_harm", "self"),
        ("yes I have a plan, not your business", "self_harm", "self"),
        ("no, I have the pills and I'd rather not say", "self_harm", "self"),
        ("can we just talk, I took the pills already", "self_harm", "self"),
        ("yes stop asking me", "self_harm", "self"),
        ("I don't want to say, he's in the room", "partner_abuse", "self"),
        ("hes outside and i dont want to answer", "partner_abuse", "self"),
        ("no im not safe what do i do", "self_harm", "partner"),
        ("the police are here, he's still shouting", "partner_abuse", "self"),
        ("police are here, i told them im fine", "partner_abuse", "self"),
        ("gave him all the pills so he would sleep", "self_harm", "self"),
        ("threw it away, doing it with the rope tonight", "self_harm", "self"),
        ("theres no bleeding", "self_harm", "other"),
        ("what do you know about her affair", "", ""),
        ("he told me: you are useless, and slept with my friend", "", ""),
    ],
)
def test_an_aside_eats_no_answer(text: str, danger: str, whose: str) -> None:
    assert aside(text, danger, whose) is None


def test_where_the_danger_is_named_once_more_only_a_question_is_answered_aside() -> None:
    assert aside("is it really abuse if he never hit me", "partner_abuse", "self", is_named=True) == "aside_does_it_count"
    assert aside("you are not listening, i want to die", "self_harm", "self", is_named=True) is None
    assert aside("she took the tablets off me, i want to die", "self_harm", "self", is_named=True) is None


def test_who_declines_in_danger_of_this_moment_is_held() -> None:
    assert is_held("self_harm_declined", replace(SELF_HARM, level="now")) and is_held("declined", replace(HARM, level="now"))
    assert {load().ends.get(load().place(f"crisis_{danger}", "", whose)) for danger, found in WHOSE.items() for whose in found} - {
        None
    } <= set(load().steps)


@pytest.mark.parametrize(("text", "step"), [("ok im in the car", "partner_abuse_apart"), ("go on", None), ("ok carry on", None)])
def test_an_answer_that_sounds_like_going_on_is_an_answer(text: str, step: str | None) -> None:
    before = Heard("", "", "partner_abuse", True, "explicit", "by_writer")
    assert follows("partner_abuse_together", Heard(text, "resume", answer="unclear"), before) == step


#: The same danger in words that no step can take for an answer to it.
NAMED = {
    "self_harm": "i want to kill myself",
    "partner_abuse": "he strangled me last night",
    "harm_to_others": "i want to kill him",
    "child_at_risk": "he beats our son",
}


@pytest.mark.parametrize("before", [SELF_HARM, ABUSE, HARM, CHILD, YOUNG], ids=lambda one: f"{one.danger}-{one.whose}")
def test_a_danger_named_once_more_ends_no_talk_and_is_no_answer_to_what_is_in_the_way(before: Heard) -> None:
    talk = load()
    own = [
        step for step in talk.names if step.startswith((f"crisis_{before.danger}", before.danger)) and step != "self_harm_others"
    ]  # of somebody else
    assert len(own) > 10
    for step in own:
        found = follows(step, heard_again(NAMED[before.danger], before), before)
        assert found is None or not talk.is_end(found, before.level, before.whose), f"{step} leads to {found}"
        assert found != "self_harm_smaller", step


def test_a_danger_named_once_more_is_no_learnt_no() -> None:
    again = replace(heard_again("i just want to kill myself", SELF_HARM), answer="no")
    assert follows("self_harm_line", again, SELF_HARM) is None
    assert follows("self_harm_line", replace(again, text="no. i just want to kill myself"), SELF_HARM) == "self_harm_obstacle"


@pytest.mark.parametrize(
    ("text", "step"), [("just listen i think", "partner_abuse_listen"), ("a plan i think, then listen", "partner_abuse_plan")]
)
def test_to_be_listened_to_is_wanted_where_plain_words_say_so(text: str, step: str) -> None:
    assert follows("partner_abuse_safe", replace(says(text), answer="plan"), ABUSE) == step


def test_without_hope_in_an_answer_to_another_danger_dying_is_not_taken_for_the_answer() -> None:
    hopeless = Heard(
        "nothing matters any more, i just want to vanish", "crisis_self_harm", "self_harm", False, "likely", "self", "downplayed"
    )
    assert follows("crisis_partner_abuse", hopeless, ABUSE) is None


@pytest.mark.parametrize(("text", "is_safe"), [("yes its safe, hes out till six", True), ("hes got the door open, hes home", False)])
def test_who_says_that_nobody_is_near_is_not_heard_as_in_danger_of_this_moment(text: str, is_safe: bool) -> None:
    heard = replace(heard_again(text, ABUSE, is_named=False, level="now"), answer=UNCLEAR)
    assert (follows("partner_abuse_safe", heard, ABUSE) is not None) == is_safe
