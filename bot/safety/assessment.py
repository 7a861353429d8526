"""What a message says of danger: which, how urgent, whose, and the words it rests on. One place, for whoever answers or notes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.meaning import DANGERS, ordered
from bot.safety import patterns

#: Under which a message carries how likely the classifier holds each danger, and `danger` (any) as a share of what it takes to hold.
DANGER_CHANCES = "danger_chances"
#: Most urgent first: happening or about to; said in so many words; heard by the classifier.
LEVELS = ("now", "explicit", "likely")
#: Whose danger it is: the writer's own to suffer, done or meant by the writer, the partner's own, somebody else's, or not clear.
WHOSE = ("self", "by_writer", "partner", "other", "unknown")


@dataclass(frozen=True)
class Finding:
    """One danger: its level (one of LEVELS), whose it is (one of WHOSE), and the words that name it, empty where it was only heard.

    The words are for whoever looks for an error: they are never stored or logged.
    """

    danger: str
    level: str
    whose: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The dangers of one message, most urgent first: by level, then a child, self-harm, harm to others, abuse."""

    findings: tuple[Finding, ...] = ()

    @property
    def dangers(self) -> tuple[str, ...]:
        """The dangers, most urgent first."""
        return tuple(finding.danger for finding in self.findings)

    @property
    def first(self) -> Finding | None:
        """The most urgent one, or None without danger."""
        return self.findings[0] if self.findings else None

    def as_entities(self) -> list[tuple[str, str]]:
        """Names and values of the entities that tell the dialogue: each danger, level and whose of the first, force by the writer."""
        first = self.first
        if first is None:
            return []
        said = [("danger", danger) for danger in self.dangers] + [("level", first.level), ("whose", first.whose)]
        force = any(finding.danger == "partner_abuse" and finding.whose == "by_writer" for finding in self.findings)
        return said + ([("by_writer", "yes")] if force else [])


def assess(text: str, heard: Iterable[str] = ()) -> Assessment:
    """The dangers that the words of `text` name, and those that the classifier `heard` in it."""
    naming = patterns.sentences_naming(text)
    found = [_finding(danger, text, naming.get(danger, [])) for danger in ordered({*naming, *heard}, DANGERS)]
    return Assessment(tuple(sorted(found, key=lambda finding: LEVELS.index(finding.level))))


def _finding(danger: str, text: str, naming: list[str]) -> Finding:
    level = "now" if patterns.is_now(danger, text, naming) else "explicit" if naming else "likely"
    words = tuple(patterns.words_of_danger(sentence, danger) for sentence in naming)
    return Finding(danger, level, whose(danger, text), words)


def whose(danger: str, text: str) -> str:
    """Whose `danger` is, by the words of `text`: one of WHOSE; the likeliest one where no words say it."""
    if danger == "child_at_risk":
        return "by_writer" if patterns.hurts_a_child(text) else "other"
    if danger == "self_harm" and patterns.partner_threatens_self_harm(text):
        return "partner"
    if danger == "partner_abuse" and patterns.done_by_writer(text):
        return "by_writer"
    if patterns.is_somebody_elses(danger, text):
        return "other"
    if danger == "self_harm" and patterns.says("unclear_self_harm", text):
        return "unknown"
    return "by_writer" if danger == "harm_to_others" else "self"


def possible_danger(chances: Mapping[str, float], least: float) -> str | None:
    """The danger to ask about gently, where none is taken to hold: the likeliest, if any danger is at least that likely.

    Args:
        chances: under DANGER_CHANCES in a message; empty where the classifier read nothing.
        least: the share of the chance from which on danger is taken to hold.
    """
    if not chances or chances["danger"] < least:
        return None
    return max(DANGERS, key=lambda danger: chances[danger])
