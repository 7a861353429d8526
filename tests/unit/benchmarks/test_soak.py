"""Long random talks: what counts as a fault is found, and the page tells it."""

from __future__ import annotations

import datetime
from pathlib import Path

from benchmarks.soak import Soak, report, soaked, walk


def test_a_line_without_an_answer_is_a_fault() -> None:
    assert list(walk(lambda _sender, _text: [{"text": "I'm listening."}], 50, seed=1)) == []
    found = list(walk(lambda _sender, _text: [], 50, seed=1))
    assert len(found) == 50 and found[0].startswith("no answer to")


def test_people_walk_together_and_errors_in_the_logs_are_faults(tmp_path: Path) -> None:
    (tmp_path / "rasa.log").write_text("all well\n2026-11-27 12:00 ERROR something broke\n", encoding="utf-8")
    found = soaked(lambda _sender, _text: [{"text": "I'm listening."}], 200, 4, tmp_path)
    assert len(found.seconds) == 200
    assert found.faults == ["rasa.log: 2026-11-27 12:00 ERROR something broke"]
    (tmp_path / "rasa.log").write_text("2026-11-27 12:00 ERROR Failed to run custom action 'a'", encoding="utf-8")
    say = lambda _sender, _text: [{"text": "I'm listening."}]  # noqa: E731
    assert soaked(say, 8, 4, tmp_path, actions=False).faults == [] and soaked(say, 8, 4, tmp_path).faults


def test_the_page_tells_turns_faults_and_growth() -> None:
    soak = Soak(["no answer to 'hi'"], [1.0] * 50 + [2.0] * 50, [100.0, 900.0], [110.0, 1000.0])
    page = report({"both": soak}, 4, datetime.date(2026, 11, 27))
    assert "| both | 100 | 1 | 2.00 | 2.00 | +10 + +100 |" in page and "- no answer to 'hi'" in page
