"""Which variant of a response is said."""

from typing import Any

import pytest

from bot.wording import FLAGS, Context, choose, context, fill


def now(**known: Any) -> Context:
    """A context where little is known, but for `known`."""
    flags = frozenset(flag for flag in FLAGS if known.pop(flag, False))
    return Context(**{"role": "unknown", "kinds": (), "flags": flags, "facts": {"partner": "partner"}, **known})


def variant(text: str, couple_work: bool = False, **about: Any) -> dict[str, Any]:
    """A variant as in the domain."""
    return {"text": text, "metadata": {"couple_work": couple_work, **about}}


def said(variants: list[dict[str, Any]], **known: Any) -> str | None:
    """The text that is chosen."""
    chosen = choose(variants, now(**known))
    return chosen and chosen["text"]


def test_nothing_to_say_is_none() -> None:
    assert choose([], now()) is None


def test_the_first_of_equals_is_said_first() -> None:
    assert said([variant("a"), variant("b")]) == "a"


def test_what_was_said_gives_way_to_what_was_not() -> None:
    assert said([variant("a"), variant("b"), variant("c")], said=["a", "x"]) == "b"


def test_when_all_were_said_the_one_said_longest_ago_comes_again() -> None:
    assert said([variant("a"), variant("b"), variant("c")], said=["b", "a", "c", "b"]) == "a"


def test_a_text_counts_as_said_inside_a_longer_message() -> None:
    assert said([variant("a text"), variant("another")], said=["Hello.\n\na text\n\nWould you like more?"]) == "another"


def test_a_filled_text_counts_as_said_only_with_the_same_words() -> None:
    variants = [variant("it says {thing}"), variant("else")]
    assert said(variants, facts={"partner": "partner", "thing": "one"}, said=["it says one"]) == "else"
    assert said(variants, facts={"partner": "partner", "thing": "two"}, said=["it says one"]) == "it says two"


def test_a_text_counts_as_said_whichever_helpline_it_named() -> None:
    now = context({}, ["call the finder, or not"], {"line": "116 123"}, lines=("line",))
    assert (choose([variant("call {line}, or not"), variant("else")], now) or {})["text"] == "else"


def test_again_is_not_said_the_first_time() -> None:
    assert said([variant("again", again=True), variant("first")]) == "first"


def test_again_is_said_once_the_first_was() -> None:
    assert said([variant("first"), variant("second"), variant("again", again=True)], said=["first"]) == "again"


def test_again_is_said_when_nothing_else_fits() -> None:
    assert said([variant("again", again=True), variant("for another", role="hurt")], role="responsible") == "again"


def test_the_gate_leaves_only_what_is_no_couple_work() -> None:
    variants = [variant("together", couple_work=True), variant("alone")]
    assert said(variants) == "together"
    assert said(variants, gate=True) == "alone"


def test_the_gate_lets_nothing_through_that_does_not_say_it_is_no_couple_work() -> None:
    assert choose([{"text": "untagged", "metadata": {}}], now(gate=True)) is None
    assert choose([variant("together", couple_work=True)], now(gate=True)) is None


def test_couple_work_is_not_said_again_behind_the_gate_either() -> None:
    variants = [variant("alone"), variant("together again", couple_work=True, again=True)]
    assert said(variants, gate=True, said=["alone"]) == "alone"


def test_a_text_for_the_gate_is_not_said_without_it() -> None:
    variants = [variant("for the gate", gate=True), variant("for all")]
    assert said(variants) == "for all"
    assert said(variants, gate=True) == "for the gate"


@pytest.mark.parametrize("flag", FLAGS)
def test_where_something_was_written_for_a_condition_nothing_else_is_said_under_it(flag: str) -> None:
    variants = [variant("for them", **{flag: True}), variant("for all", role="hurt"), variant("also for all")]
    assert said(variants, role="hurt") == "for all"
    assert said(variants, role="hurt", **{flag: True}) == "for them"
    assert said(variants, role="hurt", said=["for them"], **{flag: True}) == "for them"


def test_one_who_used_force_is_not_told_what_one_who_fears_is_told() -> None:
    variants = [variant("for who fears", gate=True), variant("for who did it", gate=True, by_writer=True)]
    assert said(variants, gate=True) == "for who fears"
    assert said(variants, gate=True, by_writer=True) == "for who did it"


def test_a_text_for_one_question_follows_only_that_one() -> None:
    variants = [variant("for all"), variant("for open talk", asked="open_talk")]
    assert said(variants, asked="open_talk") == "for open talk"
    assert said(variants, asked="responsibility") == "for all"


@pytest.mark.parametrize(
    ("about", "known"),
    [
        ({"role": "hurt"}, {"role": "hurt"}),
        ({"kind": "neglect"}, {"kinds": ("neglect", "infidelity")}),
        ({"suggestion": "closure"}, {"suggestion": "closure"}),
        ({"needs": ["discovery"]}, {"facts": {"partner": "partner", "discovery": "a phone"}}),
        ({"needs": ["partner"]}, {"facts": {"partner": "husband"}}),
    ],
)
def test_what_fits_the_person_wins_over_what_all_may_hear(about: dict[str, Any], known: dict[str, Any]) -> None:
    variants = [variant("for all"), variant("for them", **about)]
    assert said(variants, **known) == "for them"
    assert said(variants) == "for all"


def test_a_fact_that_is_empty_is_not_known() -> None:
    assert choose([variant("b", needs=["money"])], now(facts={"partner": "partner", "money": ""})) is None


def test_every_fact_that_is_needed_must_be_known() -> None:
    both = [variant("both", needs=["discovery", "money"])]
    assert choose(both, now(facts={"partner": "partner", "discovery": "a phone"})) is None


def test_texts_speak_of_the_kind_that_was_told_first_only() -> None:
    variants = [variant("neglect", kind="neglect"), variant("infidelity", kind="infidelity"), variant("for all")]
    assert said(variants, kinds=("infidelity", "neglect")) == "infidelity"
    assert said(variants, kinds=("infidelity", "neglect"), said=["infidelity"]) == "for all"


def test_role_and_kind_together_win_over_either() -> None:
    variants = [
        variant("role", role="hurt"),
        variant("both", role="hurt", kind="neglect"),
        variant("kind", kind="neglect"),
    ]
    assert said(variants, role="hurt", kinds=("neglect", "infidelity")) == "both"


def test_a_suggestion_wins_over_a_role() -> None:
    variants = [variant("role", role="hurt"), variant("suggestion", suggestion="closure")]
    assert said(variants, role="hurt", suggestion="closure") == "suggestion"


def test_the_chosen_variant_keeps_its_buttons_and_the_source_stays_as_it_was() -> None:
    source = {**variant("your {partner}"), "buttons": [{"title": "Yes", "payload": "/affirm"}]}
    chosen = choose([source], now(facts={"partner": "wife"}))
    assert chosen == {**source, "text": "your wife"}
    assert source["text"] == "your {partner}"


def test_a_text_is_filled_and_what_nobody_said_is_left_empty() -> None:
    assert fill("{a} and {b}, {a}", {"a": "one"}) == "one and , one"


def test_braces_that_are_no_placeholder_are_left() -> None:
    assert fill("{} {a b} }{", {"a": "x"}) == "{} {a b} }{"


def test_a_context_is_read_from_slots() -> None:
    slots = {
        "role": "hurt",
        "breaches": ["infidelity", "neglect"],
        "safety": None,
        "suggestion": "closure",
        "discovery": "a phone",
        "money": None,
        "saved": True,
    }
    found = context(slots, ["hello"], {"emergency": "999"})
    assert (found.role, found.kinds, found.flags) == ("hurt", ("infidelity", "neglect"), frozenset())
    assert (found.suggestion, found.said) == ("closure", ["hello"])
    assert found.facts["discovery"] == "a phone"
    assert found.facts["emergency"] == "999"
    assert found.facts["partner"] == "partner"
    assert "money" not in found.facts
    assert "saved" not in found.facts


def test_a_partner_who_was_named_replaces_the_stand_in() -> None:
    assert context({"safety": None, "partner": "wife"}, [], {}).facts["partner"] == "wife"


def test_words_of_the_turn_win_over_slots() -> None:
    assert context({"safety": None, "heaviness": "3"}, [], {"heaviness": "7"}).facts["heaviness"] == "7"


def test_slots_that_say_nothing_give_an_unknown_person_behind_the_gate() -> None:
    found = context({}, [], {})
    assert (found.role, found.kinds, found.suggestion, found.flags) == ("unknown", (), "", {"gate"})


def test_abuse_that_was_named_sets_the_gate() -> None:
    assert context({"safety": ["partner_abuse"]}, [], {}).flags == {"gate"}
    assert context({"safety": ["self_harm"]}, [], {}).flags == frozenset()


@pytest.mark.parametrize(("contact", "flags"), [("yes", {"no_contact"}), (None, set())])
def test_contact_is_held_back_as_long_as_the_other_wants_none(contact: str | None, flags: set[str]) -> None:
    assert context({"safety": None, "no_contact": contact}, [], {}).flags == flags


@pytest.mark.parametrize("flag", ["gate", "no_contact"])
def test_couple_work_is_held_back_whether_or_not_something_else_was_written(flag: str) -> None:
    couple = {"text": "Talk to them.", "metadata": {"couple_work": True}}
    assert choose([couple], Context("hurt", (), flags=frozenset({flag}))) is None
    assert choose([{**couple, "metadata": {}}], Context("hurt", (), flags=frozenset({flag}))) is None
    own = {"text": "Rest a little.", "metadata": {"couple_work": False}}
    assert choose([couple, own], Context("hurt", (), flags=frozenset({flag})))["text"] == own["text"]


@pytest.mark.parametrize("slots", [{"partner": "ex"}, {"parted": "broke up"}])
def test_one_who_has_parted_is_spoken_to_so(slots: dict[str, Any]) -> None:
    assert context({"safety": None, **slots}, [], {}).flags == {"parted"}
