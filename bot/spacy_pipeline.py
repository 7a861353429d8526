"""Our English spaCy pipeline, built from a blank one: tokens, sentences, lemmas and the facts people mention.

No trained pipeline can be had from the package index, so nothing here is learnt: lemma tables come from `spacy-lookups-data`, the
facts from `data/lexicon.yml` and the number patterns below. Built into `models/` by `build`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.settings import PROJECT
from bot.text import READ_WHOLE, readable

LEXICON = PROJECT / "data" / "lexicon.yml"
MODELS = PROJECT / "models"

_NUMBER = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "fifteen",
    "twenty",
    "thirty",
    "a",
    "an",
    "several",
    "few",
]
_UNIT = ("year", "yr", "month", "week", "day", "yrs", "decade")
#: Sentences that are embedded of a message longer than READ_WHOLE: its beginning, its end and what lies evenly between.
MOST_SENTENCES = 24
#: Words of one piece of a sentence; the encoder reads 128 word pieces.
LONGEST_PIECE = 80


def fingerprint() -> str:
    """Twelve hex digits that change when the pipeline would be built differently."""
    content = Path(__file__).read_bytes() + LEXICON.read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def folder() -> Path:
    """Where the built pipeline lives: its name carries the fingerprint, so a changed one is another model to Rasa."""
    return MODELS / f"mend_en-{fingerprint()}"


def build(target: Path | None = None) -> Path:
    """Build the pipeline into `target` (default `folder()`) unless it is there, and give its folder back."""
    target = target or folder()
    if not (target / "meta.json").exists():
        nlp = _blank()
        unfinished = target.with_name(target.name + ".new")
        nlp.to_disk(unfinished)
        unfinished.replace(target)
    return target


def load() -> Any:
    """The built pipeline as a spaCy `Language`; built first when missing."""
    import spacy

    return spacy.load(build())


def sentences(doc: Any) -> list[str]:
    """The sentences of a spaCy document, without blanks; one without an end is cut into pieces of LONGEST_PIECE words.

    A document of up to READ_WHOLE characters is given whole, of a longer one its two ends and an even choice between.
    """
    pieces = [
        doc[start : min(start + LONGEST_PIECE, sentence.end)].text.strip()
        for sentence in doc.sents
        for start in range(sentence.start, sentence.end, LONGEST_PIECE)
    ]
    found = [piece for piece in pieces if piece]
    if len(doc.text) <= READ_WHOLE or len(found) <= MOST_SENTENCES:
        return found
    ends = MOST_SENTENCES // 3
    middle, wanted = found[ends:-ends], MOST_SENTENCES - 2 * ends
    return found[:ends] + [middle[index * len(middle) // wanted] for index in range(wanted)] + found[-ends:]


def facts(doc: Any) -> list[dict[str, Any]]:
    """What the message mentions: `{"entity", "value", "start", "end"}` in the order of the text.

    `value` is the spoken form from the lexicon, or the text itself for numbers. A duration that belongs to the relationship
    ("together six years") is given a second time as `relationship_length`. Left out is what is not the writer's: somebody else's
    wife, another's tears, a phone that uncovered nothing.
    """
    found = []
    for span in doc.ents:
        if not _COUNTS.get(span.label_, bool)(span):
            continue
        value = re.match(r"\d+", span.text)[0] if span.label_ == "score" else span.ent_id_ or span.text  # type: ignore[index]
        fact = {"entity": span.label_, "value": value, "start": span.start_char, "end": span.end_char}
        found.append(fact)
        if span.label_ == "duration" and _is_of_the_relationship(span):
            found.append({**fact, "entity": "relationship_length", "value": span.text})
    return found


_NOT_MINE = {"his", "her", "their", "'s", "another", "a", "business", "affair"}
_FINDING = {"find", "see", "read", "discover", "check", "look", "open", "notice", "learn", "admit", "confess"} | {
    "through", "popped", "walked", "caught", "clean", "told",
}  # fmt: skip
_WRITER = {"i", "im", "ive", "me", "my", "myself", "we"}
_OTHERS = {"he", "she", "they", "you", "him", "her", "them", "his", "their", "it", "its", "hes", "shes", "the"}
_DENIED = {"not", "n't", "never", "no", "isnt", "wasnt", "dont", "didnt", "without"}


def _is_the_writers_partner(span: Any) -> bool:
    before = [token.lower_ for token in span.doc[max(span.start - 2, span.sent.start) : span.start]]
    is_writer = len(before) == 2 and before[1] == "the" and before[0] in ("am", "'m", "im", "was")
    return not (is_writer or (before and before[-1] in _NOT_MINE))


def _uncovered_something(span: Any) -> bool:
    return any(token.lemma_.lower() in _FINDING or token.lower_ in _FINDING for token in span.sent)


def _is_felt_by_the_writer(span: Any) -> bool:
    """Whether the nearest person named before a feeling, in its sentence, is the writer, and nothing between denies it."""
    if span[0].lower_ in _WRITER:
        return True
    before = span.doc[span.sent.start : span.start]
    for token in reversed(before):
        if token.lower_ in _WRITER:
            return True
        if token.lower_ in _OTHERS or token.lower_ in _DENIED or token.ent_type_ in ("partner", "other_person", "children"):
            return False
    return len(before) < 3


#: When a fact counts, by its name; the others always do.
_COUNTS = {"partner": _is_the_writers_partner, "discovery": _uncovered_something, "feeling": _is_felt_by_the_writer}


def _is_of_the_relationship(span: Any) -> bool:
    doc = span.doc
    before = " ".join(token.lower_ for token in doc[max(span.start - 5, span.sent.start) : span.start])
    after = " ".join(token.lower_ for token in doc[span.end : span.end + 3])
    return bool(
        re.search(r"\b(together|married|marriage|relationship|with (him|her|them))\b", before)
        or re.search(r"^(of )?(together|married|marriage|relationship|into)\b", after)
    )


def _blank() -> Any:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "\n", "।", "。", "？", "！"]})
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    ruler: Any = nlp.add_pipe("entity_ruler", config={"overwrite_ents": True})
    nlp.initialize()
    ruler.add_patterns(list(_patterns(nlp)))
    return nlp


def _patterns(nlp: Any) -> Iterator[dict[str, Any]]:
    for entity, spoken in _lexicon().items():
        for value, ways in spoken.items():
            for way in ways:
                words = [token.text.lower() for token in nlp.make_doc(way)]
                yield {"label": entity, "id": value, "pattern": [{"LOWER": word} for word in words]}
                if len(words) == 1:
                    yield {"label": entity, "id": value, "pattern": [{"LEMMA": words[0]}]}
    amount: dict[str, Any] = {"LOWER": {"REGEX": rf"^(\d+(\.\d+)?|{'|'.join(_NUMBER)})$"}}
    unit = {"LOWER": {"REGEX": rf"^({'|'.join(_UNIT)})s?$"}}
    yield {"label": "duration", "pattern": [amount, unit]}
    yield {"label": "duration", "pattern": [{"LOWER": "a"}, {"LOWER": {"IN": ["few", "couple"]}}, {"LOWER": "of", "OP": "?"}, unit]}
    yield {"label": "duration", "pattern": [amount, {"LOWER": {"IN": ["and", "long", "whole"]}}, unit]}
    yield {"label": "duration", "pattern": [amount, {"TEXT": "-"}, unit]}
    yield {"label": "time", "id": "", "pattern": [amount, unit, {"LOWER": "ago"}]}
    yield {"label": "money", "pattern": [{"TEXT": {"IN": ["$", "£", "€", "₹"]}}, {"LIKE_NUM": True}]}
    yield {
        "label": "money",
        "pattern": [{"LIKE_NUM": True}, {"LOWER": {"REGEX": "^(k|grand|dollars|pounds|quid|euros?|rupees|naira)$"}}],
    }
    yield {"label": "money", "pattern": [{"LOWER": {"REGEX": r"^\d+(\.\d+)?k$"}}]}
    score = {"LOWER": {"REGEX": r"^(10|[0-9])(/10)?$"}}
    yield {"label": "score", "pattern": [score]}
    yield {"label": "score", "pattern": [score, {"LOWER": {"IN": ["out", "of", "/"]}, "OP": "+"}, {"TEXT": "10"}]}


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, dict[str, list[str]]]:
    return yaml.safe_load(LEXICON.read_text(encoding="utf-8"))["lexicon"]


def read(nlp: Any, text: str) -> Any:
    """The document of what is readable of `text` (see `bot.text.readable`)."""
    return nlp(readable(text))
