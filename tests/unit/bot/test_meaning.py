"""The labels, and the table that says which intent wins."""

import pytest

from bot.meaning import (
    ASKS,
    BREACHES,
    CRISIS_INTENTS,
    DANGERS,
    DIALOGUE,
    INTENTS,
    NO_PERIL,
    SMALL_TALK,
    Meaning,
    Peril,
    ask_of,
    intent_of,
    ordered,
)


@pytest.mark.parametrize("danger", DANGERS)
def test_a_danger_is_the_intent(danger: str) -> None:
    assert intent_of(Meaning(dangers=(danger,))) == f"crisis_{danger}"


@pytest.mark.parametrize(("urgent", "less"), [(a, b) for i, a in enumerate(DANGERS) for b in DANGERS[i + 1 :]])
def test_of_two_dangers_the_more_urgent_wins(urgent: str, less: str) -> None:
    assert intent_of(Meaning(dangers=(less, urgent))) == f"crisis_{urgent}"


@pytest.mark.parametrize("told_as", ["share_feeling", *SMALL_TALK, *DIALOGUE, *BREACHES])
@pytest.mark.parametrize("ask", ["tell", "small_talk", "therapy"])
def test_danger_wins_over_everything_else(ask: str, told_as: str) -> None:
    meaning = Meaning(BREACHES, "hurt", "leave", ("self_harm",), ask)
    assert intent_of(meaning, told_as) == "crisis_self_harm"


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("told_as", ["share_feeling", "greet", "affirm", "infidelity"])
def test_an_ask_wins_over_breaches_dialogue_and_small_talk(ask: str, told_as: str) -> None:
    assert intent_of(Meaning(breaches=BREACHES, ask=ask), told_as) == ask


@pytest.mark.parametrize("told_as", SMALL_TALK)
def test_small_talk_is_what_it_was_told_as(told_as: str) -> None:
    assert intent_of(Meaning(ask="small_talk"), told_as) == told_as


@pytest.mark.parametrize("told_as", ["share_feeling", "affirm", "infidelity"])
def test_small_talk_told_as_something_else_is_a_greeting(told_as: str) -> None:
    assert intent_of(Meaning(breaches=BREACHES, ask="small_talk"), told_as) == "greet"


@pytest.mark.parametrize("told_as", DIALOGUE)
@pytest.mark.parametrize("breaches", [(), ("infidelity",)])
def test_a_dialogue_move_wins_over_breaches(told_as: str, breaches: tuple[str, ...]) -> None:
    assert intent_of(Meaning(breaches=breaches), told_as) == told_as


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_the_intent_when_nothing_is_asked(breach: str) -> None:
    assert intent_of(Meaning(breaches=(breach,))) == breach


@pytest.mark.parametrize("main", BREACHES)
def test_of_several_breaches_the_main_one_wins(main: str) -> None:
    assert intent_of(Meaning(breaches=BREACHES), told_as=main) == main


def test_of_several_breaches_without_a_main_one_the_first_wins() -> None:
    assert intent_of(Meaning(breaches=("neglect", "dishonesty"))) == "dishonesty"


def test_a_breach_that_is_not_meant_cannot_be_the_main_one() -> None:
    assert intent_of(Meaning(breaches=("neglect",)), told_as="infidelity") == "neglect"


@pytest.mark.parametrize("told_as", ["share_feeling", "greet", "infidelity", "therapy"])
def test_what_neither_asks_nor_reports_is_a_feeling_shared(told_as: str) -> None:
    assert intent_of(Meaning(), told_as) == "share_feeling"


@pytest.mark.parametrize("intent", [i for i in INTENTS if i not in CRISIS_INTENTS])
def test_every_calm_intent_comes_back_from_its_ask_and_how_it_was_told(intent: str) -> None:
    breaches = (intent,) if intent in BREACHES else ()
    assert intent_of(Meaning(breaches=breaches, ask=ask_of(intent)), told_as=intent) == intent


@pytest.mark.parametrize(("intent", "ask"), [("therapy", "therapy"), ("greet", "small_talk"), ("affirm", "tell"), ("neglect", "tell")])
def test_the_ask_an_intent_stands_for(intent: str, ask: str) -> None:
    assert ask_of(intent) == ask


def test_no_intent_is_listed_twice() -> None:
    assert len(set(INTENTS)) == len(INTENTS)


def test_sets_are_kept_in_order_and_once() -> None:
    meaning = Meaning(breaches=("neglect", "infidelity", "neglect"), dangers=("partner_abuse", "child_at_risk"))
    assert meaning.breaches == ("infidelity", "neglect")
    assert meaning.dangers == ("child_at_risk", "partner_abuse")


@pytest.mark.parametrize(
    "wrong",
    [
        {"breaches": ("theft",)},
        {"dangers": ("none",)},
        {"role": "victim"},
        {"route": "stay"},
        {"ask": "greet"},
        {"ask": ""},
    ],
)
def test_it_refuses_a_label_the_annotation_does_not_know(wrong: dict) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} knows"):
        Meaning(**wrong)


def test_no_danger_is_written_as_none() -> None:
    labels = {"breaches": [], "role": "unknown", "route": "none", "safety": ["none"], "ask": "tell"}
    assert Meaning().as_labels() == labels
    assert Meaning.from_labels(labels) == Meaning()


def test_labels_come_back_as_they_went() -> None:
    meaning = Meaning(("infidelity", "neglect"), "both", "undecided", ("self_harm", "partner_abuse"), "therapy")
    assert meaning.as_labels() == {
        "breaches": ["infidelity", "neglect"],
        "role": "both",
        "route": "undecided",
        "safety": ["self_harm", "partner_abuse"],
        "ask": "therapy",
    }
    assert Meaning.from_labels(meaning.as_labels()) == meaning


def test_values_are_put_in_the_known_order_each_once() -> None:
    assert ordered(["c", "a", "c", "x"], ("a", "b", "c")) == ("a", "c")


def test_what_training_data_says_of_dangers_is_read_in_their_order() -> None:
    labels = {"safety": ["self_harm", "partner_abuse"], "whose": ["partner", "self"], "now": True}
    assert Peril.from_labels(labels) == Peril({"self_harm": "partner", "partner_abuse": "self"}, True)
    assert Peril.from_labels({"safety": ["none"]}) == NO_PERIL


@pytest.mark.parametrize("whose", [{"child_at_risk": "self"}, {"rain": "self"}, {"self_harm": "nobody"}])
def test_a_danger_of_somebody_it_cannot_be_of_is_refused(whose: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        Peril(whose)
