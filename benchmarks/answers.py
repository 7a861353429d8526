"""How often answers about danger are understood that nobody learnt from, and how often one is wrongly taken for "all is well".

    python -m benchmarks.answers [--model FOLDER]

Reads tests/safety/answers.yml with the trained model; writes docs/benchmarks/answers.md. Prints figures, never answers.
"""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import yaml

from benchmarks.trained import part
from bot.cli import servers
from bot.evaluation.figures import Figure, share
from bot.safety import answers
from bot.safety.answers import AnswerModel
from bot.safety.talk import UNCLEAR, Heard, follows, load
from bot.settings import PROJECT

SET = PROJECT / "tests" / "safety" / "answers.yml"
PAGE = PROJECT / "docs" / "benchmarks" / "answers.md"

Answer = dict[str, Any]
Understood = Callable[[str, str], str]


def answers_held_out() -> list[Answer]:
    """Answers with what they mean: `question`, `value` and `text`."""
    found: list[Answer] = yaml.safe_load(SET.read_text(encoding="utf-8"))["answers"]
    return found


def believed(model: AnswerModel) -> Understood:
    """What is believed of an answer: that all is well only where it is sure."""

    def read(question: str, text: str) -> str:
        meant = model.read(question, text)
        return meant.value if meant.is_sure else UNCLEAR

    return read


def by_words(question: str, text: str) -> str:
    """What expressions and first words make of an answer, as before anything was learnt: the value whose way it takes, or unclear."""
    talk = load()
    step = next(name for name, asked in talk.questions.items() if asked == question)
    base, *rest = step.split(".")
    level = "now" if "now" in rest else "explicit"
    danger = next(name for name in ("self_harm", "partner_abuse", "harm_to_others", "child_at_risk") if name in base)
    whose = next((part for part in rest if part != "now"), "")
    led = follows(base, Heard(text, "share_feeling"), Heard("", "", danger, True, level, whose))
    ways = talk.steps[step]
    return next((value for value in answers.load()[0][question].values if led and ways.get(value) == led), UNCLEAR)


def figures(held: Sequence[Answer], understood: Understood) -> dict[str, Figure]:
    """Shares of `held`: `right`; `well`, of those that are not well, taken for it; `lost`, of the clear ones, not understood."""
    questions = answers.load()[0]
    said = [understood(one["question"], one["text"]) for one in held]
    well = [questions[one["question"]].all_is_well for one in held]
    return {
        "right": share([value == one["value"] for value, one in zip(said, held, strict=True)]),
        "well": share([value in best for value, one, best in zip(said, held, well, strict=True) if best and one["value"] not in best]),
        "lost": share([value == UNCLEAR for value, one in zip(said, held, strict=True) if one["value"] != UNCLEAR]),
    }


def report(held: Sequence[Answer], understood: Understood, day: datetime.date) -> str:
    """The page."""
    rows = ["| question | understood | taken for well | not understood |", "|---|---|---|---|"]
    for name in answers.load()[0]:
        found = figures([one for one in held if one["question"] == name], understood)
        rows.append(f"| {name} | {found['right']} | {found['well']} | {found['lost']} |")
    for name, reader in (("all", understood), ("all, by expressions as before", by_words)):
        found = figures(held, reader)
        rows.append(f"| {name} | {found['right']} | {found['well']} | {found['lost']} |")
    return f"""# What answers about danger mean

Written by `python -m benchmarks.answers`, {day}. Of {len(held)} answers by somebody who saw what the questions and their meanings are and
nothing that was learnt from, two thirds of them no plain yes or no. "Taken for well": of those that say there is danger, or nothing, how
many are taken to say that all is well. "Not understood" ones are asked once more, or led on as if nobody could help.

{chr(10).join(rows)}
"""


@click.command(help=__doc__)
@click.option("--model", type=click.Path(path_type=Path), default=servers.MODEL, help="A trained model, or a folder of what was learnt.")
def command(model: Path) -> None:
    """Measure, and tell."""
    with tempfile.TemporaryDirectory() as folder:
        reader = AnswerModel.load(model if model.is_dir() else part(model, "SafetyPolicy", Path(folder)))
        page = report(answers_held_out(), believed(reader), datetime.date.today())
    PAGE.write_text(page, encoding="utf-8")
    click.echo(page)


if __name__ == "__main__":
    command()
