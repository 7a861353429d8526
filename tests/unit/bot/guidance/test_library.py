"""Texts and words under data/guidance."""

from pathlib import Path

import pytest

from bot.guidance.library import GuidanceError, load, words


def test_every_file_of_the_project_loads() -> None:
    found = load()
    assert "utter_introduction" in found["guidance"]
    assert {"reasons", "kinds", "roles", "steps", "states", "directions", "suggestions", "trends"} <= set(found)


def test_words_are_looked_up_by_their_key() -> None:
    assert words("kinds")["infidelity"] == "infidelity"
    with pytest.raises(KeyError):
        words("no such words")


def test_the_same_key_in_two_files_is_joined(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("reasons: {one: first}")
    (tmp_path / "b.yml").write_text("reasons: {two: second}\nother: {x: y}")
    assert load(tmp_path) == {"reasons": {"one": "first", "two": "second"}, "other": {"x": "y"}}


def test_it_refuses_an_entry_that_stands_in_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("reasons: {one: first}")
    (tmp_path / "b.yml").write_text("reasons: {one: second}")
    with pytest.raises(GuidanceError, match=r"b\.yml: \['one'\] under reasons"):
        load(tmp_path)


@pytest.mark.parametrize("key", ["responses", "nlu", "slots", "version"])
def test_it_refuses_a_key_that_rasa_would_read(tmp_path: Path, key: str) -> None:
    (tmp_path / "a.yml").write_text(f"{key}: {{one: first}}")
    with pytest.raises(GuidanceError, match=f"{key}.*would be read by Rasa"):
        load(tmp_path)


@pytest.mark.parametrize("content", ["", "- a list", "reasons: a text", "reasons: [a]", "reasons:"])
def test_it_refuses_what_is_not_named_entries_under_named_keys(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.yml").write_text(content)
    with pytest.raises(GuidanceError, match=r"a\.yml: wants named entries"):
        load(tmp_path)


def test_it_refuses_a_file_that_is_no_yaml_and_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("reasons: {one: 'never closed")
    with pytest.raises(GuidanceError, match=r"a\.yml"):
        load(tmp_path)
