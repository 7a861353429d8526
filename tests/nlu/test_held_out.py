"""How well messages are read that nobody who wrote training messages has seen.

The floors lie a little under what was measured, so that a change for the worse fails. A failure prints figures, never messages: who
reads them can no longer be measured by them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from bot.cli import servers
from tests.contracts.project import PROJECT

pytestmark = pytest.mark.model

#: Share of messages read exactly right, a field.
FLOORS = {"breaches": 0.60, "role": 0.74, "route": 0.88, "ask": 0.90}


def rows(name: str) -> list[dict[str, Any]]:
    """The labelled messages of a test set."""
    return [json.loads(line) for line in (PROJECT / "tests" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def meaning(talk: Any, text: str) -> dict[str, Any]:
    """What the running server reads in `text`."""
    return servers.post(f"http://127.0.0.1:{talk.settings.port}/model/parse", {"text": text})["meaning"]


def share(hits: Iterable[bool]) -> float:
    """The share of hits that are true."""
    counted = list(hits)
    return sum(counted) / len(counted)


@pytest.fixture(scope="module")
def read(talk) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(row, meaning(talk, row["text"])) for row in rows("nlu/held_out")]


@pytest.mark.parametrize("field", FLOORS)
def test_messages_nobody_learnt_from_are_read_as_well_as_before(read, field: str) -> None:
    right = share(sorted(row[field]) == sorted(found[field]) for row, found in read)
    assert right >= FLOORS[field], f"{field}: {right:.2f}"


def test_a_danger_in_them_is_noticed(read) -> None:
    noticed = share(set(found["safety"]) != {"none"} for row, found in read if row["safety"] != ["none"])
    assert noticed >= 0.80, f"{noticed:.2f}"
