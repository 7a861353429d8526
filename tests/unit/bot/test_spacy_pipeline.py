"""Our spaCy pipeline, built once for these tests into a folder of their own."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import spacy

from bot import facts, spacy_pipeline
from bot.spacy_pipeline import LONGEST_PIECE, MOST_SENTENCES, build, read, sentences
from bot.text import LONGEST, READ_WHOLE


@pytest.fixture(scope="session")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The pipeline as built and loaded from disk."""
    return spacy.load(build(tmp_path_factory.mktemp("models") / "mend_en"))


def test_a_message_is_cut_into_words(nlp: Any) -> None:
    assert [token.text for token in read(nlp, "He didn't say, did he?")] == [
        "He", "did", "n't", "say", ",", "did", "he", "?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "lemma"), [("children", "child"), ("lied", "lie"), ("wives", "wife"), ("cheated", "cheat"), ("were", "be")]
)
def test_words_have_their_lemmas(nlp: Any, word: str, lemma: str) -> None:
    assert read(nlp, f"the {word}")[1].lemma_ == lemma


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("He lied. I cried! Why?", ["He lied.", "I cried!", "Why?"]),
        ("one line\nanother line", ["one line", "another line"]),
        ("वह गया। मैं रोई।", ["वह गया।", "मैं रोई।"]),
        ("no end", ["no end"]),
        ("Well… I left.", ["Well…", "I left."]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_a_message_is_cut_into_sentences_without_blanks(nlp: Any, text: str, wanted: list[str]) -> None:
    assert sentences(read(nlp, text)) == wanted


@pytest.mark.parametrize("count", [MOST_SENTENCES, 3 * MOST_SENTENCES])
def test_up_to_what_is_read_whole_every_sentence_is_kept(nlp: Any, count: int) -> None:
    whole = [f"It was day {number}." for number in range(count)]
    assert len(" ".join(whole)) <= READ_WHOLE
    assert sentences(read(nlp, " ".join(whole))) == whole


def test_a_sentence_without_an_end_is_read_in_pieces(nlp: Any) -> None:
    words = ["and", "then"] * LONGEST_PIECE
    pieces = sentences(read(nlp, " ".join(words)))
    assert [len(piece.split()) for piece in pieces] == [LONGEST_PIECE, LONGEST_PIECE]
    assert " ".join(pieces).split() == words


def test_of_more_sentences_both_ends_and_an_even_choice_between_are_kept(nlp: Any) -> None:
    whole = [f"It was day {number}." for number in range(200)]
    kept = [whole.index(sentence) for sentence in sentences(read(nlp, " ".join(whole)))]
    assert len(kept) == MOST_SENTENCES
    assert kept[:8] == list(range(8))
    assert kept[-8:] == list(range(192, 200))
    assert kept == sorted(set(kept))
    gaps = {after - before for before, after in pairwise(kept[8:-8])}
    assert max(gaps) - min(gaps) <= 1


def test_of_a_text_longer_than_a_channel_takes_both_ends_are_read(nlp: Any) -> None:
    doc = read(nlp, "first. " + "so " * LONGEST + "last.")
    assert len(doc.text) == 2 * READ_WHOLE + 2
    assert doc.text.startswith("first.")
    assert doc.text.endswith("last.")


def test_a_pipeline_that_is_there_is_not_built_again(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "meta.json").write_text("as it was")
    assert build(tmp_path / "there") == tmp_path / "there"
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["meta.json"]
    assert (tmp_path / "there" / "meta.json").read_text() == "as it was"


def test_a_build_that_broke_off_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "mend_en.new").mkdir()
    (tmp_path / "mend_en.new" / "left").write_text("half")
    assert spacy.load(build(tmp_path / "mend_en")).pipe_names == ["sentencizer", "lemmatizer", "entity_ruler"]
    assert not (tmp_path / "mend_en.new").exists()


def test_another_lexicon_is_another_pipeline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = spacy_pipeline.folder()
    changed = tmp_path / "lexicon.yml"
    changed.write_text(spacy_pipeline.LEXICON.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(spacy_pipeline, "LEXICON", changed)
    assert spacy_pipeline.folder() != before
    assert spacy_pipeline.folder().name == f"mend_en-{spacy_pipeline.fingerprint()}"


def test_what_facts_look_for_is_compiled_when_the_pipeline_is_loaded() -> None:
    facts.ways.cache_clear()
    spacy_pipeline.load()
    assert facts.ways.cache_info().currsize == 1
