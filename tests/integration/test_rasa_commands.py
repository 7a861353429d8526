"""Rasa's own commands work from the root, and pass."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bot.cli import servers
from bot.settings import PROJECT

pytestmark = pytest.mark.model


def rasa(tmp_path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, **servers.QUIET, "MEND_DATA_DIR": str(tmp_path)}
    return subprocess.run([sys.executable, "-m", "rasa", *arguments], cwd=PROJECT, env=environ, capture_output=True, text=True)


def test_stories_hold_when_their_text_is_really_parsed(tmp_path) -> None:
    done = rasa(
        tmp_path, "test", "core", "--stories", "tests/stories", "--e2e", "--fail-on-prediction-errors",
        "--model", str(servers.MODEL), "--out", str(tmp_path / "results"),
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "Finished collecting predictions" in done.stdout + done.stderr


def test_a_wrong_prediction_fails_the_story_run(tmp_path) -> None:
    (tmp_path / "test_wrong.yml").write_text(
        "stories:\n- story: a greeting taken for danger\n  steps:\n  - user: |\n      hello\n    intent: crisis_self_harm\n"
        "  - action: utter_crisis_self_harm\n",
        encoding="utf-8",
    )
    done = rasa(
        tmp_path, "test", "core", "--stories", str(tmp_path), "--e2e", "--fail-on-prediction-errors",
        "--model", str(servers.MODEL), "--out", str(tmp_path / "results"),
    )  # fmt: skip
    assert done.returncode != 0
    assert "WrongPredictionException" in done.stdout + done.stderr


def test_a_bare_train_finds_the_data_valid_and_nothing_to_do(tmp_path) -> None:
    done = rasa(tmp_path, "train", "--dry-run", "--fail-on-validation-warnings")
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-3000:]
    assert "No story structure conflicts found" in said
    assert "No training of components required" in said
