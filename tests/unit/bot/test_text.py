"""How much of a text is read, and what it is made of."""

import pytest

from bot.text import LONGEST, READ_WHOLE, STRETCH, has_words, is_other_script, readable, stretches


@pytest.mark.parametrize("length", [0, 1, READ_WHOLE, LONGEST])
def test_a_text_up_to_the_longest_is_read_whole(length: int) -> None:
    assert readable("a" * length) == "a" * length


def test_of_a_longer_text_both_ends_are_read() -> None:
    text = "b" * READ_WHOLE + "m" * (LONGEST - 2 * READ_WHOLE + 1) + "e" * READ_WHOLE
    assert readable(text) == "b" * READ_WHOLE + " \n" + "e" * READ_WHOLE


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\r", "\x1b", "\x7f", "\x85", "\ud800", "\udfff"])
def test_control_characters_and_lone_surrogates_become_spaces(bad: str) -> None:
    assert readable(f"he{bad}lied") == "he lied"


def test_line_ends_tabs_and_every_script_are_kept() -> None:
    text = "he\nlied\tto मुझे 😢 «é»"
    assert readable(text) == text


@pytest.mark.parametrize("text", ["a", "he lied", "été", "मैं", "他", "7 days", "😢 why"])
def test_a_letter_of_any_script_makes_words(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize("text", ["", "  \n", "123", "7/10", "?!...", "😢💔", "1️⃣", "_", "½", "10²"])
def test_emoji_digits_and_punctuation_are_no_words(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize("text", ["он мне изменил", "मेरे पति ने झूठ बोला", "他骗了我", "كذب علي", "он lied мне снова"])
def test_mostly_other_letters_are_another_script(text: str) -> None:
    assert is_other_script(text)


@pytest.mark.parametrize("text", ["", "he lied", "été à l'hôtel", "12345 😢", "he said нет to me", "ab он"])
def test_mostly_latin_letters_or_none_are_not(text: str) -> None:
    assert not is_other_script(text)


def test_sentences_are_put_together_into_stretches_that_lose_no_word() -> None:
    sentences = [
        "I went to the shops.",
        "It rained all day long.",
        " ".join(f"w{number}" for number in range(60)) + ".",
        "He hit me.",
        "Then tea.",
    ]
    found = stretches(sentences)
    assert found[0] == "I went to the shops. It rained all day long." and found[-1] == "He hit me. Then tea."
    assert all(len(stretch.split()) <= STRETCH for stretch in found)
    assert set(" ".join(sentences).split()) == set(" ".join(found).split())


def test_a_long_sentence_is_cut_so_that_what_stands_at_a_cut_stands_whole_in_the_next_stretch() -> None:
    words = [f"w{number}" for number in range(100)]
    found = stretches([" ".join(words)])
    for start in range(len(words) - 9):
        assert any(" ".join(words[start : start + 9]) in stretch for stretch in found), start


def test_nothing_has_no_stretches() -> None:
    assert stretches([]) == stretches([""]) == []
