"""What is learnt from words and letter groups, on a handful of messages."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.meaning import Meaning
from bot.understanding.labels import SCORES, SETS, slices, target
from bot.understanding.ngrams import Ngrams

KINDS = [
    ("he cheated on me with {}", Meaning(("infidelity",), "hurt")),
    ("how long does it take to forgive {}", Meaning(ask="how_long")),
    ("i lied to {} about the money", Meaning(("dishonesty",), "responsible")),
]
NAMES = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal")
TEXTS = [text.format(name) for text, _ in KINDS for name in NAMES]
TARGETS = np.stack([target(meaning, meaning.ask) for _, meaning in KINDS for _ in NAMES])


@pytest.fixture(scope="module")
def learnt() -> Ngrams:
    return Ngrams.learn(TEXTS, TARGETS)


@pytest.mark.parametrize("kind", range(len(KINDS)))
@pytest.mark.parametrize("name", ["somebody", "my wife"])
def test_what_was_learnt_is_found_in_other_words_beside_it(learnt: Ngrams, kind: int, name: str) -> None:
    text, meaning = KINDS[kind]
    (scores,) = learnt.scores([text.format(name)])
    for field, part in slices().items():
        right = target(meaning, meaning.ask)[part]
        if field in SETS:
            assert ((scores[part] > 0) == right).all()
        elif right.any():
            assert scores[part].argmax() == right.argmax()


def test_a_misspelt_word_is_near_the_right_one(learnt: Ngrams) -> None:
    infidelity = slices()["breaches"].start
    right, misspelt, other = learnt.scores(["he cheated", "he cheeted", "he walked"])[:, infidelity]
    assert other < misspelt < right


def test_a_text_of_nothing_it_knows_and_no_text_at_all_have_scores(learnt: Ngrams) -> None:
    assert learnt.scores(["", "?!", "早上好"]).shape == (3, SCORES)
    assert np.isfinite(learnt.scores([""])).all()


def test_what_is_written_to_a_file_is_read_back(learnt: Ngrams, tmp_path: Path) -> None:
    learnt.save(tmp_path / "ngrams.npz")
    assert Ngrams.load(tmp_path / "ngrams.npz").scores(TEXTS) == pytest.approx(learnt.scores(TEXTS))


def test_the_same_messages_teach_the_same(learnt: Ngrams) -> None:
    assert (Ngrams.learn(TEXTS, TARGETS).scores(TEXTS) == learnt.scores(TEXTS)).all()


def test_progress_is_shown_for_every_value() -> None:
    seen = []

    def show(steps, name, count):  # type: ignore[no-untyped-def]
        seen.append((name, count))
        for step in steps:
            seen.append(name)
            yield step

    Ngrams.learn(TEXTS, TARGETS, show)
    assert len(seen) == 1 + SCORES


def test_a_single_text_is_weighed_as_scikit_learn_weighs_those_it_learnt_from(learnt: Ngrams, tmp_path: Path) -> None:
    learnt.save(tmp_path / "ngrams.npz")
    found = np.load(tmp_path / "ngrams.npz")
    expected = np.tile(found["bias"], (len(TEXTS), 1))
    for name, settings in (("words", {"ngram_range": (1, 2)}), ("letters", {"analyzer": "char_wb", "ngram_range": (2, 5)})):
        known = {ngram: place for place, ngram in enumerate(found[name].tolist())}
        theirs = TfidfVectorizer(vocabulary=known, sublinear_tf=True, **settings).fit(TEXTS)
        expected += theirs.transform(TEXTS) @ found[f"{name}_weights"].astype(np.float32)
    assert learnt.scores(TEXTS) == pytest.approx(expected, abs=1e-3)
