"""What an expression cannot do without, and that a prefilter finds neither more nor less than the expressions."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.literals import Prefilter, one_of
from bot.safety import patterns
from bot.settings import PROJECT


@pytest.mark.parametrize(
    ("expression", "strings"),
    [
        ("poison", {"poison"}),
        (r"\bhe (hits|kicks) me", {"hits", "kicks"}),
        ("(hurt|harm) (my|her) kids", {" kids"}),
        ("a( big)? knife", {" knife"}),
        ("(very ){1,3}drunk", {"drunk"}),
        ("no(?! gun)where", {"where"}),
        ("(?<!toy )gun", {"gun"}),
        ("stab|shot", {"tab", "hot"}),
        ("killed|i", set()),
        (r"\w{3,5} [abc]it", set()),
        ("(knife)?", set()),
    ],
)
def test_the_letters_that_an_expression_cannot_do_without(expression: str, strings: set[str]) -> None:
    assert one_of(expression) == strings


def test_an_expression_that_does_not_compile_is_an_error() -> None:
    with pytest.raises(re.error):
        one_of("(unfinished")


def test_expressions_are_found_wherever_they_stand_and_without_letters_of_their_own_too() -> None:
    prefilter = Prefilter([r"\bhits? me\b", r"\bknif(e|es)\b", r"\b(i|u)\b"])
    assert all(prefilter.stand_in(text) for text in ("hits me", "and he hit me", "two knives, one knife", "u", "what i"))
    assert not any(prefilter.stand_in(text) for text in ("", "hi", "hits men", "knifed", "she hits him"))


def test_the_patterns_of_danger_find_the_same_with_the_prefilter_as_without() -> None:
    tables = [*patterns.load().dangers.items(), *patterns.load().whose.items()]
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            for example in block["examples"][::40]:
                for sentence in patterns.load().sentences(example["text"]):
                    for name, words in tables:
                        assert words.prefilter.stand_in(sentence) == bool(words.find.search(sentence)), (name, sentence)
