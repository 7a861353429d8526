"""Expressions in data files: what to find in a plain sentence and what excuses it, put together from named words.

A file has `words` (a name and an expression each, written <name> elsewhere) and tables with lists `find` and `not`. How to write a line
stands at the top of `data/safety/patterns.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.literals import Prefilter

#: Stands where excused words were: no expression reaches across it.
MARK = "¤"

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_PLAINER = str.maketrans({**dict.fromkeys("'`´\u2018\u2019\"\u201c\u201d*_"), "-": " ", "&": " and ", "é": "e", "—": ",", "–": ","})
_NAME = re.compile(r"<(\w+)>")
_RUNS_ON = re.compile(r"(?<!\\)[*+]|\{\d+,\}")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")


class PatternsError(ValueError):
    """The patterns file cannot be used; the message names the line."""


@dataclass(frozen=True)
class Words:
    """Words to find in a plain sentence, and words that are a figure of speech, a denial or somebody else's affair."""

    find: re.Pattern[str]
    excuse: re.Pattern[str] | None
    prefilter: Prefilter

    def rest(self, sentence: str) -> str:
        """The sentence with a mark in place of what is excused."""
        return self.excuse.sub(MARK, sentence) if self.excuse else sentence

    def stand_in(self, sentence: str) -> bool:
        """Whether they stand in the sentence, outside what is excused."""
        return self.prefilter.stand_in(sentence) and (self.excuse is None or self.prefilter.stand_in(self.rest(sentence)))


def plain(sentence: str) -> str:
    """The sentence in small letters, with single spaces, without apostrophes, quotation marks and hyphens."""
    return " ".join(sentence.lower().translate(_PLAINER).split())


def plain_sentences(text: str) -> Iterator[str]:
    """The sentences of a text, as the expressions want them."""
    return filter(None, map(plain, _SENTENCE_END.split(text)))


def words_of(name: str, table: Mapping[str, Any], words: Mapping[str, str], path: Path) -> Words:
    """The expressions of one table.

    Raises:
        PatternsError: nothing to find, an unknown <name>, or an expression that does not compile or may run on without end.
    """
    find, excuse = ([_checked(expression, words, path) for expression in _flat(table.get(key, []))] for key in ("find", "not"))
    if not find:
        raise PatternsError(f"{path}: {name} has no words to find")
    return Words(
        find=re.compile(_any_of(find)),
        excuse=re.compile(_any_of(excuse)) if excuse else None,
        prefilter=Prefilter(_any_of([expression]) for expression in find),
    )


def _flat(entries: Iterable[Any]) -> Iterator[str]:
    """The expressions of a list: of lists within it too, and of a beginning (`- <he>:`) joined to those under it."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, Mapping):
            for beginning, ends in entry.items():
                yield f"{beginning}({'|'.join(_flat(ends))})"
        else:
            yield from _flat(entry)


def _any_of(expressions: Iterable[str]) -> str:
    """One expression for them all, which begins and ends with a word."""
    return rf"\b(?:{'|'.join(expressions)})(?!\w)"


def _checked(expression: str, words: Mapping[str, str], path: Path) -> str:
    """The expression with its named words filled in."""
    whole = expression
    while name := _NAME.search(whole):
        if name[1] not in words:
            raise PatternsError(f"{path}: {expression[:80]!r} has the unknown <{name[1]}>")
        whole = whole[: name.start()] + f"(?:{words[name[1]]})" + whole[name.end() :]
    if _RUNS_ON.search(whole):
        raise PatternsError(f"{path}: {expression[:80]!r} may run on without end")
    try:
        re.compile(whole)
    except re.error as error:
        raise PatternsError(f"{path}: {expression[:80]!r} is no regular expression: {error}") from error
    return f"(?:{_GROUP.sub('(?:', whole)})"
