"""Which dangers a text's own words name, read sentence by sentence from `data/safety/patterns.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from bot.meaning import DANGERS, ordered
from bot.settings import PROJECT
from bot.text import readable

PATTERNS = PROJECT / "data" / "safety" / "patterns.yml"

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


class PatternsError(ValueError):
    """The patterns file cannot be used; the message names the line."""


def dangers_named(text: str) -> tuple[str, ...]:
    """The dangers whose words stand in `text`, most urgent first; empty when none does.

    Only the readable part is searched: everything up to 10,000 characters, both ends above.
    """
    text = readable(text).replace("\u2019", "'")
    found = set()
    for sentence in _SENTENCE_END.split(text):
        for danger, (find, exclude) in load().items():
            if find.search(sentence) and not (exclude and exclude.search(sentence)):
                found.add(danger)
    return ordered(found, DANGERS)


@lru_cache(maxsize=2)
def load(path: Path = PATTERNS) -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """Compile the patterns: danger -> (words to find, words that excuse the sentence or None).

    Raises:
        PatternsError: a danger the annotation does not know or lacks, or an expression that does not compile.
    """
    tables = yaml.safe_load(path.read_text(encoding="utf-8"))["patterns"]
    if set(tables) != set(DANGERS):
        raise PatternsError(f"{path}: wants exactly {sorted(DANGERS)}, has {sorted(tables)}")
    return {danger: (_any_of(table["find"], path), _any_of(table.get("not", []), path)) for danger, table in tables.items()}  # type: ignore[misc]


def _any_of(expressions: list[str], path: Path) -> re.Pattern[str] | None:
    for expression in expressions:
        try:
            re.compile(expression)
        except re.error as error:
            raise PatternsError(f"{path}: {expression!r} is no regular expression: {error}") from error
    return re.compile("|".join(f"(?:{expression})" for expression in expressions), re.IGNORECASE) if expressions else None
