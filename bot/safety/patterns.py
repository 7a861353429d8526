"""Which dangers a text's own words name, and whose they are, read sentence by sentence from `data/safety/patterns.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.meaning import DANGERS, ordered
from bot.settings import PROJECT
from bot.text import readable

PATTERNS = PROJECT / "data" / "safety" / "patterns.yml"

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

    def rest(self, sentence: str) -> str:
        """The sentence with a mark in place of what is excused."""
        return self.excuse.sub(MARK, sentence) if self.excuse else sentence

    def stand_in(self, sentence: str) -> bool:
        """Whether they stand in the sentence, outside what is excused."""
        found = self.find.search(sentence)
        if found and self.excuse:
            found = self.find.search(self.rest(sentence))
        return found is not None


@dataclass(frozen=True)
class Patterns:
    """The whole file: words by danger, words that say whose deed or danger it is, and other ways to write a word."""

    dangers: Mapping[str, Words]
    whose: Mapping[str, Words]
    spelling: re.Pattern[str]
    spellings: Mapping[str, str]

    def sentences(self, text: str) -> Iterator[str]:
        """The sentences of the readable part of a text, as the expressions want them.

        That is in small letters, with single spaces, without apostrophes, quotation marks and hyphens, in the usual spelling.
        """
        for sentence in _SENTENCE_END.split(readable(text)):
            plain = " ".join(sentence.lower().translate(_PLAINER).split())
            if plain:
                yield self.spelling.sub(lambda found: self.spellings[found[0]], plain)


def dangers_named(text: str) -> tuple[str, ...]:
    """The dangers whose words stand in `text`, most urgent first; empty when none does.

    Only the readable part is searched: everything up to 10,000 characters, both ends above.
    """
    patterns = load()
    found: set[str] = set()
    for sentence in patterns.sentences(text):
        found.update(danger for danger, words in patterns.dangers.items() if danger not in found and words.stand_in(sentence))
    return ordered(found, DANGERS)


def done_by_writer(text: str) -> bool:
    """Whether the writer tells in so many words of violence or control of their own towards the partner.

    What was done to the writer is not, nor what somebody else did, what is denied or only claimed by others, nor plain
    self-defence. Where both did it, it is true: what the writer did counts, whatever was done to them.
    """
    patterns = load()
    return any(patterns.whose["by_writer"].stand_in(sentence) for sentence in patterns.sentences(text))


def partner_threatens_self_harm(text: str) -> bool:
    """Whether the danger of self-harm in `text` is the partner's or ex-partner's, threatened or feared, and not the writer's own too."""
    patterns = load()
    theirs, any_self_harm = patterns.whose["partner_self_harm"], patterns.dangers["self_harm"]
    heard = False
    for sentence in patterns.sentences(text):
        heard = heard or theirs.stand_in(sentence)
        if any_self_harm.stand_in(theirs.find.sub(MARK, sentence)):
            return False
    return heard


@lru_cache(maxsize=2)
def load(path: Path = PATTERNS) -> Patterns:
    """Read and compile the patterns.

    Raises:
        PatternsError: a danger the annotation does not know or lacks, an unknown <name>, or an expression that does not
            compile or may run on without end (`*`, `+`), for then a long message could hold up the talk.
    """
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    if set(file["patterns"]) != set(DANGERS):
        raise PatternsError(f"{path}: wants exactly {sorted(DANGERS)}, has {sorted(file['patterns'])}")
    words, spellings = file.get("words", {}), file.get("spellings", {})
    compiled = {name: _words(name, table, words, path) for name, table in {**file["patterns"], **file.get("whose", {})}.items()}
    return Patterns(
        dangers={danger: compiled[danger] for danger in DANGERS},
        whose={name: compiled[name] for name in file.get("whose", {})},
        spelling=re.compile(
            r"\b(?:" + "|".join(sorted(map(re.escape, spellings), key=len, reverse=True)) + r")\b" if spellings else r"(?!)"
        ),
        spellings=spellings,
    )


def _words(name: str, table: Mapping[str, Any], words: Mapping[str, str], path: Path) -> Words:
    find, excuse = (_any_of(_flat(table.get(key, [])), words, path) for key in ("find", "not"))
    if find is None:
        raise PatternsError(f"{path}: {name} has no words to find")
    return Words(find, excuse)


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


def _any_of(expressions: Iterable[str], words: Mapping[str, str], path: Path) -> re.Pattern[str] | None:
    """One expression for them all; each begins and ends with a word."""
    alternatives = [_checked(expression, words, path) for expression in expressions]
    return re.compile(rf"\b(?:{'|'.join(alternatives)})(?!\w)") if alternatives else None


def _checked(expression: str, words: Mapping[str, str], path: Path) -> str:
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
