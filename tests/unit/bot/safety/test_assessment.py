"""How urgent a danger is, whose it is, and which comes first."""

import pytest

from bot.meaning import DANGERS, WHOSE, Peril
from bot.safety.assessment import LEVELS, Assessment, Hearing, assess


def first(text: str, heard: tuple[str, ...] = ()) -> tuple[str, str, str]:
    """Danger, level and whose of the most urgent finding."""
    found = assess(text, heard).first
    assert found is not None and found.level in LEVELS and found.whose in WHOSE[found.danger], text
    return found.danger, found.level, found.whose


def test_without_danger_nothing_is_found() -> None:
    assert assess("I'm so sad, I could cry all day") == Assessment()
    assert assess("").first is None
    assert Assessment().as_entities() == []


def test_what_only_the_classifier_heard_is_likely_and_rests_on_no_words() -> None:
    (finding,) = assess("it will be quiet soon", ["self_harm"]).findings
    assert (finding.level, finding.words) == ("likely", ())


def test_what_words_name_is_explicit_and_rests_on_them() -> None:
    (finding,) = assess("Most days are fine. Then I want to die.", ["self_harm"]).findings
    assert finding.level == "explicit"
    assert finding.words and all(words in "then i want to die" for words in finding.words)


NOW = [
    ("self_harm", "I want to kill myself tonight"),
    ("self_harm", "i want to die. the pills are in my hand"),
    ("self_harm", "ive already taken the pills and i want it to be over, i want to die"),
    ("self_harm", "I'm on the bridge and I don't want to live"),
    ("self_harm", "i wrote the goodbye letters, im going to kill myself"),
    ("partner_abuse", "he hit me and he's outside banging on the door"),
    ("partner_abuse", "she has a knife, she said she'd kill me, im locked in the bathroom"),
    ("partner_abuse", "he just strangled me"),
    ("harm_to_others", "I'm going to kill him, I'm sitting outside his house"),
    ("harm_to_others", "i am going to stab her when she gets home in ten minutes"),
    ("child_at_risk", "he's hitting our son right now"),
    ("child_at_risk", "he shook the baby and she wont wake up"),
]


@pytest.mark.parametrize(("danger", "text"), NOW)
def test_what_happens_or_is_about_to_is_a_danger_of_this_moment(danger: str, text: str) -> None:
    assert first(text)[:2] == (danger, "now")


@pytest.mark.parametrize(
    "text",
    [
        "he hit me last night",
        "I want to die most nights",
        "I found out today that he raped her",
        "he slapped me once and right now I feel numb",
        "I could kill myself, I have thought of it every evening for a year",
        "he used to beat me. i watch the door every night",
        "I said I'd kill him. not tonight, not ever probably",
    ],
)
def test_what_was_or_comes_back_again_and_again_is_not(text: str) -> None:
    found = assess(text).first
    assert found is None or found.level != "now", text


def test_a_likely_danger_at_hand_is_one_of_this_moment() -> None:
    assert first("the tablets are lined up on the table", ("self_harm",))[1] == "now"


WHOSE_IT_IS = [
    ("I want to die", ("self_harm", "self")),
    ("he says he'll kill himself if I go", ("self_harm", "partner")),
    ("my sister says she wants to die", ("self_harm", "other")),
    ("my best friend is suicidal", ("self_harm", "other")),
    ("I'm scared my brother is going to kill himself", ("self_harm", "other")),
    ("asking for a friend: does dying by overdose hurt, she wants to kill herself", ("self_harm", "unknown")),
    ("im worried about my friend. her husband cheated and she says she doesnt want to be here any more", ("self_harm", "other")),
    ("im worried about my sister and i want to die", ("self_harm", "self")),
    ("my boyfriend says he'll kill himself, my sister told me to leave", ("self_harm", "partner")),
    ("he hits me", ("partner_abuse", "self")),
    ("he hit me so I slapped him back", ("partner_abuse", "self")),
    ("im scared for my mum, she said she wants to die. so do i", ("self_harm", "self")),
    ("I slapped her", ("partner_abuse", "by_writer")),
    ("he hits me, and last week I punched him in the face", ("partner_abuse", "by_writer")),
    ("my sister's husband hits her", ("partner_abuse", "other")),
    ("I'm going to kill him", ("harm_to_others", "by_writer")),
    ("she's going to stab him", ("harm_to_others", "other")),
    ("I shook the baby", ("child_at_risk", "by_writer")),
    ("I'm scared I'll hurt the baby", ("child_at_risk", "by_writer")),
    ("he beats our son", ("child_at_risk", "other")),
]


@pytest.mark.parametrize(("text", "expected"), WHOSE_IT_IS)
def test_whose_it_is(text: str, expected: tuple[str, str]) -> None:
    danger, _, whose = first(text)
    assert (danger, whose) == expected


def test_whose_it_is_where_only_the_classifier_heard_it() -> None:
    assert first("my best friend is being beaten by her boyfriend", ("partner_abuse",))[2] == "other"
    assert first("it got very loud again", ("partner_abuse",))[2] == "self"


def test_what_the_classifier_heard_of_it_counts_where_no_words_say_it() -> None:
    heard = Peril({"self_harm": "partner", "partner_abuse": "by_writer"}, is_now=True)
    (finding,) = assess("it will be quiet soon", ["self_harm"], Hearing(peril=heard)).findings
    assert (finding.level, finding.whose) == ("now", "partner")
    (finding,) = assess("I slapped her", [], Hearing(peril=Peril({"partner_abuse": "other"}))).findings
    assert (finding.level, finding.whose) == ("explicit", "by_writer")


@pytest.mark.parametrize(("chance", "whose"), [(0.4, "self"), (0.55, "self"), (0.7, "unknown"), (0.9, "by_writer")])
def test_force_by_the_writer_is_believed_only_where_that_is_sure_and_else_asked(chance: float, whose: str) -> None:
    hearing = Hearing({"whose_partner_abuse": chance}, Peril({"partner_abuse": "by_writer"}))
    (finding,) = assess("it got very loud again", ["partner_abuse"], hearing).findings
    assert finding.whose == whose


@pytest.mark.parametrize(
    ("danger", "text"),
    [
        ("self_harm", "i said NO. im not suicidal"),
        ("partner_abuse", "he is NOT abusive"),
        ("harm_to_others", "im not going to hurt anyone"),
        ("self_harm", "its an expression. im not going to do anything to anyone"),
    ],
)
def test_what_is_denied_is_not_heard_but_may_be_asked_about(danger: str, text: str) -> None:
    hearing = Hearing({"danger": 1.5, **dict.fromkeys(DANGERS, 0.1), danger: 0.9})
    found = assess(text, [danger], hearing, possible=0.4)
    assert found.findings == ()
    assert found.possible is not None and found.possible.danger == danger
    assert [finding.danger for finding in assess("it was worse than that", [danger], hearing, possible=0.4).findings] == [danger]


@pytest.mark.parametrize(
    "text",
    [
        "I just want to disappear.",
        "since he told me i only wish i could vanish",
        "nothing matters to me any more",
        "What's even the point of anything?",
        "i dont know how to go on",
        "I can't see how I'll get through another night",
        "there's no hope left for me",
        "honestly im done with all of it",
        "I stopped caring what happens to me",
        "i need this pain to stop",
        "I'm nothing but a burden to everybody",
        "ive given up on everything",
        "nothing matters anymore tbh",
        "i just wanna disappear rn lol",
    ],
)
def test_words_without_hope_are_asked_about_though_nothing_is_heard(text: str) -> None:
    found = assess(text, [], Hearing(dict.fromkeys((*DANGERS, "danger"), 0.01)), possible=0.4)
    assert found.findings == ()
    assert found.possible is not None and (found.possible.danger, found.possible.whose) == ("self_harm", "self")


@pytest.mark.parametrize(
    "text",
    [
        "I want him to disappear",
        "wish i could vanish for a weekend",
        "she wanted to disappear from facebook",
        "nothing matters more than the kids",
        "what's the point of counselling if she lies there too",
        "i dont know how to go on a date again",
        "there is no hope for us",
        "im done with all of his excuses",
        "i stopped caring what he does",
        "the rows need to stop",
        "his debts are a burden",
        "i've given up on him",
        "i wanted to disappear when they all turned round",
        "it's not that nothing matters",
    ],
)
def test_what_has_other_reasons_is_not_asked_about(text: str) -> None:
    assert assess(text, [], Hearing(dict.fromkeys((*DANGERS, "danger"), 0.01)), possible=0.4) == Assessment()


def test_what_was_read_by_nobody_is_asked_about_by_its_words() -> None:
    assert assess("nothing matters any more", possible=0.4).possible is not None


def test_what_an_ex_did_long_ago_is_neither_heard_nor_asked_about() -> None:
    hearing = Hearing({"danger": 1.5, **dict.fromkeys(DANGERS, 0.1), "partner_abuse": 0.9})
    text = "my ex used to hit me, 8 years ago, thats long over. now my new partner hid debts, hes gentle"
    assert assess(text, ["partner_abuse"], hearing, possible=0.4) == Assessment()


def test_this_moment_is_heard_of_one_danger_and_of_none_beside_words_that_say_it() -> None:
    now = Hearing({"self_harm": 0.9, "child_at_risk": 0.4}, Peril(is_now=True))
    said = assess("it will be quiet soon", ["self_harm", "child_at_risk"], now).findings
    assert [(finding.danger, finding.level) for finding in said] == [("self_harm", "now"), ("child_at_risk", "likely")]
    worded = assess("He beats our son. I have the pills in my hand and want to die.", [], now).findings
    assert [(finding.danger, finding.level) for finding in worded] == [("self_harm", "now"), ("child_at_risk", "explicit")]


@pytest.mark.parametrize("text", ["my ex got a restraining order on me", "she took out an order of protection against me"])
def test_a_court_that_keeps_the_writer_away_does_not_say_who_was_hurt(text: str) -> None:
    (finding,) = assess(text).findings
    assert (finding.danger, finding.whose) == ("partner_abuse", "unknown")
    assert first(f"I hit her. {text}")[2] == "by_writer"


def test_a_court_that_protects_the_writer_says_so() -> None:
    assert first("I got a restraining order against him") == ("partner_abuse", "explicit", "self")


def test_somebody_elses_danger_does_not_hide_the_writers_own() -> None:
    found = {finding.danger: finding.whose for finding in assess("my friend's boyfriend punched her. I want to die").findings}
    assert found == {"self_harm": "self", "partner_abuse": "other"}
    assert first("my sister wants to die and so I want to die too")[2] == "self"
    assert first("my sister's husband hits her. my husband hits me too")[2] == "self"


def test_the_level_comes_first_then_the_order_of_dangers() -> None:
    assert assess("He beats our son. I want to kill myself tonight.").dangers == ("self_harm", "child_at_risk")
    assert assess("He hits me. I want to die.").dangers == ("self_harm", "partner_abuse")
    assert assess("He hits me.", ["self_harm"]).dangers == ("partner_abuse", "self_harm")


def test_entities_tell_the_dialogue_all_dangers_and_the_first_ones_level_and_whose() -> None:
    said = assess("I want to die. I slapped her.").as_entities()
    assert said == [
        ("danger", "self_harm"), ("danger", "partner_abuse"), ("level", "explicit"), ("whose", "self"), ("by_writer", "yes"),
    ]  # fmt: skip
