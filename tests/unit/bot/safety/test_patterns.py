"""How a text is searched for danger, and how the file of patterns is read."""

import re
from pathlib import Path

import pytest
import yaml

from bot.meaning import DANGERS
from bot.safety.patterns import MARK, PATTERNS, PatternsError, dangers_named, done_by_writer, load, partner_threatens_self_harm, undisguised
from bot.text import LONGEST


def test_nothing_names_nothing() -> None:
    assert dangers_named("") == ()
    assert dangers_named(" \n . ! ") == ()


def test_several_dangers_come_most_urgent_first() -> None:
    text = "He hits me. I want to die. He hit our son. I am going to kill him."
    assert dangers_named(text) == DANGERS


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "I  want\tto die",
        "I wanna die",
        "I don’t want to live",
        "i dont want to live",
        "I don`t want to live",
        "“I want to die”",
        "i want to *die*",
        "I am self-harming",
        "I want\x00to\x07die",
        "i want to d1e",
        "i w@nt to die",
        "s u i c i d e",
        "s.u.i.c.i.d.e.",
    ],
)
def test_how_it_is_typed_hides_nothing(text: str) -> None:
    assert dangers_named(text) == ("self_harm",)


@pytest.mark.parametrize("text", ["at 4am on the 2nd", "b4 i met him i was gr8", "a b c d", "13yo and 3k"])
def test_digits_and_single_letters_that_disguise_nothing_stay(text: str) -> None:
    assert undisguised(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("my bf hit me", "my boyfriend hit me"),
        ("he chocked me", "he choked me"),
        ("he said he's gonna kill me", "he said he is going to kill me"),
        ("my fiancé slapped me", "my fiance slapped me"),
        ("he wont let me see my friends", "he will not let me see my friends"),
        ("he shouted & hit me", "he shouted and hit me"),
        ("everyone is better off w/o me", "everyone is better off without me"),
    ],
)
def test_other_ways_to_write_a_word_are_read_as_that_word(one: str, other: str) -> None:
    patterns = load()
    assert list(patterns.sentences(one)) == list(patterns.sentences(other))
    assert dangers_named(one) == dangers_named(other) != ()


def test_an_excuse_takes_its_own_words_and_leaves_a_mark() -> None:
    words = load().dangers["partner_abuse"]
    assert words.rest("he never hit me but he choked me") == f"he {MARK} but he choked me"
    assert not words.stand_in("he never hit me")
    assert words.stand_in("he never hit me but he choked me")


def test_nothing_is_found_across_the_mark() -> None:
    words = load().dangers["partner_abuse"]
    assert words.find.search("he will hit me")
    assert not words.find.search(f"he {MARK} hit me")


def test_an_excuse_excuses_its_own_sentence_only() -> None:
    assert dangers_named("I nearly killed myself laughing. Now I want to kill myself.") == ("self_harm",)
    assert dangers_named("he never hit me\nyesterday he choked me") == ("partner_abuse",)


@pytest.mark.parametrize("filler", ["", "so it was. " * 20, "so it was. " * (LONGEST // 11 + 100)])
@pytest.mark.parametrize("at_start", [True, False])
def test_it_is_heard_at_either_end_of_any_text(filler: str, at_start: bool) -> None:
    danger = "I want to die."
    assert dangers_named(f"{danger} {filler}" if at_start else f"{filler} {danger}") == ("self_harm",)


@pytest.mark.parametrize("sentence", ["a " * 5000, "he " * 3300, "i " * 3000 + "hit", "not " * 2500, "my kids " * 1250, "x" * 10_000])
def test_a_long_sentence_of_hostile_words_is_searched_to_its_end(sentence: str) -> None:
    assert dangers_named(sentence) == ()
    assert not done_by_writer(sentence)
    assert not partner_threatens_self_harm(sentence)


def test_no_expression_can_match_more_than_a_part_of_a_sentence() -> None:
    # With matches of bounded length the work grows with the text and no faster; wall-clock time would say less.
    from sre_constants import MAXREPEAT
    from sre_parse import parse

    patterns = load(PATTERNS)
    for name, words in [*patterns.dangers.items(), *patterns.whose.items(), *patterns.now.items()]:
        for expression in filter(None, (words.find, words.excuse)):
            longest = parse(expression.pattern).getwidth()[1]
            assert longest < 1000 < MAXREPEAT, name


def test_the_shipped_patterns_hold_every_danger_and_whose_it_is() -> None:
    patterns = load(PATTERNS)
    assert set(patterns.dangers) == set(DANGERS)
    assert set(patterns.now) == {"soon", *DANGERS}
    assert all(words.excuse for words in patterns.dangers.values())


def test_the_shipped_file_names_no_words_in_vain() -> None:
    text = PATTERNS.read_text(encoding="utf-8")
    words = yaml.safe_load(text)["words"]
    assert [name for name in words if f"<{name}>" not in text] == []


def test_the_shipped_spellings_lead_to_words_that_are_not_respelt_again() -> None:
    patterns = load(PATTERNS)
    again = {wrong: right for wrong, right in patterns.spellings.items() if patterns.spelling.search(right) and wrong != right}
    assert again == {}


def write(path: Path, words: dict | None = None, spellings: dict | None = None, **changes: object) -> Path:
    """A patterns file with one word a danger, changed by `changes` (None takes a danger out)."""
    tables = {danger: {"find": [f"{danger} now"]} for danger in DANGERS}
    tables = {name: table for name, table in {**tables, **changes}.items() if table is not None}
    file = {"words": words or {}, "spellings": spellings or {}, "patterns": tables}
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    return path


def found(path: Path, *sentences: str) -> list[bool]:
    """In which of the sentences the words of self_harm stand."""
    words = load(path).dangers["self_harm"]
    return [words.stand_in(sentence) for sentence in sentences]


def test_a_file_needs_neither_excuses_nor_words_nor_spellings(tmp_path: Path) -> None:
    patterns = load(write(tmp_path / "patterns.yml"))
    assert patterns.dangers["self_harm"].excuse is None
    assert patterns.dangers["self_harm"].stand_in("self_harm now")
    assert list(patterns.sentences("It is. So it is!")) == ["it is.", "so it is!"]


def test_alternatives_of_one_line_do_not_reach_into_the_next(tmp_path: Path) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": ["^a|b$", "c"]})
    assert found(path, "a x", "x b", "x c x", "x a", "b x") == [True, True, True, False, False]


def test_a_line_begins_and_ends_with_a_word(tmp_path: Path) -> None:
    assert found(write(tmp_path / "patterns.yml", self_harm={"find": ["hit me"]}), "hit me!", "shit me", "hit men") == [True, False, False]


def test_a_name_stands_for_its_words_and_those_for_theirs(tmp_path: Path) -> None:
    path = write(tmp_path / "patterns.yml", {"he": "<she>|they", "she": "wife|ex"}, self_harm={"find": ["<he> hit me"]})
    assert found(path, "they hit me", "ex hit me", "it hit me") == [True, True, False]


def test_a_beginning_goes_before_every_line_under_it_and_lists_may_lie_in_lists(tmp_path: Path) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": [{"he": [" hit me", [" cut| bit"]]}, ["she hit"]]})
    assert found(path, "he hit me", "he cut", "he bit", "bit", "she hit", "he x") == [True, True, True, False, True, False]


def test_spellings_are_whole_words_and_the_longest_wins(tmp_path: Path) -> None:
    patterns = load(write(tmp_path / "patterns.yml", spellings={"do": "x", "do not": "dont", "w/o": "without"}))
    assert list(patterns.sentences("I do not, w/o dots. Do it")) == ["i dont, without dots.", "x it"]


@pytest.mark.parametrize("changes", [{"self_harm": None}, {"sadness": {"find": ["sad"]}}])
def test_it_refuses_dangers_other_than_the_known_ones(tmp_path: Path, changes: dict) -> None:
    with pytest.raises(PatternsError, match="wants exactly"):
        load(write(tmp_path / "patterns.yml", **changes))


def test_it_refuses_a_danger_without_words(tmp_path: Path) -> None:
    with pytest.raises(PatternsError, match="self_harm"):
        load(write(tmp_path / "patterns.yml", self_harm={"not": ["x"]}))


@pytest.mark.parametrize("key", ["find", "not"])
@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("(bad", "is no regular expression"),
        ("he <hits> me", "has the unknown <hits>"),
        ("he.*me", "may run on without end"),
        ("he.+me", "may run on without end"),
        ("he.{2,}me", "may run on without end"),
    ],
)
def test_it_refuses_what_it_cannot_use_and_names_it(tmp_path: Path, key: str, expression: str, fault: str) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": ["x"], key: ["good", expression]})
    with pytest.raises(PatternsError, match=rf"patterns\.yml: '{re.escape(expression)}' {fault}"):
        load(path)
