"""The report of an evaluation: tables as Markdown, confusion as pictures, and the messages that were read worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.evaluation.figures import VALUES, Figure, Label, Row, labels, parts, wrong_fields
from bot.evaluation.figures import figures as figures_of

#: Messages listed as read worst.
_WORST = 60


def write(folder: Path, figures: Mapping[str, Figure], told_on: Sequence[Row], errors_of: Sequence[Row], about: str) -> Path:
    """Write `report.md` and a picture a field into `folder`, and give the report's path.

    Args:
        folder: made if missing.
        figures: by name, as `bot.evaluation.figures.figures` gives them.
        told_on: the messages the figures and pictures are of.
        errors_of: the other half, whose errors may be read.
        about: one line on what was measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["# How well messages are read", "", about, "", "| figure | value (95 % interval) |", "|---|---|"]
    lines += [f"| {name} | {figure} |" for name, figure in figures.items()]
    lines += ["", "## Where errors lie", "", *by_part({name: figures_of(those) for name, those in parts(told_on).items()})]
    for field in VALUES:
        picture = folder / f"{field}.png"
        draw(picture, field, told_on)
        lines += [
            "",
            f"## {field}",
            "",
            f"![{field}: rows as labelled, columns as read]({picture.name})",
            "",
            *table(labels(told_on, field)),
        ]
    lines += ["", "## Read worst", "", "Of the half whose errors may be read; those that missed a danger, or invented one, come first.", ""]
    worst = sorted((row for row in errors_of if wrong_fields(row)), key=_badness, reverse=True)[:_WORST]
    lines += [line for row in worst for line in _told(row)]
    target = folder / "report.md"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def by_part(found: Mapping[str, Mapping[str, Figure]]) -> list[str]:
    """Figures by part of the messages as lines of a Markdown table: the value, and of how many messages; empty where of none."""
    lines = [f"| figure | {' | '.join(found)} |", "|---" * (1 + len(found)) + "|"]
    for name in dict.fromkeys(name for of in found.values() for name in of):
        cells = [f"{of[name].value:.3f} ({of[name].count})" if name in of and of[name].count else "" for of in found.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def table(found: Sequence[Label]) -> list[str]:
    """Precision, recall and F1 a label, as lines of a Markdown table."""
    lines = ["| label | precision | recall | F1 | messages |", "|---|---|---|---|---|"]
    for label in found:
        shares = f"{label.precision.value:.3f} | {label.recall.value:.3f} | {label.f1:.3f}"
        lines.append(f"| {label.value} | {shares} | {label.recall.count} |")
    return lines


def confusion(rows: Sequence[Row], field: str) -> tuple[list[str], np.ndarray]:
    """How often each labelled set of values (row) was read as which (column): their names, and the counts."""
    pairs = [tuple(" + ".join(VALUES[field](meaning)) or "none" for meaning in (row.gold, row.read)) for row in rows]
    names = sorted({name for pair in pairs for name in pair})
    counts = np.zeros((len(names), len(names)), int)
    for gold, read in pairs:
        counts[names.index(gold), names.index(read)] += 1
    return names, counts


def draw(picture: Path, field: str, rows: Sequence[Row]) -> None:
    """The confusion of one field as a picture: darker is more, of the messages labelled so."""
    from matplotlib.figure import Figure as Canvas

    names, counts = confusion(rows, field)
    size = 2.5 + 0.45 * len(names)
    canvas = Canvas(figsize=(size + 1.5, size), layout="constrained")
    axes: Any = canvas.subplots()
    axes.imshow(counts / np.maximum(counts.sum(1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("as read")
    axes.set_ylabel("as labelled")
    axes.set_title(field)
    for row, column in zip(*np.nonzero(counts), strict=True):
        share = counts[row, column] / counts[row].sum()
        axes.text(column, row, counts[row, column], ha="center", va="center", fontsize=8, color="white" if share > 0.5 else "black")
    canvas.savefig(picture, dpi=110)


def _badness(row: Row) -> tuple[bool, int]:
    return bool(row.gold.dangers) != bool(row.read.dangers), len(wrong_fields(row))


def _told(row: Row) -> list[str]:
    wrong = [f"{field} {_named(row.gold, field)}, read {_named(row.read, field)}" for field in wrong_fields(row)]
    return [f"- {row.text.strip()!r}", f"  - {'; '.join(wrong)}"]


def _named(meaning: Any, field: str) -> str:
    return " + ".join(VALUES[field](meaning)) or "none"
