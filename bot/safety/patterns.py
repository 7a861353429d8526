"""Which dangers a text's own words name, and whose they are, read sentence by sentence from `data/safety/patterns.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
    """The whole file: words by danger, that say whose deed or danger it is, that make it one of this moment, and spellings.

    `now` has the words of each danger, found anywhere in a text, and `soon`, which count in the sentence that names the danger.
    """

    dangers: Mapping[str, Words]
    whose: Mapping[str, Words]
    now: Mapping[str, Words]
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
    """The dangers whose words stand in `text`, in the order of DANGERS; empty when none does.

    Only the readable part is searched: everything up to 10,000 characters, both ends above.
    """
    return ordered(sentences_naming(text), DANGERS)


def sentences_naming(text: str) -> dict[str, list[str]]:
    """The plain sentences of `text` that name a danger, by danger, as far as any does."""
    patterns = load()
    found: dict[str, list[str]] = {}
    for sentence in patterns.sentences(text):
        for danger, words in patterns.dangers.items():
            if words.stand_in(sentence):
                found.setdefault(danger, []).append(sentence)
    return found


def words_of_danger(sentence: str, danger: str) -> str:
    """The words of a plain sentence that name `danger`; empty where none does."""
    words = load().dangers[danger]
    found = words.find.search(words.rest(sentence))
    return found[0] if found else ""


def is_now(danger: str, text: str, naming: Sequence[str]) -> bool:
    """Whether `danger` is one of this moment: the means are at hand, the other is at the door, or a sentence that names it says so.

    Args:
        danger: one of DANGERS, which is known to be named or heard.
        text: the whole message.
        naming: its plain sentences that name the danger.
    """
    patterns = load()
    if any(patterns.now["soon"].stand_in(sentence) for sentence in naming):
        return True
    return any(patterns.now[danger].stand_in(sentence) for sentence in patterns.sentences(text))


def done_by_writer(text: str) -> bool:
    """Whether the writer tells in so many words of violence or control of their own towards the partner.

    What was done to the writer is not, nor what somebody else did, what is denied or only claimed by others, nor plain
    self-defence. Where both did it, it is true: what the writer did counts, whatever was done to them.
    """
    return says("by_writer", text)


def is_minor(text: str) -> bool:
    """Whether the writer says that they are under eighteen, or in a class where people are."""
    return says("minor", text)


def partner_threatens_self_harm(text: str) -> bool:
    """Whether the danger of self-harm in `text` is the partner's or ex-partner's, threatened or feared, and not the writer's own too."""
    return _is_only("partner_self_harm", "self_harm", text)


def hurts_a_child(text: str) -> bool:
    """Whether the writer tells of hurting a child, or is afraid to."""
    return says("by_writer_child", text)


def says(name: str, text: str) -> bool:
    """Whether the words of one table of `whose` stand in `text`."""
    words = load().whose[name]
    return any(words.stand_in(sentence) for sentence in load().sentences(text))


def is_somebody_elses(danger: str, text: str) -> bool:
    """Whether `danger` is somebody else's to suffer, or to do, than the writer's or partner's, and not the writer's own too."""
    name = {"self_harm": "other_self_harm", "partner_abuse": "other_abuse", "harm_to_others": "other_harm"}[danger]
    return _is_only(name, danger, text)


def tells_of_somebody(text: str) -> bool:
    """Whether a danger of self-harm in `text` is told of somebody close, whose name comes in another sentence than the danger."""
    patterns = load()
    if not says("worried_for_somebody", text) or says("and_myself", text):
        return False
    of_others, dying = patterns.whose["partner_self_harm"], patterns.dangers["self_harm"]
    return not any(dying.stand_in(of_others.find.sub(MARK, sentence)) for sentence in patterns.sentences(text))


def _is_only(name: str, danger: str, text: str) -> bool:
    """Whether the words of one table of `whose` stand in `text`, and no words of `danger` besides."""
    patterns = load()
    theirs, any_at_all = patterns.whose[name], patterns.dangers[danger]
    heard = False
    for sentence in patterns.sentences(text):
        heard = heard or theirs.stand_in(sentence)
        if any_at_all.stand_in(theirs.find.sub(MARK, sentence)):
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
    dangers, whose, now = (
        {name: words_of(name, table, words, path) for name, table in file.get(part, {}).items()} for part in ("patterns", "whose", "now")
    )
    return Patterns(
        dangers={danger: dangers[danger] for danger in DANGERS},
        whose=whose,
        now=now,
        spelling=re.compile(
            r"\b(?:" + "|".join(sorted(map(re.escape, spellings), key=len, reverse=True)) + r")\b" if spellings else r"(?!)"
        ),
        spellings=spellings,
    )
