"""What is known of a person at one moment, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Situation:
    """The slots that choices depend on.

    `steps` maps open_talk, responsibility and steady_action to yes, no, unsure, skipped or None; `willing_*` likewise;
    `direction` is rebuild, leave, undecided or None. `gate` is whether couple work is off.
    """

    breaches: tuple[str, ...]
    role: str
    steps: Mapping[str, str | None]
    willing_self: str | None
    willing_partner: str | None
    direction: str | None
    impact: str | None
    gate: bool


STEPS = ("open_talk", "responsibility", "steady_action")


def situation(slots: Mapping[str, Any]) -> Situation:
    """Read the situation from a tracker's slots; what is missing is unknown."""
    return Situation(
        breaches=tuple(slots.get("breaches") or ()),
        role=slots.get("role") or "unknown",
        steps={step: slots.get(step) for step in STEPS},
        willing_self=slots.get("willing_self"),
        willing_partner=slots.get("willing_partner"),
        direction=slots.get("direction") or slots.get("route"),
        impact=slots.get("impact"),
        gate=gate_is_set(slots),
    )


def gate_is_set(slots: Mapping[str, Any]) -> bool:
    """Whether couple work is off: abuse was ever named, or the slot cannot be read."""
    if "safety" not in slots:
        return True
    try:
        return "partner_abuse" in (slots["safety"] or ())
    except TypeError:
        return True
