"""Which dangers a text's own words name, and whose they are, read sentence by sentence from `data/safety/patterns.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.expressions import MARK, PatternsError, Words, plain_sentences, words_of
from bot.meaning import DANGERS, ordered
from bot.settings import PROJECT
from bot.text import readable

PATTERNS = PROJECT / "data" / "safety" / "patterns.yml"
#: What people write in place of a letter, within a word.
_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "!": "i", "@": "a", "$": "s"}
_SIGNS = "".join(_LETTERS)
_IN_PLACE = re.compile(rf"(?<=[a-z])[{_SIGNS}](?=[a-z{_SIGNS}]{{0,12}}[a-z])")
#: Five letters and more, each by itself.
_SET_APART = re.compile(r"\b(?:[a-z][ .]){4,20}[a-z]\b")


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
        for sentence in plain_sentences(readable(text)):
            yield self.spelling.sub(lambda found: self.spellings[found[0]], undisguised(sentence))


def undisguised(sentence: str) -> str:
    """A plain sentence without digits and signs in place of letters ("k1ll mys3lf") and letters set apart ("s u i c i d e")."""
    joined = _SET_APART.sub(lambda found: re.sub(r"[ .]", "", found[0]), sentence)
    return _IN_PLACE.sub(lambda found: _LETTERS[found[0]], joined)


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
    compiled = {name: words_of(name, table, words, path) for name, table in {**file["patterns"], **file.get("whose", {})}.items()}
    return Patterns(
        dangers={danger: compiled[danger] for danger in DANGERS},
        whose={name: compiled[name] for name in file.get("whose", {})},
        spelling=re.compile(
            r"\b(?:" + "|".join(sorted(map(re.escape, spellings), key=len, reverse=True)) + r")\b" if spellings else r"(?!)"
        ),
        spellings=spellings,
    )
