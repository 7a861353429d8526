"""What is known of a person at one moment, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.meaning import ROUTES


@dataclass(frozen=True)
class Situation:
    """The slots that choices depend on.

    `steps` maps open_talk, responsibility and steady_action to yes, no, unsure, skipped or None; `willing_*` likewise;
    `direction` is rebuild, leave, undecided or None. `gate` is whether couple work is off, `by_writer` whether the force named was
    the writer's, `parted` whether the two are no longer together, `no_contact` whether the other has ended it or wants no contact.
    """

    breaches: tuple[str, ...]
    role: str
    steps: Mapping[str, str | None]
    willing_self: str | None
    willing_partner: str | None
    direction: str | None
    impact: str | None
    gate: bool
    by_writer: bool = False
    parted: bool = False
    no_contact: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether nothing is asked or said about the couple: the questions of the steps are then about the person alone."""
        return self.gate or self.no_contact


STEPS = ("open_talk", "responsibility", "steady_action")
#: What a step's slot may hold; a button made up by somebody may say anything.
STATES = ("yes", "no", "unsure", "skipped")


def situation(slots: Mapping[str, Any]) -> Situation:
    """Read the situation from a tracker's slots; what is missing is unknown."""
    return Situation(
        breaches=tuple(slots.get("breaches") or ()),
        role=slots.get("role") or "unknown",
        steps={step: _state(slots.get(step)) for step in STEPS},
        willing_self=_state(slots.get("willing_self")),
        willing_partner=_state(slots.get("willing_partner")),
        direction=next((value for value in (slots.get("direction"), slots.get("route")) if value in ROUTES), None),
        impact=slots.get("impact"),
        gate=gate_is_set(slots),
        by_writer=bool(slots.get("by_writer")),
        parted=has_parted(slots),
        no_contact=bool(slots.get("no_contact")),
    )


def has_parted(slots: Mapping[str, Any]) -> bool:
    """Whether the two are no longer together, as far as was said."""
    return bool(slots.get("parted")) or slots.get("partner") == "ex"


def _state(value: Any) -> str | None:
    return value if value in STATES or value is None else "unsure"


#: Stands in the slot `safety` when the conversation could not be read (bot/stores).
UNREADABLE = "unreadable"


def gate_is_set(slots: Mapping[str, Any]) -> bool:
    """Whether couple work is off: abuse was ever named, or the slot cannot be read.

    It opens where the person says that it was misread and answers the plain check with no, and never for one who told of force of
    their own: the slot `abuse_gate` is then `open` or `shut`.
    """
    if "safety" not in slots:
        return True
    try:
        named = slots["safety"] or ()
        named = {named} if isinstance(named, str) else set(named)
    except TypeError:
        return True
    return UNREADABLE in named or ("partner_abuse" in named and slots.get("abuse_gate") != "open")
