"""How much of a text is read, and small facts about it that need no model."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

#: Characters of a text that are read whole (sentence by sentence).
READ_WHOLE = 2_000
#: Longest text a channel takes; above it only both ends are read.
LONGEST = 10_000


def readable(text: str) -> str:
    """The part of a text that is read: all of it up to LONGEST, else its first and last READ_WHOLE characters.

    Control characters and lone surrogates become spaces and typographic apostrophes plain ones, so nothing behind this line meets them.
    """
    if len(text) > LONGEST:
        text = text[:READ_WHOLE] + " \n" + text[-READ_WHOLE:]
    text = text.replace("\u2019", "'")
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text)


#: Words of a stretch of text, and those that two stretches of one long sentence share.
STRETCH, _SHARED = 25, 10


def stretches(sentences: Iterable[str]) -> list[str]:
    """Sentences put together into stretches of up to STRETCH words; a longer sentence is cut into overlapping ones."""
    found: list[list[str]] = [[]]
    for words in map(str.split, sentences):
        if len(words) > STRETCH:
            ends = range(STRETCH, len(words) + STRETCH - _SHARED, STRETCH - _SHARED)
            found += [words[max(0, min(end, len(words)) - STRETCH) : end] for end in ends] + [[]]
        elif len(found[-1]) + len(words) > STRETCH:
            found.append(words)
        else:
            found[-1] = found[-1] + words
    return [" ".join(stretch) for stretch in found if stretch]


def has_words(text: str) -> bool:
    """Whether the text has at least one letter of any script (emoji, digits and punctuation are none)."""
    return any(character.isalpha() for character in text)


def is_other_script(text: str) -> bool:
    """Whether most letters are not Latin ones: a language this assistant cannot read."""
    letters = [c for c in text if c.isalpha()]
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters)
    return bool(letters) and latin * 2 < len(letters)
