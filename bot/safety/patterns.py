"""Which dangers a text's own words name, and whose they are, read sentence by sentence from `data/safety/patterns.yml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.expressions import MARK, PatternsError, Words, plain_sentences, words_of
from bot.meaning import DANGERS, ordered
from bot.settings import PROJECT
from bot.text import LONGEST, readable

PATTERNS = PROJECT / "data" / "safety" / "patterns.yml"
#: What people write in place of a letter, within a word.
_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "!": "i", "@": "a", "$": "s"}
_SIGNS = "".join(_LETTERS)
_IN_PLACE = re.compile(rf"(?<=[a-z])[{_SIGNS}](?=[a-z{_SIGNS}]{{0,12}}[a-z])")
#: Three letters and more, each by itself; from so many on they are a word, whichever it is.
_SET_APART = re.compile(r"\b(?:[a-z][ .]){2,28}[a-z]\b")
_A_WORD = 5
#: A word with stars in place of letters.
_STARRED = re.compile(r"(?<!\w)[a-z]{1,9}(?:[*#_]{1,3}[a-z]{1,9}){1,3}(?!\w)", re.IGNORECASE)
_STARS = re.compile(r"[*#_]{1,3}")
#: The words that a way of saying something is made of, by their names in Whole.
_PARTS = ("needs", "unless", "every")
#: What only colours a picture, or joins two.
_TINTS = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True)
class Whole:
    """What a whole text says: some sentence each of `needs`, none `unless`, each sentence one of `every`, in at most so many words.

    Where it is about `danger`, no words name that besides those of the first need.
    """

    needs: Sequence[Words]
    unless: Sequence[Words]
    every: Sequence[Words]
    most: int
    danger: Words | None = None

    def said_in(self, sentences: Sequence[str]) -> bool:
        """Whether the sentences of a text say it."""
        return (
            sum(len(sentence.split()) for sentence in sentences) <= self.most
            and all(any(words.stand_in(sentence) for sentence in sentences) for words in self.needs)
            and not any(words.stand_in(sentence) for words in self.unless for sentence in sentences)
            and all(any(words.stand_in(sentence) for words in self.every) for sentence in sentences if self.every)
            and not (self.danger and any(self.danger.stand_in(self.needs[0].find.sub(MARK, sentence)) for sentence in sentences))
        )


@dataclass(frozen=True)
class Patterns:
    """The whole file: words by danger, that say whose deed or danger it is, that make it one of this moment, and spellings.

    `now` has the words of each danger, found anywhere in a text, and `soon`, which count in the sentence that names the danger. `whole`
    has the ways in which a text says something, by name.
    """

    dangers: Mapping[str, Words]
    whose: Mapping[str, Words]
    whole: Mapping[str, Sequence[Whole]]
    now: Mapping[str, Words]
    spelling: re.Pattern[str]
    spellings: Mapping[str, str]
    starred: Sequence[str]
    apart: Collection[str]
    pictures: Sequence[tuple[re.Pattern[str], str]]

    def sentences(self, text: str) -> Iterator[str]:
        """The sentences of the readable part of a text, as the expressions want them.

        That is in small letters, with single spaces, without apostrophes, quotation marks and hyphens, in the usual spelling, and with
        words for pictures that stand for them.
        """
        for sentence in plain_sentences(unstarred(readable(text), self.starred)):
            yield self._in_words(self.spelling.sub(lambda found: self.spellings[found[0]], undisguised(sentence, self.apart)))

    def _in_words(self, sentence: str) -> str:
        if sentence.isascii():
            return sentence
        sentence = _TINTS.sub("", sentence)
        for picture, words in self.pictures:
            sentence = picture.sub(words, sentence)
        return sentence


def undisguised(sentence: str, apart: Collection[str] = ()) -> str:
    """A plain sentence without digits and signs in place of letters ("k1ll mys3lf") and letters set apart ("s u i c i d e").

    Args:
        sentence: the plain sentence.
        apart: words that are also heard where they are short, or several in one run of letters ("t o d i e").
    """
    joined = _SET_APART.sub(lambda found: _joined(found[0], apart), sentence)
    return _IN_PLACE.sub(lambda found: _LETTERS[found[0]], joined)


def _joined(run: str, apart: Collection[str]) -> str:
    letters = re.sub(r"[ .]", "", run)
    return " ".join(_as_words(letters, apart)) or (letters if len(letters) >= _A_WORD else run)


def _as_words(letters: str, known: Collection[str]) -> list[str]:
    """The letters as the fewest of the known words; empty where they are none."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(letters) + 1):
        ways = [
            [*before, letters[start:end]] for start in range(end) if (before := best[start]) is not None and letters[start:end] in known
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or []


def unstarred(text: str, words: Sequence[str]) -> str:
    """The text with those of the words that are written with stars in place of up to half of their letters ("k*ll") written out."""

    def written_out(found: re.Match[str]) -> str:
        shown = _STARS.sub("", found[0])
        letters = re.compile(_STARS.sub(lambda stars: rf"\w{{1,{len(stars[0]) + 1}}}", found[0].lower()))
        return next((word for word in words if len(word) <= 2 * len(shown) and letters.fullmatch(word)), found[0])

    return _STARRED.sub(written_out, text)


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
    if "partner_abuse" in found and says("abuse_by_an_ex_long_over", text):
        del found["partner_abuse"]
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
    """Whether the words of one table of `whose` stand in `text`, or the whole of it says one of `whole`."""
    patterns = load()
    sentences = list(patterns.sentences(text))
    if name in patterns.whole:
        return any(way.said_in(sentences) for way in patterns.whole[name])
    words = patterns.whose[name]
    return any(words.stand_in(sentence) for sentence in sentences)


def is_denied(danger: str, text: str) -> bool:
    """Whether the text says that there is no such danger, and next to nothing else; or that it was an ex, and is long over."""
    if says("only_a_saying", text):
        return True
    if danger == "partner_abuse" and says("abuse_by_an_ex_long_over", text):
        return True
    name = f"denies_{danger}"
    return name in load().whole and says(name, text)


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
            compile or may run on without end (`*`, `+`), for then a long message could hold up the talk; or what a whole text says
            by words that `whose` lacks.
    """
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    if set(file["patterns"]) != set(DANGERS):
        raise PatternsError(f"{path}: wants exactly {sorted(DANGERS)}, has {sorted(file['patterns'])}")
    words, spellings = file.get("words", {}), file.get("spellings", {})
    dangers, whose, now = (
        {name: words_of(name, table, words, path) for name, table in file.get(part, {}).items()} for part in ("patterns", "whose", "now")
    )
    whole, disguised = file.get("whole", {}), file.get("disguised", {})
    if unknown := {table for ways in whole.values() for way in ways for part in _PARTS for table in way.get(part, ())} - set(whose):
        raise PatternsError(f"{path}: whole wants {sorted(unknown)}, which `whose` lacks")
    return Patterns(
        dangers={danger: dangers[danger] for danger in DANGERS},
        whose=whose,
        whole={
            name: [
                Whole(
                    **{part: [whose[table] for table in way.get(part, ())] for part in _PARTS},
                    most=way.get("most", LONGEST),
                    danger=dangers.get(way.get("danger")),
                )
                for way in ways
            ]
            for name, ways in whole.items()
        },
        now=now,
        spelling=re.compile(
            r"\b(?:" + "|".join(sorted(map(re.escape, spellings), key=len, reverse=True)) + r")\b" if spellings else r"(?!)"
        ),
        spellings=spellings,
        starred=disguised.get("starred", ()),
        apart=frozenset((*disguised.get("starred", ()), *disguised.get("apart", ()))),
        pictures=[(re.compile(picture), words) for picture, words in file.get("pictures", {}).items()],
    )
