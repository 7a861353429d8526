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
        for danger, (find, excuse) in load().items():
            # Only the excused words go: "he never hit me before but last night he choked me" is danger.
            if find.search(excuse.sub(" … ", sentence) if excuse else sentence):
                found.add(danger)
    return ordered(found, DANGERS)


_OTHER = r"(?:him|her|them|my\s+(?:wife|husband|girlfriend|boyfriend|partner|gf|bf|ex|fianc[eé]e?|missus|hubby))"
_FORCE = (
    r"(?:hit|slap(?:ped)?|punch(?:ed)?|beat(?:en)?|kick(?:ed)?|chok(?:ed|e)|shov(?:ed|e)|push(?:ed)?|strangl(?:ed|e)|grabbed|smack(?:ed)?"
    r"|threaten(?:ed)?)"
)
#: Force or control with the writer as the one who does it.
_BY_WRITER = re.compile(
    rf"\bi(?:'ve|\s+have|\s+had|\s+did|\s+just|\s+then|\s+also|\s+even|\s+once|\s+sometimes|\s+really|\s+got\s+so\s+angry\s+(?:that\s+)?i)*"
    rf"\s+{_FORCE}\s+{_OTHER}\b(?!\s+(?:up|away))"
    r"|\bi\s+(?:put|had|wrapped)\s+my\s+hands?\s+(?:around|round|on)\s+(?:his|her|their)\s+(?:throat|neck)\b"
    rf"|\bi\s+(?:made|make|forced|force|control|controlled|stalked|stalk|follow|followed|track|tracked|locked|lock|don'?t\s+let|didn'?t\s+let|won'?t\s+let|never\s+let)\s+{_OTHER}\b"
    r"|\bi\s+(?:go|went)\s+through\s+(?:his|her|their)\s+phone\s+(?:every|all\s+the)\b"
    r"|\bi(?:'ve|\s+have)?\s+(?:smashed|broke|took|hid)\s+(?:his|her|their)\s+(?:phone|laptop|keys|passport|things|cards?)\b",
    re.IGNORECASE,
)
_SELF_DEFENCE = re.compile(
    r"\b(?:self[- ]defen[cs]e|back\s+(?:then|because|when)|hit\s+back|after\s+(?:he|she|they)\s+(?:hit|choked|grabbed|attacked))\b",
    re.IGNORECASE,
)
_PARTNER_SAYS = re.compile(
    r"\b(?:he|she|they|my\s+(?:\w+\s+)?(?:wife|husband|girlfriend|boyfriend|partner|gf|bf|ex|fianc[eé]e?))\b[^.!?]{0,80}"
    r"\b(?:(?:kill|hurt|harm|hang)\w*\s+(?:him|her|them)\s?sel(?:f|ves)|wants?\s+to\s+die|end(?:ing)?\s+(?:his|her|their)\s+(?:own\s+)?life"
    r"|tak(?:e|ing)\s+(?:his|her|their)\s+(?:own\s+)?life|do\s+something\s+stupid)\b",
    re.IGNORECASE,
)
_MY_OWN = re.compile(
    r"\b(?:kill|hurt|harm|cut|hang)\w*\s+my\s?self\b|\bi\b[^.!?]{0,25}\b(?:want\s+to\s+die|suicidal|want\s+to\s+be\s+dead)\b", re.IGNORECASE
)


def done_by_writer(text: str) -> bool:
    """Whether the force or control a text names is done by its writer, and not in defence against somebody else's."""
    text = readable(text).replace("\u2019", "'")
    return bool(_BY_WRITER.search(text)) and not _SELF_DEFENCE.search(text)


def partner_threatens_self_harm(text: str) -> bool:
    """Whether the danger of self-harm a text names is somebody else's, the partner's as a rule, and not the writer's own."""
    text = readable(text).replace("\u2019", "'")
    return bool(_PARTNER_SAYS.search(text)) and not _MY_OWN.search(text)


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
