"""Which next step to suggest, and why, in the person's own facts.

The order follows the article ("both must be equally committed"; "fight for it or walk away") and two safety facts: couple work is
not recommended with an abusive partner, and one who is alone in the work gains for themself, not for the couple.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.guidance.situation import STEPS, Situation

KINDS = ("safety_first", "closure", "therapy_couple", "repair_steps", "therapy_own", "give_it_time")
#: Reasons that are said; more would be a list, not a talk.
MOST_REASONS = 3


@dataclass(frozen=True)
class Suggestion:
    """A kind of next step and the keys of its reasons (words in data/guidance/suggestions.yml), weightiest first."""

    kind: str
    reasons: tuple[str, ...]


def suggest(person: Situation) -> Suggestion:
    """The suggestion that fits what is known; always with at least one reason."""
    kind, reasons = _choose(person)
    context = ["heavy"] if person.impact == "told" else []
    if person.role == "hurt" and kind != "safety_first":
        context = [*person.breaches[:1], *context]
    return Suggestion(kind, tuple(dict.fromkeys([*reasons, *context]))[:MOST_REASONS])


def _choose(person: Situation) -> tuple[str, list[str]]:
    if person.gate:
        return "safety_first", ["fear"]
    if person.direction == "leave":
        return "closure", ["wants_out", *_unwilling(person)]
    if person.willing_self == "no" or (person.willing_partner == "no" and person.direction != "undecided"):
        kind = "closure" if person.willing_self == "no" and person.direction != "rebuild" else "therapy_own"
        return kind, _unwilling(person)
    if person.direction == "undecided" or person.direction is None:
        return "give_it_time", ["undecided", *_unsure(person), *_unwilling(person), *_stuck(person)[:1]]
    if person.willing_self == "yes" and person.willing_partner == "yes":
        stuck = _stuck(person)
        if stuck:
            return "therapy_couple", ["both_willing", *stuck]
        begun = all(person.steps.get(step) == "yes" for step in STEPS)
        return "repair_steps", ["both_willing", *(["steps_begun"] if begun else [])]
    if person.role == "responsible":
        return "therapy_own", ["wants_repair", *_unsure(person), "responsible"]
    return "therapy_own", ["wants_repair", *_unsure(person), *_stuck(person)]


def _unwilling(person: Situation) -> list[str]:
    found = ["self_unwilling"] if person.willing_self == "no" else []
    return [*found, "partner_unwilling"] if person.willing_partner == "no" else found


def _unsure(person: Situation) -> list[str]:
    found = ["partner_unsure"] if person.willing_partner in ("unsure", "skipped", None) else []
    return [*found, "self_unsure"] if person.willing_self == "unsure" else found


def _stuck(person: Situation) -> list[str]:
    names = {"open_talk": "talk_stuck", "responsibility": "not_owned", "steady_action": "not_steady"}
    return [reason for step, reason in names.items() if person.steps.get(step) in ("no", "unsure")]


def skipped_questions(person: Situation) -> dict[str, str]:
    """Slots that need no question any more, with the value that says so.

    Somebody who wants to leave is not led through repair, nor asked whether they are willing.
    """
    if person.direction != "leave" or person.gate:
        return {}
    asked = {**person.steps, "willing_self": person.willing_self, "willing_partner": person.willing_partner}
    return {**{slot: "skipped" for slot, answer in asked.items() if answer is None}, "direction": "leave"}
