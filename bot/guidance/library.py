"""Texts and words under `data/guidance/`: loaded once, checked, looked up by name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.settings import PROJECT

GUIDANCE = PROJECT / "data" / "guidance"
#: Top keys that belong to Rasa; a file that used one would be merged into the model without a word.
RASA_KEYS = {
    "version",
    "nlu",
    "rules",
    "stories",
    "responses",
    "intents",
    "entities",
    "slots",
    "forms",
    "actions",
    "session_config",
}


class GuidanceError(ValueError):
    """A content file that cannot be used; the message names file and entry."""


@lru_cache(maxsize=2)
def load(folder: Path = GUIDANCE) -> dict[str, dict[str, Any]]:
    """Everything under `folder`, by top key: `guidance` holds responses, the other keys hold words to fill in.

    Raises:
        GuidanceError: a file is malformed, uses a key of Rasa's, or repeats an entry.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise GuidanceError(f"{path}: is no YAML: {error}") from error
        if not isinstance(content, dict) or not all(isinstance(entries, dict) for entries in content.values()):
            raise GuidanceError(f"{path}: wants named entries under named keys")
        if RASA_KEYS & set(content):
            raise GuidanceError(f"{path}: {sorted(RASA_KEYS & set(content))} would be read by Rasa; use another key")
        for key, entries in content.items():
            repeated = set(entries) & set(found.setdefault(key, {}))
            if repeated:
                raise GuidanceError(f"{path}: {sorted(repeated)} under {key} stand in another file too")
            found[key].update(entries)
    return found


def words(key: str) -> dict[str, str]:
    """The words under one top key, such as `reasons`."""
    return load()[key]
