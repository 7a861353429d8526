"""Our English spaCy pipeline, built from a blank one: tokens, sentences, lemmas and the facts people mention.

No trained pipeline can be had from the package index, so nothing here is learnt: lemma tables come from `spacy-lookups-data`, the
words of facts from `data/lexicon.yml` and `bot.facts`. Built into `models/` by `build`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from filelock import FileLock

from bot import facts
from bot.settings import PROJECT
from bot.text import READ_WHOLE, readable

LEXICON = PROJECT / "data" / "lexicon.yml"
MODELS = PROJECT / "models"
#: Sentences that are read of a message longer than READ_WHOLE: its beginning, its end and what lies evenly between.
MOST_SENTENCES = 24
#: Words of one piece of a sentence.
LONGEST_PIECE = 80


def fingerprint() -> str:
    """Twelve hex digits that change when the pipeline would be built differently."""
    content = b"".join(path.read_bytes() for path in (Path(__file__), Path(facts.__file__), LEXICON))
    return hashlib.sha256(content).hexdigest()[:12]


def folder() -> Path:
    """Where the built pipeline lives: its name carries the fingerprint, so a changed one is another model to Rasa."""
    return MODELS / f"mend_en-{fingerprint()}"


def build(target: Path | None = None) -> Path:
    """Build the pipeline into `target` (default `folder()`) unless it is there, and give its folder back."""
    target = target or folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_name(target.name + ".lock")):  # tests and training may want it at the same time
        if not (target / "meta.json").exists():
            nlp = _blank()
            unfinished = target.with_name(target.name + ".new")
            nlp.to_disk(unfinished)
            unfinished.replace(target)
    return target


def load() -> Any:
    """The built pipeline as a spaCy `Language`; built first when missing.

    What `facts` looks for is compiled too, so that the first message waits no longer than the next.
    """
    import spacy

    facts.ways()
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


def _blank() -> Any:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "\n", "।", "。", "？", "！"]})
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    ruler: Any = nlp.add_pipe("entity_ruler", config={"overwrite_ents": True})
    nlp.initialize()
    ruler.add_patterns(list(facts.patterns(nlp, LEXICON)))
    return nlp


def read(nlp: Any, text: str) -> Any:
    """The document of what is readable of `text` (see `bot.text.readable`)."""
    return nlp(readable(text))
