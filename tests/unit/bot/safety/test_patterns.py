"""Dangers that a text's own words name."""

from pathlib import Path

import pytest
import yaml

from bot.meaning import DANGERS
from bot.safety.patterns import PATTERNS, PatternsError, dangers_named, load
from bot.text import LONGEST


@pytest.mark.parametrize(
    ("text", "dangers"),
    [
        ("I want to kill myself", ("self_harm",)),
        ("i dont want to be alive", ("self_harm",)),
        ("I am suicidal", ("self_harm",)),
        ("everyone is better off without me", ("self_harm",)),
        ("he hits me", ("partner_abuse",)),
        ("my husband beat me last night", ("partner_abuse",)),
        ("I slapped her", ("partner_abuse",)),
        ("I'm scared of him", ("partner_abuse",)),
        ("she won't let me see my friends", ("partner_abuse",)),
        ("I'm going to kill him", ("harm_to_others",)),
        ("I bought a gun", ("harm_to_others",)),
        ("he hit our son", ("child_at_risk",)),
        ("she leaves the baby alone", ("child_at_risk",)),
    ],
)
def test_words_of_danger_name_it(text: str, dangers: tuple[str, ...]) -> None:
    assert dangers_named(text) == dangers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "he lied to me and I am so angry",
        "I nearly killed myself laughing",
        "it hit me that he had lied",
        "the truth hits hard",
        "he never hit me",
        "I'm not scared of him",
        "it was an abuse of trust",
        "he has a substance abuse problem",
        "I don't want to hurt him",
        "I killed the mood",
        "the kids are sad",
    ],
)
def test_figures_of_speech_and_sadness_name_none(text: str) -> None:
    assert dangers_named(text) == ()


def test_several_dangers_come_most_urgent_first() -> None:
    text = "He hits me. I want to die. He hit our son. I am going to kill him."
    assert dangers_named(text) == DANGERS


def test_case_does_not_matter() -> None:
    assert dangers_named("I WANT TO DIE") == ("self_harm",)


def test_an_apostrophe_as_phones_write_it_hides_nothing() -> None:
    assert dangers_named("I don’t want to live") == ("self_harm",)


def test_an_excuse_excuses_its_own_sentence_only() -> None:
    assert dangers_named("I nearly killed myself laughing. Now I want to kill myself.") == ("self_harm",)
    assert dangers_named("he never hit me\nyesterday he choked me") == ("partner_abuse",)


@pytest.mark.parametrize("filler", ["", "so it was. " * 20, "so it was. " * (LONGEST // 11 + 100)])
@pytest.mark.parametrize("at_start", [True, False])
def test_it_is_heard_at_either_end_of_any_text(filler: str, at_start: bool) -> None:
    danger = "I want to die."
    assert dangers_named(f"{danger} {filler}" if at_start else f"{filler} {danger}") == ("self_harm",)


def test_control_characters_between_the_words_hide_nothing() -> None:
    assert dangers_named("I want\x00to\x07die") == ("self_harm",)


def test_the_shipped_patterns_hold_every_danger_with_words_to_find() -> None:
    loaded = load(PATTERNS)
    assert set(loaded) == set(DANGERS)
    assert all(find is not None for find, _ in loaded.values())


def write(path: Path, **changes: object) -> Path:
    """A patterns file with one word a danger, changed by `changes` (None takes a danger out)."""
    tables = {danger: {"find": [f"{danger} now"]} for danger in DANGERS}
    tables = {name: table for name, table in {**tables, **changes}.items() if table is not None}
    path.write_text(yaml.safe_dump({"patterns": tables}), encoding="utf-8")
    return path


def test_without_excuses_there_is_none(tmp_path: Path) -> None:
    find, excuse = load(write(tmp_path / "patterns.yml"))["self_harm"]
    assert find is not None
    assert find.search("SELF_HARM NOW")
    assert excuse is None


def test_alternatives_of_one_line_do_not_reach_into_the_next(tmp_path: Path) -> None:
    find, _ = load(write(tmp_path / "patterns.yml", self_harm={"find": ["^a|b$", "c"]}))["self_harm"]
    assert find is not None
    assert [bool(find.search(text)) for text in ("ax", "xb", "xcx", "xa", "bx")] == [True, True, True, False, False]


@pytest.mark.parametrize("changes", [{"self_harm": None}, {"sadness": {"find": ["sad"]}}])
def test_it_refuses_dangers_other_than_the_known_ones(tmp_path: Path, changes: dict) -> None:
    with pytest.raises(PatternsError, match="wants exactly"):
        load(write(tmp_path / "patterns.yml", **changes))


@pytest.mark.parametrize("key", ["find", "not"])
def test_it_refuses_what_is_no_expression_and_names_it(tmp_path: Path, key: str) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": ["x"], key: ["good", "(bad"]})
    with pytest.raises(PatternsError, match=r"patterns\.yml: '\(bad' is no regular expression"):
        load(path)
