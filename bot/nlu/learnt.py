"""Where what was learnt is kept, so that it is not learnt anew when something else changes: beside Rasa's own cache."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rasa.engine.caching import LocalTrainingCache
from tqdm import tqdm


def kept(what: str, version: str, learn: Callable[[Path], None]) -> Path:
    """The folder that `learn(folder)` fills, once for each `version` of `what`; an earlier version is let go.

    Rasa learns anew whenever a story names another action or the facts that spaCy finds change, though nothing of it is learnt from there.
    """
    folder: Path = LocalTrainingCache._get_cache_location() / "learnt" / what / version  # no public name for it
    if not folder.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        with tempfile.TemporaryDirectory() as beginning:
            learn(Path(beginning))
            whole = shutil.copytree(beginning, folder.with_suffix(".part"), dirs_exist_ok=True)
        whole.rename(folder)  # cut short, it is not taken for whole
    return folder


def shown(steps: Iterable[Any], name: str, count: int) -> Iterable[Any]:
    """`steps` with their progress on the terminal."""
    return tqdm(steps, desc=name, total=count, unit="step", mininterval=2)
