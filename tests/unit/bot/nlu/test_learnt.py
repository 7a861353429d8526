"""What was learnt is kept until it would be learnt otherwise (imports rasa)."""

from pathlib import Path

import pytest

from bot.nlu.learnt import kept


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rasa's cache in a folder of its own."""
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path))
    return tmp_path


def write(folder: Path) -> None:
    (folder / "learnt.txt").write_text("all of it", encoding="utf-8")


def test_it_is_learnt_once_for_each_version_and_an_earlier_one_is_let_go() -> None:
    def not_again(folder: Path) -> None:
        raise AssertionError("learnt again")

    first = kept("answers", "1", write)
    assert (first / "learnt.txt").read_text(encoding="utf-8") == "all of it"
    assert kept("answers", "1", not_again) == first
    assert kept("meaning", "9", write).exists() and first.exists()
    assert kept("answers", "2", write).exists() and not first.exists()


def test_what_was_cut_short_is_not_taken_for_whole() -> None:
    def breaks(folder: Path) -> None:
        write(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept("answers", "1", breaks)
    assert (kept("answers", "1", write) / "learnt.txt").exists()
