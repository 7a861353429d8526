"""What a component learnt, out of a trained model's archive."""

from __future__ import annotations

import tarfile
from pathlib import Path


def part(archive: Path, component: str, folder: Path) -> Path:
    """Unpack what `component` (its class by name) learnt into `folder`, and say where it is."""
    with tarfile.open(archive) as model:
        members = [member for member in model if component in member.name]
        model.extractall(folder, members)
    return folder / next(member.name for member in members if member.isdir())
