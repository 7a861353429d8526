"""How well messages are read that nobody who wrote training messages has seen.

The floors lie a little under what was measured (`make evaluate`), so that a change for the worse fails. A failure prints figures, never
messages: those of `held_out_figures.jsonl` nobody has read, and who reads them can no longer be measured by them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cli import evaluate, servers
from bot.evaluation import figures
from bot.evaluation.figures import Row
from tests.contracts.project import PROJECT

pytestmark = pytest.mark.model


def rows(name: str) -> list[dict[str, Any]]:
    """The labelled messages of a test set."""
    return [json.loads(line) for line in (PROJECT / "tests" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def parse(talk: Any, text: str) -> dict[str, Any]:
    """What the running server reads in `text`."""
    return servers.post(f"http://127.0.0.1:{talk.settings.port}/model/parse", {"text": text})


@pytest.fixture(scope="module")
def read(talk) -> list[Row]:
    return [evaluate.read(row, lambda text: parse(talk, text)) for row in figures.load(evaluate.FIGURES)]


def test_messages_nobody_learnt_from_are_read_as_well_as_before(read: list[Row]) -> None:
    assert evaluate.below(figures.figures(read)) == []
