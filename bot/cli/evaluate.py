"""`mend evaluate`: how well the trained model reads messages that nobody learnt from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from bot.cli import servers
from bot.settings import PROJECT

if TYPE_CHECKING:
    from bot.evaluation.figures import Figure, Row

HELD_OUT = PROJECT / "tests" / "nlu"
#: Half of the held-out messages whose errors may be read, and the half the figures are told on.
ERRORS, FIGURES = HELD_OUT / "held_out_errors.jsonl", HELD_OUT / "held_out_figures.jsonl"
FLOORS = HELD_OUT / "floors.yml"
REPORT = PROJECT / "results" / "evaluation"


@click.command("evaluate")
def command() -> None:
    """Read the held-out messages with the trained model, print the figures and write a report with pictures; trains nothing."""
    from tqdm import tqdm

    from bot.evaluation import figures as measured
    from bot.evaluation import report
    from bot.nlu.parser import parser

    if not servers.MODEL.exists():
        raise click.ClickException("There is no model to evaluate: run `make train` first.")
    parse = parser(servers.MODEL)
    halves = [[read(row, parse) for row in tqdm(measured.load(path), desc=path.stem, unit="message")] for path in (ERRORS, FIGURES)]
    found = measured.figures(halves[1])
    for field in measured.VALUES:
        for label in measured.labels(halves[1], field):
            click.echo(f"{field:9} {label.value:16} P {label.precision.value:.3f}  R {label.recall.value:.3f}  F1 {label.f1:.3f}")
    for name, figure in found.items():
        click.echo(f"{name:24} {figure}")
    target = report.write(REPORT, found, halves[1], halves[0], f"{len(halves[1])} held-out messages, model `{servers.MODEL.name}`.")
    click.echo(f"The report, with pictures and the worst errors: {target.relative_to(PROJECT)}")
    fallen = below(found)
    if fallen:
        raise click.ClickException("Below its floor: " + "; ".join(fallen) + ".")


def read(row: Row, parse: Callable[[str], dict[str, Any]]) -> Row:
    """The row with how it was read."""
    from bot.meaning import Meaning

    found = parse(row.text)
    return replace(row, read=Meaning.from_labels(found["meaning"]), intent=found["intent"]["name"])


def below(found: dict[str, Figure], floors: Path = FLOORS) -> list[str]:
    """The figures that are worse than what `floors` allows, each as a sentence without a message in it."""
    allowed: dict[str, dict[str, float]] = yaml.safe_load(floors.read_text(encoding="utf-8"))["floors"]
    fallen = []
    for name, bound in allowed.items():
        value = found[name].value
        if value < bound.get("at_least", 0.0) or value > bound.get("at_most", 1.0):
            limits = " and ".join(f"{limit.replace('_', ' ')} {least}" for limit, least in bound.items())
            fallen.append(f"{name} is {value:.3f}, allowed {limits}")
    return fallen
