"""Which next step to suggest, and why, in the person's own facts.

The order follows the article ("both must be equally committed"; "fight for it or walk away") and two safety facts: couple work is
not recommended with an abusive partner, and one who is alone in the work gains for themself, not for the couple.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.guidance.situation import STEPS, Situation

KINDS = ("safety_first", "closure", "therapy_couple", "repair_steps", "therapy_own", "give_it_time")
#: Those that take two.
OF_THE_COUPLE = ("therapy_couple", "repair_steps")
#: Reasons that are said; more would be a list, not a talk.
MOST_REASONS = 2


@dataclass(frozen=True)
class Suggestion:
    """A kind of next step and the keys of its reasons (words in data/guidance/suggestions.yml), weightiest first."""

    kind: str
    reasons: tuple[str, ...]


def suggest(person: Situation) -> Suggestion:
    """The suggestion that fits what is known; always with at least one reason."""
    kind, reasons = _choose(person)
    if kind in ("therapy_couple", "therapy_own", "give_it_time") and person.role == "hurt":
        reasons = [*reasons, *person.breaches[:1]]
    return Suggestion(kind, tuple(dict.fromkeys(reasons))[:MOST_REASONS])


def _choose(person: Situation) -> tuple[str, list[str]]:
    if person.gate:
        return "safety_first", ["force" if person.by_writer else "fear"]
    if person.no_contact:
        return "closure", ["no_contact"]
    if person.direction == "leave":
        return "closure", ["wants_out", *_unwilling(person)]
    if person.direction == "undecided":
        return "give_it_time", ["undecided", *_unwilling(person), *_unsure(person), *_stuck(person)]
    if person.willing_self == "no":
        return ("therapy_own", ["self_tired"]) if person.direction == "rebuild" else ("closure", _unwilling(person))
    if person.willing_partner == "no":
        return "therapy_own", [*_unwilling(person), "wants_repair"]
    if person.direction is None:
        return "give_it_time", [*_unsure(person), *_stuck(person), "undecided"]
    if person.willing_self == "yes" and person.willing_partner == "yes":
        stuck = _stuck(person)
        if stuck:
            return "therapy_couple", ["both_willing", *stuck]
        begun = all(person.steps.get(step) == "yes" for step in STEPS)
        return "repair_steps", ["both_willing", *(["steps_begun"] if begun else [])]
    if person.role == "responsible":
        return "therapy_own", [*_unsure(person)[:1], "responsible"]
    return "therapy_own", [*_unsure(person), *_stuck(person), "needs_own"]


def _unwilling(person: Situation) -> list[str]:
    found = ["self_unwilling"] if person.willing_self == "no" else []
    if person.willing_partner == "no":
        # Who broke the trust was asked for a sign, not for a yes: none yet is no refusal.
        found.append("partner_silent" if person.role == "responsible" else "partner_unwilling")
    return found


def _unsure(person: Situation) -> list[str]:
    found = ["partner_unsure"] if person.willing_partner == "unsure" else []
    return [*found, "self_unsure"] if person.willing_self == "unsure" else found


#: What a step that is not there yet, or only half, is called as a reason; the second pair for who broke the trust.
_STUCK = {
    "open_talk": {"no": ("talk_stuck", "talk_stuck"), "unsure": ("talk_hard", "talk_hard")},
    "responsibility": {"no": ("not_owned", "not_owned_yet"), "unsure": ("half_owned", "half_owned")},
    "steady_action": {"no": ("not_steady", "not_steady_yet"), "unsure": ("half_steady", "half_steady")},
}


def _stuck(person: Situation) -> list[str]:
    mine = person.role == "responsible"
    return [names[state][mine] for step, names in _STUCK.items() if (state := person.steps.get(step) or "") in names]


def skipped_questions(person: Situation) -> dict[str, str]:
    """Slots that need no question any more, with the value that says so.

    Somebody who wants to leave, or who has parted or is to keep away, is not led through repair, nor asked whether they are willing;
    which way it goes is still asked, for a wish may have been misread.
    """
    if person.gate or not (person.direction == "leave" or person.parted or person.no_contact):
        return {}
    asked = {**person.steps, "willing_self": person.willing_self, "willing_partner": person.willing_partner}
    return {slot: "skipped" for slot, answer in asked.items() if answer is None}
