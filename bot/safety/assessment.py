"""What a message says of danger: which, how urgent, whose, and the words it rests on. One place, for whoever answers or notes it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.meaning import DANGERS, NO_PERIL, WHOSE, Peril, ordered
from bot.safety import patterns

#: Under which a message carries what the classifier hears of danger, a Hearing.
HEARING = "danger_hearing"
#: Most urgent first: happening or about to; said in so many words; heard by the classifier.
LEVELS = ("now", "explicit", "likely")
#: The level of a danger that is not taken to hold, but asked about gently.
POSSIBLE = "possible"


#: Share of the chance from which on a danger said in passing is taken to hold, from which on it is possible.
_PASSING = 0.88
#: Probability from which on it is believed whose a danger is heard to be, and that it was the writer who used force: nothing is worse
#: than to speak to somebody who was hurt as to the one who did it. In between it is asked.
_SURE_OF_WHOSE, _SURE_OF_FORCE, _ASK_OF_FORCE = 0.5, 0.85, 0.6


@dataclass(frozen=True)
class Hearing:
    """What the classifier hears: how likely each danger is, and `danger` (any) as a share of what it takes to hold, and what would be true
    of them, and how likely that is (`whose_…`). Empty where it read nothing, as with a button.
    """

    chances: Mapping[str, float] = field(default_factory=dict)
    peril: Peril = NO_PERIL


NOTHING_HEARD = Hearing()


@dataclass(frozen=True)
class Finding:
    """One danger: its level (one of LEVELS, or POSSIBLE), whose it is (see `bot.meaning.WHOSE`), and the words that name it.

    The words are for whoever looks for an error: they are never stored or logged. Where the danger was only heard there are none.
    """

    danger: str
    level: str
    whose: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The dangers of one message, most urgent first: by level, then a child, self-harm, harm to others, abuse.

    Where none is taken to hold, `possible` may be one that is worth a gentle question.
    """

    findings: tuple[Finding, ...] = ()
    possible: Finding | None = None

    @property
    def dangers(self) -> tuple[str, ...]:
        """The dangers, most urgent first."""
        return tuple(finding.danger for finding in self.findings)

    @property
    def first(self) -> Finding | None:
        """The most urgent one, or None without danger."""
        return self.findings[0] if self.findings else None

    def as_entities(self) -> list[tuple[str, str]]:
        """Names and values of the entities that tell the dialogue: each danger, level and whose of the first, force by the writer; or one
        that is possible, and whose.
        """
        first = self.first
        if first is None:
            return [("possible_danger", self.possible.danger), ("whose", self.possible.whose)] if self.possible else []
        said = [("danger", danger) for danger in self.dangers] + [("level", first.level), ("whose", first.whose)]
        force = any(finding.danger == "partner_abuse" and finding.whose == "by_writer" for finding in self.findings)
        return said + ([("by_writer", "yes")] if force else [])


def assess(text: str, heard: Iterable[str] = (), hearing: Hearing = NOTHING_HEARD, possible: float = math.inf) -> Assessment:
    """The dangers that the words of `text` name, and those that the classifier `heard` in it, with what it heard of them.

    Args:
        text: the message as it was written.
        heard: the dangers that the classifier takes to hold.
        hearing: how likely it holds each, and what would be true of them.
        possible: share of the chance from which on danger is taken to hold, from which on it is possible.
    """
    naming = patterns.sentences_naming(text)
    heard = [danger for danger in heard if danger in naming or not patterns.is_denied(danger, text)]
    found = [_finding(danger, text, naming.get(danger, []), hearing) for danger in ordered({*naming, *heard}, DANGERS)]
    if hearing.peril.is_now and found and all(finding.level != "now" for finding in found):
        likeliest = max(found, key=lambda finding: hearing.chances.get(finding.danger, 0.0))
        found = [replace(finding, level="now") if finding is likeliest else finding for finding in found]
    findings = tuple(sorted(found, key=lambda finding: LEVELS.index(finding.level)))
    is_over = patterns.says("abuse_by_an_ex_long_over", text)
    return Assessment(findings, None if findings or is_over else _possible(text, hearing, possible))


def _finding(danger: str, text: str, naming: list[str], hearing: Hearing) -> Finding:
    level = "now" if patterns.is_now(danger, text, naming) else "explicit" if naming else "likely"
    words = tuple(patterns.words_of_danger(sentence, danger) for sentence in naming)
    return Finding(danger, level, named_whose(danger, text) or _heard_whose(danger, hearing), words)


def _heard_whose(danger: str, hearing: Hearing) -> str:
    """Whose the classifier holds `danger` to be, where it is sure enough, else whose it mostly is."""
    whose, usual = hearing.peril.whose.get(danger), WHOSE[danger][0]
    chance = hearing.chances.get(f"whose_{danger}", 1.0)
    if (danger, whose) == ("partner_abuse", "by_writer"):
        return "by_writer" if chance >= _SURE_OF_FORCE else "unknown" if chance >= _ASK_OF_FORCE else usual
    return whose if whose and chance >= _SURE_OF_WHOSE else usual


def named_whose(danger: str, text: str) -> str | None:
    """Whose `danger` is, by the words of `text`; None where no words say it."""
    if danger == "child_at_risk":
        return "by_writer" if patterns.hurts_a_child(text) else None
    if danger == "self_harm" and patterns.tells_of_somebody(text):
        return "other"
    if danger == "self_harm" and patterns.partner_threatens_self_harm(text):
        return "partner"
    if danger == "partner_abuse" and patterns.done_by_writer(text):
        return "by_writer"
    if patterns.is_somebody_elses(danger, text):
        return "other"
    if danger == "partner_abuse" and patterns.says("in_defence", text):
        return "self"
    if danger == "partner_abuse" and patterns.says("order_against_me", text):
        return "unknown"
    if danger == "self_harm" and patterns.says("unclear_self_harm", text):
        return "unknown"
    return None


def whose_in(text: str, danger: str) -> str:
    """Whose `danger` is by the words of `text`; where they do not say, whose it mostly is."""
    return named_whose(danger, text) or WHOSE[danger][0]


def _possible(text: str, hearing: Hearing, least: float) -> Finding | None:
    """The likeliest danger, if any danger is at least that likely, or one is said in passing; or the writer's own, if all hope is gone."""
    chances = hearing.chances
    if chances.get("danger", 0.0) >= least or chances.get("passing", 0.0) >= _PASSING:
        danger = max(DANGERS, key=lambda name: chances[name])
    elif patterns.says("hopeless", text):
        danger = "self_harm"
    else:
        return None
    return replace(_finding(danger, text, [], hearing), level=POSSIBLE)
