"""How messages are changed to see whether danger is still noticed, and how that is told."""

import math
import random

import pytest

from benchmarks.danger import CHANGES, asked_for, at_lower_bars, by_kind_and_level, fuzzed, messages, mistyped, of_noticed, passages
from bot.evaluation.figures import share

TEXT = "I really don't think that I can go on like this for very much longer, not without him"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_the_same_in_every_run_and_keeps_the_words_in_some_form(name: str) -> None:
    change = CHANGES[name]
    assert change(TEXT, random.Random(1)) == change(TEXT, random.Random(1))
    assert len(change(TEXT, random.Random(1)).split()) >= len(TEXT.split())


def test_only_what_is_called_as_written_changes_nothing() -> None:
    same = {name for name, change in CHANGES.items() if change(TEXT, random.Random(1)) == TEXT}
    assert same == {"as written"}


def test_about_three_letters_of_a_hundred_are_mistyped() -> None:
    text = "abcdefghij" * 1000
    changed = sum(mistyped(text[start : start + 10], random.Random(start)) != text[start : start + 10] for start in range(0, 10_000, 10))
    assert 150 < changed < 350


def test_everyday_talk_is_about_a_hundred_words() -> None:
    assert len(passages()) >= 4
    assert all(85 <= len(text.split()) <= 125 for text in passages())


def test_the_sets_are_large_enough_and_half_of_the_danger_is_oblique() -> None:
    danger, calm = messages("must_escalate"), messages("must_not_escalate")
    assert len(danger) >= 300 and len(calm) >= 300
    assert 2 * sum(message.get("oblique", False) for message in danger) >= len(danger)
    assert all(message["safety"] == ["none"] for message in calm)


def test_the_table_tells_shares_by_danger_and_level() -> None:
    found = [
        ({"safety": ["self_harm"], "level": "now"}, True),
        ({"safety": ["self_harm"], "level": "now"}, False),
        ({"safety": ["partner_abuse"]}, True),
    ]
    table = list(by_kind_and_level(found))
    row = next(line for line in table if line.startswith("| self_harm"))
    assert "0.500" in row and "n 2" in row
    assert next(line for line in table if line.startswith("| any")).count("n 3") == 1


def test_what_is_asked_for_and_not_reached_is_told_so() -> None:
    all_of_them, most, few, some = share([True] * 4), share([True, False]), share([False] * 99 + [True]), share([True, False])
    assert [line.split("|")[3].strip() for line in asked_for(all_of_them, most, few)][2:] == ["reached", "not reached", "reached"]
    assert [line.split("|")[3].strip() for line in asked_for(most, all_of_them, some)][2:] == ["not reached", "reached", "not reached"]


def test_a_lower_bar_is_told_down_to_where_nothing_is_missed() -> None:
    *_, half, none_missed = at_lower_bars([math.inf, 2.0, 0.7, 0.03], [0.5, 0.01])
    assert half.startswith("| 0.050 | 0.750 ") and half.count("| 0.500 ") == 1
    assert none_missed.startswith("| 0.030 | 1.000 ")


def test_each_change_is_counted() -> None:
    told = dict(fuzzed([{"text": "help me"}, {"text": "fine"}], lambda text: "help" in text.lower()))
    assert set(told) == set(CHANGES)
    assert told["CAPITALS"].value == 0.5 and told["CAPITALS"].count == 2


def parse_of(danger: str, whose: str, level: str) -> dict:
    return {"entities": [{"entity": name, "value": value} for name, value in (("danger", danger), ("whose", whose), ("level", level))]}


def test_whose_it_is_and_whether_it_is_now_is_told_of_what_was_noticed_for_what_it_is() -> None:
    danger = [
        {"safety": ["self_harm"], "whose": "other", "level": "now"},
        {"safety": ["self_harm"], "whose": "self", "level": "likely"},
        {"safety": ["partner_abuse"], "whose": "by_writer", "level": "explicit"},
        {"safety": ["partner_abuse"], "whose": "by_writer", "level": "now"},
        {"safety": ["self_harm"]},
    ]
    parses = [
        parse_of("self_harm", "partner", "now"),
        parse_of("self_harm", "self", "now"),
        parse_of("partner_abuse", "self", "explicit"),
        {"entities": []},
        parse_of("self_harm", "self", "now"),
    ]
    lines = list(of_noticed(danger, parses))
    assert [line.split("(")[0] for line in lines[:4]] == ["| by_writer | 0.000 ", "| other | 1.000 ", "| self | 1.000 ", "| all | 0.667 "]
    assert "answered so: 1.000 " in lines[5] and "this moment: 0.500 " in lines[6]
